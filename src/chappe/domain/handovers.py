"""Shifts begin, and go from one person to another: both are told, and the one who has it keeps it until it is taken.

Source: requirements/on-call
"""

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import journal, oncall, rota
from chappe.domain import oncall_words as w
from chappe.domain.operators import LEAD, Operator
from chappe.domain.rota import Handover, Shift
from chappe.store import Reader, Tx
from chappe.store.queries import oncall as rows
from chappe.store.queries.people import take_id

NOTE_MOST = 4000
LISTED = 50
AHEAD_S = 3600
"""It is told at the beginning of a shift if nobody follows within so long."""
STALE_S = 3600
"""A shift whose beginning was missed by more is not announced any more."""


def offer(tx: Tx, me: Operator, shift_id: int, to_id: int, note: str, zone: str = "") -> int:
    """Somebody is asked to take the rest of one's shift, from the moment they say yes; the id of the hand-over.

    Shape: the note says what is open, in words; zone is the server's. Leads and owners may hand over for another.
    Errors: NotFound oncall_shift_unknown, oncall_unknown; NotAllowed operator_role_needed; Conflict oncall_shift_over;
    Invalid oncall_own_shift. After: a message to the one who is asked.
    """
    shift = rota.require_shift(tx, shift_id)
    if shift.operator_id != me.operator_id and not me.may(LEAD):
        raise NotAllowed("operator_role_needed")
    if shift.until <= tx.now:
        raise Conflict("oncall_shift_over")
    if to_id == shift.operator_id:
        raise Invalid("oncall_own_shift")
    person = rota.find(tx, to_id)
    if person is None:
        raise NotFound("oncall_unknown")
    handover_id = take_id(tx, "handover", 1)
    rows.add_handover(tx, handover_id, shift_id, shift.operator_id, to_id, note[:NOTE_MOST])
    text = w.handed(person.lang_code, shift.name, shift.until, note[:NOTE_MOST], person.zone or zone)
    oncall.say(tx, person, oncall.HANDOVER, text, f"→ {w.moment(shift.until)}")
    return handover_id


def answer(tx: Tx, me: Operator, handover_id: int, takes: bool) -> Handover:
    """The one who was asked takes the rest of the shift from now on, or does not.

    Errors: NotFound oncall_handover_unknown; NotAllowed oncall_handover_other; Conflict oncall_handover_answered,
    oncall_shift_over. After: journal shift_handed_over.
    """
    one = require(tx, handover_id)
    if one.to_id != me.operator_id:
        raise NotAllowed("oncall_handover_other")
    shift = rota.require_shift(tx, one.shift_id)
    if takes and shift.until <= tx.now:
        raise Conflict("oncall_shift_over")
    if not rows.answer_handover(tx, handover_id, takes):
        raise Conflict("oncall_handover_answered")
    if takes:
        _pass_on(tx, shift, me.operator_id)
    giver = rota.find(tx, one.from_id)
    if giver is not None:
        said = w.handover_answered(giver.lang_code, me.name, takes)
        oncall.say(tx, giver, oncall.HANDOVER, said, said)
    return require(tx, handover_id)


def _pass_on(tx: Tx, shift: Shift, to_id: int) -> None:
    start = max(shift.start, tx.now)
    if shift.start < tx.now:
        rows.set_shift_times(tx, shift.shift_id, shift.start, tx.now)
    else:
        rows.remove_shift(tx, shift.shift_id)
    shift_id = take_id(tx, "shift", 1)
    rows.add_shift(tx, shift_id, to_id, shift.place, start, shift.until, to_id)
    if start <= tx.now:
        rows.set_begun(tx, shift_id, tx.now)
    journal.record(
        tx, "shift_handed_over", f"operator:{to_id}", f"operator:{shift.operator_id}", shift=shift_id, until=shift.until
    )
    tx.announce(oncall.Paged())


def require(rx: Reader, handover_id: int) -> Handover:
    """The hand-over of this id. Errors: NotFound oncall_handover_unknown."""
    row = rows.handover(rx, handover_id)
    if row is None:
        raise NotFound("oncall_handover_unknown")
    return Handover(*row)


def waiting(rx: Reader) -> list[Handover]:
    """Those that nobody answered, of shifts that are not over."""
    found = [Handover(*row) for row in rows.handovers(rx, True, LISTED)]
    shifts = {one.shift_id: rows.shift(rx, one.shift_id) for one in found}
    return [one for one in found if (row := shifts[one.shift_id]) is not None and Shift(*row).until > rx.now]


def due(rx: Reader, now: int) -> bool:
    """True if a shift has begun without that its person knows."""
    return bool(rows.to_begin(rx, now))


def begin_due(tx: Tx, zone: str = "") -> int:
    """Whoever's shift has begun knows, with what is open; and a gap ahead is told. How many began.

    Shape: zone is the server's, for who chose none.

    After: a message to each; a page where nobody follows.
    """
    begun = [Shift(*row) for row in rows.to_begin(tx, tx.now)]
    pages = oncall.open_pages(tx)
    for shift in begun:
        if not rows.set_begun(tx, shift.shift_id, tx.now):  # another server told of it in this very moment
            continue
        person = rota.find(tx, shift.operator_id)
        if person is not None and shift.until > tx.now and shift.start > tx.now - STALE_S:
            text = w.begun(person.lang_code, shift.until, len(pages), person.zone or zone)
            oncall.say(tx, person, oncall.SHIFT, text, f"→ {w.moment(shift.until)}")
    if begun:
        _look_ahead(tx, max(shift.until for shift in begun) + AHEAD_S)
    return len(begun)


def _look_ahead(tx: Tx, until: int) -> None:
    """A gap in what comes is told in time, once."""
    ahead = [start for start, end in rota.gaps(tx, tx.now, until) if end - start >= AHEAD_S]
    if ahead:
        oncall.page(tx, "gap", f"gap:{ahead[0]}", w.moment(ahead[0]), urgent=False)
