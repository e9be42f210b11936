"""Who calls: a bearer token, or the browser's session with CSRF."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

from koogallery.models import AccessToken, User
from koogallery.origin import signed_by


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Bearer <token>`; a seller's token narrows its holder to that seller."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AccessToken]:
        found = _find(token)
        if found is None or _has_expired(found) or not _may_sign_in(found):
            raise AuthenticationFailed("The token is unknown, expired or revoked.")
        found.user.narrowed_to = found.seller_number or None
        found.user.narrowed_roles = found.roles
        signed_by(found.name)
        return found.user, found


class BrowserAuthentication(SessionAuthentication):
    """The session of a signed-in browser; changes need its CSRF token."""


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "koogallery.api.authentication.TokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token for operators, or for one seller to read or to write.",
        }


class BrowserScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "koogallery.api.authentication.BrowserAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The console's session; changes also send X-CSRFToken.",
        }


def _find(token: bytes) -> AccessToken | None:
    if not (token.isascii() and token.isalnum()):
        return None
    digest = hash_token(token.decode())
    found: AccessToken | None = (
        AccessToken.objects.select_related("user").filter(digest=digest).first()
    )
    return found


def _has_expired(token: AccessToken) -> bool:
    return token.expiry is not None and token.expiry <= timezone.now()


def _may_sign_in(token: AccessToken) -> bool:
    """An operator who left the staff takes their operator tokens with them."""
    user: User = token.user
    return user.is_active and (user.is_staff or not token.is_for_operators)
