"""Channels like another one: those that its members are in as well. Source: api/recommend"""

from collections import Counter

from chappe.base.ids import PeerId, UserId
from chappe.domain import access, rooms
from chappe.domain.rooms import Room
from chappe.store import Reader
from chappe.store.queries import rooms as rows

ASKED = 200
"""Members whose rooms are looked at; a large channel is never read whole."""
ROOMS_EACH = 100
SHOWN = 20


def channels(rx: Reader, viewer: UserId, room_id: PeerId | None) -> list[Room]:
    """Public channels most shared with the members of the room, or with the viewer's own when None; theirs left out.

    Source: method/channels.getChannelRecommendations
    """
    own = set(rows.rooms_of(rx, viewer))
    sources = [room_id] if room_id is not None else sorted(own)[:10]
    share = max(1, ASKED // max(1, len(sources)))
    asked = {user for source in sources for user in rows.member_ids(rx, source, share)} - {viewer}
    shared: Counter[int] = Counter()
    for user in sorted(asked)[:ASKED]:
        shared.update(rows.rooms_of(rx, user)[:ROOMS_EACH])
    found = {room.id: room for room in rooms.some(rx, [i for i, _ in shared.most_common(SHOWN * 10)])}
    wanted = [
        found[PeerId(i)] for i, _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))
        if i in found and i not in own and i != room_id
    ]  # fmt: skip
    public = [room for room in wanted if room.broadcast and room.username and not access.closed(rx, room, viewer)]
    return public[:SHOWN]
