"""The history of a public channel's posts: what they said before, and that they were deleted.

Source: requirements/edit-history
An earlier version is kept in the transaction that replaces it. A deletion takes the words and files of all of them,
and leaves the dates: a reader sees that there was something, not what it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId
from chappe.domain import content as contents
from chappe.domain import enforcement, media_kinds, rooms
from chappe.domain.access import Grant
from chappe.domain.content import Text
from chappe.domain.records import Message
from chappe.domain.rooms import Room
from chappe.store import Reader, Tx
from chappe.store.queries import edits as rows

KEPT = 100
"""Versions of one post: the first and the newest."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a post said since the date, until the next version or the post as it is.

    Shape: said is None when the post was deleted since, or removed by a decision; `deleted` marks the deletion itself.
    """

    date: int
    said: Text | None
    deleted: bool = False


def keep(tx: Tx, room: Room, before: Message) -> None:
    """What the post of a public channel says, and is about to say no more, can be read later."""
    if not (room.broadcast and room.username) or before.from_id:
        return
    _, media_id, media_hash = media_kinds.index_of(before.content)
    since = before.edit_date or before.date
    rows.add(tx, room.id, before.id, since, (media_id, media_hash), contents.pack(before.content), KEPT)


def gone(tx: Tx, room_id: PeerId, found: Sequence[Message]) -> None:
    """Of posts that are deleted nothing is kept but the dates, and those only of a public channel."""
    ids = sorted(m.id for m in found if not m.from_id and isinstance(m.content, Text))
    if not ids:
        return
    rows.empty(tx, room_id, ids)
    room = rooms.find(tx, room_id)
    if room.broadcast and room.username:
        rows.bury(tx, room_id, ids, tx.now)


def edits_of(rx: Reader, grant: Grant, room_id: PeerId, msg_id: int) -> list[Version]:
    """What the post said before, oldest first; the last is its deletion if it is gone.

    Errors: NotAllowed channel_private for a grant of another room; Invalid message_id_invalid.
    """
    if grant.peer != room_id or grant.room is None:
        raise NotAllowed("channel_private")
    if msg_id <= grant.floor:
        raise Invalid("message_id_invalid")
    found: list[Version] = []
    withheld = bool(enforcement.withheld(rx, room_id, (msg_id,)))
    for date, deleted, blob in rows.of_post(rx, room_id, msg_id):
        said = contents.unpack(blob) if blob and not withheld else None
        found.append(Version(date, said if isinstance(said, Text) else None, bool(deleted)))
    return found
