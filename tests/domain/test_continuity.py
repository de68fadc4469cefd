"""The rule of absence, and taking over. Source: requirements/continuity"""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.kit.entries import Entry, entries

from chappe.base import Conflict, Invalid, NotAllowed, NotFound, Refusal
from chappe.domain import access, continuity, operators, takeovers
from chappe.domain.continuity import CHANGE_S, HOUR_S, Rule, Takeover, Warning
from chappe.domain.operators import OWNER, ROLES, Operator, Password
from chappe.domain.takeovers import ADD_OPERATOR, GIVE_ROLE, MAKE_OWNER, SAY, TAKE_ROLE, WAITS, Wanted
from chappe.store import Store

PASSWORD = Password(b"x" * 48)
HOURS = 100


class House:
    """Alice owns the service; bob, carol and dave are its operators."""

    def __init__(self, database: Store, clock: FakeClock) -> None:
        self.database, self.clock = database, clock
        self.people: dict[str, Operator] = {}

    async def opens(self) -> None:
        await self.does(partial(operators.first_link, token=b"alice"))
        self.people["alice"] = await self.does(
            partial(operators.enrol, token=b"alice", name="alice", proof=PASSWORD, kit=[])
        )
        for name in ("bob", "carol", "dave", "erin"):
            await self.does(partial(operators.add_link, by=self.alice, token=name.encode()))
            self.people[name] = await self.does(
                partial(operators.enrol, token=name.encode(), name=name, proof=PASSWORD, kit=[])
            )

    def __getattr__(self, name: str) -> Operator:
        return self.people[name]

    async def does(self, act):
        """The act was done."""
        return await self.database.write(act)

    async def refuses(self, kind: type[Refusal], reason: str, act) -> None:
        """The act is refused with that reason."""
        with pytest.raises(kind) as refused:
            await self.database.write(act)
        assert refused.value.reason == reason

    async def proposes(self, hours: int = HOURS, quorum: int = 2, by: str = "alice") -> Rule:
        named = [self.bob.operator_id, self.carol.operator_id, self.dave.operator_id]
        return await self.does(lambda tx: continuity.propose(tx, self.people[by], hours, quorum, named))

    async def rules(self) -> Rule:
        """A rule of a hundred hours is in force."""
        rule = await self.proposes()
        await self.does(lambda tx: continuity.agree(tx, self.bob, rule.rule_no))
        self.clock.moves(CHANGE_S)
        await self.does(lambda tx: continuity.alive(tx, self.alice.operator_id, "sign_in"))
        await self.does(continuity.step)
        found = (await self.stands()).rule
        assert found is not None
        return found

    async def stands(self) -> continuity.Standing:
        return await self.database.read(continuity.standing)

    async def loses_alice(self) -> Takeover:
        """The hours are over."""
        await self.rules()
        self.clock.moves(HOURS * HOUR_S)
        found = await self.does(continuity.step)
        assert isinstance(found, Takeover)
        return found

    async def is_taken_over(self) -> None:
        """Bob and carol hold the service."""
        await self.loses_alice()
        for one in (self.bob, self.carol):
            await self.does(lambda tx, one=one: takeovers.take_over(tx, one))

    async def written(self) -> list[tuple[str, bool]]:
        found = await self.database.read(lambda rx: rx.all("SELECT kind, public FROM journal ORDER BY no"))
        return [(kind, public is not None) for kind, public in found if kind.startswith("continuity")]

    async def entries(self, *kinds: str) -> list[Entry]:
        return await self.database.read(entries(*kinds))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = FakeClock()
    database = open_fresh(tmp_path / "house.sqlite", clock)
    made = House(database, clock)
    await made.opens()
    yield made
    await database.close()


async def test_a_rule_needs_two_people_and_three_days(house: House) -> None:
    rule = await house.proposes()
    house.clock.moves(CHANGE_S)
    await house.does(continuity.step)
    assert (await house.stands()).rule is None, "one person made a rule"
    again = lambda tx: continuity.agree(tx, house.alice, rule.rule_no)  # noqa: E731
    await house.refuses(Conflict, "operator_continuity_said", again)
    other = await house.proposes(HOURS + 1)
    assert (await house.stands()).proposal == other, "the older proposal still waits"
    await house.does(lambda tx: continuity.agree(tx, house.erin, other.rule_no))
    house.clock.moves(CHANGE_S - 1)
    await house.does(continuity.step)
    assert (await house.stands()).rule is None, "it came into force too early"
    house.clock.moves(1)
    assert (await house.database.read(continuity.next_due) or 0) <= house.clock.now()
    await house.does(continuity.step)
    held = (await house.stands()).rule
    assert held is not None and (held.hours, held.quorum, held.state) == (HOURS + 1, 2, "in_force")
    assert ("continuity_rule_proposed", True) in await house.written()
    assert ("continuity_rule_in_force", True) in await house.written()
    assert await house.entries("continuity_rule_agreed", "continuity_rule_withdrawn") == [
        ("continuity_rule_withdrawn", "operator:1", f"rule:{rule.rule_no}"),  # the older one, for the other
        ("continuity_rule_agreed", "operator:5", f"rule:{other.rule_no}"),  # and no entry for what was refused
    ]
    assert ("continuity_rule_withdrawn", True) in await house.written()


