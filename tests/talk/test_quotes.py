"""Source: api/threads, method/messages.sendMessage. A quote says what was said, or is none."""

from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage
from tests.talk.test_scheduled import falls_due

from chappe.tl import functions as f
from chappe.tl import types as t

INVALID = "400 QUOTE_TEXT_INVALID"


def quoting(stage: Stage, to: t.TypeInputPeer, words: str, **more: int) -> f.messages.SendMessage:
    reply = t.InputReplyToMessage(reply_to_msg_id=1, quote_text=words)
    number = next(stage.numbers)
    return f.messages.SendMessage(peer=to, message="as you say", random_id=number, reply_to=reply, **more)


async def test_words_nobody_said_are_no_quote(stage: Stage, alice: Person, bob: Person) -> None:
    await bob.says(alice, "I never said that I would come")
    room, later = await hall(stage, alice, bob), int(stage.clock.now()) + 3600
    first = await alice.calls(f.messages.CreateChat(users=[alice.knows(bob)], title="Circle"))
    group = t.InputPeerChat(chat_id=first.updates.chats[0].id)
    here, made_up = alice.sees(bob), "I would be late"
    assert await alice.fails(quoting(stage, here, made_up)) == INVALID
    assert await alice.fails(quoting(stage, here, made_up, schedule_date=later)) == INVALID
    assert await alice.fails(quoting(stage, room.peer(alice), made_up)) == INVALID
    elsewhere = quoting(stage, group, made_up)
    elsewhere.reply_to.reply_to_peer_id = here
    assert await alice.fails(elsewhere) == INVALID
    bob.hears()
    await alice.calls(quoting(stage, here, "I would come"))
    assert bob.receives(t.UpdateShortMessage).reply_to.quote_text == "I would come"


async def test_what_was_quoted_rightly_stays_so(stage: Stage, alice: Person, bob: Person) -> None:
    """A repeated call is answered as before, and what waits is sent, though the words were changed meanwhile."""
    await bob.says(alice, "see you at noon")
    at_once = quoting(stage, alice.sees(bob), "at noon")
    await alice.calls(at_once)
    await alice.calls(quoting(stage, alice.sees(bob), "at noon", schedule_date=int(stage.clock.now()) + 3600))
    await bob.calls(f.messages.EditMessage(peer=bob.sees(alice), id=1, message="see you at one"))
    assert await alice.tries(at_once) is None
    bob.hears()
    stage.clock.moves(3601)
    await falls_due(stage)
    assert bob.receives(t.UpdateNewMessage).message.reply_to.quote_text == "at noon"
    assert await alice.fails(quoting(stage, alice.sees(bob), "at noon")) == INVALID
