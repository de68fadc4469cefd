"""Reactions: small signs under a message, seen by both sides.

Source: api/reactions, method/messages.sendReaction
"""

from collections.abc import Sequence

import msgspec

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId, UserId
from chappe.domain import anonymity, many_reactions, posts, rights, room_counts, room_log, rooms, threads, updates
from chappe.domain.access import Grant
from chappe.domain.content import Service
from chappe.domain.reading import Affected
from chappe.domain.records import Message, Reaction
from chappe.domain.rooms import Room, Settings, Status
from chappe.domain.updates import Reactions, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import dialogs
from chappe.store.queries import messages as rows
from chappe.store.queries import posts as post_rows

PER_PERSON = 1
"""Reactions of one person to one message. Source: api/config#reactions-user-max-default"""
LOOKED_AT = 1000
"""Messages with reactions that one call looks at."""

AVAILABLE: tuple[tuple[str, str], ...] = (
    ("👍", "Thumbs Up"), ("👎", "Thumbs Down"), ("❤", "Red Heart"), ("🔥", "Fire"), ("🥰", "Smiling Face with Hearts"),
    ("👏", "Clapping Hands"), ("😁", "Beaming Face"), ("🤔", "Thinking Face"), ("🤯", "Exploding Head"),
    ("😱", "Screaming in Fear"), ("😢", "Crying Face"), ("🎉", "Party Popper"), ("🙏", "Folded Hands"),
    ("👌", "OK Hand"), ("💯", "Hundred Points"), ("🤝", "Handshake"), ("⚡", "High Voltage"), ("💔", "Broken Heart"),
    ("👀", "Eyes"), ("😍", "Heart-Eyes"),
)  # fmt: skip
"""Emoji one may react with, those there is a drawing of, and what they are called.

Shape: no emoji presentation mark, as clients send them.
"""

SIGNS = frozenset(sign for sign, _ in AVAILABLE)
DEFAULT = "👍"
_UNSEEN = "unseen_reactions"
_PREFERRED = "reaction"
_RECENT = "reactions_recent"
RECENT = 50

_encode = msgspec.msgpack.Encoder().encode
_signs_decoder: msgspec.msgpack.Decoder[list[str]] = msgspec.msgpack.Decoder(list[str])


def plain(sign: str) -> str:
    """The sign without its emoji presentation mark. Errors: Invalid reaction_invalid."""
    bare = sign.replace("\ufe0f", "")
    if bare not in SIGNS:
        raise Invalid("reaction_invalid")
    return bare


def react(tx: Tx, grant: Grant, message_id: int, signs: Sequence[str], *, big: bool, origin: int = 0) -> Message:
    """The caller's reactions to the message are these and no others; the message in the caller's box.

    Source: method/messages.sendReaction
    After: one state in each box that holds the message.
    Errors: Invalid message_id_invalid, reaction_invalid, reactions_too_many, message_not_modified.
    """
    assert grant.may_write
    chosen = [plain(sign) for sign in dict.fromkeys(signs)]
    if len(chosen) > PER_PERSON:
        raise Invalid("reactions_too_many")
    mine = of_message(tx, grant, message_id)
    if grant.room is not None:
        _require_here(grant, grant.room, chosen, tx.now)
    earlier = many_reactions.of_viewer(tx, grant.viewer, (mine,)).get((mine.owner_id, mine.id), mine.reactions)
    if [r.emoji for r in earlier if r.user_id == grant.viewer] == chosen:
        raise Invalid("message_not_modified")
    if grant.room is not None:
        return _react_in_room(tx, grant, mine, chosen, big=big, origin=origin)
    unread = not mine.out
    made = tuple(Reaction(grant.viewer, sign, tx.now, False, big, unread) for sign in chosen)
    if mine.twin_id and mine.peer_id != mine.owner_id:
        for twin in updates.messages_by_id(tx, mine.peer_id, (mine.twin_id,)):
            _put(tx, twin, _with(twin, grant.viewer, made), 0)
    return _put(tx, mine, _with(mine, grant.viewer, made), origin)


def of_message(rx: Reader, grant: Grant, message_id: int) -> Message:
    """The message of the dialog that one may react to. Errors: Invalid message_id_invalid."""
    message = updates.of_dialog(rx, grant.box, grant.peer, message_id, grant.floor)
    if isinstance(message.content, Service):
        raise Invalid("message_id_invalid")
    return message


