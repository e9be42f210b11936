"""Calls to servers that are not ours: only to public addresses, bounded in time and size.

The name of a server is resolved once, its addresses are judged, and one of those very addresses is
called: a name that resolves to something else a moment later leads nowhere (RFC 1918, loopback,
link-local and the like are refused). OUTGOING_PRIVATE_TARGETS allows them, and plain http, where
sellers' servers stand in the same network or on the same machine.
"""

import re
import socket
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from ssl import SSLContext
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

import httpcore
from django.conf import settings
from django.utils.translation import gettext as _

from koogallery.kit.errors import InvalidInput
from koogallery.kit.language import marked

Address = IPv4Address | IPv6Address

#: How much of an answer is read; what sellers' servers answer is a line or two.
LARGEST_ANSWER: Final = 64 * 1024
#: An IPv4 address behind a translator, or written as an IPv6 one.
TRANSLATED: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
#: Networks of one site, whatever Python's tables say of them: translators' own, deprecated local
#: ones, and those where clouds answer about their machines.
LOCAL: Final = tuple(
    map(ip_network, ("64:ff9b:1::/48", "fec0::/10", "192.0.0.0/24", "100.64.0.0/10"))
)
#: What names of one machine or one site end with, whether or not they resolve today: RFC 6761, 6762
#: with its appendix G, 7686, 8375 and 9476, and ICANN's name for private use.
LOCAL_NAMES: Final = frozenset(
    ["localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"]
) | {"arpa", "test", "invalid", "onion", "alt"}
PORTS: Final = {"http": 80, "https": 443}
#: Other ports below are those of other services.
LOWEST_PORT: Final = 1024
#: How long the name of a server may take to resolve where no call is made.
RESOLVING_SECONDS: Final = 3.0


#: Why there was no answer, in words for the owner of the server.
NO_ANSWER: Final = (
    UNANSWERED := marked("No answer within %(seconds)s seconds."),
    FAILED := marked("The connection failed: %(fault)s."),
    UNNAMED := marked("The name %(host)s does not resolve."),
    LOCAL_ADDRESS := marked("%(host)s is a private or local address; it is not called."),
)


class Unreachable(Exception):
    """No answer: the text, one of `NO_ANSWER`, says why in English, as it is kept."""


#: What an address is written with: nothing that is not seen.
_WRITTEN = re.compile(r"[!-~]+")


def told_fault(text: str) -> str:
    """Why there was no answer, in the reader's language."""
    for message in NO_ANSWER:
        before, name, after = re.split(r"%\((\w+)\)s", message)
        if text.startswith(before) and text.endswith(after):
            value = text[len(before) : len(text) - len(after)]
            return _(message) % {name: value}
    return _(text) if text else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names are in lower case; the body is cut at `LARGEST_ANSWER`."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004  # the class of successes of RFC 9110


def require_allowed_target(url: str, *, field: str = "url", rule: str = "") -> None:
    """Refuse an address that is never called. A name that does not resolve yet is accepted."""
    target = _target(url, field, rule)
    try:
        addresses = _resolve(target, RESOLVING_SECONDS)
    except Unreachable:
        return
    if not any(_may_be_called(address) for address in addresses):
        raise _private(target, field, rule)


def call(
    method: str, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float
) -> Answer:
    """One request, its answer within `timeout` seconds in all; redirects are not followed.

    Raises `Unreachable` where there is none, or where the address is not one that is called.
    """
    try:
        target = _target(url, "url", "")
    except InvalidInput as refusal:
        raise Unreachable(refusal.detail) from None
    deadline = time.monotonic() + timeout
    addresses = [address for address in _resolve(target, timeout) if _may_be_called(address)]
    if not addresses:
        raise Unreachable(LOCAL_ADDRESS % {"host": _host(target)})
    backend = _PinnedBackend(addresses, deadline)
    named = {"Host": _authority(target), "Content-Length": str(len(body)), **headers}
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend, retries=0) as pool,
            pool.stream(method, target, headers=list(named.items()), content=body) as answer,
        ):
            return Answer(answer.status, _headers(answer), _read(answer, deadline))
    except httpcore.TimeoutException:
        raise Unreachable(UNANSWERED % {"seconds": f"{timeout:g}"}) from None
    except (httpcore.NetworkError, httpcore.ProtocolError) as fault:
        raise Unreachable(FAILED % {"fault": fault or type(fault).__name__}) from None


