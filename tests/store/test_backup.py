"""Backup and restore: while the server writes, into a folder or one file, and never half."""

import asyncio
import json
import os
import shutil
import stat
import tarfile
from hashlib import sha256

import pytest
from tests.kit.clock import FakeClock
from tests.store.conftest import TABLES, add, names
from tests.store.kit import no_file_above

from chappe.store import FileStore, backup, open_sqlite, restore
from chappe.store.backups import RESTORING, BackupError

KEY = b"the key that wraps the others..."


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "keys").mkdir(parents=True, mode=0o700)
    (folder / "keys" / "server.key").write_bytes(KEY)
    (folder / "mtproto.pub.pem").write_text("public")
    return folder


@pytest.fixture(params=["folder", "file.tar"])
def target(request, tmp_path):
    return tmp_path / request.param


@pytest.fixture
async def store(data, clock):
    opened = open_sqlite(data / "chappe.sqlite", clock, (TABLES,))
    yield opened
    await opened.close()


async def reopened(folder, query):
    store = open_sqlite(folder / "chappe.sqlite", FakeClock(), (TABLES,))
    try:
        return await store.read(query)
    finally:
        await store.close()


async def test_there_and_back(store, data, target, tmp_path, clock):
    files = FileStore(data, clock)
    digests = [files.put(os.urandom(size)) for size in (0, 10, 3_000_000)]
    files.save_part(1, 1, 0, b"in progress")
    await asyncio.gather(*(store.write(add(n)) for n in range(100)))
    made = await asyncio.to_thread(backup, data, target, 1_750_000_000)
    again = tmp_path / "again"
    assert restore(target, again) == made
    assert made.files == 6
    assert await reopened(again, names) == [f"thing {n}" for n in range(100)]
    assert (again / "keys" / "server.key").read_bytes() == KEY
    kept = FileStore(again, clock)
    assert sorted(sha256(kept.read(digest, 0, 1 << 22)).digest() for digest in digests) == sorted(digests)
    assert kept.pending_bytes(1) == 0


async def test_everything_is_the_owners_alone(store, data, target, tmp_path):
    await asyncio.to_thread(backup, data, target, 0)
    restore(target, tmp_path / "again")
    places = [target, *target.rglob("*"), tmp_path / "again", *(tmp_path / "again").rglob("*")]
    assert {stat.S_IMODE(place.stat().st_mode) for place in places} <= {0o600, 0o700}
    assert not list(tmp_path.glob("*.part*"))


async def test_a_backup_under_load_is_one_moment(store, data, target, tmp_path):
    def pair(n):
        return lambda tx: tx.many("INSERT INTO pairs (owner_id, id) VALUES (?, ?)", [(1, n), (2, n)])

    async def write(person):
        for n in range(person, 100_000, 4):
            if done.is_set():
                break
            await store.write(pair(n))

    done = asyncio.Event()
    writing = [asyncio.create_task(write(person)) for person in range(4)]
    await store.write(add(1))
    await asyncio.to_thread(backup, data, target, 0)
    done.set()
    await asyncio.gather(*writing)
    restore(target, tmp_path / "again")
    rows = await reopened(tmp_path / "again", lambda rx: rx.all("SELECT owner_id, id FROM pairs"))
    assert {n for owner, n in rows if owner == 1} == {n for owner, n in rows if owner == 2}
    assert await reopened(tmp_path / "again", names) == ["thing 1"]


async def test_existing_places_are_not_touched(store, data, target, tmp_path):
    await asyncio.to_thread(backup, data, target, 0)
    with pytest.raises(BackupError, match="exists already"):
        backup(data, target, 0)
    with pytest.raises(BackupError, match="not empty"):
        restore(target, data)
    (tmp_path / "empty").mkdir()
    restore(target, tmp_path / "empty")


def test_another_database_is_refused(tmp_path):
    with pytest.raises(BackupError, match="pg_dump"):
        backup(tmp_path, tmp_path / "target", 0)


