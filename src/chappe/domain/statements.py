"""Statements of reasons: what a person hit by a decision is told, why, and how to object.

Source: dsa/17(3)
Made by `decisions` alone, in the transaction of the decision or of the batch that found the person; the page is
`/statement/<token>`. Tokens are kept as digests.
"""

import calendar
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b, sha256

import msgspec

from chappe.base.errors import NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import rooms, service_chat, territory_profiles, updates
from chappe.domain import statement_words as w
from chappe.domain.decision_rows import of_row
from chappe.domain.rulings import Decision, Item
from chappe.domain.rulings import Statement as Statement
from chappe.store import Reader, Tx
from chappe.store.queries import bots
from chappe.store.queries import decisions as rows

MONTHS = 6
"""How long a complaint is taken. Source: dsa/20(1)"""
TOKEN_BYTES = 16
SHOWN = 10
"""Items that a statement names; of more it says how many."""

_item = msgspec.msgpack.Decoder(Item)


def by_token(rx: Reader, token: str) -> Statement | None:
    """The statement that the token opens, None when there is none; the token is compared as a digest.

    Shape: 32 hex digits.
    """
    row = rows.statement(rx, digest(token)) if len(token) == 2 * TOKEN_BYTES and token.isascii() else None
    return _of_row(rx, row) if row is not None else None


def of_decision(rx: Reader, decision_id: int) -> list[Statement]:
    """The statements of a decision, one for each person hit."""
    return [_of_row(rx, row) for row in rows.statements_of(rx, decision_id)]


def items_of(rx: Reader, decision_id: int, person_id: UserId, limit: int = 1000) -> list[Item]:
    """What of a decision's items is the person's, so many at most; none of it where that is only known by copies."""
    return [_item.decode(blob) for blob in rows.items_of_person(rx, decision_id, person_id, limit)]


def more(rx: Reader, statement: Statement) -> int:
    """How many things that are the person's, or of nobody's in particular, are not among those that are named."""
    if len(statement.items) <= SHOWN:
        return 0
    mine = len(items_of(rx, statement.decision.decision_id, statement.person_id))
    return (mine or statement.decision.item_count) - SHOWN


def to_person(rx: Reader, person_id: UserId) -> list[Statement]:
    """The statements the person was given, oldest first. Source: gdpr/15"""
    return [_of_row(rx, row) for row in rows.statements_to(rx, person_id)]


def _of_row(rx: Reader, row: tuple[int, int, int, int, str]) -> Statement:
    decision_id, person_id, date, complain_until, lang_code = row
    found = rows.one(rx, decision_id)
    assert found is not None
    decision = of_row(found, rows.count_items(rx, decision_id), pending=rows.followup_of(rx, decision_id))
    mine = rows.items_of_person(rx, decision_id, person_id, SHOWN + 1)
    blobs = mine or [row[1] for row in rows.items(rx, decision_id, 0, SHOWN + 1)]
    items = tuple(_item.decode(blob) for blob in blobs)
    return Statement(decision, UserId(person_id), date, complain_until, lang_code, items)


def language(rx: Reader, account: UserId) -> str:
    """In which language a decision about the account is told, of a bot's to who answers for it: en or fr."""
    return _language(rx, UserId(bots.people_of(rx, (account,)).get(account) or account))


def _language(rx: Reader, person: UserId) -> str:
    said = rows.language(rx, person)[:2].lower()
    return said if said in w.LANGUAGES else "en"


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode()).digest()


