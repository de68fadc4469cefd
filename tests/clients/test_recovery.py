"""A client nobody changed finds the server again on another machine, with the key it already had."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.clients.cast import EACH_CLIENT
from tests.clients.island import Island
from tests.clients.stage import Actor, Child, Kind, Server

PEOPLE = ("Alice", "Bob", "Carol")
FEW = tuple(kind for kind in EACH_CLIENT if kind.client in ("telethon", "tdjson"))


def chappe(*words: object) -> None:
    said = [sys.executable, "-m", "chappe", *map(str, words)]
    done = subprocess.run(said, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("kind", FEW, ids=str)
def test_a_client_is_still_signed_in_after_the_machine_was_lost(kind: Kind, island: Island, tmp_path: Path) -> None:
    server = Server(tmp_path / "here", island)
    data, sealed, there = tmp_path / "here" / "data", tmp_path / "backup.tar.age", tmp_path / "there" / "data"
    actor = Actor(kind, server, island, tmp_path / "client")
    again: Child | None = None
    try:
        actor.signs_up()
        kept = actor.does("send_text", peer=actor.id, text="kept", reply_to=None)
        given = [word for name in PEOPLE for word in ("--trustee", name)]
        chappe("recovery", "make", "--data", data, "--out", tmp_path / "sheets", *given)
        chappe("backup", sealed, "--data", data)
        server.stop()
        shutil.rmtree(data)
        typed = []
        for place in sorted((tmp_path / "sheets").glob("*.pdf"))[:2]:
            found = re.findall(r"(\d+)\. ([a-z]+)$", PdfReader(place).pages[0].extract_text(), re.M)
            words = " ".join(word for _, word in sorted((int(no), word) for no, word in found))
            place.with_suffix(".words").write_text(words)
            typed += ["--sheet", place.with_suffix(".words")]
        chappe("recovery", "combine", "--backup", sealed, "--into", there, *typed)
        again = Child(
            [sys.executable, "-m", "chappe", "serve", "--data", str(there), "--port", str(server.port), "--test-mode"],
            tmp_path / "there", island, {"CHAPPE_HOST": "127.0.0.1"},
        )  # fmt: skip
        assert '"ready"' in again.line(40), again.tail()
        sent = actor.says(actor, "said on another machine")
        assert sent["id"] > kept["id"]
    finally:
        actor.quits()
        for child in (server, again):
            if child is not None and child.process.poll() is None:
                child.process.terminate()
                child.end()
