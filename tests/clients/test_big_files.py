"""Source: api/files. A file of hundreds of megabytes comes whole, in bounded memory, though its sender was killed."""

import hashlib
import random
from pathlib import Path

import pytest
from tests.clients.cast import EACH_CLIENT, TELETHON
from tests.clients.conftest import Casting
from tests.clients.island import Island
from tests.clients.plays import exchange
from tests.clients.stage import Actor, Kind, Server

MIB = 1 << 20
SIZE = 300 * MIB + 12_345
PART = 512 * 1024
PARTS = -(-SIZE // PART)
GROWTH = 64 * MIB
FILE_ID = 0x0B16F11E
STRETCHES = ((0, 5000), (150 * MIB - 4096, 8192 + 17), (300 * MIB, 12_345))


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that is different in every part and takes little room."""
    path = tmp_path_factory.mktemp("big") / "big.bin"
    with path.open("wb") as file:
        for offset in range(0, SIZE, PART // 2):
            file.seek(offset)
            file.write(random.Random(offset).randbytes(min(1024, SIZE - offset)))
        file.truncate(SIZE)
    return path


def memory(server: Server, name: str) -> int:
    """A figure of the server process from /proc. Shape: bytes."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def person(server: Server, island: Island, folder: Path) -> Actor:
    actor = Actor(TELETHON, server, island, folder)
    actor.signs_up()
    return actor


@pytest.mark.parametrize("kind", [kind for kind in EACH_CLIENT if kind != TELETHON], ids=str)
def test_every_client_sends_more_than_ten_megabytes(kind: Kind, casting: Casting, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(random.Random(1).randbytes(11 * MIB + 1))
    exchange(casting(TELETHON), casting(kind), path)


@pytest.mark.slow
def test_a_big_file_comes_whole(server: Server, island: Island, big: Path, tmp_path: Path) -> None:
    alice, bob = (person(server, island, tmp_path / name) for name in ("alice", "bob"))
    try:
        alice.meets(bob)
        bob.meets(alice)
        before = memory(server, "VmRSS")
        Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")  # the peak counts from here
        middle = PARTS // 2
        alice.does("save_parts", path=str(big), file_id=FILE_ID, first=0, last=middle)
        alice.is_killed_during("save_parts", 0.3, path=str(big), file_id=FILE_ID, first=middle, last=PARTS)
        alice.meets(bob)  # who Telethon knew may have died with it
        alice.does("save_parts", path=str(big), file_id=FILE_ID, first=middle, last=PARTS)
        sent = alice.does("send_saved", peer=bob.id, name=big.name, file_id=FILE_ID, parts=PARTS)
        got = bob.hears_from(alice.id)[-1]
        assert sent["size"] == got["size"] == SIZE
        with big.open("rb") as file:
            whole = {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "size": SIZE}
        assert bob.does("fetch", peer=alice.id, id=got["id"]) == whole
        for offset, size in STRETCHES:
            stretch = bob.does("fetch_stretch", peer=alice.id, id=got["id"], offset=offset, size=size)
            with big.open("rb") as file:
                file.seek(offset)
                assert bytes.fromhex(stretch) == file.read(size)
        assert memory(server, "VmHWM") - before < GROWTH
    finally:
        alice.quits()
        bob.quits()
