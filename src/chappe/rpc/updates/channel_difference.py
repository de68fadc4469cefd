"""updates.getChannelDifference. Source: api/updates, method/updates.getChannelDifference"""

from dataclasses import replace

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, dialogs, mentions, notifications, peers, room_bots, updates
from chappe.domain.access import Grant
from chappe.domain.updates import Difference, Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats_in, look_up, viewer
from chappe.rpc.views.dialogs import dialog_view
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import message_view, people_of
from chappe.rpc.views.updates import entry_update, people_of_entries
from chappe.rpc.views.users import user_view
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

LIMIT = 100
TOO_FAR = 10_000
"""A client further behind than this many pts is told where the room stands, with its newest messages."""
NEWEST = 30
TIMEOUT_S = 30


@method("updates.getChannelDifference")
async def get_channel_difference(call: Call, q: f.updates.GetChannelDifference) -> t.updates.TypeChannelDifference:
    """What happened in the room above the given pts.

    Source: method/updates.getChannelDifference
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, PERSISTENT_TIMESTAMP_INVALID.
    """
    if q.pts < 1:
        raise Invalid("persistent_timestamp_invalid")
    room_id, now, seen = await inputs.channel(call, q.channel), call.now(), viewer(call)
    limit = max(1, min(q.limit, LIMIT))

    def query(rx: Reader) -> t.updates.TypeChannelDifference:
        grant = access.require_read(rx, call.user_id, room_id)
        found = updates.difference(rx, room_id, q.pts, 0, now, limit)
        if found.too_long or found.state.pts - q.pts > TOO_FAR:
            return _too_long(rx, call, grant, found.state.pts, now)
        found = _above(rx, found, grant)
        if not found.entries and found.final:
            return t.updates.ChannelDifferenceEmpty(final=True, pts=found.state.pts, timeout=TIMEOUT_S)
        return _difference(rx, seen, found, now)

    return await call.read(query)


def _above(rx: Reader, found: Difference, grant: Grant) -> Difference:
    """What the viewer may see of it, with the mentions of them that wait."""
    kept = [e for e in found.entries if e.message is None or e.message.id > grant.floor]
    new = room_bots.heard(rx, grant, [e.message for e in kept if e.message is not None])
    seen = {m.id: m for m in mentions.seen_by(rx, grant.viewer, new)}
    kept = [e for e in kept if e.message is None or e.message.id in seen]
    marked = (msgspec.structs.replace(e, message=seen[e.message.id]) if e.message is not None else e for e in kept)
    return replace(found, entries=tuple(marked))


def _difference(rx: Reader, seen: Viewer, found: Difference, now: int) -> t.updates.ChannelDifference:
    ids = people_of_entries(found.entries) | {found.entries[0].owner_id} if found.entries else set()
    look_up(rx, seen, [e.message for e in found.entries if e.message is not None])
    return t.updates.ChannelDifference(
        final=found.final,
        pts=found.state.pts,
        timeout=TIMEOUT_S if found.final else None,
        new_messages=[message_view(e.message, seen) for e in found.entries if e.message is not None and _new(e)],
        other_updates=[entry_update(e, seen) for e in found.entries if not _new(e)],
        chats=chats_in(rx, seen, ids),
        users=[user_view(c, seen) for c in peers.cards(rx, UserId(seen.user_id), ids, now)],
    )


def _new(entry: Entry) -> bool:
    return entry.message is not None and not entry.edited


def _too_long(rx: Reader, call: Call, grant: Grant, pts: int, now: int) -> t.updates.ChannelDifferenceTooLong:
    seen, room_id = viewer(call), grant.peer
    shown = [m for m in updates.newest(rx, room_id, NEWEST) if m.id > grant.floor]
    newest = mentions.seen_by(rx, grant.viewer, room_bots.heard(rx, grant, shown))
    look_up(rx, seen, newest)
    ids = people_of(newest) | {room_id}
    line = dialogs.of_peers(rx, PeerId(call.user_id), (room_id,))[0]
    settings = notifications.of_peers(rx, PeerId(call.user_id), (room_id,))[room_id]
    return t.updates.ChannelDifferenceTooLong(
        final=True,
        timeout=TIMEOUT_S,
        dialog=dialog_view(replace(line, pts=pts), settings, seen),
        messages=[message_view(m, seen) for m in newest],
        chats=chats_in(rx, seen, ids),
        users=[user_view(c, seen) for c in peers.cards(rx, call.user_id, ids, now)],
    )
