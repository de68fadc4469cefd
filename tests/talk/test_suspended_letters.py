"""Source: dsa/17(2), dsa/20(1). Who is suspended is written to where they still can read, and led to the statement."""

import re

import pytest
from tests.kit.moderation import decide, somebody
from tests.kit.stage import Person, Stage

from chappe.domain import accounts, decisions, outbox, statements
from chappe.domain.outbox import Letter
from chappe.domain.rulings import Decision, Item, Measure
from chappe.jobs import Enforcing
from chappe.store.queries import accounts as account_rows

LINK = re.compile(r"statement/([0-9a-f]{32})")


async def suspended(stage: Stage, person: Person) -> Decision:
    """A decision that suspends the person, by a moderator."""
    moderator = await stage.writes(somebody)
    item, measure = Item("account", person.id), Measure("suspend")
    made: Decision = await stage.writes(lambda tx: decide(tx, moderator, item, measure=measure))
    return made


async def letters(stage: Stage, *outlets: str) -> list[tuple[Letter, str]]:
    """What goes out once everything that decisions still do is done, and what it says."""
    runner = Enforcing(stage.entropy, stage.wrapper.seal, outlets)
    while await runner.step(stage.store, int(stage.clock.now())):
        pass
    found: list[Letter] = await stage.writes(outbox.take_due)
    for letter in found:
        await stage.writes(lambda tx, done=letter: outbox.mark_done(tx, done))
    return [(letter, outbox.unpack(letter.payload, stage.wrapper.unseal).text) for letter in found]


async def test_a_mail_leads_to_the_statement_and_another_one_tells_the_end(stage: Stage, alice: Person) -> None:
    await stage.writes(lambda tx: accounts.change_settings(tx, alice.id, login_email="alice@mail.example"))
    made = await suspended(stage, alice)
    [(letter, said)] = await letters(stage, "mail", "sms")
    assert (letter.kind, letter.address) == ("mail", "alice@mail.example")
    token = LINK.search(said)
    assert token is not None
    opened = await stage.reads(lambda rx: statements.by_token(rx, token[1]))
    assert opened is not None
    assert (opened.decision.decision_id, opened.person_id) == (made.decision_id, alice.id)
    assert await letters(stage, "mail", "sms") == []
    moderator = await stage.writes(lambda tx: somebody(tx, "another moderator"))
    await stage.writes(lambda tx: decisions.undo(tx, moderator, made.decision_id, "It was wrong."))
    [(letter, said)] = await letters(stage, "mail", "sms")
    assert letter.address == "alice@mail.example"
    assert "holds no more" in said


@pytest.mark.parametrize(
    ("phone", "outlets", "kinds"),
    [
        ("33612345678", ("mail", "sms"), ["sms"]), ("33612345678", ("mail",), []), ("9996612345", ("mail", "sms"), []),
        ("88812345678", ("mail", "sms"), []),
    ],
)  # fmt: skip
async def test_without_an_address_a_telephone_is_written_to(
    stage: Stage, alice: Person, phone: str, outlets: tuple[str, ...], kinds: list[str]
) -> None:
    await stage.writes(lambda tx: account_rows.set_phone(tx, alice.id, phone))
    await suspended(stage, alice)
    found = await letters(stage, *outlets)
    assert [(letter.kind, letter.address) for letter, _ in found] == [(kind, phone) for kind in kinds]


async def test_other_measures_are_told_in_the_chat_alone(stage: Stage, alice: Person) -> None:
    await stage.writes(lambda tx: accounts.change_settings(tx, alice.id, login_email="alice@mail.example"))
    moderator = await stage.writes(somebody)
    await stage.writes(lambda tx: decide(tx, moderator, Item("account", alice.id), measure=Measure("freeze")))
    assert await letters(stage, "mail") == []
