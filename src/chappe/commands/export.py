"""`chappe export`: statements of reasons for the database of the European Union; a person's copy of their data."""

import argparse
import datetime
import json
import os
import shutil
from pathlib import Path
from typing import Any

from chappe.base import Invalid
from chappe.base.disk import write_owner_only
from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config

STATEMENTS, PERSON = "statements", "person"


def words(parser: argparse.ArgumentParser) -> None:
    """What, and of which days or of whom."""
    parser.add_argument(
        "kind", choices=[STATEMENTS, PERSON],
        help="statements: of reasons, Art. 24(5) DSA; person: what is known of somebody, Art. 15 and 20 GDPR",
    )  # fmt: skip
    parser.add_argument("who", nargs="?", default="", help="of a person: number (+33…), username (@…) or id")
    parser.add_argument("--since", type=datetime.date.fromisoformat, metavar="DATE", help="first day")
    parser.add_argument("--until", type=datetime.date.fromisoformat, metavar="DATE", help="last day")
    parser.add_argument("--messages", action="store_true", help="of a person: their messages and files as well")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where the files are written")


def run(config: Config, given: argparse.Namespace) -> int:
    """The files are written, and their names printed."""
    given.out.mkdir(parents=True, exist_ok=True)
    if given.kind == PERSON:
        if not given.who:
            raise Invalid("export_of_whom")
        return _person(config, given)
    if given.since is None or given.until is None:
        raise Invalid("export_of_which_days")
    return _statements(config, given)


def _statements(config: Config, given: argparse.Namespace) -> int:
    """Files of a hundred records, each ready to be posted to the database."""
    days = {"since": given.since.isoformat(), "until": given.until.isoformat()}
    written: list[str] = []
    records, after = 0, [0, 0]
    while after is not None:
        page: dict[str, Any] = ask(config, act="export_statements", after=after, **days)
        after = page["after"]
        if page["records"]:
            path = given.out / f"statements-{given.since}-{given.until}-{len(written) + 1:04}.json"
            path.write_text(json.dumps({"statements": page["records"]}, ensure_ascii=False, indent=1), encoding="utf-8")
            written.append(str(path))
            records += len(page["records"])
    show(given, {"records": records, "files": written}, "\n".join([*written, f"{records} statements of reasons"]))
    return 0


def _person(config: Config, given: argparse.Namespace) -> int:
    """What is known of a person; they are told that their data were copied, and the journal knows it."""
    found: dict[str, Any] = ask(config, act="export_person", who=given.who)
    user_id = found["user_id"]
    about = given.out / f"person-{user_id}.json"
    write_owner_only(about, json.dumps(found["about"], ensure_ascii=False, indent=1).encode())
    written, messages = [str(about)], 0
    if given.messages:
        path = given.out / f"person-{user_id}-messages.jsonl"
        messages, files = _messages(config, user_id, path, given.out / f"person-{user_id}-files")
        written += [str(path), *files]
    said = [*written, f"{messages} messages" if given.messages else "Without messages: --messages adds them.",
            "The person was told in the chat with this server, and the journal has it."]  # fmt: skip
    show(given, {"user_id": user_id, "messages": messages, "files": written}, "\n".join(said))
    return 0


def _messages(config: Config, user_id: int, path: Path, folder: Path) -> tuple[int, list[str]]:
    """(how many messages, the files that they show and that are still there)."""
    count, after, wanted = 0, "", dict[str, str]()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        first = True
        while after or first:
            page: dict[str, Any] = ask(config, act="export_messages", user_id=user_id, after=after)
            after, first = page["after"], False
            for one in page["messages"]:
                wanted |= dict(one.pop("copies"))
                out.write(json.dumps(one, ensure_ascii=False) + "\n")
                count += 1
    return count, [one for digest, name in wanted.items() for one in _copied(config, digest, name, folder)]


def _copied(config: Config, digest: str, name: str, folder: Path) -> list[str]:
    """The file beside the messages; nothing if its bytes are gone."""
    blob = config.data / "blobs" / digest[:2] / digest[2:4] / digest
    if not blob.is_file():
        return []
    folder.mkdir(mode=0o700, exist_ok=True)
    place = folder / f"{digest[:16]}-{name}"
    shutil.copyfile(blob, place)
    return [str(place)]


COMMAND = Command("export", "Write statements of reasons, or a person's copy of their data.", words, run)
