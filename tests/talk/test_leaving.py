"""Source: requirements/leave. A country is left step by step, everybody there is told, and it is come back to."""

import pytest
from tests.kit.stage import Person, Stage

from chappe.base.errors import Refusal
from chappe.base.ids import UserId
from chappe.domain import leaving, territories
from chappe.domain.access import SERVICE_USER
from chappe.domain.leaving import (
    CLOSED,
    CLOSED_TO_NEW,
    DAY_S,
    EVERYWHERE,
    EXPORT,
    NOTICE,
    OPEN,
    READ_ONLY,
    STEPS,
)
from chappe.jobs.leaving import Leaving
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

SITE = "https://chat.example/"
OWNER = "operator:1"


class Table:
    """A table of countries with one network in it."""

    def country(self, address: str) -> str:
        return "FR" if address.startswith("198.51.100.") else ""


@pytest.fixture
def runner(stage: Stage) -> Leaving:
    return Leaving(SITE)


async def works(stage: Stage, job: Leaving) -> None:
    """Everything that is due is done, and everybody is told."""
    while await job.step(stage.store, int(stage.clock.now())):
        pass
    await stage.settles()


async def lives(stage: Stage, person: Person, country: str) -> None:
    await stage.writes(lambda tx: territories.declare(tx, UserId(person.id), country))


async def goes(stage: Stage, step: str, note: str = "", where: str = "FR") -> leaving.State:
    return await stage.writes(lambda tx: leaving.go(tx, OWNER, where, step, note))


async def told(person: Person) -> list[str]:
    """What the server said to the person, newest first."""
    peer = t.InputPeerUser(user_id=SERVICE_USER, access_hash=person.stage.access.hash_for(person.id, SERVICE_USER))
    page = await person.calls(
        f.messages.GetHistory(
            peer=peer, offset_id=0, offset_date=0, add_offset=0, limit=50, max_id=0, min_id=0, hash=0
        )
    )
    return [one.message for one in page.messages]


async def test_every_step_and_the_way_back(stage: Stage, runner: Leaving) -> None:
    alice, bob = await stage.people("alice", "bob")
    await lives(stage, alice, "FR")
    await goes(stage, NOTICE)
    await works(stage, runner)
    assert "going to leave your country (FR)" in (await told(alice))[0]
    assert await told(bob) == []
    assert await alice.tries(_hello(alice, bob, 1)) is None

    await goes(stage, CLOSED_TO_NEW)
    await goes(stage, EXPORT)
    await works(stage, runner)
    assert f"{SITE}export" in (await told(alice))[0]
    assert await alice.tries(_hello(alice, bob, 2)) is None

    with pytest.raises(Refusal, match="territory_reason_needed"):
        await goes(stage, READ_ONLY)
    stage.clock.moves(8 * DAY_S)
    await goes(stage, READ_ONLY)
    await works(stage, runner)
    assert await alice.fails(_hello(alice, bob, 3)) == "420 FROZEN_METHOD_INVALID"
    assert "no longer write" in (await told(alice))[0]
    assert await bob.tries(_hello(bob, alice, 4)) is None
    config = await alice.calls(f.help.GetAppConfig(hash=0))
    shown = {one.key: one.value for one in config.config.value}
    assert shown["freeze_appeal_url"].value.endswith("territories/FR")

    await goes(stage, CLOSED)
    await works(stage, runner)
    assert alice.auth_key_id in stage.closed
    assert await alice.fails(f.messages.GetDialogs(
        offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=10, hash=0
    )) == "420 FROZEN_METHOD_INVALID"
    assert await alice.tries(f.users.GetUsers(id=[t.InputUserSelf()])) is None
    assert await bob.fails(_hello(bob, alice, 5)) == "403 CHAT_WRITE_FORBIDDEN"
    again = await alice.brings()  # may still come in, and is told
    difference = await again.calls(f.updates.GetDifference(pts=1, date=1, qts=0))
    assert any("closed for your country" in getattr(one, "message", "") for one in difference.new_messages)

    await goes(stage, READ_ONLY)
    await works(stage, runner)
    assert "taken back" in (await told(alice))[0]
    await goes(stage, OPEN)
    await works(stage, runner)
    assert "stays in your country" in (await told(alice))[0]
    assert await alice.tries(_hello(alice, bob, 6)) is None
    assert await bob.tries(_hello(bob, alice, 7)) is None


def _hello(who: Person, whom: Person, random_id: int) -> f.messages.SendMessage:
    return f.messages.SendMessage(peer=who.sees(whom), message="hello", random_id=random_id)


