"""What the server promises for its safety: dated goals, each beside the public figure that shows whether it is met.

Source: requirements/goals
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chappe.transparency import Ledger, Stretch
from chappe.web.language import LANGUAGES, of_request
from chappe.web.page import Pages

DAY_S = 86_400
DAYS = 30
"""The figures are those of so many days."""
MET, MISSED, AHEAD, UNMEASURED = "met", "missed", "ahead", "unmeasured"
HEADERS = {"cache-control": "public, max-age=300"}


class GoalsError(Exception):
    """The goals cannot be used; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise. Shape: figure as in `goals.toml`; since and by YYYY-MM-DD; text by language."""

    name: str
    since: str
    by: str
    figure: str
    most: float | None
    least: float | None
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a goal stands. Shape: value None where nothing was measured; state met, missed, ahead or unmeasured."""

    goal: Goal
    value: float | None
    state: str


def load(path: Path | None) -> tuple[Goal, ...]:
    """The goals of the file, or those that come with Chappe. Errors: GoalsError."""
    place = path or resources.files("chappe.web.goals") / "goals.toml"
    try:
        found = tomllib.loads(place.read_text("utf-8"))["goal"]
        return tuple(_read(one) for one in found)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise GoalsError(f"{type(error).__name__}: {error}") from error


def _read(said: Mapping[str, Any]) -> Goal:
    most, least = (None if said.get(name) is None else float(said[name]) for name in ("most", "least"))
    if most is None and least is None:
        raise ValueError(f"{said['name']}: most or least")
    since, by = (str(date.fromisoformat(str(said[name]))) for name in ("since", "by"))
    texts = {language: str(said[language]) for language in LANGUAGES}
    return Goal(str(said["name"]), since, by, str(said["figure"]), most, least, texts)


def standing(goal: Goal, stretch: Stretch | None, today: str) -> Standing:
    """How the goal stands by the figures of the last days."""
    value = None if stretch is None else _value(goal.figure, stretch)
    if value is None:
        return Standing(goal, None, UNMEASURED)
    met = (goal.most is None or value <= goal.most) and (goal.least is None or value >= goal.least)
    return Standing(goal, value, MET if met else AHEAD if today <= goal.by else MISSED)


def _value(figure: str, stretch: Stretch) -> float | None:
    if figure == "gaps":
        return float(len(stretch.gaps))
    found: object = stretch.figures
    for name in figure.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return float(found) if isinstance(found, int | float) else None


def goal_routes(pages: Pages, goals: tuple[Goal, ...], log: Ledger) -> list[Route]:
    """The page, and the same as data."""

    async def standings() -> list[Standing]:
        now = log.reports.now
        stretch = await log.reports.stretch(now // DAY_S - DAYS, now // DAY_S)
        today = str(date.fromordinal(date(1970, 1, 1).toordinal() + now // DAY_S))
        return [standing(goal, stretch, today) for goal in goals]

    async def page(request: Request) -> Response:
        facts = {"standings": await standings(), "language": of_request(request), "days": DAYS}
        return pages.show(request, "goals.html", facts)

    async def data(request: Request) -> Response:
        """Shape: a list of {name, since, by, figure, most, least, value, state}."""
        said = [
            {name: getattr(one.goal, name) for name in ("name", "since", "by", "figure", "most", "least")}
            | {"value": one.value, "state": one.state}
            for one in await standings()
        ]
        return JSONResponse(said, headers=HEADERS | {"access-control-allow-origin": "*"})

    return [Route("/goals.json", data), Route("/goals", page)]
