"""Source: mtproto/mtproto-transports."""

import itertools
import struct
import zlib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.base.errors import ProtocolError
from chappe.mtproto.framing import NAMES, Abridged, Full, Intermediate, Padded
from chappe.mtproto.obfuscation import normal_secret, plausible_dc
from chappe.mtproto.transport import ClientTransport, Transport

FRAMINGS = tuple(NAMES)
SECRET = bytes(range(16))
EDGES = (4, 8, 124 * 4, 126 * 4, 127 * 4, 128 * 4, 252, 256, 252 * 4, 253 * 4, 254 * 4, 255 * 4, 256 * 4, 65_540)

# (framing, payload, bytes on the wire from a client, whether a quick ack is asked)
CASES = [
    (Abridged, b"abcd", b"\x01abcd", False),
    (Abridged, b"abcd", b"\x81abcd", True),
    (Abridged, bytes(126 * 4), b"\x7e" + bytes(126 * 4), False),
    (Abridged, bytes(127 * 4), b"\x7f\x7f\x00\x00" + bytes(127 * 4), False),
    (Abridged, bytes(128 * 4), b"\xff\x80\x00\x00" + bytes(128 * 4), True),
    (Intermediate, b"abcd", b"\x04\x00\x00\x00abcd", False),
    (Intermediate, b"abcd", b"\x04\x00\x00\x80abcd", True),
    (Intermediate, bytes(256), b"\x00\x01\x00\x00" + bytes(256), False),
]


def entropy(seed: int = 7) -> Random:
    return Random(seed)


def pair(name: str, obfuscated: bool, secret: bytes | None = None, dc: int = 2) -> tuple[ClientTransport, Transport]:
    chance = entropy()
    client = ClientTransport(name, chance.randbytes, obfuscated=obfuscated, secret=secret, dc=dc)
    return client, Transport(chance.randbytes, (bytes(16), SECRET))


def unpadded(name: str, payload: bytes, size: int) -> bytes:
    """A padded packet carries up to 15 bytes more than was given to it."""
    if name == "padded":
        assert size <= len(payload) <= size + 15
        return payload[:size]
    return payload


@pytest.mark.parametrize(("kind", "payload", "wire", "quick"), CASES)
def test_packets_are_the_bytes_of_the_document(kind: type, payload: bytes, wire: bytes, quick: bool) -> None:
    assert kind(client=True).pack(payload, quick) == wire
    start, end, after, asked = kind().measure(wire, 0)
    assert (wire[start:end], after, bool(asked)) == (payload, len(wire), quick)


def test_full_counts_and_sums() -> None:
    framing = Full(client=True)
    first, second = framing.pack(b"abcd"), framing.pack(b"efgh")
    assert first == struct.pack("<II", 16, 0) + b"abcd" + struct.pack("<I", zlib.crc32(first[:12]))
    assert second[4:8] == b"\x01\x00\x00\x00"
    server = Full()
    assert server.measure(first + second, 0)[:3] == (8, 12, 16)
    assert server.measure(first + second, 16)[:3] == (24, 28, 32)
    with pytest.raises(ProtocolError):
        Full().measure(second, 0)
    with pytest.raises(ProtocolError):
        Full().measure(first[:-1] + bytes((first[-1] ^ 1,)), 0)


@pytest.mark.parametrize("obfuscated", [False, True])
@pytest.mark.parametrize("name", FRAMINGS)
def test_both_ways_at_every_edge(name: str, obfuscated: bool) -> None:
    client, server = pair(name, obfuscated)
    opening = client.opening()
    for size in EDGES:
        payload = bytes(range(256))[:4] * (size // 4)
        ((arrived, _),) = server.receive(opening + client.wrap(payload))
        opening = b""
        assert unpadded(name, arrived, size) == payload
        ((back, _),) = client.receive(server.wrap(payload))
        assert unpadded(name, back, size) == payload
    assert server.name == ("obfuscated " if obfuscated else "") + name


@pytest.mark.parametrize("obfuscated", [False, True])
@pytest.mark.parametrize("name", FRAMINGS)
def test_byte_by_byte(name: str, obfuscated: bool) -> None:
    client, server = pair(name, obfuscated)
    payloads = [bytes([n]) * size for n, size in enumerate((508, 24, 512, 1024))]
    stream = client.opening() + b"".join(client.wrap(payload) for payload in payloads)
    packets = [packet for n in range(len(stream)) for packet in server.receive(stream[n : n + 1])]
    assert [unpadded(name, got, len(sent)) for (got, _), sent in zip(packets, payloads, strict=True)] == payloads


@given(
    name=st.sampled_from(FRAMINGS),
    obfuscated=st.booleans(),
    sizes=st.lists(st.sampled_from((8, 125 * 4, 126 * 4, 127 * 4, 128 * 4, 129 * 4, 252, 256, 1016)), max_size=6),
    cuts=st.lists(st.integers(0, 5000), max_size=8),
)
@settings(max_examples=150, deadline=None)
def test_cut_anywhere(name: str, obfuscated: bool, sizes: list[int], cuts: list[int]) -> None:
    client, server = pair(name, obfuscated)
    stream = client.opening() + b"".join(client.wrap(bytes(size)) for size in sizes)
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    packets = []
    for a, b in itertools.pairwise(places):
        packets += server.receive(stream[a:b])
    assert [unpadded(name, got, size) for (got, _), size in zip(packets, sizes, strict=True)] == [
        bytes(n) for n in sizes
    ]


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=6))
@settings(max_examples=300, deadline=None)
def test_noise_is_refused_or_waited_for(pieces: list[bytes]) -> None:
    server = Transport(entropy().randbytes, (SECRET,))
    try:
        for piece in pieces:
            for payload, _ in server.receive(piece):
                assert len(payload) >= 4
    except ProtocolError as error:
        assert error.code == 400


