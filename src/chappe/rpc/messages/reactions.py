"""Reactions. Source: api/reactions"""

from collections.abc import Sequence
from functools import partial
from hashlib import blake2b

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, many_reactions, mentions, reactions, room_editing, rooms, updates
from chappe.domain.access import Grant
from chappe.domain.reading import Affected
from chappe.domain.records import Message, Reaction
from chappe.domain.rooms import Room, Settings
from chappe.domain.updates import Entry
from chappe.rpc import inputs, results
from chappe.rpc.context import Call, method
from chappe.rpc.messages import counts
from chappe.rpc.messages.reading import affected_history_view
from chappe.rpc.reactions import Icons, icons
from chappe.rpc.results import chats, messages_page, users
from chappe.rpc.rooms import room_act
from chappe.rpc.views.media import Viewer, document_view
from chappe.rpc.views.messages import message_reactions_view, peer_reaction_view, people_of
from chappe.rpc.views.peers import peer_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

LISTED = 100
DEEPEST = 10_000
"""The place in a list of reactions that is reached at most."""


def _sign(value: t.TypeReaction) -> str | None:
    """The emoji of a reaction, None for the empty one. Errors: REACTION_INVALID for any other kind."""
    if isinstance(value, t.ReactionEmpty):
        return None
    if not isinstance(value, t.ReactionEmoji):
        raise Invalid("reaction_invalid")
    return value.emoticon


