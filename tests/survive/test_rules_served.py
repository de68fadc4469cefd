"""Rules on a real server: an operator's own takes the place of a shipped one, and a broken one is refused at the start.

Source: requirements/rules
"""

import json
from pathlib import Path
from random import Random

import pytest
from tests.kit.server_process import ServerProcess, chappe, serving
from tests.kit.stage import RpcFailure
from tests.survive.conftest import crowd

from chappe.safety import rulebook
from chappe.tl import functions as f

TEXT = rulebook.shipped()["young-accounts"]


async def test_an_own_rule_speaks_before_a_message_is_stored(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    strict = TEXT.replace("contacts_10m > (tight ? 3 : 10)", "contacts_10m > 2")
    strict = strict.replace("version = 1\ndate", "version = 7\ndate")
    (folder / "young-accounts.toml").write_text(strict)
    async with (
        serving(tmp_path / "data", test_limits=True, rules_dir=str(folder)) as server,
        crowd(server, 4, Random(3)) as (alice, *others),
    ):
        for number, other in enumerate(others[:2]):
            query = f.messages.SendMessage(peer=alice.peers[other.name], message="hello", random_id=number + 1)
            await alice.client.calls(query)
        last = f.messages.SendMessage(peer=alice.peers[others[2].name], message="hello", random_id=9)
        with pytest.raises(RpcFailure, match="FLOOD_WAIT_600"):
            await alice.client.calls(last)
        again = f.messages.SendMessage(peer=alice.peers[others[0].name], message="how are you?", random_id=10)
        await alice.client.calls(again)
        code, out, _ = await chappe("rules", "mode", "young-accounts", "off", "--data", str(server.data), "--json")
        assert code == 0
        await alice.client.calls(last)
        code, out, _ = await chappe("rules", "--data", str(server.data), "--json")
        told = {rule["name"]: rule for rule in json.loads(out)}
        assert (told["young-accounts"]["version"], told["young-accounts"]["mode"]) == (7, "off")
        metrics = (await server.get("/metrics")).text
        assert "chappe_growth_guard_on 0.0" in metrics
        assert "chappe_messages_per_second" in metrics
        assert not server.troubles(), server.troubles()


async def test_a_rule_that_refers_to_nothing_keeps_the_server_from_starting(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "broken.toml").write_text(TEXT.replace("contacts_10m", "contacts_in_a_moon"))
    server = ServerProcess(tmp_path / "data", rules_dir=str(folder))
    with pytest.raises(Exception):  # noqa: B017  (it ends before it is ready)
        await server.start()
    assert "broken.toml: " in server.tail()
    assert "contacts_in_a_moon" in server.tail()
    await server.kill()
