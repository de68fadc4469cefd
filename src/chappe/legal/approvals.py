"""Two different people stand behind every disclosure: one proposes exactly what, another approves exactly that.

Source: requirements/legal-approvals, evidence/13
Neither may be who registered the authority or vouched for it. Whatever is tried against these rules is refused and
journalled: such acts return the refusal instead of raising it, and `domain.auth.settled` raises it after the commit.
"""

from dataclasses import dataclass, replace

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from chappe.domain import journal, oncall
from chappe.domain.access import Moderator
from chappe.domain.operators import APPROVER, DESK
from chappe.legal import authorities, collect, envelope, reach, screening, targets
from chappe.legal.authorities import Authority
from chappe.legal.collect import Piece, Scope
from chappe.legal.office import Office
from chappe.legal.orders import of
from chappe.legal.orders.form import EMERGENCY
from chappe.legal.records import ACCEPTED, EXECUTING, SUBSCRIBER, Order, Target
from chappe.store import Reader, Row, Tx, Value
from chappe.store.legal import disclosures as rows
from chappe.store.queries.people import take_id

PROPOSED, REFUSED, WITHDRAWN, APPROVED = "proposed", "refused", "withdrawn", "approved"
READY, EMPTY, FAILED, DESTROYED = "ready", "empty", "failed", "destroyed"
"""Waiting for the second person, refused by them, taken back, being built, to be fetched, nothing there was to hand
over, could not be built, gone."""
MAY_PROPOSE = (ACCEPTED, EXECUTING)
"""Only what went through every question of the desk (`screening.accept`)."""
NOTE = 2000
BEFORE_END_S = 300
"""So long before the end of the time in which another authority may object, the data leave: on time, not late."""
LISTED = 200


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What is, was or will be handed over for an order. Shape: dates 0 until then; sha256 of the encrypted package."""

    disclosure_id: int
    order_id: int
    authority_id: int
    state: str
    scope: Scope
    digest: bytes
    proposed_by: int
    proposed_at: int
    note: str
    decided_by: int
    decided_at: int
    decision_note: str
    due: int
    tries: int
    manifest: bytes
    signature: bytes
    sha256: bytes
    size_bytes: int
    records: int
    built_at: int
    expires: int
    taken_at: int
    destroyed_at: int

    @property
    def subject(self) -> str:
        """How the journal names it."""
        return f"disclosure:{self.disclosure_id}"


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a disclosure's log."""

    no: int
    date: int
    actor: str
    act: str
    detail: str


def widest(rx: Reader, order: Order, office: Office) -> Scope:
    """All that the order reaches now: targets that are out of its reach are left out.

    Errors: as `collect.scope`; Invalid order_out_of_reach with why, if all of them are.
    """
    authority = authorities.get(rx, order.authority_id) if order.authority_id else None
    whys = reach.of_targets(order, authority, office.home)
    inside = replace(order, targets=tuple(one for one, why in zip(order.targets, whys, strict=False) if not why))
    _require_reach(rx, inside if inside.targets else order, office)
    return collect.scope(order, targets.resolve(rx, inside, office.hosts), rx.now)


def propose(
    tx: Tx, who: Moderator, order_id: int, office: Office, narrower: Scope | None = None, note: str = ""
) -> Disclosure | Refusal:
    """The disclosure waits for a second person. Shape: narrower leaves out pieces, or parts of their times.

    Source: requirements/legal-approvals
    Errors: returned: NotAllowed operator_role_needed, disclosure_vouched (who vouched for the authority takes no
    part); Conflict order_state_invalid, order_not_authentic, order_incomplete, order_unchecked (it may have been
    corrected since), authority_key_missing; Invalid order_out_of_reach, scope_time_needed, scope_everybody,
    scope_nobody, scope_too_wide, disclosure_note_long.
    After: journal disclosure_proposed, or disclosure_denied.
    """
    order = envelope.get(tx, order_id)
    try:
        authority = _require_may(tx, who, order, DESK)
        if order.state not in MAY_PROPOSE:
            raise Conflict("order_state_invalid", state=order.state)
        if len(note) > NOTE:
            raise Invalid("disclosure_note_long")
        _require_asked(tx, order, office)
        wide = widest(tx, order, office)
        if narrower is not None:
            collect.require_inside(wide, narrower)
    except Refusal as refusal:
        return _denied(tx, who, order, refusal)
    said = narrower or wide
    disclosure_id = take_id(tx, "disclosure", 1)
    rows.insert(tx, disclosure_id, order_id, authority.authority_id, said.packed, said.digest, who.operator_id, note)
    _log(tx, disclosure_id, who.actor, "proposed", f"{len(said.pieces)}")
    collect.remember(tx, order, wide)
    envelope.add_act(tx, order_id, who.actor, "disclosure_proposed", f"{disclosure_id}")
    journal.record(tx, "disclosure_proposed", who.actor, f"disclosure:{disclosure_id}", order=order_id)
    if order.urgent or of(order.instrument).family == EMERGENCY:  # the second person is called, at any hour
        oncall.leave_out(tx, oncall.page(tx, "approval", order.subject, order.number), who.operator_id)
    return get(tx, disclosure_id)