@method("messages.sendReaction")
async def send_reaction(call: Call, q: f.messages.SendReaction) -> t.TypeUpdates:
    """The caller's reaction to the message is this, or none.

    Source: method/messages.sendReaction
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, REACTION_INVALID, REACTIONS_TOO_MANY, MESSAGE_NOT_MODIFIED,
    USER_IS_BLOCKED, YOU_BLOCKED_USER.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id
    signs = [sign for sign in map(_sign, q.reaction or ()) if sign is not None]

    def act(tx: Tx) -> Message:
        grant = access.require_write(tx, call.user_id, peer)
        message = reactions.react(tx, grant, q.msg_id, signs, big=bool(q.big), origin=origin)
        if q.add_to_recent and signs:
            reactions.remember(tx, PeerId(call.user_id), [reactions.plain(s) for s in signs])
        return message

    return await _told(call, [await call.write(act)])


async def _told(call: Call, found: Sequence[Message]) -> t.Updates:
    """The reactions to the messages as updates."""
    told = [
        t.UpdateMessageReactions(
            peer=peer_view(m.peer_id), msg_id=m.id,
            reactions=message_reactions_view(m, call.user_id) or t.MessageReactions(results=[]),
        )
        for m in found
    ]  # fmt: skip
    around = people_of(found)
    people, near = await users(call, around), await chats(call, around)
    return t.Updates(updates=told, users=people, chats=near, date=call.now(), seq=0)


@method("messages.getMessagesReactions")
async def get_messages_reactions(call: Call, q: f.messages.GetMessagesReactions) -> t.TypeUpdates:
    """The reactions to the named messages. Source: method/messages.getMessagesReactions. Errors: PEER_ID_INVALID."""
    peer, ids = await inputs.peer(call, q.peer), q.id[:LISTED]

    def query(rx: Reader) -> list[Message]:
        grant = access.require_read(rx, call.user_id, peer)
        found = [m for m in updates.messages_by_id(rx, grant.box, ids) if m.peer_id == peer and m.id > grant.floor]
        return mentions.seen_by(rx, call.user_id, found)

    return await _told(call, await call.read(query))


@method("messages.getMessageReactionsList")
async def get_message_reactions_list(
    call: Call, q: f.messages.GetMessageReactionsList
) -> t.messages.MessageReactionsList:
    """Who reacted to the message, and how.

    Source: method/messages.getMessageReactionsList
    Shape: offset and next_offset are places in the list, in digits.
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, BROADCAST_FORBIDDEN.
    """
    peer = await inputs.peer(call, q.peer)
    wanted = _sign(q.reaction) if q.reaction is not None else None

    offset = q.offset or ""
    start, limit = int(offset) if offset.isdecimal() and len(offset) < 10 else 0, max(1, min(q.limit, LISTED))
    start = min(start, DEEPEST)

    def query(rx: Reader) -> tuple[list[Reaction], int]:
        grant = access.require_read(rx, call.user_id, peer)
        if grant.room is not None and grant.room.broadcast:
            raise NotAllowed("broadcast_forbidden")
        message = reactions.of_message(rx, grant, q.id)
        return many_reactions.page(rx, message, None if wanted is None else reactions.plain(wanted), start, limit)

    page, count = await call.read(query)
    named = {r.peer_id for r in page}
    return t.messages.MessageReactionsList(
        count=count, reactions=[peer_reaction_view(r, call.user_id) for r in page],
        chats=await chats(call, {peer, *named}), users=await users(call, named),
        next_offset=str(start + limit) if start + limit < min(count, DEEPEST) else None,
    )  # fmt: skip


@method("messages.deleteParticipantReaction")
async def delete_participant_reaction(call: Call, q: f.messages.DeleteParticipantReaction) -> t.Updates:
    """The person's reaction to the message is gone, by the will of an administrator.

    Source: method/messages.deleteParticipantReaction
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, MESSAGE_NOT_MODIFIED, CHAT_ADMIN_REQUIRED.
    """
    peer, user = await inputs.peer(call, q.peer), await inputs.peer(call, q.participant)
    origin = call.device.auth_key_id
    return await _told(call, [await call.write(
        lambda tx: reactions.take_from(tx, _in_room(tx, call, peer), q.msg_id, user, origin)
    )])  # fmt: skip


@method("messages.deleteParticipantReactions", lacks="reactions to messages older than the last thousand of the room")
async def delete_participant_reactions(call: Call, q: f.messages.DeleteParticipantReactions) -> bool:
    """The person's reactions to the newest messages of the room are gone, by the will of an administrator.

    Source: method/messages.deleteParticipantReactions
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED.
    """
    peer, user = await inputs.peer(call, q.peer), UserId(await inputs.peer(call, q.participant))

    def query(rx: Reader) -> list[int]:
        grant = _in_room(rx, call, peer)
        assert grant.room is not None and grant.me is not None
        rooms.require_right(grant.room, grant.me, "delete_messages")
        return reactions.reacted_by(rx, grant, user)

    for message_id in await call.read(query):
        await call.write(partial(_take, call=call, peer=peer, message_id=message_id, user=user))
    return True


def _take(tx: Tx, call: Call, peer: PeerId, message_id: int, user: UserId) -> None:
    reactions.take_from(tx, _in_room(tx, call, peer), message_id, PeerId(user))


def _in_room(rx: Reader, call: Call, peer: PeerId) -> Grant:
    grant = access.require_member(rx, call.user_id, peer) if peer < 0 else None
    if grant is None:
        raise Invalid("peer_id_invalid")
    return grant


@method("messages.setChatAvailableReactions")
async def set_chat_available_reactions(call: Call, q: f.messages.SetChatAvailableReactions) -> t.Updates:
    """Members of the room react with these signs.

    Source: method/messages.setChatAvailableReactions
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED, REACTION_INVALID, CHAT_NOT_MODIFIED.
    """
    value, limit = q.available_reactions, max(0, min(q.reactions_limit or 0, 11))
    match value:
        case t.ChatReactionsNone():
            settings = Settings("none", (), limit)
        case t.ChatReactionsSome():
            settings = Settings("some", tuple(s for s in map(_sign, value.reactions[:LISTED]) if s), limit)
        case _:
            settings = Settings("all", (), limit)

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        reactions.set_available(tx, grant, room, settings)
        room_editing.changed(tx, room)
        return []

    return await room_act(call, await inputs.peer(call, q.peer), act)


def _hash(signs: Sequence[str]) -> int:
    """Shape: positive int32, changes with the list. COMPAT TDLib: 0 for an empty one."""
    if not signs:
        return 0
    return int.from_bytes(blake2b("".join(signs).encode(), digest_size=4).digest(), "big") >> 1 or 1


@method("messages.getAvailableReactions")
async def get_available_reactions(
    call: Call, q: f.messages.GetAvailableReactions
) -> t.messages.TypeAvailableReactions:
    """The emoji one may react with, in drawings of this server's own.

    Source: method/messages.getAvailableReactions
    """
    found, viewer = icons(), results.viewer(call)
    now = _hash([f"{i.still.file_id} {i.moving.file_id} {i.effect.file_id}" for i in found.values()])
    if q.hash == now:
        return t.messages.AvailableReactionsNotModified()
    shown = [available_view(sign, title, found[sign], viewer) for sign, title in reactions.AVAILABLE]
    return t.messages.AvailableReactions(hash=now, reactions=shown)


def available_view(sign: str, title: str, drawn: Icons, viewer: Viewer) -> t.AvailableReaction:
    """A reaction on offer. COMPAT TDLib: an icon that is no WebP, or an animation that is no TGS, loses it."""
    still, moving, effect = (document_view(d, viewer) for d in (drawn.still, drawn.moving, drawn.effect))
    return t.AvailableReaction(
        reaction=sign, title=title, static_icon=still, appear_animation=moving, select_animation=moving,
        activate_animation=moving, effect_animation=effect, around_animation=effect, center_icon=moving,
    )  # fmt: skip


def _list_view(signs: Sequence[str], known: int) -> t.messages.TypeReactions:
    now = _hash(signs)
    if known and known == now:
        return t.messages.ReactionsNotModified()
    return t.messages.Reactions(hash=now, reactions=[t.ReactionEmoji(emoticon=sign) for sign in signs])


@method("messages.getTopReactions")
async def get_top_reactions(call: Call, q: f.messages.GetTopReactions) -> t.messages.TypeReactions:
    """The first of the available reactions. Source: method/messages.getTopReactions"""
    return _list_view([sign for sign, _ in reactions.AVAILABLE][: max(1, min(q.limit or LISTED, LISTED))], q.hash)


@method("messages.getRecentReactions")
async def get_recent_reactions(call: Call, q: f.messages.GetRecentReactions) -> t.messages.TypeReactions:
    """The reactions used last. Source: method/messages.getRecentReactions"""
    owner = PeerId(call.user_id)
    found = await call.read(lambda rx: reactions.recent(rx, owner))
    return _list_view(found[: max(1, min(q.limit or LISTED, LISTED))], q.hash)


@method("messages.clearRecentReactions")
async def clear_recent_reactions(call: Call, q: f.messages.ClearRecentReactions) -> bool:
    """No reaction counts as used lately. Source: method/messages.clearRecentReactions"""
    owner = PeerId(call.user_id)
    await call.write(lambda tx: reactions.remember(tx, owner, ()))
    return True


@method("messages.setDefaultReaction")
async def set_default_reaction(call: Call, q: f.messages.SetDefaultReaction) -> bool:
    """A double tap gives this reaction. Source: method/messages.setDefaultReaction. Errors: REACTION_INVALID."""
    owner, sign = PeerId(call.user_id), _sign(q.reaction)
    if sign is None:
        raise Invalid("reaction_invalid")
    await call.write(lambda tx: reactions.prefer(tx, owner, sign))
    return True


@method("messages.getUnreadReactions")
async def get_unread_reactions(call: Call, q: f.messages.GetUnreadReactions) -> t.messages.TypeMessages:
    """The caller's messages with reactions not seen yet.

    Source: method/messages.getUnreadReactions
    Errors: PEER_ID_INVALID.
    """
    inputs.absent(q.saved_peer_id, "peer_id_invalid")
    peer = await inputs.peer(call, q.peer)
    top = q.top_msg_id or 0
    found = await call.read(lambda rx: reactions.unseen(rx, access.require_read(rx, call.user_id, peer), top))
    return await messages_page(call, counts.part(found, q), len(found), room=peer)


@method("messages.readReactions")
async def read_reactions(call: Call, q: f.messages.ReadReactions) -> t.messages.AffectedHistory:
    """All reactions in the dialog, or in one topic, have been seen.

    Source: method/messages.readReactions
    Errors: PEER_ID_INVALID.
    """
    inputs.absent(q.saved_peer_id, "peer_id_invalid")
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id

    def act(tx: Tx) -> Affected:
        return reactions.see_all(tx, access.require_read(tx, call.user_id, peer), origin, q.top_msg_id or 0)

    return affected_history_view(await call.write(act))
