"""Source: dsa/24(2). How many people the service reaches is measured into the log, and averaged for half a year."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.transparency.logbook import Logbook, logbook
from tests.transparency.test_reports import DAY_S, Press

from chappe.base.ids import UserId
from chappe.domain import accounts, territories
from chappe.store import Tx
from chappe.transparency import RECIPIENTS, Recipients, recipients
from chappe.transparency.recipients import Month
from chappe.transparency.reports import Reports


class Town(Press):
    """A log, its reports, and people who come and go."""

    def __init__(self, book: Logbook) -> None:
        super().__init__(book)
        self.reports = Reports(book.store, book.clock, RECIPIENTS)

    async def arrives(self, phone: str) -> UserId:
        """An account with this number, of somebody who was not here for long."""

        def act(tx: Tx) -> UserId:
            made = accounts.create(tx, phone, "Alice", "")
            territories.settle(tx, made)
            tx.run("UPDATE accounts SET last_seen = 0 WHERE owner_id = ?", (made,))
            return made

        return await self.book.store.write(act)

    async def here(self, *people: UserId) -> None:
        """The people are connected now."""
        for one in people:
            await self.book.store.write(
                lambda tx, one=one: tx.run("UPDATE accounts SET last_seen = ? WHERE owner_id = ?", (tx.now, one))  # type: ignore[misc]
            )

    async def until(self, day: str) -> None:
        """Nights pass until this day, a few at a time."""
        wanted = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
        while self.book.clock.now() < wanted - DAY_S:
            left = int((wanted - self.book.clock.now()) // DAY_S)
            await self.nights(min(left, 1))

    async def found(self) -> Recipients:
        return await recipients(self.reports)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with logbook(tmp_path) as book:
        yield Town(book)


async def test_nothing_is_said_before_a_month_was_measured(town: Town) -> None:
    assert await town.found() == Recipients((), 0, 0, 0)


async def test_a_month_counts_each_account_once_and_an_unknown_country_as_the_union(town: Town) -> None:
    french = await town.arrives("33612345678")
    american = await town.arrives("12125550123")
    nowhere = await town.arrives("88812345678")
    await town.arrives("33612345679")
    await town.until("2025-06-20")
    await town.here(french, american, nowhere)
    await town.nights(2)
    await town.here(french)
    await town.until("2025-07-03")
    await town.here(american)
    await town.nights(2)
    found = await town.found()
    assert found.months == (Month("2025-07", 1, 0, whole=False), Month("2025-06", 3, 2, whole=True))
    assert (found.people, found.union, found.over) == (3, 2, 1)


async def test_the_average_is_of_whole_months_and_rounded_up(town: Town) -> None:
    alice, bob = [await town.arrives(f"3361234567{n}") for n in range(2)]
    await town.here(alice)
    await town.until("2025-07-02")
    await town.here(alice, bob)
    await town.until("2025-08-02")
    found = await town.found()
    assert [(one.name, one.people, one.whole) for one in found.months] == [("2025-07", 2, True), ("2025-06", 1, True)]
    assert (found.people, found.union, found.over) == (2, 2, 2)
