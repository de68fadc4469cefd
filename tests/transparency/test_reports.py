"""The report of a day: due at ten past midnight, counted from leaves, corrected in versions. Source: dsa/24(5)"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.transparency.logbook import Logbook, logbook

from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.store import transparency as rows
from chappe.transparency import figures
from chappe.transparency.reports import DAY_S, DayReport, Reports

DAY = 1_750_000_000 // DAY_S
ABUSE = Public(
    "decision", category="PROTECTION_OF_MINORS", keyword="CHILD_SEXUAL_ABUSE_MATERIAL", ground="law", item="room",
    automation="none", outcome="remove_room", source="notice", country="FR", hours=3,
)  # fmt: skip
SPAM = Public(
    "decision", category="SCAMS_AND_FRAUD", ground="terms", item="account", automation="full", outcome="freeze",
    source="rule", country="DE", hours=0,
)  # fmt: skip


class Press:
    """A log and its reports."""

    def __init__(self, book: Logbook) -> None:
        self.book = book
        self.reports = Reports(book.store, book.clock, {"overdue": lambda rx: 0, "recipients": lambda rx: 41})

    async def act(self, *public: Public) -> None:
        for one in public:
            await self.book.store.write(lambda tx, one=one: journal.record(tx, "invite_used", "server", "x", one))  # type: ignore[misc]

    async def nights(self, count: int = 1) -> None:
        """Days pass; the clock stops before each midnight, and ten minutes after it."""
        for _ in range(count):
            midnight = (int(self.book.clock.now()) // DAY_S + 1) * DAY_S
            for moment in (midnight - 200, midnight + 601):
                self.book.clock.moves(moment - self.book.clock.now())
                await self.reports.step()
                await self.book.sequenced()
                while await self.reports.step():
                    pass

    async def day(self, day: int = DAY) -> DayReport:
        found = await self.reports.day(day)
        assert found is not None
        return found


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Press]:
    async with logbook(tmp_path) as book:
        yield Press(book)


async def test_a_day_is_counted_from_its_leaves(press: Press) -> None:
    await press.act(ABUSE, SPAM, SPAM, SPAM)
    await press.book.sequenced()
    assert not await press.reports.step()
    assert await press.reports.day(DAY) is None
    await press.nights()
    report = await press.day()
    assert (report.day, report.version, report.late) == ("2025-06-15", 1, False)
    assert (report.first_leaf, report.end_leaf) == (0, 6)
    instruments = report.figures["instruments"]
    assert isinstance(instruments, dict)
    assert instruments["decision"] == {
        "total": 4,
        "category": {"PROTECTION_OF_MINORS": 1, "SCAMS_AND_FRAUD": 3},
        "keyword": {"CHILD_SEXUAL_ABUSE_MATERIAL": 1},
        "ground": {"law": 1, "terms": 3},
        "automation": {"full": 3, "none": 1},
        "outcome": {"freeze": 3, "remove_room": 1},
        "item": {"account": 3, "room": 1},
        "source": {"notice": 1, "rule": 3},
        "country": {"DE": 3},
        "country_delayed": 1,
        "items": {
            "account": {"SCAMS_AND_FRAUD": 3},
            "room": {"PROTECTION_OF_MINORS/CHILD_SEXUAL_ABUSE_MATERIAL": 1},
        },
        "hours": {"0": 3, "3": 1},
        "median_hours": 0.0,
    }
    assert instruments["recipients"] == {"total": 1, "count": 41, "sum": 41}
    assert instruments["overdue"] == {"total": 1}


async def test_small_numbers_come_in_the_month(press: Press) -> None:
    await press.act(ABUSE)
    await press.nights()
    await press.act(ABUSE, ABUSE)
    await press.nights()
    assert "FR" not in str((await press.day()).figures)
    month = await press.reports.stretch(DAY - 14, DAY + 16)
    assert month is not None
    assert month.figures["instruments"]["decision"]["country"] == {"FR": 3}  # type: ignore[index]
    year = await press.reports.stretch(DAY, DAY + 1, least=1)
    assert year is not None and year.figures["instruments"]["decision"]["country"] == {"FR": 1}  # type: ignore[index]


async def test_days_without_anything_are_days_too(press: Press) -> None:
    await press.act(SPAM)
    await press.nights(4)
    assert await press.reports.days() == [(f"2025-06-{15 + n}", 1) for n in range(4)]
    assert (await press.day(DAY + 2)).figures["leaves"] == 3  # what was measured, and the report of the day before


async def test_what_waits_for_its_place_holds_the_report(press: Press) -> None:
    await press.act(SPAM)
    press.book.clock.moves(DAY_S)
    assert not await press.reports.step()
    assert await press.reports.days() == []
    await press.book.sequenced()
    assert await press.reports.step()
    assert (await press.day()).figures["leaves"] == 1


async def test_a_late_report_says_so(press: Press) -> None:
    await press.act(SPAM)
    await press.book.sequenced()
    press.book.clock.moves(3 * DAY_S)
    press.reports._pages_somebody(await press.book.store.read(lambda rx: DAY), int(press.book.clock.now()))
    assert press.reports.behind_days == 3
    await press.book.sequenced()
    while await press.reports.step():
        pass
    assert [(await press.day(DAY + n)).late for n in range(3)] == [True, True, True]
    assert not (await press.day(DAY)).changes


async def test_a_day_that_changed_gets_a_version_that_says_what(press: Press) -> None:
    await press.act(SPAM, SPAM)
    await press.nights()
    first = await press.day()

    def add(tx: rows.Tx) -> None:
        leaf = b'{"hour":"2025-06-15T20Z","instrument":"decision","item":"room","v":1}'
        rows.add_leaves(tx, 0, [rows.LeafRow(1000, 1000, DAY * 24 + 20, leaf)])

    await press.book.store.write(add)
    assert await press.reports.step()
    second = await press.day()
    assert (second.version, second.figures["leaves"]) == (2, first.figures["leaves"] + 1)  # type: ignore[operator]
    assert {"figure": "instruments.decision.total", "before": 2, "after": 3} in second.changes
    assert (await press.reports.day(DAY, 1)) == first
    assert not await press.reports.step()
    kinds = await press.book.store.read(lambda rx: rx.all("SELECT kind FROM journal ORDER BY no"))
    assert [kind for (kind,) in kinds].count("report_published") == 2


async def test_sealed_leaves_are_counted_until_they_are_opened(press: Press) -> None:
    no = await press.book.store.write(
        lambda tx: journal.record(tx, "invite_made", "server", "order:1", Public("order", sealed=True))
    )
    await press.nights(2)
    await press.book.store.write(lambda tx: journal.open_sealed(tx, no, "operator:1"))
    await press.nights()
    sealed = [(await press.day(DAY + n)).figures["sealed"] for n in range(3)]
    assert sealed == [
        {"made": 1, "opened": 0, "still": 1},
        {"made": 0, "opened": 0, "still": 1},
        {"made": 0, "opened": 1, "still": 0},
    ]


@pytest.mark.parametrize(
    ("hours", "middle"),
    [({"1": 1}, 1.0), ({"1": 1, "4": 1}, 2.5), ({"10": 2, "2": 3}, 2.0), ({"0": 1, "9": 1, "5": 1}, 5)],
)
def test_the_median(hours: dict[str, int], middle: float) -> None:
    assert figures.median(hours) == middle
