"""What this machine is called and which addresses it has: for certificates and for the links it shows."""

import fcntl
import ipaddress
import re
import socket
import struct
from pathlib import Path

SIOCGIFADDR = 0x8915
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


def host_names() -> list[str]:
    """The names this machine gives itself that a certificate can carry: its short name, its full name, name.local."""
    short = socket.gethostname().lower()
    first = short.split(".")[0]
    names = [short, socket.getfqdn().lower(), f"{first}.local"]
    return [name for name in dict.fromkeys(names) if HOST_NAME.fullmatch(name) and not is_address(name)]


def addresses() -> list[str]:
    """The addresses of its interfaces, the one that reaches the outside first; loopback and link-local left out."""
    found = [*_outward(), *_ipv4(), *_ipv6()]
    kept = [address for address in dict.fromkeys(found) if _useful(address)]
    return sorted(kept, key=lambda address: ":" in address)


def is_address(host: str) -> bool:
    """True if the text is an IP address, not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _useful(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return not (address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast)


def _outward() -> list[str]:
    """The address a packet to a documentation address would leave from; connecting a UDP socket sends nothing."""
    found = []
    for family, target in ((socket.AF_INET, "198.51.100.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as sock:
                sock.connect((target, 9))
                found.append(str(sock.getsockname()[0]).partition("%")[0])
        except OSError:
            continue
    return found


def _ipv4() -> list[str]:
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(sock.fileno(), SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue
            found.append(socket.inet_ntoa(answer[20:24]))
    return found


def _ipv6() -> list[str]:
    try:
        lines = Path("/proc/net/if_inet6").read_text().splitlines()
    except OSError:
        return []
    return [str(ipaddress.IPv6Address(bytes.fromhex(line.split()[0]))) for line in lines if line]
