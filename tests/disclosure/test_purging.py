"""Source: gdpr/17, requirements/legal-envelope. What a closed case says of people goes at its date; figures stay."""

import re
from dataclasses import replace
from functools import partial

import pytest
from tests.disclosure.bureau import ALICE, DAY_S, REGISTRAR, Bureau, account
from tests.kit.entries import entries
from tests.kit.stage import Person, Stage

from chappe.base.errors import Conflict
from chappe.domain import journal, retention, territory_profiles
from chappe.domain.territory_profiles import Book, Retention
from chappe.domain.webauthn import Passkey
from chappe.legal import answers, approvals, authorities, envelope, holds, intake, members, purging, telling
from chappe.legal.authorities import Profile
from chappe.legal.records import Order, Target
from chappe.store import Reader, Tx, yearly
from chappe.store.legal import letters_in
from chappe.store.migrate import shipped
from chappe.store.queries import journal as journal_rows

NAMES = ("Mme Exemple", "greffe@court.example", "12/345", "she wrote it", "the_ghost", "please hurry", "ordre.pdf")
"""What the case says of people, nowhere else on the server."""
KEEPS_S = 1826 * DAY_S


async def closed(bureau: Bureau, stage: Stage, alice: Person) -> Order:
    """A case with everything that a case can have: answered, handed over, fetched, told, closed."""
    now = int(stage.clock.now())
    order = await bureau.order(
        await bureau.authority(), account(alice, "subscriber"), Target("username", "the_ghost", "content", 1, now),
        sender="Mme Exemple <greffe@court.example>", fields={"signed_by": "Mme Exemple", "issued_at": "1"},
        files=(("ordre.pdf", bureau.blobs.put(b"12/345").hex(), 6),),
    )  # fmt: skip
    def more(tx: Tx) -> None:
        no = order.order_id
        tx.run("UPDATE orders SET external_ref = '12/345', reasons = 'she wrote it' WHERE order_id = ?", (no,))
        intake.say(tx, no, "sender", "please hurry", "m", (("more.txt", bureau.blobs.put(b"more").hex(), 4),))
        kept = bureau.blobs.put(b"letter")
        letter = letters_in.add(tx, "ref", kept, 6, "greffe@court.example", "legal@x", "", "", True)
        letters_in.settle(tx, letter, "filed", no, "")
        envelope.note(tx, ALICE, no, "Mme Exemple called")
        letters_in.hold(tx, bureau.blobs.put(b"12/345"), intake.HELD_BELOW - no)

    await stage.writes(more)
    found = await bureau.hands_over(order)
    await stage.writes(lambda tx: letter_of(tx, bureau, order.order_id))
    stage.clock.moves(31 * DAY_S)
    await bureau.settles()
    assert (await bureau.disclosure(found.disclosure_id)).state == "destroyed"
    await stage.writes(lambda tx: answers.close(tx, ALICE, order.order_id))
    return await stage.reads(lambda rx: envelope.get(rx, order.order_id))


def letter_of(tx: Tx, bureau: Bureau, order_id: int) -> None:
    answer = "partial" if envelope.get(tx, order_id).state == "partially_executed" else "executed"
    reason = "not_held" if answer == "partial" else ""
    letter = answers.draft(tx, ALICE, order_id, bureau.office, answer, reason, "Mme Exemple was right.")
    answers.send(tx, ALICE, letter.letter_id, bureau.office)


def everything(rx: Reader) -> str:
    """All that stands in the tables of the desk."""
    made = "".join(one.sql for one in shipped())
    ours = re.findall(r"CREATE TABLE ((?:order|disclosure|hold|telling|alert|intake|journal)\w*) \(", made)
    assert len(ours) > 15
    return repr([[bytes(x) if isinstance(x, memoryview) else x for x in row] for one in ours
                 for row in rx.all(f"SELECT * FROM {one}")])  # fmt: skip


