"""What we find that threatens a life goes to the authorities at once: written by one, sent by a second person.

Source: dsa/18, tco/14(5), requirements/hotline
The letter says what was found, when with its time zone, why it is suspected, and what identifies the person, from the
records themselves. If nobody answers within a quarter of an hour, who wrote it may send it alone, to authorities that
others have vouched for and to nobody else; that is written down and seen.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import pyrage

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import access, journal, oncall, outbox
from chappe.domain.access import Moderator
from chappe.domain.operators import DESK, Operator
from chappe.legal import alert_letters, answers, authorities, envelope, intake
from chappe.legal.authorities import Authority
from chappe.legal.calls import kind_of
from chappe.legal.intake import Arrival
from chappe.legal.letters import Body, as_text, pack, unpack
from chappe.legal.office import Office
from chappe.legal.receipts import MAIL
from chappe.legal.records import OWN, RECEIVED, Order, Target
from chappe.store import Reader, Row, Tx
from chappe.store.legal import alerts as rows
from chappe.store.queries.people import take_id

INSTRUMENT = "threat_to_life18"
ALONE_S = 900
"""So long a second person is waited for."""
TOLD = (authorities.POLICE, authorities.PROSECUTOR, authorities.JUDGE, authorities.COURT, authorities.REMOVER)
"""Kinds of authority that are told of a crime."""
EUROPOL = "europol"
LEADS, RECIPIENTS = 3, 8
TEXT_MOST, LINE_MOST = 6000, 500
NEEDED = ("danger", "reason", "happened")
FIELDS = (*NEEDED, "content", "zone", "place", "persons", "country", "concerned", "terrorist", "case_id", "aware",
          "lead_1", "lead_2", "lead_3", "other_name", "other_mail", "other_phone")  # fmt: skip
LONG = frozenset({"danger", "reason", "content", "persons"})
_said = msgspec.json.Decoder(dict[str, str])


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told. Shape: authority_id 0 for one that is not registered; ways there are not are empty."""

    authority_id: int
    name: str
    mail: str
    phone: str
    age_key: str = ""


@dataclass(frozen=True, slots=True)
class AlertLetter:
    """A letter of an alert. Shape: mailed none, waiting, delivered or failed; told_at 0 until told by telephone."""

    no: int
    recipient: Recipient
    body: Body
    mailed: str
    told_at: int
    told_by: int


@dataclass(frozen=True, slots=True)
class Alert:
    """What was found. Shape: state proposed, sent or dropped; digest of all letters in hex."""

    order: Order
    state: str
    said: Mapping[str, str]
    digest: str
    made_by: int
    made_at: int
    ended_by: int
    ended_at: int
    alone: bool
    letters: tuple[AlertLetter, ...]

    def may_go_alone(self, now: int) -> bool:
        """True if a second person was waited for long enough."""
        return now >= self.made_at + ALONE_S


def propose(
    tx: Tx, who: Operator, office: Office, said: Mapping[str, str], authority_ids: Collection[int], lang: str
) -> Alert:
    """The alert waits for a second person, who is paged; its clock runs since we knew.

    Errors: Invalid alert_danger_needed, alert_reason_needed, alert_happened_needed, alert_nobody, alert_mail_wrong;
    NotFound authority_unknown. After: as `intake.arrive`; journal alert_proposed.
    """
    known = cleaned(said)
    for name in NEEDED:
        if not known.get(name):
            raise Invalid(f"alert_{name}_needed")
    told = _recipients(tx, known, authority_ids)
    leads = leads_of(known)
    order = intake.arrive(tx, Arrival(
        channel=OWN, message_ref=f"alert:{take_id(tx, 'alert', 1)}", instrument=INSTRUMENT, actor=_actor(who),
        fields={"danger": known["danger"], "country": known.get("country", ""), "urgent": "1"}, targets=leads,
        language=lang, received_at=_aware(known, tx.now),
    )).order  # fmt: skip
    people = alert_letters.people(tx, leads, office.hosts, tx.now)
    bodies = [alert_letters.compose(order, known, people, one.name, office, lang, tx.now) for one in told]
    rows.insert(tx, order.order_id, msgspec.json.encode(known), _digest(bodies), who.operator_id)
    for no, (one, body) in enumerate(zip(told, bodies, strict=True), 1):
        rows.add_letter(
            tx, order.order_id, no, one.authority_id, one.name, one.mail, one.phone, one.age_key, pack(body)
        )
    envelope.add_act(tx, order.order_id, _actor(who), "alert_proposed", f"{len(told)}")
    journal.record(tx, "alert_proposed", _actor(who), order.subject, recipients=len(told))
    page = oncall.of_matter(tx, "alert", order.subject)
    if page is not None:
        oncall.leave_out(tx, page.page_id, who.operator_id)
    return get(tx, order.order_id)