async def test_no_room_leaves_nothing(store, data, target, tmp_path):
    FileStore(data, FakeClock()).put(bytes(500_000))
    before = sorted(tmp_path.iterdir())
    with no_file_above(300_000), pytest.raises(BackupError, match="no backup was made"):
        await asyncio.to_thread(backup, data, target, 0)
    assert sorted(tmp_path.iterdir()) == before


def change(folder):
    (folder / "keys" / "server.key").write_bytes(KEY[::-1])


def lose(folder):
    (folder / "keys" / "server.key").unlink()


def smuggle(folder):
    (folder / "extra").write_text("not in the manifest")


def cut(folder):
    (folder / "manifest.json").unlink()


def from_the_future(folder):
    (folder / "manifest.json").write_text(json.dumps({"format": 2, "files": {}}))


def scramble(folder):
    (folder / "manifest.json").write_text("[]")


def break_database(folder):
    database = folder / "chappe.sqlite"
    database.write_bytes(database.read_bytes()[:8192] + os.urandom(len(database.read_bytes()) - 8192))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["chappe.sqlite"][0] = sha256(database.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("damage", [change, lose, smuggle, cut, from_the_future, scramble, break_database])
async def test_a_damaged_backup_restores_nothing(store, data, tmp_path, damage):
    await asyncio.gather(*(store.write(add(n)) for n in range(500)))
    await asyncio.to_thread(backup, data, tmp_path / "folder", 0)
    damage(tmp_path / "folder")
    again = tmp_path / "again"
    with pytest.raises(BackupError):
        restore(tmp_path / "folder", again)
    assert list(again.iterdir()) == []


async def test_a_file_that_the_disk_has_spoilt_is_named(store, data, target, tmp_path, clock):
    files = FileStore(data, clock)
    sound, spoilt = files.put(b"sound"), files.put(b"spoilt")
    files.path(spoilt).write_bytes(b"spoilT")
    made = backup(data, target, 0)
    name = files.path(spoilt).relative_to(data).as_posix()
    assert made.damaged == restore(target, tmp_path / "again").damaged == (name,)
    assert files.read(sound, 0, 9) == b"sound"


async def test_what_a_killed_one_left_is_in_nobodys_way(store, data, target, tmp_path):
    half = target.with_name(target.name + ".part")
    half.with_name(half.name + ".db").write_bytes(b"half")
    if target.suffix:
        half.write_bytes(b"half")
    else:
        half.mkdir()
    made = backup(data, target, 0)
    again = tmp_path / "again"
    (again / RESTORING / "keys").mkdir(parents=True)
    assert restore(target, again) == made
    assert not (again / RESTORING).exists() and not list(tmp_path.glob("*.part*"))


async def test_of_a_damaged_database_no_backup_is_made(store, data, target):
    await asyncio.gather(*(store.write(add(n)) for n in range(500)))
    await store.close()
    place = data / "chappe.sqlite"
    place.write_bytes(place.read_bytes()[:8192] + bytes(place.stat().st_size - 8192))
    with pytest.raises(BackupError, match="no backup was made: the database is damaged"):
        backup(data, target, 0)
    assert not list(target.parent.glob("f*"))


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "a/../../outside", "keys//x"])
def test_names_that_lead_outside_are_refused(tmp_path, name):
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(BackupError, match="with the name"):
        restore(tmp_path / "evil.tar", tmp_path / "again")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(tmp_path, kind):
    member = tarfile.TarInfo("keys")
    member.type, member.linkname = kind, "/etc"
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.addfile(member)
    with pytest.raises(BackupError):
        restore(tmp_path / "evil.tar", tmp_path / "again")


async def test_half_a_file_is_refused(store, data, tmp_path):
    await asyncio.to_thread(backup, data, tmp_path / "file.tar", 0)
    whole = (tmp_path / "file.tar").read_bytes()
    for size in (0, 100, len(whole) // 2, len(whole) - 12_000):
        (tmp_path / "half.tar").write_bytes(whole[:size])
        with pytest.raises(BackupError):
            restore(tmp_path / "half.tar", tmp_path / "again")
        shutil.rmtree(tmp_path / "again")
