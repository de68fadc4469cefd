"""Source: mtproto/description#session, api/updates. A device with several sessions hears everything in each of them.

An update without pts (a reaction) is told once and by nothing else, so no session may be passed over.
"""

import pytest
from tests.kit.rooms import hall
from tests.kit.stage import Device, Person, Session, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


def beside(person: Person) -> Device:
    """Another session of the person's device: the same auth key, a line of its own."""
    twin = Device(person.stage, person.auth_key_id, person.layer, person.ip)
    twin.init = person.init
    return twin


async def react(person: Person, peer: t.TypeInputPeer, number: int, sign: str) -> None:
    wish = [t.ReactionEmoji(emoticon=sign)]
    await person.calls(f.messages.SendReaction(peer=peer, msg_id=number, reaction=wish))


def signs(device: Device) -> list[str]:
    """What those who have reacted chose, as told last."""
    return [one.reaction.emoticon for one in device.receives(t.UpdateMessageReactions).reactions.results]


@pytest.mark.parametrize("layer", (tl.LAYERS[0], tl.NEWEST))
async def test_each_session_hears_of_a_reaction(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await hall(stage, alice, bob)
    said = await room.says(alice, "shall we?")
    second, third = beside(alice), beside(alice)
    await second.calls(f.updates.GetState())
    await third.calls(f.help.GetConfig())  # asks for no updates, and gets none
    for one in (alice, second, third):
        one.hears()
    await react(bob, room.peer(bob), said.id, "👍")
    assert signs(alice) == signs(second) == ["👍"] and third.hears() == []


async def test_the_session_that_is_left_hears_on(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    said = await room.says(alice, "shall we?")
    second = beside(alice)
    await second.calls(f.updates.GetState())
    for gone, left in ((alice.session, second), (second.session, alice)):
        stage.rpc.session_gone(alice.auth_key_id, gone)
        gone.withdraw()
        await react(bob, room.peer(bob), said.id, "👍" if left is second else "🔥")
        assert signs(left) == ["👍" if left is second else "🔥"] and not gone.pushed
        if left is second:
            await alice.calls(f.updates.GetState())  # the first comes back, the second goes
            alice.hears()


async def test_a_session_that_comes_hears_what_follows(stage: Stage, alice: Person, bob: Person) -> None:
    """Clients end a session and begin another: what is said from its first call on is heard there."""
    room = await hall(stage, alice, bob)
    said = await room.says(alice, "shall we?")
    stage.rpc.session_gone(alice.auth_key_id, alice.session)
    await react(bob, room.peer(bob), said.id, "🎉")
    alice.session = Session()
    shown = await alice.calls(f.messages.GetMessagesReactions(peer=room.peer(alice), id=[said.id]))
    assert [one.reaction.emoticon for one in shown.updates[0].reactions.results] == ["🎉"], "what it missed, asked for"
    await react(bob, room.peer(bob), said.id, "👀")
    assert signs(alice) == ["👀"]
