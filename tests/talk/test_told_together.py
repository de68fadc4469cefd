"""Source: api/updates. What waits at the same time is told in one update, in its order."""

import asyncio

from tests.kit.rooms import group, hall
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


def said(peer: t.TypeInputPeer, number: int) -> f.messages.SendMessage:
    return f.messages.SendMessage(peer=peer, message=f"word {number}", random_id=number)


def require_in_order(told: list[t.Updates], kind: type[t.UpdateNewMessage] | type[t.UpdateNewChannelMessage]) -> None:
    """The words come in the order of their pts, each once, and every envelope names each of its people once."""
    news = [one for part in told for one in part.updates if isinstance(one, kind)]
    assert sorted(one.message.message for one in news) == [f"word {n}" for n in (1, 2, 3)]
    assert [one.pts for one in news] == sorted(one.pts for one in news)
    for part in told:
        assert len({one.id for one in part.users}) == len(part.users)
        assert {one.message.from_id.user_id for one in part.updates} <= {one.id for one in part.users}


async def pushed(stage: Stage, person: Person) -> list[t.Updates]:
    await stage.settles()
    heard = [tl.decode(body) for body in person.session.pushed]
    person.session.pushed.clear()
    return [one for one in heard if isinstance(one, t.Updates)]


async def test_messages_that_wait_together(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    peer = await group(alice, bob, carol)
    await pushed(stage, bob)
    await asyncio.gather(alice.calls(said(peer, 1)), carol.calls(said(peer, 2)), alice.calls(said(peer, 3)))
    heard = await pushed(stage, bob)
    assert len(heard) == 1
    require_in_order(heard, t.UpdateNewMessage)
    own = [one.message.message for part in await pushed(stage, carol) for one in part.updates]
    assert sorted(own) == ["word 1", "word 3"]


async def test_posts_of_a_room_that_wait_together(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room = await hall(stage, alice, bob, carol)
    await pushed(stage, bob)
    await asyncio.gather(*(
        who.calls(said(room.peer(who), n)) for n, who in ((1, alice), (2, carol), (3, alice))
    ))  # fmt: skip
    heard = await pushed(stage, bob)
    assert len(heard) == 1
    require_in_order(heard, t.UpdateNewChannelMessage)
