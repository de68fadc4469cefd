"""Source: api/invites, method/messages.exportChatInvite. Links into rooms: made, used, limited, revoked; requests."""

import asyncio

import pytest
from tests.kit.stage import Person, RpcFailure, Stage
from tests.talk.test_rooms import makes, peer, seen_by

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


async def links(person: Person, room: t.InputChannel, **wish: object) -> t.ChatInviteExported:
    return await person.calls(f.messages.ExportChatInvite(peer=peer(room), **wish))


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_somebody_comes_by_a_link(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await makes(alice, "Garden")
    link = await links(alice, room, title="for friends")
    assert link.link.startswith("http://localhost/+") and link.admin_id == alice.id
    hash_ = link.link.rpartition("+")[2]
    seen = await bob.calls(f.messages.CheckChatInvite(hash=hash_))
    assert (seen.title, seen.megagroup, seen.participants_count) == ("Garden", True, 1)
    alice.hears()
    result = await bob.calls(f.messages.ImportChatInvite(hash=hash_))
    updates = result.updates if isinstance(result, t.messages.ChatInviteJoinResultOk) else result
    assert updates.chats[0].title == "Garden" and not updates.chats[0].left
    told = alice.receives(t.UpdateNewChannelMessage).message
    assert isinstance(told.action, t.MessageActionChatJoinedByLink) and told.action.inviter_id == alice.id
    assert isinstance(await bob.calls(f.messages.CheckChatInvite(hash=hash_)), t.ChatInviteAlready)
    assert await bob.fails(f.messages.ImportChatInvite(hash=hash_)) == "400 USER_ALREADY_PARTICIPANT"
    came = await alice.calls(importers(room, link=link.link))
    assert (came.count, came.importers[0].user_id, came.users[0].id) == (1, bob.id, bob.id)


def importers(room: t.InputChannel, **which: object) -> f.messages.GetChatInviteImporters:
    return f.messages.GetChatInviteImporters(
        peer=peer(room), offset_date=0, offset_user=t.InputUserEmpty(), limit=10, **which
    )


async def test_a_thousand_at_one_link_never_exceed_its_limit(stage: Stage, alice: Person) -> None:
    room = await makes(alice, "News", broadcast=True)
    link = await links(alice, room, usage_limit=3)
    hash_ = link.link.rpartition("+")[2]
    crowd = await stage.people(*(f"guest{n}" for n in range(8)))
    ends = await asyncio.gather(*(comes(guest, hash_) for guest in crowd))
    assert sorted(ends) == ["400 INVITE_HASH_EXPIRED"] * 5 + ["in"] * 3
    kept = await alice.calls(f.messages.GetExportedChatInvite(peer=peer(room), link=link.link))
    assert kept.invite.usage == 3


async def comes(guest: Person, hash_: str) -> str:
    try:
        await guest.calls(f.messages.ImportChatInvite(hash=hash_))
    except RpcFailure as failure:
        return str(failure)
    return "in"


async def test_a_link_ends_at_its_time_or_when_revoked(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "Garden")
    short = await links(alice, room, expire_date=int(stage.clock.now()) + 60)
    stage.clock.moves(61)
    hash_ = short.link.rpartition("+")[2]
    assert await bob.fails(f.messages.ImportChatInvite(hash=hash_)) == "400 INVITE_HASH_EXPIRED"
    primary = await links(alice, room, legacy_revoke_permanent=True)
    assert primary.permanent
    edit = f.messages.EditExportedChatInvite(peer=peer(room), link=primary.link, title="x")
    assert await alice.fails(edit) == "400 CHAT_INVITE_PERMANENT"
    replaced = await alice.calls(
        f.messages.EditExportedChatInvite(peer=peer(room), link=primary.link, revoked=True)
    )
    assert replaced.invite.revoked and replaced.new_invite.permanent
    gone = primary.link.rpartition("+")[2]
    assert await bob.fails(f.messages.ImportChatInvite(hash=gone)) == "400 INVITE_HASH_EXPIRED"
    me = t.InputUserSelf()
    listed = await alice.calls(
        f.messages.GetExportedChatInvites(peer=peer(room), admin_id=me, revoked=True, limit=10)
    )
    assert [one.link for one in listed.invites] == [primary.link] and listed.count == 1
    makers = await alice.calls(f.messages.GetAdminsWithInvites(peer=peer(room)))
    assert (makers.admins[0].invites_count, makers.admins[0].revoked_invites_count) == (2, 1)
    await alice.calls(f.messages.DeleteRevokedExportedChatInvites(peer=peer(room), admin_id=me))
    listed = await alice.calls(
        f.messages.GetExportedChatInvites(peer=peer(room), admin_id=me, revoked=True, limit=10)
    )
    assert listed.count == 0


async def test_a_link_is_known_in_every_form(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "Garden")
    made = await links(alice, room)
    hash_ = made.link.rpartition("+")[2]
    forms = [made.link, f"{made.link}/", f"tg://join?invite={hash_}", f"tg:join?invite={hash_}&x=1", f" {hash_}\n"]
    for host in ("t.me", "telegram.me", "localhost"):
        forms += [f"https://{host}/+{hash_}", f"https://{host}/joinchat/{hash_}"]
    for form in forms:
        found = await alice.calls(f.messages.GetExportedChatInvite(peer=peer(room), link=form))
        assert found.invite.link == made.link, form
        assert (await bob.calls(f.messages.CheckChatInvite(hash=form))).title == "Garden", form


async def test_a_link_has_a_limit_or_asks_not_both(stage: Stage, alice: Person) -> None:
    room = await makes(alice, "Garden")
    both = f.messages.ExportChatInvite(peer=peer(room), usage_limit=3, request_needed=True)
    assert await alice.fails(both) == "400 USAGE_LIMIT_INVALID"
    asks, limited = await links(alice, room, request_needed=True), await links(alice, room, usage_limit=3)
    edit = f.messages.EditExportedChatInvite(peer=peer(room), link=asks.link, usage_limit=3)
    assert await alice.fails(edit) == "400 USAGE_LIMIT_INVALID"
    edit = f.messages.EditExportedChatInvite(peer=peer(room), link=limited.link, request_needed=True)
    now = (await alice.calls(edit)).invite
    assert (now.request_needed, now.usage_limit) == (True, None)
    edit = f.messages.EditExportedChatInvite(peer=peer(room), link=asks.link, request_needed=False, usage_limit=3)
    now = (await alice.calls(edit)).invite
    assert (now.request_needed, now.usage_limit) == (False, 3)


async def test_nobody_gets_a_free_link_for_one_that_is_paid_for(alice: Person) -> None:
    room = await makes(alice, "Cellar")
    price = t.StarsSubscriptionPricing(period=2_592_000, amount=100)
    export = f.messages.ExportChatInvite(peer=peer(room), subscription_pricing=price)
    assert await alice.fails(export) == "400 PRICING_CHAT_INVALID"


async def test_links_let_nobody_in_by_themselves_if_the_group_says_so(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "Cellar")
    hash_ = (await links(alice, room)).link.rpartition("+")[2]
    for enabled, apply in ((True, True), (True, False)):
        toggle = f.channels.ToggleJoinRequest(channel=room, enabled=enabled, apply_to_invites=apply)
        await alice.calls(toggle)
        assert await alice.fails(toggle) == "400 CHAT_NOT_MODIFIED"
        assert bool((await bob.calls(f.messages.CheckChatInvite(hash=hash_))).request_needed) is apply
        if apply:
            assert await bob.fails(f.messages.ImportChatInvite(hash=hash_)) == "400 INVITE_REQUEST_SENT"
    await bob.calls(f.messages.ImportChatInvite(hash=hash_))


async def test_who_asks_is_let_in_or_not(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room = await makes(alice, "Cellar")
    link = await links(alice, room, request_needed=True)
    hash_ = link.link.rpartition("+")[2]
    assert (await bob.calls(f.messages.CheckChatInvite(hash=hash_))).request_needed
    alice.hears()
    for person in (bob, carol):
        assert await person.fails(f.messages.ImportChatInvite(hash=hash_)) == "400 INVITE_REQUEST_SENT"
    assert alice.receives(t.UpdatePendingJoinRequests).requests_pending == 1
    waiting = await alice.calls(importers(room, requested=True))
    assert waiting.count == 2 and all(one.requested for one in waiting.importers)
    answer = f.messages.HideChatJoinRequest(peer=peer(room), user_id=alice.knows(bob), approved=True)
    assert await bob.fails(
        f.messages.HideChatJoinRequest(
            peer=peer(seen_by(stage, bob, room)), user_id=bob.knows(carol), approved=True
        )
    ) == "400 CHANNEL_PRIVATE"  # fmt: skip
    bob.hears()
    await alice.calls(answer)
    assert bob.receives(t.UpdateChannel).channel_id == room.channel_id
    assert await alice.fails(answer) == "400 HIDE_REQUESTER_MISSING"
    await alice.calls(f.messages.HideAllChatJoinRequests(peer=peer(room)))
    assert (await alice.calls(importers(room, requested=True))).count == 0
    came = await alice.calls(importers(room, link=link.link))
    assert [(one.user_id, one.approved_by) for one in came.importers] == [(bob.id, alice.id)]


async def test_only_who_may_invite_makes_links(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "Garden")
    await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob)]))
    export = f.messages.ExportChatInvite(peer=peer(seen_by(stage, bob, room)))
    assert await bob.fails(export) == "400 CHAT_ADMIN_REQUIRED"
    assert await bob.fails(f.messages.CheckChatInvite(hash="")) == "400 INVITE_HASH_EMPTY"
    assert await bob.fails(f.messages.CheckChatInvite(hash="nonsense")) == "400 INVITE_HASH_INVALID"
    assert await alice.fails(
        f.messages.ExportChatInvite(peer=peer(room), usage_limit=5, request_needed=True)
    ) == "400 USAGE_LIMIT_INVALID"  # fmt: skip


async def test_a_basic_group_has_links_too(alice: Person, bob: Person, carol: Person) -> None:
    made = await alice.calls(f.messages.CreateChat(users=[alice.knows(carol)], title="Walk"))
    chat = made.updates.chats[0]
    here = t.InputPeerChat(chat_id=chat.id)
    link = await alice.calls(f.messages.ExportChatInvite(peer=here, request_needed=True))
    hash_ = link.link.rpartition("+")[2]
    assert await bob.fails(f.messages.ImportChatInvite(hash=hash_)) == "400 INVITE_REQUEST_SENT"
    page = (await alice.calls(f.messages.GetFullChat(chat_id=chat.id))).full_chat
    assert (page.requests_pending, page.recent_requesters) == (1, [bob.id])
    assert page.exported_invite.permanent and page.exported_invite.link != link.link
    alice.hears()
    await alice.calls(
        f.messages.HideChatJoinRequest(peer=here, user_id=alice.knows(bob), approved=True)
    )
    assert isinstance(alice.receives(t.UpdateNewMessage).message.action, t.MessageActionChatJoinedByRequest)
    assert isinstance(bob.receives(t.UpdateNewMessage).message.action, t.MessageActionChatJoinedByRequest)
