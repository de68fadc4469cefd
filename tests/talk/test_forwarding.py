"""Source: method/messages.forwardMessages, api/forward. Messages are told again, with their author or without."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


def forward(who: Person, whom: Person, to: t.TypeInputPeer, *ids: int, **how: object) -> f.messages.ForwardMessages:
    numbers = [next(who.stage.numbers) for _ in ids]
    return f.messages.ForwardMessages(from_peer=who.sees(whom), id=list(ids), random_id=numbers, to_peer=to, **how)


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_the_author_is_named(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    await alice.says(bob, "first")
    stage.clock.moves(3600)
    await bob.says(alice, "second")
    told = await bob.calls(forward(bob, alice, bob.sees(carol), 1, 2))
    numbers = [u for u in told.updates if isinstance(u, t.UpdateMessageID)]
    assert [n.id for n in numbers] == [3, 4]
    first, second = carol.receives(t.UpdateNewMessage).message, carol.receives(t.UpdateNewMessage).message
    assert (first.message, first.fwd_from.from_id, first.fwd_from.date) == (
        "first", t.PeerUser(user_id=alice.id), first.date - 3600
    )  # fmt: skip
    assert second.fwd_from.from_id == t.PeerUser(user_id=bob.id)

    await carol.calls(forward(carol, bob, t.InputPeerSelf(), 1))
    kept = await carol.calls(f.messages.GetMessages(id=[t.InputMessageID(id=3)]))
    header = kept.messages[0].fwd_from
    assert (header.from_id, header.saved_from_peer, header.saved_from_msg_id) == (
        t.PeerUser(user_id=alice.id), t.PeerUser(user_id=bob.id), 1
    )  # fmt: skip


async def test_an_author_may_hide_the_link(stage: Stage, alice: Person, bob: Person) -> None:
    carol = await stage.person("carol")
    rules = [t.InputPrivacyValueDisallowAll()]
    await alice.calls(f.account.SetPrivacy(key=t.InputPrivacyKeyForwards(), rules=rules))
    await alice.says(bob, "psst")
    await bob.calls(forward(bob, alice, bob.sees(carol), 1))
    header = carol.receives(t.UpdateNewMessage).message.fwd_from
    assert (header.from_id, header.from_name) == (None, "Alice")


async def test_without_author_and_protected(stage: Stage, alice: Person, bob: Person) -> None:
    carol = await stage.person("carol")
    await alice.says(bob, "copy me")
    await bob.calls(forward(bob, alice, bob.sees(carol), 1, drop_author=True))
    assert carol.receives(t.UpdateNewMessage).message.fwd_from is None
    await alice.calls(f.messages.SendMessage(peer=alice.sees(bob), message="only you", random_id=5, noforwards=True))
    assert await bob.fails(forward(bob, alice, bob.sees(carol), 3)) == "400 CHAT_FORWARDS_RESTRICTED"


async def test_what_cannot_be_forwarded(stage: Stage, alice: Person, bob: Person) -> None:
    carol = await stage.person("carol")
    await alice.says(bob, "one")
    await carol.says(bob, "mine")
    assert await bob.fails(forward(bob, alice, bob.sees(carol), 2)) == "400 MESSAGE_ID_INVALID", "another dialog's"
    assert await bob.fails(forward(bob, alice, bob.sees(carol))) == "400 MESSAGE_IDS_EMPTY"
    uneven = f.messages.ForwardMessages(from_peer=bob.sees(alice), id=[1], random_id=[], to_peer=bob.sees(carol))
    assert await bob.fails(uneven) == "400 RANDOM_ID_INVALID"
    await carol.calls(f.contacts.Block(id=carol.sees(bob)))
    assert await bob.fails(forward(bob, alice, bob.sees(carol), 1)) in ("400 USER_IS_BLOCKED", "403 USER_IS_BLOCKED")
