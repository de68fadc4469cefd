"""Source: mtproto/mtproto-transports

What a connection speaks is told from its first bytes, however they are cut.
"""

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.base import ProtocolError
from chappe.net.sniff import PROXY_SIGNATURE, Kind, proxy_header_length, proxy_peer, sniff, sniff_inner

HELLO = bytes.fromhex("160301020001000 1fc0303".replace(" ", "")) + bytes(600)
CASES = [
    (b"GET / HTTP/1.1\r\n", Kind.HTTP),
    (b"HEAD / HTTP/1.1\r\n", Kind.HTTP),
    (b"POST /api HTTP/1.1\r\n", Kind.HTTP),
    (b"OPTIONS * HTTP/1.1\r\n", Kind.HTTP),
    (b"DELETE /x HTTP/1.1\r\n", Kind.HTTP),
    (HELLO, Kind.TLS),
    (PROXY_SIGNATURE + b"\x21\x11\x00\x0c", Kind.PROXY),
    (b"\xef\x0a" + bytes(40), Kind.MTPROTO),
    (b"\xee\xee\xee\xee" + bytes(40), Kind.MTPROTO),
    (b"\xdd\xdd\xdd\xdd" + bytes(40), Kind.MTPROTO),
    (struct.pack("<ii", 52, 0) + bytes(40), Kind.MTPROTO),
    (b"G" + bytes(63), Kind.MTPROTO),
    (b"DELETE" + bytes(63), Kind.MTPROTO),
    (b"\x16\x03\x01" + bytes(61), Kind.MTPROTO),
    (b"\r\n\r\n" + bytes(60), Kind.MTPROTO),
    (b"\x16", None),
    (b"\r\n\r\n\x00\r\nQUI", None),
    (b"P", None),
    (b"", None),
]


@pytest.mark.parametrize(("data", "kind"), CASES, ids=lambda value: repr(value)[:24])
def test_first_bytes_tell_the_kind(data: bytes, kind: Kind | None) -> None:
    assert sniff(data) is kind


@pytest.mark.parametrize(("data", "kind"), [case for case in CASES if case[1]], ids=lambda value: repr(value)[:24])
def test_a_shorter_beginning_never_says_otherwise(data: bytes, kind: Kind) -> None:
    for size in range(len(data)):
        assert sniff(data[:size]) in (None, kind)


@given(st.binary(min_size=64, max_size=64))
def test_every_header_is_decided_within_64_bytes(head: bytes) -> None:
    assert sniff(head) is not None
    assert sniff_inner(head) in (Kind.HTTP, Kind.MTPROTO)


def header(address: str, port: int, command: int = 1, more: bytes = b"") -> bytes:
    """A PROXY v2 header that names a peer."""
    packed = ipaddress.ip_address(address).packed
    body = packed + bytes(len(packed)) + struct.pack(">HH", port, 443) + more
    family = 0x11 if len(packed) == 4 else 0x21
    return PROXY_SIGNATURE + struct.pack(">BBH", 0x20 | command, family, len(body)) + body


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7"])
def test_a_proxy_names_the_peer(address: str) -> None:
    whole = header(address, 4711, more=b"\x04\x00\x03abc")
    assert proxy_header_length(whole[:15]) is None
    assert proxy_header_length(whole) == len(whole)
    peer = proxy_peer(whole)
    assert peer is not None
    assert (peer.host, peer.port) == (address, 4711)


def test_a_mapped_address_is_the_address_inside() -> None:
    peer = proxy_peer(header("::ffff:192.0.2.7", 1))
    assert peer is not None
    assert peer.host == "192.0.2.7"


def test_a_local_command_names_nobody() -> None:
    assert proxy_peer(header("192.0.2.7", 1, command=0)) is None


@pytest.mark.parametrize(
    "head",
    [
        PROXY_SIGNATURE + b"\x11\x11\x00\x0c",
        PROXY_SIGNATURE + b"\x22\x11\x00\x0c",
        PROXY_SIGNATURE + b"\x21\x11\xff\xff",
    ],
)
def test_another_version_command_or_length_is_refused(head: bytes) -> None:
    with pytest.raises(ProtocolError):
        proxy_header_length(head)


def test_addresses_cut_short_are_refused() -> None:
    with pytest.raises(ProtocolError):
        proxy_peer(PROXY_SIGNATURE + struct.pack(">BBH", 0x21, 0x21, 12) + bytes(12))
