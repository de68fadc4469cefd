"""Source: evidence/3(10). From where a device was in use, and when: kept for as long as may be, not a day longer."""

import pytest
from tests.kit.stage import Person, Stage

from chappe.base.ids import UserId
from chappe.domain import accounts, connections, retention, territory_profiles
from chappe.domain.retention import DAY_S, Retention
from chappe.jobs import retention as purging
from chappe.store import Tx
from chappe.tl import functions as f

ELSEWHERE = Retention("", 90 * DAY_S, 0, 0)
FRANCE = Retention("FR", 365 * DAY_S, 5 * 365 * DAY_S, 365 * DAY_S)


async def stored(stage: Stage) -> None:
    """Signs of life, for which nobody waits, are stored."""
    await stage.writes(lambda tx: None)


async def of(stage: Stage, person: Person) -> list[tuple[str, int, int]]:
    await stored(stage)
    found = await stage.reads(lambda rx: connections.of_person(rx, UserId(person.id)))
    return [(one.ip, one.since, one.until) for one in found]


async def test_addresses_are_known_by_stretches(stage: Stage, alice: Person) -> None:
    start = int(stage.clock.now())
    assert await of(stage, alice) == [("192.0.2.1", start, start)]
    for _ in range(3):
        stage.clock.moves(3600)
        await alice.calls(f.updates.GetState())
        await stored(stage)
    alice.ip = "2001:db8::7"
    stage.clock.moves(120)
    await alice.calls(f.updates.GetState())
    moved = int(stage.clock.now())
    assert await of(stage, alice) == [("192.0.2.1", start, start + 3 * 3600), ("2001:db8::7", moved, moved)]
    alice.ip = "192.0.2.1"
    stage.clock.moves(8 * 3600)
    await alice.calls(f.updates.GetState())
    assert [ip for ip, _, _ in await of(stage, alice)] == ["192.0.2.1", "2001:db8::7", "192.0.2.1"]


async def test_who_was_at_an_address(stage: Stage, alice: Person, bob: Person) -> None:
    start = int(stage.clock.now())
    bob.ip = "198.51.100.9"
    stage.clock.moves(3600)
    await bob.calls(f.updates.GetState())
    await stored(stage)
    found = await stage.reads(lambda rx: connections.at_address(rx, "198.51.100.9", start, start + 7200))
    assert [(one.user_id, one.since) for one in found] == [(bob.id, start + 3600)]
    assert not await stage.reads(lambda rx: connections.at_address(rx, "198.51.100.9", start, start + 3599))


