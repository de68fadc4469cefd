"""A folder with everything that a server publishes of its log, as somebody would copy it."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from tests.transparency.logbook import ORIGIN, Logbook

from chappe.transparency.reports import Reports
from chappe.web.log.reports import stretch_of


async def mirrored(book: Logbook, reports: Reports, folder: Path) -> Path:
    """The folder has the log, its keys and its figures."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(book.files.path, folder)
    (folder / "key").write_text(book.keys.published())
    (folder / "report").mkdir()
    days = await reports.days()
    listed = {"days": [{"day": day, "version": version} for day, version in days], "missing": await reports.missing()}
    (folder / "report" / "days.json").write_text(json.dumps(listed))
    names = {day for day, _ in days} | {day[:7] for day, _ in days} | {day[:4] for day, _ in days}
    for name in names:
        first, end = stretch_of(name) or (0, 0)
        least = 3 if end - first < 32 else 1
        one = await reports.day(first) if end - first == 1 else await reports.stretch(first, end, least)
        assert one is not None
        (folder / "report" / f"{name}.json").write_text(json.dumps({"origin": ORIGIN, **asdict(one)}))
    return folder


def spoilt(folder: Path, name: str, old: bytes, new: bytes) -> None:
    """In one file of the folder something else stands."""
    place = folder / name
    data = place.read_bytes()
    assert old in data
    place.write_bytes(data.replace(old, new, 1))
