"""The stage, and a desk beside it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.disclosure.bureau import Bureau
from tests.kit.stage import Person, Stage, raised


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A server in test mode, with nobody on it."""
    async with raised(tmp_path) as made:
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
