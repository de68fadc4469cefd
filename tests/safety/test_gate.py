"""Rules that speak before an act: what people meet, what is counted, and what is never read.

Source: requirements/rules, api/errors#420-flood
"""

from pathlib import Path

import pytest
from tests.kit.moderation import somebody
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage
from tests.safety.watched import Watch, market

from chappe.base.errors import TooMany
from chappe.domain import decisions, rooms, statements
from chappe.domain.content import Text
from chappe.safety import events, findings, gate, reading, rulebook
from chappe.safety.recent import Pace
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.fixture
def watch(stage: Stage, tmp_path: Path) -> Watch:
    """The stage behind the gate, with the shipped rules."""
    return Watch(stage, tmp_path)


async def test_a_new_account_that_writes_to_everybody_is_stopped(stage: Stage, watch: Watch) -> None:
    alice, *others = await stage.people("alice", *(f"person{n}" for n in range(23)))
    stage.clock.moves(2 * 3600)
    for other in others[:20]:
        await alice.says(other, "Buy my coins")
    assert await alice.tries(f.messages.SendMessage(peer=alice.sees(others[20]), message="Buy", random_id=77)) == (
        "400 PEER_FLOOD"
    )
    assert others[20].hears() == []
    await alice.says(others[0], "we talk already")
    bob = others[21]
    await bob.says(others[22], "hello")
    await watch.looks()
    (signal,) = await watch.signals("rule", "unsolicited-messages")
    assert (signal.subject, signal.item_key) == (f"user:{alice.id}", f"account:{alice.id}")
    assert signal.case_id
    assert signal.facts == {
        "account_age_s": 7200, "tight": False, "saved": False, "contacts_10m": 21, "contacts_day": 21
    }
    (day,) = await watch.days("unsolicited-messages")
    assert (day.seen, day.found) == (22, 1)


async def test_a_refusal_that_restricts_a_person_is_a_decision_with_a_statement(stage: Stage, watch: Watch) -> None:
    alice, *others = await stage.people("alice", *(f"person{n}" for n in range(24)))
    french = "UPDATE authorizations SET lang_code = 'fr' WHERE owner_id = ?"
    await stage.writes(lambda tx: tx.run(french, (alice.id,)))
    stage.clock.moves(2 * 3600)
    for other in others[:20]:
        await alice.says(other, "Buy my coins")
    alice.hears()
    assert await alice.fails(_letter(alice, others[20])) == "400 PEER_FLOOD"
    await watch.looks()
    (signal,) = await watch.signals("rule", "unsolicited-messages")
    decision = await stage.reads(lambda rx: decisions.find(rx, signal.decision_id))
    assert (decision.measure.kind, decision.measure.detail, decision.source) == ("limit", "mute", "rule")
    assert decision.measure.until == int(stage.clock.now()) + 24 * 3600
    assert (decision.automated_detection, decision.automated_decision) == (True, "full")
    assert (decision.ground.clause, decision.case_id) == ("3.6", signal.case_id)
    (told,) = await stage.reads(lambda rx: statements.of_decision(rx, decision.decision_id))
    assert told.person_id == alice.id
    whole = await stage.reads(lambda rx: statements.text(rx, told))
    assert "messages de masse" in whole and "mass messages" not in whole
    assert [one for one in alice.hears() if "3.6" in repr(one)], "the statement stands in the chat with the server"
    stage.clock.moves(11 * 60)
    assert await alice.tries(_letter(alice, others[21])) is not None, "the limit holds when the flood is over"
    moderator = await stage.writes(lambda tx: somebody(tx, "moderator"))
    await stage.writes(lambda tx: decisions.undo(tx, moderator, decision.decision_id, "a mistake"))
    stage.clock.moves(86_400)
    await alice.calls(_letter(alice, others[22]))


def _letter(person: Person, other: Person) -> f.messages.SendMessage:
    return f.messages.SendMessage(peer=person.sees(other), message="Buy", random_id=next(person.stage.numbers))


async def test_refused_again_and_again_is_one_signal_a_day(stage: Stage, watch: Watch) -> None:
    alice, *others = await stage.people("alice", *(f"person{n}" for n in range(21)))
    stage.clock.moves(2 * 3600)
    for other in others[:20]:
        await alice.says(other, "Buy my coins")
    for number in range(3):
        query = f.messages.SendMessage(peer=alice.sees(others[20]), message="Buy", random_id=100 + number)
        assert await alice.fails(query) == "400 PEER_FLOOD"
        await watch.looks()
    assert len(await watch.signals("rule", "unsolicited-messages")) == 1
    (day,) = await watch.days("unsolicited-messages")
    assert (day.seen, day.found) == (21, 1), "the account is mute by the decision that followed the first"


