"""The words by which members of rooms are found. Source: method/channels.getParticipants"""

from chappe.base.ids import PeerId, UserId
from chappe.domain import words
from chappe.store import Tx
from chappe.store.queries import people
from chappe.store.queries import rooms as rows


def known(tx: Tx, room: PeerId, user: UserId) -> None:
    """The member is found in the room by their name and username, as these are now."""
    rows.put_name(tx, room, user, _words(tx, user))


def forgotten(tx: Tx, room: PeerId, user: UserId) -> None:
    """Nobody finds the person in the room."""
    rows.put_name(tx, room, user, ())


def renamed(tx: Tx, user: UserId) -> None:
    """The person is found by their new name in all their rooms."""
    there = _words(tx, user)
    for room in rows.rooms_of(tx, user):
        rows.put_name(tx, room, user, there)


def _words(tx: Tx, user: UserId) -> list[str]:
    found = people.accounts(tx, (user,))
    if not found:
        return []
    first, last, username = found[0][2:5]
    return sorted({*words.asked(f"{first} {last}"), *words.asked(username), username.lower()} - {""})
