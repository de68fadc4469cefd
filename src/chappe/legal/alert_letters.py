"""The letter of an alert: what was found, when, why it is suspected, who it is. Source: dsa/18, tco/14(5)"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from chappe.base.ids import UserId
from chappe.domain import personal
from chappe.domain.personal import SUBSCRIBER, Record
from chappe.legal import targets, words
from chappe.legal.letters.body import Added, Block, Body, Heading, Paragraph, Table, written
from chappe.legal.office import Office
from chappe.legal.records import Order, Target
from chappe.store import Reader

PEOPLE = 5
SIGN_INS = 10
"""The newest of each person that are told."""
SINCE_S = 30 * 86_400


def people(rx: Reader, leads: Sequence[Target], hosts: Collection[str], now: int) -> list[list[Record]]:
    """What identifies each person that the leads lead to: who they said they are, and their newest addresses."""
    found: dict[int, None] = {}
    for one in leads:
        for match in targets.look(rx, replace(one, category=SUBSCRIBER), hosts).matches:
            if match.person_id:
                found[match.person_id] = None
    out = []
    for person_id in list(found)[:PEOPLE]:
        places = personal.identification(rx, UserId(person_id), now - SINCE_S)
        places.sort(key=lambda one: -one.date)
        out.append([*personal.subscriber(rx, UserId(person_id)), *places[:SIGN_INS]])
    return out


def compose(
    order: Order, said: Mapping[str, str], who: Sequence[Sequence[Record]], to: str, office: Office, lang: str, now: int
) -> Body:
    """The letter to one of those who are told."""
    lang = words.language(lang)

    def say(key: str, **facts: str) -> str:
        return words.say(lang, f"alert_{key}", **facts)

    basis = "basis_tco" if said.get("terrorist") else "basis_dsa"
    head = [
        (say("number"), order.number), (say("aware"), written(order.received_at)), (say("sent"), written(now)),
        (say("concerned"), _concerned(said, lang)),
    ]  # fmt: skip
    blocks: list[Block] = [Table(tuple(head)), Paragraph(say("opening")), Paragraph(say(basis))]
    for key, value in (
        ("danger", said["danger"]), ("happened", f"{said['happened'].replace('T', ' ')} {said.get('zone') or 'UTC'}"),
        ("place", said.get("place", "")), ("persons", said.get("persons", "")), ("content", said.get("content", "")),
        ("reason", said["reason"]),
    ):  # fmt: skip
        if value:
            blocks += [Heading(say(f"head_{key}")), Added(value)]
    blocks.append(Heading(say("head_who")))
    leads = [f"{one.text}" for one in order.targets]
    if leads:
        blocks.append(Paragraph("\n".join(leads)))
    blocks += [Table(tuple(row for record in one for row in _lines(record, lang))) for one in who if one]
    if not any(who):
        blocks.append(Paragraph(say("nobody_known")))
    blocks += [Paragraph(say("secret")), Paragraph(say("closing", number=order.number))]
    title = say("title", number=order.number)
    return Body(lang, order.number, title, now, (to,), tuple(blocks), office.signature)


def subject(body: Body) -> str:
    """The subject of its mail: the number, and nothing of whom it is about."""
    return body.title


def _concerned(said: Mapping[str, str], lang: str) -> str:
    if not said.get("country"):
        return words.say(lang, "alert_concerned_unknown")
    why = said.get("concerned", "")
    return f"{said['country']} ({words.say(lang, f'alert_concerned_{why}')})" if why in CONCERNED else said["country"]


CONCERNED = ("offence", "suspect", "victim")
"""Why a state is concerned: the offence is there, the suspect, or the victim. Source: dsa/18"""


def _lines(record: Record, lang: str) -> list[tuple[str, str]]:
    """What a record says, as rows."""
    if record.kind == "connection":
        told = record.data
        said = f"{told['ip']}, {_when(told['first_seen'])} – {_when(told['last_seen'])}"
        return [(words.say(lang, "alert_address"), said)]
    known = words.texts(lang)
    return [
        (known.get(f"alert_field_{name}", name), _when(value) if name in ("signed_up", "ended") else str(value))
        for name, value in record.data.items()
        if value
    ]


def _when(date: int) -> str:
    return f"{datetime.fromtimestamp(date, UTC):%Y-%m-%d %H:%M:%S} UTC"
