"""A database taken back by other means than ours: every client reads its chats anew, on both engines."""

import json
from pathlib import Path
from random import Random

import pytest
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.server_process import ServerProcess, chappe, serving
from tests.survive.conftest import crowd
from tests.survive.test_kill import as_url

from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["postgres_dsn", "postgres_server"]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
async def test_clients_begin_anew_after_a_database_was_taken_back(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str
) -> None:
    database = as_url(request.getfixturevalue("postgres_dsn")) if engine == "postgres" else ""
    async with serving(tmp_path / "data", database=database) as server, crowd(server, 2, Random(1)) as (alice, bob):
        await alice.says(bob, "before")
        words = ["restore", "--begin-anew", "--data", str(server.data), "--set", f"database={database}", "--json"]
        code, said, _ = await chappe(*words)
        assert code == 1 and "stop it first" in said, "never under a running server"
        pts = bob.mailbox.pts
        for person in (alice, bob):
            await person.leaves()  # else they would come back by themselves meanwhile
        await server.stop()
        code, said, errors = await chappe(*words)
        assert (code, json.loads(said)) == (0, {"begun_anew": True}), errors
        await server.start()
        for person in (alice, bob):
            await person.client.connects()
        found = await bob.client.calls(f.updates.GetDifference(pts=pts, date=0, qts=0))
        assert isinstance(found, t.updates.DifferenceTooLong) and found.pts > pts + 100_000
        assert [m.message for m in await bob.history(alice)] == ["before"]
        sent = await alice.client.calls(
            f.messages.SendMessage(peer=alice.peers["bob"], message="after", random_id=3)
        )
        assert sent.id > 100_000, "no number that a client may have seen is given again"


async def test_one_thing_at_a_time(tmp_path: Path, server: ServerProcess) -> None:
    for words in ([], [str(tmp_path / "backup.tar"), "--begin-anew"]):
        code, _, errors = await chappe("restore", *words, "--data", str(server.data))
        assert code == 2 and "--begin-anew" in errors
    code, _, errors = await chappe("restore", "--begin-anew", "--data", str(tmp_path / "none"))
    assert code == 1 and "is no data folder" in errors and not (tmp_path / "none").exists()
