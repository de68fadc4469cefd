"""Complaints: against a decision by who was hit by it, against a refusal by who noticed; decided by another person.

Source: dsa/20
Filed through the secret link of the statement or of the notice, for six months, once. Whoever decides holds the role
`appeals`, is a person, and did not take the first decision; a reversal undoes it in the same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from chappe.base import Conflict, Invalid, NotAllowed, NotFound
from chappe.base.ids import UserId
from chappe.domain import accounts, decisions, journal, outbox, service_chat, sparing, statements
from chappe.domain.access import Moderator
from chappe.domain.categories import CHILD_ABUSE
from chappe.domain.journal import Public
from chappe.domain.operators import APPEALS, CHILD_SAFETY
from chappe.domain.rulings import Item, Ruling, Statement, Undone
from chappe.safety import cases, notices, overturning, words
from chappe.safety.records import DECIDED, DONE, MEASURE, Case, Desk, Notice
from chappe.store import Reader, Row, Tx
from chappe.store.safety import complaints as rows

SUBMITTED, ASSIGNED, SETTLED = "submitted", "assigned", "decided"
UPHELD, PARTIALLY, REVERSED, OMITTED = "upheld", "partially_reversed", "reversed", "omitted"
OUTCOMES = (UPHELD, PARTIALLY, REVERSED, OMITTED)
NOTICE, FLAGGER_NOTICE = "notice", "flagger_notice"
TEXT_LENGTH = 5000
WINDOW_S = 184 * 86_400
"""Six months, whichever they are."""
PAGE = 100
_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as its page and the console show it.

    Shape: about is the measure objected to, `notice` or `flagger_notice`; complainant and first_by as in the journal;
    state is submitted, assigned or decided; outcome one of OUTCOMES, empty until then.
    """

    complaint_id: int
    about: str
    decision_id: int
    notice_id: int
    complainant: str
    category: str
    basis: str
    lang: str
    said: str
    filed_at: int
    first_by: tuple[str, ...]
    state: str
    assigned_to: int
    assigned_at: int
    outcome: str
    reasons: str
    decided_by: int
    decided_at: int
    new_decision_id: int
    journal_no: int
    """The journal's entry about its filing."""

    @property
    def subject(self) -> str:
        """How the journal names it."""
        return f"complaint:{self.complaint_id}"


