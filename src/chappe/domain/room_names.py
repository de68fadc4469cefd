"""Public names of supergroups and channels: who has one is found and read by strangers.

Source: api/channel, method/channels.updateUsername
"""

from chappe.base.errors import Conflict, Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, accounts, indexing, members, public_names, room_editing, room_log, rooms
from chappe.domain.access import Grant
from chappe.domain.rooms import Flag, Room
from chappe.store import Reader, Tx
from chappe.store.queries import accounts as account_rows
from chappe.store.queries import people
from chappe.store.queries import rooms as rows

PUBLIC = 10
"""Public rooms of one person. Source: api/config#channels-public-limit-default"""
FOUND = 20
QUESTION_LENGTH = 3
"""Characters by which rooms of others are sought at least."""


def require_public_left(rx: Reader, user: UserId) -> None:
    """The person may have one more public room. Errors: Invalid channels_admin_public_too_much."""
    mine = rooms.some(rx, members.rooms_of(rx, user))
    if sum(bool(room.username) and room.creator_id == user for room in mine) >= PUBLIC:
        raise Invalid("channels_admin_public_too_much")


def free(rx: Reader, grant: Grant, room: Room, username: str) -> bool:
    """True if the room could take the name.

    Source: method/channels.checkUsername
    Errors: Invalid username_invalid, channels_admin_public_too_much; NotAllowed chat_admin_required.
    """
    room_editing.require_creator(grant)
    accounts.require_username(username)
    if not room.username:
        require_public_left(rx, grant.viewer)
    return people.by_username(rx, username.lower()) in (None, room.id)


def free_for_new(rx: Reader, user: UserId, username: str) -> bool:
    """True if a room of the person that is not public yet could take the name. Errors: as `free`."""
    accounts.require_username(username)
    require_public_left(rx, user)
    return people.by_username(rx, username.lower()) is None


def set_name(tx: Tx, grant: Grant, room: Room, username: str) -> None:
    """The room is public under the name, or private when it is empty.

    Source: method/channels.updateUsername
    Errors: Invalid username_invalid, channels_admin_public_too_much; NotAllowed chat_admin_required;
    Conflict username_not_modified, username_occupied.
    """
    room_editing.require_creator(grant)
    if username == room.username:
        raise Conflict("username_not_modified")
    if username and not free(tx, grant, room, username):
        raise Conflict("username_occupied")
    if username.lower() != room.username.lower():
        if username and not account_rows.take_username(tx, username.lower(), room.id):
            raise Conflict("username_occupied")
        if room.username:
            account_rows.free_username(tx, room.username.lower(), room.id)
    rows.set_field(tx, room.id, "username", username)
    if username and Flag.HIDDEN_HISTORY in room.flags:
        rows.set_field(tx, room.id, "flags", int(room.flags & ~Flag.HIDDEN_HISTORY))
    public_names.put(tx, room.id)
    if username and not room.username:
        indexing.published(tx, room.id)
    elif room.username and not username and room.broadcast:
        indexing.withdrawn(tx, room.id)
    room_log.changed(tx, room, grant.viewer, "Username", room.username, username)
    room_editing.changed(tx, room)


def search(rx: Reader, viewer: UserId, query: str, limit: int) -> tuple[list[PeerId], list[PeerId]]:
    """(the viewer's rooms whose title or name fits, public rooms of others whose title or name does, largest first).

    Source: method/contacts.search
    """
    wanted = query.removeprefix("@").casefold().split()
    if not wanted:
        return [], []
    limit = max(1, min(limit, FOUND))
    mine = [room for room in rooms.some(rx, members.rooms_of(rx, viewer)) if _fits(room, wanted)]
    mine = [room for room in mine if not access.closed(rx, room, viewer)]
    near = {room.id for room in mine}
    long_enough = len(query.strip().removeprefix("@")) >= QUESTION_LENGTH
    public = [room.id for room in public_names.find(rx, viewer, query, limit + len(near))] if long_enough else []
    return [room.id for room in mine][:limit], [i for i in public if i not in near][:limit]


def _fits(room: Room, wanted: list[str]) -> bool:
    words = [*room.title.casefold().split(), room.username.lower()]
    return all(any(word.startswith(part) for word in words) for part in wanted)
