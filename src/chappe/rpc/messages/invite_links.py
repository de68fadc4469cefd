"""Invite links of groups and channels: made, listed, changed, forgotten. Source: api/invites"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import TypeVar

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, invite_links
from chappe.domain.access import Grant
from chappe.domain.invite_links import Wish
from chappe.domain.room_records import InviteLink
from chappe.domain.rooms import Room
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import users
from chappe.rpc.views.invite_links import link_view
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

T = TypeVar("T")


def hash_of(link: str) -> str:
    """What a link ends in. Shape: of any host; also of `joinchat/` and `tg://join?invite=`, and of the bare hash."""
    # COMPAT mtcute, Kurigram, Pyrofork, TDLib: they know links of one host and tg://, so people hand them those forms.
    return link.rpartition("joinchat/")[2].rpartition("invite=")[2].rpartition("+")[2].partition("&")[0].strip("/ \n")


def fresh_hash(call: Call) -> str:
    """What a new link ends in. Shape: 16 characters, 96 unpredictable bits."""
    return urlsafe_b64encode(call.services.entropy(12)).decode()


async def in_room(call: Call, value: t.TypeInputPeer, act: Callable[[Tx, Grant, Room], T]) -> T:
    """The act's result on a room that the caller is in. Errors: PEER_ID_INVALID, CHANNEL_PRIVATE."""
    peer = await inputs.peer(call, value)
    if peer > 0:
        raise Invalid("peer_id_invalid")

    def whole(tx: Tx) -> T:
        grant = access.require_member(tx, call.user_id, peer)
        assert grant.room is not None
        return act(tx, grant, grant.room)

    return await call.write(whole)


@method("messages.exportChatInvite")
async def export_chat_invite(call: Call, q: f.messages.ExportChatInvite) -> t.ChatInviteExported:
    """A new link leads into the room; a permanent one takes the place of the caller's former one.

    Source: method/messages.exportChatInvite
    Errors: CHAT_ADMIN_REQUIRED, EXPIRE_DATE_INVALID, USAGE_LIMIT_INVALID, PEER_ID_INVALID; PRICING_CHAT_INVALID for a
    link that is to be paid for: it would be free.
    """
    inputs.absent(q.subscription_pricing, "pricing_chat_invalid")
    hash_ = fresh_hash(call)
    wish = Wish(q.title, q.expire_date, q.usage_limit, bool(q.request_needed))

    def act(tx: Tx, grant: Grant, room: Room) -> InviteLink:
        if q.legacy_revoke_permanent:
            return invite_links.renew_primary(tx, grant, room, hash_)
        return invite_links.export(tx, grant, room, wish, hash_)

    return link_view(await in_room(call, q.peer, act), call.services.link_prefix)


@method("messages.getExportedChatInvites")
async def get_exported_chat_invites(
    call: Call, q: f.messages.GetExportedChatInvites
) -> t.messages.ExportedChatInvites:
    """An administrator's links, newest first.

    Source: method/messages.getExportedChatInvites
    Errors: CHAT_ADMIN_REQUIRED, PEER_ID_INVALID, USER_ID_INVALID.
    """
    admin = await inputs.user(call, q.admin_id)
    before = (q.offset_date, hash_of(q.offset_link or "")) if q.offset_date else invite_links.FIRST

    def act(tx: Tx, grant: Grant, room: Room) -> tuple[list[InviteLink], int]:
        return invite_links.listed(tx, grant, room, admin, bool(q.revoked), before, q.limit)

    found, count = await in_room(call, q.peer, act)
    prefix = call.services.link_prefix
    return t.messages.ExportedChatInvites(
        count=count, invites=[link_view(one, prefix) for one in found], users=await users(call, {admin})
    )


@method("messages.getExportedChatInvite")
async def get_exported_chat_invite(
    call: Call, q: f.messages.GetExportedChatInvite
) -> t.messages.ExportedChatInvite:
    """One link as it is.

    Source: method/messages.getExportedChatInvite
    Errors: CHAT_ADMIN_REQUIRED, INVITE_HASH_EXPIRED.
    """
    hash_ = hash_of(q.link)
    found = await in_room(call, q.peer, lambda tx, grant, room: invite_links.own(tx, grant, room, hash_))
    return await _shown(call, found)


