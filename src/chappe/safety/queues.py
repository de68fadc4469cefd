"""Queues: searches over cases that are saved as rows, so that routing is data.

Source: dsa/16(6)
"""

from dataclasses import dataclass

import msgspec

from chappe.domain.access import Moderator
from chappe.safety.records import Case
from chappe.store import Reader, Tx

PAGE = 50
COUNTED = 10_000
"""Cases of a queue are counted up to this."""


class Search(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which cases are wanted; what is empty restricts nothing. Fields are only ever added, with a default.

    Shape: state is open, decided or all; lists hold codes; child_safety None for both kinds.
    """

    state: str = "open"
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


def prepare(tx: Tx) -> None:
    """The queues that come with the server exist, once: `urgent`, `child_safety`, `flaggers`, `public`, `rest`, …"""
    raise NotImplementedError


def everything(rx: Reader, moderator: Moderator) -> list[Queue]:
    """The queues the moderator may look into, in their order."""
    raise NotImplementedError


def page(rx: Reader, moderator: Moderator, search: Search, after: str = "", limit: int = PAGE) -> Page:
    """Cases that the search finds, as far as the moderator may see them. Errors: Invalid operator_search_invalid."""
    raise NotImplementedError


def count(rx: Reader, moderator: Moderator, search: Search) -> int:
    """How many there are, COUNTED at most."""
    raise NotImplementedError


def following(rx: Reader, moderator: Moderator, search: Search) -> Case | None:
    """The first case of the search that is nobody's."""
    raise NotImplementedError


def save(tx: Tx, moderator: Moderator, name: str, search: Search, position: int = 0, queue_id: int = 0) -> Queue:
    """The search is kept under the name, in place of another when that is given.

    Errors: NotAllowed operator_role_needed (lead); Conflict operator_queue_taken; NotFound operator_queue_unknown.
    After: journal queue_saved.
    """
    raise NotImplementedError


def remove(tx: Tx, moderator: Moderator, queue_id: int) -> None:
    """The saved search is gone; no case is. Errors: as `save`. After: journal queue_removed."""
    raise NotImplementedError
