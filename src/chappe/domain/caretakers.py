"""Who looks after a room: its creator and the administrators who may delete what others say there."""

from chappe.base.ids import PeerId, UserId
from chappe.domain import rooms
from chappe.domain.rooms import Status
from chappe.store import Reader
from chappe.store.queries import rooms as rows

MOST = 20


def of_room(rx: Reader, room_id: PeerId) -> list[UserId]:
    """Those of the room who may delete others' messages there, a few at most."""
    found = [rooms.member_of_row(row) for row in rows.members(rx, room_id, (Status.CREATOR, Status.ADMIN), 0, MOST)]
    return [one.user_id for one in found if one.may("delete_messages")]
