"""Go's golang.org/x/mod/sumdb/{note,tlog}, which we did not write, reads our log, and refuses what was tampered with.

Source: tlog/signed-note, tlog/tiles
"""

import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.clients import prepare
from tests.transparency.logbook import ORIGIN, Logbook, logbook

from chappe.transparency import keys, note
from chappe.transparency.growth import checkpoint_text

pytestmark = pytest.mark.slow


class Copy:
    """A copy of a log that grew twice, the checkpoint kept before, and what Go says of them."""

    def __init__(self, book: Logbook, folder: Path, kept: Path) -> None:
        self.book = book
        self.folder = folder
        self.kept = kept

    def says(self) -> tuple[int, str]:
        words = [prepare.go_look(), self.folder, self.book.keys.published(), self.kept]
        done = subprocess.run(words, capture_output=True, text=True, timeout=400, check=False)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
async def copy(tmp_path: Path) -> AsyncIterator[Copy]:
    async with logbook(tmp_path) as book:
        for count in (100, 200, 270):
            await book.acts(count)
            await book.sequenced()
            if count == 200:
                shutil.copy(book.files.path / "checkpoint", tmp_path / "kept")
        shutil.copytree(book.files.path, tmp_path / "copy")
        yield Copy(book, tmp_path / "copy", tmp_path / "kept")


async def test_it_accepts_the_log(copy: Copy) -> None:
    assert copy.says() == (0, "570 leaves are right\n")


async def test_it_accepts_one_of_two_keys(copy: Copy) -> None:
    head = copy.book.head()
    copy.book.keys = keys.rotated(copy.book.keys, lambda n: b"k" * n)
    signed = note.sign(checkpoint_text(ORIGIN, head), copy.book.keys.signers)
    (copy.folder / "checkpoint").write_text(signed)
    assert copy.says()[0] == 0
    copy.book.keys = keys.retired(copy.book.keys, copy.book.keys.verifiers[0].id.hex())
    (copy.kept).write_text(signed)
    assert copy.says()[0] == 0


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("tile/entries/000", 900), ("tile/entries/002.p/58", 40), ("tile/0/000", 17), ("tile/0/002.p/58", 1856 - 1),
        ("tile/1/000.p/2", 33), ("checkpoint", 12), ("checkpoint", 20), ("checkpoint", 60), ("checkpoint", 110),
    ],
)  # fmt: skip
async def test_it_refuses_a_flipped_bit(copy: Copy, name: str, at: int) -> None:
    data = bytearray((copy.folder / name).read_bytes())
    data[at] ^= 1
    (copy.folder / name).write_bytes(data)
    code, said = copy.says()
    assert (code, said[:6]) == (1, "wrong:"), said


async def test_it_refuses_a_cut_tail(copy: Copy) -> None:
    shutil.rmtree(copy.folder / "tile" / "entries" / "002.p")
    assert copy.says()[0] == 1


async def test_it_refuses_a_cut_bundle(copy: Copy) -> None:
    place = copy.folder / "tile" / "entries" / "002.p" / "58"
    place.write_bytes(place.read_bytes()[:-7])
    assert "is cut" in copy.says()[1]


@pytest.mark.parametrize("size", [569, 571, 300, 512])
async def test_it_refuses_a_changed_size(copy: Copy, size: int) -> None:
    text = checkpoint_text(ORIGIN, copy.book.head()).replace("\n570\n", f"\n{size}\n")
    (copy.folder / "checkpoint").write_text(note.sign(text, copy.book.keys.signers))
    assert copy.says()[0] == 1


async def test_it_refuses_a_log_that_does_not_begin_with_what_was_kept(copy: Copy) -> None:
    head = copy.book.head()
    other = checkpoint_text(ORIGIN, head).replace("\n570\n", "\n300\n")
    copy.kept.write_text(note.sign(other, copy.book.keys.signers))
    assert copy.says()[0] == 1
