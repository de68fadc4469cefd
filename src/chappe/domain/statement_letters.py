"""Who is suspended cannot open the chat with the server: they are written to, by mail or SMS, with a link of their own.

Source: dsa/17(2), dsa/20(1)
The letter says no more than that there is a decision and where it stands; the page says what and why. Whoever left
neither a mail address nor a number with a telephone behind it cannot be written to.
"""

from collections.abc import Collection
from hashlib import blake2b

from chappe.base.ids import UserId
from chappe.domain import accounts, outbox, phones, statements
from chappe.domain.decision_rows import of_row
from chappe.domain.statement_words import LETTERS
from chappe.store import Reader, Tx
from chappe.store.queries import decisions as rows

AT_ONCE = 100


def waiting(rx: Reader) -> bool:
    """True if somebody is still to be written to."""
    return bool(rows.unwritten(rx, 1))


def write(tx: Tx, seal: outbox.Seal, seed: bytes, outlets: Collection[str]) -> None:
    """The next people have their letters.

    Shape: seed: 16 random bytes at least; outlets are those of mail and sms that this server has.
    After: a letter in the outbox for whoever can be written to.
    """
    for decision_id, person_id, lang_code in rows.unwritten(tx, AT_ONCE):
        made = blake2b(seed, salt=person_id.to_bytes(8, "little"), person=b"letter", digest_size=statements.TOKEN_BYTES)
        made.update(decision_id.to_bytes(8, "little"))
        rows.written(tx, decision_id, person_id, statements.digest(made.hexdigest()))
        way = _way(tx, UserId(person_id), outlets)
        found = rows.one(tx, decision_id)
        if way is None or found is None:
            continue
        decision, words = of_row(found, 0), LETTERS[lang_code]
        link = f"{rows.site(tx, decision_id)}statement/{made.hexdigest()}"
        holds = decision.state == "in_force" and not statements.is_spared(tx, decision, UserId(person_id))
        said = words["suspended" if holds else "restored"]
        text = said.format(date=statements.day(decision.date), link=link)
        outbox.enqueue(tx, *way, outbox.pack(outbox.Message(text, words["subject"]), seal))


def _way(rx: Reader, person: UserId, outlets: Collection[str]) -> tuple[str, str] | None:
    """(kind, address) by which the person can be reached from outside."""
    address, number = accounts.settings(rx, person).login_email, accounts.get(rx, person).phone
    if address and "mail" in outlets:
        return "mail", address
    if number and "sms" in outlets and not phones.is_test(number) and not phones.is_anonymous(number):
        return "sms", number
    return None
