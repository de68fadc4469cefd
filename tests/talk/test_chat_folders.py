"""Source: api/folders#dialog-filters. Chat folders: made, changed, ordered, removed, on every device."""

import pytest
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


def folder(title: str, *included: t.TypeInputPeer, **how: object) -> t.DialogFilter:
    title_with = t.TextWithEntities(text=title, entities=[])
    return t.DialogFilter(
        id=0, title=title_with, pinned_peers=[], include_peers=list(included), exclude_peers=[], **how
    )


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_made_ordered_and_removed(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    phone = await alice.brings(layer)
    phone.hears()
    friends = folder("Friends", alice.sees(bob), exclude_muted=True, emoticon="🐱")
    assert await alice.calls(f.messages.UpdateDialogFilter(id=2, filter=friends))
    assert phone.receives(t.UpdateDialogFilters)
    await alice.calls(f.messages.UpdateDialogFilter(id=3, filter=folder("All of them", contacts=True)))
    await alice.calls(f.messages.UpdateDialogFiltersOrder(order=[3, 0, 2]))
    await alice.calls(f.messages.ToggleDialogFilterTags(enabled=True))
    now = await alice.calls(f.messages.GetDialogFilters())
    assert now.tags_enabled
    assert [getattr(one, "id", 0) for one in now.filters] == [3, 0, 2]
    kept = now.filters[2]
    assert (kept.include_peers, kept.exclude_muted, kept.emoticon) == ([alice.sees(bob)], True, "🐱")
    await alice.calls(f.messages.UpdateDialogFilter(id=3))
    assert [getattr(one, "id", 0) for one in (await alice.calls(f.messages.GetDialogFilters())).filters] == [2, 0]


async def test_groups_and_channels_stand_in_it_as_what_they_are(stage: Stage, alice: Person, bob: Person) -> None:
    """What clients ask for again by such a name must be the room itself, or the whole folder is lost to them."""
    group = await alice.calls(f.messages.CreateChat(users=[alice.knows(bob)], title="Circle"))
    channel, left = await hall(stage, alice, broadcast=True), await hall(stage, bob, alice)
    named = [t.InputPeerChat(chat_id=group.updates.chats[0].id), channel.peer(alice), alice.sees(bob)]
    one = folder("Work", *named, left.peer(alice), groups=True)
    assert await alice.calls(f.messages.UpdateDialogFilter(id=2, filter=one))
    await alice.calls(f.channels.LeaveChannel(channel=left.to(alice)))
    [_, kept] = (await alice.calls(f.messages.GetDialogFilters())).filters
    assert kept.include_peers == named
    asked = await alice.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=p) for p in kept.include_peers]))
    assert len(asked.dialogs) == 3


async def test_what_is_no_folder(stage: Stage, alice: Person, bob: Person) -> None:
    def put(number: int, one: t.TypeDialogFilter) -> f.messages.UpdateDialogFilter:
        return f.messages.UpdateDialogFilter(id=number, filter=one)

    assert await alice.fails(put(1, folder("x", contacts=True))) == "400 FILTER_ID_INVALID"
    assert await alice.fails(put(2, folder(" ", contacts=True))) == "400 FILTER_TITLE_EMPTY"
    assert await alice.fails(put(2, folder("x"))) == "400 FILTER_INCLUDE_EMPTY"
    assert await alice.fails(put(2, folder("x", bob.sees(alice)))) == "400 PEER_ID_INVALID"
