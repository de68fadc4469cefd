"""Source: mtproto/TL-formal. The schema files are facts that check themselves, and nothing generated is stale."""

import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from tools.gen_rules import demands
from tools.gen_table import merge, read_schema

from chappe import tl
from chappe.tl import layers

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted((ROOT / "schema").glob("**/*.tl"))
# These three carry ids that no canonical line gives; all clients know them so.
SPECIAL = {"ipPortSecret", "accessPointRule", "help.configSimple"}


def canonical(line: str) -> str:
    """The line whose CRC32 is the id: no id, no true flags, bytes as string, no brackets."""
    text = re.sub(r"#[0-9a-f]{8}", "", line.rstrip(";"), count=1)
    text = re.sub(r" \w+:flags\d*\.\d+\?true\b", "", text)
    text = re.sub(r"([:?])bytes\b", r"\1string", text)
    text = re.sub(r"[<>]", " ", text).replace("{", "").replace("}", "")
    return " ".join(text.split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_id_is_the_crc32_of_its_line(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if re.match(r"[\w.]+#", line)]
    assert len(lines) > 50
    wrong = {line.split("#")[0] for line in lines if f"#{zlib.crc32(canonical(line).encode()):08x}" not in line}
    assert wrong <= SPECIAL


def test_all_layers_are_there_and_an_id_has_one_meaning() -> None:
    schema = read_schema(ROOT / "schema")
    assert tuple(sorted(set(schema) - {0})) == tl.LAYERS
    names: dict[str, str] = {}
    for rows in schema.values():
        for row in rows:
            assert names.setdefault(row.id, row.name) == row.name


def test_generated_files_are_as_the_schema_says() -> None:
    done = subprocess.run([sys.executable, "-m", "tools.gen", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_generation_refuses_a_change_without_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = merge(read_schema(ROOT / "schema"))
    assert demands(rows, layers) == []
    monkeypatch.setattr(layers, "NEWLY_REQUIRED", {})
    monkeypatch.setattr(layers, "STAND_INS", {})
    monkeypatch.setattr(layers, "UP", {})
    told = "\n".join(demands(rows, layers))
    assert "dialog lacks unread_poll_votes_count" in told
    assert "MessageAction without messageActionChatJoinedViaCommunity" in told
    assert "inputMediaPoll: correct_answers was Vector<bytes>, is Vector<int>" in told
    assert "channels.getForumTopics is gone" in told


def test_no_rule_is_idle() -> None:
    """A rule, default or stand-in that nothing demands would hide a mistake."""
    rows = merge(read_schema(ROOT / "schema"))
    for table in ("NEWLY_REQUIRED", "ONCE_REQUIRED"):
        for name, field in getattr(layers, table):
            assert any(row.name == name and field in row.wire for row in rows), (table, name, field)
    known = {row.name for row in rows}
    assert set(layers.UP) | set(layers.DOWN) <= known


def test_descriptions_stay_out() -> None:
    for path in FILES:
        for line in path.read_text().splitlines():
            assert not line or re.match(r"(// (TL schema|Made by)|---functions---|[\w.]+#[0-9a-f]{8} )", line), line
