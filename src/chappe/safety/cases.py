"""Cases: opened by notices and signals, seen to by one person at a time, decided, told, closed, opened again.

Source: dsa/16(3), dsa/16(6)
Every act takes a `Moderator`; child-abuse cases exist for who holds the role child_safety alone.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from chappe.base import Conflict, Invalid, NotAllowed, NotFound
from chappe.base.ids import UserId
from chappe.domain import categories, decisions, journal, statements
from chappe.domain.access import Moderator
from chappe.domain.journal import Public
from chappe.domain.operators import APPEALS, CHILD_SAFETY, LEAD, MODERATOR, SAFETY_ROLES, TRIAGE
from chappe.domain.rulings import Decision, Item, Ruling
from chappe.safety import intake
from chappe.safety.intake import open_for as open_for
from chappe.safety.records import GONE, MEASURE, NO_ACTION, UNFOUNDED, Act, Case, Evidence
from chappe.store import Reader, Tx
from chappe.store.safety import cases as rows

CLAIM_S = 1800
"""A claim lasts so long after the last act of its holder."""
NOTE_LENGTH = 5000
READ = 500
"""Pieces of evidence and lines of history that are read at most."""
_HOUR_S = 3600
_evidence: msgspec.msgpack.Decoder[Evidence] = msgspec.msgpack.Decoder(Evidence)


def get(rx: Reader, moderator: Moderator, case_id: int) -> Case:
    """The case. Errors: NotFound operator_case_unknown, also for who may not see it."""
    found = intake.read(rx, case_id)
    if not sees(moderator, found):
        raise NotFound("operator_case_unknown")
    return found


def sees(moderator: Moderator, case: Case) -> bool:
    """True if the case exists for the moderator."""
    if moderator.machine:
        return True
    return CHILD_SAFETY in moderator.roles if case.child_safety else bool(moderator.roles & SAFETY_ROLES)


def may_see(rx: Reader, moderator: Moderator, case_id: int) -> bool:
    """True if there is such a case for the moderator. Errors: NotFound operator_case_unknown."""
    return sees(moderator, intake.read(rx, case_id))


def items(rx: Reader, moderator: Moderator, case_id: int) -> list[Item]:
    """What the case is about."""
    get(rx, moderator, case_id)
    return [item for _, item, _, _ in intake.items_of(rx, case_id)]


def media(rx: Reader, moderator: Moderator, case_id: int) -> list[Item]:
    """The files that what the case is about carries: a measure against one reaches every copy of it."""
    get(rx, moderator, case_id)
    hashes = {sha256 for _, item, _, sha256 in intake.items_of(rx, case_id) if item.kind != "media"}
    return [Item("media", sha256=sha256) for sha256 in sorted(hashes - {""})]


def told_in(rx: Reader, moderator: Moderator, case_id: int) -> str:
    """The language in which whom a measure would hit is told of it, who notices may not read: en or fr.

    Source: dsa/17(3)
    """
    found = get(rx, moderator, case_id)
    if not found.author_id:
        return "fr" if found.lang.startswith("fr") else "en"
    return statements.language(rx, UserId(found.author_id))


def clocks(rx: Reader, moderator: Moderator, case_id: int) -> dict[str, tuple[int, int]]:
    """Item key → (when a precise notice gave knowledge of it, when a measure was taken); 0 for never.

    Source: dsa/16(3)
    """
    get(rx, moderator, case_id)
    return rows.clocks(rx, case_id)


def claim(tx: Tx, moderator: Moderator, case_id: int) -> Case:
    """The case is the moderator's for half an hour after their last act on it.

    Errors: NotFound operator_case_unknown; NotAllowed operator_role_needed; Conflict operator_case_claimed when it is
    somebody else's, operator_case_not_open.
    After: journal case_claimed.
    """
    return hold(tx, moderator, case_id, TRIAGE)


def release(tx: Tx, moderator: Moderator, case_id: int) -> Case:
    """The case is nobody's again; a lead may take one from another. After: journal case_released."""
    found = get(tx, moderator, case_id)
    if found.claimed_by not in (0, moderator.operator_id) and LEAD not in moderator.roles:
        raise Conflict("operator_case_claimed")
    if found.claimed_by:
        rows.release(tx, case_id)
        _note(tx, moderator, found, "released")
        journal.record(tx, "case_released", moderator.actor, found.subject)
    return intake.read(tx, case_id)


