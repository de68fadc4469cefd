"""What the desk did is told by instrument and country: in the daily figures, the third sheet, the yearly TCO report.

Source: dsa/15, tco/7(3), requirements/legal-log
"""

import csv
import io
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.kit.desk import Bench, link
from tests.kit.stage import Person, Stage
from tests.legal.test_removing import market
from tests.transparency.logbook import ORIGIN

from chappe.domain.access import Moderator
from chappe.legal import answers, pending, removing
from chappe.legal.authorities import Authority
from chappe.legal.records import Order, Target
from chappe.transparency import Ledger, yearly
from chappe.web.language import load_texts
from chappe.web.reports import orders as shown
from chappe_verify.recount import Stretch, difference

HOUR_S, DAY_S = 3600, 86_400
ASKED = Target("username", "the_market", "subscriber", 0, 0)


async def refuses(bench: Bench, officer: Moderator, order: Order, reason: str) -> None:
    """The order is refused in a letter."""

    def act(tx: Any) -> None:
        letter = answers.draft(tx, officer, order.order_id, bench.office, "refusal", reason, "No.")
        answers.send(tx, officer, letter.letter_id, bench.office)

    await bench.stage.writes(act)


async def days(stage: Stage, folder: Path) -> tuple[Ledger, list[dict[str, Any]]]:
    """The log of the stage after two nights, and the figures of the day before."""
    (folder / "keys").mkdir()
    measures = {"orders_overdue": pending.overdue}
    ledger = Ledger(stage.store, stage.clock, os.urandom, folder, ORIGIN, measures)
    await ledger.catch_up()
    day = int(stage.clock.now()) // DAY_S
    for moment in ((day + 1) * DAY_S - 200, (day + 1) * DAY_S + 700):
        stage.clock.moves(moment - stage.clock.now())
        await ledger.catch_up()
    found = await ledger.reports.newest(day, day + 1)
    return ledger, [one.figures for one in found]


async def month(stage: Stage, bench: Bench, officer: Moderator, alice: Person, police: Authority) -> Authority:
    """A removal in its hour, two requests refused, a forgery, a German request that nobody answers in time."""
    _, post = await market(stage, alice)
    await bench.arrives("tco_removal", police, link(post), category="RISK_FOR_PUBLIC_SECURITY")
    for _ in range(2):
        asked = await bench.arrives(
            "dsa_order10", police, ASKED, category="SCAMS_AND_FRAUD", keywords=("PHISHING",)
        )
        stage.clock.moves(3 * HOUR_S)
        await refuses(bench, officer, asked, "no_legal_basis")
    german = await bench.authority(officer, "remover", "DE")
    await bench.first_contact(german)
    await bench.arrives("dsa_order10", german, ASKED)
    await bench.works()
    return german


