"""Source: mtproto/description, mtproto/service_messages, mtproto/service_messages_about_messages."""

from typing import Any

import pytest
from tests.pair.line import TOO_LONG, House, Line

from chappe import mtproto, tl
from chappe.mtproto import salts, wire
from chappe.mtproto.client import Acked, Answer, KeyMade, Push, QuickAcked, Rejected, TransportError
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t

CONFIG = f.help.GetConfig()
UPDATE = tl.encode(t.UpdateShort(update=t.UpdateConfig(), date=5), tl.NEWEST)


def named(line: Line, name: str) -> list[Any]:
    """The decoded things of one TL name that the client heard unasked."""
    return [push.value for push in line.of(Push) if name == push.value.NAME]  # type: ignore[union-attr]


def answers(line: Line) -> list[int]:
    """The msg_ids answered, in the order the client heard of them."""
    return [event.msg_id for event in line.of(Answer)]  # type: ignore[union-attr]


def codes(line: Line) -> list[int]:
    return [event.code for event in line.of(Rejected)]  # type: ignore[union-attr]


@pytest.mark.parametrize("obfuscated", [False, True])
@pytest.mark.parametrize("framing", ["abridged", "intermediate", "padded", "full"])
@pytest.mark.parametrize("scheme", ["pad", "old"])
def test_from_first_byte_to_first_answer(framing: str, obfuscated: bool, scheme: str) -> None:
    house = House()
    alice = house.line(framing, obfuscated=obfuscated, dc=3)
    alice.client.start_handshake([line_key()], house.now, scheme=scheme, dc=3)
    alice.pump()
    (made,) = alice.of(KeyMade)
    alice.client.start_session(made.key)  # type: ignore[union-attr]
    asked = alice.client.send(CONFIG, house.now)
    alice.pump()
    assert answers(alice) == [asked]
    assert alice.calls[0].query == CONFIG
    assert named(alice, "new_session_created")[0].first_msg_id == asked
    assert codes(alice) == []
    (created,) = alice.said(mtproto.KeyCreated)
    assert created.dc == 3  # type: ignore[union-attr]


def line_key() -> mtproto.RsaPublicKey:
    from tests.pair.line import RSA_KEY

    return RSA_KEY.public


def test_a_temporary_key_is_bound_and_dies() -> None:
    house = House()
    alice = house.line()
    alice.client.start_handshake([line_key()], house.now)
    alice.pump()
    perm = alice.of(KeyMade)[0].key  # type: ignore[union-attr]
    alice.client.start_handshake([line_key()], house.now, expires_in=600)
    alice.pump()
    temp = alice.of(KeyMade)[1].key  # type: ignore[union-attr]
    session = alice.client.start_session(temp)
    alice.client.bind(perm.auth_key, temp.temporary_until, house.now)
    alice.pump()
    call = alice.calls[0]
    query: Any = call.query
    mtproto.verify_bind(
        house.stored[perm.auth_key.id][0], call.session.auth_key_id, session.session_id, query.nonce,
        query.encrypted_message, call.msg_id, query.expires_at,
    )  # fmt: skip
    house.passes(600)
    alice.client.send(CONFIG, house.now)
    alice.pump()
    assert alice.heard[-1] == TransportError(404)


def test_an_unknown_key_is_404() -> None:
    house = House()
    alice = house.signed()
    house.stored.clear()
    alice.client.send(CONFIG, house.now)
    alice.pump()
    assert alice.heard == [TransportError(404)]
    assert isinstance(alice.events[-1], mtproto.Closed)


def test_a_changed_packet_is_404() -> None:
    house = House()
    alice = house.signed()
    alice.client.send(CONFIG, house.now)
    packet = bytearray(alice.client.take_output())
    packet[-1] ^= 1
    alice.up(bytes(packet))
    alice.down(alice.conn.take_output())
    assert alice.heard == [TransportError(404)]
    assert alice.calls == []


@pytest.mark.parametrize("framing", ["abridged", "intermediate", "padded"])
def test_quick_acks_name_the_packet(framing: str) -> None:
    house = House()
    alice = house.signed(framing)
    asked = alice.client.send(CONFIG, house.now, quick=True)
    alice.pump()
    assert alice.heard[0] == QuickAcked(asked)


