"""From where a call comes: what the connection says, or, behind a proxy, what the proxy says.

The one answer for everybody who asks: tokens for certain networks, the record of acts, the lock-out
after failed sign-ins.
"""

from ipaddress import IPv4Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from koogallery.kit.networks import Address

IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> Address | None:
    """Behind a proxy only the last address in CLIENT_ADDRESS_HEADER counts: the proxy wrote it.

    Those before it are whatever the client sent. None where there is no address, as on a socket.
    """
    text = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        text = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "").rpartition(",")[2]
    try:
        # An IPv4 address that came in the clothes of IPv6 is itself.
        address = ip_address(text.strip())
        return getattr(address, "ipv4_mapped", None) or address
    except ValueError:
        return None


def client_network(request: HttpRequest) -> str:
    """Whom calls are counted for: who has an IPv6 address has as many as its network holds."""
    address = client_address(request)
    if address is not None and not isinstance(address, IPv4Address):
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)


def client_address_text(request: HttpRequest) -> str | None:
    """The same as it is recorded."""
    address = client_address(request)
    return str(address) if address else None
