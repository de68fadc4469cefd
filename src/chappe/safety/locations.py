"""Where something is: an address that somebody wrote down, and what of this server it means.

Source: dsa/16(2)
Whoever has no account learns no more here than the public pages tell: what lies in a room for members, who holds a
name and whether anybody does look the same. Such addresses are taken as they are, for somebody to look at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chappe.base import NotFound, Refusal
from chappe.base.ids import PeerId, is_channel
from chappe.domain import contacts, open_rooms
from chappe.domain.addresses import ADDRESS_LENGTH as ADDRESS_LENGTH
from chappe.domain.addresses import HIGHEST as HIGHEST
from chappe.domain.addresses import Place as Place
from chappe.domain.addresses import read as read
from chappe.domain.open_rooms import OpenRoom
from chappe.domain.rulings import Item
from chappe.safety.records import Case, Located
from chappe.store import Reader, Tx
from chappe.store.safety import addresses as rows

TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Found:
    """What an address means. Shape: title and path are empty where `closed`: nothing may be said about it."""

    address: str
    item: Item
    title: str = ""
    path: str = ""

    @property
    def closed(self) -> bool:
        """True if strangers may not know what is there."""
        return not self.path


def look(rx: Reader, address: str, place: Place) -> Found:
    """What is there. Errors: NotFound location_gone, where strangers may know that nothing is."""
    if not place.name:
        peer = place.peer or (_behind(rx, place.invite) if place.invite else 0)
        return Found(address, _item(peer, place.message_id, address))
    try:
        there = open_rooms.find(rx, place.name)
    except NotFound:
        return Found(address, _item(_holder(rx, place.name), place.message_id, address))
    room, message_id = there.room, place.message_id
    title, path = room.title[:TITLE_LENGTH], f"/@{room.username}"
    if not message_id:
        return Found(address, Item("room", room.id), title, path)
    if not there.readable:
        return Found(address, Item("message", room.id, message_id))
    try:
        open_rooms.message(rx, there, message_id)
    except Refusal:
        raise NotFound("location_gone") from None
    path = f"{path}/{message_id}"
    if not place.comment_id:
        return Found(address, Item("message", room.id, message_id), title, path)
    return Found(address, _comment(rx, there, place), title, f"{path}#comment-{place.comment_id}")


@dataclass(frozen=True, slots=True)
class Named:
    """An address of a notice, as it was written, and how its case stands. Shape: case None if nobody knows."""

    address: str
    case: Case | None


def keep(tx: Tx, notice_id: int, named: Sequence[tuple[str, Located]]) -> None:
    """The notice's page repeats these addresses, each with what it was found to be."""
    rows.add(tx, notice_id, [(address, located.key) for address, located in named])


def of_notice(rx: Reader, notice_id: int, there: Sequence[tuple[Located, Case]]) -> list[Named]:
    """The addresses of a notice. Shape: there as `notices.items_of` gives it."""
    known = {located.key: case for located, case in there}
    return [Named(address, known.get(key)) for address, key in rows.of_notice(rx, notice_id)]


def _comment(rx: Reader, there: OpenRoom, place: Place) -> Item:
    """What was said under a post, as everybody reads it there. Errors: NotFound location_gone."""
    said = open_rooms.comments(rx, there, place.message_id, place.comment_id - 1)
    if said is None or all(one.id != place.comment_id for one in said.messages):
        raise NotFound("location_gone")
    return Item("message", said.group.id, place.comment_id)


def _holder(rx: Reader, name: str) -> int:
    """Whose name it is, 0 for nobody's. For those who look at notices, never for the page."""
    try:
        return contacts.resolve_username(rx, name)
    except Refusal:
        return 0


def _behind(rx: Reader, invite: str) -> int:
    """The room behind an invite link, 0 for none."""
    try:
        return open_rooms.behind_link(rx, invite).id
    except Refusal:
        return 0


def _item(peer: int, message_id: int, address: str) -> Item:
    """The item, as the address names it; the address itself where that leads nowhere we know."""
    if peer > 0:
        return Item("account", peer)
    if peer < 0:
        return Item("message", peer, message_id) if message_id and is_channel(PeerId(peer)) else Item("room", peer)
    return Item("link", extra=address)
