"""Mentions in rooms: whom a message names or answers, and which of them still wait to be looked at.

Source: api/mentions
"""

from collections.abc import Sequence

import msgspec

from chappe.base.ids import MsgId, PeerId, UserId
from chappe.domain import content as contents
from chappe.domain import many_reactions, media_kinds, reading, rooms, threads, updates
from chappe.domain.access import Grant
from chappe.domain.content import Content, Text
from chappe.domain.reading import Affected
from chappe.domain.records import Message
from chappe.domain.updates import RoomContents, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import boxes, people
from chappe.store.queries import posts as rows
from chappe.store.queries import rooms as room_rows

TOLD = 50
"""People one message may mention so that they are told."""
LOOKED_AT = 1000
"""Unread mentions of one room that one call looks at."""
_TABLE = "mentions"
_EVER = "my_mentions"
"""All that mention a person, looked at or not."""
_PLAYED = "played"
"""Voice and round video that a person played in a room with its own box; in other boxes the message itself knows."""


def marked(rx: Reader, room_id: PeerId, box: PeerId, author: int, content: Content) -> Content:
    """The content with the members it mentions: by name, by username, or by answering them."""
    if not isinstance(content, Text):
        return content
    found = {e.number for e in content.entities if e.kind == "MentionName"}
    for entity in content.entities:
        if entity.kind == "Mention":
            name = contents.utf16_slice(content.message, entity.offset, entity.length).removeprefix("@").lower()
            found.add(people.by_username(rx, name) or 0)
    if content.reply_to is not None and content.reply_to.msg_id and not content.reply_to.peer_id:
        found |= {m.from_id for m in updates.messages_by_id(rx, box, (content.reply_to.msg_id,))}
    named = sorted(i for i in found if i > 0 and i != author)[:TOLD]
    members = [rooms.member_of_row(row) for row in room_rows.some_members(rx, room_id, named)] if named else []
    inside = tuple(sorted(m.user_id for m in members if m.inside))
    return msgspec.structs.replace(content, mentions=inside) if inside != content.mentions else content


def note(tx: Tx, room_id: PeerId, message_id: MsgId, content: Content) -> None:
    """The mention in a room's own box waits for each of the mentioned."""
    if isinstance(content, Text):
        for user in content.mentions:
            rows.wait(tx, _TABLE, user, room_id, message_id)
            rows.wait(tx, _EVER, user, room_id, message_id)


def note_copy(tx: Tx, user: PeerId, room_id: PeerId, message_id: MsgId) -> None:
    """The mention in a basic group waits for the owner of this copy."""
    rows.wait(tx, _TABLE, user, room_id, message_id)
    rows.wait(tx, _EVER, user, room_id, message_id)


def forget(tx: Tx, found: Sequence[Message]) -> None:
    """The messages, which are gone, wait for nobody."""
    for m in found:
        if m.peer_id < 0 and isinstance(m.content, Text):
            for user in m.content.mentions if m.owner_id < 0 else (m.owner_id,):
                rows.looked_at(tx, _TABLE, user, m.peer_id, (m.id,))
                rows.looked_at(tx, _EVER, user, m.peer_id, (m.id,))


def seen_by(rx: Reader, viewer: UserId, found: Sequence[Message]) -> list[Message]:
    """The messages as the viewer sees them: what mentions them, or is to be played, unread; knowing their reactions."""
    asked = {m.peer_id for m in found if m.owner_id < 0 and _mentions(m, viewer)}
    waiting = {room: set(rows.waiting(rx, _TABLE, viewer, room, LOOKED_AT)) for room in asked}
    unread = {(room, one) for room, ids in waiting.items() for one in ids} | _unplayed(rx, viewer, found)
    found = [msgspec.structs.replace(m, media_unread=True) if (m.owner_id, m.id) in unread else m for m in found]
    own = many_reactions.of_viewer(rx, viewer, found)
    return [
        msgspec.structs.replace(m, own_reactions=own[m.owner_id, m.id]) if own.get((m.owner_id, m.id)) else m
        for m in found
    ]


def _unplayed(rx: Reader, viewer: UserId, found: Sequence[Message]) -> set[tuple[PeerId, int]]:
    """Voice and round video of others in supergroups that the viewer did not play."""
    there: set[tuple[PeerId, int]] = {(m.owner_id, m.id) for m in found if to_play(m, viewer)}
    played = {
        (room, one) for room in {room for room, _ in there}
        for one in rows.among(rx, _PLAYED, viewer, room, [i for r, i in there if r == room])
    }  # fmt: skip
    return there - played


def to_play(message: Message, viewer: int) -> bool:
    """True for a voice or round video message of somebody else in a supergroup."""
    return message.owner_id < 0 and message.from_id not in (0, viewer) and media_kinds.plays(message.content)


def _mentions(message: Message, viewer: UserId) -> bool:
    return isinstance(message.content, Text) and viewer in message.content.mentions


def unread(rx: Reader, grant: Grant, top_id: int = 0) -> list[Message]:
    """The messages, of one topic or of all, whose mention of the viewer was not looked at, newest first.

    Source: method/messages.getUnreadMentions
    """
    ids = [i for i in rows.waiting(rx, _TABLE, grant.viewer, grant.peer, LOOKED_AT) if i > grant.floor]
    return sorted(threads.within(updates.messages_by_id(rx, grant.box, ids), top_id), key=lambda m: -m.id)


def read(tx: Tx, grant: Grant, ids: Sequence[int], origin: int = 0) -> Affected:
    """The mentions in these messages were looked at.

    Voice and round video among them was played.

    Source: method/channels.readMessageContents, method/messages.readMentions
    After: one state in the viewer's box, or a read_contents fact in a basic group.
    """
    if grant.room is not None and not grant.room.own_box:
        return reading.read_contents(tx, PeerId(grant.viewer), ids, origin)
    waiting = set(rows.waiting(tx, _TABLE, grant.viewer, grant.peer, LOOKED_AT))
    played = _unplayed(tx, grant.viewer, updates.messages_by_id(tx, grant.box, sorted(set(ids))[:LOOKED_AT]))
    for _, message_id in sorted(played):
        rows.wait(tx, _PLAYED, grant.viewer, grant.peer, message_id)
    looked = sorted((waiting & set(ids)) | {message_id for _, message_id in played})
    if looked:
        rows.looked_at(tx, _TABLE, grant.viewer, grant.peer, looked)
        commit_state(tx, PeerId(grant.viewer), RoomContents(grant.peer, tuple(looked)), origin)
    counters = boxes.counters(tx, grant.box)
    return Affected(counters[0] if counters else 0, 0)


def read_all(tx: Tx, grant: Grant, origin: int = 0, top_id: int = 0) -> Affected:
    """No mention of the room, or of one topic of it, waits any more. Source: method/messages.readMentions"""
    waiting: Sequence[int] = rows.waiting(tx, _TABLE, grant.viewer, grant.peer, LOOKED_AT)
    if top_id:
        waiting = [m.id for m in threads.within(updates.messages_by_id(tx, grant.box, waiting), top_id)]
    return read(tx, grant, waiting, origin)
