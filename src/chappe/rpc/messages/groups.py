"""Basic groups. Source: api/channel#basic-groups"""

from collections.abc import Sequence
from functools import partial

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId, chat_peer
from chappe.domain import access, auto_delete, deletion, groups, posts, room_editing, rooms
from chappe.domain.access import Grant
from chappe.domain.history import MAX_ID
from chappe.domain.rooms import GROUP, Room
from chappe.domain.updates import Entry, GroupChanged
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, viewer
from chappe.rpc.rooms import fresh_random_id, invite_all, room_act, room_result
from chappe.rpc.states import state_update
from chappe.rpc.views.rooms import banned_bits
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

NAMED = 100


@method("messages.createChat")
async def create_chat(call: Call, q: f.messages.CreateChat) -> t.messages.InvitedUsers:
    """The group exists with the people in it whose privacy admits it.

    Source: method/messages.createChat
    Errors: CHAT_TITLE_EMPTY, USERS_TOO_FEW, USERS_TOO_MUCH, USER_ID_INVALID, TTL_PERIOD_INVALID.
    """
    if not q.users:
        raise Invalid("users_too_few")
    if len(q.users) >= rooms.GROUP_MEMBERS:
        raise Invalid("users_too_much")
    auto_delete.require_period(q.ttl_period or 0)
    wanted = [await inputs.user(call, one) for one in q.users]
    missing: list[t.TypeMissingInvitee] = []
    origin = call.device.auth_key_id

    def act(tx: Tx) -> tuple[PeerId, Entry]:
        call.services.gate.make_room(tx, call.user_id, GROUP)
        room = rooms.create(tx, call.user_id, GROUP, q.title)
        others = [one for one in wanted if one != call.user_id]
        came, missing[:] = invite_all(tx, room, call.user_id, others, call.services.gate)
        told = posts.tell(tx, room, call.user_id, "ChatCreate", origin, title=room.title, users=list(came))
        auto_delete.begin_room(tx, access.require_write(tx, call.user_id, room.id), q.ttl_period, 0)
        groups.tell(tx, room)
        return room.id, told

    room_id, entry = await call.write(act)
    # COMPAT TDLib: it finds the new group by the only message of the answer, which must bear a random_id.
    told = [entry.told_as(fresh_random_id(call))]
    return t.messages.InvitedUsers(updates=await _with_people(call, room_id, told), missing_invitees=missing)


async def _with_people(call: Call, room_id: PeerId, entries: Sequence[Entry]) -> t.Updates:
    """The entries as the caller's own, with who is in the group now."""
    seen = viewer(call)
    update, ids = await call.read(lambda rx: state_update(rx, GroupChanged(room_id), seen))
    told = await room_result(call, room_id, entries, ids)
    return told.replace(updates=[*told.updates, update])


@method("messages.addChatUser")
async def add_chat_user(call: Call, q: f.messages.AddChatUser) -> t.messages.InvitedUsers:
    """The person is in the group, if their privacy admits it.

    Source: method/messages.addChatUser
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED, USER_ALREADY_PARTICIPANT, USERS_TOO_MUCH, USER_ID_INVALID.
    """
    room_id, user, origin = chat_peer(q.chat_id), await inputs.user(call, q.user_id), call.device.auth_key_id
    missing: list[t.TypeMissingInvitee] = []

    def act(tx: Tx) -> list[Entry]:
        grant = access.require_member(tx, call.user_id, room_id)
        assert grant.room is not None
        if rooms.member(tx, room_id, user).inside:
            raise Invalid("user_already_participant")
        came, missing[:] = invite_all(tx, grant.room, call.user_id, [user], call.services.gate)
        if not came:
            return []
        told = posts.tell(tx, grant.room, call.user_id, "ChatAddUser", origin, users=[user])
        groups.tell(tx, grant.room)
        return [told]

    entries = await call.write(act)
    return t.messages.InvitedUsers(updates=await _with_people(call, room_id, entries), missing_invitees=missing)


