"""Entries become leaves in order; nothing makes the log fork. Source: tlog/checkpoint, tlog/tiles"""

import json
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.transparency.logbook import NOTICE, ORIGIN, Logbook, logbook

from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.store import Tx
from chappe.store import transparency as rows
from chappe.transparency import keys, leaves, note, tree
from chappe.transparency.files import LogFolder
from chappe.transparency.sequencer import LOT, Sequencer
from chappe.transparency.tree import Tile


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Logbook]:
    async with logbook(tmp_path) as made:
        yield made


async def test_an_empty_log_has_a_signed_head(book: Logbook) -> None:
    head = await book.sequenced()
    assert (head.size, head.root) == (0, tree.EMPTY)


@pytest.mark.parametrize("counts", [[1], [255, 1, 1], [256], [300, 5, 700], [1, 1, 1, 1]])
async def test_public_entries_become_leaves_in_order(book: Logbook, counts: list[int]) -> None:
    for count in counts:
        await book.acts(count)
        assert (await book.sequenced()).size == sum(counts[: counts.index(count) + 1]) or counts.count(count) > 1
    made = book.leaves()
    assert len(made) == sum(counts)
    numbers = [row.no for row in await book.store.read(lambda rx: rows.leaves(rx, 0, 10_000))]
    assert numbers == sorted(numbers)
    assert json.loads(made[0]) == {
        "v": 1,
        "hour": "2025-06-15T15Z",
        "commitment": json.loads(made[0])["commitment"],
        "instrument": "notice",
        "category": "SCAMS_AND_FRAUD",
        "item": "message",
        "source": "notice",
    }


async def test_more_than_a_lot(book: Logbook) -> None:
    def many(tx: Tx) -> None:
        for _ in range(LOT + 40):
            journal.record(tx, "invite_used", "user:7", "user:7", NOTICE)

    await book.store.write(many)
    assert (await book.sequenced()).size == LOT + 40
    assert len(set(book.leaves())) == LOT + 40  # the same act twice is two leaves that tell nothing of each other


async def test_the_commitment_is_opened_by_the_salt_of_the_facts(book: Logbook) -> None:
    no = await book.store.write(lambda tx: journal.record(tx, "invite_used", "operator:3", "user:7", NOTICE, x="y"))
    await book.sequenced()
    entry = await book.store.read(lambda rx: rows.entry(rx, journal.SHARD, no))
    assert entry is not None and entry.salt is not None
    said = leaves.private(entry, entry.salt)
    assert "operator:3" not in json.dumps(said)
    assert said | {"actor": ""} == {
        "entry": no,
        "date": 1_750_000_000,
        "kind": "invite_used",
        "subject": "user:7",
        "actor": "",
        "facts": {"x": "y"},
    }
    assert json.loads(book.leaves()[0])["commitment"] == leaves.commitment(entry, entry.salt)
    await book.store.write(lambda tx: journal.erase_salt(tx, no, "server"))
    entry = await book.store.read(lambda rx: rows.entry(rx, journal.SHARD, no))
    assert entry is not None and entry.salt is None
    assert len(book.leaves()) == 1


async def test_a_sealed_leaf_is_opened_by_a_later_one(book: Logbook) -> None:
    secret = Public("order", country="FR", category="TERRORISM", outcome="removed", sealed=True)
    no = await book.store.write(lambda tx: journal.record(tx, "invite_made", "authority:1", "order:1", secret))
    await book.acts(3)
    await book.sequenced()
    sealed = json.loads(book.leaves()[0])
    assert set(sealed) == {"v", "hour", "commitment", "sealed"}
    await book.store.write(lambda tx: journal.open_sealed(tx, no, "operator:1"))
    await book.sequenced()
    opening = json.loads(book.leaves()[-1])
    assert opening["opens"] == 0
    assert opening["country"] == "FR"
    shown = Public(**{name: opening[name] for name in ("instrument", "country", "category", "outcome")})
    assert leaves.seal(shown, bytes.fromhex(opening["seal_salt"])) == sealed["sealed"]


async def test_sealed_and_opened_in_one_lot(book: Logbook) -> None:
    no = await book.store.write(
        lambda tx: journal.record(tx, "invite_made", "authority:1", "order:1", Public("order", sealed=True))
    )
    await book.store.write(lambda tx: journal.open_sealed(tx, no, "operator:1"))
    await book.sequenced()
    assert json.loads(book.leaves()[1])["opens"] == 0


class CutHere(Exception):
    """The process ended here."""