def _require_here(grant: Grant, room: Room, chosen: Sequence[str], now: int) -> None:
    """The room lets the viewer react so. Errors: Invalid reaction_invalid; NotAllowed chat_write_forbidden."""
    assert grant.me is not None
    forbidden = room.default_banned | grant.me.restrictions(now)
    if grant.me.status < Status.ADMIN and forbidden & rights.banned("send_reactions"):
        raise NotAllowed("chat_write_forbidden")
    settings = room.settings
    allowed = {"none": (), "some": settings.allowed}.get(settings.reactions, chosen)
    if any(sign not in allowed for sign in chosen):
        raise Invalid("reaction_invalid")


def _react_in_room(
    tx: Tx, grant: Grant, mine: Message, chosen: Sequence[str], *, big: bool, origin: int
) -> Message:
    """Every copy of a room's message bears the viewer's reaction; its author has something to look at."""
    changed = mine
    assert grant.room is not None and grant.me is not None
    shown = anonymity.shown_as(tx, grant.room, grant.me)
    if chosen and mine.owner_id < 0:
        room_counts.reacted(tx, mine.owner_id, chosen)
    for copy in posts.copies(tx, mine):
        author = copy.from_id if copy.owner_id < 0 else copy.owner_id if copy.out else 0
        unread = author > 0 and author != grant.viewer
        made = tuple(Reaction(grant.viewer, sign, tx.now, False, big, unread, shown) for sign in chosen)
        if copy.owner_id < 0:
            return _put_in_room(tx, many_reactions.changed(tx, copy, grant.viewer, made), origin)
        after = _put(tx, copy, _with(copy, grant.viewer, made), origin if copy.owner_id == mine.owner_id else 0)
        changed = after if copy.owner_id == mine.owner_id else changed
    return changed


def take_from(tx: Tx, grant: Grant, message_id: int, peer: PeerId, origin: int = 0) -> Message:
    """The person's reactions to the message of the room are gone, by the will of an administrator.

    Shape: peer may be the room or channel in whose name somebody reacted; the newest of its reactions is meant.

    Source: method/messages.deleteParticipantReaction
    Errors: Invalid message_id_invalid, message_not_modified; NotAllowed chat_admin_required.
    """
    assert grant.room is not None and grant.me is not None
    rooms.require_right(grant.room, grant.me, "delete_messages")
    mine = of_message(tx, grant, message_id)
    user = UserId(next((r.user_id for r in reversed(mine.reactions) if r.peer_id == peer), peer))
    earlier = many_reactions.of_viewer(tx, user, (mine,)).get((mine.owner_id, mine.id), mine.reactions)
    if not any(r.user_id == user for r in earlier):
        raise Invalid("message_not_modified")
    changed = mine
    for copy in posts.copies(tx, mine):
        here = copy.owner_id == mine.owner_id
        if copy.owner_id < 0:
            return _put_in_room(tx, many_reactions.changed(tx, copy, user, ()), origin)
        after = _put(tx, copy, _with(copy, user, ()), origin if here else 0)
        changed = after if here else changed
    return changed


def reacted_by(rx: Reader, grant: Grant, user: UserId) -> list[int]:
    """Ids of messages of the room, among its newest with reactions, to which the person reacted."""
    found = [Message.of_row(row) for row in rows.reacted_in(rx, grant.box, grant.peer, LOOKED_AT)]
    found = updates.counted(rx, grant.box, found)
    own = many_reactions.of_viewer(rx, user, found)
    return [m.id for m in found if any(r.user_id == user for r in own.get((m.owner_id, m.id), m.reactions))]


def set_available(tx: Tx, grant: Grant, room: Room, settings: Settings) -> None:
    """Members react with these signs. Source: method/messages.setChatAvailableReactions

    Errors: NotAllowed chat_admin_required; Invalid reaction_invalid, chat_not_modified.
    """
    assert grant.me is not None
    rooms.require_right(room, grant.me, "change_info")
    kept = msgspec.structs.replace(settings, allowed=tuple(dict.fromkeys(plain(sign) for sign in settings.allowed)))
    if kept == room.settings:
        raise Invalid("chat_not_modified")
    rooms.keep_settings(tx, room, kept)
    room_log.reactions(tx, room, grant.viewer, room.settings, kept)