def test_wrappers_are_peeled() -> None:
    house = House()
    alice = house.signed()
    init = f.InitConnection(
        api_id=1, device_model="d", system_version="s", app_version="a", system_lang_code="fr", lang_pack="",
        lang_code="fr", query=f.InvokeAfterMsgs(msg_ids=[8, 12], query=f.InvokeWithoutUpdates(query=CONFIG)),
    )  # fmt: skip
    alice.client.send(f.InvokeAfterMsg(msg_id=4, query=f.InvokeWithLayer(layer=227, query=init)), house.now)
    alice.pump()
    call = alice.calls[0]
    assert (call.query, call.layer, call.init, call.after, call.no_updates) == (CONFIG, 227, init, (4, 8, 12), True)


def test_packed_queries_of_both_kinds() -> None:
    import zlib

    house = House()
    alice = house.signed()
    zlibbed = zlib.compress(tl.encode(CONFIG, tl.NEWEST))
    gzipped = tl.gzip(tl.encode(CONFIG, tl.NEWEST))
    alice.client.send(gzipped, house.now)
    alice.client.send(gzipped[:4] + bytes((len(zlibbed),)) + zlibbed + bytes(-(1 + len(zlibbed)) % 4), house.now)
    alice.pump()
    assert [call.query for call in alice.calls] == [CONFIG, CONFIG]


def test_long_answers_are_packed_and_file_parts_are_not() -> None:
    house = House()
    alice = house.signed()
    body = tl.encode(t.NearestDc(country="x" * 20000, this_dc=2, nearest_dc=2), tl.NEWEST)
    alice.answering = None
    alice.client.send(CONFIG, house.now)
    alice.client.send(CONFIG, house.now)
    alice.pump()
    first, second = alice.calls
    first.session.answer(first.msg_id, body, house.now)
    packed = alice.conn.take_output()
    assert len(packed) < 1000
    second.session.answer(second.msg_id, body, house.now, compress=False)
    plain = alice.conn.take_output()
    assert len(plain) > 20000
    alice.down(packed + plain)
    assert [answer.body for answer in alice.of(Answer)] == [body, body]  # type: ignore[union-attr]


def test_many_calls_travel_in_one_container_each_way() -> None:
    house = House()
    alice = house.signed()
    asked = [alice.client.send(CONFIG, house.now) for _ in range(1500)]
    alice.pump()
    assert answers(alice) == asked
    assert [call.msg_id for call in alice.calls] == asked


# --- what is wrong with a message -------------------------------------------------------------------------------------


def sealed(line: Line, msg_id: int, seqno: int, body: bytes) -> None:
    """The client's packet with just these ids reaches the server."""
    line.client._seal(msg_id, seqno, body)
    line.up(line.client.take_output())
    line.down(line.conn.take_output())


def at(house: House, seconds: float, low: int = 0) -> int:
    return (int(house.now + seconds) << 32) | low


QUERY = tl.encode(CONFIG, tl.NEWEST)
PING = tl.encode(s.Ping(ping_id=1), tl.NEWEST)


@pytest.mark.parametrize(
    ("seconds", "low", "seqno", "body", "code"),
    [
        (-301, 0, 1, QUERY, 16),
        (31, 4, 1, QUERY, 17),
        (0, 1, 1, QUERY, 18),
        (0, 2, 1, QUERY, 18),
        (0, 0, 0, QUERY, 35),
        (0, 0, 1, tl.join_container([(4, 1, QUERY)]), 34),
        (0, 0, 0, tl.join_container([])[:6] + b"aa", 64),
        (0, 0, 0, tl.join_container([(1 << 62, 1, QUERY)])[:-4], 64),
        (0, 0, 1, tl.gzip(tl.join_container([])), 64),
        (0, 0, 1, tl.gzip(tl.gzip(QUERY)), 64),
        (0, 0, 0, wire.MSGS_ACK + bytes(4), 64),
    ],
)
def test_bad_msg_notification(seconds: float, low: int, seqno: int, body: bytes, code: int) -> None:
    house = House()
    alice = house.signed()
    sealed(alice, at(house, seconds, low), seqno, body)
    assert codes(alice) == [code]
    assert alice.calls == []


