"""The stage, and a desk beside it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.disclosure.bureau import Bureau
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.stage import Person, Stage, raised

__all__ = ["postgres_dsn", "postgres_server"]
ENGINE = os.environ.get("CHAPPE_PLAY_ENGINE", "sqlite")


@pytest.fixture
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """A server in test mode, with nobody on it; on PostgreSQL when CHAPPE_PLAY_ENGINE says so."""
    dsn = request.getfixturevalue("postgres_dsn") if ENGINE == "postgres" else ""
    async with raised(tmp_path, dsn=dsn) as made:
        yield made


@pytest.fixture
async def bureau(stage: Stage, tmp_path: Path) -> Bureau:
    """A desk at which nobody has ordered anything."""
    return Bureau(stage, tmp_path / "blobs")


@pytest.fixture
async def alice(stage: Stage) -> Person:
    """Signed in and listening."""
    return await stage.person("alice")


@pytest.fixture
async def bob(stage: Stage) -> Person:
    """Signed in and listening."""
    return await stage.person("bob")


@pytest.fixture
async def carol(stage: Stage) -> Person:
    """Signed in and listening."""
    return await stage.person("carol")
