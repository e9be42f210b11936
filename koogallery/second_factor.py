"""The second factor: who has to have one, and how its secrets are kept.

Whoever has one is asked for it as they sign in. Whoever has to have one, and has not shown it in
this session, reaches nothing but the pages on which they set it up or show it.
"""

import base64
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from koogallery.keys import derived_key, name_of_master
from koogallery.models import User
from koogallery.sign_in_limits import LimitedBackend

View = Callable[[HttpRequest], HttpResponseBase]

PURPOSE = "second factors"
#: Names of the pages that are open without the second factor that one has to have.
OPEN_PAGES = frozenset(
    {
        "account",
        "account_login",
        "account_reauthenticate",
        "language",
        "logout",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_view_recovery_codes",
        "openid_connect_callback",
        "openid_connect_login",
        "password-choose",
        "password-reset",
        "saml_acs",
        "saml_finish_acs",
        "saml_login",
        "theme",
    }
)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets stand encrypted in the database, under a key derived from a key master."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy(
            "This account has to have a second factor; add another one first."
        ),
        "incorrect_code": gettext_lazy("This code is wrong, or has been used. Take the next one."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one stays where there has to be one."""
        mine = _factors_of(authenticator.user).exclude(pk=authenticator.pk)
        owner = LimitedBackend().get_user(authenticator.user_id)
        return mine.exists() or not has_to_have_one(owner)

    def encrypt(self, text: str) -> str:
        master = name_of_master(settings.KEY_MASTER)
        return f"{master}:{_fernet(master).encrypt(text.encode()).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        master, _colon, encrypted = encrypted_text.partition(":")
        return _fernet(master).decrypt(encrypted.encode()).decode()

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: str) -> str:  # noqa: A002
        known = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)s") % {"number": known + 1}

    def build_totp_svg(self, url: str) -> str:
        """For the page itself: one path in the colour of the text, named by the page."""
        code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
        code.add_data(url)
        rows = code.get_matrix()
        dark = "".join(
            f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, bit in enumerate(row) if bit
        )
        size = len(rows)
        return (
            f'<svg viewBox="0 0 {size} {size}" class="qr" role="img" aria-labelledby="scan" '
            f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/>'
            f'<path fill="#000" d="{dark}"/></svg>'
        )


def masters_of_factors() -> dict[str, int]:
    """Under which key masters secrets of factors stand encrypted: its name, and how many."""
    return Counter(
        secret.partition(":")[0]
        for data in Authenticator.objects.values_list("data", flat=True)
        for secret in _secrets_in(data).values()
    )


def encrypt_anew() -> int:
    """Every secret of a factor under KEY_MASTER, while people go on signing in; how many were not.

    Recovery codes are derived from their seed and noted as used on the row, so each row is held.
    """
    adapter, name, renewed = SecondFactorAdapter(), name_of_master(settings.KEY_MASTER), 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
            old = _secrets_in(factor.data) if factor else {}
            new = {
                field: adapter.encrypt(adapter.decrypt(secret))
                for field, secret in old.items()
                if not secret.startswith(f"{name}:")
            }
            if factor and new:
                factor.data |= new
                factor.save(update_fields=["data"])
                renewed += 1
    return renewed


def _secrets_in(data: dict[str, Any]) -> dict[str, str]:
    """Of an app its secret, of recovery codes their seed; a passkey has none."""
    return {field: data[field] for field in ("secret", "seed") if field in data}


def _fernet(master: str) -> Fernet:
    """Under the master that was KEY_MASTER as it was encrypted."""
    return Fernet(base64.urlsafe_b64encode(derived_key(PURPOSE, master, 1)))


def has_to_have_one(user: User | None) -> bool:
    """Operators where the settings say so, and members of sellers whose owners do."""
    if user is None:
        return True
    return (user.is_staff and settings.OPERATORS_SECOND_FACTOR) or user.is_asked_for_second_factor


def has_one(user: User) -> bool:
    return _factors_of(user).exists()


def _factors_of(user: User) -> QuerySet[Authenticator]:
    """Recovery codes stand in for one, and are none by themselves."""
    mine: QuerySet[Authenticator] = Authenticator.objects.filter(user=user)
    return mine.exclude(type=Authenticator.Type.RECOVERY_CODES)


def was_shown(request: HttpRequest, user: User) -> bool:
    """In this session; allauth keeps it there."""
    return any(each["method"] == "mfa" for each in get_authentication_records(request, user))


def require_second_factor(get_response: View) -> View:
    """Middleware. What a token signs, or tries to, is judged by the API alone."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(request: HttpRequest, *_view: Any) -> HttpResponse | None:
        if is_signed_by_a_token(request):
            return None
        user, match = request.user, request.resolver_match
        if not isinstance(user, User) or not has_to_have_one(user) or was_shown(request, user):
            return None
        if match is not None and match.view_name in OPEN_PAGES:
            return None
        # On to where it is shown, or set up; what is no page for people is refused.
        if request.path.startswith("/api/") or request.headers.get("HX-Request"):
            return refused_call(_("This account has to sign in with a second factor."))
        if has_one(user):
            asked = request.get_full_path() if request.method == "GET" else "/"
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': asked})}")
        return redirect("account")  # which says that one is to be set up

    respond.process_view = process_view  # type: ignore[attr-defined]
    return respond


def is_signed_by_a_token(request: HttpRequest) -> bool:
    """Or tries to be: the API lets in by it or refuses, and asks for no session then. Pages do."""
    scheme = request.headers.get("Authorization", "").lower().split()[:1]
    return request.path.startswith("/api/") and scheme == ["bearer"]


def refused_call(told: str) -> HttpResponse:
    """Of what is no page for people."""
    body = {"status": HTTPStatus.FORBIDDEN, "title": told, "type": "about:blank", "errors": []}
    media_type = "application/problem+json"
    return JsonResponse(body, status=HTTPStatus.FORBIDDEN, content_type=media_type)
