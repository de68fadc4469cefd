"""The stage and its people, for the talk plays."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.stage import Person, Stage, raised

from chappe import tl

__all__ = ["postgres_dsn", "postgres_server"]

ENGINE = os.environ.get("CHAPPE_PLAY_ENGINE", "sqlite")
OTHER_SIDE = int(os.environ.get("CHAPPE_PLAY_LAYER", tl.NEWEST))


@pytest.fixture
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """A server in test mode, with nobody on it; on PostgreSQL when CHAPPE_PLAY_ENGINE says so."""
    dsn = request.getfixturevalue("postgres_dsn") if ENGINE == "postgres" else ""
    async with raised(tmp_path, dsn=dsn) as made:
        yield made


@pytest.fixture
async def alice(stage: Stage) -> Person:
    """Signed in and listening, on the newest layer."""
    return await stage.person("alice")


@pytest.fixture
async def bob(stage: Stage) -> Person:
    """Signed in and listening, on the newest layer, or the one that CHAPPE_PLAY_LAYER names."""
    return await stage.person("bob", OTHER_SIDE)


@pytest.fixture
async def carol(stage: Stage) -> Person:
    """Signed in and listening, on the same layer as bob."""
    return await stage.person("carol", OTHER_SIDE)
