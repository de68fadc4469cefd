"""Source: api/errors. A full disk: writes are refused clearly, reads go on, room is all it takes to recover."""

import contextlib
import os
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Protocol

import pytest
from tests.kit.server_process import ServerProcess, serving
from tests.survive.conftest import crowd
from tests.survive.people import Person
from tests.survive.reckoning import reckon

from chappe.tl import functions as f
from chappe.tl import types as t

PART_BYTES = 512 * 1024
FULL = "500 STORAGE_FULL"
"""Clients repeat what is answered so, with the same random_id: the message arrives when there is room again."""


class Disk(Protocol):
    """A data folder whose disk can be filled and emptied."""

    folder: Path

    def fills(self, server: ServerProcess) -> None: ...
    def empties(self, server: ServerProcess) -> None: ...


class SmallDisk:
    """A file system of its own, held in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fills(self, server: ServerProcess) -> None:
        with (self.folder.parent / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(bytes(4096))

    def empties(self, server: ServerProcess) -> None:
        (self.folder.parent / "filler").unlink()


class LimitedFiles:
    """No file of the server may grow: what a full disk looks like where no file system can be mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fills(self, server: ServerProcess) -> None:
        largest = max(path.stat().st_size for path in server.data.glob("chappe.sqlite*"))
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (min(largest, PART_BYTES // 2), resource.RLIM_INFINITY))

    def empties(self, server: ServerProcess) -> None:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture(params=["limited files", *(["small disk"] if os.geteuid() == 0 else [])])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """Both ways of having no room; mounting takes root."""
    if request.param == "limited files":
        yield LimitedFiles(tmp_path / "data")
        return
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], check=True)
    try:
        yield SmallDisk(place / "data")
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


async def test_a_full_disk_refuses_writes_answers_reads_and_recovers(disk: Disk, tmp_path: Path) -> None:
    async with serving(disk.folder) as server:
        server.log = tmp_path / "elsewhere.log"
        async with crowd(server, 2, Random(4)) as (alice, bob):
            for number in range(10):
                await alice.says(bob, f"with room {number}")
            disk.fills(server)
            told = await says_until_refused(alice, bob)
            assert await upload(bob) == FULL
            assert len(await alice.history(bob)) == len(await bob.history(alice)) >= 10 + told
            for number in range(20):  # a checkpoint may make room for a few
                assert await says(alice, bob, f"still no room {number}") in ("", FULL)
            assert (await server.get("/health")).status_code in (200, 503)
            disk.empties(server)
            await alice.says(bob, "room again")
            assert await upload(bob) == "kept"
            await reckon([alice, bob])
        assert await server.stop() == 0
    with contextlib.closing(sqlite3.connect(disk.folder / "chappe.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_killed_on_a_full_disk_it_starts_again_with_room(disk: Disk, tmp_path: Path) -> None:
    async with serving(disk.folder) as server, crowd(server, 2, Random(4)) as (alice, bob):
        for number in range(10):
            await alice.says(bob, f"with room {number}")
        disk.fills(server)
        await says_until_refused(alice, bob)
        await server.kill()
        if isinstance(disk, SmallDisk):
            disk.empties(server)
        await server.start()
        await alice.says(bob, "room again")
        await reckon([alice, bob])


async def says_until_refused(alice: Person, bob: Person) -> int:
    """How many long messages still found room; the next was refused clearly."""
    for number in range(3000):
        answer = await says(alice, bob, f"{number} " + "word" * 900)
        if answer:
            assert answer == FULL
            return number
    raise AssertionError("the disk was never full")


async def says(alice: Person, bob: Person, text: str) -> str:
    """The error, or nothing; one try only."""
    query = f.messages.SendMessage(peer=alice.peers[bob.name], message=text, random_id=alice.chance.getrandbits(62))
    try:
        answer = await alice.client.calls(query)
    except Exception as refused:  # noqa: BLE001 - its text is compared
        return str(refused)
    assert isinstance(answer, t.UpdateShortSentMessage)
    alice.remembers(bob, text, query.random_id, answer)
    return ""


async def upload(bob: Person) -> str:
    """What becomes of half a megabyte."""
    query = f.upload.SaveFilePart(file_id=bob.chance.getrandbits(60), file_part=0, bytes=os.urandom(PART_BYTES))
    try:
        assert await bob.client.calls(query) is True
    except Exception as refused:  # noqa: BLE001 - its text is compared
        return str(refused)
    return "kept"
