"""One media process for all tests of this folder that need no special limits."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chappe.media import Limits, MediaProcess


@pytest.fixture
async def media(tmp_path: Path) -> AsyncIterator[MediaProcess]:
    async with MediaProcess(tmp_path / "media", Limits(wall_s=30, idle_s=60)) as process:
        yield process
