"""Killed with kill -9 at any moment, the log never forks, loses no entry and has none twice. Source: tlog/checkpoint

CHAPPE_KILL_ROUNDS sets how many times it is killed, CHAPPE_KILL_SEED which moments are chosen.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random, SystemRandom

import pytest
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.transparency.logbook import ORIGIN

from chappe.store import sqlite
from chappe.transparency import growth, note, tree
from chappe.transparency.files import LogFolder, unbundled
from chappe.transparency.growth import Head
from chappe.transparency.keys import open_keys
from chappe.transparency.tree import WIDTH, Edge, Tile
from chappe_verify.__main__ import main as verify

__all__ = ["postgres_dsn", "postgres_server"]

ROUNDS = int(os.environ.get("CHAPPE_KILL_ROUNDS", "30"))
SEED = int(os.environ.get("CHAPPE_KILL_SEED", SystemRandom().getrandbits(32)))
WRITER = Path(__file__).with_name("log_writer.py")
READY_S = 240


def lived(folder: Path, dsn: str, seconds: float) -> int:
    """The writer ran so long after it was ready, then it was killed; the last entry it called durable."""
    with subprocess.Popen([sys.executable, WRITER, folder, dsn], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        process.kill()
        said = process.stdout.read().decode().split("\n")[:-1]
    return int(said[-1]) if said else 0


def published(folder: Path) -> tuple[Head, list[bytes]]:
    """The head, and the leaves that give it."""
    files = LogFolder(folder / "log")
    checkpoint = files.checkpoint()
    if checkpoint is None:
        return Head(0, tree.EMPTY), []
    keys = open_keys(folder / "keys" / "log.keys", "", os.urandom)
    head = growth.head_of(ORIGIN, note.opened(checkpoint, keys.verifiers)[0])
    tiles = [Tile(-1, n, min(WIDTH, head.size - n * WIDTH)) for n in range(-(-head.size // WIDTH))]
    leaves = [leaf for tile in tiles for leaf in unbundled(files.read(tile))]
    edge = Edge()
    edge.grow(map(tree.leaf_hash, leaves))
    assert (edge.size, edge.root()) == (head.size, head.root)
    assert tree.root_of(head.size, tree.hashes_of_tiles(head.size, files.read)) == head.root
    return head, leaves


def play(folder: Path, dsn: str, rounds: int) -> int:
    """The writer is killed again and again; how many leaves there are at the end."""
    chance, before, durable = Random(SEED), list[bytes](), 0
    (folder / "keys").mkdir()
    lives = 0
    while lives < rounds or len(before) <= rounds:
        lives += 1
        longer = max(0, lives - rounds) * 0.1  # a slow machine: each time it was killed before it had said much
        seconds = chance.choice((0.0, 0.02, 0.1, 0.4)) * chance.uniform(0.3, 1.5) + longer
        durable = max(durable, lived(folder, dsn, seconds))
        head, leaves = published(folder)
        assert leaves[: len(before)] == before, f"seed {SEED}: the log forked after {head.size} leaves"
        before = leaves
    subprocess.run([sys.executable, WRITER, folder, dsn, "quiet"], check=True, timeout=READY_S, capture_output=True)
    head, leaves = published(folder)
    assert leaves[: len(before)] == before
    assert head.size >= durable
    assert len(set(leaves)) == len(leaves)
    key = open_keys(folder / "keys" / "log.keys", "", os.urandom).verifiers[0]
    assert verify([str(folder / "log"), "--key", str(key)]) == 0
    return head.size


def test_killed_at_any_moment_it_never_forks(tmp_path: Path) -> None:
    size = play(tmp_path, "", ROUNDS)
    assert size > ROUNDS
    connection = sqlite.connect(tmp_path / "chappe.sqlite")
    numbers = [no for (no,) in connection.execute("SELECT no FROM log_leaves ORDER BY leaf_index")]
    connection.close()
    assert numbers == list(range(1, size + 1))  # every entry, in order, once


@pytest.mark.slow
def test_the_same_on_postgresql(tmp_path: Path, postgres_dsn: str) -> None:
    assert play(tmp_path, postgres_dsn, max(ROUNDS // 4, 3)) > 0
