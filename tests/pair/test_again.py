"""Source: mtproto/service_messages_about_messages. Connections break, packets repeat, answers come late."""

from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pair.line import TOO_LONG, House, Line, greeting

from chappe import mtproto, tl
from chappe.mtproto import wire
from chappe.mtproto.client import Answer, Push
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t

CONFIG = f.help.GetConfig()


def update(number: int) -> bytes:
    """A push that can be told from another."""
    return tl.encode(t.UpdateShort(update=t.UpdateConfig(), date=number), tl.NEWEST)


def dates(line: Line) -> list[int]:
    """The numbers of the pushes the client heard."""
    values = [push.value for push in line.of(Push)]  # type: ignore[union-attr]
    return [value.date for value in values if value.NAME == "updateShort"]


def bodies(line: Line) -> list[bytes]:
    return [push.body for push in line.of(Push)]  # type: ignore[union-attr]


def answered(line: Line) -> list[int]:
    return [answer.msg_id for answer in line.of(Answer)]  # type: ignore[union-attr]


def talking(**wishes: Any) -> tuple[House, Line]:
    """Alice with a session that is under way."""
    house = House(**wishes)
    alice = house.signed()
    alice.client.send(CONFIG, house.now)
    alice.pump()
    alice.client.acknowledge(house.now)
    alice.pump()
    return house, alice


def test_a_call_is_executed_once_and_answered_again() -> None:
    house, alice = talking()
    alice.client.send(CONFIG, house.now)
    packet = alice.client.take_output()
    alice.up(packet)
    first = alice.conn.take_output()
    alice.up(packet)
    second = alice.conn.take_output()
    assert len(alice.calls) == 2
    alice.down(first + second)
    assert len(answered(alice)) == 2
    alice.client.acknowledge(house.now)
    alice.pump()
    alice.up(packet)
    alice.pump()
    assert len(alice.calls) == 2
    assert len(answered(alice)) == 2


def test_a_repeat_of_a_running_call_waits_for_the_one_answer() -> None:
    house, alice = talking()
    alice.answering = None
    asked = alice.client.send(CONFIG, house.now)
    packet = alice.client.take_output()
    alice.up(packet)
    alice.up(packet)
    assert len(alice.calls) == 2
    alice.session.answer(asked, greeting(alice.calls[-1]), house.now)
    alice.session.answer(asked, greeting(alice.calls[-1]), house.now)
    alice.pump()
    assert answered(alice)[1:] == [asked]


def test_the_answer_follows_the_client_to_its_next_connection() -> None:
    house, alice = talking()
    alice.answering = None
    asked = alice.client.send(CONFIG, house.now)
    alice.pump()
    call = alice.calls[-1]
    alice.cut()
    call.session.answer(asked, greeting(call), house.now)
    house.passes(120)
    again = alice.again()
    again.client.send_service(s.Ping(ping_id=1), house.now)
    again.pump()
    assert answered(again) == [asked]
    assert again.calls == []


def test_what_was_withdrawn_is_never_sent() -> None:
    house, alice = talking()
    alice.cut()
    session = alice.session
    session.push(update(7), house.now)
    session.withdraw()
    session.push(update(8), house.now)
    again = alice.again()
    again.client.send_service(s.Ping(ping_id=1), house.now)
    again.pump()
    assert dates(again) == [8]


def test_a_lost_answer_is_sent_again_with_the_same_msg_id() -> None:
    house, alice = talking()
    asked = alice.client.send(CONFIG, house.now)
    alice.up(alice.client.take_output())
    lost = set(alice.session.kept)
    alice.conn.take_output()
    alice.cut()
    again = alice.again().pump()
    assert answered(again) == [asked]
    assert lost <= set(again.session.kept)
    assert again.calls == []


