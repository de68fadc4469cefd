"""As whom somebody speaks in a room: as themselves, as the room where they are anonymous, or as a channel of theirs.

Source: api/send-as
In a public group, and in one that discusses a channel, people may speak as channels that belong to them; who may post
in the channel that is discussed also as that one.
"""

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, is_channel
from chappe.domain import rooms
from chappe.domain.rooms import Member, Room, Status
from chappe.domain.updates import RoomChanged, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import rooms as rows

SHOWN = 100


def usual(room: Room, me: Member) -> PeerId:
    """Whose name stands above what the person says when nothing else is wished."""
    anonymous = me.status >= Status.ADMIN and me.may("anonymous")
    return room.id if room.broadcast or (anonymous and room.own_box) else PeerId(me.user_id)


def of(rx: Reader, room: Room, me: Member) -> list[PeerId]:
    """Everybody as whom the person may speak, the usual one first. Source: method/channels.getSendAs"""
    found = [usual(room, me)]
    if room.own_box and not room.broadcast:
        mine = rooms.some(rx, {*rows.rooms_of(rx, me.user_id), room.linked_id} - {0})
        found += [other.id for other in sorted(mine, key=lambda r: -r.member_count) if _fits(rx, room, me, other)]
    return found[:SHOWN]


def _fits(rx: Reader, room: Room, me: Member, other: Room) -> bool:
    if not other.broadcast or other.deleted or room.broadcast:
        return False
    if other.creator_id == me.user_id and (room.username or room.linked_id):
        return rooms.member(rx, other.id, me.user_id).inside
    return other.id == room.linked_id and rooms.member(rx, other.id, me.user_id).may("post_messages")


def chosen(rx: Reader, room: Room, me: Member, wanted: PeerId) -> PeerId:
    """As whom the person speaks now: as wished, or as they wished it once for the room.

    Shape: wanted 0 when nothing is wished now. Errors: Invalid send_as_peer_invalid.
    """
    first = usual(room, me)
    one = wanted or PeerId(me.send_as)
    if one in (0, first):
        return first
    if is_channel(one) and any(_fits(rx, room, me, other) for other in rooms.some(rx, (one,))):
        return one
    if wanted:
        raise Invalid("send_as_peer_invalid")
    return first


def prefer(tx: Tx, room: Room, me: Member, wanted: PeerId) -> None:
    """What the person says in the room is said so from now on; their other devices hear it.

    Source: method/messages.saveDefaultSendAs
    Errors: Invalid send_as_peer_invalid.
    """
    one = chosen(tx, room, me, wanted)
    rows.set_speaker(tx, room.id, me.user_id, 0 if one == usual(room, me) else one, tx.now)
    commit_state(tx, PeerId(me.user_id), RoomChanged(room.id))