@method("messages.deleteChatUser")
async def delete_chat_user(call: Call, q: f.messages.DeleteChatUser) -> t.Updates:
    """The person left the group, or was removed by who may, with what they wrote there if that is wished.

    Source: method/messages.deleteChatUser
    Errors: PEER_ID_INVALID, USER_NOT_PARTICIPANT, CHAT_ADMIN_REQUIRED, MESSAGE_DELETE_FORBIDDEN.
    """
    user, origin, room_id = await inputs.user(call, q.user_id), call.device.auth_key_id, chat_peer(q.chat_id)

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        if q.revoke_history:
            deletion.require_revoke(grant, user)
        return [groups.remove(tx, grant, room, user, origin)]

    told = await room_act(call, room_id, act)
    below = MAX_ID if q.revoke_history else 0
    while below:
        below = await call.write(partial(
            deletion.revoke_author, viewer=PeerId(call.user_id), group=room_id, author=user, below=below
        ))  # fmt: skip
    return told


@method("messages.editChatTitle")
async def edit_chat_title(call: Call, q: f.messages.EditChatTitle) -> t.Updates:
    """The group has another title, and says so.

    Source: method/messages.editChatTitle
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED, CHAT_TITLE_EMPTY, CHAT_NOT_MODIFIED.
    """
    origin = call.device.auth_key_id

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        return [room_editing.set_title(tx, grant, room, q.title, origin)]

    return await room_act(call, chat_peer(q.chat_id), act)


@method("messages.editChatAbout")
async def edit_chat_about(call: Call, q: f.messages.EditChatAbout) -> bool:
    """The group or channel describes itself so.

    Source: method/messages.editChatAbout
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED, CHAT_ABOUT_TOO_LONG, CHAT_ABOUT_NOT_MODIFIED.
    """

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        room_editing.set_about(tx, grant, room, q.about)
        return []

    await room_act(call, await inputs.peer(call, q.peer), act)
    return True


@method("messages.editChatAdmin")
async def edit_chat_admin(call: Call, q: f.messages.EditChatAdmin) -> bool:
    """The member is an administrator of the group, or not any more.

    Source: method/messages.editChatAdmin
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED, USER_NOT_PARTICIPANT, CHAT_NOT_MODIFIED.
    """
    user = await inputs.user(call, q.user_id)

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        groups.set_admin(tx, grant, room, user, bool(q.is_admin))
        return []

    await room_act(call, chat_peer(q.chat_id), act)
    return True


@method("messages.editChatDefaultBannedRights")
async def edit_chat_default_banned_rights(call: Call, q: f.messages.EditChatDefaultBannedRights) -> t.Updates:
    """What no ordinary member of the group may do.

    Source: method/messages.editChatDefaultBannedRights
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED, CHAT_NOT_MODIFIED, BANNED_RIGHTS_INVALID.
    """
    bits = banned_bits(q.banned_rights)

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        room_editing.set_default_rights(tx, grant, room, bits)
        return []

    return await room_act(call, await inputs.peer(call, q.peer), act)


@method("messages.deleteChat")
async def delete_chat(call: Call, q: f.messages.DeleteChat) -> bool:
    """Nobody is in the group any more.

    Source: method/messages.deleteChat
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED.
    """
    room_id = chat_peer(q.chat_id)

    def act(tx: Tx) -> None:
        grant = access.require_member(tx, call.user_id, room_id)
        assert grant.room is not None
        groups.end(tx, grant, grant.room)

    await call.write(act)
    return True


@method("messages.migrateChat")
async def migrate_chat(call: Call, q: f.messages.MigrateChat) -> t.Updates:
    """The group is a supergroup with the same people.

    Source: method/messages.migrateChat
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED.
    """
    room_id, origin = chat_peer(q.chat_id), call.device.auth_key_id

    def act(tx: Tx) -> tuple[Room, list[Entry]]:
        grant = access.require_member(tx, call.user_id, room_id)
        assert grant.room is not None
        return groups.migrate(tx, grant, grant.room, origin)

    made, entries = await call.write(act)
    told = await room_result(call, made.id, entries, (room_id,))
    return told.replace(updates=[*told.updates, t.UpdateChannel(channel_id=made.bare_id)])


@method("messages.getChats")
async def get_chats(call: Call, q: f.messages.GetChats) -> t.messages.Chats:
    """The groups as the caller may see them. Source: method/messages.getChats. Errors: PEER_ID_INVALID."""
    ids = [chat_peer(one) for one in q.id[:NAMED]]
    user = UserId(call.user_id)
    await call.read(lambda rx: [access.require_read(rx, user, one) for one in ids])
    return t.messages.Chats(chats=await chats(call, ids))