def test_acknowledgements_of_either_parity() -> None:
    house = House()
    alice = house.signed()
    alice.client.send(CONFIG, house.now)
    alice.pump()
    # COMPAT mtcute: counts its acknowledgements as content
    sealed(alice, at(house, 1), 3, wire.ack(tuple(alice.session.kept)))
    assert codes(alice) == []
    assert not alice.session.kept
    assert alice.session.kept_bytes == house.server.kept_bytes == 0


def test_a_container_in_a_container_is_refused_by_itself() -> None:
    house = House()
    alice = house.signed()
    inner = tl.join_container([(at(house, 0, 4), 1, QUERY)])
    sealed(alice, at(house, 0, 16), 2, tl.join_container([(at(house, 0, 8), 0, inner), (at(house, 0, 12), 1, QUERY)]))
    assert codes(alice) == [64]
    assert [call.msg_id for call in alice.calls] == [at(house, 0, 12)]


def test_too_many_messages_in_a_container() -> None:
    house = House()
    alice = house.signed()
    body = tl.join_container([(at(house, 0, 4 * n), 2 * n + 1, PING) for n in range(1021)])
    sealed(alice, at(house, 1), 2042, body)
    assert codes(alice) == [64]


def test_a_container_with_the_id_of_a_call() -> None:
    house = House()
    alice = house.signed()
    sealed(alice, at(house, 0), 1, QUERY)
    sealed(alice, at(house, 0), 2, tl.join_container([(at(house, 0, 4), 3, QUERY)]))
    assert codes(alice) == [19]
    assert len(alice.calls) == 1


def test_seqno_rises_with_msg_id() -> None:
    house = House()
    alice = house.signed()
    sealed(alice, at(house, 0, 8), 5, QUERY)
    sealed(alice, at(house, 0, 12), 5, QUERY)
    sealed(alice, at(house, 0, 4), 7, QUERY)
    sealed(alice, at(house, 0, 0), 1, QUERY)
    assert codes(alice) == [32, 33]
    assert len(alice.calls) == 2


def test_ids_forgotten_are_refused_with_twenty() -> None:
    house = House(limits=mtproto.Limits(seen_count=128))
    alice = house.signed()
    for _ in range(400):
        alice.client.send(CONFIG, house.now)
        alice.pump()
        alice.client.acknowledge(house.now)
        alice.pump()
        house.passes(0.01)
    sealed(alice, int((house.now - 3.99) * 2**32) & -4, 1, QUERY)
    assert codes(alice) == [20]
    assert len(alice.session.seen) <= 260


def test_a_clock_that_is_wrong_is_set_right() -> None:
    for wrong in (-4000, 4000):
        house = House()
        alice = house.signed()
        assert alice.client.session is not None
        alice.client.session.offset_s = wrong
        alice.client.send(CONFIG, house.now)
        alice.pump()
        assert codes(alice) == [16 if wrong < 0 else 17]
        assert len(alice.of(Answer)) == len(alice.calls) == 1


# --- salts ------------------------------------------------------------------------------------------------------------


def test_a_wrong_salt_is_corrected_and_nothing_executed_twice() -> None:
    house = House()
    alice = house.signed()
    assert alice.client.session is not None
    alice.client.session.salt = 5
    asked = [alice.client.send(CONFIG, house.now), alice.client.send(CONFIG, house.now)]
    alice.pump()
    assert codes(alice) == [48]
    assert answers(alice) == [call.msg_id for call in alice.calls] == asked


def test_salts_follow_the_hours() -> None:
    house = House()
    made = salts.Salts(b"secret")
    hour = 1_800_000_000 // 3600 * 3600
    now, then = made.current(7, hour + 10), made.current(7, hour + 3610)
    assert now != then
    assert made.good_until(7, now, hour + 10) == hour + 5400
    assert made.good_until(7, now, hour + 5399) == hour + 5400
    assert made.good_until(7, now, hour + 5400) == 0
    assert made.good_until(7, then, hour + 3299) == 0
    assert made.good_until(7, then, hour + 3301) > 0
    assert made.good_until(8, now, hour + 10) == 0
    future = made.future(7, 1000, hour + 10)
    assert len(future) == 64
    assert future[0] == (hour, hour + 5400, now)
    assert future[1] == (hour + 3600, hour + 9000, then)
    assert house.server.salts.current(1, house.now) == House().server.salts.current(1, house.now)


