"""Deeds about cases: queues, taking one, reading what it is about, notes, sending it on, opening it again."""

from collections.abc import Callable

import msgspec

from chappe.base import Invalid, NotAllowed
from chappe.base.ids import PeerId
from chappe.console.case_views import (
    CaseEvidence,
    CaseView,
    WholeCase,
    act_view,
    case_view,
    evidence_view,
    item_views,
    notice_view,
)
from chappe.console.case_views import RelatedView as RelatedView
from chappe.console.deeds import Deeds, Nothing
from chappe.console.inside import Inside
from chappe.domain import rooms
from chappe.domain.access import Moderator
from chappe.domain.operators import LEAD, ROLES, TRIAGE, Operator
from chappe.safety import Case, cases, notices, queues, viewing
from chappe.safety.queues import Search
from chappe.store import Reader, Tx

DEEDS = Deeds()


class QueueView(msgspec.Struct, frozen=True):
    """A saved search, and how many cases it finds (10,000 at most)."""

    queue_id: int
    name: str
    position: int
    search: Search
    count: int


class Queues(msgspec.Struct, frozen=True):
    """The queues one may look into, in their order."""

    queues: tuple[QueueView, ...]


class Asked(msgspec.Struct, frozen=True):
    """Which cases: those of a queue, or those a search finds. Shape: after is what the last page ended with."""

    queue_id: int = 0
    after: str = ""
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


class CaseList(msgspec.Struct, frozen=True):
    """A page of cases. Shape: after is empty at the end."""

    cases: tuple[CaseView, ...]
    after: str
    count: int


class OneQueue(msgspec.Struct, frozen=True):
    """Which queue."""

    queue_id: int


class SavedSearch(Asked, frozen=True, kw_only=True):
    """A search, and the name it is kept under. Shape: with queue_id it takes that queue's place."""

    name: str
    position: int = 0


class OneCase(msgspec.Struct, frozen=True):
    """Which case."""

    case_id: int


class OneFile(msgspec.Struct, frozen=True):
    """Which file of which case. Shape: sha256 in hex."""

    case_id: int
    sha256: str


class FileBytes(msgspec.Struct, frozen=True):
    """A file, sent as its bytes."""

    sha256: str
    size_bytes: int
    mime_type: str


class Noted(msgspec.Struct, frozen=True):
    """Words about a case, for colleagues."""

    case_id: int
    text: str = ""


class Sorted(msgspec.Struct, frozen=True):
    """What a case is about after all. Shape: what holds both codes with a slash between, where one field is wanted."""

    case_id: int
    category: str = ""
    keyword: str = ""
    what: str = ""


@DEEDS.deed("GET", "/api/queues")
async def list_queues(inside: Inside, me: Operator, asked: Nothing) -> Queues:
    """The queues one may look into, and how full they are."""

    def query(rx: Reader, moderator: Moderator) -> Queues:
        found = queues.everything(rx, moderator)
        return Queues(tuple(
            QueueView(one.queue_id, one.name, one.position, one.search, queues.count(rx, moderator, one.search))
            for one in found
        ))  # fmt: skip

    return await inside.seen_as(me, role_of(me), query)


@DEEDS.deed("GET", "/api/cases")
async def list_cases(inside: Inside, me: Operator, asked: Asked) -> CaseList:
    """Cases of a queue or of a search, those first that are to be seen to first."""

    def query(rx: Reader, moderator: Moderator) -> CaseList:
        search = search_of(rx, moderator, asked)
        page = queues.page(rx, moderator, search, asked.after)
        names = {int(room.id): room.username for room in rooms.some(rx, (PeerId(one.room_id) for one in page.cases))}
        views = tuple(case_view(one, me.operator_id, rx.now, names.get(one.room_id, "")) for one in page.cases)
        return CaseList(views, page.after, queues.count(rx, moderator, search))

    return await inside.seen_as(me, role_of(me), query)


@DEEDS.deed("POST", "/api/queues", to="/")
async def save_queue(inside: Inside, me: Operator, asked: SavedSearch) -> QueueView:
    """A search is kept as a queue for everybody; leads alone may."""

    def act(tx: Tx, moderator: Moderator) -> QueueView:
        search = _searched(asked)
        saved = queues.save(tx, moderator, asked.name, search, asked.position, asked.queue_id)
        return QueueView(saved.queue_id, saved.name, saved.position, saved.search, 0)

    return await inside.as_role(me, LEAD, act)


@DEEDS.deed("DELETE", "/api/queues/{queue_id}", to="/")
async def remove_queue(inside: Inside, me: Operator, asked: OneQueue) -> Nothing:
    """A queue is gone; its cases are not. Leads alone may."""
    await inside.as_role(me, LEAD, lambda tx, moderator: queues.remove(tx, moderator, asked.queue_id))
    return Nothing()


@DEEDS.deed("POST", "/api/queues/{queue_id}/next", to="/cases/{case_id}?queue_id={queue_id}")
async def take_next(inside: Inside, me: Operator, asked: OneQueue) -> CaseView:
    """The first case of the queue that is nobody's is one's own."""

    def act(tx: Tx, moderator: Moderator) -> CaseView:
        search = search_of(tx, moderator, Asked(queue_id=asked.queue_id))
        found = queues.following(tx, moderator, search)
        if found is None:
            raise Invalid("operator_queue_empty")
        return case_view(cases.claim(tx, moderator, found.case_id), me.operator_id, tx.now)

    return await inside.as_role(me, TRIAGE if me.may(TRIAGE) else role_of(me), act)


