"""How long a page of a queue takes among a million decided cases and ten thousand open ones."""

import asyncio
import random
import sqlite3
import time
from pathlib import Path

from bench.figures import Run
from bench.report import Figure
from chappe.domain import access, operators
from chappe.domain.access import Moderator
from chappe.domain.categories import KEYWORDS
from chappe.safety import cases, priority, queues
from chappe.safety.queues import FIRST, Search
from chappe.store import Store, Tx, open_sqlite
from chappe.store.migrate import shipped
from chappe.store.sqlite import prepare

DECIDED, OPEN = 1_000_000, 10_000
NOW = 1_800_000_000
BAR_MS = 150.0
TIMES = 5
_COLUMNS = (
    "case_id, state, is_open, source, category, keyword, child_safety, flagged, lang, surface, author_id, room_id,"
    " priority, reach, place, due, notice_count, item_count, received_at, decided_at, outcome, decided_by"
)


class _Clock:
    def now(self) -> float:
        return float(NOW)

    def monotonic(self) -> float:
        return 1000.0


def fill(path: Path) -> None:
    """The database holds the cases, each about one message."""
    prepare(path, shipped(), NOW)
    database, chance = sqlite3.connect(path), random.Random(1)
    kinds = [(category, keyword) for category, words in KEYWORDS.items() for keyword in ("", *words)]
    marks = ", ".join("?" * 22)
    for start in range(0, DECIDED + OPEN, 50_000):
        numbers = range(start + 1, min(start + 50_000, DECIDED + OPEN) + 1)
        rows = [_case(chance, number, number > DECIDED, *chance.choice(kinds)) for number in numbers]
        database.executemany(f"INSERT INTO cases ({_COLUMNS}) VALUES ({marks})", rows)
        items = [(n, f"message:-1000000001{n % 997:03}:{n}", b"\x95", n % 5000, "", int(n > DECIDED)) for n in numbers]
        database.executemany(
            "INSERT INTO case_items (case_id, item_key, item, author_id, sha256, is_open) VALUES (?, ?, ?, ?, ?, ?)",
            items,
        )
    database.commit()
    database.close()


def _case(chance: random.Random, number: int, is_open: bool, category: str, keyword: str) -> tuple[object, ...]:
    received = NOW - chance.randrange(20 * 86_400 if is_open else 900 * 86_400)
    reach, flagged, child = 10 ** chance.randrange(6), chance.random() < 0.05, keyword.startswith("CHILD_SEXUAL")
    urgency = priority.priority(category, keyword, reach)
    return (
        number, "received" if is_open else "closed", int(is_open), chance.choice(("notice", "notice", "rule")),
        category, keyword, int(child), int(flagged), chance.choice(("en", "fr", "de")),
        chance.choice(("public", "closed")), number % 5000, -1_000_000_001_000 - number % 997, urgency, reach,
        priority.place(urgency, 1, received, flagged=flagged), priority.due(urgency, received), 1, 1, received,
        0 if is_open else received + 3600, "" if is_open else "no_action", "" if is_open else "operator:1",
    )  # fmt: skip


def figures(run: Run) -> None:
    """The slowest page and count of any queue that comes with the server, first pages and far ones."""
    path = run.place("queues")
    path.parent.mkdir(parents=True, exist_ok=True)
    fill(path)
    taken = asyncio.run(_asked(path))
    run.report.figures += [
        Figure("slowest page of a queue", "ms", taken["page"], BAR_MS, note=f"{DECIDED:,} decided, {OPEN:,} open"),
        Figure("slowest count of a queue", "ms", taken["count"], BAR_MS),
        Figure("a case with what is related to it", "ms", taken["case"]),
    ]


async def _asked(path: Path) -> dict[str, list[float]]:
    store = open_sqlite(path, _Clock())
    moderator = await store.write(_moderator)
    await store.write(queues.prepare)
    searches = [search for _, search in FIRST] + [Search(state="all"), Search(author_id=17, state="all")]
    taken: dict[str, list[float]] = {"page": [], "count": [], "case": []}
    for _ in range(TIMES):
        pages, counts = [], []
        for search in searches:
            pages.append(await _page_ms(store, moderator, search))
            counts.append(await _ms(store, lambda rx, s=search: queues.count(rx, moderator, s)))  # type: ignore[misc]
        taken["page"].append(max(pages))
        taken["count"].append(max(counts))
        taken["case"].append(await _ms(store, lambda rx: cases.related(rx, moderator, DECIDED + 17)))
    await store.close()
    return taken


async def _page_ms(store: Store, moderator: Moderator, search: Search) -> float:
    """The slowest of the first twenty pages."""
    after, slowest = "", 0.0
    for _ in range(20):
        begun = time.perf_counter()
        page = await store.read(lambda rx, behind=after: queues.page(rx, moderator, search, behind))  # type: ignore[misc]
        slowest, after = max(slowest, (time.perf_counter() - begun) * 1000), page.after
        if not after:
            break
    return slowest


async def _ms(store: Store, query: object) -> float:
    begun = time.perf_counter()
    await store.read(query)  # type: ignore[arg-type]
    return (time.perf_counter() - begun) * 1000


def _moderator(tx: Tx) -> Moderator:
    operators.first_link(tx, b"first link of all")
    owner = operators.enrol(tx, b"first link of all", "owner", operators.Password(b"x" * 48), ())
    return access.require_moderator(tx, owner.operator_id, operators.LEAD)


