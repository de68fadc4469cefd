"""A room's figures, read for its administrators: how it grows, what is read and said, who does it.

Source: api/stats
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId
from chappe.domain import many_reactions, polls, rooms, updates
from chappe.domain.access import Grant
from chappe.domain.records import Message
from chappe.domain.room_counts import DAY_S
from chappe.domain.rooms import Room, Status
from chappe.store import Reader
from chappe.store.queries import polls as poll_rows
from chappe.store.queries import stats as rows

PERIOD = 7
"""Days of the figures that are compared with those before."""
SHOWN = 60
"""Days that graphs show."""
RECENT = 100
"""Posts whose figures are shown one by one."""
BUSY = 10
VOTES = 10_000
"""Votes of a poll whose dates are looked at."""

Lines = dict[str, dict[int, int]]
"""Name of a line → day (or hour) → value."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of the last days, and of as many before."""

    current: float
    previous: float


@dataclass(frozen=True, slots=True)
class Person:
    """How much one person did: the counts that were asked for, in their order."""

    user_id: int
    counts: tuple[int, ...]


def require_viewer(grant: Grant, *, broadcast: bool | None = None) -> Room:
    """The viewer may see the room's figures; which room.

    Errors: NotAllowed chat_admin_required; Invalid broadcast_required, megagroup_required.
    """
    room, me = grant.room, grant.me
    if room is None or not room.own_box or me is None or me.status < Status.ADMIN:
        raise NotAllowed("chat_admin_required")
    if broadcast is not None and room.broadcast != broadcast:
        raise Invalid("broadcast_required" if broadcast else "megagroup_required")
    return room


