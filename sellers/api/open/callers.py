"""Who calls: a seller's server, known by what it signs; each signature counts once (R9.4, R9.5)."""

import logging
import time
from calendar import timegm
from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from koogallery.addresses import client_address_text
from koogallery.api.throttling import TokenThrottle
from sellers.api.open.answers import (
    BAD_SIGNATURE,
    ILLEGAL_TOKEN,
    INTERNAL,
    MISSING_PARAMETER,
    NO_AUTHORITY,
    NO_SUCH_INSTANCE,
    TOO_FREQUENT,
    Refused,
)
from sellers.models import Instance, Seller
from sellers.rules.signatures import (
    SdkRequest,
    is_timely,
    read_authorization,
    sdk_signature_holds,
    usage_signature_holds,
)
from sellers.services.delivery.access_keys import (
    accepted_versions,
    access_key,
    owner_of_key_id,
    secret_key,
)

logger = logging.getLogger(__name__)

#: Seconds over which refusals are counted.
REFUSALS_WINDOW = 60
NONCE_LENGTH = 64
SIGNATURE_LENGTH = 1000
#: An upload is of one seller; beyond so many different ones nobody's signature is looked for.
MOST_SELLERS = 5


class SellerThrottle(TokenThrottle):
    """API_RATE for each seller's server, as for each token."""

    def get_cache_key(self, request: Any, view: Any) -> str:  # noqa: ARG002
        return self.cache_format % {"scope": self.scope, "ident": f"server-{request}"}


def require_few_refusals(request: HttpRequest) -> None:
    """Before a body is read: an address whose calls were not signed as they should waits."""
    try:
        refused = int(cache.get(_refusals_of(request), 0))
    except RedisError as fault:
        logger.warning("Refused calls are not counted, Redis is away: %s", fault)
        return
    if refused >= settings.OPEN_API_REFUSALS:
        raise Refused(TOO_FREQUENT, f"Come again in {REFUSALS_WINDOW} s.")


def count_refusal(request: HttpRequest) -> None:
    key = _refusals_of(request)
    try:
        if not cache.add(key, 1, REFUSALS_WINDOW):
            cache.incr(key)
    except (RedisError, ValueError) as fault:  # away, or expired meanwhile
        logger.warning("A refused call is not counted: %s", fault)


def _refusals_of(request: HttpRequest) -> str:
    return f"open-api-refusals:{client_address_text(request)}"


def throttle(seller: Seller) -> None:
    limit = SellerThrottle()
    caller: Any = seller.number
    if not limit.allow_request(caller, None):  # type: ignore[arg-type]
        raise Refused(TOO_FREQUENT, f"Come again in {limit.wait():.0f} s.")


def seller_by_sdk_signature(request: HttpRequest) -> Seller:
    """`Authorization: SDK-HMAC-SHA256 …`, as API Gateway checks it."""
    header = request.headers.get("Authorization", "")
    credential = read_authorization(header)
    if credential is None:
        raise Refused(ILLEGAL_TOKEN, "The header Authorization is missing or not understood.")
    owner = owner_of_key_id(credential.access)
    dated = request.headers.get("X-Sdk-Date", "")
    if not _is_recent(dated):
        raise Refused(ILLEGAL_TOKEN, "X-Sdk-Date is missing or too far from the present.")
    if owner is None:
        raise Refused(ILLEGAL_TOKEN, "The access key is unknown or was replaced.")
    seller, version = owner
    if not sdk_signature_holds(secret_key(seller.number, version), _as_signed(request), credential):
        raise Refused(ILLEGAL_TOKEN, "The signature does not hold.")
    _require_present(seller)
    return seller


def seller_by_usage_signature(request: HttpRequest, body: bytes, named: Collection[str]) -> Seller:
    """Of an upload: whose key signed it. `named` are the instances that it is about."""
    signature, ts, nonce = (_header(request, name) for name in ("signature", "ts", "nonce"))
    if len(signature) > SIGNATURE_LENGTH or len(nonce) > NONCE_LENGTH:
        raise Refused(MISSING_PARAMETER, "signature or nonce is too long.")
    if not is_timely(ts, time.time(), tolerance=settings.USAGE_CLOCK_SECONDS):
        raise Refused(BAD_SIGNATURE, "ts is too far from the present.")
    callers = list(_possible_callers(request, named))
    if named and not callers:
        raise Refused(NO_SUCH_INSTANCE, "Nobody has an instance that these records name.")
    for seller in callers:
        for version in accepted_versions(seller):
            key = access_key(seller.number, version)
            if usage_signature_holds(key, ts, nonce, body, signature):
                _require_present(seller)
                _use_nonce(seller, nonce)
                return seller
    raise Refused(BAD_SIGNATURE, "No key of a seller of these instances signs this body.")


def _require_present(seller: Seller) -> None:
    if seller.left_at is not None:
        raise Refused(NO_AUTHORITY, f"{seller.number} has left KooGallery.")


def _header(request: HttpRequest, name: str) -> str:
    value = request.headers.get(name, "")
    if not value:
        raise Refused(MISSING_PARAMETER, f"The header {name} is missing.")
    return value


def _possible_callers(request: HttpRequest, named: Iterable[str]) -> Iterator[Seller]:
    """Who says so by a signature of API Gateway; else the sellers of the instances named."""
    if "Authorization" in request.headers:
        yield seller_by_sdk_signature(request)
        return
    owners = Instance.objects.filter(instance_id__in=set(named)).values("seller")
    yield from Seller.objects.filter(pk__in=owners).order_by("pk")[:MOST_SELLERS]


def _use_nonce(seller: Seller, nonce: str) -> None:
    """Remembered for as long as its signature could be sent again. Without Redis: no upload."""
    seconds = 2 * settings.USAGE_CLOCK_SECONDS + 1
    key = f"usage-nonce:{seller.pk}:{sha256(nonce.encode()).hexdigest()}"
    try:
        is_new = cache.add(key, 1, timeout=seconds)
    except RedisError as fault:
        logger.error("Usage is refused, Redis is away: %s", fault)  # noqa: TRY400  # no trace
        raise Refused(INTERNAL, "Please send it again in a moment.") from None
    if not is_new:
        raise Refused(BAD_SIGNATURE, "This nonce has been used before.")


def _is_recent(dated: str) -> bool:
    try:
        at = time.strptime(dated, "%Y%m%dT%H%M%SZ")
    except ValueError:
        return False
    return abs(time.time() - timegm(at)) <= settings.ORDER_QUERY_CLOCK_SECONDS


def _as_signed(request: HttpRequest) -> SdkRequest:
    return SdkRequest(
        method=str(request.method),
        path=request.path,
        query=parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
    )
