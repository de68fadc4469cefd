"""Members of supergroups and channels: joining, inviting, lists, rights. Source: api/channel, api/rights"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.base.ids import CHANNEL_MARK, UserId
from chappe.domain import access, groups, join_requests, members, posts, rooms
from chappe.domain.access import Grant
from chappe.domain.rooms import Member, Room, Status
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, users
from chappe.rpc.rooms import invite_all, room_act, room_result
from chappe.rpc.views.rooms import admin_bits, banned_bits, participant_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

INVITED = 100
"""People whom one call may invite."""
LEFT = 100
"""Rooms that were left, in one page."""


@method("channels.joinChannel")
async def join_channel(call: Call, q: f.channels.JoinChannel) -> t.messages.ChatInviteJoinResultOk:
    """The caller is in the public room.

    Source: method/channels.joinChannel
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, USER_ALREADY_PARTICIPANT, USERS_TOO_MUCH,
    INVITE_REQUEST_SENT.
    """
    room_id, origin = await inputs.channel(call, q.channel), call.device.auth_key_id

    def act(tx: Tx) -> list[Entry] | None:
        room = rooms.find(tx, room_id)
        if room.username and join_requests.needed(room, None):
            join_requests.ask(tx, room, call.user_id, "")
            return None
        members.join(tx, room, call.user_id, call.services.gate)
        return [] if room.broadcast else [_came(tx, room, call, origin)]

    told = await call.write(act)
    if told is None:
        # The request is committed; the error tells the client of it.
        raise Invalid("invite_request_sent")
    return t.messages.ChatInviteJoinResultOk(updates=await room_result(call, room_id, told))


def _came(tx: Tx, room: Room, call: Call, origin: int) -> Entry:
    return posts.tell(tx, room, call.user_id, "ChatAddUser", origin, users=[call.user_id])


@method("channels.leaveChannel")
async def leave_channel(call: Call, q: f.channels.LeaveChannel) -> t.TypeUpdates:
    """The caller is not in the room any more.

    Source: method/channels.leaveChannel
    Errors: CHANNEL_INVALID, USER_NOT_PARTICIPANT.
    """
    room_id = await inputs.channel(call, q.channel)

    def act(tx: Tx) -> list[Entry]:
        room = rooms.find(tx, room_id)
        told = [] if room.broadcast else [posts.tell(tx, room, call.user_id, "ChatDeleteUser", user_id=call.user_id)]
        members.leave(tx, room, call.user_id)
        return told

    return await room_result(call, room_id, await call.write(act))


@method("channels.getLeftChannels")
async def get_left_channels(call: Call, q: f.channels.GetLeftChannels) -> t.messages.TypeChats:
    """A page of the supergroups and channels the caller left, the last first.

    Source: method/channels.getLeftChannels
    """
    left = await call.read(lambda rx: members.left_by(rx, call.user_id))
    page = left[max(0, q.offset) :][:LEFT]
    shown = {chat.id: chat for chat in await chats(call, page)}
    ordered = [shown[-i - CHANNEL_MARK] for i in page]
    return t.messages.Chats(chats=ordered) if len(page) == len(left) else t.messages.ChatsSlice(
        count=len(left), chats=ordered
    )  # fmt: skip


@method("channels.inviteToChannel")
async def invite_to_channel(call: Call, q: f.channels.InviteToChannel) -> t.messages.InvitedUsers:
    """The people are in the room; those whose privacy forbids it are named.

    Source: method/channels.inviteToChannel
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED, USERS_TOO_MUCH.
    """
    wanted = [await inputs.user(call, one) for one in q.users[:INVITED]]
    missing: list[t.TypeMissingInvitee] = []
    origin = call.device.auth_key_id

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        came, missing[:] = invite_all(tx, room, call.user_id, wanted, call.services.gate)
        if not came or room.broadcast:
            return []
        return [posts.tell(tx, room, call.user_id, "ChatAddUser", origin, users=list(came))]

    updates = await room_act(call, await inputs.channel(call, q.channel), act)
    return t.messages.InvitedUsers(updates=updates, missing_invitees=missing)


@method("channels.getParticipants")
async def get_participants(call: Call, q: f.channels.GetParticipants) -> t.channels.TypeChannelParticipants:
    """A page of the room's members.

    Source: method/channels.getParticipants
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED.
    """
    room_id = await inputs.channel(call, q.channel)
    name = type(q.filter).NAME.removeprefix("channelParticipants")
    question = getattr(q.filter, "q", None) or ""

    def query(rx: Reader) -> tuple[list[Member], int, Member]:
        room = rooms.find(rx, room_id)
        me = rooms.member(rx, room_id, call.user_id)
        return *members.listed(rx, room, me, name, question, q.offset, q.limit), me

    found, count, me = await call.read(query)
    return t.channels.ChannelParticipants(
        count=count,
        participants=[participant_view(m, call.user_id, me) for m in found],
        chats=await chats(call, (room_id,)),
        users=await users(call, {i for m in found for i in (m.user_id, m.inviter_id, m.by_id)}),
    )


@method("channels.getParticipant")
async def get_participant(call: Call, q: f.channels.GetParticipant) -> t.channels.ChannelParticipant:
    """What one person is to the room.

    Source: method/channels.getParticipant
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, USER_NOT_PARTICIPANT, CHAT_ADMIN_REQUIRED.
    """
    room_id, user = await inputs.channel(call, q.channel), await inputs.peer(call, q.participant)

    def query(rx: Reader) -> tuple[Member, Member]:
        grant = access.require_read(rx, call.user_id, room_id)
        assert grant.room is not None
        me = rooms.member(rx, room_id, call.user_id)
        return members.shown(rx, grant.room, me, UserId(user)), me

    found, me = await call.read(query)
    return t.channels.ChannelParticipant(
        participant=participant_view(found, call.user_id, me),
        chats=await chats(call, (room_id,)),
        users=await users(call, {found.user_id, found.inviter_id, found.by_id}),
    )


@method("channels.editAdmin")
async def edit_admin(call: Call, q: f.channels.EditAdmin) -> t.Updates:
    """The person has these administrator's rights in the room, or none.

    Source: method/channels.editAdmin
    Errors: CHAT_ADMIN_REQUIRED, RIGHT_FORBIDDEN, USER_CREATOR, ADMIN_RANK_INVALID, ADMINS_TOO_MUCH.
    """
    user, bits = await inputs.user(call, q.user_id), admin_bits(q.admin_rights)

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        members.set_admin(tx, room, call.user_id, user, bits, q.rank or "")
        return []

    return await room_act(call, await inputs.channel(call, q.channel), act)


@method("messages.editChatParticipantRank")
async def edit_chat_participant_rank(call: Call, q: f.messages.EditChatParticipantRank) -> t.Updates:
    """The member's name is followed by these words in the room, or by none.

    Source: method/messages.editChatParticipantRank, api/rights
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED, USER_NOT_PARTICIPANT, USER_CREATOR, ADMIN_RANK_INVALID.
    """
    peer, user = await inputs.peer(call, q.peer), await inputs.peer(call, q.participant)
    if peer > 0 or user < 0:
        raise Invalid("peer_id_invalid")

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        members.set_rank(tx, room, call.user_id, UserId(user), q.rank.strip())
        if not room.own_box:
            groups.tell(tx, room)
        return []

    return await room_act(call, peer, act)


@method("channels.editBanned")
async def edit_banned(call: Call, q: f.channels.EditBanned) -> t.Updates:
    """The room's administrators forbid the person this, or nothing any more.

    Source: method/channels.editBanned
    Errors: CHAT_ADMIN_REQUIRED, USER_ADMIN_INVALID, PARTICIPANT_ID_INVALID.
    """
    user, bits = await inputs.peer(call, q.participant), banned_bits(q.banned_rights)
    if user < 0:
        raise Invalid("participant_id_invalid")
    until = q.banned_rights.until_date if isinstance(q.banned_rights, t.ChatBannedRights) else 0

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        _, after = members.restrict_member(tx, room, call.user_id, UserId(user), bits, until)
        if after.status == Status.BANNED:
            join_requests.forget(tx, room, after.user_id)
        return []

    return await room_act(call, await inputs.channel(call, q.channel), act)