class Figures:
    """Everything that was counted of a room by day, read once."""

    def __init__(self, rx: Reader, room: Room) -> None:
        self.room = room
        self.today = rx.now // DAY_S
        self.first = max(self.today - SHOWN + 1, room.date // DAY_S)
        self._rx = rx
        self._days: defaultdict[str, defaultdict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
        for day, what, part, n in rows.days(rx, room.id, min(self.first, self.today - 2 * PERIOD + 1)):
            self._days[what][part][day] += n

    @property
    def days(self) -> range:
        """The days that graphs show."""
        return range(self.first, self.today + 1)

    def lines(self, what: str) -> Lines:
        """The parts of what was counted, as lines over the days."""
        return {part: dict(counted) for part, counted in sorted(self._days[what].items()) if any(counted.values())}

    def whole(self, what: str) -> dict[int, int]:
        """All parts together."""
        total: Counter[int] = Counter()
        for counted in self._days[what].values():
            total.update(counted)
        return dict(total)

    def grown(self) -> dict[int, int]:
        """How many were in the room at the end of each day, reckoned back from now."""
        joined, left = self.whole("joined"), self.whole("left")
        out, count = {}, self.room.member_count
        for day in range(self.today, min(self.first, self.today - PERIOD) - 1, -1):
            out[day] = max(0, count)
            count -= joined.get(day, 0) - left.get(day, 0)
        return out

    def pair(self, what: str) -> Pair:
        """The sum of the last days and of those before."""
        total = self.whole(what)
        now, before = (
            sum(total.get(self.today - skip - i, 0) for i in range(PERIOD)) for skip in (0, PERIOD)
        )  # fmt: skip
        return Pair(now, before)

    def per_post(self, what: str) -> Pair:
        """The same for each post of those days."""
        sums, posts = self.pair(what), self.pair("posts")
        return Pair(sums.current / max(1, posts.current), sums.previous / max(1, posts.previous))

    def members(self) -> Pair:
        """How many are in the room, and were before the last days."""
        return Pair(self.room.member_count, self.grown()[self.today - PERIOD])

    def active(self, what: str) -> Pair:
        """How many people did this in the last days and in those before."""
        now, before = (
            rows.active(self._rx, self.room.id, (self.today - skip - PERIOD + 1, self.today - skip), what)
            for skip in (0, PERIOD)
        )
        return Pair(now, before)

    def active_by_day(self, what: str) -> dict[int, int]:
        """How many people did this on each day."""
        return dict(rows.active_by_day(self._rx, self.room.id, self.first, what))

    def busiest(self, *what: str, by: tuple[str, ...] = ()) -> list[Person]:
        """Who did most of this, or of what is named in `by`, in the last days."""
        days = (self.today - PERIOD + 1, self.today)
        found = rows.busiest(self._rx, self.room.id, days, what, by or what, BUSY)
        return [Person(row[0], tuple(int(n) for n in row[1:])) for row in found]

    def hours(self) -> Lines:
        """What happened in each hour of the day, in the last days and in those before. Shape: hours 0 to 23, UTC."""
        out: Lines = {"now": {}, "before": {}}
        for part, counted in self._days["hours"].items():
            out["now"][int(part)] = sum(counted[self.today - i] for i in range(PERIOD))
            out["before"][int(part)] = sum(counted[self.today - PERIOD - i] for i in range(PERIOD))
        return {name: hours for name, hours in out.items() if any(hours.values())}

    def weekdays(self, what: str) -> dict[int, int]:
        """What happened on each day of the week, in four weeks. Shape: 0 is Monday."""
        out: Counter[int] = Counter()
        for day, n in self.whole(what).items():
            if day > self.today - 28:
                out[(day + 3) % 7] += n  # the first of January 1970 was a Thursday
        return dict(out)

    def heard(self) -> tuple[int, int]:
        """(members who hear the room's messages, all members)."""
        count = self.room.member_count
        return max(0, count - max(0, rows.standing(self._rx, self.room.id, "muted"))), count


def recent_posts(rx: Reader, room: Room) -> list[Message]:
    """The channel's newest posts, with how often they were seen and sent on."""
    return [m for m in updates.newest(rx, room.id, RECENT) if m.views]


def of_post(rx: Reader, grant: Grant, message_id: int) -> tuple[Message, Lines, Lines]:
    """(the post, its views and shares by day, its reactions by day). Source: method/stats.getMessageStats

    Errors: NotAllowed chat_admin_required; Invalid message_id_invalid.
    """
    room = require_viewer(grant)
    message = updates.of_dialog(rx, room.id, room.id, message_id, grant.floor)
    seen: Lines = {"views": {}, "shares": {}}
    for day, views, shares in rows.of_post(rx, room.id, message_id):
        seen["views"][day], seen["shares"][day] = views, shares
    signs: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for sign, day, n in many_reactions.by_day(rx, message, DAY_S):
        signs[sign][day] += n
    return message, seen, {sign: dict(counted) for sign, counted in sorted(signs.items())}


Place = tuple[int, int, int]


def public_forwards(
    rx: Reader, grant: Grant, message_id: int, below: Place, limit: int
) -> tuple[list[Message], int, Place | None]:
    """(the post's copies in rooms that are public still, newest first; how many there are; where to go on).

    Source: method/stats.getMessagePublicForwards
    """
    room = require_viewer(grant)
    updates.of_dialog(rx, room.id, room.id, message_id, grant.floor)
    places = rows.forwards(rx, room.id, message_id, below, limit)
    found = []
    for _, other, copy in places:
        if any(there.username and not there.deleted for there in rooms.some(rx, (other,))):
            found += updates.messages_by_id(rx, PeerId(other), (copy,))
    count = rows.count_forwards(rx, room.id, message_id)
    return found, count, places[-1] if len(places) == limit else None


def of_poll(rx: Reader, grant: Grant, message_id: int) -> tuple[Message, Lines]:
    """(the message that asks the poll, votes for each answer by day). Source: method/stats.getPollStats

    Errors: NotAllowed chat_admin_required; Invalid message_id_invalid.
    """
    room = require_viewer(grant)
    message = updates.of_dialog(rx, room.id, room.id, message_id, grant.floor)
    poll = polls.poll_of(message)
    if poll is None:
        raise Invalid("message_id_invalid")
    answers = polls.standing(rx, poll, grant.viewer).answers(poll)
    out: Lines = {answer.text: {} for _, answer in answers}
    for _, places, date, _ in poll_rows.votes(rx, poll.home, poll.poll_id, -1, (2**31, 2**62), VOTES):
        for place, answer in answers:
            if places & (1 << place):
                day = date // DAY_S
                out[answer.text][day] = out[answer.text].get(day, 0) + 1
    return message, out
