"""Public posts are looked at soon after their commit: rules that read words, media that waits to be hashed.

Source: requirements/rules, requirements/hash-matching
A reader of the event stream: killed anywhere it goes on from where it stood, and what it had found stands once.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from chappe.base.clock import Clock
from chappe.base.ids import PeerId, is_channel
from chappe.domain import content as contents
from chappe.domain import indexing, rooms, territories
from chappe.domain.content import Content, Service, Text
from chappe.domain.rooms import Room
from chappe.domain.rulings import Item
from chappe.domain.updates import SHARD, Entry
from chappe.jobs.following import Following
from chappe.safety import findings, reading
from chappe.safety.findings import Follower, Found
from chappe.safety.gate import RuleGate
from chappe.safety.recent import WINDOW_S, Recent
from chappe.safety.rulebook import Rulebook
from chappe.safety.scanning import Looking
from chappe.store import Reader, Store, Tx
from chappe.store.safety import hashes, signals

READER = "signals"
LOT = 100
"""Events looked at together: a few milliseconds."""
BEHIND = 1000
"""The newest posts of a room that became public, whose media are looked at."""
DAY_S = 86_400
Sighting = tuple[bytes, str, int, int]


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a public room. Shape: author 0 where nobody says who it was; signed_up when that account was made.

    country is where its author is, or, where nobody says who that was, the owner of the room.
    """

    room: Room
    id: int
    date: int
    author: int
    signed_up: int
    said: Text
    edited: bool
    country: str = ""


@dataclass(frozen=True, slots=True)
class Lot:
    """A stretch of the stream of events, from `before` to `after`: posts in order, media shown with their country."""

    before: int
    after: int
    posts: tuple[Post, ...]
    sightings: tuple[tuple[str, Sighting], ...]
    whole: bool


