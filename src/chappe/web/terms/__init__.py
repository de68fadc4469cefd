"""The terms of this server: clauses with numbers that last, in versions that stay readable.

Source: dsa/14
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chappe.web.language import LANGUAGES
from chappe.web.page import Pages


class TermsError(Exception):
    """The terms cannot be used; the text names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. Shape: number like 3.2; text by language."""

    number: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """Clauses that belong together."""

    number: str
    title: Mapping[str, str]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """One version. Shape: date is the first day it applies, YYYY-MM-DD."""

    version: str
    date: str
    title: Mapping[str, str]
    parts: tuple[Part, ...]


def load(folder: Path | None) -> tuple[Terms, ...]:
    """Every version of the folder's `.toml` files, or of those that come with Chappe, the newest first.

    Errors: TermsError.
    """
    root = folder or resources.files("chappe.web.terms")
    try:
        files = sorted((place for place in root.iterdir() if place.name.endswith(".toml")), key=lambda p: p.name)
        found = [_read(place.name, place.read_text("utf-8")) for place in files]
    except OSError as error:
        raise TermsError(f"{root}: {error.strerror}") from error
    if not found:
        raise TermsError(f"{root}: there is no .toml file")
    _require_unlike((one.version for one in found), "versions")
    return tuple(sorted(found, key=lambda one: (one.date, one.version), reverse=True))


def _read(name: str, text: str) -> Terms:
    try:
        given = tomllib.loads(text)
        parts = tuple(
            Part(part["number"], _both(part["title"]), tuple(_clause(part["number"], one) for one in part["clauses"]))
            for part in given["parts"]
        )
        _require_unlike((c.number for part in parts for c in part.clauses), "clauses")
        return Terms(given["version"], given["date"], _both(given["title"]), parts)
    except KeyError as error:
        raise TermsError(f"{name}: {error.args[0]} is missing") from error
    except (tomllib.TOMLDecodeError, TypeError, TermsError) as error:
        raise TermsError(f"{name}: {error}") from error


def _clause(part: str, given: Mapping[str, Any]) -> Clause:
    if not given["number"].startswith(f"{part}."):
        raise TermsError(f"clause {given['number']} stands in part {part}")
    return Clause(given["number"], _both({code: given[code] for code in LANGUAGES if code in given}))


def _both(given: Mapping[str, str]) -> dict[str, str]:
    """The text in every language; one that is missing is that of another."""
    first = next((given[code] for code in LANGUAGES if given.get(code)), None)
    if first is None:
        raise TermsError("a text is in no language")
    return {code: given.get(code) or first for code in LANGUAGES}


def _require_unlike(numbers: Iterable[str], what: str) -> None:
    seen = list(numbers)
    if len(set(seen)) < len(seen):
        raise TermsError(f"two {what} have the same number")


def terms_routes(pages: Pages, versions: tuple[Terms, ...]) -> list[Route]:
    """The page `/terms` and, for machines, `/terms.json`; `?version=` asks for an earlier one."""

    def asked(request: Request) -> Terms | None:
        wanted = request.query_params.get("version")
        return versions[0] if wanted is None else next((one for one in versions if one.version == wanted), None)

    async def page(request: Request) -> Response:
        found = asked(request)
        if found is None:
            return pages.notice(request, "missing", 404)
        facts = {"terms": found, "versions": versions, "canonical": f"{pages.site.base}/terms"}
        return pages.show_to_all(request, "terms.html", lambda: facts, {"version": found.version})

    async def machine(request: Request) -> Response:
        found = asked(request)
        if found is None:
            return JSONResponse({"error": "no such version"}, 404)
        return JSONResponse(as_data(found, versions, pages.site.base), headers={"cache-control": "no-cache"})

    return [Route("/terms", page), Route("/terms.json", machine)]


def as_data(terms: Terms, versions: tuple[Terms, ...], base: str) -> dict[str, Any]:
    """The terms for machines."""
    here = f"{base}/terms?version={terms.version}"
    return {
        "version": terms.version,
        "date": terms.date,
        "in_force": terms is versions[0],
        "url": here,
        "languages": list(LANGUAGES),
        "title": dict(terms.title),
        "parts": [
            {
                "number": part.number,
                "title": dict(part.title),
                "clauses": [
                    {"number": c.number, "url": f"{here}#{c.number}", "text": dict(c.text)} for c in part.clauses
                ],
            }
            for part in terms.parts
        ],
        "versions": [{"version": one.version, "date": one.date} for one in versions],
    }