class Verdict(msgspec.Struct, frozen=True):
    """What is decided about a complaint. Shape: reasons are told to the complainant, up to 5000 characters.

    Of a decision `spared` are keys of what it shall hold no more for, while it stands for all else and nobody else
    hears of it; none for the whole of it. For partially_reversed without any, `instead` is the ruling that takes its
    place, over items of the first; of a refusal `case_ids` are the cases that are looked at again.
    """

    outcome: str
    reasons: str
    instead: Ruling | None = None
    case_ids: tuple[int, ...] = ()
    spared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What a verdict did. Shape: undone None where no decision was undone."""

    complaint: Complaint
    undone: Undone | None = None
    reopened: tuple[int, ...] = ()


def file(tx: Tx, token: str, said: str) -> Complaint:
    """The person whose statement the token opens objects to it; doing it again gives the first complaint.

    Errors: NotFound complaint_unknown; Invalid complaint_late, complaint_too_long.
    After: journal complaint_filed.
    """
    statement = statements.by_token(tx, token)
    if statement is None:
        raise NotFound("complaint_unknown")
    there = of_statement(tx, statement)
    if there is not None:
        return there
    _require_filable(tx, said, statement.complain_until)
    decision = statement.decision
    who = f"user:{statement.person_id}"
    number = rows.add(
        tx, decision.measure.kind, decision.decision_id, 0, who, decision.category, decision.ground.basis,
        statement.lang_code, said.strip(), decision.actor, SUBMITTED,
    )  # fmt: skip
    return _filed(tx, number)


def file_about_notice(tx: Tx, token: str, said: str) -> Complaint:
    """Whoever noticed objects to the refusal of it; doing it again gives the first complaint.

    Errors: NotFound complaint_unknown; Conflict complaint_not_refused; Invalid complaint_late, complaint_too_long.
    After: journal complaint_filed.
    """
    notice = notices.by_token(tx, token)
    if notice is None:
        raise NotFound("complaint_unknown")
    there = of_notice(tx, notice.notice_id)
    if there is not None:
        return there
    refused = refused_cases(tx, notice)
    if not refused:
        raise Conflict("complaint_not_refused")
    _require_filable(tx, said, notice.decided_at + WINDOW_S)
    first_by = " ".join(sorted({case.decided_by for case in refused if case.decided_by}))
    about = FLAGGER_NOTICE if notice.notifier.startswith("flagger:") else NOTICE
    number = rows.add(
        tx, about, 0, notice.notice_id, notice.notifier, notice.category, "", notice.lang, said.strip(), first_by,
        SUBMITTED,
    )  # fmt: skip
    return _filed(tx, number)


def refused_cases(rx: Reader, notice: Notice) -> list[Case]:
    """The cases of a decided notice in which no measure was taken against something that it names."""
    if not notice.decided_at:
        return []
    there = [case for _, case in notices.items_of(rx, notice.notice_id)]
    found = {case.case_id: case for case in there if case.state in (DECIDED, DONE) and case.outcome != MEASURE}
    return list(found.values())


def of_statement(rx: Reader, statement: Statement) -> Complaint | None:
    """The complaint against it, if there is one."""
    row = rows.of_decision(rx, statement.decision.decision_id, f"user:{statement.person_id}")
    return of_row(row) if row else None


def of_notice(rx: Reader, notice_id: int) -> Complaint | None:
    """The complaint against its refusal, if there is one."""
    row = rows.of_notice(rx, notice_id)
    return of_row(row) if row else None


def get(rx: Reader, moderator: Moderator, complaint_id: int) -> Complaint:
    """The complaint. Errors: NotFound operator_complaint_unknown; NotAllowed operator_role_needed.

    Shape: what is about the abuse of children exists for the trained alone, as its case does.
    """
    _require_appeals(moderator)
    found = _find(rx, complaint_id)
    if not _sees(rx, moderator, found):
        raise NotFound("operator_complaint_unknown")
    return found


def waiting(rx: Reader, moderator: Moderator, above: int = 0, limit: int = PAGE) -> list[Complaint]:
    """Those that are not decided, the oldest first. Errors: NotAllowed operator_role_needed."""
    _require_appeals(moderator)
    return _seen(rx, moderator, rows.waiting, above, limit)


def decided(rx: Reader, moderator: Moderator, below: int = 2**62, limit: int = PAGE) -> list[Complaint]:
    """Those that were decided, the newest first. Errors: NotAllowed operator_role_needed."""
    _require_appeals(moderator)
    return _seen(rx, moderator, rows.decided, below, limit)


def may_decide(moderator: Moderator, complaint: Complaint) -> bool:
    """True for a person of the role who did not decide first."""
    return APPEALS in moderator.roles and not moderator.machine and moderator.actor not in complaint.first_by


def assign(tx: Tx, moderator: Moderator, complaint_id: int) -> Complaint:
    """The complaint is the moderator's to decide.

    Errors: as `get`; NotAllowed operator_person_needed, operator_own_decision; Conflict operator_complaint_assigned,
    operator_complaint_decided.
    After: journal complaint_assigned.
    """
    found = _require_mine(tx, moderator, complaint_id)
    if found.assigned_to != moderator.operator_id:
        rows.assign(tx, complaint_id, ASSIGNED, moderator.operator_id)
        journal.record(tx, "complaint_assigned", moderator.actor, found.subject)
    return _find(tx, complaint_id)


def release(tx: Tx, moderator: Moderator, complaint_id: int) -> Complaint:
    """The complaint is nobody's again; a lead may take one from another.

    Errors: as `get`; Conflict operator_complaint_assigned, operator_complaint_decided. After: journal
    complaint_released.
    """
    found = get(tx, moderator, complaint_id)
    if found.state == SETTLED:
        raise Conflict("operator_complaint_decided")
    if found.assigned_to not in (0, moderator.operator_id) and "lead" not in moderator.roles:
        raise Conflict("operator_complaint_assigned")
    rows.assign(tx, complaint_id, SUBMITTED, 0)
    journal.record(tx, "complaint_released", moderator.actor, found.subject)
    return _find(tx, complaint_id)


def decide(tx: Tx, desk: Desk, moderator: Moderator, complaint_id: int, verdict: Verdict) -> Settled:
    """The complaint has its outcome, which holds at once and is told: service chat, mail where there is one, page.

    Errors: as `assign`; Invalid operator_outcome_invalid, operator_reasons_needed, operator_ruling_needed,
    operator_cases_needed; Conflict decision_not_in_force where nothing is left to reverse (then it is omitted), but for
    a decision whose time is over, which is reversed for what it was.
    After: journal complaint_decided, and what undoing, deciding or reopening writes.
    """
    found = _require_mine(tx, moderator, complaint_id)
    if verdict.outcome not in OUTCOMES:
        raise Invalid("operator_outcome_invalid")
    if not 0 < len(verdict.reasons.strip()) <= TEXT_LENGTH:
        raise Invalid("operator_reasons_needed")
    if found.decision_id:
        settled = _about_decision(tx, moderator, found, verdict)
    else:
        settled = _about_notice(tx, moderator, found, verdict)
    new_id = settled.complaint.new_decision_id
    rows.decide(
        tx, complaint_id, SETTLED, verdict.outcome, verdict.reasons.strip(), moderator.operator_id, new_id
    )  # fmt: skip
    done = _find(tx, complaint_id)
    journal.record(
        tx, "complaint_decided", moderator.actor, done.subject, _public(done, verdict.outcome, done.decided_at),
        outcome=verdict.outcome, decision=done.decision_id, notice=done.notice_id, instead=new_id,
    )  # fmt: skip
    _tell(tx, desk, done)
    return Settled(done, settled.undone, settled.reopened)


def _about_decision(tx: Tx, moderator: Moderator, found: Complaint, verdict: Verdict) -> Settled:
    if verdict.outcome not in (REVERSED, PARTIALLY):
        return Settled(found)
    if verdict.outcome == REVERSED and decisions.find(tx, found.decision_id).state == decisions.ENDED:
        return Settled(found)  # its time was over: it was wrong all the same
    if verdict.spared and verdict.instead is None:
        return Settled(found, overturning.spare(tx, moderator, found.decision_id, verdict.spared, found.subject))
    if verdict.outcome == REVERSED:
        return Settled(found, overturning.undo(tx, moderator, found.decision_id, found.subject))
    instead = verdict.instead
    first = {item.key for item, _ in _all_items(tx, found.decision_id)}
    if instead is None or not {item.key for item in instead.items} <= first:
        raise Invalid("operator_ruling_needed")
    undone = decisions.undo(tx, moderator, found.decision_id, found.subject)
    source, case_id = undone.decision.source, undone.decision.case_id
    placed = msgspec.structs.replace(instead, source=source, case_id=case_id)
    made = decisions.decide(tx, moderator, placed, instead_of=found.decision_id)
    return Settled(replace(found, new_decision_id=made.decision_id), undone)


def theirs(rx: Reader, complaint: Complaint) -> list[Item]:
    """What the decision holds of the complainant's own: of a decision over many others are hit as well."""
    kind, _, number = complaint.complainant.partition(":")
    mine = kind == "user" and bool(complaint.decision_id)
    return sparing.theirs(rx, complaint.decision_id, UserId(int(number))) if mine else []


