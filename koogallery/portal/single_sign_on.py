"""The doors of single sign-on: there, back, and out again. Every refusal is a page in words."""

import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.saml import views as saml
from django.conf import settings
from django.contrib.auth import logout
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from lxml.etree import LxmlError
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from redis.exceptions import RedisError
from requests import RequestException

from koogallery.kit.errors import DomainError
from koogallery.provider import LOGOUT, OpenIDAdapter, verified
from koogallery.sign_in_limits import LimitedBackend
from koogallery.single_sign_on import SignedInThere, door, end_sessions_of, operator_of

#: What the packages raise at an answer that is none.
FAULTS = (
    PermissionDenied,
    OAuth2Error,
    OneLogin_Saml2_Error,
    OneLogin_Saml2_ValidationError,
    LxmlError,
    ValueError,
    KeyError,
)

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]

#: Of what a provider sends by way of a browser; certificates and groups fit many times.
MOST_BYTES = 200_000
#: What a token says that ends sessions (OpenID Connect Back-Channel Logout 1.0, 2.4).
SIGNED_OUT = "http://schemas.openid.net/event/backchannel-logout"
#: For how long such a token is known again: longer than any provider lets it live.
TOKEN_SECONDS = 3600


def openid_app() -> SocialApp:
    """A sign-in there is no older than one may be here, or is asked for anew."""
    minutes = settings.FRESH_SIGN_IN_MINUTES
    return SocialApp(
        provider="openid_connect",
        provider_id="oidc",
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={
            "server_url": settings.OIDC_ISSUER.rstrip("/"),
            "fetch_userinfo": False,
            "oauth_pkce_enabled": True,
            "auth_params": {"max_age": 60 * minutes} if minutes else {},
        },
    )


def saml_app() -> SocialApp:
    return SocialApp(
        provider="saml",
        client_id="saml",
        settings={
            "idp": {
                "entity_id": settings.SAML_ENTITY_ID,
                "sso_url": settings.SAML_SIGN_IN_URL,
                "slo_url": settings.SAML_SIGN_OUT_URL,
                "x509cert": settings.SAML_CERTIFICATE,
            },
            "advanced": {
                "want_assertion_signed": True,
                "want_name_id": True,
                "want_attribute_statement": False,
            },
        },
    )


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """allauth carries a person there and back; who they are here is decided here."""

    def list_apps(
        self,
        request: HttpRequest,  # noqa: ARG002
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        """As the settings say; allauth's table of them stays empty."""
        known = [openid_app(), saml_app()] if door() else []
        return [
            app
            for app in known
            if provider in {None, app.provider, app.provider_id}
            and client_id in {None, app.client_id}
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        try:
            _require_own(sociallogin)
            user = operator_of(sociallogin.told)
        except DomainError as refusal:
            logger.warning("single sign-on is refused: %s", refusal.detail)
            raise ImmediateHttpResponse(_refused(request, refusal.detail)) from None
        there = sociallogin.get_redirect_url(request) or "/"
        raise ImmediateHttpResponse(_enter(request, user.pk, sociallogin.told, there))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        reason = exception or (extra_context or {}).get("saml_last_error_reason") or error
        logger.warning("single sign-on by %s fails: %s", provider.id, reason)
        told = _(
            "What your provider answered does not count here: it is not signed by it, not made for "
            "this portal, too old, or was not asked for. Try again."
        )
        if error == AuthError.CANCELLED:
            told = _("You did not sign in there.")
        elif isinstance(exception, RequestException):
            told = _("Your provider does not answer. Try again later, or use your password.")
        raise ImmediateHttpResponse(_refused(request, told))


def _require_own(login: Any) -> None:
    """By OpenID Connect: an ID token of this sign-in, not one that was made for another."""
    asked = login.state.get("data") or {}
    if asked.get("nonce", "") != login.told.nonce:
        raise PermissionDenied


def _enter(request: HttpRequest, pk: int, told: SignedInThere, there: str) -> HttpResponse:
    """A new session, unless it is theirs already and they were asked who they are."""
    user: Any = LimitedBackend().get_user(pk)
    user.backend = f"{LimitedBackend.__module__}.{LimitedBackend.__qualname__}"
    is_theirs = request.user.pk == pk
    if request.user.is_authenticated and not is_theirs:
        logout(request)
    shown: dict[str, Any] = {"at": told.at, "reauthenticated": True}
    record_authentication(request, user, "socialaccount", provider=told.provider, **shown)
    if told.has_shown_two:
        record_authentication(request, user, "mfa", type=told.provider, **shown)
    if is_theirs:
        return redirect(there)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=there))
    return answer


