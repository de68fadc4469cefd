"""A room is renamed, described, switched and deleted by those who may; members hear of it.

Source: api/channel, api/rights
"""

from chappe.base.errors import Conflict, Invalid, NotAllowed
from chappe.base.ids import PeerId
from chappe.domain import posts, room_log, rooms, updates
from chappe.domain.access import Grant
from chappe.domain.content import Photo
from chappe.domain.rooms import Flag, Member, Room, Status
from chappe.domain.updates import Entry, RoomChanged
from chappe.store import Tx
from chappe.store.queries import rooms as rows

TOLD = 5000
"""Members who are told of a change that is not a message, at most; the others see it when they look."""
LOGGED = {
    Flag.SIGNATURES: "Signatures", Flag.SIGNATURE_PROFILES: "SignatureProfiles", Flag.NOFORWARDS: "NoForwards",
    Flag.HIDDEN_HISTORY: "PreHistoryHidden", Flag.FORUM: "Forum",
}  # fmt: skip
"""Switches whose changes the admin log shows, by TL's names without `channelAdminLogEventActionToggle`."""
SLOW_MODES_S = (0, 5, 10, 30, 60, 300, 900, 3600)


def _me(grant: Grant) -> Member:
    assert grant.me is not None
    return grant.me


def require_change(tx: Tx, grant: Grant, room: Room) -> None:
    """The viewer may change what the room is. Errors: NotAllowed chat_admin_required."""
    me = _me(grant)
    if me.may("change_info"):
        return
    rooms.require_free(room, me, "change_info", tx.now)


def set_title(tx: Tx, grant: Grant, room: Room, title: str, origin: int = 0) -> Entry:
    """The room has the title, and an event says so.

    Source: method/channels.editTitle, method/messages.editChatTitle
    Errors: NotAllowed chat_admin_required; Invalid chat_title_empty; Conflict chat_not_modified.
    """
    require_change(tx, grant, room)
    title = rooms.require_title(title)
    if title == room.title:
        raise Conflict("chat_not_modified")
    rows.set_field(tx, room.id, "title", title)
    room_log.changed(tx, room, grant.viewer, "Title", room.title, title)
    changed(tx, room)
    return posts.tell(tx, rooms.find(tx, room.id), grant.viewer, "ChatEditTitle", origin, title=title)


def set_about(tx: Tx, grant: Grant, room: Room, about: str) -> None:
    """The room describes itself so.

    Source: method/messages.editChatAbout
    Errors: NotAllowed chat_admin_required; Invalid chat_about_too_long; Conflict chat_about_not_modified.
    """
    require_change(tx, grant, room)
    if len(about) > rooms.ABOUT_LENGTH:
        raise Invalid("chat_about_too_long")
    if about == room.about:
        raise Conflict("chat_about_not_modified")
    rows.set_field(tx, room.id, "about", about)
    room_log.changed(tx, room, grant.viewer, "About", room.about, about)
    changed(tx, room)


def set_photo(tx: Tx, grant: Grant, room: Room, photo: Photo | None, packed: bytes | None, origin: int = 0) -> Entry:
    """The room shows the photo, or none, and an event says so. Shape: packed is the photo as it is stored.

    Source: method/channels.editPhoto, method/messages.editChatPhoto
    """
    require_change(tx, grant, room)
    rows.set_field(tx, room.id, "photo", packed)
    room_log.photo(tx, room, grant.viewer, photo)
    changed(tx, room)
    return posts.tell_photo(tx, rooms.find(tx, room.id), grant.viewer, photo, origin)


def switch(tx: Tx, grant: Grant, room: Room, flag: Flag, on: bool, right: str = "change_info") -> None:
    """One of the room's switches is on or off.

    Errors: NotAllowed chat_admin_required; Conflict chat_not_modified.
    """
    rooms.require_right(room, _me(grant), right)
    if (flag in room.flags) == on:
        raise Conflict("chat_not_modified")
    rows.set_field(tx, room.id, "flags", int(room.flags | flag if on else room.flags & ~flag))
    if flag in LOGGED:
        room_log.switched(tx, room, grant.viewer, LOGGED[flag], on)
    changed(tx, room)


def set_slow_mode(tx: Tx, grant: Grant, room: Room, seconds: int) -> None:
    """A member posts at most once in so many seconds. Source: method/channels.toggleSlowMode

    Errors: NotAllowed chat_admin_required; Invalid seconds_invalid; Conflict chat_not_modified.
    """
    rooms.require_right(room, _me(grant), "ban_users")
    if seconds not in SLOW_MODES_S or room.broadcast:
        raise Invalid("seconds_invalid")
    if seconds == room.slow_mode_s:
        raise Conflict("chat_not_modified")
    rows.set_field(tx, room.id, "slow_mode_s", seconds)
    room_log.set_to(tx, room, grant.viewer, "ToggleSlowMode", room.slow_mode_s, seconds)
    changed(tx, room)


def set_default_rights(tx: Tx, grant: Grant, room: Room, bits: int) -> None:
    """What no ordinary member may do. Source: method/messages.editChatDefaultBannedRights

    Errors: NotAllowed chat_admin_required; Conflict chat_not_modified.
    """
    rooms.require_right(room, _me(grant), "ban_users")
    if bits == room.default_banned:
        raise Conflict("chat_not_modified")
    rows.set_field(tx, room.id, "default_banned", bits)
    room_log.set_to(tx, room, grant.viewer, "DefaultBannedRights", room.default_banned, bits)
    changed(tx, room)


def delete(tx: Tx, grant: Grant, room: Room) -> None:
    """The room is gone for everybody. Source: method/channels.deleteChannel

    Errors: NotAllowed chat_admin_required.
    """
    if _me(grant).status != Status.CREATOR:
        raise NotAllowed("chat_admin_required")
    changed(tx, room)
    rows.set_field(tx, room.id, "deleted", 1)


def changed(tx: Tx, room: Room) -> None:
    """Members will hear that the room changed."""
    for user in rows.member_ids(tx, room.id, TOLD):
        updates.commit_state(tx, PeerId(user), RoomChanged(room.id))
