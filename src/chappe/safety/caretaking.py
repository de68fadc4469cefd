"""Reports inside a group reach those who look after it, too: what and where, never by whom.

Source: dsa/16
Not told are the worst things, where a word to the wrong person would help the wrong one; nor who wrote it or filed it.
"""

from chappe.base import Refusal
from chappe.base.ids import PeerId, UserId, is_channel
from chappe.domain import authorizations, caretakers, categories, limits, rooms, service_chat
from chappe.domain.limits import Rate
from chappe.domain.rooms import Room
from chappe.safety import letters
from chappe.safety.records import Desk, Filing, Notifier
from chappe.store import Reader, Tx
from chappe.store.safety import notices as rows

WORST = 5
"""Harm from which on nobody is told."""
PER_ROOM = Rate(20, 86_400)
ITEMS = 3
"""Items of one notice that are told of."""
FORGOTTEN_S = 30 * 86_400


def note(tx: Tx, notifier: Notifier, filing: Filing, notice_id: int) -> None:
    """Those who look after the rooms concerned will hear of it."""
    if categories.harm(filing.category, filing.keyword) >= WORST:
        return
    told = [one for one in filing.items if one.room_id and one.item.kind in ("message", "reaction")][:ITEMS]
    groups = {room.id for room in rooms.some(tx, (one.room_id for one in told)) if _looked_after(room)}
    for one in told:
        if one.room_id in groups:
            rows.telling(tx, one.room_id, one.key, notice_id)


def tell(tx: Tx, desk: Desk, room_id: int, item_key: str, notice_id: int) -> int:
    """Those who look after the room have heard of the item; how many. Rooms hear of so many a day at most."""
    rows.told(tx, room_id, item_key)
    notice = rows.find(tx, notice_id)
    author = next((row[3] for row in rows.items_of(tx, notice_id) if row[0] == item_key), 0)
    room = rooms.find(tx, PeerId(room_id))
    if notice is None or room.deleted or not _within(tx, room_id):
        return 0
    apart = {author, int(notice[2].partition(":")[2]) if notice[2].startswith("user:") else 0}
    people = [one for one in caretakers.of_room(tx, room.id) if one not in apart]
    for user in people:
        text = letters.room(language(tx, user), room.title, (notice[4], notice[5]), _link(desk, tx, room, item_key))
        service_chat.tell(tx, user, text)
    return len(people)


def language(rx: Reader, user_id: UserId) -> str:
    """The language of the device somebody used last."""
    devices = authorizations.of_user(rx, user_id)
    return devices[0].lang_code[:2] if devices else ""


def _looked_after(room: Room) -> bool:
    """True for a group: what stands in a channel is its administrators' own."""
    return not room.broadcast and not room.deleted


def _within(tx: Tx, room_id: int) -> bool:
    try:
        limits.take(tx, f"notice_room:{room_id}", PER_ROOM)
    except Refusal:
        return False
    return True


def _link(desk: Desk, rx: Reader, room: Room, item_key: str) -> str:
    """Where in the room it is, for its members; a basic group has no such address."""
    _, peer, *rest = item_key.split(":")
    if not is_channel(room.id) or int(peer) != room.id:
        return room.title
    return f"{desk.links}{room.username or f'c/{room.bare_id}'}/{rest[0]}"


