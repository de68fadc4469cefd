"""The daily figures as data: a list of days, each day in its newest version or an earlier one, months and years.

Shape: `/log/report/days.json`; `/log/report/2026-11-21.json` (`?version=1`), `2026-11.json`, `2026.json`.
"""

import re
from dataclasses import asdict
from datetime import date

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chappe.transparency import DayReport, Ledger, Stretch
from chappe.transparency.figures import LEAST

VERSION = 1
HEADERS = {"access-control-allow-origin": "*", "cache-control": "public, max-age=60"}
_NAME = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_EPOCH = date(1970, 1, 1).toordinal()


def report_routes(log: Ledger) -> list[Route]:
    """The list, and each day, month and year."""

    async def days(request: Request) -> Response:
        found = [{"day": day, "version": version} for day, version in await log.reports.days()]
        missing = await log.reports.missing()
        return JSONResponse(_named(log, {"days": found, "missing": missing}), headers=HEADERS)

    async def one(request: Request) -> Response:
        found = await asked_for(log, request)
        if found is None:
            return JSONResponse({"error": "no report"}, 404, HEADERS | {"cache-control": "no-store"})
        return JSONResponse(_named(log, asdict(found)), headers=HEADERS)

    return [Route("/log/report/days.json", days), Route("/log/report/{name}.json", one)]


def stretch_of(name: str) -> tuple[int, int] | None:
    """(first day, day after the last) that the name of a day, month or year means, in days since 1970; or None."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        if day:
            return first.toordinal() - _EPOCH, first.toordinal() - _EPOCH + 1
        end = date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)
    except ValueError:
        return None
    return first.toordinal() - _EPOCH, end.toordinal() - _EPOCH


async def asked_for(log: Ledger, request: Request, name: str = "") -> DayReport | Stretch | None:
    """The report of the name, else of the name in the address; a day in the version that the query says."""
    stretch = stretch_of(name or request.path_params["name"])
    if stretch is None:
        return None
    first, end = stretch
    if end - first > 1:
        return await log.reports.stretch(first, end, least=LEAST if end - first < 32 else 1)
    asked = request.query_params.get("version", "0")
    return await log.reports.day(first, int(asked) if asked.isdecimal() and len(asked) < 9 else -1)


def _named(log: Ledger, facts: dict[str, object]) -> dict[str, object]:
    return {"v": VERSION, "origin": log.keys.origin, **facts}
