"""Source: requirements/legal-envelope, dsa/9(1). The case of an order: one table of states, one message one case."""

from dataclasses import replace
from itertools import product

import pytest
from tests.kit.desk import AGE_KEY, Bench, link
from tests.kit.stage import Stage

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain.access import Moderator
from chappe.legal import authorities, countries, envelope, leaves, listing, screening
from chappe.legal.authorities import Authority, Profile
from chappe.legal.listing import Wanted
from chappe.legal.orders import INSTRUMENTS, missing, of
from chappe.legal.records import CLOSED, OPEN_STATES, STATES, Order, Target
from chappe.store import Tx

DRAWN = """
received acknowledged
acknowledged authenticating
acknowledged impossible
authenticating rejected_inauthentic
in_review clarification_requested
clarification_requested in_review
authenticating in_review
in_review accepted
accepted executing
accepted partially_executed
executing executed
executed replied
partially_executed replied
impossible replied
replied closed
rejected_inauthentic closed
executed contested
contested upheld
contested reversed
upheld replied
reversed replied
withdrawn_by_authority closed
"""


def test_the_table_has_every_drawn_step_and_withdrawal_from_every_open_state() -> None:
    for line in DRAWN.strip().splitlines():
        before, after = line.split()
        assert after in STATES[before], line
    settled = {CLOSED, "withdrawn_by_authority", "rejected_inauthentic", "upheld", "reversed"}
    assert all("withdrawn_by_authority" in STATES[one] for one in set(STATES) - settled)
    assert {after for steps in STATES.values() for after in steps} <= set(STATES)


def test_nothing_is_carried_out_before_it_is_known_whose_it_is() -> None:
    """No way leads to execution but through the question who it is from and a review."""
    for barrier in ("authenticating", "in_review"):
        reached, edge = {"received"}, ["received"]
        while edge:
            for after in STATES[edge.pop()]:
                if after not in reached and after != barrier:
                    reached.add(after)
                    edge.append(after)
        assert not reached & {"accepted", "executing", "executed", "partially_executed"}, barrier


@pytest.mark.slow
async def test_every_step_but_those_of_the_table_is_refused(
    stage: Stage, bench: Bench, officer: Moderator
) -> None:
    order = await bench.arrives("unknown", None, proven=False)
    for before, after in product(STATES, STATES):
        await stage.writes(lambda tx, s=before: tx.run("UPDATE orders SET state = ?", (s,)))

        def move(tx: Tx, to: str = after) -> Order:
            return envelope.move(tx, envelope.get(tx, order.order_id), to, officer.actor)

        if after in STATES[before]:
            moved = await stage.writes(move)
            assert moved.is_open == (after in OPEN_STATES)
        else:
            with pytest.raises(Conflict, match="order_state_invalid"):
                await stage.writes(move)


async def test_numbers_count_within_the_year_and_a_message_is_one_case(
    stage: Stage, bench: Bench, officer: Moderator
) -> None:
    first = await stage.writes(lambda tx: envelope.begin(tx, replace(bench.new("unknown", None), message_ref="<1>")))
    again = await stage.writes(lambda tx: envelope.begin(tx, replace(bench.new("epoc", None), message_ref="<1>")))
    second = await stage.writes(lambda tx: envelope.begin(tx, replace(bench.new("unknown", None), message_ref="<2>")))
    assert again == first and second.year_no == first.year_no + 1 and first.number == f"L-{first.year}-1"
    stage.clock.moves(366 * 86_400)
    third = replace(bench.new("unknown", None), message_ref="<3>")
    next_year = await stage.writes(lambda tx: envelope.begin(tx, third))
    assert (next_year.year, next_year.year_no) == (first.year + 1, 1)
    found = await stage.reads(lambda rx: envelope.by_number(rx, f"l-{first.year}-2"))
    assert found is not None and found.order_id == second.order_id
    for nonsense in ("", "L-", "L-x-1", "M-2026-1", "L-2026-99999999999"):
        assert await stage.reads(lambda rx, said=nonsense: envelope.by_number(rx, said)) is None


async def test_a_person_fills_in_the_form_and_the_arrival_stays(
    stage: Stage, bench: Bench, officer: Moderator, police: Authority
) -> None:
    order = await bench.arrives("unknown", None, proven=False)
    stage.clock.moves(1800)
    new = bench.new("tco_removal", police, link("nobody_at_all"), message_ref="")
    changed = await stage.writes(lambda tx: envelope.correct(tx, officer, order.order_id, new))
    assert changed.instrument == "tco_removal" and changed.received_at == order.received_at
    assert changed.deadline_at == order.received_at + 3600 and missing(changed) == ()
    with pytest.raises(NotAllowed):
        stranger = await bench.officer("stranger", "moderator")
        await stage.writes(lambda tx: envelope.correct(tx, stranger, order.order_id, new))


