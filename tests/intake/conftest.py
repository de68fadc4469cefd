"""A database with a desk: authorities that were vouched for, and what came in."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh

from chappe.domain import access, operators
from chappe.domain.access import Moderator
from chappe.domain.operators import DESK, Operator, Password
from chappe.legal import authorities
from chappe.legal.authorities import Authority, Profile
from chappe.store import FileStore, Reader, Store, Tx

T = TypeVar("T")
NOBODYS = Password(b"")
DAY_S = 86_400


class Door:
    """The room's database and clock, with short ways to what tests need of them."""

    def __init__(self, store: Store, blobs: FileStore, clock: FakeClock) -> None:
        self.store = store
        self.blobs = blobs
        self.clock = clock

    async def writes(self, act: Callable[[Tx], T]) -> T:
        """The act was done."""
        return await self.store.write(act)

    async def reads(self, query: Callable[[Reader], T]) -> T:
        """What the query found."""
        return await self.store.read(query)

    async def operator(self, name: str, *roles: str) -> Operator:
        """Somebody who works here; the first is the owner."""

        def act(tx: Tx) -> Operator:
            if operators.first_link(tx, b"first"):
                operators.enrol(tx, b"first", "owner", NOBODYS, [])
            owner = next(one for one in operators.everyone(tx) if one.role == "owner")
            operators.add_link(tx, owner, name.encode(), "operator", roles)
            return operators.enrol(tx, name.encode(), name, NOBODYS, [])

        return await self.writes(act)

    async def clerk(self) -> Moderator:
        """Somebody of the desk."""
        known = {one.name: one for one in await self.reads(operators.everyone)}
        who = known.get("alice") or await self.operator("alice", DESK)
        return await self.reads(lambda rx: access.require_moderator(rx, who.operator_id, DESK))

    async def authority(self, mandates: tuple[str, ...] = ("tco_removal", "dsa_order9"), **said: str) -> Authority:
        """An authority that was vouched for."""
        clerk = await self.clerk()
        facts = {"name": "Tribunal d'Exemple", "country": "FR", "kind": "court", "email": "greffe@court.example",
                 "mail_domain": "court.example", "language": "fr"} | said  # fmt: skip

        def act(tx: Tx) -> Authority:
            made = authorities.register(tx, "server", Profile(**facts))
            until = tx.now + 300 * DAY_S
            return authorities.verify(tx, clerk, made.authority_id, ("letter", "call_back"), mandates, until)

        return await self.writes(act)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Door]:
    """A desk in that folder."""
    clock = FakeClock()
    store = open_fresh(folder / "door.sqlite", clock)
    yield Door(store, FileStore(folder, clock), clock)
    await store.close()


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    """A desk at which nobody works yet."""
    async with opened(tmp_path) as made:
        yield made
