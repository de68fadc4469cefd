"""Which network addresses a preview may connect to: public ones, nothing else."""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_CLOSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "100.64.0.0/10",  # carriers' NAT; some clouds keep their metadata here
        "168.63.129.16/32",  # Azure's metadata
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks
        "240.0.0.0/4",  # reserved, broadcast
        "64:ff9b::/96",  # NAT64: an IPv4 address inside
        "64:ff9b:1::/48",
        "100::/64",  # discard
        "2001::/23",  # Teredo and other assignments: an IPv4 address inside
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fec0::/10",  # site-local of old
    )
)


def is_public(address: Address) -> bool:
    """True for a unicast address of the open internet, without another address hidden in it."""
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or int(address) >> 32 == 0):
        return False
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    return not any(address in network for network in _CLOSED if network.version == address.version)


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """The networks these texts name."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def may_reach(text: str, allowed: Sequence[Network]) -> bool:
    """True if a socket may be connected to this address, as the resolver wrote it."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return is_public(address) or any(address in network for network in allowed)
