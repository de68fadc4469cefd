"""Source: mtproto/security_guidelines. Hostile bytes at every depth are refused in the documented way."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pair.line import House, Line

from chappe import mtproto, tl
from chappe.base.errors import ProtocolError
from chappe.mtproto import wire
from chappe.mtproto.client import TransportError
from chappe.mtproto.crypto import open_sealed, seal
from chappe.mtproto.services import HANDLERS
from chappe.tl import functions as f
from chappe.tl import service as s

QUERY = tl.encode(f.help.GetConfig(), tl.NEWEST)
HEADS = (*HANDLERS, wire.MSG_CONTAINER, wire.GZIP_PACKED, QUERY[:4], wire.RPC_RESULT, wire.NEW_SESSION)


def alice_at(house: House) -> Line:
    alice = house.signed()
    alice.client.send(f.help.GetConfig(), house.now)
    return alice.pump()


def still_serves(house: House) -> None:
    """Somebody else is not affected."""
    bob = house.signed()
    bob.client.send(f.help.GetConfig(), house.now)
    assert len(bob.pump().calls) == 1


words = st.binary(max_size=200).map(lambda data: data + bytes(-len(data) % 4))


@given(
    head=st.sampled_from(HEADS),
    body=words,
    seqno=st.integers(-5, 2**31 - 1),
    low=st.integers(0, 40),
    seconds=st.integers(-400, 60),
)
@settings(max_examples=400, deadline=None)
def test_any_body_under_a_good_seal(head: bytes, body: bytes, seqno: int, low: int, seconds: int) -> None:
    house = House()
    alice = alice_at(house)
    alice.client._seal((int(house.now) + seconds << 32) + low, seqno, head + body)
    alice.up(alice.client.take_output())
    alice.down(alice.conn.take_output())
    assert not alice.conn.closed
    still_serves(house)


@given(
    parts=st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-9, 9), words), max_size=5),
    cut=st.integers(),
)
@settings(max_examples=200, deadline=None)
def test_any_container_under_a_good_seal(parts: list[tuple[int, int, bytes]], cut: int) -> None:
    house = House()
    alice = alice_at(house)
    body = tl.join_container(parts)
    body = body[: cut % (len(body) + 1) & -4]
    alice.client._seal((int(house.now) << 32) + 400, 2, body)
    alice.up(alice.client.take_output())
    assert not alice.conn.closed
    still_serves(house)


@given(at=st.integers(8, 300), flip=st.integers(1, 255))
@settings(max_examples=100, deadline=None)
def test_any_changed_byte_of_a_sealed_packet(at: int, flip: int) -> None:
    house = House()
    alice = alice_at(house)
    alice.client.send(f.help.GetConfig(), house.now)
    packet = bytearray(alice.client.take_output())
    packet[1 + at % (len(packet) - 1)] ^= flip
    calls = len(alice.calls)
    alice.up(bytes(packet))
    assert len(alice.calls) == calls
    still_serves(house)


@given(st.binary(min_size=4, max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_packet(noise: bytes) -> None:
    house = House()
    line = house.line()
    payload = noise + bytes(-len(noise) % 4)
    line.up(line.client.transport.opening() + line.client.transport.wrap(payload))
    line.down(line.conn.take_output())
    if line.heard:
        assert line.heard == [TransportError(404)]
    still_serves(house)


@pytest.mark.parametrize(
    ("size", "padding"), [(-4, 12), (6, 12), (4, 0), (4, 8), (4, 1040), (1 << 30, 12), (0xFFFFFFFC, 12)]
)
def test_lengths_inside_that_do_not_fit(size: int, padding: int) -> None:
    house = House()
    alice = alice_at(house)
    mine = alice.client.session
    assert mine is not None
    plain = struct.pack("<qqqii", mine.salt, mine.session_id, int(house.now) << 32, 5, -4 if size >= 1 << 31 else size)
    plain += bytes(4 + padding)
    plain += bytes(-len(plain) % 16) if padding >= 12 else b""
    plain = plain[: len(plain) & -16]
    alice.up(alice.client.transport.wrap(seal(mine.key.id_bytes, mine.key.to_server, plain)))
    assert alice.conn.closed
    alice.down(alice.conn.take_output())
    assert alice.heard[-1] == TransportError(404)


def test_a_gzip_bomb_is_refused() -> None:
    house = House()
    alice = alice_at(house)
    bomb = tl.gzip(QUERY + bytes(64 << 20))
    assert len(bomb) < 100_000
    alice.client._seal((int(house.now) << 32) + 400, 3, bomb)
    alice.up(alice.client.take_output())
    assert not alice.conn.closed
    assert len(alice.calls) == 1


def test_a_replayed_packet_does_nothing_twice() -> None:
    house = House()
    alice = house.signed()
    alice.client.send(f.help.GetConfig(), house.now)
    stolen = alice.client.take_output()
    alice.up(stolen)
    mallory = house.line()
    house.passes(200)
    mallory.up(stolen)
    house.passes(200)
    mallory.up(stolen[1:])
    assert (len(alice.calls), mallory.calls) == (1, [])


def test_a_replay_after_the_session_is_gone_is_too_old() -> None:
    house = House()
    alice = house.signed()
    alice.client.send(f.help.GetConfig(), house.now)
    stolen = alice.client.take_output()
    alice.up(stolen)
    alice.cut()
    house.passes(301)
    house.restart()
    mallory = house.line()
    mallory.up(stolen)
    assert mallory.calls == []
    assert house.server.session_count() == 0


def test_open_and_seal_agree_and_short_packets_are_refused() -> None:
    key = mtproto.AuthKey(bytes(range(256)))
    plain = bytes(160)
    assert open_sealed(key.to_client, seal(key.id_bytes, key.to_client, plain))[0] == plain
    for size in range(72):
        with pytest.raises(ProtocolError):
            open_sealed(key.to_client, bytes(size))


def test_hand_laid_ids_are_those_of_the_schema() -> None:
    assert wire.rpc_error(400, "A") == tl.encode(s.RpcError(error_code=400, error_message="A"), tl.NEWEST)
    laid = {
        wire.pong(1, 2): s.Pong(msg_id=1, ping_id=2),
        wire.bad_msg(1, 2, 16): s.BadMsgNotification(bad_msg_id=1, bad_msg_seqno=2, error_code=16),
        wire.bad_salt(1, 2, 3): s.BadServerSalt(bad_msg_id=1, bad_msg_seqno=2, error_code=48, new_server_salt=3),
        wire.new_session(1, 2, 3): s.NewSessionCreated(first_msg_id=1, unique_id=2, server_salt=3),
        wire.ack((1, 2)): s.MsgsAck(msg_ids=[1, 2]),
        wire.rpc_result(5, QUERY): s.RpcResult(req_msg_id=5, result=tl.Encoded(QUERY)),
    }
    for body, value in laid.items():
        assert tl.decode(body) == value
        assert tl.encode(value, tl.NEWEST) == body
