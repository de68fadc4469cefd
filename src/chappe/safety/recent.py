"""What people said in public rooms in the last ten minutes, counted in memory from what was committed.

Source: requirements/rules
"""

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from hashlib import blake2b

WINDOW_S = 600
PEOPLE = 50_000
"""Who spoke longest ago is forgotten first."""
EACH = 500


@dataclass(slots=True)
class _Person:
    posts: deque[tuple[int, bytes, int]] = field(default_factory=deque)
    texts: Counter[bytes] = field(default_factory=Counter)
    rooms: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast somebody speaks, what is about to be said included."""

    posts: int
    same: int
    rooms: int


class Recent:
    """The posts of the last ten minutes, by person. Texts are kept as digests."""

    def __init__(self) -> None:
        self._people: OrderedDict[int, _Person] = OrderedDict()

    def said(self, person: int, room: int, text: str, date: int) -> Pace:
        """One more post was committed; the pace with it."""
        found = self._people.get(person)
        if found is None:
            found = self._people[person] = _Person()
            if len(self._people) > PEOPLE:
                self._people.popitem(last=False)
        self._people.move_to_end(person)
        _forget(found, date)
        digest = _digest(text)
        found.posts.append((date, digest, room))
        found.texts[digest] += 1
        found.rooms[room] += 1
        while len(found.posts) > EACH:
            _drop(found)
        return Pace(len(found.posts), found.texts[digest] if text else 1, len(found.rooms))

    def would_be(self, person: int, room: int, text: str, date: int) -> Pace:
        """The pace if this were said now; nothing is counted."""
        found = self._people.get(person)
        if found is None:
            return _FIRST
        _forget(found, date)
        same = found.texts.get(_digest(text), 0) if text else 0
        return Pace(len(found.posts) + 1, same + 1, len(found.rooms) + (room not in found.rooms))


_FIRST = Pace(1, 1, 1)


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _forget(person: _Person, date: int) -> None:
    while person.posts and person.posts[0][0] <= date - WINDOW_S:
        _drop(person)


def _drop(person: _Person) -> None:
    _, digest, room = person.posts.popleft()
    for counts, key in ((person.texts, digest), (person.rooms, room)):
        counts[key] -= 1  # type: ignore[index]
        if not counts[key]:  # type: ignore[index]
            del counts[key]
