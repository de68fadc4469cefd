"""Every row of the thread back to the press names tests that are there, or says that it is not built."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/from-the-press.md").read_text("utf-8").splitlines()
    if line.startswith("| S")
]


def test_no_row_is_left_out() -> None:
    assert [row[0] for row in ROWS] == [f"S{number}" for number in range(1, 39)]


def test_each_row_has_a_test_or_says_that_it_is_not_built() -> None:
    for number, words, there, _, held in ROWS:
        tests = re.findall(r"`(tests/[\w/]+\.py)`", held)
        assert "«" in words, number
        assert tests or "**not yet**" in there, number
        assert ("**not yet**" in there) == ("**pas encore**" in there), number
        assert [one for one in tests if not (ROOT / one).is_file()] == [], number
