"""A backup made under load holds everything acknowledged before it began, and a restored server carries on from it."""

import json
from pathlib import Path
from random import Random

import pytest
from tests.kit.server_process import ServerProcess, chappe, serving
from tests.kit.wire_client import WireClient
from tests.survive.conftest import crowd
from tests.survive.test_kill import talking

from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.mark.parametrize("place", ["backup.tar", "backup"])
async def test_a_backup_under_load_keeps_what_was_promised(server: ServerProcess, tmp_path: Path, place: str) -> None:
    async with crowd(server, 4, Random(9)) as people, talking(people, pause_s=0.01):
        before = {
            (one.name, promise.to.name): set[str]() for one in people for promise in one.promises.values() if promise.id
        }
        await people[0].says(people[1], "before the backup")
        for one in people:
            for promise in one.promises.values():
                if promise.id:
                    before.setdefault((one.name, promise.to.name), set()).add(promise.text)
        code, said, errors = await chappe("backup", str(tmp_path / place), "--data", str(server.data), "--json")
        assert code == 0, errors
        assert json.loads(said)["files"] > 4
        after = sum(len(one.promises) for one in people)
    assert after > sum(map(len, before.values())), "nobody spoke while the backup was made"
    await server.stop()
    code, _, errors = await chappe("restore", str(tmp_path / place), "--data", str(tmp_path / "restored"))
    assert code == 0, errors
    async with serving(tmp_path / "restored") as restored:
        for one in people:
            one.client.port = restored.port
            await one.client.connects()
            ahead = await one.client.calls(f.updates.GetDifference(pts=one.mailbox.pts + 50, date=0, qts=0))
            assert isinstance(ahead, t.updates.DifferenceTooLong) and ahead.pts > one.mailbox.pts + 50
            for other in one.friends:
                texts = [m.message for m in await one.history(other) if m.out]
                assert before.get((one.name, other.name), set()) <= set(texts)
                assert len(texts) == len(set(texts))
        await people[0].client.calls(f.messages.SendMessage(
            peer=people[0].peers["bob"], message="after the backup", random_id=1
        ))  # fmt: skip
        assert (await people[1].history(people[0]))[0].message == "after the backup"
        newcomer = WireClient(restored.port, server.key)
        await newcomer.connects()
        await newcomer.signs_up("9996629999")
        newcomer.cuts()
        for one in people:
            one.client.cuts()


async def test_a_restore_never_writes_over_anything(server: ServerProcess, tmp_path: Path) -> None:
    code, _, errors = await chappe("backup", str(tmp_path / "b.tar"), "--data", str(server.data))
    assert (code, errors) == (0, "")
    code, _, errors = await chappe("backup", str(tmp_path / "b.tar"), "--data", str(server.data))
    assert code == 1 and "exists already" in errors and "Traceback" not in errors
    code, _, errors = await chappe("restore", str(tmp_path / "b.tar"), "--data", str(server.data))
    assert code == 1 and "not empty" in errors and "Traceback" not in errors
    torn = tmp_path / "torn.tar"
    torn.write_bytes((tmp_path / "b.tar").read_bytes()[:-100_000])
    code, _, errors = await chappe("restore", str(torn), "--data", str(tmp_path / "new"))
    assert code == 1 and "Traceback" not in errors
    assert not (tmp_path / "new" / "chappe.sqlite").exists()
