"""No text of a page stands twice under one key: the later file would silently win."""

import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2] / "src" / "chappe"
FOLDERS = [place for room in ("web", "console") for place in (HOUSE / room / "texts").glob("*") if place.is_dir()]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parents[1].name}-{folder.name}")
def test_each_key_is_one_texts(folder: Path) -> None:
    files = [*folder.glob("*.toml"), *(one for one in [folder.with_suffix(".toml")] if one.exists())]
    seen: dict[str, str] = {}
    for file in files:
        for key in tomllib.loads(file.read_text("utf-8")):
            assert key not in seen, f"{key} stands in {seen[key]} and in {file.name}"
            seen[key] = file.name
