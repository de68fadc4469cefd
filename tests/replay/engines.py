"""A stage over either engine, kept for many plays one after the other."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.kit.stage import Stage

from chappe.domain import accounts
from chappe.rpc.context import Limits
from chappe.store import open_postgres

Work = Callable[[Stage], Awaitable[None]]


def on_stage(request: pytest.FixtureRequest, engine: str, folder: Path) -> Callable[[Work], None]:
    """Runs plays one after the other on one stage over the engine."""
    loop = asyncio.new_event_loop()
    clock = FakeClock()

    async def raised() -> Stage:
        if engine == "sqlite":
            store = open_fresh(folder / "stage.sqlite", clock)
        else:
            store = open_postgres(request.getfixturevalue("postgres_dsn"), clock)
        await store.write(accounts.prepare)
        return Stage(store, clock, Limits(test_mode=True), (), 1)

    stage = loop.run_until_complete(raised())

    def struck() -> None:
        loop.run_until_complete(stage.store.close())
        loop.close()

    request.addfinalizer(struck)
    return lambda work: loop.run_until_complete(work(stage))
