"""The directory of public rooms: strangers find them by the words of their title and their name.

Source: method/contacts.search
"""

from chappe.base.ids import PeerId, UserId
from chappe.domain import access, rooms, words
from chappe.domain.rooms import Room
from chappe.store import Reader, Tx
from chappe.store.queries import public as rows

LOOKED_AT = 500
"""Rooms of one question that are looked at."""


def put(tx: Tx, room_id: PeerId) -> None:
    """The directory has the room under its words as they are now; none of a room that is not public."""
    room = rooms.find(tx, room_id)
    there = {*words.words(room.title), *words.words(room.username), room.username.lower()}
    rows.name_room(tx, room_id, sorted(there) if room.username and not room.deleted else ())


def find(rx: Reader, viewer: UserId, question: str, limit: int) -> list[Room]:
    """Public rooms whose words begin with those of the question, the largest first, as far as the viewer may look."""
    asked = words.asked(question.removeprefix("@"))
    if not asked:
        return []
    found = set(rows.rooms_named(rx, asked[0], LOOKED_AT))
    for word in asked[1:]:
        found &= set(rows.rooms_named(rx, word, LOOKED_AT))
    there = [room for room in rooms.some(rx, found) if room.username and not access.closed(rx, room, viewer)]
    return sorted(there, key=lambda room: (-room.member_count, room.id))[:limit]
