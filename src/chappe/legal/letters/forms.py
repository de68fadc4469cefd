"""The forms that regulations prescribe for an answer. Source: tco/annex-2, tco/annex-3, evidence/annex-3"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chappe.legal import words
from chappe.legal.letters.body import Block, Heading, Paragraph, Table, written

if TYPE_CHECKING:
    from chappe.legal.letters.compose import Given

IMPOSSIBLE = ("impossible", "clarification", "partial", "refusal")


def blocks(given: Given, lang: str, now: int) -> list[Block]:
    """The form that goes with the answer, if its instrument has one."""
    match given.order.instrument:
        case "tco_removal" if given.answer == "executed":
            return _annex_2(given, lang, now)
        case "tco_removal" if given.answer in ("impossible", "clarification"):
            return _annex_3(given, lang, now)
        case "epoc" | "epoc_pr" if given.answer in IMPOSSIBLE:
            return _epoc(given, lang)
    return []


def _annex_2(given: Given, lang: str, now: int) -> list[Block]:
    """What was removed, and when. Source: tco/annex-2"""
    done = (
        ("letter_measure", words.say(lang, "letter_disabled")),
        ("letter_effect_at", written(given.order.effect_at or now)),
    )
    return [
        Heading(words.say(lang, "letter_annex_2")), Heading(words.say(lang, "letter_annex_a")), _both(given, lang),
        Heading(words.say(lang, "letter_annex_b")), _table(lang, done),
        Heading(words.say(lang, "letter_annex_c")), _provider(given, lang, now),
    ]  # fmt: skip


def _annex_3(given: Given, lang: str, now: int) -> list[Block]:
    """Why it cannot be done, or not yet. Source: tco/annex-3"""
    needed = "\n".join(words.say(lang, f"order_field_{one.name}") for one in given.lacking)
    why = (
        ("letter_ground", words.say(lang, f"reason_{given.reason}") if given.reason else ""),
        ("letter_details", given.text.strip()), ("letter_needed", needed),
    )  # fmt: skip
    return [
        Heading(words.say(lang, "letter_annex_3")), Heading(words.say(lang, "letter_annex_a")), _both(given, lang),
        Heading(words.say(lang, "letter_annex_b")), _table(lang, why),
        Heading(words.say(lang, "letter_annex_c")), _provider(given, lang, now),
    ]  # fmt: skip


def _epoc(given: Given, lang: str) -> list[Block]:
    """Why a certificate cannot be carried out, section by section. Source: evidence/annex-3"""
    order, one = given.order, given.authority
    none = words.say(lang, "letter_none")
    kept = "letter_preserved" if given.until else "letter_not_preserved"
    foreign = given.text.strip() if given.reason == "third_country_law" else none
    needed = "; ".join(words.say(lang, f"order_field_{field.name}") for field in given.lacking) or none
    issued = order.fields.get("issued_at", "")
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
        ("a", (("letter_instrument", words.say(lang, f"instrument_{order.instrument}")),)),
        ("b", (
            ("letter_authority", one.name if one else order.sender), ("letter_your_number", order.external_ref),
            ("letter_issued", written(int(issued)) if issued.isdecimal() else issued),
            ("letter_received_at", written(order.received_at)),
            ("letter_enforcing", order.fields.get("validated_by", "") or none),
        )),
        ("c", (("letter_addressee", given.office.operator_name or given.office.name),
               ("letter_our_number", order.number))),
        ("d", (("letter_reason", words.say(lang, f"reason_{given.reason}") if given.reason else none),)),
        ("e", (("letter_details", foreign),)),
        ("f", (("letter_needed", needed),)),
        ("g", (("letter_measure", words.say(lang, kept)),)),
    )  # fmt: skip
    found: list[Block] = [Heading(words.say(lang, "letter_epoc_3"))]
    for name, rows in sections:
        found += [Heading(words.say(lang, f"letter_epoc_{name}")), _table(lang, rows)]
    return [*found, Heading(words.say(lang, "letter_epoc_h")), Paragraph("\n".join(given.office.signature))]


def _both(given: Given, lang: str) -> Table:
    order, one = given.order, given.authority
    return _table(lang, (
        ("letter_addressee", given.office.operator_name or given.office.name),
        ("letter_authority", one.name if one else order.sender),
        ("letter_your_number", order.external_ref), ("letter_our_number", order.number),
        ("letter_received_at", written(order.received_at)),
    ))  # fmt: skip


def _provider(given: Given, lang: str, now: int) -> Table:
    office = given.office
    return _table(lang, (
        ("letter_provider", office.operator_name or office.name), ("letter_provider_state", office.home),
        ("letter_authorised", office.operator_name), ("letter_contact", office.authority_contact),
        ("letter_date", written(now)),
    ))  # fmt: skip


def _table(lang: str, rows: tuple[tuple[str, str], ...]) -> Table:
    return Table(tuple((words.say(lang, key), value) for key, value in rows if value))
