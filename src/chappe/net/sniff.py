"""Tells what a connection speaks from its first bytes; bytes in, a kind out, no socket.

Source: mtproto/mtproto-transports#transport-obfuscation, proxy/2.2
The obfuscated header is random but for a few beginnings that its makers avoid; everything else here is told apart by
enough bytes (at least five) that a random header meets it less than once in 10**12.
"""

import enum
import ipaddress
import struct
from dataclasses import dataclass

from chappe.base import ProtocolError

PROXY_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
PROXY_HEAD_BYTES = 16
PROXY_MOST_BYTES = 2048
TLS_BYTES = 11
# The first four are avoided by obfuscated headers; the others need their slash to be believed.
HTTP_BEGINNINGS = (b"GET ", b"HEAD", b"POST", b"OPTI", b"PUT /", b"PATCH /", b"DELETE /")


class Kind(enum.Enum):
    """What the first bytes of a connection say it is."""

    PROXY = "proxy"
    TLS = "tls"
    HTTP = "http"
    MTPROTO = "mtproto"


@dataclass(frozen=True, slots=True)
class Peer:
    """The far end of a connection; a proxy's word is already believed or refused."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """True if the peer is on this very machine."""
        return ipaddress.ip_address(self.host).is_loopback

    @property
    def account_key(self) -> str:
        """What limits per address count by: the IPv4 address, or the /64 of an IPv6 one."""
        address = ipaddress.ip_address(self.host)
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.IPv6Address(int(address) >> 64 << 64))
        return self.host


def sniff(head: bytes) -> Kind | None:
    """The kind of a connection that begins with `head`; None while more bytes are needed."""
    if not head:
        return None
    for kind, verdict in ((Kind.PROXY, _proxy(head)), (Kind.TLS, _tls(head)), (Kind.HTTP, _http(head))):
        if verdict:
            return kind
        if verdict is None:
            return None
    return Kind.MTPROTO


def sniff_inner(head: bytes) -> Kind | None:
    """The kind of what runs inside TLS: HTTP or MTProto; None while more bytes are needed."""
    verdict = _http(head) if head else None
    return None if verdict is None else Kind.HTTP if verdict else Kind.MTPROTO


def _begins(head: bytes, whole: bytes) -> bool | None:
    if len(head) >= len(whole):
        return head.startswith(whole)
    return None if whole.startswith(head) else False


def _proxy(head: bytes) -> bool | None:
    return _begins(head, PROXY_SIGNATURE)


def _tls(head: bytes) -> bool | None:
    """A ClientHello: record 22 of version 3.x, handshake 1 whose own version is 3.x."""
    checks = ((0, (0x16,)), (1, (3,)), (2, (0, 1, 2, 3, 4)), (5, (1,)), (6, (0,)), (9, (3,)), (10, (0, 1, 2, 3, 4)))
    for place, allowed in checks:
        if place < len(head) and head[place] not in allowed:
            return False
    return True if len(head) >= TLS_BYTES else None


def _http(head: bytes) -> bool | None:
    verdicts = [_begins(head, beginning) for beginning in HTTP_BEGINNINGS]
    return True if True in verdicts else None if None in verdicts else False


def proxy_header_length(head: bytes) -> int | None:
    """The whole length of the PROXY header that begins `head`; None while its first 16 bytes are not there.

    Errors: ProtocolError if it is not version 2, or longer than a proxy has reason to send.
    """
    if len(head) < PROXY_HEAD_BYTES:
        return None
    version_command, _, length = struct.unpack_from(">BBH", head, 12)
    if version_command >> 4 != 2 or version_command & 15 > 1:
        raise ProtocolError("PROXY header of another version")
    if length > PROXY_MOST_BYTES:
        raise ProtocolError("PROXY header too long")
    return PROXY_HEAD_BYTES + int(length)


def proxy_peer(header: bytes) -> Peer | None:
    """The real peer a whole PROXY v2 header names; None if it names none (LOCAL, or no IP address).

    Shape: signature 12, version and command 1, family and transport 1, length 2, addresses, additions.
    Errors: ProtocolError if the addresses are cut short.
    """
    command, family = header[12] & 15, header[13] >> 4
    size = {1: 4, 2: 16}.get(family)
    if command == 0 or size is None:
        return None
    body = header[PROXY_HEAD_BYTES:]
    if len(body) < 2 * size + 4:
        raise ProtocolError("PROXY header cut short")
    (port,) = struct.unpack_from(">H", body, 2 * size)
    return Peer(str(plain_address(ipaddress.ip_address(body[:size]))), port)


def plain_address(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address inside a mapped IPv6 one (`::ffff:a.b.c.d`), else the address itself."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