async def test_the_whole_service_closes_and_opens_again(stage: Stage, runner: Leaving) -> None:
    alice, bob = await stage.people("alice", "bob")
    await lives(stage, alice, "FR")
    await goes(stage, NOTICE, where=EVERYWHERE)
    stage.clock.moves(1)
    carol = await stage.person("carol")  # came after the notice
    await works(stage, runner)
    for one in (alice, bob, carol):
        assert [word for word in await told(one) if "This server is going to close." in word] != [], one
    found = await stage.reads(lambda rx: leaving.preview(rx, EVERYWHERE))
    assert (found.people, found.reasons) == (3, {"declaration": 1, "unknown": 2})
    await goes(stage, CLOSED_TO_NEW, where=EVERYWHERE)
    with pytest.raises(Exception, match="400 PHONE_NUMBER_APP_SIGNUP_FORBIDDEN"):
        await stage.signs_in("dave", "9996613336")
    await goes(stage, EXPORT, where=EVERYWHERE)
    await goes(stage, READ_ONLY, "An end.", EVERYWHERE)
    await works(stage, runner)
    for one, other in ((alice, bob), (bob, alice)):
        assert await one.fails(_hello(one, other, 1)) == "420 FROZEN_METHOD_INVALID"
        assert "no longer write: this server is closing" in (await told(one))[0]
    shown = {one.key: one.value for one in (await bob.calls(f.help.GetAppConfig(hash=0))).config.value}
    assert shown["freeze_appeal_url"].value.endswith("territories/ALL")

    # A country that was left further stays so when everywhere is opened again.
    for step in STEPS[1:]:
        await goes(stage, step, "A law.")
    await works(stage, runner)
    assert alice.auth_key_id in stage.closed and bob.auth_key_id not in stage.closed
    await goes(stage, CLOSED, "An end.", EVERYWHERE)
    await works(stage, runner)
    assert bob.auth_key_id in stage.closed
    again = await bob.brings()
    assert await again.fails(f.messages.GetPinnedDialogs(folder_id=0)) == "420 FROZEN_METHOD_INVALID"
    assert await again.tries(f.account.GetAuthorizations()) is None
    await goes(stage, OPEN, where=EVERYWHERE)
    await works(stage, runner)
    assert "stays open, or is open again" in (await told(again))[0]
    assert await again.tries(_hello(again, carol, 2)) is None
    assert await again.fails(_hello(again, alice, 3)) == "403 CHAT_WRITE_FORBIDDEN"
    with pytest.raises(Refusal, match="territory_mark_invalid"):
        await stage.writes(lambda tx: leaving.mark(tx, OWNER, EVERYWHERE, leaving.BLOCKED))
    [(public,)] = await stage.reads(lambda rx: rx.all(
        "SELECT public FROM journal WHERE subject = 'territory:ALL' ORDER BY no LIMIT 1"
    ))  # fmt: skip
    assert b'"item":"service"' in public and b"country" not in public


async def test_nobody_new_comes_from_there(stage: Stage) -> None:
    stage.services.places = Table()
    await goes(stage, NOTICE)
    there = await stage.device(ip="198.51.100.7")
    alice = await stage.signs_in("alice", "9996613333", device=there)
    assert await stage.reads(lambda rx: territories.place(rx, alice.id).reason) == territories.ADDRESS
    await goes(stage, CLOSED_TO_NEW)
    with pytest.raises(Exception, match="400 PHONE_NUMBER_APP_SIGNUP_FORBIDDEN"):
        await stage.signs_in("bob", "9996613334", device=await stage.device(ip="198.51.100.8"))
    await stage.signs_in("alice", "9996613333", device=await stage.device(ip="198.51.100.8"))
    await stage.signs_in("bob", "9996613334")
    await goes(stage, OPEN)
    await stage.signs_in("carol", "9996613335", device=await stage.device(ip="198.51.100.9"))


async def test_steps_are_taken_when_they_are_due(stage: Stage, runner: Leaving) -> None:
    now = int(stage.clock.now())
    (alice,) = await stage.people("alice")
    await lives(stage, alice, "FR")
    plan = {step: now + after for step, after in leaving.USUAL.items()}
    await stage.writes(lambda tx: leaving.begin(tx, OWNER, "FR", plan))
    await works(stage, runner)
    assert (await stage.reads(lambda rx: leaving.state(rx, "FR"))).step == CLOSED_TO_NEW
    assert len(await told(alice)) == 1
    for days, step in ((8, EXPORT), (31, READ_ONLY), (61, CLOSED)):
        stage.clock.moves(now + days * DAY_S - int(stage.clock.now()))
        await works(stage, Leaving(SITE))  # another server, started after the date was over
        assert (await stage.reads(lambda rx: leaving.state(rx, "FR"))).step == step
    history = await stage.reads(lambda rx: leaving.history(rx, "FR"))
    assert [one.what for one in history[::-1]] == list(STEPS[1:])
    assert {one.people for one in history} == {1}


