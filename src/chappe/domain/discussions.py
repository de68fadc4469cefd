"""The discussion group of a channel: chosen by who runs both, and how far its members read each thread.

Source: api/discussion
"""

from dataclasses import dataclass

from chappe.base.errors import Conflict, Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import members, room_editing, room_log, rooms, threads, updates
from chappe.domain.access import Grant
from chappe.domain.records import Message, Replies
from chappe.domain.room_records import Logged
from chappe.domain.rooms import Flag, Room, Status
from chappe.domain.updates import ThreadRead, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import rooms as room_rows
from chappe.store.queries import threads as rows

ALBUM = 10


def candidates(rx: Reader, user: UserId, now: int) -> list[PeerId]:
    """The groups that the person may make a channel's discussion. Source: method/channels.getGroupsForDiscussion"""
    out = []
    for room in rooms.some(rx, members.rooms_of(rx, user)):
        open_ = not (room.deleted or room.migrated_to or room.linked_id or room.broadcast)
        if open_ and rooms.member(rx, room.id, user).status == Status.CREATOR:
            out.append(room.id)
    return out


def link(tx: Tx, actor: UserId, channel: PeerId | None, group: PeerId | None) -> None:
    """The group discusses the channel; without one of them the other discusses, or is discussed, no more.

    Source: method/channels.setDiscussionGroup
    Errors: Invalid broadcast_id_invalid, megagroup_id_invalid, megagroup_prehistory_hidden; NotAllowed
    chat_admin_required; Conflict link_not_modified.
    """
    a = _mine(tx, actor, channel, "broadcast_id_invalid", broadcast=True) if channel else None
    b = _mine(tx, actor, group, "megagroup_id_invalid", broadcast=False) if group else None
    if b is not None and a is not None and Flag.HIDDEN_HISTORY in b.flags:
        raise Invalid("megagroup_prehistory_hidden")
    before = {room.id: room.linked_id for room in (a, b) if room is not None}
    wanted = {room.id: (other.id if other else PeerId(0)) for room, other in ((a, b), (b, a)) if room is not None}
    if before == wanted or not wanted:
        raise Conflict("link_not_modified")
    for partner in {p for p in before.values() if p} - set(wanted):
        _set(tx, actor, rooms.find(tx, partner), PeerId(0))
    for room in (a, b):
        if room is not None and wanted[room.id] != room.linked_id:
            _set(tx, actor, room, wanted[room.id])


def _mine(rx: Tx, actor: UserId, room_id: PeerId, reason: str, *, broadcast: bool) -> Room:
    room = rooms.find(rx, room_id)
    if room.broadcast != broadcast or not room.own_box:
        raise Invalid(reason)
    me = rooms.member(rx, room_id, actor)
    rooms.require_right(room, me, "change_info" if broadcast else "pin_messages")
    return room


def _set(tx: Tx, actor: UserId, room: Room, other: PeerId) -> None:
    room_rows.set_field(tx, room.id, "linked_id", other)
    before, after = _bare(room.linked_id), _bare(other)
    room_log.write(tx, room, actor, "settings", "ChangeLinkedChat", Logged((before, after)))
    room_editing.changed(tx, room)


def _bare(room_id: PeerId) -> int:
    return -room_id - 10**12 if room_id else 0


@dataclass(frozen=True, slots=True)
class Discussion:
    """Where a post is discussed. Shape: messages has the copy of the post, all of an album's, newest first."""

    group: PeerId
    top: int
    messages: tuple[Message, ...]
    replies: Replies
    read_max_id: int
    unread: int


def of_post(rx: Reader, grant: Grant, message_id: int) -> Discussion:
    """Where the message is discussed, and how far the viewer has read that.

    Source: method/messages.getDiscussionMessage
    Errors: Invalid msg_id_invalid.
    """
    group, top = threads.place_of(rx, grant, message_id)
    found = updates.messages_by_id(rx, group, range(top, top + ALBUM))
    first = next((m for m in found if m.id == top), None)
    if first is None:
        raise Invalid("msg_id_invalid")
    album = [m for m in found if m.id == top or (m.grouped_id and m.grouped_id == first.grouped_id)]
    read = rows.read_up_to(rx, grant.viewer, group, top)
    standing = first.replies or Replies()
    return Discussion(
        group, top, tuple(sorted(album, key=lambda m: -m.id)), standing, read, rows.unread(rx, group, top, read)
    )


def read(tx: Tx, grant: Grant, message_id: int, max_id: int, origin: int = 0) -> None:
    """The viewer read the discussion up to max_id; their other devices hear it.

    Source: method/messages.readDiscussion
    Errors: Invalid msg_id_invalid.
    """
    viewer = grant.viewer
    group, top = threads.place_of(tx, grant, message_id)
    max_id = min(max_id, rows.newest(tx, group, top))
    if max_id > 0 and rows.set_read(tx, viewer, group, top, max_id):
        found = rows.threads(tx, group, (top,))
        post = (found[0][4], found[0][5]) if found else (0, 0)
        commit_state(tx, PeerId(viewer), ThreadRead(group, top, max_id, *post), origin)
