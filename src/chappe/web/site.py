"""What the pages say about this server."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Facts fixed at start; `certificate` gives the local authority's certificate and fingerprint, if it has one."""

    name: str
    operator_name: str
    operator_contact: str
    data_location: str
    test_mode: bool
    public_host: str
    public_port: int
    dc: int
    public_pem: str
    fingerprint: int
    modulus: int
    proxy_secret: bytes
    tls: bool
    certificate: Callable[[], tuple[bytes, str]] | None


def is_address(host: str) -> bool:
    """True if the host is an IP address, not a name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
