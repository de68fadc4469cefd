"""What the plays of the desk share."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.kit.desk import Bench
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.stage import Person, Stage, raised

from chappe.domain.access import Moderator
from chappe.legal.authorities import Authority

__all__ = ["postgres_dsn", "postgres_server"]
ENGINE = os.environ.get("CHAPPE_PLAY_ENGINE", "sqlite")


@pytest.fixture
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """A server in test mode, with nobody on it; on PostgreSQL when CHAPPE_PLAY_ENGINE says so."""
    dsn = request.getfixturevalue("postgres_dsn") if ENGINE == "postgres" else ""
    async with raised(tmp_path, dsn=dsn) as made:
        yield made


@pytest.fixture
async def alice(stage: Stage) -> Person:
    """Signed in and listening."""
    return await stage.person("alice")


@pytest.fixture
async def bob(stage: Stage) -> Person:
    """Signed in and listening."""
    return await stage.person("bob")


@pytest.fixture
def bench(stage: Stage) -> Bench:
    """The desk of the stage."""
    return Bench(stage)


@pytest.fixture
async def officer(bench: Bench) -> Moderator:
    """Somebody who works orders."""
    return await bench.officer()


@pytest.fixture
async def police(bench: Bench, officer: Moderator) -> Authority:
    """The French authority for removals, which explained its procedure long ago."""
    made = await bench.authority(officer, "remover", "FR")
    await bench.first_contact(made)
    return made