def _with(message: Message, user_id: int, made: tuple[Reaction, ...]) -> tuple[Reaction, ...]:
    return (*(r for r in message.reactions if r.user_id != user_id), *made)


def _put(tx: Tx, message: Message, after: tuple[Reaction, ...], origin: int = 0) -> Message:
    """The copy bears these reactions; its owner's count of unseen ones is right."""
    changed = msgspec.structs.replace(message, reactions=after)
    if message.owner_id < 0:
        return _put_in_room(tx, changed, origin)
    rows.set_reactions(tx, message.owner_id, message.id, _encode(after) if after else None)
    more = int(changed.has_unseen) - int(message.has_unseen)
    if more:
        dialogs.add_unread_reactions(tx, message.owner_id, message.peer_id, more)
    commit_state(tx, message.owner_id, Reactions(message.peer_id, message.id), origin)
    return changed


def _put_in_room(tx: Tx, changed: Message, origin: int) -> Message:
    """The row of the room's message holds its newest reactions; members hear of them."""
    rows.set_reactions(tx, changed.owner_id, changed.id, _encode(changed.reactions) if changed.reactions else None)
    _tell_room(tx, changed, origin)
    return changed


def _tell_room(tx: Tx, message: Message, origin: int) -> None:
    """Members hear of the reactions; the author of the message has some to look at, or none."""
    author = message.from_id
    if author > 0 and any(r.unread and r.user_id != author for r in message.reactions):
        post_rows.wait(tx, _UNSEEN, author, message.owner_id, message.id)
    elif author > 0:
        post_rows.looked_at(tx, _UNSEEN, author, message.owner_id, (message.id,))
    updates.tell_room(tx, message.owner_id, Reactions(message.peer_id, message.id), origin)


def unseen(rx: Reader, grant: Grant, top_id: int = 0) -> list[Message]:
    """The caller's messages in the dialog, or in one topic, with reactions not seen yet.

    Source: method/messages.getUnreadReactions
    """
    if grant.box < 0:
        ids = post_rows.waiting(rx, _UNSEEN, grant.viewer, grant.peer, LOOKED_AT)
        return sorted(threads.within(updates.messages_by_id(rx, grant.box, ids), top_id), key=lambda m: -m.id)
    line = dialogs.one(rx, grant.viewer, grant.peer)
    if line is None or not line[7]:
        return []
    found = (Message.of_row(row) for row in rows.reacted(rx, grant.viewer, grant.peer, LOOKED_AT))
    return [m for m in found if m.has_unseen]


def see_all(tx: Tx, grant: Grant, origin: int = 0, top_id: int = 0) -> Affected:
    """All reactions in the dialog, or in one topic, have been seen. Source: method/messages.readReactions"""
    return _see(tx, grant, unseen(tx, grant, top_id), origin)


def see(tx: Tx, grant: Grant, ids: Sequence[int], origin: int = 0) -> Affected:
    """The reactions to these messages have been seen. Source: method/channels.readMessageContents"""
    return _see(tx, grant, [m for m in unseen(tx, grant) if m.id in ids], origin)


def _see(tx: Tx, grant: Grant, found: Sequence[Message], origin: int) -> Affected:
    for message in found:
        seen = tuple(msgspec.structs.replace(r, unread=False) for r in message.reactions)
        _put(tx, message, seen, origin)
    return Affected.of(tx, grant.box, None)


def preferred(rx: Reader, owner: PeerId) -> str:
    """The sign a double tap gives. Source: method/messages.setDefaultReaction"""
    value = dialogs.preference(rx, owner, _PREFERRED)
    return value.decode() if value else DEFAULT


def prefer(tx: Tx, owner: PeerId, sign: str) -> None:
    """A double tap gives this sign. Errors: Invalid reaction_invalid."""
    dialogs.set_preference(tx, owner, _PREFERRED, plain(sign).encode())


def recent(rx: Reader, owner: PeerId) -> list[str]:
    """The signs used last, newest first. Source: method/messages.getRecentReactions"""
    value = dialogs.preference(rx, owner, _RECENT)
    return _signs_decoder.decode(value) if value else []


def remember(tx: Tx, owner: PeerId, signs: Sequence[str]) -> None:
    """The signs are the newest of those used; none given means that all are forgotten."""
    kept = list(dict.fromkeys((*signs, *recent(tx, owner))))[:RECENT] if signs else []
    dialogs.set_preference(tx, owner, _RECENT, _encode(kept))