def note(tx: Tx, moderator: Moderator, case_id: int, text: str) -> Case:
    """A note stands in the case, whoever holds it. Errors: Invalid operator_note_invalid. After: journal case_noted."""
    found = get(tx, moderator, case_id)
    if not text.strip() or len(text) > NOTE_LENGTH:
        raise Invalid("operator_note_invalid")
    _note(tx, moderator, found, "noted", text.strip())
    journal.record(tx, "case_noted", moderator.actor, found.subject)
    return found


def tell(tx: Tx, machine: Moderator, case: Case, text: str) -> None:
    """A note of what a rule or list knows stands in the case, for who will look at it. After: journal case_noted."""
    _note(tx, machine, case, "noted", text[:NOTE_LENGTH])
    journal.record(tx, "case_noted", machine.actor, case.subject)


def evidence(tx: Tx, moderator: Moderator, case_id: int) -> list[tuple[str, Evidence]]:
    """(item key, what it was at intake), oldest first; that the moderator read it stands in the journal.

    After: journal evidence_read.
    """
    found = get(tx, moderator, case_id)
    read = [(key, _evidence.decode(blob)) for key, blob in rows.evidence(tx, case_id, READ)]
    _note(tx, moderator, found, "read")
    journal.record(tx, "evidence_read", moderator.actor, found.subject, pieces=len(read))
    return read


def sort(tx: Tx, moderator: Moderator, case_id: int, category: str, keyword: str) -> Case:
    """The case is of another category, and where it waits follows from that.

    Errors: as `claim`; Invalid operator_category_invalid. After: journal case_sorted.
    """
    if not categories.known(category, keyword):
        raise Invalid("operator_category_invalid")
    found = hold(tx, moderator, case_id, TRIAGE)
    child_abuse = categories.is_child_abuse(keyword)
    intake.put(tx, replace(found, category=category, keyword=keyword), child_safety=child_abuse)
    _note(tx, moderator, found, "sorted", f"{category} {keyword}".strip())
    journal.record(tx, "case_sorted", moderator.actor, found.subject, category=category, keyword=keyword)
    return intake.read(tx, case_id)


def decide(tx: Tx, moderator: Moderator, case_id: int, ruling: Ruling, *others: Ruling) -> Decision:
    """The rulings hold and the case is decided by them; whoever noticed will be told. The first decision.

    Shape: case_id and source of the rulings are set here.
    Errors: as `claim` and `decisions.decide`. After: journal case_decided and what the decisions write.
    """
    found = hold(tx, moderator, case_id, MODERATOR)
    source = "trusted_flagger" if found.flagged and found.source == "notice" else found.source
    made = [
        decisions.decide(tx, moderator, msgspec.structs.replace(one, case_id=case_id, source=source))
        for one in (ruling, *others)
    ]
    numbers = " ".join(str(one.decision_id) for one in made)
    act_on(tx, case_id, [item for one in (ruling, *others) for item in one.items])
    settle(tx, moderator, found, MEASURE, f"{ruling.measure.kind} {numbers}")
    journal.record(
        tx, "case_decided", moderator.actor, found.subject, outcome=MEASURE, decisions=numbers,
        known_at=found.known_at, acted_at=tx.now,
    )  # fmt: skip
    return made[0]


def confirm(tx: Tx, moderator: Moderator, case_id: int) -> Case:
    """The case is decided by what stands already, as when a machine acted first; whoever noticed will be told of it.

    Source: dsa/16(5)
    Shape: what an authority ordered is not ours to tell of.
    Errors: as `claim`; Conflict decision_not_in_force when nothing of the case is under a measure.
    After: journal case_decided.
    """
    found = hold(tx, moderator, case_id, MODERATOR)
    standing = {item.key: _ours(tx, item) for _, item, _, _ in intake.items_of(tx, case_id)}
    numbers = sorted({one.decision_id for some in standing.values() for one in some})
    if not numbers:
        raise Conflict("decision_not_in_force")
    for key, some in standing.items():
        if some:
            rows.acted(tx, case_id, [key], max(min(one.date for one in some), found.known_at))
    settle(tx, moderator, found, MEASURE, " ".join(f"№ {number}" for number in numbers))
    journal.record(
        tx, "case_decided", moderator.actor, found.subject, outcome=MEASURE, decisions=" ".join(map(str, numbers)),
        known_at=found.known_at, acted_at=tx.now,
    )  # fmt: skip
    return intake.read(tx, case_id)


