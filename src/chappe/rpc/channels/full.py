"""The page of a room. Source: method/channels.getFullChannel, method/messages.getFullChat"""

from collections.abc import Sequence
from dataclasses import dataclass

from chappe.base.errors import Invalid
from chappe.base.ids import CHANNEL_MARK, PeerId, UserId, chat_peer, is_channel
from chappe.domain import access, invite_links, room_profiles, rooms, scheduling, speakers
from chappe.domain import members as room_members
from chappe.domain.room_profiles import RoomProfile
from chappe.domain.rooms import Flag, Member, Room, Status
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages.invite_links import primary_view
from chappe.rpc.results import chats, users, viewer
from chappe.rpc.views.bots import bot_info_view
from chappe.rpc.views.media import Viewer, photo_view
from chappe.rpc.views.notify import notify_view
from chappe.rpc.views.peers import peer_view
from chappe.rpc.views.rooms import available_reactions_view, group_participants_view
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

RECENT = 3
"""Requesters shown of those who wait to be let in."""


@method("channels.getFullChannel")
async def get_full_channel(call: Call, q: f.channels.GetFullChannel) -> t.messages.ChatFull:
    """Everything about the supergroup or channel that the caller may see.

    Source: method/channels.getFullChannel
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE.
    """
    return await _full(call, await inputs.channel(call, q.channel))


@method("messages.getFullChat")
async def get_full_chat(call: Call, q: f.messages.GetFullChat) -> t.messages.ChatFull:
    """Everything about the basic group. Source: method/messages.getFullChat. Errors: PEER_ID_INVALID."""
    return await _full(call, chat_peer(q.chat_id))


@dataclass(frozen=True, slots=True)
class _Running:
    """What administrators see of the room: who waits to be let in, their own link, what waits to be sent."""

    link: t.ChatInviteExported | None
    waiting: int
    requesters: tuple[UserId, ...]
    scheduled: bool


async def _running(call: Call, found: RoomProfile) -> _Running:
    link = await primary_view(call, found.room.id, call.user_id) if found.me.may("invite_users") else None

    def query(rx: Reader) -> tuple[int, Sequence[UserId], bool]:
        count, recent = invite_links.waiting(rx, found.room, RECENT) if link else (0, ())
        sees = not found.room.broadcast or found.me.may("post_messages")
        return count, recent, sees and scheduling.any_for(rx, found.grant)

    count, recent, scheduled = await call.read(query)
    return _Running(link, count, tuple(recent), scheduled)


async def _full(call: Call, room_id: PeerId) -> t.messages.ChatFull:
    now, seen = call.now(), viewer(call)
    found = await call.read(lambda rx: room_profiles.profile(rx, call.user_id, room_id, now, call.language))
    ids = {room_id, found.room.linked_id, found.room.migrated_from, call.user_id}
    ids |= {found.speaker} | {i for m in found.people for i in (m.user_id, m.inviter_id)}
    running = await _running(call, found)
    ids |= set(running.requesters) | {bot.bot_id for bot in found.bots}
    full = _channel_full(found, seen, now) if is_channel(room_id) else _group_full(found, seen)
    full = full.replace(
        exported_invite=running.link, requests_pending=running.waiting or None, has_scheduled=running.scheduled,
        recent_requesters=list(running.requesters) or None,
    )  # fmt: skip
    return t.messages.ChatFull(full_chat=full, chats=await chats(call, ids), users=await users(call, ids - {0}))


def _photo(room: Room, seen: Viewer) -> t.TypePhoto:
    return photo_view(room.photo, seen.within(room.id)) if room.photo else t.PhotoEmpty(id=0)


