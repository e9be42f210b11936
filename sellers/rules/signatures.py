"""How KooGallery and sellers' servers sign what they tell each other (R9.4, R9.5).

Every key is text, shared with one seller. Signatures in hexadecimal are compared whatever their
case, all of them in constant time.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from re import compile as pattern
from typing import Any, Final
from urllib.parse import quote

#: Timestamps with this many digits and more count milliseconds; with fewer, seconds.
MILLISECOND_DIGITS: Final = 12
SDK_ALGORITHM: Final = "SDK-HMAC-SHA256"

_TIMESTAMP = pattern(r"[0-9]{1,16}")
#: With blanks wherever the access guide's own example and its kind have them.
_BODY_SIGN = pattern(r'\s*sign_type\s*=\s*"HMAC-SHA256"\s*,\s*signature\s*=\s*"\s*([^"\s]*)\s*"\s*')
_AUTHORIZATION = pattern(
    rf"{SDK_ALGORITHM} +Access=([^,\s]+), *SignedHeaders=([a-z0-9;_-]+), *Signature=([0-9a-fA-F]+)"
)


class _Digits(str):
    """A number as it was written: to sign it otherwise would be to sign another body."""

    __slots__ = ()


def call_signature(key: str, nonce: str, timestamp: str, body: bytes) -> str:
    """Of a call to a seller's server, sent as parameters of its address."""
    canonical = f"{key}{nonce}{timestamp}{_hmac(key, body).hex()}"
    return _hmac(key, canonical.encode()).hex()


def body_sign_header(key: str, body: bytes) -> str:
    """`Body-Sign`, by which a seller's server signs its answer."""
    return f'sign_type="HMAC-SHA256", signature="{_base64(key, body)}"'


def body_sign_holds(key: str, body: bytes, header: str) -> bool:
    found = _BODY_SIGN.fullmatch(header)
    return found is not None and _same(found[1], _base64(key, body))


def usage_signature(key: str, timestamp: str, nonce: str, body: str) -> str:
    """Of an upload of usage; `body` as `naturally_sorted` writes it."""
    return _base64(key, f"ts={timestamp}&nonce={nonce}&body={body}".encode())


def usage_signature_holds(
    key: str, timestamp: str, nonce: str, body: bytes, signature: str
) -> bool:
    """Over the sorted body, its ASCII form with escapes, or the body just as it was sent."""
    try:
        sent = body.decode()
        forms = [naturally_sorted(sent), naturally_sorted(sent, ascii_only=True), sent]
    except (ValueError, RecursionError):
        return False
    signed = [usage_signature(key, timestamp, nonce, form) for form in forms]
    return any([_same(signature, each) for each in signed])  # noqa: C419  # all: constant time


def naturally_sorted(body: str, *, ascii_only: bool = False) -> str:
    """The JSON with the names of every object in order and nothing between its parts."""
    read = json.loads(body, parse_float=_Digits, parse_int=_Digits)
    return _written(read, partial(json.dumps, ensure_ascii=ascii_only))


def signed_at(timestamp: str) -> float | None:
    """Seconds since 1970, from seconds or milliseconds; None for what is neither."""
    if not _TIMESTAMP.fullmatch(timestamp):
        return None
    seconds = float(timestamp)
    return seconds / 1000 if len(timestamp) >= MILLISECOND_DIGITS else seconds


def is_timely(timestamp: str, now: float, *, tolerance: float) -> bool:
    at = signed_at(timestamp)
    return at is not None and abs(now - at) <= tolerance


@dataclass(frozen=True, slots=True)
class SdkRequest:
    """A request as API Gateway signs it; header names in lower case, parameters decoded."""

    method: str
    path: str
    query: Iterable[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class SdkCredential:
    """What the header `Authorization` of such a request says."""

    access: str
    signed_headers: tuple[str, ...]
    signature: str


def read_authorization(header: str) -> SdkCredential | None:
    found = _AUTHORIZATION.fullmatch(header.strip())
    if found is None:
        return None
    access, names, signature = found.groups()
    return SdkCredential(access, tuple(names.split(";")), signature)


def sdk_signature(secret: str, request: SdkRequest, signed_headers: Iterable[str]) -> str:
    """`SDK-HMAC-SHA256`: over the request in canonical form, and when it was made."""
    hashed = sha256(_canonical(request, sorted(signed_headers)).encode()).hexdigest()
    told = f"{SDK_ALGORITHM}\n{request.headers.get('x-sdk-date', '')}\n{hashed}"
    return _hmac(secret, told.encode()).hex()


def sdk_signature_holds(secret: str, request: SdkRequest, credential: SdkCredential) -> bool:
    """The date must be signed, else yesterday's request could be sent again as today's."""
    expected = sdk_signature(secret, request, credential.signed_headers)
    dated = "x-sdk-date" in credential.signed_headers
    return dated and same_hexadecimal(credential.signature, expected)


def same_hexadecimal(given: str, expected: str) -> bool:
    return _same(given.lower(), expected.lower())


def _canonical(request: SdkRequest, signed_headers: list[str]) -> str:
    path = "/".join(map(_encoded, request.path.split("/")))
    query = sorted((_encoded(name), _encoded(value)) for name, value in request.query)
    headers = [f"{name}:{request.headers.get(name, '').strip()}\n" for name in signed_headers]
    return "\n".join(
        [
            request.method,
            path if path.endswith("/") else f"{path}/",
            "&".join(f"{name}={value}" for name, value in query),
            "".join(headers),
            ";".join(signed_headers),
            sha256(request.body).hexdigest(),
        ]
    )


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def _written(value: Any, text: Callable[[Any], str]) -> str:
    if isinstance(value, dict):
        members = (f"{text(name)}:{_written(value[name], text)}" for name in sorted(value))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_written(each, text) for each in value) + "]"
    return value if isinstance(value, _Digits) else text(value)


def _hmac(key: str, message: bytes) -> bytes:
    return hmac.digest(key.encode(), message, sha256)


def _base64(key: str, message: bytes) -> str:
    return b64encode(_hmac(key, message)).decode()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())
