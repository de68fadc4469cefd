"""A room is renamed, described, switched and deleted by those who may; members hear of it.

Source: api/channel, api/rights
"""

from collections.abc import Mapping

from chappe.base.errors import Conflict, Invalid, NotAllowed
from chappe.base.ids import PeerId, UserId
from chappe.domain import files, indexing, posts, public_names, room_log, rooms, updates
from chappe.domain.access import Grant
from chappe.domain.content import Photo
from chappe.domain.rooms import Flag, Member, Moved, Room, Status
from chappe.domain.updates import Entry, GroupChanged, RoomChanged
from chappe.store import Reader, Tx
from chappe.store.queries import accounts as account_rows
from chappe.store.queries import rooms as rows

KEPT = 200
"""Members of a room for whom a change that is not a message is kept while they are away; in larger rooms it is seen
when the room's difference is read."""
GONE = 200
"""Members who are taken out of a deleted room in one act."""
LOGGED = {
    Flag.SIGNATURES: "Signatures", Flag.SIGNATURE_PROFILES: "SignatureProfiles", Flag.NOFORWARDS: "NoForwards",
    Flag.HIDDEN_HISTORY: "PreHistoryHidden", Flag.FORUM: "Forum",
}  # fmt: skip
"""Switches whose changes the admin log shows, by TL's names without `channelAdminLogEventActionToggle`."""
SLOW_MODES_S = (0, 5, 10, 30, 60, 300, 900, 3600)


def _me(grant: Grant) -> Member:
    assert grant.me is not None
    return grant.me


def require_change(rx: Reader, grant: Grant, room: Room, now: int) -> None:
    """The viewer may change what the room is. Errors: NotAllowed chat_admin_required."""
    me = _me(grant)
    if me.may("change_info"):
        return
    rooms.require_free(room, me, "change_info", now)


def require_creator(grant: Grant) -> None:
    """The room belongs to the viewer. Errors: NotAllowed chat_admin_required."""
    if _me(grant).status != Status.CREATOR:
        raise NotAllowed("chat_admin_required")


def set_title(tx: Tx, grant: Grant, room: Room, title: str, origin: int = 0) -> Entry:
    """The room has the title, and an event says so.

    Source: method/channels.editTitle, method/messages.editChatTitle
    Errors: NotAllowed chat_admin_required; Invalid chat_title_empty; Conflict chat_not_modified.
    """
    require_change(tx, grant, room, tx.now)
    title = rooms.require_title(title)
    if title == room.title:
        raise Conflict("chat_not_modified")
    rows.set_field(tx, room.id, "title", title)
    if room.username:
        public_names.put(tx, room.id)
    room_log.changed(tx, room, grant.viewer, "Title", room.title, title)
    changed(tx, room)
    return posts.tell(tx, rooms.find(tx, room.id), grant.viewer, "ChatEditTitle", origin, title=title)


def set_about(tx: Tx, grant: Grant, room: Room, about: str) -> None:
    """The room describes itself so.

    Source: method/messages.editChatAbout
    Errors: NotAllowed chat_admin_required; Invalid chat_about_too_long; Conflict chat_about_not_modified.
    """
    require_change(tx, grant, room, tx.now)
    if len(about) > rooms.ABOUT_LENGTH:
        raise Invalid("chat_about_too_long")
    if about == room.about:
        raise Conflict("chat_about_not_modified")
    rows.set_field(tx, room.id, "about", about)
    room_log.changed(tx, room, grant.viewer, "About", room.about, about)
    changed(tx, room)


def set_photo(tx: Tx, grant: Grant, room: Room, photo: Photo | None, origin: int = 0) -> Entry:
    """The room shows the photo, or none, and an event says so.

    Source: method/channels.editPhoto, method/messages.editChatPhoto
    """
    require_change(tx, grant, room, tx.now)
    files.show_room_photo(tx, room.id, photo)
    room_log.photo(tx, room, grant.viewer, photo)
    changed(tx, room)
    return posts.tell_photo(tx, rooms.find(tx, room.id), grant.viewer, photo, origin)