async def test_an_owner_alone_withdraws_a_rule_that_waits(house: House) -> None:
    rule = await house.proposes()
    withdraw = partial(continuity.withdraw, rule_no=rule.rule_no)
    await house.refuses(NotAllowed, "operator_not_owner", partial(withdraw, by=house.bob))
    assert await house.entries("continuity_rule_withdrawn") == []
    await house.does(partial(withdraw, by=house.alice))
    assert (await house.stands()).proposal is None
    await house.refuses(NotFound, "operator_continuity_no_rule", partial(withdraw, by=house.alice))
    subject = f"rule:{rule.rule_no}"
    assert await house.entries("continuity_rule_withdrawn") == [("continuity_rule_withdrawn", "operator:1", subject)]


async def test_a_rule_that_makes_no_sense_is_refused(house: House) -> None:
    named = [house.bob.operator_id, house.carol.operator_id]
    for reason, hours, quorum, successors in [
        ("operator_continuity_hours", 23, 2, named),
        ("operator_continuity_hours", 2161, 2, named),
        ("operator_continuity_quorum", HOURS, 1, named),
        ("operator_continuity_quorum", HOURS, 3, named),
        ("operator_continuity_successors", HOURS, 2, named[:1]),
        ("operator_continuity_successors", HOURS, 2, [*named, house.alice.operator_id]),
        ("operator_continuity_successors", HOURS, 2, [named[0], named[0]]),
    ]:
        act = partial(continuity.propose, by=house.alice, hours=hours, quorum=quorum, successors=successors)
        await house.refuses(Invalid, reason, act)
    await house.refuses(NotFound, "operator_unknown", lambda tx: continuity.propose(tx, house.alice, 48, 2, [2, 99]))
    await house.refuses(
        NotAllowed, "operator_not_owner", lambda tx: continuity.propose(tx, house.bob, 48, 2, [3, 4])
    )


async def test_the_hours_of_a_new_rule_begin_when_it_comes_into_force(house: House) -> None:
    rule = await house.proposes(24)
    await house.does(lambda tx: continuity.agree(tx, house.bob, rule.rule_no))
    house.clock.moves(CHANGE_S)
    await house.does(continuity.step)
    stands = await house.stands()
    assert stands.takeover is None and stands.due == int(house.clock.now()) + 24 * HOUR_S


async def test_an_owner_s_sign_of_life_begins_the_hours_anew_and_another_s_does_not(house: House) -> None:
    await house.rules()
    began = int(house.clock.now())
    assert (await house.stands()).due == began + HOURS * HOUR_S
    house.clock.moves(30 * HOUR_S)
    await house.does(lambda tx: continuity.alive(tx, house.bob.operator_id, "button"))
    assert (await house.stands()).due == began + HOURS * HOUR_S
    await house.does(lambda tx: continuity.alive(tx, house.alice.operator_id, "button"))
    assert (await house.stands()).due == began + (30 + HOURS) * HOUR_S


