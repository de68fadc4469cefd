"""Source: mtproto/description. Whole conversations, from the first byte of the key exchange, changed anywhere.

The server never raises: it answers, waits or closes with a documented code, and serves the next one as before.
"""

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pair.line import RSA_KEY, House, Line

from chappe import mtproto, tl
from chappe.mtproto.client import KeyMade
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t

KINDS = [(name, veiled) for name in ("abridged", "intermediate", "padded", "full") for veiled in (False, True)]
WAYS = ("flip", "drop", "double", "noise", "swap")
CODES = {400, 403, 404, 406, 429, 444}


def conversation(house: House, framing: str, veiled: bool) -> tuple[Line, list[bytes]]:
    """What a client says from its first byte on, in the pieces it says it in."""
    line = house.line(framing, obfuscated=veiled)
    said: list[bytes] = []
    up = line.up

    def noted(data: bytes) -> None:
        if data:
            said.append(data)
        up(data)

    line.up = noted  # type: ignore[method-assign]
    line.client.start_handshake([RSA_KEY.public], house.now)
    line.pump()
    made = line.of(KeyMade)[0]
    assert isinstance(made, KeyMade)
    line.client.start_session(made.key)
    for query in (
        f.InvokeWithLayer(layer=tl.NEWEST, query=f.help.GetConfig()),
        s.Ping(ping_id=1),
        f.messages.SendMessage(peer=t.InputPeerSelf(), message="word " * 60, random_id=1),
        s.GetFutureSalts(num=3),
    ):
        line.client.send(query, house.now)
        line.pump()
    for number in range(3):
        line.client.send(f.messages.GetMessages(id=[t.InputMessageID(id=number)]), house.now)
    line.client.send(tl.gzip(tl.encode(f.help.GetConfig(), tl.NEWEST)), house.now)
    line.pump()
    return line, said


@cache
def recorded(framing: str, veiled: bool) -> tuple[bytes, ...]:
    """The pieces of an undisturbed conversation; the same house says the same again."""
    line, said = conversation(House(seed=7), framing, veiled)
    assert len(line.calls) == 6
    return tuple(said)


def replayed(framing: str, pieces: list[bytes], veiled: bool) -> tuple[House, Line]:
    """A house in the state of the first one's, hearing these pieces."""
    house = House(seed=7)
    client = house.line(framing, obfuscated=veiled)  # draws what the first client drew
    client.client.start_handshake([RSA_KEY.public], house.now)
    client.client.take_output()
    for piece in pieces:
        client.up(piece)
        client.conn.take_output()
    return house, client


def still_serves(house: House) -> None:
    bob = house.signed()
    bob.client.send(f.help.GetConfig(), house.now)
    assert len(bob.pump().calls) == 1


@pytest.mark.slow
@given(
    kind=st.sampled_from(KINDS),
    changes=st.lists(
        st.tuples(st.sampled_from(WAYS), st.integers(0, 1 << 20), st.integers(1, 255)),
        min_size=1, max_size=4,
    ),
    cuts=st.lists(st.integers(0, 1 << 20), max_size=6),
)  # fmt: skip
@settings(max_examples=250, deadline=None)
def test_a_conversation_changed_anywhere(
    kind: tuple[str, bool], changes: list[tuple[str, int, int]], cuts: list[int]
) -> None:
    framing, veiled = kind
    pieces = [bytearray(piece) for piece in recorded(framing, veiled)]
    for what, place, value in changes:
        piece = pieces[place % len(pieces)]
        at = (place // 7) % (len(piece) or 1)
        match what:
            case "flip" if piece:
                piece[at] ^= value
            case "drop":
                del piece[at : at + value]
            case "double":
                piece[at:at] = piece[at : at + value]
            case "noise":
                piece[at:at] = bytes((value * n) & 255 for n in range(value))
            case "swap":
                pieces.reverse()
    stream = b"".join(pieces)
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    house, line = replayed(framing, [stream[a:b] for a, b in pairwise(places)], veiled)
    for event in line.said(mtproto.Closed):
        assert isinstance(event, mtproto.Closed)
        assert event.error is None or event.error.code in CODES
    assert len(line.said(mtproto.Closed)) <= 1
    still_serves(house)


@pytest.mark.slow
@pytest.mark.parametrize(("framing", "veiled"), KINDS)
def test_cut_off_after_any_byte(framing: str, veiled: bool) -> None:
    whole = b"".join(recorded(framing, veiled))
    for end in range(0, len(whole), 37):
        house, line = replayed(framing, [whole[:end]], veiled)
        line.cut()
        still_serves(house)


def test_the_record_is_what_the_house_hears() -> None:
    """Undisturbed, the same bytes make the same calls: else the fuzz would stop at the first packet."""
    for framing, veiled in KINDS:
        _, line = replayed(framing, list(recorded(framing, veiled)), veiled)
        assert [type(call.query).NAME for call in line.calls].count("messages.getMessages") == 3, (framing, veiled)