def confirm(tx: Tx, me: Operator, order_id: int, digest: str, office: Office) -> Alert:
    """A second person stands behind exactly these letters, and they go out.

    Errors: NotFound alert_unknown; Conflict alert_over, alert_changed; NotAllowed operator_role_needed,
    alert_same_person. After: journal alert_sent; as `answers.send` with the answer `alerted`.
    """
    alert = _require_waiting(tx, order_id, digest)
    who = access.require_moderator(tx, me.operator_id, DESK)
    if me.operator_id == alert.made_by:
        raise NotAllowed("alert_same_person")
    return _send(tx, who, alert, office, alone=False)


def send_alone(tx: Tx, me: Operator, order_id: int, digest: str, office: Office) -> Alert:
    """Nobody answered for a quarter of an hour: the letters go out on the word of one, to vouched authorities alone.

    Errors: as `confirm`; NotAllowed alert_too_soon, alert_not_vouched. After: as `confirm`.
    """
    alert = _require_waiting(tx, order_id, digest)
    who = access.require_moderator(tx, me.operator_id, DESK)
    if not alert.may_go_alone(tx.now):
        raise NotAllowed("alert_too_soon")
    for one in alert.letters:
        if not one.recipient.authority_id:
            raise NotAllowed("alert_not_vouched")
        found = authorities.get(tx, one.recipient.authority_id)
        if not found.holds(tx.now) or me.operator_id in found.vouched_by():
            raise NotAllowed("alert_not_vouched")
    return _send(tx, who, alert, office, alone=True)


def drop(tx: Tx, me: Operator, order_id: int, why: str, office: Office) -> Alert:
    """There is no danger: nothing is sent, and why stands in the case.

    Errors: NotFound alert_unknown; Conflict alert_over; NotAllowed operator_role_needed; Invalid alert_why_needed.
    After: journal alert_dropped; as `answers.send` with the answer `no_danger`.
    """
    alert = get(tx, order_id)
    who = access.require_moderator(tx, me.operator_id, DESK)
    if not why.strip():
        raise Invalid("alert_why_needed")
    if not rows.end(tx, order_id, "dropped", me.operator_id, False):
        raise Conflict("alert_over")
    _settle(tx, who, alert.order, office, "no_danger", why.strip()[:LINE_MOST])
    journal.record(tx, "alert_dropped", who.actor, alert.order.subject)
    return get(tx, order_id)


def told_by_phone(tx: Tx, me: Operator, order_id: int, no: int) -> None:
    """Somebody has told the authority by telephone. Errors: NotFound alert_unknown; Conflict alert_over.

    After: journal alert_told.
    """
    alert = get(tx, order_id)
    if alert.state != "sent" or not rows.told(tx, order_id, no, me.operator_id):
        raise Conflict("alert_over")
    envelope.add_act(tx, order_id, _actor(me), "alert_told", f"{no}")
    journal.record(tx, "alert_told", _actor(me), alert.order.subject, letter=no)


def get(rx: Reader, order_id: int) -> Alert:
    """The alert with its letters. Errors: NotFound alert_unknown."""
    row = rows.find(rx, order_id)
    if row is None:
        raise NotFound("alert_unknown")
    return _of_row(rx, row)


def waiting(rx: Reader) -> list[Alert]:
    """Those that wait for the second person, the first first."""
    return [_of_row(rx, row) for row in rows.waiting(rx)]


def past(rx: Reader, limit: int = 20) -> list[Alert]:
    """Those that were sent or dropped, the newest first."""
    return [_of_row(rx, row) for row in rows.past(rx, limit)]


def suggested(known: Iterable[Authority], country: str, home: str) -> list[int]:
    """Whom to tell: the state concerned; where it is unknown, our own state and Europol. Source: dsa/18, tco/14(5)

    Shape: known are authorities that hold.
    """
    there = [one for one in known if one.kind in TOLD or EUROPOL in one.name.casefold()]
    concerned = [one.authority_id for one in there if country and one.country == country]
    if concerned:
        return concerned
    return [one.authority_id for one in there if one.country == home or EUROPOL in one.name.casefold()]


def cleaned(said: Mapping[str, str]) -> dict[str, str]:
    """What of a form is an alert's, cut to its length; empty fields are left out."""
    found = {name: said.get(name, "").strip() for name in FIELDS}
    return {name: value[: TEXT_MOST if name in LONG else LINE_MOST] for name, value in found.items() if value}