def test_pushes_are_sent_again_until_acknowledged() -> None:
    house, alice = talking()
    for number in range(5):
        alice.session.push(update(number), house.now)
    alice.conn.take_output()
    session = alice.session
    alice.cut()
    session.push(update(5), house.now)
    again = alice.again()
    again.client.send_service(s.Ping(ping_id=1), house.now)
    again.pump()
    assert dates(again) == [0, 1, 2, 3, 4, 5]
    again.client.acknowledge(house.now)
    again.pump()
    assert not session.kept
    again.cut()
    third = again.again()
    third.client.send_service(s.Ping(ping_id=1), house.now)
    third.pump()
    assert dates(third) == []


def test_once_more_on_the_same_connection_after_a_while() -> None:
    house, alice = talking()
    alice.session.push(update(1), house.now)
    alice.conn.take_output()
    house.passes(61)
    for _ in range(5):
        house.server.sweep(house.now)
        alice.pump()
        house.passes(5)
    assert dates(alice) == [1]
    assert alice.session.kept


def test_a_long_answer_is_announced_before_it_is_sent_again() -> None:
    house, alice = talking()
    body = tl.encode(t.NearestDc(country=Random(1).randbytes(90_000).hex(), this_dc=2, nearest_dc=2), tl.NEWEST)
    alice.answering = None
    asked = alice.client.send(CONFIG, house.now)
    alice.pump()
    alice.session.answer(asked, body, house.now, compress=False)
    alice.conn.take_output()
    alice.cut()
    again = alice.again()
    again.client.send_service(s.Ping(ping_id=1), house.now)
    again.up(again.client.take_output())
    announced = again.conn.take_output()
    assert len(announced) < 1000
    again.down(announced)
    again.pump()
    assert answered(again) == [asked]


def test_an_old_connection_that_is_half_open_does_not_matter() -> None:
    house, alice = talking()
    alice.answering = None
    asked = alice.client.send(CONFIG, house.now)
    alice.pump()
    again = alice.again()
    again.answering = None
    again.client.send_service(s.Ping(ping_id=1), house.now)
    again.pump()
    alice.session.answer(asked, greeting(alice.calls[-1]), house.now)
    again.pump()
    assert answered(again) == [asked]
    alice.session.push(update(7), house.now)
    alice.conn.close(house.now)
    again.pump()
    assert dates(again) == [7]


def test_answers_go_where_the_call_came_from() -> None:
    house, alice = talking()
    media = house.line()
    media.client.session = alice.client.session
    media.answering = alice.answering = None
    one = alice.client.send(CONFIG, house.now)
    alice.up(alice.client.take_output())
    two = media.client.send(CONFIG, house.now)
    media.up(media.client.take_output())
    session = alice.session
    media.conn.take_output()
    session.answer(one, greeting(alice.calls[-1]), house.now)
    session.answer(two, greeting(media.calls[-1]), house.now)
    alice.down(alice.conn.take_output())
    media.down(media.conn.take_output())
    assert (answered(alice)[-1], answered(media)) == (one, [two])
    assert session.connections == (alice.conn, media.conn)


def test_pushes_past_the_bound_become_one_word() -> None:
    house, alice = talking(limits=mtproto.Limits(kept_count=64))
    session = alice.session
    for number in range(500):
        session.push(update(number), house.now)
    assert session.gapped
    assert len(session.kept) <= 64
    alice.pump()
    assert bodies(alice).count(TOO_LONG) == 1
    assert dates(alice) == []
    session.push(update(1000), house.now)
    alice.pump()
    assert dates(alice) == [1000]
    assert bodies(alice).count(TOO_LONG) == 1


def test_pushes_to_nobody_become_one_word_later() -> None:
    house, alice = talking(limits=mtproto.Limits(kept_count=64))
    session = alice.session
    alice.cut()
    for number in range(500):
        session.push(update(number), house.now)
    again = alice.again()
    again.client.send_service(s.Ping(ping_id=1), house.now)
    again.pump()
    assert bodies(again).count(TOO_LONG) == 1
    assert dates(again) == []


