"""The demo's server while its month is made: a clock moved by hand, pages, console, and the nights between."""

import asyncio
import dataclasses
import html
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from chappe import app
from chappe.background import safety_desk
from chappe.config import Config
from chappe.demo.folk import Person, arrives
from chappe.domain import drills, leaving, operator_tokens, trial
from chappe.facts import office
from chappe.jobs import Due, Enforcing
from chappe.legal.signing import Signing
from chappe.legal.working import Working
from chappe.legal.works import Works
from chappe.safety import Telling
from chappe.store import FileStore

NAME = "Chappe, a demo"
CHANNEL = "demo_figures"
"""Where the daily figures are posted."""
DAYS = 30
DAY_S, HOUR_S = 86_400, 3600
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class MovedClock:
    """Time that stands still until it is moved."""

    def __init__(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        """Seconds since 1970."""
        return self._now

    def monotonic(self) -> float:
        """The same: nothing is measured by it here."""
        return self._now

    def moves_to(self, instant: float) -> None:
        """It is this late, at least."""
        self._now = max(self._now, instant)


def settings(config: Config) -> Config:
    """What the demo's server is like: marked on every page, with the limits of a server in earnest."""
    return dataclasses.replace(
        config, test_mode=True, test_limits=True, demo=True, server_name=NAME, report_channel=CHANNEL, sign_up="open",
        operator_name="Carol at the Signal Tower", operator_contact="carol@demo.example",
        authority_contact="orders@demo.example", hotline="+33 1 99 00 12 34", data_location="This very machine",
        contact_languages=("en", "fr"),
    )  # fmt: skip


class World:
    """The running server and who is on it."""

    def __init__(self, running: app.App, clock: MovedClock, today: int) -> None:
        self.running = running
        self.clock = clock
        self.today = today
        self.people: dict[str, Person] = {}
        self.answers: Callable[[], Awaitable[None]] | None = None
        """Takes the pages that ring."""
        self._tokens: dict[str, str] = {}
        self._telling = Telling(safety_desk(running.config, running.rpc.services))
        self._enforcing = Enforcing(os.urandom, running.rpc.services.wrapper.seal)
        self._due = Due(running.rpc.services.gate)
        services = running.rpc.services
        here = office(running.config, services.wrapper)
        self._answering = Working(here, services.entropy)
        signing = Signing(running.folder.server_secret)
        self._handing_over = Works(running.store, FileStore(running.folder.path, clock), clock, signing, here)

    @property
    def address(self) -> str:
        """Where the pages are, without a slash at its end."""
        return f"http://127.0.0.1:{self.running.config.port}"

    def at(self, day: int, hour: int = 0, minute: int = 0) -> None:
        """It is this hour of a day of the month, the first is 0; time never goes back."""
        self.clock.moves_to(self.today - (DAYS - day) * DAY_S + hour * HOUR_S + minute * 60)

    async def arrives(self, number: int, name: str, about: str = "") -> Person:
        """Somebody new."""
        person = self.people[name] = await arrives(self.running, number, name, about)
        return person

    async def settles(self) -> None:
        """What acts set in motion is over: outcomes are told, copies are treated, the log has its leaves."""
        store, now = self.running.store, int(self.clock.now())
        while await self._due.step(store, now) or await self._enforcing.step(store, now):
            pass
        while await self._telling.step(store):
            pass
        await self.running.ledger.catch_up()
        receipts = self.running.doors.receipts
        while await receipts.step() or await self._answering.step(store) or await self._handing_over.step():
            pass
        while await store.write(leaving.run_due) is not None:
            pass
        await self._drills()
        await self.running.ledger.catch_up()

    async def _drills(self) -> None:
        """A drill that is due begins, somebody answers, and it ends."""
        store, entropy = self.running.store, self.running.rpc.services.entropy

        async def step() -> bool:
            now = int(self.clock.now())
            due = await store.read(lambda rx: drills.due(rx, now))
            if due:
                chance = entropy(8)
                await store.write(lambda tx: drills.step(tx, chance))
            return due

        await step()
        if await store.read(drills.current) is not None and self.answers is not None:
            await self.answers()
            await step()

    async def hour(self) -> None:
        """The guard of growth looks at what the hour had."""
        await self.running.lookout.watch_growth()

    async def night(self, day: int) -> None:
        """The day ends: what no leaf says is measured, and at ten past midnight the report is counted."""
        self.at(day, 23, 58)
        await self.hour()
        await self.settles()
        self.at(day + 1, 0, 11)
        await self.settles()

    async def gives_notice(self, where: str, what: str, why: str, **more: str) -> str:
        """The way to a new notice's page, given by the web form like anybody's."""
        said = {"where": where, "what": what, "why": why, "faith": "1", "do": "look"} | more
        page = await self._page("/notice", said)
        return (await self._sent("/notice", fields(page) | {"do": "send"})).partition("?")[0]

    async def complains(self, person: Person, said: str) -> None:
        """The person objects to the last decision they were told of, by the page of its statement."""
        told = await person.hears_of("/statement/")
        found = re.search(r"/statement/[0-9a-f]+", told)
        assert found, f"{person.name} was told nothing"
        await self._sent(found[0], {"said": said})

    async def console(self, part: str, method: str, path: str, facts: Mapping[str, Any] | None = None) -> Any:
        """What the console answers to who plays the part."""
        if part not in self._tokens:
            self._tokens[part] = token = f"demo {part} {os.urandom(16).hex()}"

            def act(tx: Any) -> None:
                operator_tokens.make(tx, trial.play(tx, part), token.encode(), "the month of the demo", 31)

            await self.running.store.write(act)
        headers = {"authorization": f"Bearer {self._tokens[part]}", "content-type": "application/json"}
        body = json.dumps(facts or {}).encode() if method == "POST" else None
        base = f"http://127.0.0.1:{self.running.config.console_port}"
        _, _, answer = await asyncio.to_thread(asked, base + path, method, headers, body)
        return json.loads(answer)

    async def _page(self, path: str, said: Mapping[str, str]) -> str:
        status, _, body = await self._posts(path, said)
        assert status < 400, (path, status, body[-2000:])
        return body

    async def _sent(self, path: str, said: Mapping[str, str]) -> str:
        status, location, body = await self._posts(path, said)
        assert status < 400, (path, status, re.sub(r"<[^>]+>|\s+", " ", body)[-1500:])
        return location

    async def _posts(self, path: str, said: Mapping[str, str]) -> tuple[int, str, str]:
        headers = {"origin": self.address, "accept-language": "en", "content-type": "application/x-www-form-urlencoded"}
        body = urllib.parse.urlencode(said).encode()
        return await asyncio.to_thread(asked, self.address + path, "POST", headers, body)


def fields(page: str) -> dict[str, str]:
    """What the page's form holds unseen."""
    return {name: html.unescape(value) for name, value in FIELD.findall(page)}


class _Stay(urllib.request.HTTPRedirectHandler):
    """Says where a page leads instead of going there."""

    def redirect_request(self, *given: Any) -> None:
        """Nowhere."""


def asked(address: str, method: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, str, str]:
    """(status, where it leads, body) of an answer of the server. Errors: OSError."""
    request = urllib.request.Request(address, body, dict(headers), method=method)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=60) as answer:
            return answer.status, "", answer.read().decode()
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        if error.code >= 400 and "application/json" in (error.headers.get("content-type") or ""):
            raise AssertionError(f"{method} {address}: {error.code} {text}") from None
        return error.code, error.headers.get("location") or "", text
