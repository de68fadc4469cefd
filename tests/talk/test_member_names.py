"""Source: method/channels.getParticipants. Members are found by their names as these are now, the founder too."""

import pytest
from tests.kit.stage import Person, Stage

from chappe.base.ids import CHANNEL_MARK
from chappe.tl import functions as f
from chappe.tl import types as t


async def found(stage: Stage, person: Person, room: int, question: str, mentions: bool = False) -> list[int]:
    """Whom a search among the members finds."""
    filter_ = t.ChannelParticipantsMentions(q=question) if mentions else t.ChannelParticipantsSearch(q=question)
    channel = t.InputChannel(channel_id=room, access_hash=stage.access.hash_for(person.id, -room - CHANNEL_MARK))
    page = await person.calls(f.channels.GetParticipants(channel=channel, filter=filter_, offset=0, limit=9, hash=0))
    return [one.user_id for one in page.participants]


@pytest.fixture
async def room(stage: Stage, alice: Person, bob: Person) -> int:
    """Alice's group, in which Bob is."""
    made = await alice.calls(f.channels.CreateChannel(title="Mill", about="", megagroup=True))
    number: int = made.chats[0].id
    channel = t.InputChannel(channel_id=number, access_hash=stage.access.hash_for(alice.id, -number - CHANNEL_MARK))
    await alice.calls(f.channels.InviteToChannel(channel=channel, users=[alice.knows(bob)]))
    return number


async def test_the_founder_is_found(stage: Stage, alice: Person, bob: Person, room: int) -> None:
    assert await found(stage, bob, room, "Ali") == [alice.id]
    assert await found(stage, bob, room, "ali", mentions=True) == [alice.id]
    assert await found(stage, alice, room, "bo") == [bob.id]


async def test_a_new_name_is_found_and_the_old_is_not(stage: Stage, alice: Person, bob: Person, room: int) -> None:
    await bob.calls(f.account.UpdateProfile(first_name="Robert", last_name="Miller"))
    assert await found(stage, alice, room, "bob") == []
    assert await found(stage, alice, room, "mill") == [bob.id]
    await bob.calls(f.account.UpdateUsername(username="of_the_mill_race"))
    assert await found(stage, alice, room, "of_the") == [bob.id]