def _refused(request: HttpRequest, told: str) -> HttpResponse:
    context = {"detail": told}
    return render(request, "registration/not_signed_in.html", context, status=HTTPStatus.FORBIDDEN)


def in_words(view: View) -> View:
    """What allauth refuses by an exception is a page like every other refusal."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not door():
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except FAULTS as fault:
            logger.warning("single sign-on fails: %r", fault)
        except RequestException as fault:
            logger.warning("single sign-on fails: %r", fault)
            told = _("Your provider does not answer. Try again later, or use your password.")
            return _refused(request, told)
        return _refused(
            request, _("This sign-in was not begun here, or was finished before. Try again.")
        )

    return answered


@in_words
def begin_openid(request: HttpRequest, provider_id: str) -> HttpResponse:
    if _is_led_by_another(request):
        return redirect("account_login")
    answer: HttpResponse = OAuth2LoginView.adapter_view(OpenIDAdapter(request, provider_id))(
        request
    )
    return answer


@in_words
def finish_openid(request: HttpRequest, provider_id: str) -> HttpResponse:
    answer: HttpResponse = OAuth2CallbackView.adapter_view(OpenIDAdapter(request, provider_id))(
        request
    )
    return answer


@in_words
def begin_saml(request: HttpRequest, organization_slug: str) -> HttpResponse:
    if _is_led_by_another(request):
        return redirect("account_login")
    answer: HttpResponse = saml.login(request, organization_slug=organization_slug)
    return answer


finish_saml, metadata = in_words(saml.finish_acs), in_words(saml.metadata)


def _is_led_by_another(request: HttpRequest) -> bool:
    """Nobody is signed in by a site that sent their browser here; who types the address is."""
    return request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}


@csrf_exempt
@require_POST
@in_words
def take_assertion(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Sent by a form of the provider's, so without our cookies; judged on the next page."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise PermissionDenied
    answer: HttpResponse = saml.acs(request, organization_slug)
    for cookie in answer.cookies.values():
        cookie["httponly"] = True
    return answer


@in_words
def sign_out_by_saml(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Nobody is signed out by an address that anybody could have written."""
    if "Signature" not in request.GET:
        raise PermissionDenied
    answer: HttpResponse = saml.sls(request, organization_slug)
    return answer


@csrf_exempt
@require_POST
@in_words
def sign_out_by_openid(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The provider's own call, once somebody has signed out there."""
    adapter = OpenIDAdapter(request, provider_id)
    try:
        token = request.POST.get("logout_token", "")
        claims = verified(token, adapter.openid_config, ["exp", "jti", "sub", "events"], LOGOUT)
    except OAuth2Error as fault:
        logger.warning("a sign-out of the provider's does not count: %s", fault)
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    is_old = claims["iat"] < time.time() - TOKEN_SECONDS
    if (
        SIGNED_OUT not in claims["events"]
        or "nonce" in claims
        or is_old
        or not _is_new(claims["jti"])
    ):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    end_sessions_of(provider_id, claims["sub"])
    return HttpResponse(headers={"Cache-Control": "no-store"})


def _is_new(token: str) -> bool:
    """Without Redis nobody knows; to be signed out once more harms least."""
    try:
        return bool(cache.add(f"signed-out:{token}", 1, TOKEN_SECONDS))
    except RedisError:
        return True
