"""The verifier that shares no code with the server: what it accepts, and what it says of each kind of fraud.

Source: tlog/tiles, tlog/proof
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.transparency.logbook import NOTICE, Logbook, logbook
from tests.transparency.mirror import mirrored, spoilt
from tests.transparency.test_reports import ABUSE, SPAM, Press

from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.transparency import note
from chappe.transparency.growth import checkpoint_text
from chappe.transparency.proofs import Proofs
from chappe_verify.__main__ import main

pytestmark = pytest.mark.slow
ORDERS = (
    Public("dsa_order10", outcome="received", source="order", country="FR", items=2),
    Public("dsa_order10", outcome="refused", source="order", country="FR", ground="no_legal_basis", hours=7),
    Public("tco_removal", outcome="effect", source="order", country="DE", hours=0, count=12),
)
"""Each country has too few leaves for a day; France has enough for the month."""


class Copy:
    """A copy of three days of a log, and the verifier over it."""

    def __init__(self, book: Logbook, press: Press, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.book = book
        self.press = press
        self.folder = folder
        self.keep = folder.with_name("kept")
        self._capsys = capsys

    def says(self, *words: str) -> tuple[int, str]:
        """(exit code, what was printed)."""
        code = main([str(self.folder), "--key", str(self.book.keys.verifiers[0]), *words])
        return code, self._capsys.readouterr().out

    async def fresh(self) -> None:
        """The copy is taken anew."""
        await mirrored(self.book, self.press.reports, self.folder)


@pytest.fixture
async def copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Copy]:
    async with logbook(tmp_path) as book:
        press = Press(book)
        secret = Public("order", country="FR", sealed=True)
        sealed = await book.store.write(lambda tx: journal.record(tx, "invite_made", "server", "order:1", secret))
        for round_ in range(3):
            await press.act(ABUSE, SPAM, SPAM, *[NOTICE] * 150, *ORDERS)
            await press.nights()
            if round_ == 1:
                await book.store.write(lambda tx: journal.open_sealed(tx, sealed, "operator:1"))
        made = Copy(book, press, tmp_path / "copy", capsys)
        await made.fresh()
        yield made


async def test_a_true_log_is_right(copy: Copy) -> None:
    code, said = copy.says("--keep", str(copy.keep))
    assert code == 0, said
    assert f"covers {copy.book.head().size} leaves" in said
    assert "The figures of 3 days were counted again" in said
    await copy.press.act(*[SPAM] * 40)
    await copy.press.nights()
    await copy.fresh()
    code, said = copy.says("--keep", str(copy.keep))
    assert (code, "are those you saw last time" in said) == (0, True)
    assert copy.keep.read_text() == copy.book.files.checkpoint()
    facts = json.loads(copy.says("--json")[1])
    assert facts["ok"] and facts["days"] == 4 and facts["sealed"] == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("tile/entries/000", b"SCAMS", b"SCUMS", "changed, exchanged or taken out"),
        ("tile/entries/000", b"\x00", b"\x01", "WRONG"),
        ("tile/entries/001.p/", b'"hour"', b'"hoar"', "does not say its hour"),
        ("checkpoint", b"\n\n", b"x\n\n", "somebody changed it"),
        ("report/2025-06-16.json", b'"leaves": 1', b'"leaves": 2', "The report of 2025-06-16 is not the sum"),
        ("report/2025-06.json", b'"FR": 3', b'"FR": 2', "country.FR is published as 2, the leaves say 3"),
        ("report/2025-06.json", b'"no_legal_basis": 3', b'"no_legal_basis": 1', "no_legal_basis is published as 1"),
        ("report/2025.json", b'"total"', b'"totul"', "The report of 2025 is not the sum"),
        ("report/days.json", b'{"day": "2025-06-16", "version": 1}, ', b"", "The report of 2025-06-16 is missing"),
    ],
)
async def test_what_is_changed_is_told_in_a_sentence(copy: Copy, name: str, old: bytes, new: bytes, said: str) -> None:
    if name.endswith("/"):
        name += max(os.listdir(copy.folder / name), key=int)
    spoilt(copy.folder, name, old, new)
    code, text = copy.says()
    assert code == 1
    assert said in text


async def test_a_cut_tail(copy: Copy) -> None:
    shutil.rmtree(copy.folder / "tile" / "entries" / "001.p")
    assert "tail is cut" in copy.says()[1]


async def test_a_shrunken_log(copy: Copy) -> None:
    copy.says("--keep", str(copy.keep))
    text = checkpoint_text(copy.book.keys.origin, copy.book.head()).replace(f"\n{copy.book.head().size}\n", "\n7\n")
    (copy.folder / "checkpoint").write_text(note.sign(text, copy.book.keys.signers))
    code, said = copy.says("--keep", str(copy.keep))
    assert (code, "The log shrank" in said) == (1, True)
    assert copy.keep.read_text() == copy.book.files.checkpoint()


async def test_a_rewritten_log(copy: Copy, tmp_path: Path) -> None:
    copy.says("--keep", str(copy.keep))
    (tmp_path / "other").mkdir()
    async with logbook(tmp_path / "other") as other:
        other.keys = copy.book.keys
        other.begun()
        await other.acts(copy.book.head().size + 5)
        await other.sequenced()
        copy.folder = await mirrored(other, Press(other).reports, tmp_path / "forged")
        code, said = copy.says("--keep", str(copy.keep))
        assert (code, "the log was rewritten" in said) == (1, True)


async def test_two_heads_of_one_size(copy: Copy) -> None:
    text = checkpoint_text(copy.book.keys.origin, copy.book.head())
    first = text.split("\n")[2]
    copy.keep.write_text(note.sign(text.replace(first, first[::-1][1:] + "="), copy.book.keys.signers))
    assert "the log forked" in copy.says("--keep", str(copy.keep))[1]


async def test_another_key(copy: Copy) -> None:
    stranger = note.Signer(copy.book.keys.origin, b"x" * 32).verifier
    assert main([str(copy.folder), "--key", str(stranger)]) == 1
    assert main([str(copy.folder), "--key", "x+y"]) == 1


async def test_what_opens_nothing_is_noticed(copy: Copy) -> None:
    leaves = copy.book.leaves()
    opening = next(leaf for leaf in leaves if b'"opens"' in leaf)
    assert b'"country":"FR"' in opening
    forged = opening.replace(b'"country":"FR"', b'"country":"DE"')
    await copy.book.store.write(
        lambda tx: tx.run("UPDATE log_leaves SET leaf = ? WHERE leaf_index = ?", (forged, leaves.index(opening)))
    )
    rebuilt = copy.folder.with_name("rebuilt")
    copy.book.files.unlock()
    copy.book.files.path.rename(rebuilt)
    await copy.book.store.write(lambda tx: tx.run("DELETE FROM log_state"))
    state = "INSERT INTO log_state VALUES (1, ?, ?, '', 99999, ?, 0, 0, 0, ?, 0)"
    copy.book.files.name("00" * 16)
    facts = (copy.book.keys.origin, "00" * 16, len(leaves), b"")
    await copy.book.store.write(lambda tx: tx.run(state, facts))
    copy.book.begun()
    await copy.book.sequenced()
    await copy.fresh()
    assert "says that it opens leaf 0, but it does not" in copy.says()[1]


async def test_proofs_and_promises(copy: Copy, tmp_path: Path) -> None:
    proofs = Proofs(copy.book.store, os.urandom, copy.book.files, copy.book.keys)
    proof = await proofs.of_entry(7, opened=True)
    assert proof is not None
    place = tmp_path / "mine.tlog-proof"
    place.write_text(proof.text)
    code, said = copy.says("--proof", str(place))
    assert code == 0 and '"kind": "invite_used"' in said
    lines = proof.text.split("\n")
    for n in (1, 2, 4, len(lines) - 5):
        wrong = [*lines[:n], _other(lines[n]), *lines[n + 1 :]]
        place.write_text("\n".join(wrong))
        assert copy.says("--proof", str(place))[0] == 1
    last = await copy.book.acts(1)
    promise = await proofs.of_entry(last)
    assert promise is not None and promise.kind == "promise"
    place.write_text(promise.text)
    code, said = copy.says("--promise", str(place))
    assert (code, "was broken" in said) == (1, True)  # the clock of the test stands long ago
    await copy.book.sequenced()
    await copy.fresh()
    code, said = copy.says("--promise", str(place))
    assert (code, "was kept" in said) == (0, True)


def _other(line: str) -> str:
    return line[:-3] + ("A" if line[-3] != "A" else "B") + line[-2:] if not line.startswith("index") else "index 8"


def test_it_imports_nothing_of_the_server() -> None:
    said = "import sys, chappe_verify.__main__; print([m for m in sys.modules if m.split('.')[0] == 'chappe'])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