async def _shown(call: Call, link: InviteLink) -> t.messages.ExportedChatInvite:
    return t.messages.ExportedChatInvite(
        invite=link_view(link, call.services.link_prefix), users=await users(call, {link.admin_id})
    )


@method("messages.editExportedChatInvite")
async def edit_exported_chat_invite(
    call: Call, q: f.messages.EditExportedChatInvite
) -> t.messages.TypeExportedChatInvite:
    """The link is as wished, or leads nowhere; in place of a permanent one comes a new one.

    Source: method/messages.editExportedChatInvite
    Errors: CHAT_ADMIN_REQUIRED, CHAT_INVITE_PERMANENT, INVITE_HASH_EXPIRED, EXPIRE_DATE_INVALID, USAGE_LIMIT_INVALID.
    """
    hash_, fresh = hash_of(q.link), fresh_hash(call)
    wish = Wish(q.title, q.expire_date, q.usage_limit, q.request_needed)

    def act(tx: Tx, grant: Grant, room: Room) -> tuple[InviteLink, InviteLink | None]:
        if q.revoked:
            return invite_links.revoke(tx, grant, room, hash_, fresh)
        return invite_links.edit(tx, grant, room, hash_, wish), None

    link, new = await in_room(call, q.peer, act)
    if new is None:
        return await _shown(call, link)
    prefix = call.services.link_prefix
    return t.messages.ExportedChatInviteReplaced(
        invite=link_view(link, prefix), new_invite=link_view(new, prefix), users=await users(call, {link.admin_id})
    )


@method("messages.deleteExportedChatInvite")
async def delete_exported_chat_invite(call: Call, q: f.messages.DeleteExportedChatInvite) -> bool:
    """The revoked link is forgotten.

    Source: method/messages.deleteExportedChatInvite
    Errors: CHAT_ADMIN_REQUIRED, INVITE_HASH_EXPIRED, INVITE_REVOKED_MISSING.
    """
    hash_ = hash_of(q.link)
    await in_room(call, q.peer, lambda tx, grant, room: invite_links.delete(tx, grant, room, hash_))
    return True


@method("messages.deleteRevokedExportedChatInvites")
async def delete_revoked_exported_chat_invites(
    call: Call, q: f.messages.DeleteRevokedExportedChatInvites
) -> bool:
    """The administrator's revoked links are forgotten.

    Source: method/messages.deleteRevokedExportedChatInvites
    Errors: CHAT_ADMIN_REQUIRED, USER_ID_INVALID.
    """
    admin = await inputs.user(call, q.admin_id)
    await in_room(call, q.peer, lambda tx, grant, room: invite_links.delete_revoked(tx, grant, room, admin))
    return True


@method("messages.getAdminsWithInvites")
async def get_admins_with_invites(
    call: Call, q: f.messages.GetAdminsWithInvites
) -> t.messages.ChatAdminsWithInvites:
    """Who made how many links; for the creator.

    Source: method/messages.getAdminsWithInvites
    Errors: CHAT_ADMIN_REQUIRED.
    """
    found = await in_room(call, q.peer, invite_links.makers)
    return t.messages.ChatAdminsWithInvites(
        admins=[
            t.ChatAdminWithInvites(admin_id=admin, invites_count=used, revoked_invites_count=revoked)
            for admin, used, revoked in found
        ],
        users=await users(call, {admin for admin, _, _ in found}),
    )


async def primary_view(call: Call, room_id: PeerId, user: UserId) -> t.ChatInviteExported | None:
    """The caller's permanent link for a full description of the room, made now if there was none."""
    hash_ = fresh_hash(call)

    def act(tx: Tx) -> InviteLink | None:
        grant = access.require_member(tx, user, room_id)
        assert grant.room is not None and grant.me is not None
        if not grant.me.may("invite_users"):
            return None
        return invite_links.ensured_primary(tx, grant, grant.room, hash_)

    found = await call.read(lambda rx: invite_links.primary_in(rx, user, room_id)) or await call.write(act)
    return link_view(found, call.services.link_prefix) if found else None