def switch(tx: Tx, grant: Grant, room: Room, flag: Flag, on: bool, right: str = "change_info") -> None:
    """One of the room's switches is on or off.

    Errors: NotAllowed chat_admin_required; Conflict chat_not_modified.
    """
    switch_all(tx, grant, room, {flag: on}, right)


def switch_all(tx: Tx, grant: Grant, room: Room, wanted: Mapping[Flag, bool], right: str = "change_info") -> None:
    """The room's switches are so. Errors: as `switch`."""
    rooms.require_right(room, _me(grant), right)
    news = {flag: on for flag, on in wanted.items() if (flag in room.flags) != on}
    if not news:
        raise Conflict("chat_not_modified")
    flags = room.flags
    for flag, on in news.items():
        flags = flags | flag if on else flags & ~flag
        if flag in LOGGED:
            room_log.switched(tx, room, grant.viewer, LOGGED[flag], on)
    rows.set_field(tx, room.id, "flags", int(flags))
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
    if not room.own_box:
        for user in rows.member_ids(tx, room.id, KEPT):
            updates.commit_state(tx, PeerId(user), GroupChanged(room.id, rights=True))
    room_log.set_to(tx, room, grant.viewer, "DefaultBannedRights", room.default_banned, bits)
    changed(tx, room)


def delete(tx: Tx, grant: Grant, room: Room) -> None:
    """The room is gone for everybody. Source: method/channels.deleteChannel

    Errors: NotAllowed chat_admin_required.
    """
    if _me(grant).status != Status.CREATOR:
        raise NotAllowed("chat_admin_required")
    close(tx, room)


def close(tx: Tx, room: Room) -> None:
    """The room is gone for everybody; in a large one those who are away find that out by and by."""
    changed(tx, room)
    rows.set_field(tx, room.id, "deleted", 1)
    if room.linked_id:
        _part(tx, room)
    if room.username:
        account_rows.free_username(tx, room.username.lower(), room.id)
        rows.set_field(tx, room.id, "username", "")
        public_names.put(tx, room.id)
        if room.broadcast:
            indexing.withdrawn(tx, room.id)
    rows.dig(tx, room.id)
    _put_out(tx, room.id, 0)


def _part(tx: Tx, room: Room) -> None:
    """The group that discussed the channel, or the channel that it discussed, is on its own. Source: api/discussion"""
    rows.set_field(tx, room.id, "linked_id", 0)
    for other in rooms.some(tx, (room.linked_id,)):
        if other.linked_id == room.id:
            rows.set_field(tx, other.id, "linked_id", 0)
            changed(tx, other)


def put_out(tx: Tx) -> None:
    """Some more members of a room that was deleted are out of it."""
    grave = rows.next_grave(tx)
    if grave is not None:
        _put_out(tx, *grave)


def _put_out(tx: Tx, room_id: int, after: int) -> None:
    found = rows.member_ids(tx, room_id, GONE, after)
    for user in found:
        rows.leave(tx, user, room_id)
        rows.drop_line(tx, user, room_id)
        tx.announce(Moved(UserId(user), PeerId(room_id), inside=False))
    if len(found) < GONE:
        rows.close_grave(tx, room_id)
    else:
        rows.deepen(tx, room_id, found[-1])


def changed(tx: Tx, room: Room) -> None:
    """Members will hear that the room changed: all who are connected, and of a small room also those who are away."""
    told = RoomChanged(room.id)
    if room.own_box:
        updates.tell_room(tx, room.id, told)
        if room.member_count > KEPT:
            return
    for user in rows.member_ids(tx, room.id, KEPT):
        (updates.keep_state if room.own_box else updates.commit_state)(tx, PeerId(user), told)