async def test_in_its_first_hour_an_account_waits(stage: Stage, watch: Watch) -> None:
    alice, *others = await stage.people("alice", *(f"person{n}" for n in range(12)))
    for other in others[:10]:
        await alice.says(other, "hello")
    query = f.messages.SendMessage(peer=alice.sees(others[10]), message="hello", random_id=5)
    assert await alice.fails(query) == "420 FLOOD_WAIT_600"
    stage.clock.moves(1300)
    await alice.calls(query)


async def test_who_saved_somebody_is_no_stranger(stage: Stage, watch: Watch) -> None:
    alice, *others = await stage.people("alice", *(f"person{n}" for n in range(12)))
    for other in others:
        await other.calls(f.contacts.AddContact(id=other.knows(alice), first_name="A", last_name="", phone=""))
        await alice.says(other, "I am here now")


async def test_whoever_was_written_to_may_answer(stage: Stage, watch: Watch) -> None:
    alice, *others = await stage.people("alice", *(f"person{n}" for n in range(12)))
    for other in others:
        await other.says(alice, "what does it cost?")
    for other in others:
        await alice.says(other, "ten")
    assert watch.gate.taken().seen["first_contact", int(stage.clock.now()) // 86_400] == 12


async def test_private_words_never_reach_a_rule(
    stage: Stage, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither private chats nor closed groups make an event with words, whatever the rules are."""
    seen: list[dict[str, events.Value]] = []
    real = rulebook.Compiled.found

    def found(self: rulebook.Compiled, facts: events.Facts) -> list[rulebook.Rule]:
        seen.append(dict(facts))
        return real(self, facts)

    monkeypatch.setattr(rulebook.Compiled, "found", found)
    alice, bob = await stage.people("alice", "bob")
    await alice.says(bob, "my secret word is xylophone")
    closed = await hall(stage, alice, bob)
    await closed.says(bob, "the closed word is xylophone")
    await watch.looks()
    assert seen
    assert "xylophone" not in repr(seen)
    room = await market(stage, alice, bob)
    await room.says(bob, "the public word is xylophone")
    await watch.looks()
    assert "xylophone" in repr(seen)


async def test_the_same_text_in_many_public_rooms_waits(stage: Stage, watch: Watch) -> None:
    alice, bob = await stage.people("alice", "bob")
    halls = [await market(stage, alice, bob, name=f"market{n}") for n in range(6)]
    for room in halls[:5]:
        await room.says(bob, "Free coins for all of you")
    assert await bob.fails(
        f.messages.SendMessage(peer=halls[5].peer(bob), message="Free coins for all of you", random_id=9)
    ) == "420 FLOOD_WAIT_600"  # fmt: skip
    await halls[5].says(bob, "Something else")
    await watch.looks()
    (signal,) = await watch.signals("rule", "repeated-posts")
    assert signal.case_id
    assert not signal.decision_id
    assert "text" not in signal.facts


async def test_many_rooms_of_a_young_account(stage: Stage, watch: Watch) -> None:
    (alice,) = await stage.people("alice")
    for number in range(10):
        await hall(stage, alice, title=f"Room {number}")
    make = f.channels.CreateChannel(title="Room", about="", megagroup=True)
    assert await alice.fails(make) == "420 FLOOD_WAIT_3600"
    stage.clock.moves(86_401)
    await alice.calls(make)


async def test_a_raid_of_young_accounts_waits_and_others_come(stage: Stage, watch: Watch) -> None:
    alice, old = await stage.people("alice", "old")
    stage.clock.moves(86_401)
    room = await market(stage, alice)
    join = {}
    for number in range(102):
        person = await stage.person(f"raider{number}")
        join[number] = await person.tries(f.channels.JoinChannel(channel=room.to(person)))
    assert {join[number] for number in range(100)} == {None}
    assert join[101] == "420 FLOOD_WAIT_600"
    assert await old.tries(f.channels.JoinChannel(channel=room.to(old))) is None


async def test_while_the_guard_is_on_limits_are_tighter(stage: Stage, watch: Watch) -> None:
    alice, *others = await stage.people("alice", *(f"person{n}" for n in range(5)))
    watch.gate.tight = True
    for other in others[:3]:
        await alice.says(other, "hello")
    query = f.messages.SendMessage(peer=alice.sees(others[3]), message="hello", random_id=5)
    assert await alice.fails(query) == "420 FLOOD_WAIT_600"


async def test_a_rule_in_the_shadow_stops_nobody_and_is_counted(stage: Stage, watch: Watch) -> None:
    watch.gate.use(watch.gate.book.in_mode("young-accounts", "shadow"))
    alice, *others = await stage.people("alice", *(f"person{n}" for n in range(13)))
    for other in others:
        await alice.says(other, "hello")
    await watch.looks()
    (day,) = await watch.days("young-accounts")
    assert (day.mode, day.seen, day.found) == ("shadow", 13, 3)
    (signal,) = await watch.signals("rule", "young-accounts")
    assert (signal.mode, signal.case_id) == ("shadow", 0)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("C.V.V for sale", "cvv for sale"),
        ("c-v-v", "cvv"),
        ("Cocaïne à vendre", "cocaine a vendre"),
        ("ＣＶＶ", "cvv"),
        ("c\u200bv\u200bv", "cvv"),
        ("a  b", "a b"),
        ("plain words stay", "plain words stay"),
    ],
)
def test_letters_are_read_whatever_is_put_between_them(text: str, folded: str) -> None:
    assert reading.fold(text) == folded


async def test_counts_are_forgotten_after_a_day(stage: Stage, watch: Watch) -> None:
    alice, bob = await stage.people("alice", "bob")
    await alice.says(bob, "hello")
    stage.clock.moves(86_400 + 700)
    assert await stage.writes(gate.forget_counts) > 0
    assert await stage.writes(gate.forget_counts) == 0


async def test_a_message_sent_once_more_is_not_asked_about_again(stage: Stage, watch: Watch) -> None:
    alice, bob = await stage.people("alice", "bob")
    query = f.messages.SendMessage(peer=alice.sees(bob), message="hello", random_id=5)
    first = await alice.calls(query)
    again = await alice.calls(query)
    assert isinstance(first, t.UpdateShortSentMessage)
    assert again.updates
    assert watch.gate.taken().seen["first_contact", int(stage.clock.now()) // 86_400] == 1


async def test_a_store_in_trouble_loses_no_decision(
    stage: Stage, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the store cannot take now is followed later, with its decision; nothing is written by half."""
    alice, *others = await stage.people("alice", *(f"person{n}" for n in range(21)))
    stage.clock.moves(2 * 3600)
    for other in others[:20]:
        await alice.says(other, "Buy my coins")
    assert await alice.fails(_letter(alice, others[20])) == "400 PEER_FLOOD"
    (found,) = watch.gate.taken().findings.values()
    one = findings.by_rule(found.rule, found.item, found.subject, found.facts, found.day)

    def busy(*_: object) -> None:
        raise TooMany("server_busy", wait_s=1)

    with monkeypatch.context() as patched:
        patched.setattr(decisions, "decide", busy)
        with pytest.raises(TooMany):
            await watch.follower.follow(one)
    assert await watch.signals("rule", "unsolicited-messages") == []
    assert await watch.follower.follow(one)
    (signal,) = await watch.signals("rule", "unsolicited-messages")
    assert signal.decision_id


async def test_what_could_not_be_written_is_written_later(
    stage: Stage, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, *others = await stage.people("alice", *(f"person{n}" for n in range(21)))
    stage.clock.moves(2 * 3600)
    for other in others[:20]:
        await alice.says(other, "Buy my coins")
    assert await alice.fails(_letter(alice, others[20])) == "400 PEER_FLOOD"

    async def busy(_: object) -> int:
        raise TooMany("server_busy", wait_s=1)

    with monkeypatch.context() as patched:
        patched.setattr(watch.follower, "follow", busy)
        with pytest.raises(TooMany):
            await watch.looks()
    await watch.looks()
    assert len(await watch.signals("rule", "unsolicited-messages")) == 1
    (day,) = await watch.days("unsolicited-messages")
    assert (day.seen, day.found) == (21, 1)


async def test_a_post_has_every_field_of_its_event(stage: Stage, watch: Watch) -> None:
    (alice,) = await stage.people("alice")
    room = await market(stage, alice)
    known = await stage.reads(lambda rx: rooms.find(rx, room.marked))
    event = reading.message(Text("hello"), known, alice.id, 5, Pace(1, 1, 1), known.date + 7, tight=False)
    assert {name: type(value) for name, value in event.items()} == {
        name: type(value) for name, value in events.facts("message").items()
    }
    assert event == events.facts(
        "message", account_age_s=5, member_count=1, room_age_s=7, own_room=True, text="hello", folded="hello",
        posts_10m=1, same_10m=1, rooms_10m=1,
    )  # fmt: skip