def test_a_session_goes_through_the_hours() -> None:
    house = House()
    alice = house.signed()
    for _ in range(12):
        alice.client.send(CONFIG, house.now)
        alice.pump()
        house.passes(1000)
    assert len(alice.of(Answer)) == 12
    assert set(codes(alice)) <= {48}


def test_future_salts() -> None:
    house = House()
    alice = house.signed()
    asked = alice.client.send_service(s.GetFutureSalts(num=64), house.now)
    alice.pump()
    (told,) = named(alice, "future_salts")
    assert (told.req_msg_id, told.now, len(told.salts)) == (asked, int(house.now), 64)
    assert alice.client.session is not None
    alice.client.session.salt = told.salts[3].salt
    house.passes(told.salts[3].valid_since - house.now + 1)
    alice.client.send(CONFIG, house.now)
    alice.pump()
    assert codes(alice) == []
    assert len(alice.calls) == 1


# --- service messages -------------------------------------------------------------------------------------------------


def test_ping_and_pong() -> None:
    house = House()
    alice = house.signed()
    asked = alice.client.send_service(s.Ping(ping_id=-9), house.now)
    alice.pump()
    assert named(alice, "pong") == [s.Pong(msg_id=asked, ping_id=-9)]


def test_ping_delay_disconnect_can_be_put_off() -> None:
    house = House()
    alice = house.signed()
    for _ in range(3):
        alice.client.send_service(s.PingDelayDisconnect(ping_id=1, disconnect_delay=75), house.now)
        alice.pump()
        house.passes(60)
        assert house.server.sweep(house.now) == []
    house.passes(20)
    assert house.server.sweep(house.now) == [alice.conn]
    assert len(named(alice, "pong")) == 3


def test_http_wait_and_states_are_taken_without_a_word() -> None:
    house = House()
    alice = house.signed()
    wait = tl.encode(s.HttpWait(max_delay=1, wait_after=1, max_wait=1), tl.NEWEST)
    info = tl.encode(s.MsgsAllInfo(msg_ids=[1], info=b"\x04"), tl.NEWEST)
    sealed(alice, at(house, 0), 0, wait)
    sealed(alice, at(house, 0, 4), 0, info)
    assert codes(alice) == []
    assert [push.value.NAME for push in alice.of(Push)] == ["new_session_created"]  # type: ignore[union-attr]


def test_states_of_messages() -> None:
    house = House()
    alice = house.signed()
    done = alice.client.send(CONFIG, house.now)
    alice.pump()
    alice.client.acknowledge(house.now)
    answered = alice.client.send(CONFIG, house.now)
    alice.pump()
    alice.answering = None
    running = alice.client.send(CONFIG, house.now)
    alice.pump()
    query = s.MsgsStateReq(msg_ids=[done, answered, running, done + 1, at(house, 20)])
    alice.client.send_service(query, house.now)
    alice.pump()
    assert list(named(alice, "msgs_state_info")[0].info) == [4 + 8 + 32 + 64 + 128, 4 + 32 + 64, 4 + 32, 2, 3]


def test_resend_what_was_kept() -> None:
    house = House()
    alice = house.signed()
    alice.client.send(CONFIG, house.now)
    alice.pump()
    assert alice.client.session is not None
    kept = list(alice.session.kept)
    alice.client.session.received.clear()
    alice.client.send_service(s.MsgResendReq(msg_ids=kept), house.now)
    alice.client.send_service(s.MsgResendAnsReq(msg_ids=[alice.calls[0].msg_id]), house.now)
    alice.pump()
    assert len(alice.of(Answer)) == 2
    alice.client.send_service(s.MsgResendReq(msg_ids=[77]), house.now)
    alice.pump()
    assert len(named(alice, "msgs_state_info")) == 1


def test_dropping_answers() -> None:
    house = House()
    alice = house.signed()
    answered = alice.client.send(CONFIG, house.now)
    alice.pump()
    alice.answering = None
    running = alice.client.send(CONFIG, house.now)
    alice.pump()
    drops = [alice.client.send(s.RpcDropAnswer(req_msg_id=one), house.now) for one in (answered, running, 16, answered)]
    alice.pump()
    told = {answer.msg_id: answer.value.NAME for answer in alice.of(Answer)}  # type: ignore[union-attr]
    assert [told[drop] for drop in drops] == [
        "rpc_answer_dropped", "rpc_answer_dropped_running", "rpc_answer_unknown", "rpc_answer_unknown",
    ]  # fmt: skip
    assert alice.said(mtproto.Dropped) == [mtproto.Dropped(alice.session, running)]
    alice.session.answer(running, QUERY, house.now)
    assert alice.conn.take_output() == b""


