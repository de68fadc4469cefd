"""Sheets: split, printed, typed again, and what is said when something is wrong. Source: slip/39, age/x25519"""

import argparse
import itertools
import os
import re
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pyrage
import pytest
from pypdf import PdfReader
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh

from chappe import recovery
from chappe.base import Invalid, Refusal
from chappe.commands import recovery as command
from chappe.config import Config
from chappe.domain import kits
from chappe.mtproto import RsaKey
from chappe.recovery import Identity, KeyBox, RecoveryError, sheets
from chappe.recovery.kits import Sheet
from chappe.store import BackupError
from chappe.store.backups import sealed_to
from chappe.transparency import keys, note

PEOPLE = ["Alice", "Bob", "Carol"]


def said(sheet: Sheet) -> str:
    return " ".join(sheet.words)


@pytest.fixture(scope="module")
def identity() -> Identity:
    return Identity.generate(os.urandom)


@pytest.fixture(scope="module")
def three(identity: Identity) -> list[Sheet]:
    return recovery.split(identity, 2, PEOPLE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with every key."""
    data = tmp_path_factory.mktemp("folder") / "data"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "rsa.pem").write_bytes(RsaKey.generate().to_pem())
    for name, size in (("server.key", 32), ("proxy.secret", 16), ("push.key", 32)):
        (data / "keys" / name).write_bytes(os.urandom(size))
    keys.open_keys(data / "keys" / "log.keys", "chat.example.org/log", os.urandom)
    return data


def test_an_identity_is_written_as_age_writes_it() -> None:
    for _ in range(20):
        theirs = pyrage.x25519.Identity.generate()
        mine = Identity.generate(os.urandom)
        assert str(pyrage.x25519.Identity.from_str(mine.written())) == mine.written()
        assert len(mine.written()) == len(str(theirs)) and mine.recipient.startswith("age1")
        assert "secret" not in repr(mine) and mine.written() not in repr(mine)


def test_any_two_of_three_give_it_back_and_one_does_not(identity: Identity, three: list[Sheet]) -> None:
    for some in itertools.permutations(three, 2):
        assert recovery.combine([said(one) for one in some]) == identity
    assert recovery.combine([said(one) for one in three]) == identity, "more than needed"
    for one in three:
        with pytest.raises(RecoveryError, match="2 sheets are needed, 1 was given: 1 more, from other people"):
            recovery.combine([said(one)])
        assert said(one) not in repr(one) and one.words[5] not in repr(one)


def test_what_people_type_is_understood(identity: Identity, three: list[Sheet]) -> None:
    short = " ".join(word[:4] for word in three[0].words)
    numbered = "\n".join(f"{no:2}. {word.upper()}" for no, word in enumerate(three[1].words, 1))
    assert recovery.combine([short, numbered]) == identity


def test_what_is_wrong_is_named(identity: Identity, three: list[Sheet]) -> None:
    first, second = list(three[0].words), list(three[1].words)
    swapped = [*second[:20], second[21], second[20], *second[22:]]
    older = said(recovery.split(identity, 2, ["alice", "bob"])[1])
    for wrong, why in [
        ([first, second[:-1]], "sheet 2 has 32 words; a sheet has 33"),
        ([first, ["qqqq", *second[1:]]], "sheet 2, word 1: 'qqqq' is no word of the list"),
        ([first, [*second[:4], second[4][:3] + "ß", *second[5:]]], "sheet 2, word 5: "),
        ([first, swapped], "sheet 2: a word is in the wrong place or another than on paper"),
        ([first, first], "sheet 2 is the same as sheet 1"),
        ([first, older.split()], "sheet 2 was not made together with sheet 1"),
        ([], "no sheet was given"),
    ]:
        with pytest.raises(RecoveryError, match=re.escape(why)):
            recovery.combine([" ".join(one) for one in wrong])


@pytest.mark.parametrize(
    ("needed", "trustees"),
    [(1, PEOPLE), (4, PEOPLE), (2, ["Alice"]), (2, []), (2, ["Alice", "alice "]), (2, ["Alice", ""]),
     (2, [f"p{n}" for n in range(17)])],
)  # fmt: skip
def test_numbers_that_make_no_sense_are_refused(identity: Identity, needed: int, trustees: list[str]) -> None:
    with pytest.raises(RecoveryError):
        recovery.split(identity, needed, trustees)


def test_the_keys_come_back_byte_by_byte(folder: Path, identity: Identity, tmp_path: Path) -> None:
    box = KeyBox.of(folder)
    sealed = recovery.sealer(identity.recipient).bytes(box.encode())
    for typed in (sheets.armored(sealed), "\n".join(reversed(sheets.pieces(sealed)))):
        again = KeyBox.decode(recovery.opener(identity).bytes(sheets.typed_box(typed)))
        assert again.digest == box.digest
    again.write(tmp_path / "new")
    for name in ("rsa.pem", "server.key", "proxy.secret", "push.key", "log.keys"):
        assert (tmp_path / "new" / "keys" / name).read_bytes() == (folder / "keys" / name).read_bytes()
        assert (tmp_path / "new" / "keys" / name).stat().st_mode & 0o077 == 0
    assert repr(box) == "KeyBox(…)"
    with pytest.raises(RecoveryError, match="not empty"):
        again.write(tmp_path / "new")


def test_sealed_keys_open_for_nobody_else_and_a_missing_part_is_named(folder: Path, identity: Identity) -> None:
    sealed = recovery.sealer(identity.recipient).bytes(KeyBox.of(folder).encode())
    with pytest.raises(RecoveryError, match="do not open it"):
        recovery.opener(Identity.generate(os.urandom)).bytes(sealed)
    with pytest.raises(RecoveryError, match="do not open it"):
        recovery.opener(identity).bytes(sealed[:-1] + bytes((sealed[-1] ^ 1,)))
    parts = sheets.pieces(sealed)
    with pytest.raises(RecoveryError, match=f"part 2 of {len(parts)} of the sealed keys is missing"):
        sheets.typed_box("\n".join([parts[0], *parts[2:]]))
    with pytest.raises(RecoveryError, match="not as it stands on the sheet"):
        sheets.typed_box("AAAA!")


@pytest.mark.slow
@pytest.mark.parametrize("languages", [("fr", "en"), ("fr",), ("en",)])
def test_a_sheet_is_printed_with_its_words_and_no_other_s(
    folder: Path, identity: Identity, three: list[Sheet], languages: tuple[str, ...]
) -> None:
    sealed = recovery.sealer(identity.recipient).bytes(KeyBox.of(folder).encode())
    about = sheets.About("chat.example.org", "2026-11-22", 1, sealed)
    pages = [page.extract_text() for page in PdfReader(BytesIO(sheets.printed(three[0], about, languages))).pages]
    assert len(pages) == len(languages) + 1
    found = {int(no): word for no, word in re.findall(r"^\s*(\d+)\. ([a-z]+)$", pages[0], re.M)}
    assert tuple(found[no] for no in sorted(found)) == three[0].words
    lines = re.search(r"(?:^[\w+/=]{64}\n)+(?:[\w+/=]+$)?", pages[-1], re.M)
    assert lines and sheets.typed_box(lines[0]) == sealed
    for word, language in (("Kit de secours", "fr"), ("Recovery kit", "en")):
        assert any(word in page for page in pages) == (language in languages)


def test_a_record_of_a_drill_is_believed_for_its_signature_alone(folder: Path) -> None:
    ours = keys.open_keys(folder / "keys" / "log.keys", "", os.urandom)
    drill = recovery.Drill(1_750_000_000, 2_000_000, 2, 2, 53, 7, 90, 30, KeyBox.of(folder).digest)
    record = recovery.signed_record(drill, ours)
    assert recovery.opened_record(record, ours.verifiers) == drill
    assert recovery.opened_record(record.replace("\n", "\r\n"), ours.verifiers) == drill, "as a browser's form sends it"
    for forged in (record.replace("accounts 7", "accounts 8"), record.split("\n\n")[0] + "\n", "", "x" * 100):
        with pytest.raises(RecoveryError):
            recovery.opened_record(forged, ours.verifiers)
    checkpoint = note.sign("chat.example.org/log\n0\nAAAA\n", ours.signers)
    with pytest.raises(RecoveryError, match="its first line is another"):
        recovery.opened_record(checkpoint, ours.verifiers)


def made_by(folder: Path, out: Path) -> int:
    """What the command comes to."""
    parser = argparse.ArgumentParser()
    command.words(parser)
    trustees = [word for name in PEOPLE for word in ("--trustee", name)]
    given = parser.parse_args(["make", *trustees, "--out", str(out)])
    given.json = True
    return command.run(replace(Config(), data=folder), given)


@pytest.mark.slow
def test_kits_and_to_whom_backups_are_sealed_are_one_row(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def ask(config: Config, **facts: Any) -> Any:
        if facts["act"] == "recovery_made":
            if not asked:
                asked.append(facts)
                raise Invalid("operator_recovery_numbers")
            asked.append(facts)
        return {"kits": None, "generation": 1}

    monkeypatch.setattr(command, "ask", ask)
    with pytest.raises(Invalid):
        made_by(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists(), "there are no sheets of kits that do not hold"
    before = sorted((folder / "keys").iterdir())
    assert made_by(folder, tmp_path / "out") == 0
    assert sorted((folder / "keys").iterdir()) == before, "nothing beside the row says to whom"
    assert asked[1]["recipient"].startswith("age1") and len(list((tmp_path / "out").glob("*.pdf"))) == 3


@pytest.mark.slow
@pytest.mark.parametrize("told", ["it holds", "nothing"])
def test_sheets_whose_record_was_not_answered_are_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], told: str
) -> None:
    kept: list[dict[str, Any]] = []

    def ask(config: Config, **facts: Any) -> Any:
        if facts["act"] == "recovery_made":
            kept.append(facts)
            raise Refusal("control_closed")
        if kept and told == "nothing":
            raise OSError("no database")
        return {"kits": {"generation": 1, "recipient": kept[0]["recipient"]} if kept else None}

    monkeypatch.setattr(command, "ask", ask)
    assert made_by(folder, tmp_path / "out") == (0 if told == "it holds" else 1)
    assert ("keep them; they do if `chappe recovery` names age1" in capsys.readouterr().err) == (told == "nothing")
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 3


async def test_a_backup_is_sealed_to_the_kits_that_hold(tmp_path: Path) -> None:
    clock = FakeClock()
    with pytest.raises(BackupError, match="no SQLite database"):
        sealed_to(tmp_path)
    database = open_fresh(tmp_path / "chappe.sqlite", clock)
    try:
        assert sealed_to(tmp_path) == ""
        for number in range(2):
            identity = Identity.generate(os.urandom)
            made = partial(kits.made, needed=2, trustees=3, recipient=identity.recipient, digest="0" * 64, by="server")
            await database.write(made)
            assert sealed_to(tmp_path) == identity.recipient, number
    finally:
        await database.close()
    (tmp_path / "chappe.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(BackupError, match="does not say"):
        sealed_to(tmp_path)