def _all_items(rx: Reader, decision_id: int) -> list[tuple[Any, str]]:
    found: list[tuple[Any, str]] = []
    while part := decisions.items_of(rx, decision_id, len(found)):
        found += part
    return found


def _about_notice(tx: Tx, moderator: Moderator, found: Complaint, verdict: Verdict) -> Settled:
    if verdict.outcome not in (REVERSED, PARTIALLY):
        return Settled(found)
    refused = {case.case_id for case in refused_cases(tx, notices.find(tx, found.notice_id))}
    chosen = refused if verdict.outcome == REVERSED else refused & set(verdict.case_ids)
    if not chosen:
        raise Invalid("operator_cases_needed")
    waiting_now = {cases.reopen(tx, moderator, case_id, found.subject).case_id for case_id in sorted(chosen)}
    return Settled(found, None, tuple(sorted(waiting_now)))


def _seen(
    rx: Reader, moderator: Moderator, after: Callable[[Reader, int, int], list[Row]], place: int, limit: int
) -> list[Complaint]:
    """The next that the moderator may see, however many lie between that only others may."""
    wanted, found = min(limit, PAGE), list[Complaint]()
    while True:
        lot = [of_row(row) for row in after(rx, place, PAGE)]
        found += [one for one in lot if _sees(rx, moderator, one)]
        if len(found) >= wanted or len(lot) < PAGE:
            return found[:wanted]
        place = lot[-1].complaint_id


