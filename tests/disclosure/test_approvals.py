"""Source: requirements/legal-approvals. Two different people, neither of whom vouched for the authority."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from tests.disclosure.bureau import ALICE, BOB, CAROL, DAY_S, REGISTRAR, Bureau, account
from tests.intake.paper import certificate
from tests.kit.entries import entries
from tests.kit.stage import Person, Stage

from chappe.domain import access
from chappe.domain.access import Moderator
from chappe.domain.operators import APPROVER, DESK, MODERATOR
from chappe.legal import approvals, authorities, certificates, envelope, members, packages, screening
from chappe.legal.approvals import Disclosure
from chappe.legal.authorities import Profile
from chappe.legal.collect import Piece, Scope
from chappe.legal.records import New, Order, Target
from chappe.store import Tx

EVERYTHING = frozenset({DESK, APPROVER, MODERATOR})


@pytest.fixture
async def proposed(bureau: Bureau, alice: Person) -> Disclosure:
    """A disclosure that CAROL, who holds both roles, proposed."""
    order = await bureau.order(await bureau.authority(), account(alice, "subscriber"))
    return await bureau.proposes(order, CAROL)


async def test_nobody_approves_what_they_proposed(bureau: Bureau, proposed: Disclosure) -> None:
    assert await bureau.refused(bureau.approves(proposed, CAROL)) == "disclosure_same_person"
    assert await bureau.refused(bureau.approves(proposed, CAROL)) == "disclosure_same_person"
    # The same person under a wider set of roles is the same person.
    assert await bureau.refused(bureau.approves(proposed, replace_roles(CAROL))) == "disclosure_same_person"
    denied = await bureau.kinds("disclosure_denied")
    assert [(one["actor"], one["reason"]) for one in denied] == [("operator:4", "disclosure_same_person")] * 3
    assert (await bureau.disclosure(proposed.disclosure_id)).state == "proposed"
    await bureau.settles()
    assert not list(bureau.blobs.iterate())
    assert (await bureau.approves(proposed, BOB)).state == "approved"


def replace_roles(who: Moderator) -> Moderator:
    return Moderator(who.actor, who.operator_id, EVERYTHING)


async def test_nobody_approves_twice(bureau: Bureau, proposed: Disclosure) -> None:
    await bureau.approves(proposed, BOB)
    assert await bureau.refused(bureau.approves(proposed, BOB)) == "disclosure_state_invalid"
    assert await bureau.stage.reads(entries("disclosure_proposed", "disclosure_approved")) == [
        ("disclosure_proposed", CAROL.actor, proposed.subject), ("disclosure_approved", BOB.actor, proposed.subject)
    ]  # fmt: skip
    await bureau.settles()
    assert await bureau.refused(bureau.approves(proposed, BOB)) == "disclosure_state_invalid"
    assert len(await bureau.kinds("disclosure_built")) == 1


async def test_who_vouched_for_the_authority_takes_no_part(bureau: Bureau, stage: Stage, alice: Person) -> None:
    authority = await bureau.authority()
    order = await bureau.order(authority, account(alice, "subscriber"))
    assert await bureau.refused(bureau.proposes(order, REGISTRAR)) == "disclosure_vouched"
    found = await bureau.proposes(order)
    assert await bureau.refused(bureau.approves(found, REGISTRAR)) == "disclosure_vouched"
    # One registers, another vouches: neither approves.
    said = Profile("Parquet d'Exemple", "FR", "prosecutor", language="fr", age_key=str(bureau.identity.to_public()))

    def act(tx: Tx) -> authorities.Authority:
        made = authorities.register(tx, CAROL.actor, said)
        until = tx.now + 30 * DAY_S
        mandates = ("national_requisition",)
        return authorities.verify(tx, REGISTRAR, made.authority_id, ("letter", "call_back"), mandates, until)

    both = await bureau.order(await stage.writes(act), account(alice, "subscriber"))
    for who in (CAROL, REGISTRAR):
        assert await bureau.refused(bureau.proposes(both, who)) == "disclosure_vouched"
    found = await bureau.proposes(both)
    for who in (CAROL, REGISTRAR):
        assert await bureau.refused(bureau.approves(found, who)) == "disclosure_vouched"
    assert (await bureau.approves(found)).state == "approved"


async def test_who_ever_vouched_takes_no_part_though_somebody_else_renewed_it(
    bureau: Bureau, stage: Stage, alice: Person
) -> None:
    authority = await bureau.authority()
    until = int(stage.clock.now()) + 30 * DAY_S
    for who in (CAROL, REGISTRAR):
        await stage.writes(lambda tx, who=who: authorities.verify(
            tx, who, authority.authority_id, ("letter", "call_back"), authority.mandates, until
        ))  # fmt: skip
    order = await bureau.order(authority, account(alice, "subscriber"))
    assert await bureau.refused(bureau.proposes(order, CAROL)) == "disclosure_vouched"
    assert (await bureau.proposes(order)).state == "proposed"


async def test_who_changed_the_key_takes_no_part(bureau: Bureau, stage: Stage, alice: Person) -> None:
    authority = await bureau.authority()
    said = replace(authority.profile, post="Registry")
    await stage.writes(lambda tx: authorities.change(tx, ALICE, authority.authority_id, said))
    order = await bureau.order(authority, account(alice, "subscriber"))
    assert (await bureau.proposes(order, ALICE)).state == "proposed"
    other = replace(said, age_key="age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
    await stage.writes(lambda tx: authorities.change(tx, ALICE, authority.authority_id, other))
    assert await bureau.refused(bureau.proposes(order, ALICE)) == "disclosure_vouched"


async def test_who_gave_a_way_in_takes_no_part(bureau: Bureau, stage: Stage, alice: Person, tmp_path: Path) -> None:
    """Who makes a link to the portal could go in by it, who adds a key could sign with it."""
    authority = await bureau.authority()
    order, number = await bureau.order(authority, account(alice, "subscriber")), authority.authority_id
    assert (found := await bureau.proposes(order)).state == "proposed"
    await stage.writes(lambda tx: members.invite(tx, ALICE, number, "A clerk", b"token"))
    assert await bureau.refused(bureau.approves(found)) == "disclosure_vouched", "who proposed it gave it since"
    paper = certificate(tmp_path)
    await stage.writes(lambda tx: certificates.add(tx, CAROL, number, paper))
    for who in (ALICE, CAROL):
        assert await bureau.refused(bureau.proposes(order, who)) == "disclosure_vouched"


async def test_who_proposed_and_vouched_since_stops_it(bureau: Bureau, stage: Stage, alice: Person) -> None:
    authority = await bureau.authority()
    found = await bureau.proposes(await bureau.order(authority, account(alice, "subscriber")))
    until = int(stage.clock.now()) + 30 * DAY_S
    await stage.writes(lambda tx: authorities.verify(
        tx, ALICE, authority.authority_id, ("letter", "call_back"), authority.mandates, until
    ))  # fmt: skip
    assert await bureau.refused(bureau.approves(found)) == "disclosure_vouched"


async def test_it_takes_the_roles(bureau: Bureau, stage: Stage, proposed: Disclosure) -> None:
    order = await stage.reads(lambda rx: envelope.get(rx, proposed.order_id))
    for who in (Moderator("operator:9", 9, frozenset({MODERATOR})), access.machine("any@1")):
        assert await bureau.refused(bureau.proposes(order, who)) == "operator_role_needed"
        assert await bureau.refused(bureau.approves(proposed, who)) == "operator_role_needed"
    clerk = Moderator("operator:9", 9, frozenset({DESK}))
    assert await bureau.refused(bureau.approves(proposed, clerk)) == "operator_role_needed"


async def test_what_is_approved_is_what_was_shown(bureau: Bureau, proposed: Disclosure) -> None:
    assert await bureau.refused(bureau.approves(proposed, BOB, bytes(32))) == "disclosure_changed"
    assert (await bureau.disclosure(proposed.disclosure_id)).state == "proposed"


async def test_a_proposal_may_be_narrower_and_never_wider(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    now = int(stage.clock.now())
    stage.clock.moves(DAY_S)
    order = await bureau.order(await bureau.authority(), account(alice, "traffic", now, now + 3600))
    wide = await stage.reads(lambda rx: approvals.widest(rx, order, bureau.office))
    [one] = wide.pieces
    assert (one.key, one.since, one.until) == (f"account:{alice.id}", now, now + 3600)
    wider = [
        Piece(one.no, one.key, one.category, now - 1, one.until),
        Piece(one.no, one.key, one.category, one.since, one.until + 1),
        Piece(one.no, f"account:{bob.id}", one.category, one.since, one.until),
        Piece(one.no, one.key, "content", one.since, one.until),
    ]
    for piece in wider:
        narrower = Scope((piece,), wide.matches)
        assert await bureau.refused(bureau.proposes(order, narrower=narrower)) == "scope_too_wide"
    assert await bureau.refused(bureau.proposes(order, narrower=Scope((), wide.matches))) == "scope_too_wide"
    half = Scope((Piece(one.no, one.key, one.category, now, now + 60),), wide.matches)
    assert (await bureau.proposes(order, narrower=half)).scope == half


async def test_nothing_goes_beyond_the_instrument(bureau: Bureau, alice: Person) -> None:
    """Traffic is for a prosecutor, content for a judge; a police officer gets neither by a requisition."""
    police = await bureau.authority("police")
    now = 10**9
    order = await bureau.order(police, account(alice, "subscriber"))
    asked = replace(order, targets=(account(alice, "content", now, now + 1),))
    found = await bureau.stage.reads(lambda rx: _why(lambda: approvals.widest(rx, asked, bureau.office)))
    assert found == "order_out_of_reach"


def _why(what: object) -> str:
    from chappe.base.errors import Refusal

    try:
        what()  # type: ignore[operator]
    except Refusal as refusal:
        return refusal.reason
    return ""


async def test_an_authority_out_of_force_gets_nothing(bureau: Bureau, stage: Stage, alice: Person) -> None:
    authority = await bureau.authority()
    order = await bureau.order(authority, account(alice, "subscriber"))
    found = await bureau.proposes(order)
    await stage.writes(lambda tx: authorities.end(tx, ALICE, authority.authority_id, "suspended", "stolen key"))
    assert await bureau.refused(bureau.approves(found)) == "order_out_of_reach"
    await bureau.settles()
    assert not list(bureau.blobs.iterate())


async def test_approved_and_then_suspended_is_not_built(bureau: Bureau, stage: Stage, alice: Person) -> None:
    authority = await bureau.authority()
    found = await bureau.approves(await bureau.proposes(await bureau.order(authority, account(alice, "subscriber"))))
    await stage.writes(lambda tx: authorities.end(tx, ALICE, authority.authority_id, "suspended", "stolen key"))
    await bureau.settles()
    assert (await bureau.disclosure(found.disclosure_id)).state == "approved" and not list(bureau.blobs.iterate())


async def test_everybody_and_nobody_are_not_named(bureau: Bureau, alice: Person) -> None:
    authority = await bureau.authority()
    for target, why in (
        (Target("username", "nobody_at_all", "subscriber"), "scope_nobody"),
        (Target("text", "all members of that group", "subscriber"), "scope_nobody"),
        (Target("ip", "192.0.2.1", "subscriber"), "scope_nobody"),  # without a time it is everybody who ever had it
        (account(alice, "content"), "scope_time_needed"),
        (account(alice, "traffic"), "scope_time_needed"),
    ):
        order = await bureau.order(authority, target)
        assert await bureau.refused(bureau.proposes(order)) == why


async def test_the_second_person_may_refuse_and_says_why(bureau: Bureau, stage: Stage, proposed: Disclosure) -> None:
    async def refuses(note: str) -> object:
        return await stage.writes(lambda tx: approvals.refuse(tx, BOB, proposed.disclosure_id, note))

    assert getattr(await refuses(" "), "reason", "") == "disclosure_note_needed"
    found = await refuses("more than is needed")
    assert isinstance(found, Disclosure) and (found.state, found.decided_by) == ("refused", 3)
    written = await stage.reads(entries("disclosure_refused", "disclosure_approved"))
    assert written == [("disclosure_refused", BOB.actor, proposed.subject)]
    assert await bureau.refused(bureau.approves(proposed)) == "disclosure_state_invalid"
    await bureau.settles()
    assert not list(bureau.blobs.iterate())


async def test_an_unproven_or_unchecked_order_hands_over_nothing(bureau: Bureau, stage: Stage, alice: Person) -> None:
    authority = await bureau.authority()
    order = await bureau.order(authority, account(alice, "subscriber"))
    await stage.writes(lambda tx: envelope.set_authenticity(tx, order, "doubted", "call", "operator:2"))
    assert await bureau.refused(bureau.proposes(order)) == "order_not_authentic"


async def test_nobody_turns_what_was_approved_to_a_key_of_their_own(
    bureau: Bureau, stage: Stage, alice: Person
) -> None:
    """Who proposed it gives the authority another key, and vouches for that, after another approved."""
    authority = await bureau.authority()
    found = await bureau.approves(await bureau.proposes(await bureau.order(authority, account(alice, "subscriber"))))
    other = replace(authority.profile, age_key=str(pyrage.x25519.Identity.generate().to_public()))
    until = int(stage.clock.now()) + 30 * DAY_S

    def vouches(tx: Tx, who: Moderator) -> None:
        authorities.change(tx, who, authority.authority_id, other)
        authorities.verify(tx, who, authority.authority_id, ("letter", "call_back"), authority.mandates, until)

    await stage.writes(lambda tx: vouches(tx, ALICE))
    await bureau.settles()
    assert (await bureau.disclosure(found.disclosure_id)).state == "approved" and not list(bureau.blobs.iterate())
    stage.clock.moves(3600)
    third = Moderator("operator:9", 9, frozenset({DESK}))
    await stage.writes(lambda tx: vouches(tx, third))
    await bureau.settles()
    assert (await bureau.disclosure(found.disclosure_id)).state == "approved" and not list(bureau.blobs.iterate())


async def test_what_is_in_doubt_since_is_neither_built_nor_fetched(
    bureau: Bureau, stage: Stage, alice: Person
) -> None:
    authority = await bureau.authority()
    order = await bureau.order(authority, account(alice, "subscriber"))
    found = await bureau.approves(await bureau.proposes(order))
    await stage.writes(lambda tx: screening.doubt(tx, ALICE, order.order_id, "the court knows nothing of it"))
    await bureau.settles()
    assert (await bureau.disclosure(found.disclosure_id)).state == "approved" and not list(bureau.blobs.iterate())
    await stage.writes(lambda tx: screening.confirm(tx, ALICE, order.order_id, "call_back"))
    stage.clock.moves(3600)
    await bureau.settles()
    assert (await bureau.disclosure(found.disclosure_id)).state == "ready"
    await stage.writes(lambda tx: screening.doubt(tx, ALICE, order.order_id, "it was another court"))
    got = await stage.writes(lambda tx: packages.fetch(tx, found.disclosure_id, authority.authority_id, "authority:1"))
    assert getattr(got, "reason", "") == "order_not_authentic"


def corrected(order: Order, **said: Any) -> New:
    """The order as a person corrects it."""
    new = New(
        order.instrument, order.channel, authority_id=order.authority_id, external_ref=order.external_ref,
        country=order.country, language=order.language, legal_basis=order.legal_basis, reasons=order.reasons,
        redress=order.redress, fields=tuple(order.fields.items()), targets=order.targets,
    )  # fmt: skip
    return replace(new, **said)


async def test_what_the_order_names_no_more_is_not_handed_over(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    order = await bureau.order(await bureau.authority(), account(alice, "subscriber"))
    first, second = await bureau.proposes(order), await bureau.proposes(order)
    first = await bureau.approves(first)
    same = corrected(order, external_ref="PV/0")
    await stage.writes(lambda tx: envelope.correct(tx, ALICE, order.order_id, same))
    new = corrected(order, targets=(account(bob, "subscriber"),))
    await stage.writes(lambda tx: envelope.correct(tx, ALICE, order.order_id, new))
    assert await bureau.refused(bureau.approves(second)) == "disclosure_changed"
    await bureau.settles()
    assert (await bureau.disclosure(first.disclosure_id)).state == "approved" and not list(bureau.blobs.iterate())


async def test_what_was_checked_of_others_is_checked_anew(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    order = await bureau.order(await bureau.authority(), account(alice, "subscriber"))
    new = corrected(order, targets=(account(bob, "subscriber"),))
    await stage.writes(lambda tx: envelope.correct(tx, ALICE, order.order_id, new))
    assert await bureau.refused(bureau.proposes(order)) == "order_unchecked", "the questions were answered of her"


async def test_a_correction_of_anything_else_stops_nothing(bureau: Bureau, stage: Stage, alice: Person) -> None:
    order = await bureau.order(await bureau.authority(), account(alice, "subscriber"))
    found = await bureau.approves(await bureau.proposes(order))
    same = corrected(order, external_ref="PV/0")
    await stage.writes(lambda tx: envelope.correct(tx, ALICE, order.order_id, same))
    await bureau.settles()
    assert (await bureau.disclosure(found.disclosure_id)).state == "ready"


async def test_an_order_that_is_said_to_be_anothers_is_to_be_confirmed_anew(
    bureau: Bureau, stage: Stage, alice: Person
) -> None:
    """What proved that it was one authority's proves nothing of another."""
    order = await bureau.order(await bureau.authority(), account(alice, "subscriber"))
    other = await bureau.authority()
    new = corrected(order, authority_id=other.authority_id)
    changed = await stage.writes(lambda tx: envelope.correct(tx, ALICE, order.order_id, new))
    assert not changed.authenticity.stands
    assert await bureau.refused(bureau.proposes(order)) == "order_not_authentic"


async def test_an_order_of_another_kind_passes_its_own_questions(bureau: Bureau, stage: Stage, alice: Person) -> None:
    """A letter of no kind has no checklist; what it is made to be has one."""
    authority = await bureau.authority()
    order = await bureau.order(authority, instrument="unknown")
    new = corrected(order, instrument="national_requisition", targets=(account(alice, "subscriber"),))
    await stage.writes(lambda tx: envelope.correct(tx, ALICE, order.order_id, new))
    assert await bureau.refused(bureau.proposes(order)) == "order_unchecked"