async def test_connections_that_come_and_go_make_few_rows_and_stay_exact(
    stage: Stage, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have another port each minute behind one address, in the opposite order: a port and a minute say who."""
    monkeypatch.setattr(connections, "PORTS_MOST", 20)
    start, minutes, ip = int(stage.clock.now()), 60, "198.51.100.9"
    for number in range(minutes):
        stage.clock.moves(60)

        def act(tx: Tx, number: int = number) -> None:
            connections.seen(tx, UserId(alice.id), 7, ip, 40_000 + number)
            connections.seen(tx, UserId(bob.id), 8, ip, 40_000 + minutes - 1 - number)
            connections.seen(tx, UserId(bob.id), 8, ip, 39_999)

        await stage.writes(act)
    assert await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM connections WHERE ip = ?", (ip,))) == (7,)
    for number in (0, 1, 19, 20, 21, 40, 59):
        moment = start + 60 * (number + 1)
        for port, who in ((40_000 + number, alice), (40_000 + minutes - 1 - number, bob)):
            found = await stage.reads(lambda rx, p=port, m=moment: connections.at_address(rx, ip, m, m + 59, p))  # type: ignore[misc]
            assert [(one.user_id, one.port, one.since, one.until) for one in found] == [(who.id, port, moment, moment)]
    mine = await stage.reads(lambda rx: connections.of_person(rx, UserId(alice.id), start + 60))
    assert [(one.port, one.since) for one in mine] == [(40_000 + n, start + 60 * (n + 1)) for n in range(minutes)]
    stays = await stage.reads(lambda rx: connections.at_address(rx, ip, start, start + 7200, 39_999))
    assert {one.user_id for one in stays} == {bob.id} and all(one.until - one.since > 0 for one in stays)
    everybody = await stage.reads(lambda rx: connections.at_address(rx, ip, start, start + 7200))
    assert len(everybody) >= 2 * minutes


async def test_what_is_past_its_date_is_not_given_out_and_goes(stage: Stage, alice: Person) -> None:
    start = int(stage.clock.now())
    stage.clock.moves(90 * DAY_S)
    assert await of(stage, alice) == [("192.0.2.1", start, start)]
    stage.clock.moves(1)
    # Not cleared away yet, and given to nobody all the same.
    assert (await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM connections"))) == (1,)
    assert await of(stage, alice) == []
    assert not await stage.reads(lambda rx: connections.at_address(rx, "192.0.2.1", 0, 2**40))
    await purging.forgetting(stage.store, stage.clock)()
    assert (await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM connections"))) == (0,)


async def test_a_stretch_is_cut_where_it_may_no_longer_be_known(stage: Stage, alice: Person) -> None:
    start = int(stage.clock.now())
    for _ in range(10):
        stage.clock.moves(3600)
        await alice.calls(f.updates.GetState())
        await stored(stage)
    stage.clock.moves(90 * DAY_S - 5 * 3600)
    [(_, since, until)] = await of(stage, alice)
    assert (since, until) == (start + 5 * 3600, start + 10 * 3600)


@pytest.mark.parametrize("law", [ELSEWHERE, FRANCE], ids=["default", "fr"])
async def test_what_stays_of_an_account_that_ended(
    stage: Stage, alice: Person, law: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "of_person", lambda rx, user_id: law)
    await alice.calls(f.account.UpdateUsername(username="alice_of_lyon"))
    made, ended = int(stage.clock.now()), int(stage.clock.now()) + DAY_S
    stage.clock.moves(DAY_S)
    await stage.writes(lambda tx: accounts.delete(tx, UserId(alice.id)))

    def kept(rx: object) -> list[object]:
        return [*connections.kept_by_phone(rx, alice.phone), *connections.kept_by_username(rx, "alice_of_lyon")]  # type: ignore[arg-type]

    found = await stage.reads(kept)
    if law is ELSEWHERE:
        assert found == [] and await of(stage, alice) == []
        return
    assert found[0] == found[1] and (found[0].phone, found[0].first_name) == (alice.phone, "Alice")  # type: ignore[attr-defined]
    assert (found[0].made, found[0].ended) == (made, ended)  # type: ignore[attr-defined]
    assert await of(stage, alice) == [("192.0.2.1", made, made)]
    stage.clock.moves(365 * DAY_S)
    [one] = await stage.reads(kept)
    assert (one.username, one.phone) == ("", alice.phone)  # type: ignore[attr-defined]
    stage.clock.moves(4 * 365 * DAY_S - 1)
    assert len(await stage.reads(kept)) == 1
    stage.clock.moves(1)
    assert await stage.reads(kept) == []
    await purging.forgetting(stage.store, stage.clock)()
    assert (await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM kept_identities"))) == (0,)


async def test_the_law_of_a_number_is_that_of_its_country(stage: Stage) -> None:
    book = territory_profiles.shipped()
    await stage.writes(lambda tx: retention.lay_down(tx, book))
    here, there = await stage.reads(lambda rx: (retention.of_country(rx, "FR"), retention.of_country(rx, "US")))
    assert (here.territory, here.connections_s, here.details_s) == ("FR", 365 * DAY_S, 365 * DAY_S)
    assert (there.territory, there.connections_s, there.identity_s) == ("US", 90 * DAY_S, 0)
    maker = await stage.writes(lambda tx: accounts.create(tx, "33612345678", "Anne", "", quiet=True))
    assert (await stage.reads(lambda rx: retention.of_person(rx, maker))).territory == "FR"
    stage.clock.moves(DAY_S)
    await stage.writes(lambda tx: accounts.delete(tx, maker))
    # The number is free and the account a grave; what held for it goes on to hold.
    found = await stage.reads(lambda rx: (retention.of_person(rx, maker), connections.kept(rx, maker)))
    assert found[0].territory == "FR" and found[1] is not None and found[1].phone == "33612345678"
    years = here.identity_s
    assert 5 * 365 * DAY_S <= years <= 5 * 366 * DAY_S
