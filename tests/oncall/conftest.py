"""A stage with people on call: alice is first, bob second, and the settings name one mail address more."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.kit.moderation import somebody
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.stage import Person, Stage, raised

from chappe.domain import oncall, operators, rota
from chappe.domain.calling import Ways
from chappe.domain.oncall import Page, PageCall
from chappe.domain.operators import LEAD, Operator
from chappe.jobs import Paging
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["postgres_dsn", "postgres_server"]
LAST = "duty@example.org"


@pytest.fixture
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """A server in test mode; on PostgreSQL when CHAPPE_PLAY_ENGINE says so."""
    dsn = request.getfixturevalue("postgres_dsn") if os.environ.get("CHAPPE_PLAY_ENGINE") == "postgres" else ""
    async with raised(tmp_path, dsn=dsn) as made:
        yield made


class Watch:
    """The people on call of a stage, and the runner that calls them."""

    def __init__(self, stage: Stage, people: dict[str, Person], staff: dict[str, Operator]) -> None:
        self.stage, self.people, self.staff = stage, people, staff
        self.ways = Ways(
            stage.wrapper.seal, "https://chat.example/", "https://desk.example/",
            frozenset({"mail", "sms", "voice"}), (LAST,), "Exemple",
        )  # fmt: skip
        self.paging = Paging(self.ways, os.urandom)

    def restarts(self) -> None:
        """Another process goes on."""
        self.paging = Paging(self.ways, os.urandom)

    async def looks(self) -> None:
        """The runner does all that is due."""
        while await self.paging.step(self.stage.store, int(self.stage.clock.now())):
            pass

    async def passes(self, seconds: int) -> None:
        """So much time goes by, and the runner looks every second."""
        for _ in range(seconds):
            self.stage.clock.moves(1)
            await self.looks()

    async def pages(self, kind: str = "emergency", subject: str = "order:1", text: str = "L-2026-1", **how: Any) -> int:
        """Something cannot wait."""
        page_id = await self.does(oncall.page, kind, subject, text, **how)
        await self.looks()
        return int(page_id)

    async def calls(self, page_id: int) -> list[PageCall]:
        """What was tried."""
        found = await self.stage.reads(lambda rx: oncall.calls_of(rx, [page_id]))
        return found.get(page_id, [])

    async def told(self, page_id: int) -> list[tuple[str, str, int]]:
        """(who, way, seconds after the page was made) of what was tried."""
        page = await self.page(page_id)
        return [(one.name or "listed", one.way, one.date - page.date) for one in await self.calls(page_id)]

    async def page(self, page_id: int) -> Page:
        """The page as it stands."""
        return await self.stage.reads(lambda rx: oncall.require(rx, page_id))

    async def does(self, act: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """The result of an act of the domain."""
        return await self.stage.writes(lambda tx: act(tx, *args, **named))

    async def letters(self) -> list[tuple[str, str, str]]:
        """(kind, address, text) of the letters to people on call that left since last asked."""
        return await self.stage.letters(pages=True)

    async def says(self, name: str, text: str) -> Any:
        """Somebody writes to the server in its chat."""
        person = self.people[name]
        random_id = int.from_bytes(os.urandom(7), "big")
        return await person.calls(
            f.messages.SendMessage(peer=self.server(person), message=text, random_id=random_id)
        )

    async def reads(self, name: str) -> list[str]:
        """What the server has said to somebody, the newest first."""
        person = self.people[name]
        asked = f.messages.GetHistory(
            peer=self.server(person), offset_id=0, offset_date=0, add_offset=0, limit=20, max_id=0, min_id=0, hash=0
        )
        found = await person.calls(asked)
        return [one.message for one in found.messages if isinstance(one, t.Message) and not one.out]

    def server(self, person: Person) -> t.InputPeerUser:
        """The chat with the server."""
        return t.InputPeerUser(user_id=777000, access_hash=self.stage.access.hash_for(person.id, 777000))


def hired(tx: Tx, name: str) -> Operator:
    """A new operator; the first is the owner."""
    return operators.require(tx, somebody(tx, name, (LEAD,)).operator_id)


@pytest.fixture
async def watch(stage: Stage) -> Watch:
    """Alice has her turn, bob is on call too, carol is not."""
    people: dict[str, Person] = {}
    staff: dict[str, Operator] = {}
    for name in ("alice", "bob", "carol"):
        people[name] = await stage.person(name)
        await people[name].calls(f.account.UpdateUsername(username=f"{name}_at_work"))
        staff[name] = await stage.writes(lambda tx, name=name: hired(tx, name))  # type: ignore[misc]
    made = Watch(stage, people, staff)
    for name, phone in (("alice", "+33611111111"), ("bob", "+33622222222")):
        one, lang = staff[name], "fr" if name == "bob" else "en"
        ways = (f"@{name}_at_work", f"{name}@example.org", phone, lang)
        await made.does(rota.set_person, one, one.operator_id, *ways)
    now = int(stage.clock.now())
    await made.does(rota.add_shift, staff["alice"], staff["alice"].operator_id, now - 3600, now + 8 * 3600)
    await made.looks()
    await made.letters()
    return made