@pytest.mark.parametrize("name", ["abridged", "intermediate", "padded"])
@pytest.mark.parametrize("obfuscated", [False, True])
def test_quick_acks(name: str, obfuscated: bool) -> None:
    client, server = pair(name, obfuscated)
    ((_, quick),) = server.receive(client.opening() + client.wrap(bytes(512), quick=True))
    assert quick == 1
    reply = server.token(0x89ABCDEF)
    assert client.receive(reply + server.wrap(b"12345678" * 4))[0] == (b"", 0x89ABCDEF)


def test_the_quick_ack_is_swapped_in_abridged_only() -> None:
    assert Abridged().token(0x89ABCDEF) == bytes.fromhex("89abcdef")
    assert Intermediate().token(0x89ABCDEF) == bytes.fromhex("efcdab89")
    assert Padded().token(0x89ABCDEF) == bytes.fromhex("efcdab89")
    assert Full().token(0x89ABCDEF) == b""


@pytest.mark.parametrize("name", FRAMINGS)
@pytest.mark.parametrize("code", [400, 404, 429, 444])
def test_transport_errors_are_four_bare_bytes(name: str, code: int) -> None:
    client, server = pair(name, False)
    server.receive(client.opening() + client.wrap(bytes(32)))
    ((payload, _),) = client.receive(server.failure(code))
    assert payload == struct.pack("<i", -code)


@pytest.mark.parametrize("name", FRAMINGS)
@pytest.mark.parametrize("secret", [SECRET, b"\xdd" + SECRET])
@pytest.mark.parametrize("dc", [2, -4, 10001, -10003])
def test_proxy_secrets(name: str, secret: bytes, dc: int) -> None:
    client, server = pair(name, True, secret, dc)
    packets = server.receive(client.opening() + client.wrap(bytes(400)))
    assert len(packets) == 1
    assert server.dc == dc
    assert len(client.receive(server.wrap(bytes(64)))) == 1


def test_a_foreign_secret_makes_no_sense() -> None:
    client, server = pair("padded", True, b"\xdd" + bytes(reversed(range(16))))
    with pytest.raises(ProtocolError):
        server.receive(client.opening() + client.wrap(bytes(400)))
    assert server.failure(400) == b""


def test_secrets_have_sixteen_bytes() -> None:
    assert normal_secret(b"\xdd" + SECRET) == SECRET
    for bad in (b"", SECRET[:15], b"\xee" + SECRET, SECRET + b"aaa"):
        with pytest.raises(ValueError, match="secret"):
            normal_secret(bad)


@pytest.mark.parametrize(
    ("said", "meant"), [(1, 1), (5, 5), (-3, -3), (10002, 10002), (-10005, -10005), (0, None), (6, None)]
)
def test_only_real_data_centres_are_believed(said: int, meant: int | None) -> None:
    assert plausible_dc(said) == meant


@pytest.mark.parametrize("noise", [-2839, -6050, 32000, 9999, 10006])
def test_noise_in_the_header_names_no_data_centre(noise: int) -> None:
    client, server = pair("intermediate", True, None, noise)
    server.receive(client.opening() + client.wrap(bytes(40)))
    assert server.dc is None


@pytest.mark.parametrize(
    "beginning",
    [
        b"\xef\x7f\xff\xff\xff",
        b"\xef\x00",
        b"\xee\xee\xee\xee\xff\xff\xff\x7f",
        b"\xee\xee\xee\xee\x00\x00\x00\x00",
        b"\xdd\xdd\xdd\xdd\x00\x00\x20\x00",
    ],
)
def test_lengths_out_of_bounds(beginning: bytes) -> None:
    with pytest.raises(ProtocolError):
        Transport(entropy().randbytes).receive(beginning)


def test_a_long_packet_in_small_pieces_costs_no_more_than_its_bytes() -> None:
    client, server = pair("intermediate", False)
    stream = client.opening() + client.wrap(bytes(1 << 20))
    packets = []
    for at in range(0, len(stream), 1000):
        packets += server.receive(stream[at : at + 1000])
    assert [len(payload) for payload, _ in packets] == [1 << 20]