def _target(url: str, field: str, rule: str) -> httpcore.URL:
    schemes = {"https", "http"} if settings.OUTGOING_PRIVATE_TARGETS else {"https"}
    try:
        parts, target = urlsplit(url), httpcore.URL(url)
        is_address = (
            bool(_WRITTEN.fullmatch(url))
            and parts.scheme in schemes
            and bool(parts.hostname)
            and parts.username is None
            and _is_port(parts.port)
        )
    except (TypeError, ValueError):
        is_address = False
    if not is_address:
        raise InvalidInput(
            _(
                "Write an address that begins with %(schemes)s:// and names a server, "
                "without a user name."
            )
            % {"schemes": " / ".join(sorted(schemes))},
            code="not_an_address",
            rule=rule,
            field=field,
        )
    if not settings.OUTGOING_PRIVATE_TARGETS and _is_local(_host(target)):
        raise _private(target, field, rule)
    return target


def _private(target: httpcore.URL, field: str, rule: str) -> InvalidInput:
    return InvalidInput(
        _("%(target)s is a private or local address; servers on the internet are called.")
        % {"target": _host(target)},
        code="private_target",
        rule=rule,
        field=field,
    )


def _is_local(host: str) -> bool:
    """A name of one machine or one site, or an address with a zone, which is one machine's own.

    So is a name without a point, and one that ends with a point is a way around both.
    """
    with suppress(ValueError):
        return bool(getattr(ip_address(host), "scope_id", None))
    above = host.lower().split(".")[1:]
    return "%" in host or not above or above[-1] in {*LOCAL_NAMES, ""}


def _is_port(port: int | None) -> bool:
    """The scheme's own, or one that no other service has by custom."""
    if port is None or settings.OUTGOING_PRIVATE_TARGETS:
        return True
    return port == PORTS["https"] or port >= LOWEST_PORT


def _host(target: httpcore.URL) -> str:
    return target.host.decode("ascii").strip("[]")


def _authority(target: httpcore.URL) -> str:
    host = target.host.decode("ascii")
    return host if target.port is None else f"{host}:{target.port}"


def _resolve(target: httpcore.URL, timeout: float) -> list[Address]:
    """Given up after `timeout` seconds: the system's resolver would take as long as it likes."""
    port = target.port or PORTS[target.scheme.decode("ascii")]
    found: list[Address] = []

    def look_up() -> None:
        with suppress(OSError, UnicodeError):
            answers = socket.getaddrinfo(_host(target), port, type=socket.SOCK_STREAM)
            found.extend(ip_address(str(each[0]).partition("%")[0]) for *_, each in answers)

    thread = Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(timeout)
    if not found:
        raise Unreachable(UNNAMED % {"host": _host(target)})
    return list(found)


def _may_be_called(address: Address) -> bool:
    if settings.OUTGOING_PRIVATE_TARGETS:
        return True
    return all(
        each.is_global and not each.is_multicast and not any(each in local for local in LOCAL)
        for each in _meant(address)
    )


def _meant(address: Address) -> Iterable[Address]:
    """The address, and the IPv4 addresses that an IPv6 one leads to."""
    yield address
    if isinstance(address, IPv6Address):
        yield from filter(None, [address.ipv4_mapped, address.sixtofour])
        yield from address.teredo or ()
        if any(address in network for network in TRANSLATED):
            yield IPv4Address(int(address) & 0xFFFFFFFF)


def _headers(answer: httpcore.Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers
    }


def _read(answer: httpcore.Response, deadline: float) -> bytes:
    pieces, length = [], 0
    for piece in answer.iter_stream():
        pieces.append(piece)
        length += len(piece)
        if length >= LARGEST_ANSWER or time.monotonic() > deadline:
            break
    return b"".join(pieces)[:LARGEST_ANSWER]


class _PinnedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that were judged, whatever the name resolves to by now."""

    def __init__(self, addresses: list[Address], deadline: float) -> None:
        self.addresses = addresses
        self.deadline = deadline
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002  # resolved before
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # the deadline is for all steps together
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        fault: Exception = httpcore.ConnectError("no address")
        for address in self.addresses:
            try:
                stream = self.inner.connect_tcp(
                    str(address), port, _left(self.deadline), local_address, socket_options
                )
            except httpcore.ConnectError as refused:
                fault = refused
            else:
                return _TimedStream(stream, self.deadline)
        raise fault


class _TimedStream(httpcore.NetworkStream):
    """Every step ends at one deadline: a server that drips a byte a second gains nothing by it."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self.stream = stream
        self.deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self.stream.read(max_bytes, _left(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self.stream.write(buffer, _left(self.deadline))

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        secured = self.stream.start_tls(ssl_context, server_hostname, _left(self.deadline))
        return _TimedStream(secured, self.deadline)

    def get_extra_info(self, info: str) -> object:
        return self.stream.get_extra_info(info)

    def close(self) -> None:
        self.stream.close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left
