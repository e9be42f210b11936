"""IP networks as people write them: one address, or an address with its prefix length."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

#: In writing: an IPv6 address with its prefix length.
LONGEST_NETWORK = 43

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def read_network(text: str) -> Network:
    """ValueError where it is none, or where its address is not the first of the network."""
    if "%" in text:
        raise ValueError("a zone belongs to one machine")
    return ip_network(text)


def is_within(address: Address | None, networks: Iterable[str]) -> bool:
    return address is not None and any(address in ip_network(each) for each in networks)


def covers(outer: Iterable[str], inner: str) -> bool:
    """Whether one of the outer networks holds all of the inner one."""
    network = ip_network(inner)
    return any(_holds(ip_network(each), network) for each in outer)


def _holds(outer: Network, inner: Network) -> bool:
    if isinstance(outer, IPv4Network) and isinstance(inner, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, IPv6Network) and isinstance(inner, IPv6Network):
        return inner.subnet_of(outer)
    return False