def approve(
    tx: Tx, who: Moderator, disclosure_id: int, digest: bytes, office: Office, note: str = ""
) -> Disclosure | Refusal:
    """A second person stands behind exactly this scope; the package is being built.

    Source: requirements/legal-approvals
    Shape: digest is that of the scope that was shown to them. Errors: returned: as `propose`, and NotAllowed
    disclosure_same_person; Conflict disclosure_state_invalid, disclosure_changed.
    After: the order is executing; journal disclosure_approved, or disclosure_denied.
    """
    found = get(tx, disclosure_id)
    order = envelope.get(tx, found.order_id)
    try:
        authority = _require_may(tx, who, order, APPROVER)
        _require_second(who, found)
        if found.digest != digest:
            raise Conflict("disclosure_changed")
        if order.state not in MAY_PROPOSE:
            raise Conflict("order_state_invalid", state=order.state)
        require_standing(tx, found, order, authority, office)
        _require_asked(tx, order, office)
    except Refusal as refusal:
        return _denied(tx, who, order, refusal, found)
    _decide(tx, who, found, APPROVED, note, {"due": not_before(order, found.scope, tx.now)})
    envelope.walk(tx, order, who.actor, EXECUTING)
    journal.record(tx, "disclosure_approved", who.actor, found.subject, order=found.order_id)
    return get(tx, disclosure_id)


def require_standing(rx: Reader, found: Disclosure, order: Order, authority: Authority, office: Office) -> None:
    """What was proposed, or approved, is still what the order asks, for the same authority, by people who may.

    Asked when it is approved and again when it is built: in between orders and authorities can be changed.
    Errors: Conflict order_not_authentic, disclosure_changed; NotAllowed disclosure_vouched; Invalid
    order_out_of_reach.
    """
    if found.authority_id != order.authority_id or not _still_asked(order, found.scope):
        raise Conflict("disclosure_changed")
    if not order.authenticity.stands:
        raise Conflict("order_not_authentic")
    if {found.proposed_by, found.decided_by} & authority.vouched_by():  # either may have vouched since
        raise NotAllowed("disclosure_vouched")
    if found.decided_at and authority.verified_at > found.decided_at:  # its key may be another
        raise Conflict("disclosure_changed")
    wanted = {one.no for one in found.scope.pieces}
    _require_reach(rx, replace(order, targets=tuple(one for one in order.targets if one.no in wanted)), office)


def _still_asked(order: Order, said: Scope) -> bool:
    """True if the order names all of it: the same finds behind each number, the categories, no wider times."""
    asked = {one.no: one for one in order.targets}
    for no, key, _, _ in said.matches:
        if no not in asked or key not in asked[no].matched:
            return False
    for piece in said.pieces:
        one = asked.get(piece.no)
        if one is None or piece.category not in (one.category, _of_owner(one, piece)):
            return False
        whole = piece.category == SUBSCRIBER or piece.key.startswith("message:")  # of no time
        until = one.until or (one.since if one.kind == "ip" else 0)
        if not whole and (piece.since < one.since or (until and piece.until > until)):
            return False
    return True


def _of_owner(one: Target, piece: Piece) -> str:
    """The category of the piece that the target asks of who answers for a bot, if the piece is theirs."""
    return targets.asked_of_owner(one.category) if f"{targets.OWNER}:{piece.person_id}" in one.matched else ""


def _require_asked(rx: Reader, order: Order, office: Office) -> None:
    """The order is complete, and every question was answered with yes, also where it was corrected since."""
    looked = screening.look(rx, order.order_id, office)
    if looked.missing:
        raise Conflict("order_incomplete", what=looked.missing[0].name)
    if not looked.cleared:
        raise Conflict("order_unchecked")


def not_before(order: Order, said: Scope, now: int) -> int:
    """From when on the data may leave: at once, but for what another authority may still object to.

    Source: evidence/10
    A European production order for traffic or content of which the enforcing authority was notified is answered at
    the end of its ten days, or as soon as that authority confirms; in an emergency at once.
    """
    fields = order.fields
    waits = order.instrument == "epoc" and not order.urgent and fields.get("enforcing_notified")
    if not waits or fields.get("enforcing_confirmed") or not {one.category for one in said.pieces} & set(reach.SEVERE):
        return now
    return max(now, order.received_at + of(order.instrument).clock.within_s - BEFORE_END_S)


def refuse(tx: Tx, who: Moderator, disclosure_id: int, note: str) -> Disclosure | Refusal:
    """The second person does not stand behind it, and says why; nothing is handed over.

    Errors: returned: as `approve`; Invalid disclosure_note_needed. After: journal disclosure_refused.
    """
    found = get(tx, disclosure_id)
    order = envelope.get(tx, found.order_id)
    try:
        _require_may(tx, who, order, APPROVER)
        _require_second(who, found)
        if not note.strip():
            raise Invalid("disclosure_note_needed")
    except Refusal as refusal:
        return _denied(tx, who, order, refusal, found)
    _decide(tx, who, found, REFUSED, note, {})
    journal.record(tx, "disclosure_refused", who.actor, found.subject, order=found.order_id)
    return get(tx, disclosure_id)


