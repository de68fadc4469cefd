"""Pinned messages of a dialog: on both sides, or on one's own alone.

Source: method/messages.updatePinnedMessage, api/pin
"""

from collections.abc import Sequence

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import posts, room_log, rooms, sending, threads, updates
from chappe.domain.access import Grant
from chappe.domain.content import ReplyTo, Service, Text
from chappe.domain.messages import Outgoing
from chappe.domain.reading import Affected
from chappe.domain.records import Message
from chappe.domain.rooms import Room
from chappe.domain.updates import Entry, Pinned, commit_fact
from chappe.store import Reader, Tx
from chappe.store.queries import messages as rows

AT_ONCE = 100
SEEN = 5000
"""Pinned messages that are looked through for those of one topic."""


def pin(
    tx: Tx, grant: Grant, message_id: int, *, unpin: bool, one_side: bool, silent: bool, origin: int = 0
) -> list[Entry]:
    """The message is pinned, or not any more; the caller's entries.

    Source: method/messages.updatePinnedMessage
    After: one pinned fact in each box; a service message when it was pinned for both.
    Errors: Invalid message_id_invalid, chat_not_modified.
    """
    owner, peer = PeerId(grant.viewer), grant.peer
    message = updates.of_dialog(tx, grant.box, peer, message_id, grant.floor)
    if not isinstance(message.content, Text):
        raise Invalid("message_id_invalid")
    if grant.room is not None:
        return _pin_in_room(tx, grant, grant.room, message, not unpin, silent=silent, origin=origin)
    both = peer != owner and not one_side and message.twin_id != 0
    theirs = _set(tx, peer, owner, (message.twin_id,), not unpin) if both else None
    mine = _set(tx, owner, peer, (message_id,), not unpin, origin)
    if mine is None and theirs is None:
        raise Invalid("chat_not_modified")
    entries = [mine] if mine else []
    if both and not unpin:
        note = Service("PinMessage", reply_to=ReplyTo(message_id), silent=silent)
        entries.append(sending.send(tx, grant, Outgoing(note, 0), origin).entry)
    return entries


def require_pin(tx: Tx, grant: Grant, room: Room) -> None:
    """The viewer may pin messages of the room. Errors: NotAllowed chat_admin_required."""
    assert grant.me is not None
    if room.broadcast:
        rooms.require_right(room, grant.me, "edit_messages")
    elif not grant.me.may("pin_messages"):
        rooms.require_free(room, grant.me, "pin_messages", tx.now)


def _pin_in_room(
    tx: Tx, grant: Grant, room: Room, message: Message, on: bool, *, silent: bool, origin: int
) -> list[Entry]:
    """The message is pinned for all members, or for none; an event says so."""
    require_pin(tx, grant, room)
    entries = [
        entry for copy in posts.copies(tx, message)
        if (entry := _set(tx, copy.owner_id, room.id, (copy.id,), on, origin if copy.owner_id == grant.box else 0))
    ]  # fmt: skip
    mine = [entry for entry in entries if entry.owner_id == grant.box]
    if not mine:
        raise Invalid("chat_not_modified")
    room_log.message(tx, room, grant.viewer, "pinned", "UpdatePinned", msgspec.structs.replace(message, pinned=on))
    if on:
        note = Service("PinMessage", reply_to=ReplyTo(message.id), silent=silent)
        mine.append(sending.send(tx, grant, Outgoing(note, 0), origin).entry)
    return mine


def _set(tx: Tx, owner: PeerId, peer: PeerId, ids: Sequence[int], on: bool, origin: int = 0) -> Entry | None:
    """The messages of the box are pinned, or not; None when they were so before or are gone."""
    changed = sorted(m.id for m in updates.messages_by_id(tx, owner, ids) if m.pinned != on)
    if not changed:
        return None
    rows.set_pinned(tx, owner, changed, int(on))
    return commit_fact(tx, owner, Pinned(peer, tuple(changed), on), len(changed), origin)


def _in_topic(rx: Reader, owner: PeerId, pinned: Sequence[tuple[int, int]], topic_id: int) -> list[tuple[int, int]]:
    """Those of the pinned messages that are in the topic."""
    there = {m.id for m in threads.within(updates.messages_by_id(rx, owner, [i for i, _ in pinned]), topic_id)}
    return [one for one in pinned if one[0] in there]


def newest(rx: Reader, grant: Grant) -> int:
    """The id of the newest pinned message of the dialog, 0 for none."""
    found = rows.pinned(rx, grant.box, grant.peer, 1)
    return found[0][0] if found and found[0][0] > grant.floor else 0


def unpin_all(tx: Tx, grant: Grant, origin: int = 0, topic_id: int = 0) -> Affected:
    """No message of the dialog, or of one topic of it, is pinned on either side, as far as one act reaches.

    Source: method/messages.unpinAllMessages
    """
    owner, peer = grant.box, grant.peer
    if grant.room is not None:
        require_pin(tx, grant, grant.room)
    found = rows.pinned(tx, owner, peer, SEEN if topic_id else AT_ONCE + 1)
    if topic_id and grant.room is not None:
        found = _in_topic(tx, owner, found, topic_id)
    now, left = found[:AT_ONCE], len(found) - AT_ONCE
    if grant.room is not None and grant.room.own_box:
        for message in updates.messages_by_id(tx, owner, [i for i, _ in now]):
            gone = msgspec.structs.replace(message, pinned=False)
            room_log.message(tx, grant.room, grant.viewer, "pinned", "UpdatePinned", gone)
    if peer < 0 and owner > 0:
        for message in updates.messages_by_id(tx, owner, [i for i, _ in now]):
            for copy in posts.copies(tx, message)[1:]:
                _set(tx, copy.owner_id, peer, (copy.id,), False)
    elif peer != owner:
        _set(tx, peer, owner, [twin for _, twin in now if twin], False)
    return Affected.of(tx, owner, _set(tx, owner, peer, [i for i, _ in now], False, origin), max(0, left))
