"""The company's provider of sign-ins, by OpenID Connect or SAML, as allauth finds it by this name.

An ID token counts by its signature, an assertion by its own; allauth would take the first as it
comes from the provider's own address.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from secrets import token_urlsafe
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from allauth.socialaccount.providers.saml.utils import build_auth
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from koogallery.single_sign_on import LEEWAY, SignedInThere

#: With a key pair: nobody who can check a signature can make one.
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]
SECONDS = 5
#: What a token that ends sessions calls itself in its head.
LOGOUT = "logout+jwt"


@lru_cache
def _keys(address: str) -> jwt.PyJWKClient:
    """Kept, and asked for again as soon as something is signed by another one."""
    return jwt.PyJWKClient(address, timeout=SECONDS)


def verified(
    token: str, configuration: dict[str, Any], required: Sequence[str], kind: str = ""
) -> dict[str, Any]:
    """What the provider says in a token of its own, made for us and of this kind."""
    if configuration["issuer"] != settings.OIDC_ISSUER:
        raise OAuth2Error("the provider calls itself by another name")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _keys(configuration["jwks_uri"]).get_signing_key_from_jwt(token),
            algorithms=ALGORITHMS,
            issuer=configuration["issuer"],
            audience=settings.OIDC_CLIENT_ID,
            leeway=LEEWAY,
            options={"require": ["iss", "aud", "iat", *required]},
        )
        said = str(jwt.get_unverified_header(token).get("typ", "")).lower()
    except jwt.PyJWTError as fault:
        raise OAuth2Error(str(fault)) from fault
    if claims.get("azp", settings.OIDC_CLIENT_ID) != settings.OIDC_CLIENT_ID:
        raise OAuth2Error("made for another client")
    if (said.removeprefix("application/") == LOGOUT) != (kind == LOGOUT):
        raise OAuth2Error("made for another purpose")
    return claims


class OpenIDAdapter(OpenIDConnectOAuth2Adapter):
    def complete_login(self, request: HttpRequest, app: Any, token: Any, **more: Any) -> Any:
        if not more["response"].get("id_token"):
            raise OAuth2Error("no ID token")
        return super().complete_login(request, app, token, **more)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:  # noqa: ARG002
        return verified(id_token, self.openid_config, ["exp", "sub"])


class Telling:
    """A sign-in that carries what was said of the person, and keeps no more than the subject."""

    def extract_extra_data(self, _data: Any) -> dict[str, Any]:
        return {}

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> Any:
        login = super().sociallogin_from_response(request, response)  # type: ignore[misc]
        login.told = self.told(login, response)
        return login

    def told(self, login: Any, response: Any) -> SignedInThere:
        raise NotImplementedError


class OpenIDProvider(Telling, OpenIDConnectProvider):
    oauth2_adapter_class = OpenIDAdapter

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,  # noqa: ARG002
        **more: Any,
    ) -> HttpResponse:
        nonce = token_urlsafe(32)
        more["auth_params"] = {**self.get_auth_params(), "nonce": nonce}
        answer: HttpResponse = super().redirect(
            request, process, next_url=next_url, data={"nonce": nonce}, **more
        )
        return answer

    def told(self, login: Any, response: Any) -> SignedInThere:
        """Who does not say when somebody signed in there is asked to say it by `max_age`."""
        claims = response["id_token"]
        groups = claims.get(settings.SSO_GROUPS, [])
        return SignedInThere(
            provider=login.account.provider,
            subject=login.account.uid,
            nonce=str(claims.get("nonce", "")),
            at=float(claims.get("auth_time", 0 if settings.FRESH_SIGN_IN_MINUTES else time.time())),
            address=str(claims.get("email") or ""),
            is_verified=claims.get("email_verified") is True,
            first_name=str(claims.get("given_name") or ""),
            last_name=str(claims.get("family_name") or ""),
            groups=[groups] if isinstance(groups, str) else groups,
            methods=[*claims.get("amr", []), str(claims.get("acr", ""))],
        )


class AssertingProvider(Telling, SAMLProvider):
    """SAML: an assertion may not say when somebody signed in, so they do each time."""

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, **more: Any
    ) -> HttpResponse:
        auth = build_auth(request, self)
        there = auth.login(return_to="", force_authn=True)
        self.stash_redirect_state(
            request, process, next_url, None, state_id=auth.get_last_request_id(), **more
        )
        return redirect(there)

    def told(self, login: Any, response: Any) -> SignedInThere:
        if "transient" in (response.get_nameid_format() or ""):
            raise PermissionDenied
        known = self._extract(response)
        return SignedInThere(
            provider=login.account.provider,
            subject=login.account.uid,
            at=time.time(),
            address=known.get("email", ""),
            is_verified=known.get("email_verified") is True,
            first_name=known.get("first_name", ""),
            last_name=known.get("last_name", ""),
            groups=response.get_attributes().get(settings.SSO_GROUPS, []),
            methods=response.get_last_authn_contexts(),
        )


provider_classes = [OpenIDProvider, AssertingProvider]