def withdraw(tx: Tx, who: Moderator, disclosure_id: int) -> Disclosure | Refusal:
    """Who proposed it takes it back before anybody decided. After: journal disclosure_withdrawn."""
    found = get(tx, disclosure_id)
    if found.state != PROPOSED or found.proposed_by != who.operator_id:
        refusal = Conflict("disclosure_state_invalid", state=found.state)
        return _denied(tx, who, envelope.get(tx, found.order_id), refusal, found)
    rows.change(tx, disclosure_id, PROPOSED, {"state": WITHDRAWN})
    _log(tx, disclosure_id, who.actor, "withdrawn", "")
    oncall.over(tx, "approval", f"order:{found.order_id}")
    journal.record(tx, "disclosure_withdrawn", who.actor, found.subject, order=found.order_id)
    return get(tx, disclosure_id)


def get(rx: Reader, disclosure_id: int) -> Disclosure:
    """The disclosure. Errors: NotFound disclosure_unknown."""
    row = rows.find(rx, disclosure_id)
    if row is None:
        raise NotFound("disclosure_unknown")
    return of_row(row)


def of_order(rx: Reader, order_id: int) -> list[Disclosure]:
    """Every disclosure of the order, oldest first."""
    return [of_row(row) for row in rows.of_order(rx, order_id)]


def waiting(rx: Reader) -> list[Disclosure]:
    """Those that wait for a second person, oldest first."""
    return [of_row(row) for row in rows.to_decide(rx, LISTED)]


def history(rx: Reader, disclosure_id: int) -> list[Act]:
    """The disclosure's log, oldest first: who proposed, decided, fetched; what was tried and refused."""
    return [Act(*row) for row in rows.acts(rx, disclosure_id)]


def may_decide(rx: Reader, who: Moderator, found: Disclosure) -> bool:
    """True if this person could be the second one: for the screen; `approve` asks again."""
    vouched = authorities.get(rx, found.authority_id).vouched_by()
    return (
        APPROVER in who.roles and not who.machine and found.state == PROPOSED
        and who.operator_id != found.proposed_by and who.operator_id not in vouched
    )  # fmt: skip


def _require_may(rx: Reader, who: Moderator, order: Order, role: str) -> Authority:
    """This person may take part in a disclosure of the order."""
    if who.machine or not {DESK, APPROVER} & who.roles or (role == APPROVER and APPROVER not in who.roles):
        raise NotAllowed("operator_role_needed")
    if not order.authority_id:
        raise Conflict("order_not_authentic")
    authority = authorities.get(rx, order.authority_id)
    if who.operator_id in authority.vouched_by():
        raise NotAllowed("disclosure_vouched")
    if not order.authenticity.stands:
        raise Conflict("order_not_authentic")
    if not authority.profile.age_key:
        raise Conflict("authority_key_missing")
    return authority


def _require_second(who: Moderator, found: Disclosure) -> None:
    if found.state != PROPOSED:
        raise Conflict("disclosure_state_invalid", state=found.state)
    if who.operator_id == found.proposed_by:
        raise NotAllowed("disclosure_same_person")


def _require_reach(rx: Reader, order: Order, office: Office) -> None:
    authority = authorities.get(rx, order.authority_id) if order.authority_id else None
    why = reach.of_order(order, authority, rx.now, office.home)
    if why:
        raise Invalid("order_out_of_reach", what=why)


def _decide(
    tx: Tx, who: Moderator, found: Disclosure, state: str, note: str, more: dict[str, int]
) -> None:
    values: dict[str, Value] = {"state": state, "decided_by": who.operator_id, "decided_at": tx.now}
    rows.change(tx, found.disclosure_id, PROPOSED, {**values, "decision_note": note[:NOTE], **more})
    _log(tx, found.disclosure_id, who.actor, state, "")
    envelope.add_act(tx, found.order_id, who.actor, f"disclosure_{state}", f"{found.disclosure_id}")
    oncall.over(tx, "approval", f"order:{found.order_id}")


def _denied(
    tx: Tx, who: Moderator, order: Order, refusal: Refusal, found: Disclosure | None = None
) -> Refusal:
    """What was tried stands in the journal, and in the history of the order."""
    if found is not None:
        _log(tx, found.disclosure_id, who.actor, "denied", refusal.reason)
    envelope.add_act(tx, order.order_id, who.actor, "disclosure_denied", refusal.reason)
    journal.record(tx, "disclosure_denied", who.actor, order.subject, reason=refusal.reason)
    return refusal


def _log(tx: Tx, disclosure_id: int, actor: str, act: str, detail: str) -> None:
    rows.add_act(tx, disclosure_id, actor, act, detail)


def of_row(row: Row) -> Disclosure:
    """The record of a row."""
    head, scope, digest, rest = row[:4], row[4], row[5], row[6:]
    filled = [b"" if one is None else one for one in rest]
    return Disclosure(*head, collect.unpacked(scope), digest, *filled)  # type: ignore[call-arg]