class Cutting:
    """Ends the process before the step of this number, or right after it; writes to the disk in their middle."""

    def __init__(self, at: int, after: bool) -> None:
        self.left = at
        self.after = after

    def step(self) -> bool:
        self.left -= 1
        return self.left == -1


def cut(book: Logbook, cutting: Cutting) -> None:
    """Each write, to the disk or to the database, counts as a step."""

    def put(tiles: Iterable[tuple[Tile, bytes]]) -> None:
        if cutting.step():
            some = list(tiles)
            real_put(some[: len(some) // 2] if cutting.after else [])
            raise CutHere
        real_put(tiles)

    def publish(checkpoint: str) -> None:
        here = cutting.step()
        if not here or cutting.after:
            real_publish(checkpoint)
        if here:
            raise CutHere

    async def write(act: Callable[[Tx], object]) -> object:
        here = cutting.step()
        done = await real_write(act) if not here or cutting.after else None
        if here:
            raise CutHere
        return done

    real_put, real_publish, real_write = book.files.put, book.files.publish, book.store.write
    book.files.put, book.files.publish = put, publish  # type: ignore[method-assign]
    book.sequencer._store = SimpleNamespace(write=write, read=book.store.read)  # type: ignore[assignment]


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
async def test_cut_at_any_write_it_comes_to_the_same_bytes(tmp_path: Path, after: bool) -> None:
    async with logbook(tmp_path) as book:
        cuts = 0
        heads = {}
        for round_ in range(40):
            await book.acts(23)
            book.begun()
            cut(book, Cutting(round_ % 5, after))
            try:
                await book.sequenced()
            except CutHere:
                cuts += 1
            book.begun()
            head = await book.sequenced()
            heads[head.size] = head.root
        assert cuts == 40
        hashes = tree.hashes_of_tiles(book.head().size, book.files.read)
        assert all(tree.root_of(size, hashes) == root for size, root in heads.items())
        assert len(book.leaves()) == 40 * 23


async def test_a_restored_old_database_is_noticed(book: Logbook) -> None:
    await book.acts(3)
    await book.sequenced()
    await book.exchanged(lambda path: shutil.copy(path, path.with_name("old")))  # type: ignore[arg-type, return-value]
    await book.acts(5)
    await book.sequenced()
    before = book.bytes()

    def restore(path: Path) -> None:
        for name in (f"{path}-wal", f"{path}-shm"):
            Path(name).unlink(missing_ok=True)
        shutil.copy(path.with_name("old"), path)

    await book.exchanged(restore)
    await book.acts(9)
    assert "an older state" in await book.stops()
    assert book.bytes() == before


async def test_an_emptied_database_is_noticed(book: Logbook) -> None:
    await book.acts(3)
    await book.sequenced()
    await book.exchanged(Path.unlink)
    await book.acts(9)
    assert "it was replaced" in await book.stops()


async def test_a_database_changed_while_the_server_runs_is_noticed(book: Logbook) -> None:
    await book.acts(3)
    await book.sequenced()
    await book.store.write(lambda tx: tx.run("DELETE FROM log_leaves WHERE leaf_index = 2"))
    await book.store.write(lambda tx: tx.run("UPDATE log_state SET size = 2, signed_size = 2"))
    await book.acts(1)
    assert await book.stops()
    assert book.head().size == 3


async def test_an_exchanged_leaf_is_noticed(book: Logbook) -> None:
    await book.acts(3)
    await book.sequenced()
    await book.store.write(lambda tx: tx.run("UPDATE log_leaves SET leaf = ? WHERE leaf_index = 2", (b"{}",)))
    book.begun()
    assert "not the one that was published" in await book.stops()


async def test_a_lost_folder_is_noticed(book: Logbook) -> None:
    await book.acts(3)
    await book.sequenced()
    shutil.rmtree(book.files.path)
    book.begun()
    assert "folder is gone" in await book.stops()
    assert not (book.files.path / "checkpoint").exists()


async def test_a_damaged_tile_is_noticed(book: Logbook) -> None:
    await book.acts(3)
    await book.sequenced()
    place = book.files.path / "tile/0/000.p/3"
    place.write_bytes(place.read_bytes()[:-1] + b"?")
    book.begun()
    assert "damaged" in await book.stops()


async def test_two_processes_on_one_folder(book: Logbook) -> None:
    await book.acts(3)
    await book.sequenced()
    other = Sequencer(book.store, book.clock, os.urandom, LogFolder(book.files.path), book.keys)
    await other._turn()
    assert "another process" in other.status.fault
    await book.acts(3)
    assert (await book.sequenced()).size == 6


async def test_two_servers_on_one_database(book: Logbook, tmp_path: Path) -> None:
    await book.acts(3)
    await book.sequenced()
    strange = LogFolder(tmp_path / "elsewhere")
    strange.name("00" * 16)
    other = Sequencer(book.store, book.clock, os.urandom, strange, book.keys)
    await other._turn()
    assert "another folder" in other.status.fault
    assert not strange.checkpoint()
    strange.unlock()


async def test_two_servers_on_one_database_with_copies_of_one_folder(book: Logbook, tmp_path: Path) -> None:
    await book.acts(3)
    await book.sequenced()
    shutil.copytree(book.files.path, tmp_path / "copy")
    copied = LogFolder(tmp_path / "copy")
    other = Sequencer(book.store, book.clock, os.urandom, copied, book.keys)
    await book.acts(300)
    await other.step()
    assert "another server" in await book.stops()
    await book.acts(5)
    while await other.step():
        pass
    assert "another server" in await book.stops()
    # What the slower one published is a beginning of the other's log.
    hashes = tree.hashes_of_tiles(308, copied.read)
    assert tree.root_of(book.head().size, hashes) == book.head().root
    copied.unlock()


async def test_a_clock_that_leaps_forward_stops_it_until_somebody_says_that_it_is_right(book: Logbook) -> None:
    await book.acts(1)
    await book.sequenced()
    book.clock._now += 40 * 86_400
    await book.acts(1)
    assert "leapt forward" in await book.stops()
    assert book.head().size == 1
    await book.store.write(lambda tx: rows.accept(tx, tx.now // 3600))
    assert (await book.sequenced()).size == 2
    assert json.loads(book.leaves()[1])["hour"] == "2025-07-25T15Z"


async def test_a_clock_that_is_set_right_again_goes_on_by_itself(book: Logbook) -> None:
    await book.acts(1)
    await book.sequenced()
    book.clock._now += 40 * 86_400
    await book.acts(1)
    assert "leapt forward" in await book.stops()
    book.clock._now -= 40 * 86_400
    book.clock.moves(60)
    assert (await book.sequenced()).size == 2
    assert json.loads(book.leaves()[1])["hour"] == "2025-06-15T15Z"


async def test_a_clock_that_goes_back_stops_it_until_it_is_right(book: Logbook) -> None:
    """The machine counts its seconds on meanwhile: to be set right is no leap."""
    await book.acts(1)
    await book.sequenced()
    book.clock._now -= 7200
    await book.acts(1)
    assert "before the newest leaf" in await book.stops()
    book.clock.moves(60)
    assert "before the newest leaf" in await book.stops()
    book.clock._now += 7200
    await book.acts(1)
    assert (await book.sequenced()).size == 3
    assert [json.loads(leaf)["hour"] for leaf in book.leaves()] == ["2025-06-15T15Z"] * 3


async def test_keys_overlap(book: Logbook) -> None:
    await book.acts(1)
    await book.sequenced()
    old = book.keys
    book.keys = keys.rotated(book.keys, os.urandom)
    book.begun()
    await book.sequenced()
    signed = book.files.checkpoint()
    assert signed is not None
    assert note.opened(signed, old.verifiers)[0] == note.opened(signed, book.keys.verifiers[1:])[0]
    book.keys = keys.retired(book.keys, old.verifiers[0].id.hex())
    book.begun()
    await book.acts(1)
    assert (await book.sequenced()).size == 2
    assert keys.open_keys(book.keys.path, ORIGIN, os.urandom) == book.keys
    with pytest.raises(keys.KeysError):
        keys.retired(book.keys, book.keys.verifiers[0].id.hex())


async def test_a_full_disk_makes_it_wait_and_it_goes_on(book: Logbook) -> None:
    await book.acts(3)
    await book.sequenced()
    real = book.files.put

    def full(tiles: Iterable[tuple[Tile, bytes]]) -> None:
        raise OSError(28, "No space left on device")

    book.files.put = full  # type: ignore[method-assign]
    await book.acts(4)
    assert "No space left" in await book.stops()
    assert book.head().size == 3
    book.files.put = real  # type: ignore[method-assign]
    assert await book.stops() == ""
    assert book.head().size == 7


async def test_a_machine_that_slept_is_no_clock_that_leapt(book: Logbook) -> None:
    book.files.unlock()
    slept = 0.0
    book.sequencer = Sequencer(book.store, book.clock, os.urandom, book.files, book.keys, lambda: slept)
    await book.acts(1)
    await book.sequenced()
    book.clock._now += 40 * 3600
    slept += 40 * 3600
    await book.acts(1)
    assert (await book.sequenced()).size == 2