@DEEDS.deed("GET", "/api/cases/{case_id}")
async def look_at_case(inside: Inside, me: Operator, asked: OneCase) -> WholeCase:
    """A case, its notices, notes and related cases; what it is about is read by another deed."""

    def query(rx: Reader, moderator: Moderator) -> WholeCase:
        number = asked.case_id
        found = cases.get(rx, moderator, number)
        return WholeCase(
            case_view(found, me.operator_id, rx.now),
            item_views(rx, cases.items(rx, moderator, number), cases.clocks(rx, moderator, number)),
            tuple(map(notice_view, notices.of_case(rx, number))),
            tuple(map(act_view, cases.history(rx, moderator, number))),
            tuple(
                RelatedView(why, case_view(one, me.operator_id, rx.now))
                for why, one in cases.related(rx, moderator, number)
            ),
            cases.told_in(rx, moderator, number),
            item_views(rx, cases.media(rx, moderator, number)),
        )

    return await inside.seen_as(me, role_of(me), query)


@DEEDS.deed("POST", "/api/cases/{case_id}/evidence")
async def read_evidence(inside: Inside, me: Operator, asked: OneCase) -> CaseEvidence:
    """What the case is about, as it was at intake; that one read it is written down."""

    def act(tx: Tx, moderator: Moderator) -> CaseEvidence:
        found = cases.evidence(tx, moderator, asked.case_id)
        found += [(f"notice:{no}", one) for no, one in viewing.attached(tx, moderator, asked.case_id)]
        return CaseEvidence(tuple(evidence_view(asked.case_id, key, one) for key, one in found))

    return await inside.as_role(me, role_of(me), act)


@DEEDS.deed("GET", "/api/cases/{case_id}/files/{sha256}")
async def show_file(inside: Inside, me: Operator, asked: OneFile) -> FileBytes:
    """The bytes of a file that the case keeps; that one saw it is written down."""

    def act(tx: Tx, moderator: Moderator) -> FileBytes:
        kept = viewing.file(tx, moderator, asked.case_id, asked.sha256)
        size = kept.size_bytes or (inside.blobs.size(bytes.fromhex(kept.sha256)) if inside.blobs else 0)
        return FileBytes(kept.sha256, size, kept.mime_type)

    return await inside.as_role(me, role_of(me), act)


@DEEDS.deed("POST", "/api/cases/{case_id}/claim", to="/cases/{case_id}")
async def claim(inside: Inside, me: Operator, asked: OneCase) -> CaseView:
    """The case is one's own for half an hour after the last act on it."""
    return await _on_case(inside, me, lambda tx, moderator: cases.claim(tx, moderator, asked.case_id))


@DEEDS.deed("POST", "/api/cases/{case_id}/release", to="/")
async def release(inside: Inside, me: Operator, asked: OneCase) -> CaseView:
    """The case is nobody's again; a lead may take one from another."""
    return await _on_case(inside, me, lambda tx, moderator: cases.release(tx, moderator, asked.case_id))


@DEEDS.deed("POST", "/api/cases/{case_id}/notes", to="/cases/{case_id}")
async def note(inside: Inside, me: Operator, asked: Noted) -> CaseView:
    """A note stands in the case."""
    return await _on_case(inside, me, lambda tx, moderator: cases.note(tx, moderator, asked.case_id, asked.text))


@DEEDS.deed("POST", "/api/cases/{case_id}/category", to="/cases/{case_id}")
async def sort_case(inside: Inside, me: Operator, asked: Sorted) -> CaseView:
    """The case is of another category, and waits where that belongs."""
    category, _, keyword = asked.what.partition("/") if asked.what else (asked.category, "", asked.keyword)
    return await _on_case(inside, me, lambda tx, m: cases.sort(tx, m, asked.case_id, category, keyword))


@DEEDS.deed("POST", "/api/cases/{case_id}/reopening", to="/cases/{case_id}")
async def reopen(inside: Inside, me: Operator, asked: Noted) -> CaseView:
    """A decided case waits again."""
    return await _on_case(inside, me, lambda tx, moderator: cases.reopen(tx, moderator, asked.case_id, asked.text))


async def _on_case(inside: Inside, me: Operator, act: Callable[[Tx, Moderator], Case]) -> CaseView:
    def acted(tx: Tx, moderator: Moderator) -> CaseView:
        return case_view(act(tx, moderator), me.operator_id, tx.now)

    return await inside.as_role(me, role_of(me), acted)


def role_of(me: Operator) -> str:
    """A role of the operator's, under which they are looked up; what it allows is checked where it is used."""
    for role in ROLES:
        if me.may(role):
            return role
    raise NotAllowed("operator_role_needed")


def _searched(asked: Asked) -> Search:
    return Search(**{name: getattr(asked, name) for name in Search.__struct_fields__})


def search_of(rx: Reader, moderator: Moderator, asked: Asked) -> Search:
    """What was asked for. Errors: Invalid operator_queue_unknown."""
    if not asked.queue_id:
        return _searched(asked)
    for one in queues.everything(rx, moderator):
        if one.queue_id == asked.queue_id:
            return one.search
    raise Invalid("operator_queue_unknown")
