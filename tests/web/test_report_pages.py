"""Source: dsa/15. The daily figures as people read them: the gravest first, gaps and corrections shown."""

import csv
import io
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.transparency.logbook import ORIGIN
from tests.web.conftest import SITE

from chappe.domain import journal, takeovers
from chappe.domain.journal import Public
from chappe.store import Store
from chappe.transparency import Ledger
from chappe.transparency.figures import tally
from chappe.transparency.reports import publish
from chappe.web.language import load_texts
from chappe.web.page import Pages
from chappe.web.reports import page_routes

DAY_S = 86_400
CHILD = {"category": "PROTECTION_OF_MINORS", "keyword": "CHILD_SEXUAL_ABUSE_MATERIAL", "source": "notice"}
TERROR = {"category": "RISK_FOR_PUBLIC_SECURITY", "keyword": "TERRORIST_CONTENT", "source": "trusted_flagger"}
LEAVES = (
    Public("notice", "FR", item="message", **CHILD),
    Public("decision", item="room", outcome="remove_room", ground="law", automation="none", hours=2, **CHILD),
    Public("decision", item="message", outcome="remove", ground="law", automation="full", hours=4, **TERROR),
    Public("decision", item="account", outcome="suspend", ground="terms", automation="none", items=3, **TERROR),
    Public("decision", item="message", outcome="nothing", category="SCAMS_AND_FRAUD", source="notice"),
    Public("complaint", outcome="filed", item="remove", category="SCAMS_AND_FRAUD"),
    Public("undo", outcome="undone", item="message", category="SCAMS_AND_FRAUD"),
    Public("overdue", count=1),
)
DAY = 20254
"""2025-06-15, in days since 1970."""


def encode(leaf: Public) -> bytes:
    """As much of a leaf as is counted."""
    return msgspec.json.encode({"hour": "2025-06-15T15", **msgspec.structs.asdict(leaf), "sealed": "", "opens": -1})


class Scene:
    """A server's log, its clock, and somebody who reads the pages."""

    def __init__(self, store: Store, clock: FakeClock, ledger: Ledger, reader: httpx.AsyncClient) -> None:
        self.store, self.clock, self.ledger, self.reader = store, clock, ledger, reader

    async def writes(self, *leaves: Public) -> None:
        """These acts stand in the journal."""
        for leaf in leaves:
            await self.store.write(lambda tx, one=leaf: journal.record(tx, "invite_used", "user:7", "user:7", one))

    async def night(self) -> None:
        """The day ends, and what is due is counted."""
        await self.works()
        self.clock.moves(DAY_S)
        await self.works()

    async def works(self) -> None:
        """Log and reports have nothing to do."""
        await self.ledger.catch_up()

    async def reads(self, path: str, language: str = "en") -> str:
        """The page's text."""
        answer = await self.reader.get(path, headers={"accept-language": language})
        assert answer.status_code == 200, path
        return answer.text


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """A log of nothing."""
    clock = FakeClock()
    store = open_fresh(tmp_path / "chappe.sqlite", clock)
    (tmp_path / "keys").mkdir()
    ledger = Ledger(store, clock, os.urandom, tmp_path, ORIGIN)
    pages = Pages(SITE)
    routes = [*page_routes(pages, ledger), Mount("/static", Starlette())]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://chat.example.org"
    ) as reader:
        yield Scene(store, clock, ledger, reader)
    ledger.folder.unlock()
    await store.close()


def values(page: str) -> list[tuple[str, int]]:
    """Every figure of a page with what it is called, in order."""
    found = re.findall(r'(?:<dt>|<th scope="row">)([^<]+)</(?:dt|th)>\s*<(?:dd|td class="figure")>([\d,]+)<', page)
    return [(name, int(number.replace(",", ""))) for name, number in found]


async def test_before_the_first_night_there_is_nothing_and_it_is_said(scene: Scene) -> None:
    assert "There is no report yet" in await scene.reads("/reports")
    assert "<item>" not in await scene.reads("/reports/feed.xml")


async def test_a_day_tells_child_abuse_and_terrorism_first(scene: Scene) -> None:
    await scene.writes(*LEAVES)
    await scene.night()
    page = await scene.reads("/reports")
    assert page == await scene.reads("/reports/2025-06-15")
    assert page.index("Child sexual abuse") < page.index("Terrorism") < page.index("Altogether")
    assert values(page)[:13] == [
        ("Channels and groups restricted", 1), ("Accounts restricted", 0), ("Messages and files restricted", 0),
        ("Notices", 1), ("Channels and groups restricted", 0), ("Accounts restricted", 3),
        ("Messages and files restricted", 1), ("Notices", 0), ("Decisions", 4), ("Notices received", 1),
        ("Steps in complaints", 1), ("Decisions undone or ended", 1), ("Orders of authorities", 0),
    ]  # fmt: skip
    told = values(page)
    for line in [("Against the law", 2), ("Decided by a machine", 1), ("Nothing was due", 1), ("Trusted flaggers", 2)]:
        assert line in told, line
    assert "Median time: 3 hours." in page
    assert "One matter was past its date" in page
    assert "<script" not in page
    french = await scene.reads("/reports/2025-06-15", "fr")
    assert "Abus sexuels sur mineurs" in french
    assert "Contraire à la loi" in french
    assert "daily_" not in re.sub(r'(href|id|aria-labelledby|class)="[^"]*"', "", page + french)


