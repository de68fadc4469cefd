"""`chappe recovery`: kits that bring the server back, the way back with them, and the drill that tries it out."""

import argparse
import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from chappe import app, recovery
from chappe.base.disk import write_owner_only
from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.commands.restore import LOG, begin_anew
from chappe.config import Config
from chappe.datadir import open_data_dir
from chappe.domain import kits
from chappe.domain.auth_keys import Wrapper
from chappe.recovery import Drill, Identity, KeyBox, RecoveryError, sheets
from chappe.store import BackupError, restore
from chappe.store.backups import Copied
from chappe.transparency import KeysError, LogFault, keys, rebuild

ACTS = ("status", "make", "combine", "drill", "record")


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `recovery`."""
    parser.add_argument("what", choices=ACTS, nargs="?", default="status")
    parser.add_argument("file", type=Path, nargs="?", help="record: the file that a drill wrote")
    parser.add_argument("--trustee", action="append", default=[], metavar="NAME", help="make: who keeps a sheet")
    parser.add_argument("--needed", type=int, default=2, help="make: how many sheets are needed together")
    parser.add_argument("--out", type=Path, help="make: a new folder for the sheets; print them, then delete it")
    parser.add_argument("--language", choices=("fr", "en", "both"), default="both", help="make: of the instructions")
    parser.add_argument(
        "--sheet", action="append", type=Path, default=[], metavar="FILE",
        help="combine, drill: a file with the words of a sheet; without it they are asked for",
    )  # fmt: skip
    parser.add_argument("--backup", type=Path, help="combine, drill: what `chappe backup FILE.tar.age` made")
    parser.add_argument(
        "--keys", dest="sealed_keys", type=Path, metavar="FILE", help="combine: the sealed keys, scanned or typed"
    )
    parser.add_argument("--into", type=Path, help="combine, drill: a new folder; a drill without it deletes its own")
    parser.add_argument("--identity", type=Path, metavar="FILE", help="combine: write the secret as `age` takes it")
    parser.add_argument("--write-record", type=Path, metavar="FILE", help="drill: where its signed record is written")
    parser.add_argument("--failed", default="", metavar="WHY", help="record: a drill that came to nothing")


def run(config: Config, given: argparse.Namespace) -> int:
    """What was asked is done; 1 if it could not be."""
    does = {"status": _status, "make": _make, "combine": _combine, "drill": _drill, "record": _record}
    try:
        return does[given.what](config, given)
    except (RecoveryError, BackupError, KeysError, LogFault) as error:
        print(f"chappe: {error}", file=sys.stderr)
        return 1


def _status(config: Config, given: argparse.Namespace) -> int:
    found = ask(config, act="recovery_status")
    show(given, found, "\n".join(_said(found)))
    return 0 if found["kits"] and found["fits"] else 1


def _said(found: dict[str, object]) -> list[str]:
    made, drills = found["kits"], found["drills"]
    if not isinstance(made, dict) or not isinstance(drills, list | tuple):
        return ["There are no recovery kits: chappe recovery make"]
    lines = [
        f"Kits {made['generation']} of {_day(made['date'])}: {made['needed']} of {made['trustees']} sheets.",
        f"Backups are sealed to {made['recipient']}",
    ]
    if not found["fits"]:
        lines.append("The server's keys are others by now: make new kits.")
    passed = [one for one in drills if one["passed"]]
    lines.append(f"Last drill that passed: {_day(passed[0]['performed'])}." if passed else "No drill has passed yet.")
    return [*lines, f"The next drill is due {_day(int(str(found['drill_due'])))}."]


def _make(config: Config, given: argparse.Namespace) -> int:
    """Sheets for everybody; the secret is in them alone."""
    if given.out is None or given.out.exists():
        raise RecoveryError("name a new folder for the sheets with --out")
    box = KeyBox.of(config.data)
    identity = Identity.generate(os.urandom)
    made_for = recovery.split(identity, given.needed, given.trustee)
    sealed = recovery.sealer(identity.recipient).bytes(box.encode())
    now = app.SystemClock().now()
    known = ask(config, act="recovery_status")["kits"]
    generation = known["generation"] + 1 if known else 1
    about = sheets.About(config.public_host or config.server_name, _day(int(now)), generation, sealed)
    languages = ("fr", "en") if given.language == "both" else (given.language,)
    given.out.mkdir(mode=0o700, parents=True)
    for sheet in made_for:
        name = re.sub(r"\W+", "-", sheet.trustee.casefold()).strip("-") or "sheet"
        write_owner_only(given.out / f"{sheet.no}-{name}.pdf", sheets.printed(sheet, about, languages))
    write_owner_only(given.out / "sealed-keys.txt", sheets.armored(sealed).encode())
    try:
        ask(
            config, act="recovery_made", needed=given.needed, trustees=len(made_for), recipient=identity.recipient,
            digest=box.digest,
        )  # fmt: skip
    except Exception:  # the answer may be lost, and the sheets hold all the same
        if not _holds(config, identity.recipient, given.out):
            shutil.rmtree(given.out)
            raise
    facts = {"sheets": len(made_for), "needed": given.needed, "folder": str(given.out)}
    show(given, facts | {"generation": generation, "recipient": identity.recipient}, _MADE.format(**facts))
    return 0


def _holds(config: Config, recipient: str, sheets_in: Path) -> bool:
    """True if backups are sealed to these sheets. Errors: RecoveryError when nobody can say: the sheets stay."""
    try:
        known = ask(config, act="recovery_status")["kits"]
    except Exception as error:
        raise RecoveryError(
            f"whether the sheets in {sheets_in} hold is not known: keep them; "
            f"they do if `chappe recovery` names {recipient}"
        ) from error
    return known is not None and known["recipient"] == recipient


_MADE = """{sheets} sheets are in {folder}, any {needed} of them are needed. Now:
  1. Print each of them, hand it over in person, and delete the folder.
  2. Make a backup to somewhere else: chappe backup FILE.tar.age (only these sheets open it).
  3. Try it out together on another machine: chappe recovery drill --backup FILE.tar.age"""


def _combine(config: Config, given: argparse.Namespace) -> int:
    """Enough sheets give the server back, or its keys alone, or the secret for `age`."""
    wanted = [one for one in (given.backup, given.sealed_keys, given.identity) if one is not None]
    if len(wanted) != 1 or (given.into is None and given.identity is None):
        raise RecoveryError("name what shall come of it: --backup or --keys FILE --into FOLDER, or --identity FILE")
    identity = recovery.combine(_sheets(given.sheet))
    if given.identity is not None:
        if given.identity.exists():
            raise RecoveryError(f"{given.identity} exists already")
        write_owner_only(given.identity, f"{identity.written()}\n".encode())
        show(given, {"identity": str(given.identity)}, f"{given.identity} opens every backup: delete it after use.")
        return 0
    if given.sealed_keys is not None:
        sealed = sheets.typed_box(given.sealed_keys.read_text("utf-8"))
        KeyBox.decode(recovery.opener(identity).bytes(sealed)).write(given.into)
        show(given, {"place": str(given.into)}, f"The keys are in {given.into}; a server that starts there has them.")
        return 0
    made = _restored(config, identity, given.backup, given.into)
    text = f"{made.files} files brought back to {given.into}. {LOG} Then: chappe serve --data {given.into}"
    show(given, {"place": str(given.into), "files": made.files, "size_bytes": made.size_bytes}, text)
    return 0


def _restored(config: Config, identity: Identity, backup: Path, into: Path) -> Copied:
    made = restore(backup, into, recovery.opener(identity))
    asyncio.run(begin_anew(replace(config, database="", data=into)))
    return made


def _drill(config: Config, given: argparse.Namespace) -> int:
    """A sealed backup comes back in a fresh folder and is whole; the record of it is signed."""
    if given.backup is None:
        raise RecoveryError("name the sealed backup with --backup")
    given_sheets = _sheets(given.sheet)
    identity = recovery.combine(given_sheets)
    with tempfile.TemporaryDirectory(prefix="chappe-drill-") as fresh:
        into = given.into or Path(fresh, "data")
        made = _restored(config, identity, given.backup, into)
        drill, signing = asyncio.run(_tried(replace(config, database="", data=into), given.backup, made, given_sheets))
        record = recovery.signed_record(drill, signing)
    if given.write_record is not None:
        write_owner_only(given.write_record, record.encode())
    facts = {name: getattr(drill, name) for name in Drill.__slots__} | {"record": record}
    text = _PASSED.format(**facts)
    show(given, facts, text if given.write_record else f"{text}\n\n{record}")
    return 0


_PASSED = """The drill has passed: {files} files, {accounts} accounts, {entries} journal entries, {leaves} leaves of
the log, and every key fits. Bring the record to the server: chappe recovery record FILE, or the console's page
“Continuity”."""


async def _tried(config: Config, backup: Path, made: Copied, found_sheets: Sequence[str]) -> tuple[Drill, keys.Keys]:
    """What came back holds together: the database opens, its keys fit, the log can be published from it."""
    clock, box = app.SystemClock(), KeyBox.of(config.data)
    folder = open_data_dir(config.data, os.urandom)
    signing = keys.open_keys(folder.path / "keys" / "log.keys", "", os.urandom)
    database = app.choose_store(config, folder, clock)
    try:
        found = await database.read(lambda rx: kits.sound(rx, Wrapper(folder.server_secret, os.urandom)))
        if not found.opens:
            raise RecoveryError("the server's key does not open what is in the database: they do not belong together")
        log = await rebuild(database, folder.path, signing, os.urandom, unchecked=True)
    finally:
        await database.close()
    drill = Drill(
        performed=int(clock.now()), backup_size_bytes=backup.stat().st_size, sheets=len(found_sheets),
        needed=recovery.needed_by(found_sheets[0]), files=made.files, accounts=found.accounts, entries=found.entries,
        leaves=log.size, digest=box.digest,
    )  # fmt: skip
    return drill, signing


def _record(config: Config, given: argparse.Namespace) -> int:
    """The drill stands in the journal and in the public log."""
    if (given.file is None) == (not given.failed):
        raise RecoveryError("name the file that the drill wrote, or say with --failed why there is none")
    said = {"failed": given.failed} if given.failed else {"record": given.file.read_text("utf-8")}
    answer = ask(config, act="recovery_record", **said)
    show(given, answer, f"Drill {answer['drill']} is recorded, and public within the hour.")
    return 0


def _sheets(given: Sequence[Path]) -> list[str]:
    """The words of the sheets: of files, else as they are typed, until there are enough."""
    if given:
        return [place.read_text("utf-8") for place in given]
    found: list[str] = []
    needed = 1
    while len(found) < needed:
        ends = f" of {needed}" if found else ""
        print(f"Sheet {len(found) + 1}{ends}, its words on one line:", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            break
        try:
            needed = recovery.needed_by(line)
        except RecoveryError as error:
            if not sys.stdin.isatty():
                raise
            print(f"  {str(error).replace('sheet 1', 'this sheet', 1)}. Again, please.", file=sys.stderr)
        else:
            found.append(line)
    return found


def _day(date: int) -> str:
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%d")


COMMAND = Command("recovery", "Recovery kits: make them, come back with them, try it out.", words, run)
