"""Source: dsa/17(1). A message that a decision removes says nothing to anybody at once, and undoing brings it back."""

import asyncio

import pytest
from tests.kit.moderation import decide, somebody
from tests.kit.rooms import Hall, group, hall, history, says, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_public_search import everywhere, published, tagged

from chappe.base.errors import Conflict, NotFound
from chappe.domain import decisions, editing, edits, open_rooms
from chappe.domain.access import Moderator
from chappe.domain.content import WebPage
from chappe.domain.enforcement import MARK, VEIL
from chappe.domain.rulings import Item
from chappe.jobs import Indexing
from chappe.safety import erasing
from chappe.safety.retention import KEPT_S
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.fixture
async def moderator(stage: Stage) -> Moderator:
    """Somebody who may decide anything."""
    return await stage.writes(somebody)


async def removes(stage: Stage, moderator: Moderator, *items: Item) -> decisions.Decision:
    """The items are removed."""
    return await stage.writes(lambda tx: decide(tx, moderator, *items))


async def undoes(stage: Stage, moderator: Moderator, decision: decisions.Decision) -> decisions.Undone:
    """The decision is undone, to its end."""
    await stage.writes(lambda tx: decisions.undo(tx, moderator, decision.decision_id, "a mistake"))
    while await stage.writes(lambda tx: decisions.follow_up(tx, stage.entropy(16))):
        pass
    return await stage.reads(lambda rx: decisions.undone(rx, decision.decision_id))


def post(room: Hall, message_id: int) -> Item:
    """A message of a room."""
    return Item("message", room.marked, message_id)


