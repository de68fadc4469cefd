"""One media process for all tests of a file that need no special limits."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from chappe.media import Limits, MediaProcess


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def media(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MediaProcess]:
    folder: Path = tmp_path_factory.mktemp("media")
    async with MediaProcess(folder, Limits(wall_s=30, idle_s=60)) as process:
        yield process
