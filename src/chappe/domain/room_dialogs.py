"""Lines of supergroups and channels in somebody's chat list: what is newest and unread stands in the room itself.

Source: method/messages.getDialogs
"""

from collections.abc import Sequence
from dataclasses import replace

from chappe.base.ids import MsgId, PeerId, UserId, is_channel
from chappe.domain import forum_views, rooms
from chappe.domain.records import Dialog
from chappe.domain.rooms import Flag
from chappe.store import Reader
from chappe.store.queries import boxes, posts
from chappe.store.queries import rooms as rows

UNREAD_COUNTED = 10_000
"""Unread posts of one room are counted up to this."""


def completed(rx: Reader, owner: PeerId, lines: Sequence[Dialog]) -> list[Dialog]:
    """The lines, those of supergroups and channels with the room's newest post, what is unread, and its pts."""
    found = {room.id: room for room in rooms.some(rx, (d.peer_id for d in lines if is_channel(d.peer_id)))}
    asked = any(d.peer_id < 0 for d in lines)
    mentions = posts.waiting_counts(rx, "mentions", owner) if asked else {}
    unseen = posts.waiting_counts(rx, "unseen_reactions", owner) if found else {}
    flat = forum_views.chosen(rx, UserId(owner)) if any(Flag.FORUM in room.flags for room in found.values()) else []
    votes = posts.waiting_counts(rx, "unread_votes", owner) if lines else {}
    out = []
    for line in lines:
        if line.peer_id in found:
            reacted, whole = unseen.get(line.peer_id, 0), line.peer_id in flat
            line = replace(_line(rx, owner, line, found[line.peer_id]), unread_reactions=reacted, as_messages=whole)
        if line.peer_id in mentions or line.peer_id in votes:
            named, voted = mentions.get(line.peer_id, 0), votes.get(line.peer_id, 0)
            line = replace(line, unread_mentions=named, unread_votes=voted)
        out.append(line)
    return out


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
        ttl_period=room.ttl_period_s,
        pts=counters[0] if counters else 0,
    )