def _channel_full(p: RoomProfile, seen: Viewer, now: int) -> t.ChannelFull:
    room, me = p.room, p.me
    admin, creator = me.status >= Status.ADMIN, me.status == Status.CREATOR
    waits = room.slow_mode_s and not admin and me.last_post + room.slow_mode_s > now
    return t.ChannelFull(
        can_view_participants=p.shows_members,
        can_set_username=creator,
        hidden_prehistory=Flag.HIDDEN_HISTORY in room.flags,
        can_delete_channel=creator,
        can_view_stats=admin,
        stats_dc=seen.dc_id if admin else None,
        participants_hidden=Flag.HIDDEN_MEMBERS in room.flags,
        id=room.bare_id,
        about=room.about,
        participants_count=room.member_count,
        admins_count=p.admins if admin else None,
        kicked_count=p.kicked if admin else None,
        banned_count=p.restricted if admin else None,
        view_forum_as_messages=p.line.as_messages,
        read_inbox_max_id=p.line.read_inbox_max_id,
        read_outbox_max_id=room.read_max_id,
        unread_count=p.line.unread_count,
        chat_photo=_photo(room, seen),
        notify_settings=notify_view(p.notify),
        bot_info=[bot_info_view(bot) for bot in p.bots],
        migrated_from_chat_id=-room.migrated_from or None,
        migrated_from_max_id=p.migrated_from_max_id or None,
        pinned_msg_id=p.pinned_msg_id or None,
        available_min_id=p.grant.floor or None,
        folder_id=p.line.folder_id or None,
        linked_chat_id=-room.linked_id - CHANNEL_MARK if room.linked_id else None,
        slowmode_seconds=room.slow_mode_s or None,
        slowmode_next_send_date=me.last_post + room.slow_mode_s if waits else None,
        pts=p.line.pts,
        ttl_period=room.ttl_period_s or None,
        default_send_as=peer_view(p.speaker) if p.speaker else None,
        available_reactions=available_reactions_view(room.settings),
        reactions_limit=room.settings.reactions_limit or None,
    )


def _group_full(p: RoomProfile, seen: Viewer) -> t.ChatFull:
    room = p.room
    shown: t.TypeChatParticipants = t.ChatParticipantsForbidden(chat_id=room.bare_id)
    if p.me.inside:
        shown = group_participants_view(room, {m.user_id: m for m in p.people})
    return t.ChatFull(
        can_set_username=p.me.status == Status.CREATOR,
        id=room.bare_id,
        about=room.about if p.me.inside else "",
        participants=shown,
        chat_photo=_photo(room, seen.within(seen.user_id)),
        notify_settings=notify_view(p.notify),
        bot_info=[bot_info_view(bot) for bot in p.bots] or None,
        pinned_msg_id=p.pinned_msg_id or None,
        folder_id=p.line.folder_id or None,
        ttl_period=room.ttl_period_s or None,
        available_reactions=available_reactions_view(room.settings),
        reactions_limit=room.settings.reactions_limit or None,
    )


@method("channels.getSendAs")
async def get_send_as(call: Call, q: f.channels.GetSendAs) -> t.channels.SendAsPeers:
    """As whom the caller may speak in the room: as themselves, as the room where they are anonymous, as channels.

    Source: method/channels.getSendAs
    Errors: PEER_ID_INVALID, CHANNEL_PRIVATE.
    """
    peer = await inputs.peer(call, q.peer)
    found = await call.read(lambda rx: speakers.of(rx, *_speaking(rx, call, peer)))
    shown: list[t.TypeSendAsPeer] = [t.SendAsPeer(peer=peer_view(one)) for one in found]
    return t.channels.SendAsPeers(
        peers=shown, chats=await chats(call, {peer, *found}), users=await users(call, (call.user_id,))
    )


def _speaking(rx: Reader, call: Call, peer: PeerId) -> tuple[Room, Member]:
    """The room in which the caller may say something, and what they are there."""
    grant = access.require_write(rx, call.user_id, peer)
    if grant.room is None or grant.me is None:
        raise Invalid("peer_id_invalid")
    return grant.room, grant.me


@method("messages.saveDefaultSendAs")
async def save_default_send_as(call: Call, q: f.messages.SaveDefaultSendAs) -> bool:
    """What the caller says in the room is said in this name, unless they say otherwise.

    Source: method/messages.saveDefaultSendAs
    Errors: PEER_ID_INVALID, CHANNEL_PRIVATE, SEND_AS_PEER_INVALID.
    """
    peer, wanted = await inputs.peer(call, q.peer), await inputs.peer(call, q.send_as)
    await call.write(lambda tx: speakers.prefer(tx, *_speaking(tx, call, peer), wanted))
    return True


@method("channels.getAdminedPublicChannels")
async def get_admined_public_channels(call: Call, q: f.channels.GetAdminedPublicChannels) -> t.messages.Chats:
    """The public rooms that belong to the caller. Source: method/channels.getAdminedPublicChannels"""

    def query(rx: Reader) -> list[PeerId]:
        mine = rooms.some(rx, room_members.rooms_of(rx, call.user_id))
        return [room.id for room in mine if room.username and room.creator_id == call.user_id]

    return t.messages.Chats(chats=await chats(call, await call.read(query)))