@pytest.mark.parametrize("code", sorted(INSTRUMENTS))
async def test_each_form_names_what_is_missing(stage: Stage, bench: Bench, officer: Moderator, code: str) -> None:
    judge = await bench.authority(officer, "judge", "FR")
    whole = bench.new(code, judge, Target("username", "@alice", "subscriber"), country="FR")
    assert missing(whole) == ()
    for field in of(code).fields:
        if not field.required:
            continue
        changes: dict[str, object] = {
            "authority": {"authority_id": 0}, "targets": {"targets": ()},
            "data": {"targets": (Target("username", "@alice"),)},
        }.get(field.name) or (
            {field.name: ""} if hasattr(whole, field.name)
            else {"fields": tuple(pair for pair in whole.fields if pair[0] != field.name)}
        )  # fmt: skip
        lacking = [one.name for one in missing(replace(whole, **changes))]  # type: ignore[arg-type]
        assert field.name in lacking and set(lacking) <= {field.name, "data"}, (code, field.name)


async def test_the_checklist_must_say_yes_to_all(stage: Stage, bench: Bench, officer: Moderator) -> None:
    judge = await bench.authority(officer, "judge", "FR")
    order = await bench.arrives("national_requisition", judge, Target("username", "@alice", "subscriber"))
    await bench.clears(officer, order)
    await stage.writes(lambda tx: screening.answer(tx, officer, order.order_id, "press", "unclear", "A reporter?"))
    with pytest.raises(Conflict, match="order_unchecked"):
        await stage.writes(lambda tx: screening.accept(tx, officer, order.order_id, bench.office))
    await stage.writes(lambda tx: screening.answer(tx, officer, order.order_id, "press", "yes", ""))
    accepted = await stage.writes(lambda tx: screening.accept(tx, officer, order.order_id, bench.office))
    assert accepted.state == "accepted"
    with pytest.raises(Invalid, match="order_check_invalid"):
        await stage.writes(lambda tx: screening.answer(tx, officer, order.order_id, "taste", "yes", ""))


@pytest.mark.parametrize(
    ("instrument", "kind", "country", "category", "why"),
    [
        ("national_requisition", "judge", "DE", "subscriber", "outside_territory"),
        ("national_requisition", "police", "FR", "content", "not_competent"),
        ("dsa_order10", "judge", "FR", "content", "outside_category"),
        ("epoc", "police", "DE", "subscriber", "not_competent"),
        ("third_country_request", "judge", "FR", "subscriber", "outside_territory"),
    ],
)
async def test_what_reaches_too_far_is_never_accepted(
    stage: Stage, bench: Bench, officer: Moderator, instrument: str, kind: str, country: str, category: str, why: str
) -> None:
    who = await bench.authority(officer, kind, country)
    order = await bench.arrives(instrument, who, Target("username", "@alice", category))
    await bench.clears(officer, order)
    with pytest.raises(NotAllowed, match="order_out_of_reach") as refused:
        await stage.writes(lambda tx: screening.accept(tx, officer, order.order_id, bench.office))
    assert refused.value.facts["what"] == why