class Watching(Following):
    """The watcher of one process; writes down what the gate found as well."""

    rest_s, look_s = 1.0, 15.0

    def __init__(self, gate: RuleGate, follower: Follower, looking: Looking) -> None:
        super().__init__()
        self._gate = gate
        self._follower = follower
        self._looking = looking
        self._recent: Recent | None = None

    def worth(self, entry: Entry) -> bool:
        """Only what is said in rooms is looked at."""
        return entry.message is not None and entry.owner_id < 0

    async def run(self, store: Store, clock: Clock) -> None:
        """What was committed is looked at, a lot at a time, until the task is cancelled."""
        await self.follow(partial(self.step, store, clock))

    async def step(self, store: Store, clock: Clock) -> bool:
        """One lot is looked at, and what the gate found is written down; True if nothing more waits."""
        await write_tally(store, self._gate, self._follower)
        now = int(clock.now())
        if self._recent is None:
            self._recent = Recent()
            for post in await store.read(lambda rx: lately(rx, now)):
                self._recent.said(post.author, post.room.id, post.said.message, post.date)
        lot = await store.read(waiting)
        if lot is None:
            return True
        found: list[Found] = []
        seen: Counter[int] = Counter()
        for post in lot.posts:
            if self._looking.into("words", post.country, now):
                found += looked_at(self._gate.book, post, self._recent, tight=self._gate.tight)
                seen[post.date // DAY_S] += 1
        for one in found:
            await self._follower.follow(one)
        counted = tallied(self._gate.book, seen, found)
        sightings = [one for country, one in lot.sightings if self._looking.into("hashes", country, now)]
        await store.write(lambda tx: reached(tx, lot, sightings, counted))
        return lot.whole


async def write_tally(store: Store, gate: RuleGate, follower: Follower) -> None:
    """What rules found at the gate since the last time is counted, and what follows of it is done."""
    tally = gate.taken()
    try:
        for one in tally.findings.values():
            await follower.follow(findings.by_rule(one.rule, one.item, one.subject, one.facts, one.day))
        rows = {
            (rule.name, rule.version, rule.mode, day): (seen, 0)
            for (event, day), seen in tally.seen.items() for rule in gate.book.asked[event].rules
        }  # fmt: skip
        for key, found in tally.found.items():
            rows[key] = (rows.get(key, (0, 0))[0], found)
        if rows:
            await store.write(lambda tx: findings.count(tx, [(*key, *n) for key, n in rows.items()]))
    except BaseException:
        gate.returned(tally)
        raise


def looked_at(book: Rulebook, post: Post, recent: Recent, *, tight: bool = False) -> list[Found]:
    """What the rules find in the post; it counts for what its author says later."""
    text = post.said.message
    pace = (recent.would_be if post.edited else recent.said)(post.author, post.room.id, text, post.date)
    compiled = book.read["message"]
    event = reading.message(
        post.said, post.room, post.author, max(0, post.date - post.signed_up), pace, post.date, tight=tight,
        folded="folded" in compiled.uses,
    )  # fmt: skip
    item = Item("message", post.room.id, post.id)
    subject = f"user:{post.author}" if post.author else f"room:{post.room.id}"
    return [findings.by_rule(rule, item, subject, event) for rule in compiled.found(event)]


def tallied(
    book: Rulebook, seen: Counter[int], found: Collection[Found]
) -> list[tuple[str, int, str, int, int, int]]:
    """(rule, version, mode, day, events, findings) of posts. Shape: seen by day; findings are of the last of these."""
    last = max(seen, default=0)
    hits = Counter((one.name, one.version, one.mode) for one in found)
    return [
        (rule.name, rule.version, rule.mode, day, n,
         hits[rule.name, rule.version, rule.mode] if day == last else 0)
        for day, n in seen.items() for rule in book.read["message"].rules
    ]  # fmt: skip


def waiting(rx: Reader) -> Lot | None:
    """The next events, None when none wait; not `whole` when more wait behind them."""
    before = signals.position(rx, READER, SHARD)
    events = signals.events(rx, SHARD, before, LOT)
    if not events:
        return None
    posts, sightings = _shown(rx, events)
    return Lot(before, events[-1][0], tuple(posts), tuple(sightings), len(events) < LOT)


def lately(rx: Reader, now: int) -> list[Post]:
    """Public posts of the last ten minutes that were looked at already, oldest first."""
    reached_to = signals.position(rx, READER, SHARD)
    return [post for post in since(rx, now - WINDOW_S, reached_to) if not post.edited]


def since(rx: Reader, date: int, last: int, most: int = 100_000) -> list[Post]:
    """Public posts since the date, up to that event, oldest first; of edits the text as it stands."""
    at = signals.first_event_since(rx, SHARD, date)
    found: list[Post] = []
    while at < last and len(found) < most:
        events = [one for one in signals.events(rx, SHARD, at, 1000) if one[0] <= last]
        if not events:
            break
        found += _shown(rx, events)[0]
        at = events[-1][0]
    return found


def posts_of(rx: Reader, events: Sequence[tuple[int, int, str, int, int]]) -> list[Post]:
    """The public posts that the events speak of, in order."""
    return _shown(rx, events)[0]


def reached(
    tx: Tx, lot: Lot, sightings: Sequence[Sighting], counted: Sequence[tuple[str, int, str, int, int, int]]
) -> None:
    """The lot was looked at, once: its media wait to be hashed, the results of the day are counted."""
    if signals.move(tx, READER, SHARD, lot.before, lot.after):
        if sightings:
            hashes.sight(tx, sightings)
        if counted:
            findings.count(tx, counted)


def _shown(
    rx: Reader, events: Sequence[tuple[int, int, str, int, int]]
) -> tuple[list[Post], list[tuple[str, Sighting]]]:
    """(posts, media shown and in which country) that the events speak of, of public rooms alone."""
    wanted: dict[tuple[int, int], bool] = {}
    opened: list[int] = []
    for _, _, kind, box, message_id in events:
        if not is_channel(PeerId(box)):
            continue
        if kind in ("message", "edit"):
            wanted.setdefault((box, message_id), kind == "edit")
        elif kind == indexing.PUBLISHED:
            opened.append(box)
    boxes = {box for box, _ in wanted} | set(opened)
    public_rooms = {room.id: room for room in rooms.some(rx, boxes) if reading.public(room)}
    said = {
        (box, row[0]): row[1:]
        for box in {box for box, _ in wanted} & set(public_rooms)
        for row in signals.said(rx, box, [i for b, i in wanted if b == box])
    }
    posts: list[Post] = []
    sightings: list[tuple[str, Sighting]] = []
    for (box, message_id), edited in wanted.items():
        if (box, message_id) in said:
            date, from_id, digest, blob = said[box, message_id]
            told, room = contents.unpack(blob), public_rooms[PeerId(box)]
            author = (told.author_id if isinstance(told, Text) else 0) or max(from_id, 0)
            country = territories.of(rx, author or room.creator_id)
            sightings += [(country, one) for one in _sighted(room, message_id, date, digest, told)]
            if isinstance(told, Text):
                made = signals.signed_up(rx, author) if author else 0
                posts.append(Post(room, message_id, date, author, made, told, edited, country))
    for box in opened:
        if PeerId(box) in public_rooms:
            room = public_rooms[PeerId(box)]
            country = territories.of(rx, room.creator_id)
            sightings += [(country, one) for one in _behind(rx, room)]
    return posts, sightings


def _behind(rx: Reader, room: Room) -> list[Sighting]:
    """The media of a room that became public: its photo, and those of its newest posts."""
    found: list[Sighting] = []
    if room.photo is not None and room.photo.sizes:
        key = Item("profile_photo", room.id, extra=str(room.photo.file_id)).key
        found.append((room.photo.sizes[-1].sha256, key, room.id, room.photo.date))
    ids = signals.newest_ids(rx, room.id, BEHIND)
    for start in range(0, len(ids), 100):
        for message_id, date, _, digest, blob in signals.said(rx, room.id, ids[start : start + 100]):
            if digest is not None:
                found += _sighted(room, message_id, date, digest, contents.unpack(blob))
    return found


def _sighted(room: Room, message_id: int, date: int, digest: bytes | None, told: Content) -> list[Sighting]:
    """The media that the message shows, if any; what changes a room's photo shows that photo."""
    if digest is None:
        return []
    if isinstance(told, Service):
        item = Item("profile_photo", room.id, extra=str(told.photo.file_id) if told.photo else "")
    else:
        item = Item("message", room.id, message_id)
    return [(digest, item.key, room.id, date)]


def item_of(key: str) -> Item:
    """The item that a key of ours names."""
    kind, peer, rest = (*key.split(":", 2), "")[:3]
    if kind == "message":
        return Item(kind, int(peer), int(rest))
    return Item(kind, int(peer), extra=rest)
