"""People are told that their data were handed over: at execution, or when the secrecy of the order ends.

Source: requirements/legal-telling, dsa/10(5), evidence/13, gdpr/15
Each is a row with a date. When it fires the secrecy of its order is looked at as it stands then: one that was extended
puts it off, one that was lifted early is found within seconds. Where the law leaves it to the authority (European
production orders) the row says so and never fires. What is hidden by an order is told by the statement of its decision
(`removing.speak`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from chappe.base.errors import NotFound
from chappe.base.ids import UserId
from chappe.domain import accounts, authorizations, journal, outbox, service_chat
from chappe.domain.outbox import Message
from chappe.legal import authorities, envelope, words
from chappe.legal.office import Office
from chappe.legal.orders import of
from chappe.legal.orders.form import AT_EXECUTION
from chappe.legal.records import Order
from chappe.store import Reader, Row, Tx
from chappe.store.legal import tellings as rows

DISCLOSURE = "disclosure"
TOLD, GONE = "told", "gone"
AT_ONCE = 100
SHOWN = 1500
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[str, ...]).decode

TEXTS = {
    "en": {
        "title": "Your data were handed to an authority",
        "what": "On {date} this service handed over what an order asked of your account: {categories}.",
        "who": "By whom: {authority} ({country}), {instrument}, our case {number}.",
        "why": "Legal basis: {basis}",
        "reasons": "Reasons, as the order gives them: {reasons}",
        "redress": "What you can do, as the order says: {redress}",
        "courts": "You can turn to the courts of the country that ordered it, and to your data protection authority. "
                  "Ask us for a copy: {contact}",
        "late": "You are told only now because the order was secret until {until}.",
    },
    "fr": {
        "title": "Vos données ont été communiquées à une autorité",
        "what": "Le {date}, ce service a communiqué ce qu’une injonction demandait de votre compte : {categories}.",
        "who": "À qui : {authority} ({country}), {instrument}, notre dossier {number}.",
        "why": "Base légale : {basis}",
        "reasons": "Motifs, tels que l’injonction les donne : {reasons}",
        "redress": "Vos recours, selon l’injonction : {redress}",
        "courts": "Vous pouvez saisir les juridictions du pays qui l’a émise, et l’autorité de protection des "
                  "données. Demandez-nous une copie : {contact}",
        "late": "Vous ne l’apprenez que maintenant parce que l’injonction était secrète jusqu’au {until}.",
    },
}  # fmt: skip
CATEGORY_WORDS = {
    "en": {"subscriber": "who you are", "identification": "addresses and times of your connections",
           "traffic": "with whom you wrote and when", "content": "what you wrote and were sent"},
    "fr": {"subscriber": "qui vous êtes", "identification": "adresses et heures de vos connexions",
           "traffic": "avec qui vous avez échangé et quand", "content": "ce que vous avez écrit et reçu"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Telling:
    """Something that a person is to be told, was told, or never will be by us. Shape: due 0 for never."""

    order_id: int
    user_id: UserId
    about: str
    due: int
    basis: str
    words: tuple[str, ...]
    told_at: int
    outcome: str


def schedule(
    tx: Tx, order: Order, about: str, people: Iterable[UserId], categories: Sequence[str] = ()
) -> int:
    """Each of the people has a row: due now or when secrecy ends, unless the authority tells them; how many are new.

    Source: dsa/10(5), evidence/13
    Shape: categories of data that were handed over. While the order is secret no row fires.
    """
    by_us = of(order.instrument).tells == AT_EXECUTION
    basis = (order.secrecy_basis if order.is_secret(tx.now) else "at_execution") if by_us else "authority_informs"
    said = _encode(tuple(dict.fromkeys(categories)))
    due = max(tx.now, order.secrecy_until) if by_us else 0
    return sum(rows.add(tx, order.order_id, person, about, due, basis, said) for person in people)


def due(rx: Reader, now: int) -> list[Telling]:
    """What is to be told now."""
    return [_of_row(row) for row in rows.due(rx, now, AT_ONCE)]


def lifted(rx: Reader, now: int) -> list[Telling]:
    """What is to be told before its date, since the secrecy of its order is over already."""
    return [_of_row(row) for row in rows.lifted(rx, now, AT_ONCE)]


def of_order(rx: Reader, order_id: int) -> list[Telling]:
    """Who was told, will be, or is left to the authority."""
    return [_of_row(row) for row in rows.of_order(rx, order_id)]


def tell(tx: Tx, one: Telling, office: Office) -> bool:
    """The person knows: a message in the chat with the server, and a letter where they left an address; once.

    After: journal person_told; the order knows when its people were first told.
    """
    order = envelope.get(tx, one.order_id)
    if order.is_secret(tx.now):  # somebody extended it since
        rows.postpone(tx, one.order_id, one.user_id, one.about, order.secrecy_until)
        return False
    try:
        account = accounts.get(tx, one.user_id)
        there = not account.deleted
    except NotFound:
        there = False
    if not rows.told(tx, one.order_id, one.user_id, one.about, TOLD if there else GONE):
        return False
    journal.record(
        tx, "person_told", "server", f"user:{one.user_id}", order=one.order_id, outcome=TOLD if there else GONE
    )
    if not there:
        return True
    lang = _language(tx, one.user_id)
    said = _text(tx, order, one, lang, office)
    service_chat.tell(tx, one.user_id, said, TEXTS[lang]["title"])
    if office.mails and account.settings.login_email:
        message = Message(said, TEXTS[lang]["title"])
        outbox.enqueue(tx, "mail", account.settings.login_email, outbox.pack(message, office.wrapper.seal))
    if not order.informed_at:
        envelope.set_instant(tx, order, "informed_at")
    envelope.add_act(tx, order.order_id, "server", "person_told", one.about)
    return True


def to_person(rx: Reader, user_id: UserId) -> list[dict[str, Any]]:
    """What the person was told of orders, for their own copy; nothing of what is still secret. Source: gdpr/15"""
    return [
        {"case": envelope.get(rx, row[0]).number, "about": row[2], "told": row[6], "categories": list(_decode(row[5]))}
        for row in rows.to_person(rx, user_id)
    ]


def _language(rx: Reader, user_id: UserId) -> str:
    devices = authorizations.of_user(rx, user_id)
    said = devices[0].lang_code[:2].lower() if devices else ""
    return said if said in TEXTS else "en"


def _text(rx: Reader, order: Order, one: Telling, lang: str, office: Office) -> str:
    texts, named = TEXTS[lang], CATEGORY_WORDS[lang]
    authority = authorities.get(rx, order.authority_id) if order.authority_id else None
    parts = [texts["title"], texts["what"].format(
        date=_day(order.effect_at or rx.now), categories=", ".join(named.get(one, one) for one in one.words)
    )]  # fmt: skip
    parts.append(texts["who"].format(
        authority=authority.name if authority is not None else "–", country=order.country or "–",
        instrument=words.say(lang, f"instrument_{order.instrument}"), number=order.number,
    ))  # fmt: skip
    for name, value in (("why", order.legal_basis), ("reasons", order.reasons), ("redress", order.redress)):
        if value.strip():
            key = {"why": "basis"}.get(name, name)
            parts.append(texts[name].format_map({key: _cut(value)}))
    parts.append(texts["courts"].format(contact=office.operator_contact or office.links))
    if order.secrecy_until:
        parts.append(texts["late"].format(until=_day(order.secrecy_until)))
    return "\n\n".join(parts)


def _cut(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"


def _day(date: int) -> str:
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%d")


def _of_row(row: Row) -> Telling:
    order_id, user_id, about, due_at, basis, said, told_at, outcome = row
    return Telling(order_id, UserId(user_id), about, due_at, basis, _decode(said), told_at, outcome)