async def test_a_post_is_gone_for_everybody_and_comes_back(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    room = await published(stage, alice, "the_market")
    await bob.calls(f.channels.JoinChannel(channel=room.to(bob)))
    said = await room.says(alice, "pills for sale #spring_time")
    await Indexing().step(stage.store)
    bob.hears()
    decision = await removes(stage, moderator, post(room, said.id))
    heard = bob.receives(t.UpdateEditChannelMessage)
    assert heard.message.message == MARK and heard.message.restriction_reason[0].platform == "all"
    assert heard.message.id == said.id and heard.message.edit_date is None
    assert texts(await room.history(bob))[0] == texts(await room.history(alice))[0] == MARK
    await Indexing().step(stage.store)
    assert texts(await bob.calls(tagged("spring_time"))) == []
    assert texts(await bob.calls(everywhere("pills"))) == []
    assert (await bob.calls(f.updates.GetChannelDifference(
        channel=room.to(bob), filter=t.ChannelMessagesFilterEmpty(), pts=1, limit=100,
    ))).new_messages[-1].message == MARK  # fmt: skip
    ahead = f.messages.ForwardMessages(
        from_peer=room.peer(bob), to_peer=bob.sees(alice), id=[said.id], random_id=[1]
    )
    assert await bob.fails(ahead) == "400 CHAT_FORWARDS_RESTRICTED"
    edit = f.messages.EditMessage(peer=room.peer(alice), id=said.id, message="pills again")
    assert await alice.fails(edit) == "400 MESSAGE_ID_INVALID"

    undone = await undoes(stage, moderator, decision)
    assert undone.conflicts == () and undone.decision.state == "undone"
    back = bob.receives(t.UpdateEditChannelMessage)
    assert back.message.message == "pills for sale #spring_time" and back.message.restriction_reason is None
    await Indexing().step(stage.store)
    assert texts(await bob.calls(tagged("spring_time"))) == ["pills for sale #spring_time"]
    assert texts(await bob.calls(everywhere("pills"))) == ["pills for sale #spring_time"]
    await alice.calls(edit)


async def test_a_private_message_is_gone_from_both_boxes(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    await alice.says(bob, "an insult")
    told = bob.receives(t.UpdateNewMessage).message
    decision = await removes(stage, moderator, Item("message", bob.id, told.id))
    assert bob.receives(t.UpdateEditMessage).message.message == MARK
    assert alice.receives(t.UpdateEditMessage).message.message == MARK
    assert texts(await history(bob, bob.sees(alice))) == texts(await history(alice, alice.sees(bob))) == [MARK]
    again = await stage.reads(lambda rx: decisions.about(rx, Item("message", bob.id, told.id)))
    assert [one.decision_id for one in again] == [decision.decision_id]
    hers = (await history(alice, alice.sees(bob))).messages[0].id
    with pytest.raises(Conflict, match="decision_stands"):
        await removes(stage, moderator, Item("message", alice.id, hers))
    await undoes(stage, moderator, decision)
    assert alice.receives(t.UpdateEditMessage).message.message == "an insult"
    assert texts(await history(bob, bob.sees(alice))) == ["an insult"]


async def test_a_message_of_a_basic_group_is_gone_from_every_copy(
    stage: Stage, alice: Person, bob: Person, carol: Person, moderator: Moderator
) -> None:
    room = await group(alice, bob, carol)
    said = await says(alice, room, "an insult")
    decision = await removes(stage, moderator, Item("message", alice.id, said.id))
    for person in (alice, bob, carol):
        assert person.receives(t.UpdateEditMessage).message.message == MARK
        assert texts(await history(person, room))[0] == MARK
    await undoes(stage, moderator, decision)
    assert [texts(await history(person, room))[0] for person in (bob, carol)] == ["an insult"] * 2


async def test_what_others_did_meanwhile_stays(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    room = await hall(stage, alice, bob)
    kept, gone = await room.says(alice, "one"), await room.says(alice, "two")
    decision = await removes(stage, moderator, post(room, kept.id), post(room, gone.id))
    await bob.calls(f.messages.SendReaction(
        peer=room.peer(bob), msg_id=kept.id, reaction=[t.ReactionEmoji(emoticon="👍")]
    ))  # fmt: skip
    await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[gone.id]))
    undone = await undoes(stage, moderator, decision)
    assert [(clash.item, clash.what) for clash in undone.conflicts] == [(post(room, gone.id), "gone")]
    page = await room.history(bob)
    assert texts(page)[0] == "one" and page.messages[0].reactions.results[0].count == 1


async def test_two_decisions_on_one_target(stage: Stage, alice: Person, bob: Person, moderator: Moderator) -> None:
    room = await hall(stage, alice, bob)
    said = await room.says(alice, "once")
    first = await removes(stage, moderator, post(room, said.id))
    with pytest.raises(Conflict) as refused:
        await removes(stage, moderator, post(room, said.id))
    assert (refused.value.reason, refused.value.facts["decisions"]) == ("decision_stands", [first.decision_id])
    with pytest.raises(NotFound, match="decision_item_unknown"):
        await removes(stage, moderator, post(room, 99))
    await undoes(stage, moderator, first)
    with pytest.raises(Conflict, match="decision_not_in_force"):
        await undoes(stage, moderator, first)
    await removes(stage, moderator, post(room, said.id))


async def test_quotes_edits_and_the_admin_log_say_it_no_more(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    room = await hall(stage, alice, bob)
    said = await room.says(bob, "pills for sale")
    quote = t.InputReplyToMessage(reply_to_msg_id=said.id, quote_text="pills", quote_offset=0)
    await room.says(alice, "no, no", reply_to=quote)
    await bob.calls(f.messages.EditMessage(peer=room.peer(bob), id=said.id, message="pills for free"))
    log = f.channels.GetAdminLog(channel=room.to(alice), q="", max_id=0, min_id=0, limit=9)
    decision = await removes(stage, moderator, post(room, said.id))
    answer = (await room.history(alice)).messages[0]
    assert (answer.message, answer.reply_to.quote_text, answer.reply_to.reply_to_msg_id) == ("no, no", None, said.id)
    act = (await alice.calls(log)).events[0].action
    assert (act.prev_message.message, act.new_message.message) == (VEIL, VEIL)
    found = await alice.calls(f.channels.GetAdminLog(
        channel=room.to(alice), q="pills", max_id=0, min_id=0, limit=9
    ))  # fmt: skip
    assert found.events == []
    await undoes(stage, moderator, decision)
    assert (await room.history(alice)).messages[0].reply_to.quote_text == "pills"
    act = (await alice.calls(log)).events[0].action
    assert (act.prev_message.message, act.new_message.message) == ("pills for sale", "pills for free")


async def test_a_link_to_it_has_no_card(stage: Stage, alice: Person, bob: Person, moderator: Moderator) -> None:
    room = await published(stage, alice, "the_market")
    said = await room.says(alice, "pills for sale")
    site = stage.services.link_prefix
    page = WebPage(1, f"{site}@the_market/{said.id}", "ready", title="Market", description="pills for sale")
    other = WebPage(2, f"{site}@the_market/{said.id + 1}", "ready", title="Market")
    for one in (page, other):
        told = await alice.says(bob, one.url)
        await stage.writes(lambda tx, one=one, told=told: editing.attach_card(tx, alice.id, told.id, one.url, one))
    decision = await removes(stage, moderator, post(room, said.id))
    cards = [m.media for m in (await history(bob, bob.sees(alice))).messages]
    assert [card is None for card in cards] == [False, True]
    await undoes(stage, moderator, decision)
    cards = [m.media.webpage.description for m in (await history(bob, bob.sees(alice))).messages]
    assert cards == [None, "pills for sale"]


async def test_of_two_at_once_one_is_refused(stage: Stage, alice: Person, moderator: Moderator) -> None:
    room = await hall(stage, alice)
    said = await room.says(alice, "once")
    made = await asyncio.gather(
        *(stage.store.write(lambda tx: decide(tx, moderator, post(room, said.id))) for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, decisions.Decision) for one in made) == 1
    assert [str(one) for one in made if isinstance(one, Exception)] == ["decision_stands"] * 3


async def test_earlier_versions_of_a_post_are_not_told(
    stage: Stage, alice: Person, moderator: Moderator
) -> None:
    room = await published(stage, alice, "the_market")
    said = await room.says(alice, "pills for sale")
    await alice.calls(f.messages.EditMessage(peer=room.peer(alice), id=said.id, message="nothing for sale"))
    decision = await removes(stage, moderator, post(room, said.id))

    def past(rx: Reader) -> list[str | None]:
        found = open_rooms.find(rx, "the_market")
        return [one.said.message if one.said else None for one in edits.edits_of(rx, found.grant, room.marked, said.id)]

    assert await stage.reads(past) == [None]
    await undoes(stage, moderator, decision)
    assert await stage.reads(past) == ["pills for sale"]


async def test_the_copy_in_the_discussion_group_goes_too(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    channel, talk = await hall(stage, alice, bob, broadcast=True), await hall(stage, alice, bob)
    await alice.calls(f.channels.SetDiscussionGroup(broadcast=channel.to(alice), group=talk.to(alice)))
    said = await channel.says(alice, "pills for sale")
    decision = await removes(stage, moderator, post(channel, said.id))
    assert texts(await talk.history(bob))[0] == MARK
    await undoes(stage, moderator, decision)
    assert texts(await talk.history(bob))[0] == "pills for sale"


async def test_what_a_removed_post_said_goes_some_time_after_its_author_deleted_it(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    room = await published(stage, alice, "the_market")
    number = (await says(alice, room.peer(alice), "for sale")).id
    decision = await removes(stage, moderator, post(room, number))

    async def kept() -> int:
        return len(await stage.reads(lambda rx: rx.all("SELECT content FROM withheld")))

    await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[number]))
    await erasing(stage.store)()
    assert await kept() == 1
    stage.clock.moves(KEPT_S + 86_400)
    await erasing(stage.store)()
    assert await kept() == 0
    undone = await undoes(stage, moderator, decision)
    assert [(clash.item, clash.what) for clash in undone.conflicts] == [(post(room, number), "gone")]
