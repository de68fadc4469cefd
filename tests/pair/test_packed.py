"""Source: mtproto/service_messages#packed-object. What one packet holds packed is bounded, however it is divided."""

import pytest
from tests.pair.line import House, Line

from chappe import tl
from chappe.mtproto import Limits
from chappe.mtproto.client import Rejected
from chappe.tl import functions as f
from chappe.tl import types as t

MOST = Limits().unpacked_bytes
CONFIG = tl.encode(f.help.GetConfig(), tl.NEWEST)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collects the sizes of everything that the server inflates."""
    sizes: list[int] = []
    inflater = tl.envelope.zlib.decompressobj

    class Counting:
        def __init__(self, **wishes: int) -> None:
            self._inner = inflater(**wishes)

        def decompress(self, data: bytes, most: int) -> bytes:
            made = self._inner.decompress(data, most)
            sizes.append(len(made))
            return bytes(made)

        @property
        def eof(self) -> bool:
            return bool(self._inner.eof)

    monkeypatch.setattr(tl.envelope.zlib, "decompressobj", Counting)
    return sizes


def long_call(size_bytes: int) -> bytes:
    """A call of about this size."""
    query = f.messages.SendMessage(peer=t.InputPeerSelf(), message="a" * size_bytes, random_id=1)
    return tl.encode(query, tl.NEWEST)


def sends(alice: Line, *bodies: bytes) -> None:
    """One packet of these bodies has arrived."""
    for body in bodies:
        alice.client.send(body, alice.house.now)
    alice.pump()


def wrapped(body: bytes) -> bytes:
    """The body inside a call that carries another."""
    return tl.encode(f.InvokeWithLayer(layer=tl.NEWEST, query=tl.Encoded(body)), tl.NEWEST)


def test_a_call_may_be_as_long_unpacked_as_a_packet(house: House) -> None:
    alice = house.signed()
    sends(alice, tl.gzip(long_call(1 << 20)))
    sends(alice, wrapped(tl.gzip(long_call(1 << 20))))
    assert [call.query.NAME for call in alice.calls] == ["messages.sendMessage"] * 2


@pytest.mark.parametrize("way", [tl.gzip, lambda body: wrapped(tl.gzip(body))], ids=["bare", "wrapped"])
def test_many_small_bombs_are_one_bomb(house: House, unpacked: list[int], way: object) -> None:
    alice = house.signed()
    bomb = way(long_call(MOST - 1000))  # type: ignore[operator]
    assert len(bomb) < 5000
    sends(alice, *[bomb] * 100)
    assert len(alice.calls) == 1
    assert sum(unpacked) < MOST + 5000
    sends(alice, CONFIG)
    assert len(alice.calls) == 2


def test_bombs_inside_bombs_share_one_allowance(house: House, unpacked: list[int]) -> None:
    alice = house.signed()
    sends(alice, wrapped(tl.gzip(wrapped(tl.gzip(long_call(8 << 20))))))
    assert not alice.calls
    assert sum(unpacked) < MOST + 20_000


def test_each_packet_has_an_allowance_of_its_own(house: House) -> None:
    alice = house.signed()
    for _ in range(3):
        sends(alice, tl.gzip(long_call(MOST - 1000)))
    assert len(alice.calls) == 3


def test_what_is_too_long_is_named(house: House) -> None:
    alice = house.signed()
    sends(alice, tl.gzip(long_call(8 << 20)))
    assert [one.code for one in alice.heard if isinstance(one, Rejected)] == [64]
    assert not alice.calls