def test_destroying_another_session() -> None:
    house = House()
    alice = house.signed()
    alice.client.send(CONFIG, house.now)
    alice.pump()
    assert alice.client.session is not None
    other = house.line()
    other.client.session = type(alice.client.session)(alice.client.session.key, alice.client.session.salt, 99)
    other.client.send_service(s.DestroySession(session_id=alice.client.session.session_id), house.now)
    other.client.send_service(s.DestroySession(session_id=99), house.now)
    gone = alice.session
    other.pump()
    assert [push.value.NAME for push in other.of(Push)][1:] == ["destroy_session_ok", "destroy_session_none"]  # type: ignore[union-attr]
    assert mtproto.SessionDestroyed(gone) in other.events
    assert house.server.session_count() == 1


def test_destroying_a_key() -> None:
    house = House()
    alice = house.signed()
    asked = alice.client.send_service(s.DestroyAuthKey(), house.now)
    alice.pump()
    (event,) = alice.said(mtproto.KeyDestroyed)
    assert event == mtproto.KeyDestroyed(alice.session, asked)
    house.stored.clear()
    alice.session.key_destroyed(asked, True, house.now)
    alice.pump()
    assert named(alice, "destroy_auth_key_ok") == [s.DestroyAuthKeyOk()]
    assert house.server.forget_key(alice.session.auth_key_id) == [alice.conn]
    alice.pump()
    assert alice.heard[-1] == TransportError(404)


def test_a_call_that_runs_long_is_acknowledged() -> None:
    house = House()
    alice = house.signed()
    alice.answering = None
    asked = alice.client.send(CONFIG, house.now)
    alice.pump()
    house.server.tick(house.now)
    assert alice.conn.take_output() == b""
    assert house.server.next_deadline == house.now + 0.5
    house.passes(0.5)
    house.server.tick(house.now)
    alice.pump()
    assert alice.of(Acked) == [Acked((asked,))]
    assert house.server.next_deadline is None


def test_what_cannot_be_decoded_is_answered() -> None:
    house = House()
    alice = house.signed()
    alice.client.send(b"\x01\x02\x03\x04", house.now)
    alice.client.send(QUERY + bytes(4), house.now)
    alice.client.send(tl.encode(t.UpdatesTooLong(), tl.NEWEST), house.now)
    alice.pump()
    said = [answer.value.error_message for answer in alice.of(Answer)]  # type: ignore[union-attr]
    assert said == ["INPUT_METHOD_INVALID", "INPUT_FETCH_ERROR", "INPUT_METHOD_INVALID"]
    assert alice.calls == []


def test_too_long_is_one_word() -> None:
    assert tl.decode(TOO_LONG) == t.UpdatesTooLong()
    assert UPDATE


def test_what_is_asked_for_a_thousand_times_leaves_once() -> None:
    """A client that asks for one answer again and again, in one packet or in many, has no more made for it than one."""
    house = House()
    alice = house.signed()
    alice.answering = lambda call: house.chance.randbytes(60_000)
    for _ in range(9):
        alice.client.send(CONFIG, house.now)
    alice.pump()
    kept = [one.msg_id for one in alice.session.kept.values() if one.request]
    house.server.pieces = 0  # large packets make no progress: whoever asks does not wait for them
    for _ in range(20):
        alice.client.send_service(s.MsgResendReq(msg_ids=kept * 100), house.now)
        alice.client.send_service(s.MsgResendAnsReq(msg_ids=[one.msg_id for one in alice.calls] * 100), house.now)
        alice.up(alice.client.take_output())
        alice.conn.take_output()
    waiting = alice.conn._parcels or ()
    assert 9 * 60_000 <= sum(len(parcel[3]) for parcel in waiting) < 10 * 60_000
    house.server.pieces = 1 << 20
    assert 9 * 60_000 <= len(alice.conn.take_output()) < 10 * 60_000
    alice.client.send_service(s.MsgResendReq(msg_ids=kept[:1]), house.now)
    alice.up(alice.client.take_output())
    assert 60_000 < len(alice.conn.take_output()) < 61_000