def make(tx: Tx, decision: Decision, people: Sequence[UserId], seed: bytes, site: str) -> None:
    """Each of the people has a statement in the chat with the server, with the link to its page, once.

    Source: dsa/17(3), dsa/20(1)
    After: a message in the box of each.
    """
    for person in sorted(set(people)):
        made = blake2b(seed, salt=person.to_bytes(8, "little"), person=b"statement", digest_size=TOKEN_BYTES)
        made.update(decision.decision_id.to_bytes(8, "little"))
        token = made.hexdigest()
        lang_code, until = _language(tx, person), months_later(tx.now, MONTHS)
        if rows.add_statement(tx, digest(token), decision.decision_id, person, tx.now, until, lang_code):
            row = (decision.decision_id, int(person), tx.now, until, lang_code)
            statement = replace(_of_row(tx, row), token=token)
            service_chat.tell(tx, person, text(tx, statement, site=site), *_headings(lang_code))
            _write_to_who_cannot_read(tx, decision, person)


def _write_to_who_cannot_read(tx: Tx, decision: Decision, person: UserId) -> None:
    if decision.measure.kind == "suspend":
        rows.write_to(tx, decision.decision_id, person)


def tell_undone(tx: Tx, decision: Decision, *, ended: bool = False) -> None:
    """Everybody who had a statement knows that the decision holds no more. After: a message in the box of each."""
    first = [_item.decode(row[1]) for row in rows.items(tx, decision.decision_id, 0, SHOWN)]
    some_are_spared = bool(rows.spared(tx, decision.decision_id, 1))
    for _, person_id, _, _, lang_code in rows.statements_of(tx, decision.decision_id):
        if some_are_spared and is_spared(tx, decision, UserId(person_id)):
            continue  # they heard when it was
        words = w.WORDS[lang_code]
        measure = measure_in_words(tx, decision.measure.kind, first, lang_code)
        said = words["ended_text" if ended else "undone_text"].format(date=day(decision.date), measure=measure)
        service_chat.tell(tx, UserId(person_id), f"{words['undone']}\n\n{said}", words["undone"])
        _write_to_who_cannot_read(tx, decision, UserId(person_id))


def tell_spared(tx: Tx, decision: Decision, person: UserId, items: Sequence[Item], *, rest: bool) -> None:
    """Who had a statement knows that the decision holds no more for these things, but still for the rest of theirs.

    Source: dsa/20(4)
    After: a message in the person's box, if the person was told of the decision.
    """
    lang_code = rows.language_of_statement(tx, decision.decision_id, person)
    if not lang_code:
        return
    words = w.WORDS[lang_code]
    measure = measure_in_words(tx, decision.measure.kind, items, lang_code)
    things = [named(tx, one, lang_code) for one in items[:SHOWN]]
    if len(items) > SHOWN:
        things.append(words["more"].format(count=len(items) - SHOWN))
    title = words["spared_in_part" if rest else "undone"]
    said = [words["spared_text"].format(date=day(decision.date), measure=measure), *things, words["spared_after"]]
    service_chat.tell(tx, person, "\n".join([f"{title}\n", *said, *([words["spared_rest"]] if rest else [])]), title)
    if not rest:
        _write_to_who_cannot_read(tx, decision, person)


def is_spared(rx: Reader, decision: Decision, person: UserId) -> bool:
    """True if the decision stands, or stood to its end, but not for anything of the person's any more."""
    decision_id = decision.decision_id
    if not rows.last_spared(rx, decision_id, person):
        return False
    of_them, held = rows.held_of_person(rx, decision_id, person)
    if held:
        return False
    if rows.has_media(rx, decision_id) and rows.copies_of(rx, decision_id, person, 1):
        return False
    return bool(of_them) or rows.has_media(rx, decision_id)


def last_spared(rx: Reader, statement: Statement) -> int:
    """When something of the person's was taken out of the decision last, 0 if nothing was."""
    return rows.last_spared(rx, statement.decision.decision_id, statement.person_id)


def months_later(date: int, months: int) -> int:
    """The same hour of the day so many months later, the last of the month where it has no such day."""
    then = datetime.fromtimestamp(date, UTC)
    year, month = divmod(then.month - 1 + months, 12)
    year, month = then.year + year, month + 1
    day = min(then.day, calendar.monthrange(year, month)[1])
    return int(then.replace(year=year, month=month, day=day).timestamp())