async def test_months_years_sheets_and_the_feed_say_the_same(scene: Scene) -> None:
    await scene.writes(*LEAVES)
    await scene.night()
    await scene.writes(LEAVES[2])
    await scene.night()
    for name in ("2025-06", "2025"):
        assert ("Decisions", 5) in values(await scene.reads(f"/reports/{name}"))
    sheet = dict(csv.reader(io.StringIO(await scene.reads("/reports/2025-06.csv"))))
    assert sheet["instruments.decision.total"] == "5"
    assert sheet["instruments.decision.items.message.RISK_FOR_PUBLIC_SECURITY/TERRORIST_CONTENT"] == "2"
    feed = ElementTree.fromstring(await scene.reads("/reports/feed.xml"))
    titles = [one.findtext("title") or "" for one in feed.iter("item")]
    assert [title[:10] for title in titles] == ["2025-06-16", "2025-06-15"]
    assert "decisions: 4, of which child abuse 1, terrorism 4 · notices: 1" in titles[1]


async def test_a_correction_says_what_changed(scene: Scene) -> None:
    await scene.writes(*LEAVES)
    await scene.night()
    fewer = tally(encode(leaf) for leaf in LEAVES[:-2])
    await scene.store.write(lambda tx: publish(tx, DAY, fewer, 0, 6))
    page = await scene.reads("/reports/2025-06-15")
    assert "Version 2" in page
    assert re.search(r"instruments\.undo</th><td[^>]*>.*total.*</td><td[^>]*>–</td>", page)
    assert "Version 2" not in await scene.reads("/reports/2025-06-15?version=1")


async def test_a_gap_is_seen(scene: Scene) -> None:
    await scene.writes(*LEAVES)
    await scene.night()
    scene.clock.moves(3 * DAY_S)
    page = await scene.reads("/reports")
    assert "Days that are over and have no report:" in page
    assert page.count('class="report-gap"') == 3
    assert "2025-06-16, 2025-06-17, 2025-06-18" in page
    await scene.works()
    late = await scene.reads("/reports/2025-06-16")
    assert "This report came late" in late
    assert "no report" not in late


@pytest.mark.parametrize(
    "name", ["2025-06-14", "2025-13", "nothing", "2025-06-15?version=2", "2025-06-15.exe", "0", "a/b"]
)
async def test_what_is_no_report_is_missing(scene: Scene, name: str) -> None:
    await scene.writes(*LEAVES)
    await scene.night()
    assert (await scene.reader.get(f"/reports/{name}")).status_code == 404


async def test_orders_of_authorities_are_told_by_instrument_and_country(scene: Scene) -> None:
    of = {"source": "order", "country": "FR"}
    await scene.writes(
        *[Public("dsa_order10", outcome="received", items=2, **of)] * 3, Public("synthetic", outcome="received", **of),
        Public("dsa_order10", outcome="receipt", hours=0, **of), Public("orders_overdue", count=0),
        Public("dsa_order10", outcome="refused", ground="no_legal_basis", hours=5, **of),
        Public("tco_removal", outcome="received", source="order", country="DE"),
        Public("tco_removal", outcome="effect", hours=1, count=1204, source="order", country="DE"),
    )  # fmt: skip
    await scene.night()
    page = await scene.reads("/reports/2025-06-15")
    assert ("Orders of authorities", 4) in values(page), "the test order is none"
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page[page.index('id="h-orders"') :])[:5]
    told = {re.sub("<[^>]+>", "", name): re.findall(r">([^<]+)</td>", cells) for name, cells in rows}
    names = list(told)
    assert "Art. 10" in names[0] and names[1] == "of which FR" and "terror" in names[2]
    assert told[names[0]] == ["3", "0", "–", "0", "1", "0", "0"] == told["of which FR"]
    assert told[names[2]] == ["1", "–", "1", "0", "0", "0", "1,204"]
    assert "2 steps of orders in countries that had fewer than three" in page
    assert "No order of an authority was past its date" in page
    assert "no legal basis" in page.lower()
    french = await scene.reads("/reports/2025-06-15", "fr")
    assert "Injonctions d’autorités" in french and "Aucune injonction d’autorité n’était échue" in french
    assert "daily_" not in re.sub(r'(href|id|aria-labelledby|class)="[^"]*"', "", page + french)


async def test_how_many_people_are_reached_is_a_page_and_data(scene: Scene) -> None:
    assert "No month is over yet" in await scene.reads("/reports/recipients")
    await scene.writes(Public("recipients_month", count=1234), Public("recipients_month_union", count=1200))
    await scene.night()
    scene.clock.moves(30 * DAY_S)
    await scene.works()
    page = await scene.reads("/reports/recipients")
    assert "1,200 people a month in the European Union, 1,234 everywhere." in page
    assert "règlement sur les services numériques" in await scene.reads("/reports/recipients", "fr")
    answer = await scene.reader.get("/reports/recipients.json")
    assert answer.json() == {
        "months": [{"name": "2025-06", "people": 1234, "union": 1200, "whole": True}], "people": 1234, "union": 1200,
        "over": 1,
    }  # fmt: skip


async def test_drills_and_takeovers_are_told(scene: Scene) -> None:
    await scene.writes(
        *(Public("continuity", outcome=one) for one in ("absent", "taken_over", "give_role_proposed", "drill_passed")),
        Public("oncall_drill", outcome="in_time", count=47),
    )
    await scene.night()
    told = values(await scene.reads("/reports/2025-06-15"))
    for line in ("Named successors took over", "Role to be given", "Restore drill passed", "Answered in time"):
        assert (line, 1) in told
    assert "Les successeurs nommés ont pris la relève" in await scene.reads("/reports/2025-06-15", "fr")


def test_every_step_of_continuity_has_words() -> None:
    known = load_texts()["en"].all
    kinds = [f"{kind}_{state}" for kind in takeovers.WAITS for state in ("proposed", "done", "dropped")]
    for outcome in (*kinds, "drill_passed", "drill_failed", "kits_made", "rule_proposed", "rule_in_force", "returned"):
        assert f"daily_continuity_{outcome}" in known, outcome

