"""The addresses under `/territories`, and `/export`. Source: requirements/territory-profiles, requirements/leave"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe.base import Clock
from chappe.base.errors import Refusal, TooMany
from chappe.domain import country_names, declaring, leaving, territories, territory_versions
from chappe.domain.auth_keys import Wrapper
from chappe.domain.leaving import State
from chappe.domain.limits import network
from chappe.domain.territories import CODES
from chappe.domain.territory_profiles import DEFAULT, Book, Profile, as_data, difference
from chappe.store import Reader, Store, StoreUnavailable
from chappe.transparency.figures import LEAST
from chappe.web.language import of_request
from chappe.web.page import Pages

HEADERS = {"cache-control": "public, max-age=60", "access-control-allow-origin": "*"}
PRIVATE = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class Lands:
    """What the pages read; handed in by `app`. Shape: site ends in a slash."""

    store: Store
    clock: Clock
    book: Book
    wrapper: Wrapper
    site: str

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock.now())


def land_routes(pages: Pages, lands: Lands) -> list[Route]:
    """Every address."""
    shown = _Pages(pages, lands)
    profile, version = "/territories/profiles/{name}", "/territories/profiles/{name}/{version:int}"
    return [
        Route("/territories", shown.all),
        Route("/territories.json", shown.all_json),
        Route("/territories/me", shown.ask, methods=["GET", "POST"]),
        Route("/territories/me/{token}", shown.me, methods=["GET", "POST"]),
        Route(f"{profile}.json", shown.profile_json),
        Route(profile, shown.profile),
        Route(f"{version}.json", shown.profile_json),
        Route(version, shown.profile),
        Route(f"{profile}/{{old:int}}/{{new:int}}", shown.compared),
        Route("/territories/{code}.json", shown.one_json),
        Route("/territories/{code}", shown.one),
        Route("/export", shown.export),
    ]


class _Pages:
    def __init__(self, pages: Pages, lands: Lands) -> None:
        self.pages = pages
        self.lands = lands
        self.book = lands.book

    async def all(self, request: Request) -> Response:
        """Countries that do not stand as all others do, and the profiles."""
        asked = request.query_params.get("country", "").upper()
        if asked in CODES:
            return RedirectResponse(f"/territories/{asked}", 303)
        states = [one for one in await self.lands.store.read(leaving.states) if one.status != "open"]
        now = self.lands.now
        current = [self.book.current(name, now) for name in sorted(self.book.versions, key=self._order)]
        facts = {"states": states, "profiles": current, "name": self._namer(request), "codes": self._codes(request)}
        return self._shown(request, "territories/all.html", facts)

    async def all_json(self, request: Request) -> Response:
        """The same as data."""
        states = await self.lands.store.read(leaving.states)
        said = {
            "countries": [_state(one) for one in states],
            "profiles": [
                {"territory": name, "version": self.book.current(name, self.lands.now).version,
                 "versions": [one.version for one in versions]}
                for name, versions in self.book.versions.items()
            ],
        }  # fmt: skip
        return _json(said)

    async def one(self, request: Request) -> Response:
        """How one country, or the whole service, stands; what was done, and what holds there."""
        code = request.path_params["code"].upper()
        if not leaving.is_known(code):
            return self.pages.notice(request, "missing", 404)
        facts = await self._country(code)
        return self._shown(request, "territories/one.html", {**facts, "name": self._namer(request)})

    async def one_json(self, request: Request) -> Response:
        """The same as data."""
        code = request.path_params["code"].upper()
        if not leaving.is_known(code):
            return _json({"error": "missing"}, 404)
        known = await self._country(code)
        history = [
            {"date": one.date, "what": one.what, "people": shown(one.people), "note": one.note}
            for one in known["history"]
        ]
        chain = [{"territory": one.territory, "version": one.version, "since": one.since} for one in known["chain"]]
        holds = {
            "retention": known["retention"], "deadlines": known["deadlines"], "scanning": known["scanning"],
            "languages": known["answers_in"], "sanctions": known["sanctions"], "secrecy": known["secrecy"],
        }  # fmt: skip
        return _json(_state(known["state"]) | {"history": history, "profiles": chain, "holds": holds})

    async def _country(self, code: str) -> dict[str, Any]:
        """What pages say of a country."""
        now, book = self.lands.now, self.book

        def query(rx: Reader) -> tuple[State, list[leaving.Event]]:
            return leaving.state(rx, code), leaving.history(rx, code)

        state, history = await self.lands.store.read(query)
        chain = book.chain(code, now)
        instruments = dict.fromkeys(one.instrument for profile in chain for one in profile.deadlines)
        return {
            "code": code, "state": state, "history": history, "shown": shown, "chain": chain, "at": state.number,
            "steps": leaving.STEPS[1:], "number": leaving.STEPS.index, "everywhere": code == leaving.EVERYWHERE,
            "retention": [book.retention(code, what, now) for what in kept_there(chain)],
            "deadlines": [due for name in instruments if (due := book.deadline(code, name, now))],
            "scanning": [one for profile in chain for one in profile.scanning],
            "answers_in": book.languages(code, now), "secrecy": book.secrecy(code, now),
            "sanctions": [one for profile in chain for one in profile.sanctions],
            "categories": [one for profile in chain for one in profile.categories],
        }  # fmt: skip

    async def profile(self, request: Request) -> Response:
        """One version of a profile, as its file says."""
        found = self._found(request)
        if found is None:
            return self.pages.notice(request, "missing", 404)
        used = await self.lands.store.read(territory_versions.published)
        versions = self.book.versions[found.territory]
        facts = {
            "profile": found, "versions": versions, "current": self.book.current(found.territory, self.lands.now),
            "used": used, "digest": territory_versions.digest(found).hex(), "name": self._namer(request),
        }  # fmt: skip
        return self._shown(request, "territories/profile.html", facts)

    async def profile_json(self, request: Request) -> Response:
        """The same as data."""
        found = self._found(request)
        if found is None:
            return _json({"error": "missing"}, 404)
        return _json(as_data(found) | {"sha256": territory_versions.digest(found).hex()})

    async def compared(self, request: Request) -> Response:
        """What differs between two versions of a profile."""
        versions = self.book.versions.get(request.path_params["name"], ())
        numbers = {one.version: one for one in versions}
        old, new = (numbers.get(request.path_params[part]) for part in ("old", "new"))
        if old is None or new is None:
            return self.pages.notice(request, "missing", 404)
        facts = {"old": old, "new": new, "rows": difference(old, new)}
        return self._shown(request, "territories/difference.html", facts)

    async def ask(self, request: Request) -> Response:
        """Whoever gives a name or number causes a link in the chat of its owner."""
        if request.method == "GET":
            return self._shown(request, "territories/ask.html", {"sent": False, "wait": False}, PRIVATE)
        who = str((await request.form()).get("who", ""))
        place = network(request.client.host if request.client else "")
        lands = self.lands
        try:
            await lands.store.write(lambda tx: declaring.ask(tx, lands.wrapper, who, place, lands.site))
        except TooMany:
            return self._shown(request, "territories/ask.html", {"sent": False, "wait": True}, PRIVATE, 429)
        return self._shown(request, "territories/ask.html", {"sent": True, "wait": False}, PRIVATE)

    async def me(self, request: Request) -> Response:
        """Where who bears the link is thought to be and why; what they say of it."""
        lands = self.lands
        try:
            user_id = declaring.whose(lands.wrapper, request.path_params["token"], lands.now)
            said = False
            if request.method == "POST":
                declared = str((await request.form()).get("country", "")).strip().upper()
                await lands.store.write(lambda tx: territories.declare(tx, user_id, declared))
                said = True
            place, by_number = await lands.store.read(lambda rx: declaring.shown(rx, user_id))
        except StoreUnavailable:
            raise
        except Refusal:
            return self.pages.notice(request, "gone", 404)
        facts = {
            "place": place, "by_number": by_number, "said": said, "codes": self._codes(request),
            "name": self._namer(request),
        }  # fmt: skip
        return self._shown(request, "territories/me.html", facts, PRIVATE)

    async def export(self, request: Request) -> Response:
        """How people take their data along."""
        return self._shown(request, "territories/export.html", {})

    def _found(self, request: Request) -> Profile | None:
        versions = self.book.versions.get(request.path_params["name"], ())
        wanted = request.path_params.get("version")
        if wanted is None and versions:
            return self.book.current(versions[0].territory, self.lands.now)
        return next((one for one in versions if one.version == wanted), None)

    def _shown(
        self, request: Request, template: str, facts: Mapping[str, object], headers: Mapping[str, str] = HEADERS,
        status: int = 200,
    ) -> Response:  # fmt: skip
        answer = self.pages.show(request, template, facts, status)
        answer.headers.update(headers)
        return answer

    def _namer(self, request: Request) -> Callable[[str], str]:
        return partial(country_names.shown, language=of_request(request))

    def _codes(self, request: Request) -> list[tuple[str, str]]:
        """(code, name) of every country, in the order of names."""
        name = self._namer(request)
        return sorted(((code, name(code)) for code in CODES), key=lambda one: one[1])

    def _order(self, name: str) -> tuple[bool, int, str]:
        """`default` first, then groups, then countries."""
        return name != DEFAULT, -len(self.book.versions[name][-1].countries), name


def shown(people: int) -> int | None:
    """How many people, as it is published: fewer than in a report are not said, somebody could be known by it."""
    return people if people >= LEAST else None


def kept_there(chain: tuple[Profile, ...]) -> list[str]:
    """What the profiles say how long it is kept, each once."""
    return list(dict.fromkeys(one.what for profile in reversed(chain) for one in profile.retention))


def _state(one: State) -> dict[str, Any]:
    return {
        "territory": one.territory, "status": one.status, "step": one.step, "since": one.since, "mark": one.mark,
        "plan": dict(one.plan),
    }  # fmt: skip


def _json(said: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(said), status, HEADERS, "application/json")
