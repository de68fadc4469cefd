"""The worker: what it gave up, what happens when it hangs, dies or is fed with what no decoder likes."""

import asyncio
import io
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.media import samples

from chappe.base import Invalid, TooMany
from chappe.media import Limits, MediaProcess

pytestmark = pytest.mark.slow


@pytest.fixture
async def media(tmp_path: Path) -> AsyncIterator[MediaProcess]:
    """A process of its own for each test: what happens to it is what is tested here."""
    async with MediaProcess(tmp_path / "media", Limits(wall_s=30, idle_s=60)) as process:
        yield process


def bomb(width: int, height: int) -> bytes:
    """A black PNG of that size in very few bytes."""
    line = b"\0" * (1 + width // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(line) for _number in range(height)) + packer.flush()
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b"")]
    packed = bytearray(b"\x89PNG\r\n\x1a\n")
    for name, body in chunks:
        packed += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return bytes(packed)


async def gone(pid: int) -> bool:
    """True once the process is no more (or about to be)."""
    for _try in range(3000):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_nothing_starts_before_the_first_job(media: MediaProcess) -> None:
    assert media.pids == ()
    await media.sniff(b"hello")
    assert len(media.pids) == 1


def test_the_server_itself_never_loads_a_decoder() -> None:
    code = "import sys, chappe.media; sys.exit(any(name in sys.modules for name in ('PIL', 'av')))"
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0


async def test_the_worker_has_given_up_its_rights(media: MediaProcess, tmp_path: Path) -> None:
    await media.sniff(b"hello")
    held = await media.confinement()
    assert held["no_new_privileges"]
    assert held["no_capabilities"]
    assert held["not_dumpable"]
    assert held["dies_with_server"]
    (pid,) = media.pids
    facts = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    assert facts["NoNewPrivs"].strip() == "1"
    assert int(facts["CapEff"], 16) == 0
    rows = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    limits = {row[:26].strip(): row[26:].split()[0] for row in rows}
    assert limits["Max address space"] == str(1 << 30)
    assert limits["Max open files"] == "16"
    assert limits["Max file size"] == limits["Max core file size"] == limits["Max processes"] == "0"
    assert int(limits["Max cpu time"]) <= 22
    if os.geteuid() != 0:
        with pytest.raises(PermissionError):  # not dumpable: even its own user cannot look further in
            os.readlink(f"/proc/{pid}/cwd")
        return
    assert os.readlink(f"/proc/{pid}/cwd") == str(tmp_path / "media")
    environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    names = {entry.partition(b"=")[0] for entry in environment if entry}
    assert names == {b"PYTHONPATH", b"MALLOC_ARENA_MAX", b"LC_ALL"}
    if held["no_network"]:
        devices = Path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]
        assert [line.split(":")[0].strip() for line in devices] == ["lo"]


TRIES = """
import socket, sys
from chappe.media import confine, limits
"name".encode("idna")
alone = confine.cut_network()
held = confine.give_up_rights(sys.argv[1], ("/etc",) if sys.argv[2] == "resolver" else ())
confine.limit(limits.Limits())
def fails(act):
    try:
        act()
    except OSError:
        return True
    return False
assert held["no_files"] == fails(lambda: open(sys.argv[1] + "/secret"))
assert fails(lambda: open(sys.argv[1] + "/new", "w").write("x" * 100000))
assert (held["no_files"] and sys.argv[2] != "resolver") == fails(lambda: open("/etc/passwd"))
assert not alone or fails(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])), 1))
assert fails(__import__("os").fork)
"""


