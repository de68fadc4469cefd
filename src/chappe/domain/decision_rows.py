"""The record of a decision's row, and the row of a ruling."""

from typing import Any

import msgspec

from chappe.domain.access import Moderator
from chappe.domain.rulings import Decision, Ground, Measure, Ruling, Said

_encode = msgspec.msgpack.Encoder().encode
_said = msgspec.msgpack.Decoder(tuple[Said, ...])


def of_row(row: tuple[Any, ...], item_count: int, *, pending: bool = False) -> Decision:
    """The record of a row in the order of `decisions.COLUMNS`."""
    (
        decision_id, date, actor, operator_id, state, measure, territories, until, detail, basis, clause, version,
        explanation, category, keywords, source, detection, decided, facts, case_id, _site, lang, said, journal_no,
        undone_date, undone_by, undone_reason,
    ) = row  # fmt: skip
    return Decision(
        decision_id, date, actor, operator_id, state, Measure(measure, tuple(territories.split()), until, detail),
        Ground(basis, clause, version, explanation), category, tuple(keywords.split()), source, bool(detection),
        decided, facts, case_id, item_count, journal_no, undone_date, undone_by, undone_reason, pending, lang,
        _said.decode(said) if said else (),
    )  # fmt: skip


def to_row(decision_id: int, date: int, moderator: Moderator, ruling: Ruling) -> tuple[Any, ...]:
    """The row of a new decision in the order of `decisions.WRITTEN`."""
    m, g = ruling.measure, ruling.ground
    return (
        decision_id, date, moderator.actor, moderator.operator_id, "in_force", m.kind, " ".join(m.territories), m.until,
        m.detail, g.basis, g.clause, g.version, g.text, ruling.category, " ".join(ruling.keywords), ruling.source,
        int(ruling.automated_detection), ruling.automated_decision, ruling.facts, ruling.case_id, ruling.site,
        ruling.lang, _encode(ruling.said) if ruling.said else None,
    )  # fmt: skip
