"""Source: method/messages.getMessages. Messages by their ids, or by who answers them."""

from typing import Any

from tests.kit.stage import Person, Stage

from chappe.store import StoreUnavailable
from chappe.tl import functions as f
from chappe.tl import types as t


async def test_what_a_message_answers_is_fetched_by_the_answer(alice: Person, bob: Person) -> None:
    first = await alice.says(bob, "a question")
    reply = t.InputReplyToMessage(reply_to_msg_id=first.id)
    second = await alice.calls(
        f.messages.SendMessage(peer=alice.sees(bob), message="again", reply_to=reply, random_id=2)
    )
    asked = [t.InputMessageReplyTo(id=second.id), t.InputMessageID(id=second.id), t.InputMessageReplyTo(id=first.id)]
    page = await alice.calls(f.messages.GetMessages(id=asked))
    assert [(type(m), m.id) for m in page.messages] == [
        (t.Message, first.id), (t.Message, second.id), (t.MessageEmpty, 0),
    ]  # fmt: skip


class FullStore:
    """A store that takes nothing in."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.read = stage.store.read

    def write(self, act: Any) -> Any:
        raise StoreUnavailable("storage_full")


async def test_what_is_kept_can_be_read_when_nothing_more_can_be_stored(stage: Stage, alice: Person) -> None:
    await alice.calls(f.messages.SendMessage(peer=t.InputPeerSelf(), message="kept", random_id=1))
    full: Any = FullStore(stage)
    stage.services.store = full
    stage.clock.moves(86_400)
    alice.layer = 228
    page = await alice.calls(f.messages.GetMessages(id=[t.InputMessageID(id=1)]))
    assert page.messages[0].message == "kept"
