"""What each answer says, for each family of instruments; the forms of regulations are in `forms`.

Source: dsa/9(1), dsa/10(1), csi/L871-1, gdpr/12(3)
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chappe.legal import countries, words
from chappe.legal.authorities import Authority
from chappe.legal.letters import forms
from chappe.legal.letters.body import Added, Block, Body, Paragraph, Table, written
from chappe.legal.office import Office
from chappe.legal.orders import Missing, of
from chappe.legal.orders.form import RESTART
from chappe.legal.records import Order


@dataclass(frozen=True, slots=True)
class Given:
    """What a letter is made of. Shape: answer and reason are codes; text is what a person adds in their own words."""

    order: Order
    authority: Authority | None
    office: Office
    answer: str
    reason: str = ""
    text: str = ""
    lacking: tuple[Missing, ...] = ()
    territories: tuple[str, ...] = ()
    until: int = 0
    late_contact: bool = False


def compose(given: Given, lang: str, now: int) -> Body:
    """The letter in that language."""
    lang, order = words.language(lang), given.order
    instrument = words.say(lang, f"instrument_{order.instrument}")
    answer = words.say(lang, f"order_answer_{given.answer}")
    title = words.say(lang, "letter_subject", number=order.number, answer=answer, instrument=instrument)
    blocks: list[Block] = [Table(_head(given, lang, instrument)), Paragraph(words.say(lang, "letter_dear"))]
    blocks += [Paragraph(text) for text in _words(given, lang, now)]
    blocks += _facts(given, lang)
    if given.text.strip():
        blocks.append(Added(given.text.strip()))
    blocks += forms.blocks(given, lang, now)
    closing = [] if given.answer in ("arrived", "no_danger", "alerted") else ["letter_log"]
    blocks += [Paragraph(words.say(lang, key)) for key in closing]
    quote = words.say(lang, "letter_quote", number=order.number)
    blocks += [Paragraph(quote), Paragraph(words.say(lang, "letter_end"))]
    return Body(lang, order.number, title, now, _to(given), tuple(blocks), given.office.signature)


def _to(given: Given) -> tuple[str, ...]:
    one = given.authority
    if one is None:
        return (given.order.sender,) if given.order.sender else ()
    said = (one.name, one.profile.person, one.profile.post, *one.profile.address.split("\n"), one.country)
    return tuple(line for line in said if line)


def _head(given: Given, lang: str, instrument: str) -> tuple[tuple[str, str], ...]:
    order = given.order
    rows = [("letter_our_number", order.number), ("letter_your_number", order.external_ref)]
    rows += [("letter_instrument", instrument), ("letter_received_at", written(order.received_at))]
    return tuple((words.say(lang, key), value) for key, value in rows if value)


def _words(given: Given, lang: str, now: int) -> Sequence[str]:
    """The sentences of the answer."""
    order, office = given.order, given.office
    facts = {
        "received": written(order.received_at), "effect": written(order.effect_at or now), "now": written(now),
        "until": written(given.until or now), "portal": office.portal or office.links, "links": office.links,
    }  # fmt: skip
    instrument = of(order.instrument)
    match given.answer:
        case "executed":
            known = words.texts(lang)
            key = f"letter_executed_{instrument.family}"
            keys = [key if key in known else "letter_executed_other"]
        case "unable_keys":
            keys = [f"letter_unable_{no}" for no in (1, 2, 3, 4)]
        case "clarification":
            restart = instrument.clock.resume == RESTART
            keys = ["letter_clarification", "letter_clock_restart" if restart else "letter_clock_go_on"]
        case other:
            keys = [f"letter_{other}"]
    said = [words.texts(lang)[key].format(**facts) for key in keys]
    return [*said, words.say(lang, "letter_late_contact")] if given.late_contact else said


def _facts(given: Given, lang: str) -> list[Block]:
    """Reason, what is lacking, where it holds, and exactly what each target matched."""
    rows: list[tuple[str, str]] = []
    if given.reason:
        rows.append((words.say(lang, "letter_reason"), words.say(lang, f"reason_{given.reason}")))
    if given.lacking:
        lacking = "\n".join(f"· {words.say(lang, f'order_field_{one.name}')} ({one.source})" for one in given.lacking)
        rows.append((words.say(lang, "letter_lacking"), lacking))
    if given.territories:
        shown = countries.shown(given.territories)
        if given.office.home in given.territories:
            shown += "\n" + words.say(lang, "letter_territory_unknown")
        rows.append((words.say(lang, "letter_territory"), shown))
    if given.answer in ("executed", "partial", "impossible", "reversed"):
        rows += [(one.text, matched(one.matched, lang)) for one in given.order.targets]
    return [Table(tuple(rows))] if rows else []


def matched(keys: Sequence[str], lang: str) -> str:
    """What a target was found to be, by kind alone: who it is stands in no letter."""
    kinds = Counter(words.say(lang, f"letter_matched_{key.partition(':')[0]}") for key in keys)
    said = [kind if count == 1 else f"{count} × {kind}" for kind, count in kinds.items()]
    return ", ".join(said) or words.say(lang, "letter_nothing")



def added(body: Body) -> str:
    """What a person added to the letter."""
    return next((one.text for one in body.blocks if isinstance(one, Added)), "")
