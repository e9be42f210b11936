"""From where a call comes: what the connection says, or, behind a proxy, what the proxy says.

The one answer for everybody who asks: tokens for certain networks, the record of acts, the lock-out
after failed sign-ins.
"""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from koogallery.kit.networks import Address


def client_address(request: HttpRequest) -> Address | None:
    """Behind a proxy only the last address in CLIENT_ADDRESS_HEADER counts: the proxy wrote it.

    Those before it are whatever the client sent. None where there is no address, as on a socket.
    """
    text = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        text = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "").rpartition(",")[2]
    try:
        return _plain(ip_address(text.strip()))
    except ValueError:
        return None


def client_address_text(request: HttpRequest) -> str | None:
    """The same as it is recorded."""
    address = client_address(request)
    return str(address) if address else None


def _plain(address: Address) -> Address:
    """An IPv4 address that came in the clothes of IPv6 is itself."""
    return getattr(address, "ipv4_mapped", None) or address