def _headings(lang_code: str) -> list[str]:
    words = w.WORDS[lang_code]
    names = ("what", "about", "where", "how_long", "facts", "ground", "automation", "redress")
    return [words["title"], *(f"\n{words[name]}\n" for name in names)]


def text(rx: Reader, statement: Statement, lang_code: str = "", site: str = "") -> str:
    """The statement in words, in its person's language or the given one (en, fr).

    Source: dsa/17(3)
    Shape: what was not written in that language stands in the one it was written in first, which is said.
    """
    lang_code = lang_code if lang_code in w.LANGUAGES else statement.lang_code
    words, d = w.WORDS[lang_code], statement.decision
    parts = [words["title"]]

    def part(name: str, *lines: str) -> None:
        parts.append("\n".join((f"\n{words[name]}", *(line for line in lines if line))))

    things = [named(rx, one, lang_code) for one in statement.items[:SHOWN]]
    if left := more(rx, statement):
        things.append(words["more"].format(count=left))
    measure = d.measure
    said = measure_in_words(rx, measure.kind, statement.items, lang_code)
    part("what", said, measure.detail if measure.kind == "label" else "")
    part("about", *things)
    part("where", ", ".join(territory_profiles.named(measure.territories)) or words["everywhere"])
    end = words["until"].format(date=day(measure.until)) if measure.until else words["for_good"]
    part("how_long", f"{words['from'].format(date=day(d.date))}, {end}")
    told = d.words(lang_code)
    written = words[f"written_{told.lang}"] if told.lang not in ("", lang_code) else ""
    part("facts", told.facts, written, w.SOURCES[lang_code][d.source])
    clause = words[d.ground.basis].format(clause=d.ground.clause, version=d.ground.version)
    colon = " : " if lang_code == "fr" else ": "
    part("ground", clause, told.why, words["category"] + colon + w.CATEGORIES[lang_code][d.category])
    part("automation", words["detected" if d.automated_detection else "not_detected"], words[d.automated_decision])
    until = day(statement.complain_until)
    link = f"{site}statement/{statement.token}" if statement.token else ""
    said = words["complain"].format(date=until, link=link) if link else words["complain_later"].format(date=until)
    part("redress", said, words["courts"])
    return "\n".join(parts)


def measure_in_words(rx: Reader, measure: str, items: Sequence[Item], lang_code: str) -> str:
    """What was done, to whom it was done to; of a bot its owner is told."""
    ids = [item.peer_id for item in items if item.kind == "account"]
    about_bots = measure in w.OF_BOTS[lang_code] and bool(ids) and len(bots.people_of(rx, ids)) == len(items)
    return (w.OF_BOTS if about_bots else w.MEASURES)[lang_code][measure]


def named(rx: Reader, item: Item, lang_code: str) -> str:
    """The item, as who is hit by the decision recognises it; not what it said."""
    words = w.ITEMS[lang_code]
    place = words["private"]
    if item.peer_id < 0:
        try:
            place = rooms.find(rx, PeerId(item.peer_id)).title
        except NotFound:
            place = str(item.peer_id)
    if item.kind == "message":
        found = updates.messages_by_id(rx, PeerId(item.peer_id), (item.message_id,))
        if found and found[0].peer_id < 0 < item.peer_id:
            place = rooms.find(rx, found[0].peer_id).title
        return words["message" if found else "message_gone"].format(
            place=place, date=minute(found[0].date) if found else ""
        )
    if item.kind == "account" and (bot := bots.one(rx, item.peer_id)) is not None:
        return words["bot"].format(place=f"@{bot[6]}")
    return words[item.kind].format(place=place, sha256=item.sha256)


def minute(date: int) -> str:
    """When something was said, so that its author tells it from what they said beside it."""
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%d %H:%M UTC")


def day(date: int) -> str:
    """The date as statements write it."""
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%d")
