"""Source: type/restrictionReason. Labels, age gates and territories change how things are shown, and to whom."""

import pytest
from tests.kit.moderation import decide
from tests.kit.rooms import Hall, hall, history, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_public_search import published
from tests.talk.test_removals import moderator, post, undoes

from chappe import tl
from chappe.base.ids import UserId
from chappe.domain import decisions, open_rooms, territories
from chappe.domain.access import Moderator
from chappe.domain.content import Text
from chappe.domain.enforcement import AGE, MARK, VEIL
from chappe.domain.rulings import Item, Measure
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["moderator"]
FRENCH, ENGLISH = "33612345678", "447400123456"


async def lives(stage: Stage, person: Person, phone: str) -> None:
    """The person has a number of that country."""

    def act(tx: Tx) -> None:
        tx.run("UPDATE accounts SET phone = ? WHERE owner_id = ?", (phone, person.id))
        territories.settle(tx, UserId(person.id))

    await stage.writes(act)


async def rules(
    stage: Stage, moderator: Moderator, item: Item, kind: str, *territories: str, detail: str = ""
) -> decisions.Decision:
    """The item is under the measure."""
    measure = Measure(kind, territories, detail=detail)
    return await stage.writes(lambda tx: decide(tx, moderator, item, measure=measure))


async def joined(stage: Stage, room: Hall, *people: Person) -> None:
    """The people are in the public room and have heard nothing yet."""
    for person in people:
        await person.calls(f.channels.JoinChannel(channel=room.to(person)))
    for person in people:
        person.hears()


def reasons(thing: object) -> list[tuple[str, str]]:
    """(reason, text) of what is said of it."""
    return [(one.reason, one.text) for one in getattr(thing, "restriction_reason", None) or ()]


async def shown_to_strangers(stage: Stage, name: str) -> list[str]:
    """What the room's public page says."""

    def query(rx: Reader) -> list[str]:
        found = open_rooms.page(rx, open_rooms.find(rx, name)).posts
        return [m.content.message for one in found for m in one if isinstance(m.content, Text)]

    return await stage.reads(query)


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_hidden_in_a_territory(stage: Stage, moderator: Moderator, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    await lives(stage, bob, FRENCH)
    await lives(stage, carol, ENGLISH)
    room = await published(stage, alice, "the_trees")
    await joined(stage, room, bob, carol)
    said = await room.says(alice, "lawful in some places")
    pts = bob.receives(t.UpdateNewChannelMessage).pts
    decision = await rules(stage, moderator, post(room, said.id), "hide", "FR", "DE")
    assert bob.receives(t.UpdateChannelTooLong).channel_id == room.id
    diff = f.updates.GetChannelDifference(
        channel=room.to(bob), filter=t.ChannelMessagesFilterEmpty(), pts=pts, limit=100
    )
    news = (await bob.calls(diff)).other_updates[-1].message
    assert (news.message, reasons(news)) == (VEIL, [("hidden", VEIL)])
    assert texts(await room.history(bob))[0] == VEIL
    assert texts(await room.history(carol))[0] == texts(await room.history(alice))[0] == "lawful in some places"
    line = await bob.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=room.peer(bob))]))
    assert line.messages[0].message == VEIL
    assert await shown_to_strangers(stage, "the_trees") == [VEIL]
    for person in (bob, carol):
        ahead = f.messages.ForwardMessages(
            from_peer=room.peer(person), to_peer=t.InputPeerSelf(), id=[said.id], random_id=[5]
        )
        assert await person.fails(ahead) == "400 CHAT_FORWARDS_RESTRICTED"
    await undoes(stage, moderator, decision)
    assert texts(await room.history(bob))[0] == "lawful in some places"
    assert await shown_to_strangers(stage, "the_trees") == ["lawful in some places"]


async def test_hidden_in_a_private_chat(stage: Stage, alice: Person, bob: Person, moderator: Moderator) -> None:
    await lives(stage, bob, FRENCH)
    await alice.says(bob, "a reported word")
    told = bob.receives(t.UpdateNewMessage).message
    await rules(stage, moderator, Item("message", bob.id, told.id), "hide", "FR")
    assert bob.receives(t.UpdateEditMessage).message.message == VEIL
    assert alice.receives(t.UpdateEditMessage).message.message == "a reported word"
    assert texts(await history(bob, bob.sees(alice))) == [VEIL]
    state = await bob.calls(f.updates.GetDifference(pts=1, date=1, qts=0))
    assert [m.message for m in state.new_messages if m.peer_id.user_id == alice.id] == [VEIL]


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_labelled_and_for_adults(stage: Stage, moderator: Moderator, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await published(stage, alice, "the_trees")
    await joined(stage, room, bob)
    said = await room.says(alice, "the earth is flat")
    first = await rules(stage, moderator, post(room, said.id), "label", detail="It is not.")
    heard = bob.receives(t.UpdateEditChannelMessage).message
    assert heard.message == "the earth is flat"
    if not tl.lacks(t.FactCheck(hash=1), layer):
        assert heard.factcheck.text.text == "It is not."
    await rules(stage, moderator, post(room, said.id), "age_gate")
    page = (await room.history(bob)).messages[0]
    assert (page.message, reasons(page)) == ("the earth is flat", [("sensitive", AGE)])
    assert await shown_to_strangers(stage, "the_trees") == [VEIL]
    await undoes(stage, moderator, first)
    page = (await room.history(bob)).messages[0]
    assert page.factcheck is None and reasons(page) == [("sensitive", AGE)]


async def test_removed_though_labelled(stage: Stage, alice: Person, bob: Person, moderator: Moderator) -> None:
    room = await hall(stage, alice, bob)
    said = await room.says(alice, "the earth is flat")
    await rules(stage, moderator, post(room, said.id), "label", detail="It is not.")
    removal = await rules(stage, moderator, post(room, said.id), "remove")
    assert texts(await room.history(bob))[0] == MARK
    await undoes(stage, moderator, removal)
    page = (await room.history(bob)).messages[0]
    assert (page.message, page.factcheck.text.text) == ("the earth is flat", "It is not.")


async def test_labels_of_accounts(stage: Stage, alice: Person, bob: Person, moderator: Moderator) -> None:
    await alice.says(bob, "hello")
    bob.hears()
    await lives(stage, bob, FRENCH)
    user = f.users.GetUsers(id=[bob.knows(alice)])
    decision = await rules(stage, moderator, Item("account", alice.id), "label", detail="scam")
    assert (await bob.calls(user))[0].scam
    assert not (await alice.calls(f.users.GetUsers(id=[t.InputUserSelf()])))[0].scam
    await undoes(stage, moderator, decision)
    assert not (await bob.calls(user))[0].scam
    await rules(stage, moderator, Item("account", alice.id), "hide", "FR")
    shown = (await bob.calls(user))[0]
    assert (shown.restricted, shown.first_name, reasons(shown)) == (True, None, [("hidden", VEIL)])
