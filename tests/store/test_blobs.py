"""Blobs and uploads: any order, any size, whole or not at all. Source: api/files#uploading-files"""

import os
import stat
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from tests.kit.clock import FakeClock
from tests.store.kit import no_file_above

from chappe.base.errors import Invalid
from chappe.store import FileStore, StoreUnavailable

PART = 512 * 1024
ALICE, BOB = 7, 8


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def files(tmp_path, clock):
    return FileStore(tmp_path, clock)


def everything(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def reason(refusal):
    return refusal.value.reason, refusal.value.facts


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 5000])
def test_what_was_put_is_read(files, data):
    digest = files.put(data)
    assert digest == sha256(data).digest()
    assert (files.size(digest), files.read(digest, 0, 1 << 24)) == (len(data), data)
    assert b"".join(files.stream(digest)) == data


def test_stretches(files):
    digest = files.put(bytes(range(200)))
    assert files.read(digest, 10, 5) == bytes(range(10, 15))
    assert files.read(digest, 190, 50) == bytes(range(190, 200))
    assert files.read(digest, 200, 5) == files.read(digest, 2**62, 5) == b""
    assert b"".join(files.stream(digest, 20, 7)) == bytes(range(20, 27))
    assert list(files.stream(digest, 300)) == []


def test_what_the_disk_spoilt_is_whole_once_it_comes_again(files, caplog):
    digest = files.put_stream([b"as it came"])[0]
    files.path(digest).write_bytes(b"as it cam3")
    assert files.put_stream([b"as it ", b"came"]) == (digest, 10)
    assert files.read(digest, 0, 99) == b"as it came"
    files.path(digest).unlink()
    for _ in range(2):
        with pytest.raises(Invalid):
            files.read(digest, 0, 1)
    assert [record.getMessage().count(digest.hex()) for record in caplog.records] == [1]


@pytest.mark.parametrize("name", [bytes(32), b"", b"../../../../etc/passwd", b"\xff" * 31])
def test_no_such_blob(files, name):
    for call in (lambda: files.read(name, 0, 1), lambda: files.size(name), lambda: list(files.stream(name))):
        with pytest.raises(Invalid) as refused:
            call()
        assert refused.value.reason == "location_invalid"


def test_the_same_content_is_kept_once_for_its_owner_alone(files, tmp_path):
    digest = files.put(b"hello")
    assert files.put(b"hello") == files.put_stream([b"he", b"llo"])[0] == digest
    name = digest.hex()
    assert everything(tmp_path) == [f"blobs/{name[:2]}/{name[2:4]}/{name}"]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}


def test_a_blob_put_again_survives_its_collection(files, clock):
    digest = files.put(b"hello")
    clock.moves(100)
    swept = clock.now() - 50
    files.put(b"hello")
    assert not files.delete(digest, swept)
    assert [(name, size) for name, size, _ in files.iterate()] == [(digest, 5)]
    assert files.delete(digest, clock.now())
    assert not files.delete(digest, clock.now())
    assert list(files.iterate()) == []


def test_a_reader_outlives_the_deletion(files, clock):
    data = os.urandom(1_000_000)
    digest = files.put(data)
    chunks = files.stream(digest)
    first = next(chunks)
    files.delete(digest, clock.now())
    assert first + b"".join(chunks) == data


def test_a_failing_source_leaves_nothing(files, tmp_path):
    def chunks():
        yield b"some"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        files.put_stream(chunks())
    assert everything(tmp_path) == []


def test_half_written_blobs_of_an_earlier_life_are_removed(files, tmp_path, clock):
    (tmp_path / "blobs" / "tmp" / "17").write_bytes(b"half")
    FileStore(tmp_path, clock)
    assert everything(tmp_path) == []