def test_a_client_that_acknowledges_nothing_loses_nothing_while_it_stays() -> None:
    house, alice = talking(limits=mtproto.Limits(kept_count=64))
    alice.client.acks_at_once = 10_000
    for number in range(300):
        alice.session.push(update(number), house.now)
        alice.pump()
    assert dates(alice) == list(range(300))
    assert len(alice.session.kept) <= 96
    assert not alice.session.gapped
    alice.cut()
    again = alice.again()
    again.client.send_service(s.Ping(ping_id=1), house.now)
    again.pump()
    assert bodies(again).count(TOO_LONG) == 1


def test_bytes_kept_are_bounded_and_given_up_answers_say_so() -> None:
    house, alice = talking(limits=mtproto.Limits(kept_bytes=1 << 20))
    alice.client.acks_at_once = 10_000
    body = tl.encode(t.NearestDc(country="x" * 200_000, this_dc=2, nearest_dc=2), tl.NEWEST)
    alice.answering = None
    asked = alice.client.send(CONFIG, house.now)
    packet = alice.client.take_output()
    alice.up(packet)
    alice.session.answer(asked, body, house.now, compress=False)
    alice.conn.take_output()
    for _ in range(20):
        more = alice.client.send(CONFIG, house.now)
        alice.pump()
        alice.session.answer(more, body, house.now, compress=False)
        alice.pump()
        assert alice.session.kept_bytes <= 1 << 20
    assert house.server.kept_bytes == alice.session.kept_bytes
    alice.up(packet)
    alice.pump()
    told = next(answer for answer in alice.of(Answer) if answer.msg_id == asked)  # type: ignore[union-attr]
    assert told.body == wire.rpc_error(-503, "Timeout")  # type: ignore[union-attr]
    assert len(alice.calls) == 22


def test_a_burst_of_answers_is_never_cut() -> None:
    house, alice = talking(limits=mtproto.Limits(kept_count=32))
    asked = [alice.client.send(CONFIG, house.now) for _ in range(900)]
    alice.pump()
    assert answered(alice)[1:] == asked


def test_age_gives_up_what_nobody_fetches() -> None:
    house, alice = talking()
    session = alice.session
    session.push(update(1), house.now)
    alice.cut()
    for _ in range(20):
        house.passes(60)
        house.server.sweep(house.now)
    assert house.server.session_count() == 0
    assert house.server.kept_bytes == 0
    house.passes(60)
    house.server.sweep(house.now)
    assert not session.kept


def test_idle_sessions_grow_small() -> None:
    house, alice = talking()
    for _ in range(50):
        alice.client.send(CONFIG, house.now)
        alice.pump()
    alice.client.acknowledge(house.now)
    alice.pump()
    house.passes(340)
    house.server.sweep(house.now)
    assert (alice.session.seen, alice.session.kept) == ({}, {})
    alice.client.send(CONFIG, house.now)
    alice.pump()
    assert len(answered(alice)) == 52


def test_after_a_restart_of_the_server() -> None:
    house, alice = talking()
    asked = alice.client.send(CONFIG, house.now)
    alice.cut()
    house.restart()
    house.passes(2)
    again = alice.again().pump()
    assert answered(again) == [asked]
    assert [push.value.NAME for push in again.of(Push)] == ["new_session_created"]  # type: ignore[union-attr]


def test_too_many_sessions_of_one_key() -> None:
    house, alice = talking(limits=mtproto.Limits(sessions_per_key=4))
    assert alice.client.session is not None
    key, salt = alice.client.session.key, alice.client.session.salt
    for number in range(10):
        line = house.line()
        line.client.session = type(alice.client.session)(key, salt, number)
        line.client.send(CONFIG, house.now)
        line.pump()
        assert len(answered(line)) == 1
        line.cut()
        house.passes(1)
    assert house.server.session_count() == 4
    assert alice.session in house.server.sessions(key.id)


