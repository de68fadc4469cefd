"""Lines of supergroups and channels in somebody's chat list: what is newest and unread stands in the room itself.

Source: method/messages.getDialogs
"""

from collections.abc import Sequence
from dataclasses import replace

from chappe.base.ids import MsgId, PeerId, is_channel
from chappe.domain import rooms
from chappe.domain.records import Dialog
from chappe.store import Reader
from chappe.store.queries import boxes
from chappe.store.queries import rooms as rows

UNREAD_COUNTED = 10_000
"""Unread posts of one room are counted up to this."""


def completed(rx: Reader, owner: PeerId, lines: Sequence[Dialog]) -> list[Dialog]:
    """The lines, those of supergroups and channels with the room's newest post, what is unread, and its pts."""
    found = {room.id: room for room in rooms.some(rx, (d.peer_id for d in lines if is_channel(d.peer_id)))}
    return [_line(rx, owner, d, found[d.peer_id]) if d.peer_id in found else d for d in lines]


def dated(rx: Reader, lines: Sequence[Dialog]) -> list[Dialog]:
    """The lines of supergroups and channels with the date and id of the newest post alone; for sorting."""
    found = {room.id: room for room in rooms.some(rx, (d.peer_id for d in lines))}
    return [
        replace(d, top_message=MsgId(found[d.peer_id].top_message), date=max(d.date, found[d.peer_id].top_date))
        for d in lines
        if d.peer_id in found
    ]


def _line(rx: Reader, owner: PeerId, line: Dialog, room: rooms.Room) -> Dialog:
    counters = boxes.counters(rx, room.id)
    return replace(
        line,
        top_message=MsgId(room.top_message),
        date=max(line.date, room.top_date),
        unread_count=rows.unread_after(rx, room.id, owner, line.read_inbox_max_id, UNREAD_COUNTED),
        read_outbox_max_id=room.read_max_id,
        pts=counters[0] if counters else 0,
    )