@pytest.mark.parametrize("size", [1, 1023, PART, PART + 1, 3 * PART, 3 * PART + 17])
def test_parts_in_any_order_make_one_blob(files, tmp_path, size):
    data = os.urandom(size)
    parts = -(-size // PART)
    for part in reversed(range(parts)):
        files.save_part(ALICE, -5, part, data[part * PART : (part + 1) * PART])
    assert files.uploaded_bytes(ALICE, -5, parts) == files.pending_bytes(ALICE) == size
    assert files.assemble(ALICE, -5, parts) == files.assemble(ALICE, -5, parts) == (sha256(data).digest(), size)
    files.forget_upload(ALICE, -5)
    files.forget_upload(ALICE, -5)
    assert files.pending_bytes(ALICE) == 0
    assert files.read(sha256(data).digest(), 0, size + 1) == data
    assert len(everything(tmp_path)) == 1


def test_several_connections_at_once(files):
    data = os.urandom(64 * 10_240)
    with ThreadPoolExecutor(8) as pool:
        sends = [
            pool.submit(files.save_part, ALICE, 1, part, data[part * 10_240 : (part + 1) * 10_240])
            for part in [*range(64), *range(0, 64, 3)]
        ]
        for send in sends:
            send.result()
    assert files.assemble(ALICE, 1, 64) == (sha256(data).digest(), len(data))
    assert files.pending_bytes(ALICE) == len(data)


def test_an_upload_goes_on_after_a_restart(files, tmp_path, clock):
    files.save_part(ALICE, 1, 1, b"world")
    again = FileStore(tmp_path, clock)
    again.save_part(ALICE, 1, 0, b"hello")
    assert again.pending_bytes(ALICE) == 10
    assert again.assemble(ALICE, 1, 2) == (sha256(b"helloworld").digest(), 10)


def test_people_and_files_do_not_mix(files):
    files.save_part(ALICE, 1, 0, b"alice 1")
    files.save_part(ALICE, 2, 0, b"alice 2")
    files.save_part(BOB, 1, 0, b"bob 1")
    files.forget_upload(ALICE, 1)
    assert files.assemble(ALICE, 2, 1)[1] == 7
    assert files.assemble(BOB, 1, 1)[1] == 5
    assert (files.pending_bytes(ALICE), files.pending_bytes(BOB)) == (7, 5)


@pytest.mark.parametrize(
    ("part", "data", "complaint"),
    [
        (-1, b"x", "file_part_invalid"),
        (4000, b"x", "file_part_invalid"),
        (0, b"", "file_part_empty"),
        (0, bytes(PART + 1), "file_part_too_big"),
        (3, b"longer", "file_part_size_changed"),
    ],
)
def test_bad_parts(files, part, data, complaint):
    files.save_part(ALICE, 1, 3, b"part")
    with pytest.raises(Invalid) as refused:
        files.save_part(ALICE, 1, part, data)
    assert refused.value.reason == complaint
    assert files.pending_bytes(ALICE) == 4


@pytest.mark.parametrize(
    ("sizes", "parts", "complaint"),
    [
        ([10, 10], 3, ("file_part_x_missing", {"part": 2})),
        ([], 1, ("file_part_x_missing", {"part": 0})),
        ([10, 5, 10], 3, ("file_parts_invalid", {})),
        ([10, 20], 2, ("file_parts_invalid", {})),
        ([10], 0, ("file_parts_invalid", {})),
        ([10], 4001, ("file_parts_invalid", {})),
    ],
)
def test_incomplete_uploads(files, sizes, parts, complaint):
    for part, size in enumerate(sizes):
        files.save_part(ALICE, 1, part, bytes(size))
    for call in (files.uploaded_bytes, files.assemble):
        with pytest.raises(Invalid) as refused:
            call(ALICE, 1, parts)
        assert reason(refused) == complaint


def test_a_part_damaged_by_a_power_cut_is_asked_for_again(files, tmp_path):
    files.save_part(ALICE, 1, 0, bytes(100))
    files.save_part(ALICE, 1, 1, b"second")
    (damaged,) = [path for path in (tmp_path / "uploads").rglob("1") if path.is_file()]
    damaged.write_bytes(bytes(10))
    with pytest.raises(Invalid) as refused:
        files.assemble(ALICE, 1, 2)
    assert reason(refused) == ("file_part_x_missing", {"part": 1})
    files.save_part(ALICE, 1, 1, b"second")
    assert files.assemble(ALICE, 1, 2)[1] == 106


def test_stale_uploads_are_forgotten(files, tmp_path):
    files.save_part(ALICE, 1, 0, b"old")
    files.save_part(BOB, 2, 0, b"new")
    folder = tmp_path / "uploads" / str(ALICE) / f"{1:016x}"
    os.utime(folder, (1000, 1000))
    assert files.forget_stale(2000, 2000) == 1
    assert (files.pending_bytes(ALICE), files.pending_bytes(BOB)) == (0, 3)


def test_a_settled_upload_has_no_parts_and_is_still_its_blob(files, tmp_path, clock):
    for part, data in enumerate((b"hello", b"wor")):
        files.save_part(ALICE, 1, part, data)
    files.save_part(ALICE, 2, 0, b"other")
    made = files.assemble(ALICE, 1, 2)
    assert (files.pending_bytes(ALICE), files.pending_parts(ALICE)) == (13, 3)
    files.settle_upload(ALICE, 1, 2, *made)
    files.settle_upload(ALICE, 1, 2, *made)
    assert (files.pending_bytes(ALICE), files.pending_parts(ALICE)) == (5, 1)
    assert files.assemble(ALICE, 1, 2) == FileStore(tmp_path, clock).assemble(ALICE, 1, 2) == made
    assert files.uploaded_bytes(ALICE, 1, 2) == 8
    for parts in (1, 3):
        with pytest.raises(Invalid):
            files.assemble(ALICE, 1, parts)
    files.save_part(ALICE, 1, 0, b"hallo")
    with pytest.raises(Invalid) as refused:
        files.assemble(ALICE, 1, 2)
    assert reason(refused) == ("file_part_x_missing", {"part": 1}), "the number is used for another file"


def test_a_settled_upload_is_forgotten_sooner(files, tmp_path):
    files.save_part(ALICE, 1, 0, b"done")
    files.save_part(ALICE, 2, 0, b"under way")
    files.settle_upload(ALICE, 1, 1, *files.assemble(ALICE, 1, 1))
    for number in (1, 2):
        os.utime(tmp_path / "uploads" / str(ALICE) / f"{number:016x}", (1000, 1000))
    assert files.forget_stale(500, 2000) == 1
    assert files.pending_bytes(ALICE) == 9


def test_no_room_is_a_clear_refusal(files, tmp_path):
    files.save_part(ALICE, 1, 0, bytes(PART))
    with no_file_above(100_000):
        for call in (
            lambda: files.put(bytes(200_000)),
            lambda: files.save_part(ALICE, 1, 1, bytes(PART)),
            lambda: files.assemble(ALICE, 1, 1),
        ):
            with pytest.raises(StoreUnavailable) as refused:
                call()
            assert refused.value.reason == "storage_full"
    assert len(everything(tmp_path)) == 1
    assert files.assemble(ALICE, 1, 1) == (sha256(bytes(PART)).digest(), PART)


def test_a_large_file_needs_little_memory(files):
    for part in range(128):
        files.save_part(ALICE, 1, part, bytes([part]) * PART)
    tracemalloc.start()
    digest, size = files.assemble(ALICE, 1, 128)
    assert sum(len(chunk) for chunk in files.stream(digest)) == size == 128 * PART
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * PART
