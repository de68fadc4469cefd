"""A profile photo of a person or room is taken off by a decision, and put back. Source: dsa/17(1)"""

from chappe.base.errors import NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import accounts, room_editing, rooms
from chappe.domain.rulings import Item
from chappe.store import Reader, Tx
from chappe.store.queries import enforcement as rows
from chappe.store.queries import files as file_rows
from chappe.store.queries import rooms as room_rows

PASSED, SHOWN = 1, 2
"""What stands in the row of a photo that was taken off: whether the room showed it."""
GONE, CHANGED = "gone", "changed"


def require(rx: Reader, item: Item) -> None:
    """The photo is one of the peer's. Errors: NotFound decision_item_unknown."""
    if rows.photo(rx, item.peer_id, int(item.extra)) is None:
        raise NotFound("decision_item_unknown", item=item.key)


def take_off(tx: Tx, item: Item) -> None:
    """The photo is shown nowhere, and given to nobody."""
    owner, file_id = PeerId(item.peer_id), int(item.extra)
    if owner > 0:
        rows.hold_photo(tx, owner, file_id, PASSED)
        _newest(tx, UserId(owner))
    else:
        room = rooms.find(tx, owner)
        shown = room.photo is not None and room.photo.file_id == file_id
        rows.hold_photo(tx, owner, file_id, SHOWN if shown else PASSED)
        if shown:
            room_rows.set_field(tx, owner, "photo", None)
            room_editing.changed(tx, room)
    rows.hold_file(tx, file_id, 1)


def put_back(tx: Tx, item: Item) -> str:
    """The photo is where it was: '', or why it is not, `gone` or `changed`."""
    owner, file_id = PeerId(item.peer_id), int(item.extra)
    found = rows.photo(tx, owner, file_id)
    blobs = [f"media:{blob.hex()}" for blob in rows.blobs_of(tx, file_id)]
    if not (blobs and rows.any_of(tx, blobs, "remove")):
        rows.hold_file(tx, file_id, 0)
    if found is None:
        return GONE
    held, photo = found
    rows.hold_photo(tx, owner, file_id, 0)
    if owner > 0:
        _newest(tx, UserId(owner))
        return ""
    room = rooms.find(tx, owner)
    if held != SHOWN:
        return ""
    if room.photo is not None:
        return CHANGED
    room_rows.set_field(tx, owner, "photo", photo)
    room_editing.changed(tx, rooms.find(tx, owner))
    return ""


def _newest(tx: Tx, owner: UserId) -> None:
    """The profile shows the newest photo that is left; those who know the person hear of it."""
    left = file_rows.profile_photos(tx, owner)
    file_rows.set_account_photo(tx, owner, left[0][1] if left else None)
    accounts.tell(tx, owner, "photo")
