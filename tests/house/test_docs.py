"""What the pages for people name is there: commands, settings, files."""

import re
from pathlib import Path

import pytest

from chappe.commands.frame import COMMANDS
from chappe.config import PREFIX, settings

ROOT = Path(__file__).resolve().parents[2]
BUILT = "src/chappe/web/client"
"""Is there only once the web client was built."""
PAGES = ("README.md", "ARCHITECTURE.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text()
    assert set(re.findall(r"`chappe ([a-z]+)", text)) <= set(COMMANDS)
    names = {row.name for row in settings()}
    assert {name.lower() for name in re.findall(rf"{PREFIX}([A-Z_]+)", text)} <= names | {"config"}
    assert set(re.findall(r"^([a-z_]+) = ", text, re.MULTILINE)) <= names
    paths = re.findall(r"`((?:src|tests|tools|schema|docs)/[\w./-]+)`", text)
    assert [path for path in paths if "NNN" not in path and path != BUILT and not (ROOT / path).exists()] == []


def test_the_handbook_names_every_command() -> None:
    text = (ROOT / "docs/operating.md").read_text()
    assert [name for name in COMMANDS if f"chappe {name}" not in text] == []


def test_who_writes_another_verifier_finds_every_name_in_the_page_about_the_log() -> None:
    text = (ROOT / "docs/log.md").read_text()
    check, recount = ((ROOT / "src/chappe_verify" / name).read_text() for name in ("check.py", "recount.py"))
    fields = re.findall(r'leaf(?:\.get\(|\[)"([a-z_]+)"', check + recount)
    figures = re.findall(r'out\["([a-z_]+)"\]', recount)
    names = {*fields, *figures, "opens", "seal_salt", "sealed", "private", "salt"}
    assert len(names) > 15 and sorted(name for name in names if f"`{name}" not in text) == []
