"""Who calls: a bearer token, or the browser's session with CSRF."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from koogallery.addresses import client_address
from koogallery.kit.networks import Address, is_within
from koogallery.models import AccessToken, User
from koogallery.origin import signed_by

#: A token's last use is written no more often than this.
USE_NOTED_EVERY = timedelta(minutes=1)
_NOTE_USE = """
INSERT INTO koogallery_tokenuse AS known (token_id, at, address) VALUES (%s, %s, %s)
ON CONFLICT (token_id) DO UPDATE SET at = excluded.at, address = excluded.address
WHERE known.at <= %s
"""


class AddressNotAllowed(PermissionDenied):
    default_code = "address_not_allowed"
    default_detail = gettext_lazy("This token may not be used from this address.")


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Bearer <token>`; a seller's token narrows its holder to that seller."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """Refuses a token from outside its networks; notes where it was used from."""
        known: tuple[User, AccessToken] | None = super().authenticate(request)
        if known is not None:
            _, token = known
            address = client_address(request._request)  # noqa: SLF001 -- DRF hands it out nowhere
            if token.allowed_networks and not is_within(address, token.allowed_networks):
                raise AddressNotAllowed
            _note_use(token, address, timezone.now())
        return known

    def authenticate_credentials(self, token: bytes) -> tuple[User, AccessToken]:
        found = _find(token)
        if found is None or not found.is_in_force or not _may_sign_in(found):
            raise AuthenticationFailed(gettext("The token is unknown, expired or revoked."))
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
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The console's session; changes also send X-CSRFToken.",
        }


def _find(token: bytes) -> AccessToken | None:
    if not (token.isascii() and token.isalnum()):
        return None
    digest = hash_token(token.decode())
    found: AccessToken | None = (
        AccessToken.objects.select_related("user", "last_use").filter(digest=digest).first()
    )
    return found


def _note_use(token: AccessToken, address: Address | None, now: datetime) -> None:
    """Outside of the call's transaction, and at most once a minute: it slows no call down."""
    last = getattr(token, "last_use", None)
    if last is not None and last.at > now - USE_NOTED_EVERY:
        return
    with connection.cursor() as cursor:
        told = None if address is None else str(address)
        cursor.execute(_NOTE_USE, [token.digest, now, told, now - USE_NOTED_EVERY])


def _may_sign_in(token: AccessToken) -> bool:
    """An operator who left the staff takes their operator tokens with them."""
    user: User = token.user
    return user.is_active and (user.is_staff or not token.is_for_operators)