async def test_authorities_are_vouched_for_in_two_ways_and_anew_when_they_change(
    stage: Stage, bench: Bench, officer: Moderator
) -> None:
    profile = Profile(
        "Court", "FR", "court", email="clerk@justice.example", mail_domain="justice.example", age_key=AGE_KEY
    )
    made = await stage.writes(lambda tx: authorities.register(tx, "server", profile))
    assert not made.holds(int(stage.clock.now()))
    year = int(stage.clock.now()) + 86_400 * 365
    for checks, mandates, until, why in (
        (("letter",), ("epoc",), year, "authority_checks_needed"),
        (("letter", "guess"), ("epoc",), year, "authority_checks_needed"),
        (("letter", "call_back"), (), year, "authority_mandate_invalid"),
        (("letter", "call_back"), ("torture",), year, "authority_mandate_invalid"),
        (("letter", "call_back"), ("epoc",), year * 2, "authority_expiry_invalid"),
    ):
        with pytest.raises(Invalid, match=why):
            await stage.writes(
                lambda tx, c=checks, m=mandates, u=until: authorities.verify(tx, officer, made.authority_id, c, m, u)
            )
    verified = await stage.writes(
        lambda tx: authorities.verify(tx, officer, made.authority_id, ("letter", "call_back"), ("epoc",), year)
    )
    assert verified.holds(year - 1) and not verified.holds(year) and verified.vouched_by() == {officer.operator_id}
    found = await stage.reads(lambda rx: authorities.by_email(rx, "Somebody@Justice.Example"))
    assert found is not None and found.authority_id == made.authority_id
    assert await stage.reads(lambda rx: authorities.by_email(rx, "somebody@elsewhere.example")) is None
    same = await stage.writes(
        lambda tx: authorities.change(tx, officer, made.authority_id, replace(profile, phone="+33 1"))
    )
    assert same.state == "verified"
    changed = await stage.writes(
        lambda tx: authorities.change(tx, officer, made.authority_id, replace(profile, email="other@justice.example"))
    )
    assert changed.state == "pending"
    ended = await stage.writes(lambda tx: authorities.end(tx, officer, made.authority_id, "ended", "Abolished."))
    assert ended.state == "ended"
    with pytest.raises(Conflict, match="authority_ended"):
        await stage.writes(
            lambda tx: authorities.verify(tx, officer, made.authority_id, ("letter", "call_back"), ("epoc",), year)
        )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": " "}, "authority_name_needed"), ({"kind": "king"}, "authority_kind_invalid"),
        ({"country": "France"}, "order_country_invalid"), ({"email": "nobody"}, "authority_mail_invalid"),
        ({"age_key": "age1secret"}, "authority_key_invalid"), ({"person": "x" * 301}, "authority_text_long"),
    ],
)  # fmt: skip
async def test_what_is_no_authority(stage: Stage, change: dict[str, str], why: str) -> None:
    profile = replace(Profile("Court", "FR", "court"), **change)
    with pytest.raises(Invalid, match=why):
        await stage.writes(lambda tx: authorities.register(tx, "server", profile))
    with pytest.raises(NotFound):
        await stage.reads(lambda rx: authorities.get(rx, 1))


def test_countries_as_people_write_them() -> None:
    assert countries.territories("fr, DE;UK") == ("DE", "FR", "GB")
    assert countries.territories("UE") == tuple(sorted(countries.UNION)) and countries.shown(countries.UNION) == "EU"
    assert countries.shown((*countries.AREA, "CH")) == "EEA, CH"
    for wrong in ("France", "F", "EU1"):
        with pytest.raises(Invalid):
            countries.country(wrong)


async def test_lists_have_who_is_first_due_first(stage: Stage, bench: Bench, officer: Moderator) -> None:
    judge = await bench.authority(officer, "judge", "FR")
    named = Target("username", "@alice", "subscriber")
    slow = await bench.arrives("epoc", judge, named)
    quick = await bench.arrives("emergency_disclosure", judge, named)
    await stage.writes(lambda tx: envelope.give(tx, officer.actor, slow.order_id, officer.operator_id))
    page = await stage.reads(lambda rx: listing.listed(rx, Wanted()))
    assert [one.order_id for one in page.orders] == [quick.order_id, slow.order_id] and page.names == {1: judge.name}
    mine = await stage.reads(lambda rx: listing.listed(rx, Wanted(holder=officer.operator_id)))
    assert [one.order_id for one in mine.orders] == [slow.order_id]
    assert await stage.reads(listing.counts) == {"emergency_disclosure": 1, "epoc": 1}
    dates = await stage.reads(lambda rx: listing.calendar(rx, rx.now, rx.now + 86_400))
    assert [one.order_id for one in dates] == [quick.order_id]
    stage.clock.moves(7200)
    late = await stage.reads(lambda rx: listing.listed(rx, Wanted(late=True)))
    assert [one.order_id for one in late.orders] == [quick.order_id]


async def test_a_secret_order_s_leaves_are_sealed_until_its_secrecy_ends(
    stage: Stage, bench: Bench, officer: Moderator
) -> None:
    judge = await bench.authority(officer, "judge", "FR")
    until = int(stage.clock.now()) + 1000
    order = await bench.arrives(
        "dsa_order10", judge, Target("username", "@alice", "subscriber"), secrecy_until=until, secrecy_basis="Art. 11"
    )  # fmt: skip
    sealed = await stage.reads(lambda rx: rx.all("SELECT no FROM journal_seals WHERE opened_no = 0"))
    assert order.sealed and len(sealed) == 2
    longer = await stage.writes(lambda tx: envelope.set_secrecy(tx, order, until + 1000, "Art. 11", officer.actor))
    assert longer.secrecy_until == until + 1000
    stage.clock.moves(1500)
    await bench.works()
    assert (await bench.order(order)).sealed
    stage.clock.moves(500)
    await bench.works()
    assert not (await bench.order(order)).sealed
    assert await stage.reads(lambda rx: rx.all("SELECT no FROM journal_seals WHERE opened_no = 0")) == []
    assert await stage.writes(lambda tx: leaves.open_all(tx, order.order_id)) == 0