def _sees(rx: Reader, moderator: Moderator, found: Complaint) -> bool:
    if CHILD_SAFETY in moderator.roles:
        return True
    if found.decision_id:
        return CHILD_ABUSE.isdisjoint(decisions.find(rx, found.decision_id).keywords)
    notice = notices.find(rx, found.notice_id)
    about = (case for _, case in notices.items_of(rx, notice.notice_id))
    return notice.keyword not in CHILD_ABUSE and not any(case.child_safety for case in about)


def _require_appeals(moderator: Moderator) -> None:
    if APPEALS not in moderator.roles:
        raise NotAllowed("operator_role_needed")


def _require_mine(rx: Reader, moderator: Moderator, complaint_id: int) -> Complaint:
    """The complaint, which the moderator may decide now. Source: dsa/20(6)"""
    if moderator.machine:
        raise NotAllowed("operator_person_needed")
    found = get(rx, moderator, complaint_id)
    if not may_decide(moderator, found):
        raise NotAllowed("operator_own_decision")
    if found.state == SETTLED:
        raise Conflict("operator_complaint_decided")
    if found.assigned_to not in (0, moderator.operator_id):
        raise Conflict("operator_complaint_assigned")
    return found


def _require_filable(rx: Reader, said: str, until: int) -> None:
    if rx.now > until:
        raise Invalid("complaint_late")
    if len(said.strip()) > TEXT_LENGTH:
        raise Invalid("complaint_too_long")


def _filed(tx: Tx, complaint_id: int) -> Complaint:
    found = _find(tx, complaint_id)
    public = _public(found, "filed")
    no = journal.record(
        tx, "complaint_filed", found.complainant, found.subject, public, decision=found.decision_id,
        notice=found.notice_id,
    )  # fmt: skip
    rows.recorded(tx, complaint_id, no)
    return replace(found, journal_no=no)


def _public(found: Complaint, outcome: str, decided_at: int = 0) -> Public:
    """What the log shows. Shape: item is what was objected to: a measure, or the refusal of a notice."""
    hours = -(-(decided_at - found.filed_at) // _HOUR_S) if decided_at else -1
    return Public(
        "complaint", category=found.category, ground=found.basis, outcome=outcome, item=found.about, hours=hours
    )


def _tell(tx: Tx, desk: Desk, done: Complaint) -> None:
    """The complainant hears of the outcome where they can be reached. Source: dsa/20(5)"""
    text = words.complaint_decided(done.lang, done.outcome, done.reasons, refusal=bool(done.notice_id))
    kind, _, number = done.complainant.partition(":")
    if kind == "user":
        user_id = UserId(int(number))
        if accounts.get(tx, user_id).deleted:
            return
        service_chat.tell(tx, user_id, text)
        email = accounts.settings(tx, user_id).login_email
    else:
        sealed = rows.notifier_email(tx, done.notice_id)
        email = desk.wrapper.unseal(sealed).decode() if sealed else ""
    if email and desk.mails:
        letter = outbox.pack(outbox.Message(text, words.complaint_subject(done.lang)), desk.wrapper.seal)
        outbox.enqueue(tx, outbox.NOTICE_MAIL, email, letter)


def _find(rx: Reader, complaint_id: int) -> Complaint:
    row = rows.find(rx, complaint_id)
    if row is None:
        raise NotFound("operator_complaint_unknown")
    return of_row(row)


def of_row(row: tuple[Any, ...]) -> Complaint:
    """The record of a row."""
    return Complaint(*row[:10], tuple(row[10].split()), *row[11:])  # type: ignore[call-arg]

