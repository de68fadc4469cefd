"""`chappe-verify`: checks a log from outside.

Exit codes: 0 all is as it should be; 1 something is wrong, said in a sentence; 2 it was asked for wrongly or the
log could not be read.
"""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from chappe_verify import check, source
from chappe_verify.formats import Key, Wrong

RIGHT, WRONG, ASKED_WRONGLY = 0, 1, 2


def main(words: Sequence[str] | None = None) -> int:
    """The check is made and its outcome printed; the exit code."""
    given = _parser().parse_args(words)
    try:
        keys = _keys(given)
        return _proof(given, keys) if given.proof else _promise(given, keys) if given.promise else _log(given, keys)
    except Wrong as wrong:
        _print(given, {"ok": False, "wrong": [str(wrong)]}, f"WRONG: {wrong}")
        return WRONG
    except OSError as error:
        print(f"chappe-verify: {error}", file=sys.stderr)
        return ASKED_WRONGLY


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("chappe-verify", description="Checks a log of accountable acts from outside.")
    parser.add_argument("log", help="web address of the log (https://…/log/) or a folder with the same files")
    parser.add_argument("--key", action="append", default=[], help="a public key of the log, name+id+base64; or a file")
    parser.add_argument("--keep", type=Path, help="file: the checkpoint of the last time is read and compared, then "
                        "replaced by the new one")  # fmt: skip
    parser.add_argument("--proof", type=Path, help="check this .tlog-proof instead of the whole log")
    parser.add_argument("--leaf", type=Path, help="the leaf that the proof is about, where the proof does not bring it")
    parser.add_argument("--promise", type=Path, help="check whether this promise, or the one in this receipt, was kept")
    parser.add_argument("--no-figures", action="store_true", help="leaves alone, not the daily figures")
    parser.add_argument("--json", action="store_true", help="the outcome as JSON")
    return parser


def _keys(given: argparse.Namespace) -> list[Key]:
    """The keys that are trusted: those given, else those the log itself shows, which is said."""
    lines: list[str] = []
    for one in given.key:
        lines += Path(one).read_text("utf-8").split() if os.path.isfile(one) else [one]
    if not lines:
        shown = source.of(given.log).get("key")
        if shown is None:
            raise Wrong("No key was given, and the log shows none.")
        lines = shown.decode("utf-8", "replace").split()
        if not given.json:
            print("No --key was given: the keys that the log itself shows are believed.", file=sys.stderr)
    return [Key.parse(line) for line in lines]


def _log(given: argparse.Namespace, keys: list[Key]) -> int:
    kept = None
    if given.keep:
        with contextlib.suppress(FileNotFoundError):
            kept = given.keep.read_text("utf-8")
    report = check.log(source.of(given.log), keys, kept, _progress(given), not given.no_figures)
    if given.keep:
        _replace(given.keep, report.checkpoint.note)
    facts = asdict(report) | {"checkpoint": {"origin": report.checkpoint.origin, "size": report.checkpoint.size,
        "root": check.as_base64(report.checkpoint.root)}}  # fmt: skip
    _print(given, {"ok": not report.wrong, **facts}, _said(report))
    return WRONG if report.wrong else RIGHT


def _said(report: check.Report) -> str:
    lines = [f"WRONG: {sentence}" for sentence in report.wrong] + report.notes
    since = f", the first {report.kept_size} are those you saw last time" if report.kept_size >= 0 else ""
    span = f", from {report.first} to {report.last}" if report.first else ""
    lines.append(
        f"{report.checkpoint.origin}: the signature is right and covers {report.leaves} leaves{since}{span}; "
        f"{report.sealed} are sealed still."
    )
    if report.days and not report.wrong:
        lines.append(f"The figures of {report.days} days were counted again: all are the sum of their leaves.")
    return "\n".join(lines)


def _proof(given: argparse.Namespace, keys: list[Key]) -> int:
    leaf = given.leaf.read_bytes() if given.leaf else None
    found = check.one_proof(given.proof.read_text("utf-8"), keys, leaf)
    where = f"leaf {found['index']} of {found['size']} in {found['origin']}"
    said = [f"The proof is right: {where} says", _pretty(found["leaf"])]
    if "private" in found:
        said += ["and commits to", _pretty(found["private"])]
    _print(given, {"ok": True, **found}, "\n".join(said))
    return RIGHT


def _promise(given: argparse.Namespace, keys: list[Key]) -> int:
    found = check.one_promise(given.promise.read_text("utf-8"), keys, source.of(given.log), datetime.now(UTC))
    kept = f"The promise was kept: it is leaf {found['index']}."
    _print(given, {"ok": True, **found}, kept if found["index"] >= 0 else f"Its time has not come: {found['by']}.")
    return RIGHT


def _progress(given: argparse.Namespace) -> check.Progress:
    if given.json or not sys.stderr.isatty():
        return lambda done, whole: None
    return lambda done, whole: print(f"\r{done} of {whole} leaves", end="", file=sys.stderr, flush=True)


def _replace(place: Path, text: str) -> None:
    part = place.with_name(place.name + ".part")
    part.write_text(text, "utf-8")
    part.replace(place)


def _pretty(facts: object) -> str:
    return json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True)


def _print(given: argparse.Namespace, facts: dict[str, object], text: str) -> None:
    print(json.dumps(facts, ensure_ascii=False) if given.json else text)


if __name__ == "__main__":
    sys.exit(main())