def test_too_many_sessions_on_one_connection() -> None:
    house, alice = talking(limits=mtproto.Limits(sessions_per_connection=4))
    for number in range(8):
        assert alice.client.session is not None
        mine = alice.client.session
        alice.client.session = type(mine)(mine.key, mine.salt, number)
        alice.up((alice.client.send(CONFIG, house.now), alice.client.take_output())[1])
    assert isinstance(alice.events[-1], mtproto.Closed)
    assert alice.conn.closed


def test_a_flood_before_the_key_is_known() -> None:
    house = House()
    alice = house.signed()
    events: list[mtproto.Event] = []
    for _ in range(100):
        alice.client.send(CONFIG, house.now)
        events += alice.conn.receive(alice.client.take_output(), house.now)
    assert sum(isinstance(event, mtproto.KeyNeeded) for event in events) == 1
    assert isinstance(events[-1], mtproto.Closed)


class Story:
    """Alice, and what may happen to her line."""

    def __init__(self, seed: int) -> None:
        self.house = House(seed=seed)
        self.line = self.house.signed()
        self.lines = [self.line]
        self.pushed = 0
        self.asked: list[int] = []
        self.calls()
        self.line.pump()
        self.session = self.line.session

    def calls(self) -> None:
        self.asked.append(self.line.client.send(CONFIG, self.house.now))

    def is_pushed_to(self) -> None:
        self.session.push(update(self.pushed), self.house.now)
        self.pushed += 1

    def comes_back(self) -> None:
        self.line.cut()
        self.line = self.line.again()
        self.lines.append(self.line)
        self.line.client.send_service(s.Ping(ping_id=1), self.house.now)

    def is_heard_and_cut(self) -> None:
        self.line.up(self.line.client.take_output())
        self.line.conn.take_output()
        self.comes_back()

    def repeats_herself(self) -> None:
        packet = self.line.client.take_output()
        self.line.up(packet)
        if packet[:1] != b"\xef":
            self.line.up(packet)

    def acknowledges(self) -> None:
        self.line.client.acknowledge(self.house.now)

    def waits(self) -> None:
        self.house.passes(1.5)
        self.house.server.tick(self.house.now)

    def talks(self) -> None:
        self.line.pump()


STEPS = (
    Story.calls,
    Story.is_pushed_to,
    Story.comes_back,
    Story.is_heard_and_cut,
    Story.repeats_herself,
    Story.acknowledges,
    Story.waits,
    Story.talks,
)


@given(seed=st.integers(0, 1000), steps=st.lists(st.sampled_from(STEPS), max_size=60))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_each_call_runs_once_and_each_push_arrives(
    seed: int, steps: list[Callable[[Story], None]]
) -> None:
    """Losses, repeats and broken lines: every call is executed exactly once, every answer and push comes at last."""
    alice = Story(seed)
    for step in [*steps, Story.comes_back, Story.talks, Story.acknowledges, Story.talks]:
        step(alice)
    assert sorted(call.msg_id for line in alice.lines for call in line.calls) == sorted(alice.asked)
    assert sorted(msg_id for line in alice.lines for msg_id in answered(line)) == sorted(alice.asked)
    assert sorted(date for line in alice.lines for date in dates(line)) == list(range(alice.pushed))
    assert not alice.session.kept
    assert alice.house.server.kept_bytes == 0


def test_what_a_session_that_is_gone_would_hear_weighs_nothing() -> None:
    house, alice = talking()
    alice.answering = None
    alice.client.send(CONFIG, house.now)
    alice.pump()
    under_way, session, kept = alice.calls[-1], alice.session, house.server.kept_bytes
    house.server.remove(session)
    session.answer(under_way.msg_id, bytes(100_000), house.now)
    session.push(update(1), house.now)
    assert house.server.kept_bytes <= kept
    assert session.kept == {}
