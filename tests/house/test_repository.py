"""Promises about the repository as a whole: sizes of files, licences of words, nothing of a machine inside."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = 600


def tracked() -> list[Path]:
    """The files of the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name]


def test_no_file_is_longer_than_a_room_can_bear() -> None:
    long = {}
    for path in tracked():
        if path.suffix in (".py", ".ts", ".mjs") and path.exists():
            lines = path.read_text("utf-8").splitlines()
            generated = bool(lines) and "generated" in lines[0].lower()
            if len(lines) > LINES and not generated:
                long[str(path)] = len(lines)
    assert not long


def test_every_room_says_what_it_is_for() -> None:
    for init in (ROOT / "src" / "chappe").glob("*/__init__.py"):
        text = init.read_text("utf-8")
        assert text.startswith('"""'), init
        assert len(text.split('"""')[1].splitlines()) <= 10, init


def test_lock_files_and_requirements_name_no_host() -> None:
    for path in tracked():
        if path.name.startswith("requirements") or path.name in ("package-lock.json", "pyproject.toml"):
            hosts = r"\"resolved\"|index-url|^--|@ (https?|git):"
            assert not re.search(hosts, path.read_text("utf-8"), re.MULTILINE), path


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lists = [text.split(start)[1].split("]\n")[0] for start in ("dependencies = [", "\ndev = [")]
    for line in "".join(lists).splitlines():
        if line.strip():
            assert re.search(r'"[A-Za-z0-9_.\[\]-]+", +# .{10,}', line), line
