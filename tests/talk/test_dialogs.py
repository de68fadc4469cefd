"""Source: method/messages.getDialogs. The chat list in pages, pinned dialogs, the archive, the bar above a dialog."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t

NOBODY = t.InputPeerEmpty()


def chats(found: t.messages.Dialogs | t.messages.DialogsSlice) -> list[int]:
    """Whom the lines are with."""
    return [line.peer.user_id for line in found.dialogs if isinstance(line, t.Dialog)]


def first_page(limit: int = 100, **how: object) -> f.messages.GetDialogs:
    return f.messages.GetDialogs(offset_date=0, offset_id=0, offset_peer=NOBODY, limit=limit, hash=0, **how)


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_pages_hold_every_dialog_once(stage: Stage, layer: int) -> None:
    alice = await stage.person("alice", layer)
    others = [await stage.person(f"friend {n}") for n in range(7)]
    for place, friend in enumerate(others):
        stage.clock.moves(place % 2)  # some within the same second
        await friend.says(alice, f"hello from {place}")
    for friend in (others[2], others[0]):
        await alice.calls(f.messages.ToggleDialogPin(pinned=True, peer=t.InputDialogPeer(peer=alice.sees(friend))))

    seen, query = [], first_page(limit=3)
    while True:
        page = await alice.calls(query)
        if not page.dialogs:
            break
        assert page.count == 7 and len(page.users) >= len(page.dialogs)
        seen += chats(page)
        last, top = page.dialogs[-1], page.messages[-1]
        dates = {m.id: m.date for m in page.messages}
        assert top.id in dates
        friend = next(p for p in others if p.id == last.peer.user_id)
        query = f.messages.GetDialogs(
            offset_date=dates[last.top_message], offset_id=last.top_message, offset_peer=alice.sees(friend), limit=3,
            hash=0,
        )  # fmt: skip
    newest_first = [p.id for p in reversed(others) if p not in (others[0], others[2])]
    assert seen == [others[0].id, others[2].id, *newest_first]

    everything = await alice.calls(first_page())
    assert isinstance(everything, t.messages.Dialogs) and chats(everything) == seen
    assert everything.dialogs[0].pinned and not everything.dialogs[2].pinned
    rest = await alice.calls(first_page(exclude_pinned=True))
    assert chats(rest) == newest_first


async def test_pins_have_an_order_and_a_limit(stage: Stage, alice: Person) -> None:
    phone = await alice.brings()
    friends = await stage.people(*"bcdefg")
    for friend in friends:
        await friend.says(alice, "hi")
    lines = [t.InputDialogPeer(peer=alice.sees(friend)) for friend in friends]
    for line in lines[:5]:
        await alice.calls(f.messages.ToggleDialogPin(pinned=True, peer=line))
    assert phone.receives(t.UpdateDialogPinned).pinned
    assert await alice.fails(f.messages.ToggleDialogPin(pinned=True, peer=lines[5])) == "400 PINNED_DIALOGS_TOO_MUCH"
    await alice.calls(f.messages.ReorderPinnedDialogs(force=True, folder_id=0, order=[lines[5], lines[1]]))
    assert phone.receives(t.UpdatePinnedDialogs).order == [
        t.DialogPeer(peer=t.PeerUser(user_id=friends[n].id)) for n in (5, 1)
    ]
    pinned = await alice.calls(f.messages.GetPinnedDialogs(folder_id=0))
    assert [line.peer.user_id for line in pinned.dialogs] == [friends[5].id, friends[1].id]
    assert pinned.state.pts == (await alice.calls(f.updates.GetState())).pts


async def test_the_archive_gives_back_who_writes_unless_muted(stage: Stage, alice: Person, bob: Person) -> None:
    phone = await alice.brings()
    carol = await stage.person("carol")
    for friend in (bob, carol):
        await friend.says(alice, "hi")
        moved = await alice.calls(f.folders.EditPeerFolders(
            folder_peers=[t.InputFolderPeer(peer=alice.sees(friend), folder_id=1)]
        ))  # fmt: skip
        assert moved.updates[0].folder_peers[0].folder_id == 1
    assert phone.receives(t.UpdateFolderPeers).pts_count == 1
    settings = t.InputPeerNotifySettings(mute_until=2**31 - 1)
    await alice.calls(f.account.UpdateNotifySettings(peer=t.InputNotifyPeer(peer=alice.sees(carol)), settings=settings))

    main = await alice.calls(first_page(folder_id=0))
    assert chats(main) == [777000] and main.dialogs[0].unread_unmuted_peers_count == 1
    assert set(chats(await alice.calls(first_page(folder_id=1)))) == {bob.id, carol.id}
    phone.hears()
    await bob.says(alice, "still there?")
    await carol.says(alice, "still there?")
    back = [one.folder_peers for one in phone.hears() if isinstance(one, t.UpdateFolderPeers)]
    assert [peers[0].peer.user_id for peers in back] == [bob.id]
    assert chats(await alice.calls(first_page(folder_id=0))) == [bob.id, 777000]
    assert chats(await alice.calls(first_page(folder_id=1))) == [carol.id]


async def test_the_bar_offers_something_about_strangers(stage: Stage, alice: Person, bob: Person) -> None:
    ask = f.messages.GetPeerSettings(peer=alice.sees(bob))
    assert not (await alice.calls(ask)).settings.report_spam
    await bob.says(alice, "buy this")
    shown = (await alice.calls(ask)).settings
    assert shown.report_spam and shown.block_contact and shown.add_contact
    phone = await alice.brings()
    assert await alice.calls(f.messages.HidePeerSettingsBar(peer=alice.sees(bob)))
    assert not phone.receives(t.UpdatePeerSettings).settings.report_spam
    assert not (await alice.calls(ask)).settings.report_spam


async def test_foreign_hashes_are_refused(stage: Stage, alice: Person, bob: Person) -> None:
    carol = await stage.person("carol")
    stolen = t.InputPeerUser(user_id=bob.id, access_hash=carol.sees(bob).access_hash)
    for query in (
        f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=stolen)]),
        f.messages.ToggleDialogPin(pinned=True, peer=t.InputDialogPeer(peer=stolen)),
        f.messages.ReadHistory(peer=stolen, max_id=0),
        f.messages.DeleteHistory(peer=stolen, max_id=0),
        f.messages.GetPeerSettings(peer=stolen),
    ):
        assert await alice.fails(query) == "400 PEER_ID_INVALID"
