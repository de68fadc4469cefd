"""What a supergroup or channel is set to. Source: api/channel"""

from collections.abc import Callable, Sequence

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId
from chappe.domain import access, members, room_editing
from chappe.domain.access import Grant
from chappe.domain.rooms import Flag, Room
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.account.password import read_password, require_password
from chappe.rpc.context import Call, method
from chappe.rpc.rooms import room_act
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

Change = Callable[[Tx, Grant, Room], None]


async def _changed(call: Call, room_id: PeerId, change: Change) -> t.Updates:
    """The change is made; the answer tells the caller to look at the room anew."""

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        change(tx, grant, room)
        return []

    return await room_act(call, room_id, act)


def _switch(flag: Flag, on: bool, right: str = "change_info", *, group: bool = False) -> Change:
    """Turns one switch. Shape: `group` for those a channel does not have."""

    def change(tx: Tx, grant: Grant, room: Room) -> None:
        if group and room.broadcast:
            raise Invalid("channel_invalid")
        room_editing.switch(tx, grant, room, flag, on, right)

    return change


@method("channels.toggleSignatures")
async def toggle_signatures(call: Call, q: f.channels.ToggleSignatures) -> t.Updates:
    """Posts of the channel bear their authors' names, or not.

    Source: method/channels.toggleSignatures
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, CHAT_NOT_MODIFIED.
    """
    wanted = {
        Flag.SIGNATURES: bool(q.signatures_enabled or q.profiles_enabled),
        Flag.SIGNATURE_PROFILES: bool(q.profiles_enabled),
    }

    def change(tx: Tx, grant: Grant, room: Room) -> None:
        if not room.broadcast:
            raise Invalid("channel_invalid")
        room_editing.switch_all(tx, grant, room, wanted)

    return await _changed(call, await inputs.channel(call, q.channel), change)


@method("channels.togglePreHistoryHidden")
async def toggle_pre_history_hidden(call: Call, q: f.channels.TogglePreHistoryHidden) -> t.Updates:
    """Members see only what came after they joined, or everything.

    Source: method/channels.togglePreHistoryHidden
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, CHAT_NOT_MODIFIED, CHAT_LINK_EXISTS.
    """
    turn = _switch(Flag.HIDDEN_HISTORY, bool(q.enabled), group=True)

    def change(tx: Tx, grant: Grant, room: Room) -> None:
        if q.enabled and (room.linked_id or room.username):
            raise Invalid("chat_link_exists")
        turn(tx, grant, room)

    return await _changed(call, await inputs.channel(call, q.channel), change)


@method("channels.toggleJoinToSend")
async def toggle_join_to_send(call: Call, q: f.channels.ToggleJoinToSend) -> t.Updates:
    """Only members write in the discussion, or anybody.

    Source: method/channels.toggleJoinToSend
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, CHAT_NOT_MODIFIED.
    """
    change = _switch(Flag.JOIN_TO_SEND, bool(q.enabled), "ban_users", group=True)
    return await _changed(call, await inputs.channel(call, q.channel), change)


@method("channels.toggleJoinRequest")
async def toggle_join_request(call: Call, q: f.channels.ToggleJoinRequest) -> t.Updates:
    """Who joins the public supergroup, or also by a link, is let in by an administrator, or comes in at once.

    Source: method/channels.toggleJoinRequest
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, CHAT_NOT_MODIFIED.
    """
    wanted = {Flag.JOIN_REQUEST: bool(q.enabled), Flag.LINKS_ASK: bool(q.enabled and q.apply_to_invites)}

    def change(tx: Tx, grant: Grant, room: Room) -> None:
        if room.broadcast:
            raise Invalid("channel_invalid")
        room_editing.switch_all(tx, grant, room, wanted, "ban_users")

    return await _changed(call, await inputs.channel(call, q.channel), change)


@method("channels.toggleParticipantsHidden")
async def toggle_participants_hidden(call: Call, q: f.channels.ToggleParticipantsHidden) -> t.Updates:
    """Only administrators see who is in the supergroup, or every member.

    Source: method/channels.toggleParticipantsHidden
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, CHAT_NOT_MODIFIED.
    """
    change = _switch(Flag.HIDDEN_MEMBERS, bool(q.enabled), "ban_users", group=True)
    return await _changed(call, await inputs.channel(call, q.channel), change)


@method("messages.toggleNoForwards")
async def toggle_no_forwards(call: Call, q: f.messages.ToggleNoForwards) -> t.Updates:
    """What is said in the room cannot be forwarded, or can; its creator decides.

    Source: method/messages.toggleNoForwards
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED, CHAT_NOT_MODIFIED.
    """

    def change(tx: Tx, grant: Grant, room: Room) -> None:
        room_editing.require_creator(grant)
        room_editing.switch(tx, grant, room, Flag.NOFORWARDS, bool(q.enabled))

    peer = await inputs.peer(call, q.peer)
    if peer > 0:
        raise Invalid("peer_id_invalid")
    return await _changed(call, peer, change)


@method("channels.toggleSlowMode")
async def toggle_slow_mode(call: Call, q: f.channels.ToggleSlowMode) -> t.Updates:
    """A member posts at most once in so many seconds.

    Source: method/channels.toggleSlowMode
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, SECONDS_INVALID, CHAT_NOT_MODIFIED.
    """

    def change(tx: Tx, grant: Grant, room: Room) -> None:
        room_editing.set_slow_mode(tx, grant, room, q.seconds)

    return await _changed(call, await inputs.channel(call, q.channel), change)


@method("channels.editCreator")
async def edit_creator(call: Call, q: f.channels.EditCreator) -> t.Updates:
    """The room belongs to another of its members.

    Source: method/channels.editCreator
    Errors: as messages.editChatCreator, CHANNEL_INVALID.
    """
    return await _hand_over(call, await inputs.channel(call, q.channel), q.user_id, q.password)


@method("messages.editChatCreator")
async def edit_chat_creator(call: Call, q: f.messages.EditChatCreator) -> t.Updates:
    """The room belongs to another of its members; the caller's password proves that they mean it.

    Source: method/messages.editChatCreator
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED, USER_NOT_PARTICIPANT, PASSWORD_MISSING, PASSWORD_HASH_INVALID.
    """
    return await _hand_over(call, await inputs.peer(call, q.peer), q.user_id, q.password)


async def _hand_over(
    call: Call, room_id: PeerId, to: t.TypeInputUser, password: t.TypeInputCheckPasswordSRP
) -> t.Updates:
    user = await inputs.user(call, to)
    grant = await call.read(lambda rx: access.require_member(rx, call.user_id, room_id))
    room_editing.require_creator(grant)
    if await read_password(call, call.user_id) is None:
        raise NotAllowed("password_missing")
    await require_password(call, call.user_id, password)

    def change(tx: Tx, grant: Grant, room: Room) -> None:
        members.hand_over(tx, room, call.user_id, user)
        room_editing.changed(tx, room)

    return await _changed(call, room_id, change)