def leads_of(said: Mapping[str, str]) -> tuple[Target, ...]:
    """What leads to the person."""
    texts = [said[f"lead_{no}"] for no in range(1, LEADS + 1) if said.get(f"lead_{no}")]
    return tuple(Target(kind_of(text), text.removeprefix("#")) for text in texts)


def _recipients(rx: Reader, said: Mapping[str, str], authority_ids: Collection[int]) -> list[Recipient]:
    found = []
    for authority_id in dict.fromkeys(authority_ids):
        one = authorities.get(rx, authority_id)
        found.append(Recipient(authority_id, one.name, one.profile.email, one.profile.phone, one.profile.age_key))
    mail, phone = said.get("other_mail", ""), said.get("other_phone", "")
    if said.get("other_name") and (mail or phone):
        if mail and (mail.count("@") != 1 or not mail.isprintable() or " " in mail):
            raise Invalid("alert_mail_wrong")
        found.append(Recipient(0, said["other_name"], mail, phone))
    if not 0 < len(found) <= RECIPIENTS:
        raise Invalid("alert_nobody")
    return found


def _require_waiting(rx: Reader, order_id: int, digest: str) -> Alert:
    alert = get(rx, order_id)
    if alert.state != "proposed":
        raise Conflict("alert_over")
    if alert.digest != digest:
        raise Conflict("alert_changed")
    return alert


def _send(tx: Tx, who: Moderator, alert: Alert, office: Office, *, alone: bool) -> Alert:
    order_id = alert.order.order_id
    if not rows.end(tx, order_id, "sent", who.operator_id, alone):
        raise Conflict("alert_over")
    for one in alert.letters:
        if one.recipient.mail and office.mails:
            text = sealed(as_text(one.body), one.recipient.age_key)
            packed = outbox.pack(outbox.Message(text, alert_letters.subject(one.body)), office.wrapper.seal)
            rows.mailed(tx, order_id, one.no, outbox.enqueue(tx, MAIL, one.recipient.mail, packed))
    _settle(tx, who, alert.order, office, "alerted", "\n".join(one.recipient.name for one in alert.letters))
    journal.record(tx, "alert_sent", who.actor, alert.order.subject, recipients=len(alert.letters), alone=alone)
    return get(tx, order_id)


def sealed(text: str, age_key: str) -> str:
    """The text to who has the key, armoured; as it is where there is none: a life weighs more than a wiretap."""
    if not age_key:
        return text
    recipient = pyrage.x25519.Recipient.from_str(age_key)
    armoured: bytes = pyrage.encrypt(text.encode(), [recipient], armored=True)
    return armoured.decode()


def _settle(tx: Tx, who: Moderator, order: Order, office: Office, answer: str, text: str) -> None:
    """The case is answered: its clock ends, the log says what became of it."""
    order = envelope.get(tx, order.order_id)
    if order.state == RECEIVED:
        envelope.acknowledge(tx, order, who.actor)
    reason = "no_danger" if answer == "no_danger" else ""
    letter = answers.draft(tx, who, order.order_id, office, answer, reason, text)
    answers.send(tx, who, letter.letter_id, office)
    oncall.over(tx, "alert", order.subject)


def _digest(bodies: Sequence[Body]) -> bytes:
    made = hashlib.blake2b(digest_size=16)
    for body in bodies:
        made.update(pack(body))
    return made.digest()


def _aware(said: Mapping[str, str], now: int) -> int:
    """When we first knew: now, or earlier if whoever writes says so, a day at most."""
    value = said.get("aware", "")
    date = int(value) if value.isascii() and value.isdecimal() and len(value) < 12 else now
    return date if now - 86_400 <= date <= now else now


def _actor(who: Operator) -> str:
    return f"operator:{who.operator_id}"


def _of_row(rx: Reader, row: Row) -> Alert:
    order_id, state, said, digest, made_by, made_at, ended_by, ended_at, alone = row
    names = {-1: "none", 0: "waiting", 1: "delivered", 2: "failed"}
    letters = tuple(
        AlertLetter(no, Recipient(one, name, mail, phone, key), unpack(bytes(body)), names[state_], told_at, told_by)
        for no, one, name, mail, phone, key, body, _, told_at, told_by, state_ in rows.letters(rx, order_id)
    )
    order, text = envelope.get(rx, order_id), _said.decode(bytes(said))
    return Alert(order, state, text, bytes(digest).hex(), made_by, made_at, ended_by, ended_at, bool(alone), letters)