async def test_a_closed_case_forgets_whom_it_was_about_and_keeps_its_figures(
    bureau: Bureau, stage: Stage, alice: Person
) -> None:
    order = await closed(bureau, stage, alice)
    before = await stage.reads(everything)
    assert all(one in before for one in NAMES), [one for one in NAMES if one not in before]
    log = await stage.reads(lambda rx: journal_rows.after(rx, journal.SHARD, 0, 5000))
    figures = await stage.reads(lambda rx: yearly_of(rx, order))
    stage.clock.moves(KEEPS_S - 1)
    await bureau.settles()
    assert (await stage.reads(lambda rx: envelope.get(rx, order.order_id))).sender
    stage.clock.moves(1)
    bureau.restarts()
    await bureau.settles()
    after = await stage.reads(everything)
    assert [one for one in NAMES if one in after] == [] and alice.phone not in after
    left = await stage.reads(lambda rx: envelope.get(rx, order.order_id))
    kept = ("number", "instrument", "country", "received_at", "effect_at", "replied_at", "closed_at", "outcome")
    assert [getattr(left, one) for one in kept] == [getattr(order, one) for one in kept]
    assert len(left.targets) == 2 and not any(one.text or one.matched for one in left.targets)
    assert await stage.reads(lambda rx: yearly_of(rx, order)) == figures
    still = await stage.reads(lambda rx: journal_rows.after(rx, journal.SHARD, 0, 5000))
    assert still[: len(log)] == log, "nothing that was written down is another"
    assert await stage.reads(entries("order_purged")) == [("order_purged", "server", order.subject)]
    assert not list(bureau.blobs.iterate()), "the originals are gone"
    [letter] = await stage.reads(lambda rx: answers.of_order(rx, order.order_id))
    assert letter.body.blocks == () and letter.sent_at
    assert await stage.reads(lambda rx: holds.of_order(rx, order.order_id) + telling.of_order(rx, order.order_id)) == []
    [found] = await stage.reads(lambda rx: approvals.of_order(rx, order.order_id))
    assert found.scope.pieces == () and (found.proposed_by, found.decided_by) == (2, 3)
    await bureau.settles()
    assert len(await stage.reads(entries("order_purged"))) == 1, "once"
    await stage.writes(lambda tx: intake.say(tx, order.order_id, "sender", "please hurry", "again"))
    await bureau.settles()
    assert "please hurry" in await stage.reads(everything), "what is new has its own time"
    stage.clock.moves(KEEPS_S)
    await bureau.settles()
    assert "please hurry" not in await stage.reads(everything)


CONTACTS_S = 365 * DAY_S
THEIRS = ("authorities", "authority_keys", "authority_certificates", "portal_links", "portal_sessions")


def people_of(rx: Reader) -> str:
    """All that is known of the authorities and their people."""
    return repr([rx.all(f"SELECT * FROM {one}") for one in THEIRS])


async def test_who_worked_at_a_former_authority_is_forgotten_by_the_profile_of_its_country(
    bureau: Bureau, stage: Stage, alice: Person
) -> None:
    """A year after it ended, never while an order of its is open; what it is called stays, its passkeys do not."""
    said = Profile("Tribunal d'Exemple", "FR", "judge", "Mme Exemple", "greffière", "1 rue", "g@court.example",
                   phone="+33199001234", note="rings twice")  # fmt: skip
    passkey = Passkey(b"credential", b"public key", 0)
    made = await stage.writes(lambda tx: members.register(tx, said, passkey, "192.0.2.0/24", limited=False))
    until = int(stage.clock.now()) + 30 * DAY_S

    def vouch(tx: Tx) -> None:
        checks, mandates = ("letter", "call_back"), ("national_requisition",)
        authorities.verify(tx, REGISTRAR, made.authority_id, checks, mandates, until)

    await stage.writes(vouch)
    order = await bureau.order(await stage.reads(lambda rx: authorities.get(rx, made.authority_id)), account(
        alice, "subscriber"
    ))  # fmt: skip
    other = await bureau.authority()
    stage.clock.moves(30 * DAY_S + CONTACTS_S)
    await bureau.settles()
    assert "Mme Exemple" in await stage.reads(people_of), "an order of its is open"

    def closes(tx: Tx) -> None:
        tx.run("UPDATE orders SET is_open = 0, closed_at = ? WHERE order_id = ?", (tx.now, order.order_id))

    await stage.writes(closes)
    french = replace(territory_profiles.shipped().versions["fr"][0], retention=(Retention(
        "authority_contact", 400, "registration_end", "a law"
    ),))  # fmt: skip
    book = Book({**territory_profiles.shipped().versions, "fr": (french,)})
    await stage.writes(lambda tx: retention.lay_down(tx, book))
    stage.clock.moves(35 * DAY_S - 1)
    await bureau.settles()
    assert "Mme Exemple" in await stage.reads(people_of), "its country's profile says four hundred days"
    stage.clock.moves(1)
    bureau.restarts()
    await bureau.settles()
    left = await stage.reads(people_of)
    assert not [one for one in ("Mme", "greffi", "1 rue", "g@court", "+3319", "twice", "credential") if one in left]
    found = await stage.reads(lambda rx: authorities.get(rx, made.authority_id))
    assert (found.name, found.country, found.kind, found.state) == (made.name, "FR", "judge", "ended")
    assert (await stage.reads(lambda rx: authorities.get(rx, other.authority_id))).profile.email, "that one holds"
    forgotten = await stage.reads(entries("authority_forgotten"))
    assert forgotten == [("authority_forgotten", "server", made.subject)]
    with pytest.raises(Conflict, match="authority_ended"):
        await stage.writes(vouch)
    with pytest.raises(Conflict, match="authority_ended"):
        await stage.writes(lambda tx: authorities.change(tx, REGISTRAR, made.authority_id, said))


