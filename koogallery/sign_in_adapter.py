"""How allauth signs people in here: who they are, what they are told, and where from they come.

User names sign in, `User.email` alone is an account's address, and signing up is a door of our own
(koogallery/portal/sign_up.py).
"""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from koogallery import known_browsers, single_sign_on
from koogallery.addresses import client_address_text
from koogallery.languages import Text
from koogallery.second_factor import was_shown

#: Where there is no address, as on a socket.
NOWHERE = "::"

#: What allauth says under these names, in our words; of the rest it says nothing.
MESSAGES: Mapping[str, Text] = {
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
}


class FactorStage(AuthenticateStage):
    """Not asked of whom a provider that is trusted with it has asked."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return super()._should_handle(request) and not was_shown(request, self.login.user)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "rate_limited": _("Too many attempts. Wait five minutes, then try again."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address_text(request) or NOWHERE

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_login_stages(self) -> list[str]:
        return [f"{FactorStage.__module__}.{FactorStage.__qualname__}"]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who comes by the provider shows there who they are."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and single_sign_on.is_linked(user):
            told = _("Sign in again with %(name)s") % {"name": settings.SSO_NAME}
            methods.append({"id": "sso", "description": told, "url": single_sign_on.door()})
        return methods

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **more)
        known_browsers.note(request, answer, user)
        return answer

    def pre_authenticate(self, *_args: Any, **_more: Any) -> None:
        """How often a password is tried is counted where it is compared, at every door."""

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nor was anything counted."""

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *_args: Any,
        **_more: Any,
    ) -> None:
        if told := MESSAGES.get(message_template or ""):
            messages.add_message(request, level, str(told))

    def send_notification_mail(self, *_args: Any, **_more: Any) -> None:
        """What happens to an account is mailed with the act (koogallery/account_mail.py)."""
