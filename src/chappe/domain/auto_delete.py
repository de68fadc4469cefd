"""Messages and media that live for a set time: the period of a dialog, and what falls due.

Source: method/messages.setHistoryTTL, method/messages.readMessageContents
"""

from collections import defaultdict

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import deletion, editing, enforcement, media_kinds, messages, posts, room_log, rooms, updates
from chappe.domain.access import TTL_OF_NEW, Grant
from chappe.domain.content import MediaDocument, MediaEmpty, MediaPhoto, Service, Text
from chappe.domain.messages import Outgoing
from chappe.domain.records import Message
from chappe.domain.rooms import Room
from chappe.domain.updates import Entry, HistoryTtl, commit_edit, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import dialogs
from chappe.store.queries import messages as rows
from chappe.store.queries import rooms as rooms_rows

LONGEST_S = 366 * 86400
LOOKED_AT = 1000
"""Messages looked at to know whether somebody has spoken in a dialog."""


def require_period(period_s: int) -> None:
    """The period is one a dialog may have. Errors: Invalid ttl_period_invalid."""
    if period_s < 0 or period_s > LONGEST_S or period_s % 86400:
        raise Invalid("ttl_period_invalid")


def set_period(tx: Tx, grant: Grant, period_s: int, origin: int = 0) -> Entry:
    """New messages of the dialog live so long on both sides, 0 for ever; a service message says so.

    Source: method/messages.setHistoryTTL
    After: one state and one service message in each box.
    Errors: Invalid ttl_period_invalid, chat_not_modified.
    """
    assert grant.may_write
    require_period(period_s)
    owner, peer = PeerId(grant.viewer), grant.peer
    if grant.room is not None:
        return _set_in_room(tx, grant, grant.room, period_s, origin)
    line = dialogs.one(tx, owner, peer)
    if (line[11] if line else 0) == period_s:
        raise Invalid("chat_not_modified")
    return _set_between(tx, grant, period_s, 0, origin)


def begin(tx: Tx, grant: Grant) -> None:
    """A dialog in which the sender says something for the first time takes the period they chose for new ones.

    Source: method/messages.setDefaultHistoryTTL
    After: as `set_period`; the service message names whose wish it was, and stands before the first word.
    """
    if grant.free:
        return
    owner, peer = PeerId(grant.viewer), grant.peer
    period_s = default_period(tx, owner) if peer != owner and grant.room is None else 0
    if not period_s:
        return
    line = dialogs.one(tx, owner, peer)
    if not (line and line[11]) and not rows.spoke(tx, owner, peer, LOOKED_AT):
        _set_between(tx, grant, period_s, owner, 0)


def _set_between(tx: Tx, grant: Grant, period_s: int, wisher: int, origin: int) -> Entry:
    """The dialog of two has the period on both sides; its service message stays. Shape: wisher is 0 for nobody."""
    owner, peer = PeerId(grant.viewer), grant.peer
    said: dict[str, int | str | bool | list[int]] = {"period": period_s}
    if wisher:
        said["auto_setting_from"] = wisher
    note = Outgoing(Service("SetMessagesTTL", said), 0)
    dialogs.set_ttl(tx, owner, peer, 0)
    if peer != owner:
        dialogs.set_ttl(tx, peer, owner, 0)
    entry = messages.send(tx, grant, note, origin).entry
    for box, other in {(owner, peer), (peer, owner)}:
        dialogs.set_ttl(tx, box, other, period_s)
        commit_state(tx, box, HistoryTtl(other, period_s), origin if box == owner else 0)
    return entry


def _set_in_room(tx: Tx, grant: Grant, room: Room, period_s: int, origin: int) -> Entry:
    """New messages of the room live so long; members hear of it. Errors: NotAllowed chat_admin_required."""
    assert grant.me is not None
    rooms.require_right(room, grant.me, "change_info")
    if room.ttl_period_s == period_s:
        raise Invalid("chat_not_modified")
    told = HistoryTtl(room.id, period_s)
    rooms_rows.set_field(tx, room.id, "ttl_period_s", 0)
    if not room.own_box:
        for user in rooms_rows.member_ids(tx, room.id, rooms.GROUP_MEMBERS):
            dialogs.set_ttl(tx, user, room.id, 0)
    entry = posts.tell(tx, rooms.find(tx, room.id), grant.viewer, "SetMessagesTTL", origin, period=period_s)
    rooms_rows.set_field(tx, room.id, "ttl_period_s", period_s)
    room_log.set_to(tx, room, grant.viewer, "ChangeHistoryTTL", room.ttl_period_s, period_s)
    if room.own_box:
        updates.tell_room(tx, room.id, told, origin)
        return entry
    for user in rooms_rows.member_ids(tx, room.id, rooms.GROUP_MEMBERS):
        dialogs.set_ttl(tx, user, room.id, period_s)
        commit_state(tx, PeerId(user), told, origin if user == grant.viewer else 0)
    return entry


def begin_room(tx: Tx, grant: Grant, period_s: int | None, origin: int) -> list[Entry]:
    """The room just made has the period asked for, or else the one its maker chose for what they begin.

    Source: method/messages.createChat
    """
    wanted = default_period(tx, PeerId(grant.viewer)) if period_s is None else period_s
    return [set_period(tx, grant, wanted, origin)] if wanted else []


def default_period(rx: Reader, owner: PeerId) -> int:
    """The period of dialogs the owner begins. Source: method/messages.getDefaultHistoryTTL"""
    value = dialogs.preference(rx, owner, TTL_OF_NEW)
    return int(value) if value else 0


def set_default_period(tx: Tx, owner: PeerId, period_s: int) -> None:
    """The owner wants this period for dialogs begun from now on. Errors: Invalid ttl_period_invalid."""
    require_period(period_s)
    dialogs.set_preference(tx, owner, TTL_OF_NEW, str(period_s).encode())


def expire(tx: Tx, limit: int = deletion.AT_ONCE) -> int:
    """Messages whose time has come are gone from their boxes, media that were opened from theirs; how many were due.

    After: one deleted fact in each box concerned, one edit for each message whose media alone are gone.
    """
    due = rows.expired(tx, tx.now, limit)
    ids: defaultdict[int, list[int]] = defaultdict(list)
    for owner_id, _, message_id in due:
        ids[owner_id].append(message_id)
    for owner_id, mine in sorted(ids.items()):
        owner = PeerId(owner_id)
        found = updates.messages_by_id(tx, owner, sorted(mine))
        for m in found:
            if _stays(m, tx.now):
                _vanish(tx, m)
        deletion.remove(tx, owner, [m for m in found if not _stays(m, tx.now)])
    if due:
        rows.drop_expiring(tx, due)
    return len(due)


def next_due(rx: Reader) -> int | None:
    """When the next message has to go."""
    return rows.next_expiry(rx)


def _stays(message: Message, now: int) -> bool:
    """True if only the message's media were to go."""
    period_s = message.content.ttl_period
    over = period_s > 0 and message.date + period_s <= now
    return not over and not message.held & enforcement.WITHHELD


def _vanish(tx: Tx, message: Message) -> None:
    """The media, if they were opened and no others took their place, are gone from the message, which says so.

    After: one edit in its box.
    """
    content = message.content
    if not media_kinds.vanishes_s(content) or message.media_unread:
        return
    assert isinstance(content, Text) and isinstance(content.media, MediaPhoto | MediaDocument)
    left = MediaEmpty(media_kinds.kind_of(content), content.media.ttl_seconds)
    after = msgspec.structs.replace(content, media=left)
    commit_edit(tx, editing.put_content(tx, message, after, message.edit_date))
