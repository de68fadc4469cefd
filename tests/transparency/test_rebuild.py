"""The published log made anew: the same bytes, or nothing. Source: tlog/tiles"""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.transparency.logbook import Logbook, logbook

from chappe.transparency import LogFault, Rebuilt, rebuild
from chappe.transparency.files import FilesError, LogFolder
from chappe.transparency.tree import Tile


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Logbook]:
    async with logbook(tmp_path) as made:
        for count in (300, 1, 500):
            await made.acts(count)
            await made.sequenced()
        yield made


async def rebuilt(book: Logbook, kept: str = "", adopt: bool = False, unchecked: bool = False) -> Rebuilt:
    book.files.unlock()
    return await rebuild(book.store, book.folder, book.keys, os.urandom, kept, adopt, unchecked)


async def test_it_gives_identical_bytes(book: Logbook) -> None:
    before, leaves = book.bytes(), book.leaves()
    assert await rebuilt(book) == Rebuilt(801, 0)
    after = book.bytes()
    assert after and all(before[name] == data for name, data in after.items())
    folder = LogFolder(book.folder / "log")
    for name, data in before.items():  # what is not a file any more is cut from a wider one
        if name not in after:
            level, n, _, width = name.replace(".p", "/.p").split("/")[1:]
            assert folder.read(Tile(-1 if level == "entries" else int(level), int(n), int(width))) == data
    book.begun()
    await book.acts(10)
    assert (await book.sequenced()).size == 811
    assert book.leaves()[:801] == leaves


async def test_a_lost_folder_comes_back(book: Logbook) -> None:
    before = book.bytes()
    kept = book.files.checkpoint()
    assert kept is not None
    shutil.rmtree(book.files.path)
    with pytest.raises(LogFault, match="what was published last"):
        await rebuilt(book)
    await rebuilt(book, kept=kept)
    shutil.rmtree(book.files.path)
    await rebuilt(book, unchecked=True)
    assert all(before[name] == data for name, data in book.bytes().items())
    book.begun()
    assert (await book.sequenced()).size == 801


async def restored(book: Logbook) -> None:
    """The database is as it was before 700 more leaves."""

    def keep(path: Path) -> None:
        shutil.copy(path, path.with_name("old"))

    def restore(path: Path) -> None:
        for name in (f"{path}-wal", f"{path}-shm"):
            Path(name).unlink(missing_ok=True)
        shutil.copy(path.with_name("old"), path)

    await book.exchanged(keep)
    await book.acts(700)
    await book.sequenced()
    await book.exchanged(restore)


async def test_an_old_database_takes_the_leaves_it_lacks_from_the_published_log(book: Logbook) -> None:
    await restored(book)
    await book.acts(3)
    leaves = book.leaves()
    assert "--adopt" in await book.stops()
    with pytest.raises(LogFault, match="an older state"):
        await rebuilt(book)
    assert await rebuilt(book, adopt=True) == Rebuilt(1501, 700)
    book.begun()
    assert (await book.sequenced()).size == 1504
    assert book.leaves()[:1501] == leaves


@pytest.mark.slow
async def test_an_emptied_database_too(book: Logbook) -> None:
    await book.exchanged(Path.unlink)
    leaves = book.leaves()
    with pytest.raises(LogFault, match="has no log"):
        await rebuilt(book)
    assert await rebuilt(book, adopt=True) == Rebuilt(801, 801)
    book.begun()
    await book.acts(1)
    assert (await book.sequenced()).size == 802
    assert book.leaves()[:801] == leaves


@pytest.mark.slow
async def test_a_kept_checkpoint_catches_an_old_state_of_everything(book: Logbook) -> None:
    shutil.copytree(book.files.path, book.folder / "log.old")
    await restored(book)
    kept = book.files.checkpoint()
    assert kept is not None
    shutil.rmtree(book.files.path)
    (book.folder / "log.old").rename(book.files.path)
    with pytest.raises(LogFault, match="1501 leaves"):
        await rebuilt(book, kept=kept)


async def test_leaves_that_were_changed_make_no_log(book: Logbook) -> None:
    before = book.bytes()
    await book.store.write(lambda tx: tx.run("UPDATE log_leaves SET leaf = ? WHERE leaf_index = 7", (b"{}",)))
    with pytest.raises(LogFault, match="not those that were published"):
        await rebuilt(book)
    assert book.bytes() == before


async def test_a_running_server_is_not_rebuilt(book: Logbook) -> None:
    with pytest.raises(LogFault, match="runs"):
        await rebuild(book.store, book.folder, book.keys, os.urandom)


def test_a_tile_that_is_nowhere(tmp_path: Path) -> None:
    with pytest.raises(FilesError):
        LogFolder(tmp_path).read(Tile(0, 0, 3))
