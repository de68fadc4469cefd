"""The console over a real database, visited by browsers that keep cookies and by programs that bear tokens."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.kit.stage import Stage, raised
from tests.safety.conftest import Scene, scene
from tests.web.conftest import SITE

from chappe import console, web
from chappe.domain import operator_tokens, operators
from chappe.domain.operators import Operator, Password, hash_password
from chappe.safety import queues
from chappe.store import FileStore, Store

__all__ = ["Desk", "floor", "scene", "stage"]

ORIGIN = "http://localhost:8444"
PASSWORD = "correct horse battery"
HASHED = Password(hash_password(PASSWORD, bytes(16)))


class Desk:
    """The console, and who works at it."""

    def __init__(self, store: Store, clock: FakeClock, trial: bool = False, **more: Any) -> None:
        self.store = store
        self.clock = clock
        self.inside = console.Inside(
            store=store, clock=clock, entropy=os.urandom, links="https://chat.example.org:8443/", trial=trial,
            terms=web.load_terms(None), **more,
        )  # fmt: skip
        self.app = console.make_console(replace(SITE, public_port=8444), self.inside, 65536)

    def visitor(self, origin: str = ORIGIN, language: str = "en", **headers: str) -> httpx.AsyncClient:
        """A browser; it says where its forms come from, as browsers do."""
        transport = httpx.ASGITransport(app=self.app, client=("127.0.0.1", 5000), raise_app_exceptions=True)
        known = {"accept-language": language, "origin": origin, **headers}
        return httpx.AsyncClient(transport=transport, base_url=origin, headers=known)

    async def operator(self, name: str, *roles: str, rank: str = "operator") -> Operator:
        """Somebody who works here."""
        if await self.store.write(lambda tx: operators.first_link(tx, b"first")):
            await self.store.write(lambda tx: operators.enrol(tx, b"first", "owner", HASHED, []))
        owner = next(one for one in await self.store.read(operators.everyone) if one.role == "owner")
        await self.store.write(lambda tx: operators.add_link(tx, owner, name.encode(), rank, roles))
        return await self.store.write(lambda tx: operators.enrol(tx, name.encode(), name, HASHED, []))

    async def at_work(self, name: str, *roles: str, rank: str = "operator", language: str = "en") -> httpx.AsyncClient:
        """The browser of somebody who works here and is signed in."""
        await self.operator(name, *roles, rank=rank)
        visitor = self.visitor(language=language)
        answer = await visitor.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return visitor

    async def program(self, name: str, *roles: str, rank: str = "operator") -> httpx.AsyncClient:
        """A program that bears the token of somebody who works here."""
        return await self.program_of(await self.operator(name, *roles, rank=rank))

    async def program_of(self, operator: Operator) -> httpx.AsyncClient:
        """The same for somebody who is known."""
        token = f"token of {operator.name}".replace(" ", "-")
        await self.store.write(lambda tx: operator_tokens.make(tx, operator, token.encode(), "program", 30))
        visitor = self.visitor(authorization=f"Bearer {token}")
        del visitor.headers["origin"]
        return visitor


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A console with nobody at it yet."""
    clock = FakeClock()
    database = open_fresh(tmp_path / "console.sqlite", clock)
    yield Desk(database, clock)
    await database.close()


@pytest.fixture
async def trial(tmp_path: Path) -> AsyncIterator[Desk]:
    """A console on trial."""
    clock = FakeClock()
    database = open_fresh(tmp_path / "trial.sqlite", clock)
    yield Desk(database, clock, trial=True)
    await database.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A server with nobody on it, its queues in place."""
    async with raised(tmp_path) as made:
        await made.writes(queues.prepare)
        yield made


@pytest.fixture
async def floor(scene: Scene, tmp_path: Path) -> Desk:
    """A console over the scene: alice's channel, which bob and carol read."""
    stage = scene.stage
    return Desk(stage.store, stage.clock, blobs=FileStore(tmp_path, stage.clock), safety=scene.desk)