@pytest.mark.parametrize(("state", "days"), [("ended", 365), ("refused", 365), ("suspended", 700 + 365), ("", 365)])
async def test_from_when_on_a_former_authority_is_counted(
    bureau: Bureau, stage: Stage, state: str, days: int
) -> None:
    """From the day somebody ended it, else from when its time was over; without anybody's word from when it came."""
    if state:
        made = await bureau.authority()
        await stage.writes(lambda tx: authorities.end(tx, REGISTRAR, made.authority_id, state, "a reason"))
    else:
        said = Profile("Tribunal d'Exemple", "FR", "judge", email="greffe@court.example")
        made = await stage.writes(lambda tx: authorities.register(tx, "server", said))
    stage.clock.moves(days * DAY_S - 1)
    assert await stage.reads(purging.former) == []
    stage.clock.moves(1)
    assert await stage.reads(purging.former) == [made.authority_id]
    await bureau.settles()
    assert "greffe@court.example" not in await stage.reads(people_of)


def yearly_of(rx: Reader, order: Order) -> object:
    """What the year's report counts of the case."""
    since, until = order.received_at - DAY_S, order.received_at + DAY_S
    outcomes = yearly.order_outcomes(rx, order.instrument, since, until)
    return yearly.orders(rx, since, until), outcomes, yearly.order_minutes(rx, order.instrument, since, until)


WAITS = (
    "UPDATE orders SET is_open = 1", "UPDATE orders SET secrecy_until = 1099511627776", "UPDATE orders SET sealed = 1",
    "INSERT INTO holds (hold_id, order_id, subject, category, since, until, state, made_by, made_at, ends_at)"
    " VALUES (9, 1, 'account:1', 'content', 0, 1, 'held', 'server', 1, 0)",
    "UPDATE disclosures SET state = 'ready'", "UPDATE tellings SET told_at = 0, due = 1099511627776",
)  # fmt: skip


async def test_what_is_not_over_waits(bureau: Bureau, stage: Stage, alice: Person) -> None:
    await closed(bureau, stage, alice)
    stage.clock.moves(KEEPS_S + DAY_S)
    assert await stage.reads(lambda rx: purging.due(rx, KEEPS_S)) == [1]

    def tried(tx: Tx, wait: str) -> None:
        tx.run(wait)
        found.append(purging.due(tx, KEEPS_S))
        raise Undone

    found: list[list[int]] = []
    for wait in WAITS:
        with pytest.raises(Undone):
            await stage.writes(partial(tried, wait=wait))
    assert found == [[]] * len(WAITS), "open, secret, sealed, held, to be fetched, to be told"


class Undone(Exception):
    """What was tried is not kept."""


async def test_letters_of_machines_go_after_a_season(bureau: Bureau, stage: Stage) -> None:
    def comes(tx: Tx) -> None:
        digest = bureau.blobs.put(b"I am away.")
        letter = letters_in.add(tx, "ref", digest, 10, "bob@elsewhere.example", "legal@x", "", "", True)
        letters_in.settle(tx, letter, "set_aside", 0, "automatic")

    await stage.writes(comes)
    await bureau.settles()
    assert len(list(bureau.blobs.iterate())) == 1
    stage.clock.moves(purging.SET_ASIDE_S)
    await bureau.settles()
    assert list(bureau.blobs.iterate()) == [] and "bob@elsewhere" not in await stage.reads(everything)