@pytest.mark.parametrize("kind", ["decode", "resolver"])
def test_what_was_given_up_cannot_be_had(tmp_path: Path, kind: str) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "secret").chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = subprocess.run([sys.executable, "-c", TRIES, str(tmp_path), kind, port], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


async def test_a_worker_is_replaced_after_its_share_of_jobs(tmp_path: Path) -> None:
    async with MediaProcess(tmp_path, Limits(jobs=2)) as media:
        seen = set()
        for _number in range(4):
            await media.sniff(b"hello")
            seen.update(media.pids)
        assert len(seen) == 2
        assert media.pids == ()


async def test_an_idle_worker_is_ended(tmp_path: Path) -> None:
    async with MediaProcess(tmp_path, Limits(idle_s=0.05)) as media:
        await media.sniff(b"hello")
        (pid,) = media.pids
        assert await gone(pid)
        assert await media.sniff(b"hello") == "text/plain"


@pytest.mark.slow
async def test_a_hanging_worker_fails_its_job_and_the_next_works(tmp_path: Path) -> None:
    async with MediaProcess(tmp_path, Limits(wall_s=4.0)) as media:
        await media.sniff(b"hello")
        (pid,) = media.pids
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(Invalid, match="photo_invalid") as failure:
            await media.photo(samples.jpeg(50, 50))
        assert failure.value.facts == {"cause": "time"}
        assert await gone(pid)
        assert await media.sniff(b"hello") == "text/plain"


async def test_a_worker_killed_while_idle_costs_nothing(media: MediaProcess) -> None:
    await media.sniff(b"hello")
    process = os.pidfd_open(media.pids[0])
    os.kill(media.pids[0], signal.SIGKILL)
    await asyncio.to_thread(select.select, [process], [], [], 10)  # on a busy machine it lives a little on
    os.close(process)
    assert (await media.photo(samples.jpeg(50, 50))).width == 50


async def test_a_worker_killed_in_a_job_fails_that_job_alone(media: MediaProcess) -> None:
    await media.sniff(b"hello")
    (pid,) = media.pids
    os.kill(pid, signal.SIGSTOP)
    first = asyncio.create_task(media.photo(samples.jpeg(50, 50)))
    second = asyncio.create_task(media.photo(samples.jpeg(60, 50)))
    await asyncio.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(Invalid, match="photo_invalid") as failure:
        await first
    assert failure.value.facts == {"cause": "crash"}
    assert (await second).width == 60


async def test_a_cancelled_job_leaves_no_worker_out_of_step(media: MediaProcess) -> None:
    await media.sniff(b"hello")
    (pid,) = media.pids
    os.kill(pid, signal.SIGSTOP)
    task = asyncio.create_task(media.photo(samples.jpeg(50, 50)))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await media.sniff(b"hello") == "text/plain"
    assert await gone(pid)


async def test_the_queue_is_bounded(tmp_path: Path) -> None:
    async with MediaProcess(tmp_path, Limits(queue=2)) as media:
        jobs = [asyncio.create_task(media.sniff(b"hello")) for _number in range(5)]
        results = await asyncio.gather(*jobs, return_exceptions=True)
    assert results[:3] == ["text/plain"] * 3
    assert all(isinstance(result, TooMany) and result.reason == "media_busy" for result in results[3:])


@pytest.mark.slow
async def test_a_worker_out_of_memory_fails_the_job_and_the_next_works(tmp_path: Path) -> None:
    async with MediaProcess(tmp_path, Limits(memory_bytes=256 << 20)) as media:
        picture = io.BytesIO()
        Image.new("RGB", (6000, 3900)).save(picture, "PNG")
        for _number in range(2):
            with pytest.raises(Invalid, match="photo_invalid") as failure:
                await media.photo(picture.getvalue())
            assert failure.value.facts == {"cause": "memory"}
            assert (await media.photo(samples.jpeg(50, 50))).width == 50


@pytest.mark.slow
async def test_the_kernel_ends_a_job_that_computes_too_long(tmp_path: Path) -> None:
    async with MediaProcess(tmp_path, Limits(cpu_s=0)) as media:
        voice = samples.silence(900)
        with pytest.raises(Invalid, match="media_invalid") as failure:
            await media.audio(voice)
        assert failure.value.facts == {"cause": "crash"}
        assert await media.sniff(b"hello") == "text/plain"


async def test_bombs_are_refused_before_they_are_unpacked(media: MediaProcess) -> None:
    for width, height in ((20_000, 20_000), (60_000, 1_000), (8, 32_767)):
        with pytest.raises(Invalid) as failure:
            await media.photo(bomb(width, height))
        assert failure.value.reason in ("photo_invalid", "photo_invalid_dimensions")
        with pytest.raises(Invalid):
            await media.video(bomb(width, height))
    assert len(media.pids) == 1


async def test_a_link_or_a_missing_path_is_our_bug_not_a_refusal(media: MediaProcess, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="link"):
        await media.photo(tmp_path / "link")
    with pytest.raises(FileNotFoundError):
        await media.photo(tmp_path / "nothing")


SEEDS: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("photo", lambda: samples.jpeg(64, 48)),
    ("photo", lambda: samples.image("PNG", 64, 48)),
    ("photo", lambda: samples.image("WEBP", 64, 48)),
    ("photo", lambda: samples.image("GIF", 64, 48)),
    ("photo", lambda: samples.image("AVIF", 64, 48)),
    ("video", lambda: samples.video(1)),
    ("video", lambda: samples.video(1, kind="webm", codec="libvpx")),
    ("audio", lambda: samples.sound("ogg", "libopus", 1)),
    ("audio", lambda: samples.sound("mp3", "libmp3lame", 1)),
)


def mutated(data: bytes, cut: int, edits: list[tuple[int, int]], doubled: bool) -> bytes:
    changed = bytearray(data)
    for place, value in edits:
        changed[place % len(changed)] = value
    if doubled:
        changed += changed[len(changed) // 2 :]
    return bytes(changed[: max(1, len(changed) - cut % len(changed))])


@pytest.mark.slow
def test_mutated_files_give_a_result_or_a_refusal(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        media = MediaProcess(tmp_path, Limits(cpu_s=10))
        causes: set[object] = set()

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(
            seed=st.sampled_from(SEEDS),
            cut=st.one_of(st.just(0), st.integers(0, 1 << 16)),
            edits=st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=12),
            doubled=st.booleans(),
        )
        def check(seed: tuple[str, Callable[[], bytes]], cut: int, edits: list[tuple[int, int]], doubled: bool) -> None:
            act, make = seed
            try:
                runner.run(getattr(media, act)(mutated(make(), cut, edits, doubled)))
            except Invalid as refusal:
                causes.add(refusal.facts["cause"])

        try:
            check()
            assert runner.run(media.sniff(b"hello")) == "text/plain"
        finally:
            runner.run(media.close())
    assert "format" in causes
    assert not causes & {"time", "crash"}
