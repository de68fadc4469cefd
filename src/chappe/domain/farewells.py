"""A deleted account leaves its rooms, a few at a time; what belonged to it goes to who has run it longest.

Source: api/account-deletion
"""

from chappe.base.errors import Refusal
from chappe.base.ids import PeerId, UserId
from chappe.domain import groups, members, room_editing, room_log, rooms
from chappe.domain.rooms import Member, Room, Status
from chappe.store import Reader, Tx
from chappe.store.queries import rooms as rows

AT_ONCE = 10
"""Rooms that are left in one act."""


def leave_some(tx: Tx, user: UserId) -> int:
    """The person is out of some more of their rooms; out of how many.

    After: a room of theirs belongs to its heir; one that nobody is left in is gone.
    """
    left = rows.rooms_of(tx, user)[:AT_ONCE]
    for room_id in left:
        _leave(tx, PeerId(room_id), user)
    return len(left)


def _leave(tx: Tx, room_id: PeerId, user: UserId) -> None:
    room = rooms.find(tx, room_id)
    if room.creator_id == user and not room.migrated_to:
        heir = heir_of(tx, room)
        if heir is not None:
            _inherit(tx, room, heir)
    try:
        members.leave(tx, room, user)
    except Refusal:  # the other side of the membership was gone
        rows.leave(tx, user, room_id)
        return
    if room.member_count <= 1 and room.own_box:
        room_editing.close(tx, room)
    elif room.own_box:
        room_editing.changed(tx, rooms.find(tx, room_id))
    else:
        groups.tell(tx, room)


def heir_of(rx: Reader, room: Room) -> Member | None:
    """Who gets the room when its creator is gone: the first of its administrators, those who may name others before.

    In a basic group without administrators it is the first of its members; a larger room then stays without creator.
    """
    admins = [rooms.member_of_row(row) for row in rows.members(rx, room.id, (Status.ADMIN,), 0, members.ADMINS)]
    if admins:
        return min(admins, key=lambda one: (not one.may("add_admins"), one.date, one.user_id))
    others = [one for one in members.of_group(rx, room) if one.user_id != room.creator_id] if not room.own_box else []
    return min(others, key=lambda one: (one.date, one.user_id)) if others else None


def _inherit(tx: Tx, room: Room, heir: Member) -> None:
    """The room belongs to the heir."""
    rows.put_member(tx, room.id, heir.user_id, Status.CREATOR, 0, 0, 0, heir.rank, heir.inviter_id, 0, heir.date)
    rows.set_field(tx, room.id, "creator_id", heir.user_id)
    room_log.promoted(tx, room, room.creator_id, heir, rooms.member(tx, room.id, heir.user_id))