async def test_a_day_tells_each_instrument_and_country(
    stage: Stage, bench: Bench, officer: Moderator, alice: Person, police: Authority, tmp_path: Path
) -> None:
    await month(stage, bench, officer, alice, police)
    ledger, [figures] = await days(stage, tmp_path)
    orders: dict[str, Any] = figures["orders"]
    removal, asked = orders["tco_removal"]["outcomes"], orders["dsa_order10"]["outcomes"]
    assert removal["received"]["total"] == removal["executed"]["total"] == 1
    assert removal["receipt"]["hours"] == {"0": 1} and removal["effect"]["median_hours"] == 0
    assert removal["effect"]["people"] >= 1
    assert asked["received"]["total"] == 3 and asked["refused"]["ground"] == {"no_legal_basis": 2}
    assert asked["refused"]["median_hours"] == 3
    assert list(orders["dsa_order10"]["countries"]) == ["FR"], "what Germany asked once is told with the month"
    assert figures["instruments"]["orders_overdue"]["total"] == 1
    line = shown.shown(load_texts()["en"], figures)
    assert line is not None and line.refusals[0][1] == 2 and line.delayed == 2
    whole = [(one.label, one.received, one.refused, one.executed) for one in line.lines if not one.country]
    assert [one[1:] for one in whole] == [(3, 2, 0), (1, 0, 1)]
    assert "DSA" in whole[0][0] and shown.received(figures) == 4
    counted = Stretch()
    leaves = await stage.reads(lambda rx: rx.all("SELECT leaf FROM log_leaves WHERE hour / 24 = ?",
                                                 (int(stage.clock.now()) // DAY_S - 1,)))  # fmt: skip
    for (leaf,) in leaves:
        counted.add(json.loads(leaf))
    still = figures["sealed"]["still"]
    assert difference(figures, counted.figures(still)) == "", "who has the leaves comes to the same"
    ledger.folder.unlock()


async def test_an_order_past_its_date_is_said_aloud(
    stage: Stage, bench: Bench, officer: Moderator, police: Authority
) -> None:
    assert await stage.reads(pending.overdue) == 0
    order = await bench.arrives("national_requisition", police, ASKED, fields=(("issued_at", "1790000000"),))
    waits = (await bench.order(order)).deadline_at - stage.clock.now()
    stage.clock.moves(waits + 60)
    await bench.works()
    assert waits > 0
    assert await stage.reads(pending.overdue) == 1


async def test_the_third_sheet_counts_real_orders_by_category_and_country(
    stage: Stage, bench: Bench, officer: Moderator, alice: Person, police: Authority
) -> None:
    await month(stage, bench, officer, alice, police)
    swiss = await bench.authority(officer, "remover", "CH")
    await bench.arrives("dsa_order10", swiss, ASKED)
    year = datetime.fromtimestamp(stage.clock.now(), UTC).year
    stage.clock.moves(400 * DAY_S)
    provider = yearly.Provider("Bob at the Quay", "Chappe", date(year + 1, 1, 15))
    sheets = await stage.reads(lambda rx: yearly.report(rx, year, provider, {}))
    found = list(csv.DictReader(io.StringIO(sheets["3_member_states_orders"])))
    rows = [{name.strip(): value for name, value in one.items()} for one in found]
    assert len(rows) == 91 + 2 * 90 and {one["Scope"] for one in rows} == {"TOTAL", "DE", "FR"}

    def row(code: str, scope: str = "TOTAL") -> dict[str, str]:
        [one] = [one for one in rows if one["Category of illegal content"] == code and one["Scope"] == scope][:1]
        return one

    inform = "Number of orders to provide information"
    receipt = "Median time to inform the authority of the receipt of the order to provide information"
    act = "Number of orders to act against illegal content received"
    assert (row("TOTAL")[inform], row("TOTAL")[act]) == ("3", "1")
    assert "1 from elsewhere left out" in row("TOTAL")[f"Contextual information on {inform}"]
    assert row("STATEMENT_CATEGORY_SCAMS_AND_FRAUD")[inform] == row("KEYWORD_PHISHING")[inform] == "2"
    assert row("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", "FR")[inform] == "2"
    assert row("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", "DE")[inform] == "0"
    assert row("STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER", "DE")[inform] == "1"
    assert row("STATEMENT_CATEGORY_SCAMS_AND_FRAUD")[receipt] == "0.00"
    removed = row("STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY", "FR")
    assert removed[act] == "1"
    assert removed["Median time to give effect to the order to act against illegal content"] == "0.00"
    named = [one for one in rows if one["Scope"] == "TOTAL" and one["Category of illegal content"].startswith("STATEM")]
    assert sum(int(one[inform]) for one in named) == 3, "parts add up"


async def test_the_yearly_report_on_terrorist_content(
    stage: Stage, bench: Bench, officer: Moderator, alice: Person, police: Authority
) -> None:
    _, post = await market(stage, alice)
    order = await bench.arrives("tco_removal", police, link(post))
    await stage.writes(lambda tx: removing.undo(tx, officer, order.order_id, "It was a report of the event."))
    year = datetime.fromtimestamp(stage.clock.now(), UTC).year
    [(name, text)] = (await stage.reads(lambda rx: yearly.tco_report(rx, year))).items()
    rows = {one["Indicator"]: one for one in csv.DictReader(io.StringIO(text))}
    assert name == "tco_yearly" and rows["Reporting period"]["Value"] == f"{year}-01-01/{year}-12-31"
    for indicator, value in [
        ("Removal orders received", "1"), ("Items removed or disabled after removal orders", "1"),
        ("Removal orders in effect within the hour", "1"), ("Median hours from receipt to effect", "0.00"),
        ("Removal orders not executed", "0"), ("Removal orders whose effect was undone", "1"),
        ("Complaints about measures against terrorist content", "0"), ("Reinstatements after a complaint", "0"),
    ]:  # fmt: skip
        assert rows[indicator]["Value"] == value, indicator
    assert not (await stage.reads(lambda rx: yearly.tco_report(rx, year - 1)))[name].count("orders received,1")