@pytest.mark.parametrize("jump", [1, 3600, 100 * 3600], ids=["by the second", "by the hour", "asleep all the while"])
async def test_warnings_come_before_the_hours_are_over(house: House, jump: int) -> None:
    await house.rules()
    began, found = int(house.clock.now()), []
    while not found or not isinstance(found[-1][1], Takeover):
        due = await house.database.read(continuity.next_due)
        assert due is not None
        house.clock.moves(max(jump, 1) if jump > 1 else due - int(house.clock.now()))
        if (told := await house.does(continuity.step)) is not None:
            found.append((int(house.clock.now()) - began, told))
    hours = [(at // HOUR_S, type(told)) for at, told in found]
    if jump == 100 * 3600:
        assert hours == [(100, Takeover)]
    else:
        assert hours == [(50, Warning), (75, Warning), (90, Warning), (100, Takeover)]
    assert await house.does(continuity.step) is None, "it fell due twice"
    assert ("continuity_absent", True) in await house.written()
    assert (("continuity_warned", False) in await house.written()) == (jump != 100 * 3600)
    assert ("continuity_warned", True) not in await house.written(), "the world need not know that somebody is quiet"


async def test_people_on_call_are_paged_until_an_owner_is_there(house: House) -> None:
    await house.rules()
    pages = lambda: house.database.read(  # noqa: E731
        lambda rx: rx.all("SELECT kind, subject, over_at > 0 FROM pages ORDER BY page_id")
    )
    house.clock.moves(50 * HOUR_S)
    await house.does(continuity.step)
    assert await pages() == [("continuity", "rule:1", 0)]
    house.clock.moves(50 * HOUR_S)
    await house.does(continuity.step)
    assert await pages() == [("continuity", "rule:1", 1), ("absence", "takeover:1", 0)]
    await house.does(lambda tx: continuity.alive(tx, house.alice.operator_id, "button"))
    assert await pages() == [("continuity", "rule:1", 1), ("absence", "takeover:1", 1)]


async def test_nobody_takes_over_before_the_hours_are_over_or_without_being_named(house: House) -> None:
    await house.rules()
    house.clock.moves(HOURS * HOUR_S - 1)
    await house.does(continuity.step)
    act = lambda tx: takeovers.take_over(tx, house.bob)  # noqa: E731
    await house.refuses(NotFound, "operator_continuity_not_absent", act)
    house.clock.moves(1)
    await house.does(continuity.step)
    await house.refuses(
        NotAllowed, "operator_continuity_not_successor", lambda tx: takeovers.take_over(tx, house.erin)
    )
    assert (await house.does(act)).state == "open"
    await house.refuses(Conflict, "operator_continuity_said", act)
    await house.refuses(
        Conflict, "operator_continuity_not_taken_over",
        lambda tx: takeovers.propose(tx, house.bob, Wanted(SAY, detail="we hold the service")),
    )  # fmt: skip
    assert (await house.does(lambda tx: takeovers.take_over(tx, house.dave))).state == "held"
    assert await house.entries("continuity_word_given", "continuity_taken_over") == [
        ("continuity_word_given", "operator:2", "takeover:1"), ("continuity_word_given", "operator:4", "takeover:1"),
        ("continuity_taken_over", "operator:4", "takeover:1"),
    ]  # fmt: skip


async def test_a_takeover_itself_gives_no_right_at_all(house: House) -> None:
    before = {one.name: tuple(map(one.may, (OWNER, *ROLES))) for one in await house.database.read(operators.everyone)}
    await house.is_taken_over()
    after = {one.name: tuple(map(one.may, (OWNER, *ROLES))) for one in await house.database.read(operators.everyone)}
    assert before == after
    for one in (house.bob, house.carol, house.dave):
        for role in (OWNER, *ROLES):
            enter = partial(access.require_moderator, operator_id=one.operator_id, role=role)
            await house.refuses(NotAllowed, "operator_role_needed", enter)
    for act in (
        lambda tx: operators.add_link(tx, house.bob, b"one more"),
        lambda tx: operators.set_roles(tx, house.bob, house.carol.operator_id, ["moderator"]),
    ):
        await house.refuses(NotAllowed, "operator_not_owner", act)
    await house.refuses(
        NotAllowed, "operator_not_owner", lambda tx: continuity.propose(tx, house.bob, 24, 2, [3, 4])
    )
    await house.refuses(
        Conflict, "operator_continuity_taken_over",
        lambda tx: continuity.propose(tx, house.alice, 24, 2, [2, 3]),
    )  # fmt: skip


PLANS = [
    Wanted(GIVE_ROLE, 4, "moderator"),
    Wanted(TAKE_ROLE, 5, "lead"),
    Wanted(ADD_OPERATOR, 0, "triage moderator"),
    Wanted(MAKE_OWNER, 5),
]


@pytest.mark.parametrize("wanted", PLANS, ids=[one.kind for one in PLANS])
async def test_what_the_takers_do_needs_the_quorum_and_its_wait(house: House, wanted: Wanted) -> None:
    await house.is_taken_over()
    assert WAITS[wanted.kind] >= 24 * HOUR_S, "an owner alone needs one person and no wait; takers need more of both"
    act = await house.does(lambda tx: takeovers.propose(tx, house.bob, wanted))
    house.clock.moves(WAITS[wanted.kind])
    out = partial(takeovers.carry_out, by=house.bob, act_no=act.act_no, token=b"link")
    await house.refuses(Conflict, "operator_continuity_words", out)
    if wanted.operator_id == house.dave.operator_id:
        await house.does(lambda tx: takeovers.agree(tx, house.dave, act.act_no))
        await house.refuses(Conflict, "operator_continuity_words", out)
    later = await house.does(lambda tx: takeovers.propose(tx, house.carol, wanted))
    await house.does(lambda tx: takeovers.agree(tx, house.bob, later.act_no))
    house.clock.moves(WAITS[wanted.kind] - 1)
    out = partial(takeovers.carry_out, by=house.bob, act_no=later.act_no, token=b"link")
    if wanted.operator_id != house.carol.operator_id:
        await house.refuses(Conflict, "operator_continuity_early", out)
    house.clock.moves(1)
    done = await house.does(out)
    assert done.state == "done"
    await house.refuses(NotFound, "operator_continuity_not_absent" if wanted.kind == MAKE_OWNER
                        else "operator_continuity_no_act", out)  # fmt: skip


async def test_nobody_has_a_say_in_what_they_would_gain(house: House) -> None:
    await house.is_taken_over()
    own = lambda tx: takeovers.propose(tx, house.bob, Wanted(GIVE_ROLE, house.bob.operator_id, "lead"))  # noqa: E731
    await house.refuses(NotAllowed, "operator_continuity_own", own)
    act = await house.does(
        lambda tx: takeovers.propose(tx, house.bob, Wanted(GIVE_ROLE, house.carol.operator_id, "lead"))
    )
    await house.does(lambda tx: takeovers.agree(tx, house.carol, act.act_no))
    house.clock.moves(24 * HOUR_S)
    out = partial(takeovers.carry_out, by=house.bob, act_no=act.act_no)
    await house.refuses(Conflict, "operator_continuity_words", out)
    await house.does(lambda tx: takeovers.agree(tx, house.dave, act.act_no))
    assert (await house.does(out)).state == "done"
    carol = await house.database.read(lambda rx: operators.require(rx, house.carol.operator_id))
    assert carol.roles == ("lead",)


@pytest.mark.parametrize(
    ("reason", "wanted"),
    [
        ("operator_continuity_act", Wanted("disclose", 2)),
        ("operator_continuity_act", Wanted("", 2)),
        ("operator_continuity_act", Wanted(TAKE_ROLE, 1, "lead")),
        ("operator_continuity_text", Wanted(SAY)),
        ("operator_continuity_text", Wanted(SAY, detail="x" * 1001)),
        ("operator_role_invalid", Wanted(GIVE_ROLE, 4, "owner")),
        ("operator_role_invalid", Wanted(GIVE_ROLE, 4, "")),
        ("operator_role_invalid", Wanted(GIVE_ROLE, 4, "lead triage")),
        ("operator_role_invalid", Wanted(ADD_OPERATOR, 0, "owner")),
        ("operator_unknown", Wanted(GIVE_ROLE, 99, "lead")),
    ],
)
async def test_the_takers_may_do_these_few_things_and_nothing_else(house: House, reason: str, wanted: Wanted) -> None:
    await house.is_taken_over()
    await house.refuses(Refusal, reason, lambda tx: takeovers.propose(tx, house.bob, wanted))


async def test_when_an_owner_is_back_what_was_given_is_taken_back(house: House) -> None:
    await house.is_taken_over()
    act = await house.does(
        lambda tx: takeovers.propose(tx, house.bob, Wanted(GIVE_ROLE, house.erin.operator_id, "triage"))
    )
    await house.does(lambda tx: takeovers.agree(tx, house.carol, act.act_no))
    house.clock.moves(24 * HOUR_S)
    await house.does(lambda tx: takeovers.carry_out(tx, house.bob, act.act_no))
    said = await house.does(lambda tx: takeovers.propose(tx, house.bob, Wanted(SAY, detail="We hold the service.")))
    await house.does(lambda tx: takeovers.agree(tx, house.carol, said.act_no))
    await house.does(lambda tx: takeovers.carry_out(tx, house.carol, said.act_no))
    assert (await house.database.read(takeovers.said))[1] == "We hold the service."
    waits = await house.does(
        lambda tx: takeovers.propose(tx, house.bob, Wanted(MAKE_OWNER, house.carol.operator_id))
    )
    await house.does(lambda tx: continuity.alive(tx, house.alice.operator_id, "sign_in"))
    stands = await house.stands()
    assert stands.takeover is None and stands.due == int(house.clock.now()) + HOURS * HOUR_S
    assert (await house.database.read(lambda rx: operators.require(rx, house.erin.operator_id))).roles == ()
    assert (await house.database.read(lambda rx: takeovers.require(rx, waits.act_no))).state == "dropped"
    assert await house.database.read(takeovers.said) is None
    assert (await house.database.read(continuity.takeovers))[0].state == "returned"
    public = {kind for kind, shown in await house.written() if shown}
    assert {"continuity_taken_over", "continuity_act_proposed", "continuity_act_done", "continuity_returned"} <= public


async def test_who_joined_by_a_takeover_keeps_no_role_and_links_open_nothing(house: House) -> None:
    await house.is_taken_over()
    for token in (b"frank", b"grace"):
        act = await house.does(lambda tx: takeovers.propose(tx, house.bob, Wanted(ADD_OPERATOR, 0, "desk approver")))
        await house.does(lambda tx, act=act: takeovers.agree(tx, house.carol, act.act_no))
        house.clock.moves(24 * HOUR_S)
        await house.does(lambda tx, act=act, token=token: takeovers.carry_out(tx, house.bob, act.act_no, token))
    frank = await house.does(partial(operators.enrol, token=b"grace", name="frank", proof=PASSWORD, kit=[]))
    assert frank.roles == ("approver", "desk")
    await house.does(lambda tx: operators.link_of_quorum(tx, house.carol.operator_id, b"heidi", ("desk",)))
    await house.does(lambda tx: continuity.alive(tx, house.alice.operator_id, "sign_in"))
    assert (await house.database.read(lambda rx: operators.require(rx, frank.operator_id))).roles == ()
    heidi = partial(operators.enrol, token=b"heidi", name="heidi", proof=PASSWORD, kit=[])
    await house.refuses(NotFound, "operator_link_gone", heidi)


async def test_who_had_a_role_before_a_takeover_has_it_afterwards(house: House) -> None:
    await house.does(lambda tx: operators.set_roles(tx, house.alice, house.erin.operator_id, ["desk"]))
    await house.is_taken_over()
    wanted = Wanted(GIVE_ROLE, house.erin.operator_id, "desk")
    act = await house.does(lambda tx: takeovers.propose(tx, house.bob, wanted))
    await house.does(lambda tx: takeovers.agree(tx, house.carol, act.act_no))
    house.clock.moves(24 * HOUR_S)
    await house.does(lambda tx: takeovers.carry_out(tx, house.bob, act.act_no))
    await house.does(lambda tx: operators.add_link(tx, house.alice, b"ivan", roles=["triage"]))
    await house.does(lambda tx: continuity.alive(tx, house.alice.operator_id, "sign_in"))
    assert (await house.database.read(lambda rx: operators.require(rx, house.erin.operator_id))).roles == ("desk",)
    ivan = await house.does(partial(operators.enrol, token=b"ivan", name="ivan", proof=PASSWORD, kit=[]))
    assert ivan.roles == ("triage",)


async def test_a_new_owner_ends_the_takeover(house: House) -> None:
    await house.is_taken_over()
    act = await house.does(lambda tx: takeovers.propose(tx, house.bob, Wanted(MAKE_OWNER, house.dave.operator_id)))
    await house.does(lambda tx: takeovers.agree(tx, house.carol, act.act_no))
    house.clock.moves(WAITS[MAKE_OWNER])
    await house.does(lambda tx: takeovers.carry_out(tx, house.bob, act.act_no))
    stands = await house.stands()
    assert stands.takeover is None and stands.due > house.clock.now()
    assert (await house.database.read(lambda rx: operators.require(rx, house.dave.operator_id))).role == OWNER
    assert (await house.database.read(continuity.takeovers))[0].state == "settled"
    assert await house.entries("continuity_settled", "continuity_returned") == [
        ("continuity_settled", "operator:2", "takeover:1")
    ]
    assert ("continuity_word_given", "operator:3", f"act:{act.act_no}") in await house.entries("continuity_word_given")


async def test_any_taker_stops_what_the_others_plan(house: House) -> None:
    await house.is_taken_over()
    act = await house.does(lambda tx: takeovers.propose(tx, house.bob, Wanted(ADD_OPERATOR, 0, "lead")))
    await house.does(lambda tx: takeovers.drop(tx, house.dave, act.act_no))
    await house.refuses(
        NotFound, "operator_continuity_no_act", lambda tx: takeovers.agree(tx, house.carol, act.act_no)
    )
    subject = f"act:{act.act_no}"
    assert await house.entries("continuity_act_dropped") == [("continuity_act_dropped", "operator:4", subject)]
    assert ("continuity_act_dropped", True) in await house.written()
