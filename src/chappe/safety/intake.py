"""Where cases begin: each item is in exactly one open case, with what it was when it was noticed.

Source: dsa/16(3)
"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

import msgspec

from chappe.base import NotFound
from chappe.domain import categories, journal
from chappe.domain.rulings import Item
from chappe.safety import priority
from chappe.safety.records import PUBLIC, Case, Located
from chappe.store import Reader, Tx
from chappe.store.safety import cases as rows
from chappe.store.safety import notices as notice_rows

_encode = msgspec.msgpack.Encoder().encode
_items: msgspec.msgpack.Decoder[Item] = msgspec.msgpack.Decoder(Item)


def open_for(
    tx: Tx, items: Sequence[Located], source: str, category: str, keyword: str = "", lang: str = "",
    actor: str = "server", *, flagged: bool = False, precise: bool = False, notices: int = 0,
) -> list[Case]:  # fmt: skip
    """Each item is in exactly one open case: the one it was in, or a new one for those of the same author and room.

    Shape: source is one of `rulings.SOURCES`; one case for each item, in the order of the items; notices: how many this
    is, 0 for a signal; precise ones start the clock of knowledge.
    After: journal case_opened for a new case.
    """
    known = rows.open_of(tx, [one.key for one in items])
    added: dict[int, list[Located]] = {}
    for one in items:
        if one.key in known:
            added.setdefault(known[one.key], []).append(one)
    said = _Said(category, keyword, flagged, precise, notices)
    for case_id, some in added.items():
        _join(tx, read(tx, case_id), some, said)
    fresh = {one.key: one for one in items if one.key not in known}
    for some in _together(list(fresh.values())):
        case_id = _open(tx, some, source, lang, said)
        known |= {one.key: case_id for one in some}
        journal.record(
            tx, "case_opened", actor, f"case:{case_id}", source=source, category=category, keyword=keyword,
            items=len(some), item=some[0].key if some[0].item.peer_id < 0 else some[0].item.kind,
        )  # fmt: skip
    return [read(tx, known[one.key]) for one in items]


class _Said(msgspec.Struct, frozen=True):
    """What a notice or signal says of its items."""

    category: str
    keyword: str
    flagged: bool
    precise: bool
    notices: int

    def makes_known(self, items: Sequence[Located]) -> list[str]:
        """Those of the items for which the clock runs from now on. Source: dsa/16(3)"""
        return [one.key for one in items if self.precise and one.names_something]


def _together(items: Sequence[Located]) -> list[list[Located]]:
    """What is seen to in one case: items of one author in one room."""
    found: dict[tuple[int, int], list[Located]] = {}
    for one in items:
        found.setdefault((one.author_id, one.room_id), []).append(one)
    return list(found.values())


def _open(tx: Tx, items: Sequence[Located], source: str, lang: str, said: _Said) -> int:
    case_id = notice_rows.take_id(tx, "case", 1)
    reach = max(one.reach for one in items)
    urgency = priority.priority(said.category, said.keyword, reach)
    surface = max((one.surface for one in items), key=lambda one: one == PUBLIC)
    first = items[0]
    rows.add(tx, (
        case_id, source, lang, surface, first.author_id, first.room_id, tx.now, said.category, said.keyword,
        int(categories.is_child_abuse(said.keyword)), int(said.flagged), urgency, reach,
        priority.place(urgency, said.notices, tx.now, flagged=said.flagged), priority.due(urgency, tx.now),
        said.notices, len(items), tx.now if said.makes_known(items) else 0,
    ))  # fmt: skip
    for one in items:
        rows.add_item(tx, case_id, one.key, _encode(one.item), one.author_id, one.sha256)
    rows.known(tx, case_id, said.makes_known(items), tx.now)
    _keep(tx, case_id, items)
    return case_id


def _join(tx: Tx, case: Case, items: Sequence[Located], said: _Said) -> None:
    """The case knows of one more notice: it is of the worse category, and seen to sooner."""
    worse = categories.harm(said.category, said.keyword) > categories.harm(case.category, case.keyword)
    if worse or case.category == categories.UNSPECIFIED:
        case = replace(case, category=said.category, keyword=said.keyword)
    joined = replace(
        case, reach=max(case.reach, *(one.reach for one in items)), notice_count=case.notice_count + said.notices,
        flagged=case.flagged or said.flagged, known_at=case.known_at or (tx.now if said.makes_known(items) else 0),
    )  # fmt: skip
    rows.known(tx, case.case_id, said.makes_known(items), tx.now)
    child_abuse = case.child_safety or categories.is_child_abuse(said.keyword)
    put(tx, joined, child_safety=child_abuse)
    _keep(tx, case.case_id, items)


def put(tx: Tx, case: Case, *, child_safety: bool) -> None:
    """The case waits where its category, reach and notices put it; what becomes one for trained eyes is let go."""
    urgency = priority.priority(case.category, case.keyword, case.reach)
    rows.replace(tx, case.case_id, (
        case.category, case.keyword, int(child_safety), int(case.flagged), urgency, case.reach,
        priority.place(urgency, case.notice_count, case.received_at, flagged=case.flagged),
        min(case.due, priority.due(urgency, case.received_at)), case.notice_count, case.item_count, case.known_at,
    ))  # fmt: skip
    if child_safety and not case.child_safety and case.claimed_by:
        rows.release(tx, case.case_id)


def hand_over(tx: Tx, older: Case, newer: Case) -> None:
    """Whoever noticed the items of the older case hears of the newer, which is about them as well."""
    moved = rows.move_notices(tx, older.case_id, newer.case_id)
    joined = replace(newer, notice_count=newer.notice_count + moved, known_at=newer.known_at or older.known_at)
    put(tx, joined, child_safety=newer.child_safety or older.child_safety)
    for key, (known_at, _) in rows.clocks(tx, older.case_id).items():
        rows.known(tx, newer.case_id, [key] if known_at else [], known_at)


def _keep(tx: Tx, case_id: int, items: Sequence[Located]) -> None:
    """What the items are now stands in the case, and their files stay."""
    for one in items:
        for shown in one.evidence:
            packed = _encode(shown)
            rows.add_evidence(tx, case_id, one.key, blake2b(packed, digest_size=16).digest(), packed)
            rows.hold_files(tx, case_id, sorted({kept.file_id for kept in shown.files}))


def read(rx: Reader, case_id: int) -> Case:
    """The case, whoever asks: for this room alone. Errors: NotFound operator_case_unknown."""
    row = rows.find(rx, case_id)
    if row is None:
        raise NotFound("operator_case_unknown")
    return of_row(rx, row)


def of_row(rx: Reader, row: tuple[object, ...]) -> Case:
    """The record of a row; a claim whose time is over counts for nothing."""
    case = Case(*row)  # type: ignore[arg-type]
    bare = replace(case, child_safety=bool(case.child_safety), flagged=bool(case.flagged))
    if case.claimed_by and case.claimed_until <= rx.now:
        state = "reopened" if case.decided_at else "received"
        return replace(bare, claimed_by=0, claimed_until=0, state=state)
    return bare


def items_of(rx: Reader, case_id: int) -> list[tuple[str, Item, int, str]]:
    """(key, item, author, hash) of what the case is about."""
    return [(key, item(blob), author, sha256) for key, blob, author, sha256 in rows.items(rx, case_id)]


def item(blob: bytes) -> Item:
    """The item as it is stored."""
    return _items.decode(blob)