async def test_going_back_drops_the_plan_and_dates_are_told(stage: Stage, runner: Leaving) -> None:
    now = int(stage.clock.now())
    (alice,) = await stage.people("alice")
    await lives(stage, alice, "FR")
    plan = {READ_ONLY: now + 30 * DAY_S, CLOSED: now + 60 * DAY_S}
    await stage.writes(lambda tx: leaving.begin(tx, OWNER, "FR", plan))
    await stage.writes(lambda tx: leaving.replan(tx, OWNER, "FR", {CLOSED: now + 90 * DAY_S}))
    await works(stage, runner)
    assert "dates of leaving" in (await told(alice))[0]
    await goes(stage, OPEN)
    stage.clock.moves(100 * DAY_S)
    await works(stage, runner)
    state = await stage.reads(lambda rx: leaving.state(rx, "FR"))
    assert (state.step, state.status, dict(state.plan)) == (OPEN, "open", {})


@pytest.mark.parametrize(("plan", "reason"), [
    ({CLOSED: 10, READ_ONLY: 20}, "territory_plan_invalid"),
    ({NOTICE: 10}, "territory_plan_invalid"),
    ({READ_ONLY: -5}, "territory_plan_invalid"),
    ({READ_ONLY: 3}, "territory_reason_needed"),
])  # fmt: skip
async def test_plans_that_are_none(stage: Stage, plan: dict[str, int], reason: str) -> None:
    now = int(stage.clock.now())
    dates = {step: now + days * DAY_S for step, days in plan.items()}
    with pytest.raises(Refusal, match=reason):
        await stage.writes(lambda tx: leaving.begin(tx, OWNER, "FR", dates))
    assert await stage.reads(leaving.states) == []


async def test_no_step_is_left_out_and_no_country_made_up(stage: Stage) -> None:
    for step in (CLOSED, READ_ONLY, CLOSED_TO_NEW, OPEN, "gone"):
        with pytest.raises(Refusal, match="territory_step_invalid"):
            await goes(stage, step)
    with pytest.raises(Refusal, match="territory_invalid"):
        await stage.writes(lambda tx: leaving.go(tx, OWNER, "ZZ", NOTICE))


async def test_who_comes_to_be_there_is_told(stage: Stage, runner: Leaving) -> None:
    (alice,) = await stage.people("alice")
    await goes(stage, NOTICE)
    await works(stage, runner)
    assert await told(alice) == []
    stage.clock.moves(1)
    await lives(stage, alice, "FR")
    await works(stage, runner)
    assert "leave your country (FR)" in (await told(alice))[0]


async def test_the_journal_and_the_log_have_each_step(stage: Stage) -> None:
    await goes(stage, NOTICE)
    await goes(stage, OPEN)
    await stage.writes(lambda tx: leaving.mark(tx, OWNER, "FR", leaving.BLOCKED, "Seen by three networks."))

    def entries(tx: Tx) -> list[tuple[str, bytes]]:
        return tx.all("SELECT kind, public FROM journal WHERE kind LIKE 'territory%' ORDER BY no")

    found = await stage.writes(entries)
    assert [kind for kind, _ in found] == ["territory_step", "territory_step", "territory_marked"]
    said = [bytes(public).decode() for _, public in found]
    assert all('"country":"FR"' in one for one in said)
    assert ['"outcome":"notice"' in said[0], '"outcome":"returned"' in said[1], '"outcome":"blocked"' in said[2]] == [
        True, True, True,
    ]  # fmt: skip
    assert (await stage.reads(lambda rx: leaving.state(rx, "FR"))).status == "restricted"


async def test_who_comes_there_is_told_also_by_the_next_server(stage: Stage, runner: Leaving) -> None:
    alice, bob = await stage.people("alice", "bob")
    await goes(stage, NOTICE)
    await works(stage, runner)
    stage.clock.moves(1)
    await lives(stage, alice, "FR")
    await lives(stage, bob, "FR")
    await lives(stage, bob, "DE")
    await works(stage, Leaving(SITE))  # the first one was killed before it could tell anybody
    assert len(await told(alice)) == 1 and "going to leave your country (FR)" in (await told(alice))[0]
    assert await told(bob) == [], "who is not there any more is told nothing"
    await works(stage, Leaving(SITE))
    assert len(await told(alice)) == 1, "and nobody twice"
