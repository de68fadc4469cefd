"""Every cited source is listed, every source marked done is cited; citations are `Source:` lines of docstrings."""

import csv
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
STATUS = {"done", "part", "planned", "no"}


def cited() -> dict[str, str]:
    """Key → a file that cites it."""
    found: dict[str, str] = {}
    for place in [*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py")]:
        for line in re.findall(r"Source: ([^\n\"]+)", place.read_text("utf-8")):
            for key in re.findall(r"[a-z]+/[A-Za-z0-9_.()#-]+", line):
                key = key.rstrip(".")
                found.setdefault(key if "(" in key else key.removesuffix(")"), str(place))
    return found


def listed() -> dict[str, str]:
    """Key → status."""
    with open(ROOT / "schema" / "sources.tsv", encoding="utf-8", newline="") as file:
        return {row["key"]: row["status"] for row in csv.DictReader(file, delimiter="\t")}


def test_every_cited_source_is_listed() -> None:
    missing = {key: place for key, place in cited().items() if key not in listed()}
    assert not missing


def test_every_source_marked_done_is_cited() -> None:
    known = cited()
    assert not [key for key, status in listed().items() if status == "done" and key not in known]


def test_statuses_are_of_the_four() -> None:
    assert set(listed().values()) <= STATUS


def test_rows_are_sorted_and_unique() -> None:
    lines = (ROOT / "schema" / "sources.tsv").read_text("utf-8").splitlines()[1:]
    assert lines == sorted(set(lines), key=lambda line: line.encode())
    assert len({line.split("\t")[0] for line in lines}) == len(lines)
