"""Queues: searches over cases that are saved as rows, so that routing is data.

Source: dsa/16(6)
"""

from dataclasses import dataclass

import msgspec

from chappe.base import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import categories, journal
from chappe.domain.access import Moderator
from chappe.domain.operators import CHILD_SAFETY, LEAD, SAFETY_ROLES
from chappe.safety import intake
from chappe.safety.records import OUTCOMES, PUBLIC, Case
from chappe.store import Reader, Tx, Value
from chappe.store.safety import notices as notice_rows
from chappe.store.safety import queues as rows
from chappe.store.safety.queues import Where

PAGE = 50
LONGEST_PAGE = 200
COUNTED = 10_000
"""Cases of a queue are counted up to this."""
NAME_LENGTH = 64
WORDS = 50
"""Codes in one list of a search at most."""
OPEN, DECIDED_ONES, ALL = "open", "decided", "all"
_HIGHEST = 2**62
_encode = msgspec.json.Encoder().encode


class Search(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which cases are wanted; what is empty restricts nothing. Fields are only ever added, with a default.

    Shape: state is open, decided or all; lists hold codes; child_safety None for both kinds.
    """

    state: str = OPEN
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    surface: str = ""
    child_safety: bool | None = None
    flagged: bool | None = None
    priority_least: int = 0
    overdue: bool = False
    unclaimed: bool = False
    claimed_by: int = 0
    author_id: int = 0
    room_id: int = 0


_decoder: msgspec.json.Decoder[Search] = msgspec.json.Decoder(Search)


@dataclass(frozen=True, slots=True)
class Queue:
    """A saved search. Shape: name is one of ours (its title is in the texts) or what a lead called it."""

    queue_id: int
    name: str
    position: int
    search: Search


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of cases, first to see to first (open), newest decision first (decided). Shape: after '' at the end."""

    cases: tuple[Case, ...]
    after: str


FIRST = (
    ("child_safety", Search(child_safety=True)),
    ("urgent", Search(priority_least=40, child_safety=False)),
    ("flaggers", Search(flagged=True, child_safety=False)),
    ("overdue", Search(overdue=True, child_safety=False)),
    ("public", Search(surface=PUBLIC, child_safety=False)),
    ("fraud", Search(categories=("SCAMS_AND_FRAUD",), child_safety=False)),
    ("signals", Search(sources=("rule",), child_safety=False)),
    ("french", Search(languages=("fr",), child_safety=False)),
    ("everything", Search(child_safety=False)),
    ("decided", Search(state=DECIDED_ONES, child_safety=False)),
)
"""The queues that come with the server."""


def prepare(tx: Tx) -> None:
    """The queues that come with the server exist, once: who removed one is left in peace."""
    if rows.saved(tx):
        return
    for place, (name, search) in enumerate(FIRST):
        rows.put(tx, notice_rows.take_id(tx, "queue", 1), name, 10 * (place + 1), _encode(search))


def everything(rx: Reader, moderator: Moderator) -> list[Queue]:
    """The queues the moderator may look into, in their order."""
    return [queue for queue in map(_of_row, rows.saved(rx)) if _may(moderator, queue.search)]


def page(rx: Reader, moderator: Moderator, search: Search, after: str = "", limit: int = PAGE) -> Page:
    """Cases that the search finds, as far as the moderator may see them. Errors: Invalid operator_search_invalid."""
    where, limit = _where(rx, moderator, search), max(1, min(limit, LONGEST_PAGE))
    behind = _behind(after)
    if search.state == OPEN:
        found = rows.waiting(rx, where, behind, limit)
    elif search.state == DECIDED_ONES:
        found = rows.done(rx, where, behind, limit)
    else:
        found = rows.everything(rx, where, behind[1] if behind else _HIGHEST, limit)
    cases = tuple(intake.of_row(rx, row) for row in found)
    if len(cases) < limit:
        return Page(cases, "")
    last = cases[-1]
    place = {OPEN: last.place, DECIDED_ONES: last.decided_at}.get(search.state, 0)
    return Page(cases, f"{place}.{last.case_id}")


def count(rx: Reader, moderator: Moderator, search: Search) -> int:
    """How many there are, COUNTED at most."""
    which = {OPEN: (rows.WAITING,), DECIDED_ONES: (rows.DONE,)}.get(search.state, ())
    return rows.count(rx, which, _where(rx, moderator, search), COUNTED)


def following(rx: Reader, moderator: Moderator, search: Search) -> Case | None:
    """The first case of the search that is nobody's."""
    wanted = msgspec.structs.replace(search, state=OPEN, unclaimed=True, claimed_by=0)
    found = page(rx, moderator, wanted, limit=1).cases
    return found[0] if found else None


def save(tx: Tx, moderator: Moderator, name: str, search: Search, position: int = 0, queue_id: int = 0) -> Queue:
    """The search is kept under the name, in place of another when that is given.

    Errors: NotAllowed operator_role_needed (lead); Invalid operator_queue_invalid, operator_search_invalid;
    Conflict operator_queue_taken; NotFound operator_queue_unknown.
    After: journal queue_saved.
    """
    _require_lead(moderator)
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LENGTH or not 0 <= position < 2**31:
        raise Invalid("operator_queue_invalid")
    _where(tx, moderator, search)
    known = {queue.queue_id: queue for queue in map(_of_row, rows.saved(tx))}
    if queue_id and queue_id not in known:
        raise NotFound("operator_queue_unknown")
    if any(queue.name == name and queue.queue_id != queue_id for queue in known.values()):
        raise Conflict("operator_queue_taken")
    number = queue_id or notice_rows.take_id(tx, "queue", 1)
    rows.put(tx, number, name, position, _encode(search))
    journal.record(tx, "queue_saved", moderator.actor, f"queue:{number}")
    return Queue(number, name, position, search)


def remove(tx: Tx, moderator: Moderator, queue_id: int) -> None:
    """The saved search is gone; no case is. Errors: as `save`. After: journal queue_removed."""
    _require_lead(moderator)
    if not rows.remove(tx, queue_id):
        raise NotFound("operator_queue_unknown")
    journal.record(tx, "queue_removed", moderator.actor, f"queue:{queue_id}")


def _of_row(row: tuple[int, str, int, bytes]) -> Queue:
    return Queue(*row[:3], _decoder.decode(row[3]))


def _may(moderator: Moderator, search: Search) -> bool:
    return bool(moderator.roles & SAFETY_ROLES) and (not search.child_safety or CHILD_SAFETY in moderator.roles)


def _require_lead(moderator: Moderator) -> None:
    if LEAD not in moderator.roles:
        raise NotAllowed("operator_role_needed")


def _behind(after: str) -> tuple[int, int] | None:
    if not after:
        return None
    place, _, case_id = after.partition(".")
    if len(after) > 40 or not place.removeprefix("-").isdecimal() or not case_id.isdecimal():
        raise Invalid("operator_search_invalid")
    return int(place), int(case_id)


def _where(rx: Reader, moderator: Moderator, search: Search) -> Where:
    """The conditions of the search, and those of what the moderator may see."""
    _require_sound(search)
    if not moderator.roles:
        raise NotAllowed("operator_role_needed")
    wanted = search.child_safety
    if CHILD_SAFETY not in moderator.roles:
        if wanted:
            raise NotAllowed("operator_role_needed")
        wanted = False
    found: list[tuple[str, tuple[Value, ...]]] = [("child_safety = ?", (int(wanted),))] if wanted is not None else []
    for column, codes in (
        ("category", search.categories), ("keyword", search.keywords), ("lang", search.languages),
        ("source", search.sources), ("outcome", search.outcomes),
    ):  # fmt: skip
        if codes:
            found.append((f"{column} IN ({', '.join('?' * len(codes))})", codes))
    if search.surface:
        found.append(("surface = ?", (search.surface,)))
    for column, value in (("author_id", search.author_id), ("room_id", search.room_id)):
        if value:
            # Said twice: the index holds those above and below zero alone.
            found.append((f"{column} = ? AND {column} <> 0", (value,)))
    return _of(found + _standing(rx, search))


def _standing(rx: Reader, search: Search) -> list[tuple[str, tuple[Value, ...]]]:
    """Conditions of how a case stands."""
    found: list[tuple[str, tuple[Value, ...]]] = []
    if search.flagged is not None:
        found.append(("flagged = ?", (int(search.flagged),)))
    if search.priority_least:
        found.append(("priority >= ?", (search.priority_least,)))
    if search.overdue:
        found.append(("due < ?", (rx.now,)))
    if search.unclaimed:
        found.append(("(claimed_by = 0 OR claimed_until <= ?)", (rx.now,)))
    if search.claimed_by:
        found.append(("claimed_by = ? AND claimed_until > ?", (search.claimed_by, rx.now)))
    return found


def _of(found: list[tuple[str, tuple[Value, ...]]]) -> Where:
    return Where(tuple(one for one, _ in found), tuple(value for _, values in found for value in values))


def _require_sound(search: Search) -> None:
    """Errors: Invalid operator_search_invalid."""
    lists = (search.categories, search.keywords, search.languages, search.sources, search.outcomes)
    sound = (
        search.state in (OPEN, DECIDED_ONES, ALL)
        and all(len(codes) <= WORDS for codes in lists)
        and set(search.categories) <= categories.CATEGORIES
        and set(search.outcomes) <= OUTCOMES
    )
    if not sound:
        raise Invalid("operator_search_invalid")
