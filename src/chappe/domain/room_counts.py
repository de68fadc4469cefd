"""What happens in supergroups and channels, counted by day: at the act where it is rare, by a reader where it is not.

Source: api/stats
Views and readers are counted in memory and written together; messages are counted from the stream of events.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from chappe.base.ids import PeerId, is_channel
from chappe.domain import content, rooms
from chappe.domain.content import Content, Text
from chappe.domain.updates import SHARD
from chappe.store import Reader, Tx
from chappe.store.queries import boxes, search
from chappe.store.queries import posts as post_rows
from chappe.store.queries import stats as rows

DAY_S = 86_400
LOT = 500
"""Events counted in one act."""
PEOPLE_DAYS = 62
"""Days for which it is known who was active."""
AT_ONCE = 500
_JOINS = {
    "ParticipantJoin": "public", "ParticipantJoinByInvite": "link", "ParticipantJoinByRequest": "request",
    "ParticipantInvite": "invited",
}  # fmt: skip
"""How people come, by the lines of the admin log."""
_DEEDS = {"delete": "deletions", "kick": "kicks", "ban": "bans", "invite": "invites"}
"""What administrators do, by the flags of the admin log."""

Days = Counter[tuple[int, int, str, str]]
"""(room, day, what, part) → how many more."""
People = Mapping[tuple[int, int, int], Mapping[str, int]]
"""(room, day, person) → what they did how often."""


class Lot(msgspec.Struct, frozen=True):
    """What a stretch of the stream of events counts. Shape: `after` is the event reached from `before`."""

    before: int
    after: int
    days: dict[tuple[int, int, str, str], int]
    people: dict[tuple[int, int, int], dict[str, int]]
    forwards: list[tuple[int, int, int, int, int]]
    whole: bool


def add(tx: Tx, days: Mapping[tuple[int, int, str, str], int], people: People) -> None:
    """So much more happened."""
    if days:
        rows.add_days(tx, [(*key, n) for key, n in sorted(days.items())])
    if people:
        rows.add_people(tx, [
            (*key, *(did.get(name, 0) for name in rows.PERSONAL)) for key, did in sorted(people.items())
        ])  # fmt: skip


def logged(tx: Tx, room_id: PeerId, actor: int, sort: str, action: str, *, left: bool) -> None:
    """A line of the admin log is a figure as well: who came how, who left, what administrators did."""
    day = tx.now // DAY_S
    days: Days = Counter()
    if action in _JOINS:
        days[room_id, day, "joined", _JOINS[action]] += 1
    if left or action == "ParticipantLeave":
        days[room_id, day, "left", ""] += 1
    people: dict[tuple[int, int, int], dict[str, int]] = {}
    if sort in _DEEDS:
        people[room_id, day, actor] = {_DEEDS[sort]: 1}
    if days or people:
        add(tx, days, people)


def reacted(tx: Tx, room_id: PeerId, signs: Sequence[str]) -> None:
    """Somebody reacted with the signs to a message of the room."""
    add(tx, Counter((int(room_id), tx.now // DAY_S, "reactions", sign) for sign in signs), {})


def shared(tx: Tx, room_id: PeerId, ids: Sequence[int]) -> None:
    """The posts were forwarded."""
    day = tx.now // DAY_S
    rows.add_posts(tx, [(room_id, i, day, 0, 1) for i in ids])
    add(tx, {(room_id, day, "shares", ""): len(ids)}, {})


def muted(tx: Tx, room_id: PeerId, on: bool) -> None:
    """Somebody does not want to hear the room any more, or wants to again."""
    day, more = tx.now // DAY_S, 1 if on else -1
    add(tx, {(room_id, 0, "muted", ""): more, (room_id, day, "muted" if on else "unmuted", ""): 1}, {})


def seen(tx: Tx, views: Sequence[tuple[int, int, int]], days: Days, readers: Sequence[tuple[int, int]]) -> None:
    """The posts that still exist were seen so much more often. Shape: (room, post, views); (room, reader)."""
    there = [(room, post, n) for room, post, n in views if boxes.message(tx, room, post) is not None]
    day = tx.now // DAY_S
    if there:
        post_rows.add_counts(tx, [(room, post, n, 0) for room, post, n in there])
        rows.add_posts(tx, [(room, post, day, n, 0) for room, post, n in there])
    add(tx, days, {(room, day, user): {"reads": 1} for room, user in readers})


def waiting(rx: Reader) -> Lot | None:
    """What the next events count, None when none wait; not `whole` when more wait behind them."""
    before = rows.position(rx, SHARD)
    events = search.events_after(rx, SHARD, before, LOT)
    if not events:
        return None
    new: defaultdict[int, list[int]] = defaultdict(list)
    for _, kind, box_id, message_id, _, _ in events:
        if kind == "message" and is_channel(PeerId(box_id)):
            new[box_id].append(message_id)
    days: Days = Counter()
    people: dict[tuple[int, int, int], dict[str, int]] = {}
    forwards: list[tuple[int, int, int, int, int]] = []
    public = {room.id for room in rooms.some(rx, new) if room.username}
    for room_id, ids in new.items():
        for message_id, date, author, blob in rows.said(rx, room_id, ids):
            said = content.unpack(blob)
            if isinstance(said, Text):
                _count(days, people, room_id, date, author, said)
                if room_id in public:
                    forwards += _forwarded(said, room_id, message_id, date)
    return Lot(before, events[-1][0], dict(days), people, forwards, len(events) < LOT)


def _count(
    days: Days, people: dict[tuple[int, int, int], dict[str, int]], room_id: int, date: int, author: int, said: Text
) -> None:
    day = date // DAY_S
    days[room_id, day, "posts", ""] += 1
    if not author:
        return
    days[room_id, day, "hours", str(date % DAY_S // 3600)] += 1
    if author > 0:
        did = people.setdefault((room_id, day, author), {"posts": 0, "chars": 0})
        did["posts"] += 1
        did["chars"] += len(said.message)


def _forwarded(said: Content, room_id: int, message_id: int, date: int) -> list[tuple[int, int, int, int, int]]:
    """The forward, if it is one of a channel's post; the copy in a discussion group is none."""
    header = said.fwd_from if isinstance(said, Text) else None
    if header is None or not header.channel_post or header.saved_from_peer or header.from_id == room_id:
        return []
    return [(header.from_id, header.channel_post, date, room_id, message_id)]


def count(tx: Tx, lot: Lot) -> None:
    """The stretch is counted, once."""
    if rows.move(tx, SHARD, lot.before, lot.after):
        add(tx, lot.days, lot.people)
        rows.add_forwards(tx, lot.forwards)


def old_people(rx: Reader) -> list[tuple[int, int, int]]:
    """(room, day, person) of days so long ago that it is forgotten who was active, some of them."""
    return rows.old_people(rx, rx.now // DAY_S - PEOPLE_DAYS, AT_ONCE)


def forget_people(tx: Tx, old: Sequence[tuple[int, int, int]]) -> None:
    """It is not known any more who was active on those days."""
    rows.forget_people(tx, old)
