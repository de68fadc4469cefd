"""Figures of orders: by instrument, country and outcome; three who count alone come to the same. Source: dsa/15"""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tools.build_client import find_node

from chappe.transparency.figures import LEAST, tally
from chappe_verify.recount import Stretch, difference

HOUSE = Path(__file__).parents[2]
RECOUNT = HOUSE / "src" / "chappe" / "web" / "static" / "verify" / "recount.js"
INSTRUMENTS = ("dsa_order9", "dsa_order10", "tco_removal", "epoc")
OUTCOMES = ("received", "receipt", "effect", "executed", "refused", "late")


def leaf(**more: Any) -> dict[str, Any]:
    return {"hour": "2026-11-22T08Z", "source": "order", **more}


def order(instrument: str, outcome: str, country: str = "FR", **more: Any) -> dict[str, Any]:
    return leaf(instrument=instrument, outcome=outcome, **({"country": country} if country else {}), **more)


def counted(leaves: Sequence[dict[str, Any]], least: int = LEAST) -> dict[str, Any]:
    return tally(json.dumps(one).encode() for one in leaves).shown(0, least)


def a_day(chance: Random, size: int) -> list[dict[str, Any]]:
    """Leaves of all sorts, orders and others."""
    made = []
    for _ in range(size):
        one = order(chance.choice(INSTRUMENTS), chance.choice(OUTCOMES), chance.choice(("FR", "DE", "BE", "MT", "")))
        for name, some in (("hours", (0, 1, 3, 30)), ("count", (1, 2, 40)), ("items", (1, 2, 9))):
            if chance.random() < 0.5:
                one[name] = chance.choice(some)
        if one["outcome"] == "refused":
            one["ground"] = chance.choice(("no_basis", "not_competent"))
        made.append(one)
        if chance.random() < 0.2:
            made.append(leaf(instrument=chance.choice(("decision", "undo")), outcome="remove", country="FR"))
            made.append({"hour": "2026-11-22T08Z", "instrument": "notice", "source": "notice", "country": "FR"})
            made.append({"hour": "2026-11-22T08Z", "sealed": "x"})
    return made


def test_orders_are_counted_by_instrument_country_and_outcome() -> None:
    leaves = [
        *[order("dsa_order10", "received", items=2)] * 2, order("dsa_order10", "receipt", hours=0),
        order("dsa_order10", "executed", hours=30, count=1), order("dsa_order10", "refused", "DE", ground="no_basis"),
        order("dsa_order10", "late"), order("tco_removal", "effect", "FR", hours=1, count=7),
    ]  # fmt: skip
    found = counted(leaves)["orders"]
    asked = found["dsa_order10"]
    assert asked["outcomes"]["received"] == {"total": 2, "items": 4}
    assert asked["outcomes"]["receipt"] == {"total": 1, "items": 1, "hours": {"0": 1}, "median_hours": 0}
    assert asked["outcomes"]["refused"] == {"total": 1, "items": 1, "ground": {"no_basis": 1}}
    assert asked["outcomes"]["executed"]["people"] == 1 and asked["outcomes"]["late"]["total"] == 1
    assert list(asked["countries"]) == ["FR"] and asked["country_delayed"] == 1, "one German leaf tells too much"
    assert asked["countries"]["FR"]["received"]["items"] == 4
    assert found["tco_removal"] == {
        "outcomes": {"effect": {"total": 1, "items": 1, "people": 7, "hours": {"1": 1}, "median_hours": 1}},
        "country_delayed": 1,
    }
    assert list(counted(leaves, 1)["orders"]["dsa_order10"]["countries"]) == ["DE", "FR"]


def test_what_an_order_made_known_is_no_order_and_a_day_without_any_says_nothing_of_them() -> None:
    assert "orders" not in counted([leaf(instrument="decision", outcome="remove"), leaf(instrument="undo")])


@pytest.mark.parametrize("seed", range(8))
def test_the_verifier_counts_the_same(seed: int) -> None:
    leaves = [order("epoc", "received"), *a_day(Random(seed), 60)]
    theirs = Stretch()
    for one in leaves:
        theirs.add(one)
    for least in (1, LEAST):
        published = counted(leaves, least)
        assert difference(published, theirs.figures(0, least)) == ""
    published["orders"]["epoc"]["outcomes"]["received"]["total"] += 1
    assert "orders.epoc.outcomes.received.total" in difference(published, theirs.figures(0, LEAST))


def test_days_together_are_what_their_leaves_together_are() -> None:
    days = [a_day(Random(seed), 30) for seed in range(5)]
    whole = tally([])
    for day in days:
        whole.join(tally(json.dumps(one).encode() for one in day))
    assert whole.shown(0) == counted([one for day in days for one in day])


@pytest.mark.slow
def test_the_page_in_the_browser_counts_the_same(tmp_path: Path) -> None:
    node, _ = find_node()
    (tmp_path / "recount.mjs").write_text(
        RECOUNT.read_text("utf-8").replace('import { Wrong } from "./log.js";', "class Wrong extends Error {}")
    )
    (tmp_path / "run.mjs").write_text(
        "import { Days } from './recount.mjs'\nimport { readFileSync } from 'node:fs'\nconst days = new Days()\n"
        "JSON.parse(readFileSync('leaves.json', 'utf8')).forEach((leaf, index) => days.add(leaf, index))\n"
        "console.log(JSON.stringify([days.figures(days.names), days.figures(days.names, 1)]))\n"
    )
    leaves = a_day(Random(99), 200)
    (tmp_path / "leaves.json").write_text(json.dumps(leaves))
    done = subprocess.run([str(node), "run.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=400, check=True)
    for least, theirs in zip((LEAST, 1), json.loads(done.stdout), strict=True):
        ours = counted(leaves, least)
        ours["sealed"]["still"] = theirs["sealed"]["still"]
        assert difference(ours, theirs) == ""