def _ours(rx: Reader, item: Item) -> list[Decision]:
    """What we decided of the item ourselves and is in force."""
    return [one for one in decisions.standing(rx, item) if one.source != decisions.ORDER]


def dismiss(tx: Tx, moderator: Moderator, case_id: int, outcome: str, reason: str) -> Case:
    """The case is decided without a measure; whoever noticed will be told.

    Shape: outcome is no_action, unfounded (manifestly) or gone; reason is for colleagues and the journal's readers.
    Errors: as `claim`; Invalid operator_outcome_invalid, operator_note_invalid; NotAllowed operator_own_decision for
    who refused before a complaint was right. After: journal case_decided.
    """
    if outcome not in (NO_ACTION, UNFOUNDED, GONE):
        raise Invalid("operator_outcome_invalid")
    if len(reason) > NOTE_LENGTH:
        raise Invalid("operator_note_invalid")
    if moderator.machine:
        raise NotAllowed("operator_role_needed")
    found = hold(tx, moderator, case_id, MODERATOR)
    if outcome != GONE and moderator.actor == found.decided_by and _objected(tx, case_id):
        raise NotAllowed("operator_own_decision")
    settle(tx, moderator, found, outcome, f"{outcome} {reason.strip()}".strip())
    first = intake.items_of(tx, case_id)[0][1]
    since = found.known_at or found.received_at
    public = Public(
        "decision", category=found.category, keyword=found.keyword, automation="none", outcome="nothing",
        item=first.kind, source="trusted_flagger" if found.flagged and found.source == "notice" else found.source,
        hours=-(-(tx.now - since) // _HOUR_S),
    )  # fmt: skip
    journal.record(tx, "case_decided", moderator.actor, found.subject, public, outcome=outcome)
    return intake.read(tx, case_id)


def _objected(rx: Reader, case_id: int) -> bool:
    """True if a complaint about the refusal of what was noticed made the case wait again. Source: dsa/20(6)"""
    said = rows.acts(rx, case_id, READ)
    return any(act == "reopened" and detail.startswith("complaint:") for _, _, _, act, detail in said)


def reopen(tx: Tx, moderator: Moderator, case_id: int, reason: str) -> Case:
    """A decided case waits again, as after a complaint; its measures stand until they are undone.

    Shape: the case that waits: a newer one if it is about all the same items, which these notices then join.
    Errors: NotAllowed operator_role_needed (moderator or appeals); Conflict operator_case_open when it is open, or a
    newer case has some of its items; Invalid operator_note_invalid.
    After: journal case_reopened.
    """
    found = get(tx, moderator, case_id)
    _require_role(moderator, found, MODERATOR, APPEALS)
    if len(reason) > NOTE_LENGTH:
        raise Invalid("operator_note_invalid")
    keys = [key for key, _, _, _ in intake.items_of(tx, case_id)]
    newer = rows.open_of(tx, keys)
    if found.is_open or 0 < len(newer) < len(keys) or len(set(newer.values())) > 1:
        raise Conflict("operator_case_open")
    waits = next(iter(newer.values()), case_id)
    if newer:
        intake.hand_over(tx, found, intake.read(tx, waits))
    else:
        rows.reopen(tx, case_id)
    _note(tx, moderator, found, "reopened", reason.strip())
    journal.record(tx, "case_reopened", moderator.actor, found.subject, waits=waits)
    return intake.read(tx, waits)


def related(rx: Reader, moderator: Moderator, case_id: int, limit: int = 20) -> list[tuple[str, Case]]:
    """(why, case) of others about the same item, hash, author or room, newest first of each; why is that word."""
    found = get(rx, moderator, case_id)
    lists: list[tuple[str, Sequence[tuple[object, ...]]]] = [
        ("item", rows.some(rx, rows.same_items(rx, case_id, limit))),
        ("hash", rows.some(rx, rows.same_hashes(rx, case_id, limit))),
        ("author", rows.of_author(rx, found.author_id, limit)),
        ("room", rows.of_room(rx, found.room_id, limit)),
    ]
    told: dict[int, tuple[str, Case]] = {}
    for why, some in lists:
        for case in (intake.of_row(rx, row) for row in some):
            if case.case_id != case_id and sees(moderator, case):
                told.setdefault(case.case_id, (why, case))
    return list(told.values())[:limit]


def history(rx: Reader, moderator: Moderator, case_id: int) -> list[Act]:
    """What happened to the case, notes among it, oldest first."""
    get(rx, moderator, case_id)
    return [Act(*row) for row in rows.acts(rx, case_id, READ)]


def about_person(rx: Reader, moderator: Moderator, user_id: int, limit: int = 50) -> list[Case]:
    """Cases about what a person wrote or is, newest first."""
    return _seen(rx, moderator, rows.of_author(rx, user_id, limit))


def about_room(rx: Reader, moderator: Moderator, room_id: int, limit: int = 50) -> list[Case]:
    """Cases about a room or what stands in it, newest first."""
    return _seen(rx, moderator, rows.of_room(rx, room_id, limit))


def _seen(rx: Reader, moderator: Moderator, found: Sequence[tuple[object, ...]]) -> list[Case]:
    return [case for case in (intake.of_row(rx, row) for row in found) if sees(moderator, case)]


def _require_role(moderator: Moderator, case: Case, *roles: str) -> None:
    """One of the roles, or for child abuse the training for it. Errors: NotAllowed operator_role_needed."""
    trained = case.child_safety and CHILD_SAFETY in moderator.roles
    if not moderator.machine and not trained and not moderator.roles & set(roles):
        raise NotAllowed("operator_role_needed")


def hold(tx: Tx, moderator: Moderator, case_id: int, role: str) -> Case:
    """The open case is the moderator's from now on; as it is. Errors: as `claim`."""
    found = get(tx, moderator, case_id)
    _require_role(moderator, found, role)
    if not found.is_open:
        raise Conflict("operator_case_not_open")
    if not rows.claim(tx, case_id, moderator.operator_id, tx.now, tx.now + CLAIM_S):
        raise Conflict("operator_case_claimed")
    if found.claimed_by != moderator.operator_id and not moderator.machine:
        _note(tx, moderator, found, "claimed")
        journal.record(tx, "case_claimed", moderator.actor, found.subject)
    return intake.read(tx, case_id)


def act_on(tx: Tx, case_id: int, decided: Sequence[Item]) -> None:
    """The clock stands still for what the case is about and a measure was taken against, by its name or its hash.

    Shape: where none of it was meant itself, as when a room is closed for what stands in it, all of it was.
    """
    keys, hashes = {item.key for item in decided}, {item.sha256 for item in decided if item.kind == "media"}
    about = intake.items_of(tx, case_id)
    meant = [key for key, _, _, sha256 in about if key in keys or sha256 in hashes]
    rows.acted(tx, case_id, meant or [key for key, _, _, _ in about], tx.now)


def settle(tx: Tx, moderator: Moderator, case: Case, outcome: str, detail: str) -> None:
    """The case is decided; a decision is always later than the one before it, so that all are told of it.

    Errors: Conflict operator_case_not_open.
    """
    decided_at = max(tx.now, case.decided_at + 1)
    acted_at = case.acted_at or (tx.now if outcome == MEASURE else 0)
    if not rows.decide(tx, case.case_id, outcome, decided_at, acted_at, moderator.actor):
        raise Conflict("operator_case_not_open")
    _note(tx, moderator, case, "decided", detail)


def _note(tx: Tx, moderator: Moderator, case: Case, act: str, detail: str = "") -> None:
    rows.add_act(tx, case.case_id, moderator.actor, act, detail)
