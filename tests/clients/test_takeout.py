"""Source: api/takeout, method/account.initTakeoutSession. Copies of one's data, taken with clients nobody changed."""

import hashlib
from pathlib import Path

import pytest
from tests.clients.cast import KURIGRAM, PYROFORK, TELETHON
from tests.clients.island import Island
from tests.clients.stage import Actor, Kind, Server

EXPORTERS = (TELETHON, KURIGRAM, PYROFORK)
"""Clients that know exports. TDLib offers none."""


@pytest.mark.parametrize("kind", EXPORTERS, ids=str)
def test_a_copy_is_taken(kind: Kind, server: Server, island: Island, tmp_path: Path) -> None:
    alice = Actor(kind, server, island, tmp_path / "alice")
    bob = Actor(kind, server, island, tmp_path / "bob")
    try:
        alice.signs_up(), bob.signs_up()
        alice.meets(bob), bob.meets(alice)
        bob.says(alice, "for the archive")
        content = b"a file to keep" * 1000
        (tmp_path / "plan.bin").write_bytes(content)
        bob.does("send_file", peer=alice.id, path=str(tmp_path / "plan.bin"))
        alice.hears_from(bob.id, at_least=2)
        for _ in range(2):  # a finished export can be followed by another
            taken = alice.does("takes_out", peer=bob.id)
            assert "for the archive" in taken["texts"] and len(taken["texts"]) == 2
            assert taken["ranges"] == [[1, 0x7FFFFFFF]] and taken["over"]
            known = taken["known"]
            assert known["account"][0]["phone"] == alice.phone
            assert [one["ip"] for one in known["connections"]] and known["statements_of_reasons"] == []
        if kind is TELETHON:
            assert taken["digests"] == [hashlib.sha256(content).hexdigest()] and bob.id in taken["dialogs"]
        assert alice.says(bob, "and on as before")["text"] == "and on as before"
    finally:
        alice.quits(), bob.quits()
