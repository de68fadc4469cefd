"""Who of a small group read a message, and when; known for a week.

Source: method/messages.getMessageReadParticipants
"""

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId, UserId
from chappe.domain import anonymity, updates
from chappe.domain.access import Grant
from chappe.domain.reading import READ_DATE_S
from chappe.domain.records import Message
from chappe.domain.rooms import READERS_TOLD, Flag, Room, Status
from chappe.store import Reader
from chappe.store.queries import dialogs
from chappe.store.queries import rooms as rows


def of_message(rx: Reader, grant: Grant, message_id: int) -> list[tuple[UserId, int]]:
    """(reader, date) of the others who read the viewer's message, the last first.

    Errors: Invalid message_id_invalid, also for another's message, chat_too_big, msg_too_old; NotAllowed
    chat_admin_required where members are hidden.
    """
    message, room = updates.of_dialog(rx, grant.box, grant.peer, message_id, grant.floor), grant.room
    if room is None or room.broadcast:
        raise Invalid("peer_id_invalid")
    if Flag.HIDDEN_MEMBERS in room.flags and (grant.me is None or grant.me.status < Status.ADMIN):
        raise NotAllowed("chat_admin_required")
    if room.member_count > READERS_TOLD:
        raise Invalid("chat_too_big")
    if message.date + READ_DATE_S < rx.now:
        raise Invalid("msg_too_old")
    if not _mine(grant, message):
        raise Invalid("message_id_invalid")
    found, hidden = [], anonymity.hidden_from(rx, room, grant.viewer) | {grant.viewer}
    for user in rows.member_ids(rx, room.id, READERS_TOLD):
        date = _read(rx, room, message, user) if user not in hidden else None
        if date is not None:
            found.append((UserId(user), date))
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _mine(grant: Grant, message: Message) -> bool:
    return message.out if message.owner_id > 0 else message.from_id == PeerId(grant.viewer)


def _read(rx: Reader, room: Room, message: Message, user: int) -> int | None:
    """When the person read the message, None when they did not; in a basic group they have a copy of their own."""
    theirs = message.id if room.own_box else rows.copies(rx, user, room.id, message.twin_id)
    return dialogs.read_date(rx, user, room.id, theirs) if theirs is not None else None


