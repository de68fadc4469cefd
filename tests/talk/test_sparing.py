"""Source: dsa/20(4). One of many is let go: whose it is hears of it, the others nothing."""

import pytest
from tests.kit.moderation import decide, somebody
from tests.kit.rooms import group, hall, history, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_files import document_location, fetch, shelf
from tests.talk.test_media_removal import DATA, follows, hash_of, media
from tests.talk.test_removals import moderator, post, undoes
from tests.talk.test_room_files import attaches
from tests.talk.test_statements import told

from chappe.base.errors import Refusal
from chappe.domain import decisions, sparing, statements
from chappe.domain.access import Moderator
from chappe.domain.enforcement import MARK
from chappe.domain.rulings import Item, Measure, Undone
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["moderator", "shelf"]
MANY = 20


async def spares(stage: Stage, moderator: Moderator, decision: decisions.Decision, *items: Item) -> Undone:
    """The decision holds no more for the items."""
    keys = [item.key for item in items]
    return await stage.writes(lambda tx: sparing.spare(tx, moderator, decision.decision_id, keys, "a mistake"))


def told_nothing(*people: Person) -> bool:
    """True if the server said nothing to these people; what changed in rooms they see."""
    return not [u for one in people for u in one.hears() if isinstance(u, t.UpdateNewMessage)]


async def test_one_of_many_is_let_go_and_the_others_hear_nothing(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    room = await hall(stage, alice, bob)
    said = [post(room, (await room.says((alice, bob)[n % 2], f"offer {n}")).id) for n in range(MANY)]
    alice.hears(), bob.hears()
    decision = await stage.writes(lambda tx: decide(tx, moderator, *said))
    mine, late = said[1], said[-1]  # both bob's; the second waits for its turn still
    alice.hears(), bob.hears()
    await spares(stage, moderator, decision, mine, late)
    text = told(bob)
    assert "undone in part" in text and text.count("Garden") == 2 and "still holds" in text
    assert told_nothing(alice)
    await follows(stage)
    shown = texts(await room.history(alice, limit=MANY))
    assert [text for text in shown if text != MARK] == [f"offer {MANY - 1}", "offer 1"]
    with pytest.raises(Refusal, match="decision_item_unknown"):
        await spares(stage, moderator, decision, mine)
    again = await stage.writes(lambda tx: decide(tx, moderator, mine))
    await undoes(stage, moderator, again)
    alice.hears(), bob.hears()

    await spares(stage, moderator, decision, *said[3::2][:-1])
    assert "undone in part" not in (text := told(bob)) and "the rest" not in text and "holds no more" in text
    assert told_nothing(alice)
    [his] = [one for one in await stage.reads(lambda rx: statements.of_decision(rx, 1)) if one.person_id == bob.id]
    assert await stage.reads(lambda rx: statements.is_spared(rx, his.decision, bob.id))
    await undoes(stage, moderator, decision)
    assert "holds no more" in told(alice) and told_nothing(bob)
    assert texts(await room.history(alice, limit=MANY)) == [f"offer {n}" for n in range(MANY)][::-1]
    left = ("enforcements", "withheld", "withheld_for", "decision_followups", "decision_clashes")
    assert [await stage.reads(lambda rx, table=table: rx.all(f"SELECT * FROM {table}")) for table in left] == [[]] * 5  # type: ignore[misc]


async def test_accounts_photos_and_looks_are_spared(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    people = [Item("account", one.id) for one in (alice, bob)]
    decision = await stage.writes(lambda tx: decide(tx, moderator, *people, measure="freeze"))
    alice.hears(), bob.hears()
    await spares(stage, moderator, decision, people[0])
    assert "frozen" in told(alice) and told_nothing(bob)
    await alice.says(bob, "hello")
    assert "FROZEN" in (await bob.tries(hello(bob, alice)) or "")
    assert await spares(stage, moderator, decision, people[1])
    assert (await stage.reads(lambda rx: decisions.find(rx, decision.decision_id))).state == "undone", "nothing is left"

    room = await group(alice, bob)
    said = await alice.calls(hello(alice, room, 2))
    one = Item("message", alice.id, said.updates[0].id)
    other = Item("message", alice.id, (await alice.calls(hello(alice, room, 3))).updates[0].id)
    label = Measure("label", detail="Disputed")
    decision = await stage.writes(lambda tx: decide(tx, moderator, one, other, measure=label))
    await spares(stage, moderator, decision, one)
    page = (await history(bob, room)).messages[:2]
    assert [m.factcheck is not None for m in page] == [True, False], "in every box of the group"


def hello(person: Person, to: Person | t.TypeInputPeer, number: int = 1) -> f.messages.SendMessage:
    """Something to say."""
    peer = person.sees(to) if isinstance(to, Person) else to
    return f.messages.SendMessage(peer=peer, message=f"hello {number}", random_id=100 + number)


async def test_one_copy_of_a_file_is_let_go(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator, shelf: FileStore
) -> None:
    room = await hall(stage, alice, bob)
    first, other = await attaches(alice, room.peer(alice), DATA), await attaches(bob, room.peer(bob), DATA, 2)
    await attaches(alice, alice.sees(bob), DATA, 3)
    shown = media((await room.history(alice)).messages[1])
    item = await hash_of(stage, media(first))
    decision = await stage.writes(lambda tx: decide(tx, moderator, item))
    with pytest.raises(Refusal, match="decision_pending"):
        await spares(stage, moderator, decision, post(room, first.id))
    await follows(stage)
    hers = await stage.reads(lambda rx: sparing.theirs(rx, decision.decision_id, alice.id))
    assert {one.peer_id for one in hers} == {room.marked, alice.id} and len(hers) == 2
    alice.hears(), bob.hears()
    await spares(stage, moderator, decision, post(room, first.id))
    assert "undone in part" in told(alice) and told_nothing(bob)
    assert texts(await room.history(bob)) == [MARK, ""]
    assert await fetch(bob, document_location(shown), len(DATA)) == DATA
    with pytest.raises(Exception, match="MEDIA_INVALID"):
        await attaches(alice, room.peer(alice), DATA, 7)
    for wrong in (item, post(room, first.id), Item("message", 10**30, 1), Item("account", bob.id)):
        with pytest.raises(Refusal):
            await spares(stage, moderator, decision, wrong)
    await undoes(stage, moderator, decision)
    assert texts(await room.history(bob)) == ["", ""] and media((await room.history(bob)).messages[0]).id
    assert other.id


async def test_who_may_not_undo_may_not_spare(stage: Stage, alice: Person, moderator: Moderator) -> None:
    room = await hall(stage, alice)
    items = [post(room, (await room.says(alice, f"offer {n}")).id) for n in range(2)]
    decision = await stage.writes(lambda tx: decide(tx, moderator, *items))
    other = await stage.writes(lambda tx: somebody(tx, "looks on", ("triage", "auditor")))
    with pytest.raises(Refusal, match="decision_role_needed"):
        await spares(stage, other, decision, items[0])
    with pytest.raises(Refusal, match="decision_item_invalid"):
        await spares(stage, moderator, decision)
