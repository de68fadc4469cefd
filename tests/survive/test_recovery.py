"""The whole of a bad day: the machine is gone; a sealed backup and enough sheets bring everybody back elsewhere."""

import json
import re
import shutil
from pathlib import Path
from random import Random

import pytest
from pypdf import PdfReader
from tests.kit.server_process import ServerProcess, chappe, serving
from tests.survive.conftest import crowd

from chappe.tl import functions as f
from chappe.tl import types as t

PEOPLE = ("Alice", "Bob", "Carol")


def words_of(page: Path) -> str:
    """The words as somebody types them off the paper."""
    text = PdfReader(page).pages[0].extract_text()
    found = {int(no): word for no, word in re.findall(r"(\d+)\. ([a-z]+)$", text, re.M)}
    return " ".join(found[no] for no in sorted(found))


@pytest.fixture
async def sheets(server: ServerProcess, tmp_path: Path) -> list[Path]:
    """Sheets for three people, any two needed, typed off; the folder that was printed from is deleted."""
    given = [word for name in PEOPLE for word in ("--trustee", name)]
    make = ["recovery", "make", "--data", str(server.data), "--needed", "2", *given]
    code, said, errors = await chappe(*make, "--out", str(tmp_path / "out"), "--json")
    assert code == 0, errors
    assert json.loads(said)["sheets"] == 3
    found = []
    for place in sorted((tmp_path / "out").glob("*.pdf")):
        found.append(tmp_path / f"{place.stem}.txt")
        found[-1].write_text(words_of(place))
    shutil.copy(tmp_path / "out" / "sealed-keys.txt", tmp_path / "sealed-keys.txt")
    shutil.rmtree(tmp_path / "out")
    assert len(found) == 3
    return found


@pytest.mark.slow
async def test_everybody_is_back_on_another_machine(server: ServerProcess, sheets: list[Path], tmp_path: Path) -> None:
    sealed = tmp_path / "backup.tar.age"
    async with crowd(server, 2, Random(5)) as (alice, bob):
        await alice.says(bob, "before the fire")
        code, _, errors = await chappe("backup", str(sealed), "--data", str(server.data))
        assert code == 0, errors
        await server.stop()
        shutil.rmtree(server.data)
        two = ["--sheet", str(sheets[0]), "--sheet", str(sheets[2])]
        other = tmp_path / "another machine"
        code, _, errors = await chappe("recovery", "combine", "--backup", str(sealed), "--into", str(other), *two)
        assert code == 0, errors
        async with serving(other) as restored:
            for one in (alice, bob):
                before = one.client.made.auth_key
                one.client.port = restored.port
                await one.client.connects()
                me = (await one.client.calls(f.users.GetUsers(id=[t.InputUserSelf()])))[0]
                assert me.id == one.client.user.id and one.client.made.auth_key == before, "nobody signed in anew"
            assert "before the fire" in [message.message for message in await bob.history(alice)]
            await alice.says(bob, "after the fire")
            assert "after the fire" in [message.message for message in await bob.history(alice)]


@pytest.mark.slow
async def test_a_drill_on_another_machine_is_public_on_the_server(
    server: ServerProcess, sheets: list[Path], tmp_path: Path
) -> None:
    sealed, record = tmp_path / "backup.tar.age", tmp_path / "record"
    assert (await chappe("backup", str(sealed), "--data", str(server.data)))[0] == 0
    few = ["--sheet", str(sheets[1])]
    drill = ["recovery", "drill", "--data", str(tmp_path / "none"), "--backup", str(sealed)]
    code, _, errors = await chappe(*drill, *few)
    assert code == 1 and "2 sheets are needed, 1 was given: 1 more, from other people" in errors
    code, _, errors = await chappe(*drill, *few, "--sheet", str(sheets[0]), "--write-record", str(record))
    assert code == 0, errors
    status = ["recovery", "--data", str(server.data), "--json"]
    assert json.loads((await chappe(*status))[1])["drills"] == []
    code, _, errors = await chappe("recovery", "record", str(record), "--data", str(server.data))
    assert code == 0, errors
    again = await chappe("recovery", "record", str(record), "--data", str(server.data))
    assert again[0] == 1 and "recorded already" in again[2]
    record.write_text(re.sub(r"accounts \d+", "accounts 1000000", record.read_text()))
    forged = await chappe("recovery", "record", str(record), "--data", str(server.data))
    assert forged[0] == 1 and "no record of a drill" in forged[2]
    (found,) = json.loads((await chappe(*status))[1])["drills"]
    assert (found["passed"], found["generation"]) == (True, 1)
    failed = await chappe("recovery", "record", "--failed", "a sheet was lost", "--data", str(server.data))
    assert failed[0] == 0, failed[2]
    newest, _ = json.loads((await chappe(*status))[1])["drills"]
    assert not newest["passed"]


@pytest.mark.slow
async def test_new_kits_after_a_new_key_and_old_sheets_open_nothing_new(
    server: ServerProcess, sheets: list[Path], tmp_path: Path
) -> None:
    assert (await chappe("log", "rotate-key", "--data", str(server.data)))[0] == 0
    code, said, _ = await chappe("recovery", "--data", str(server.data))
    assert code == 1 and "make new kits" in said
    given = [word for name in PEOPLE for word in ("--trustee", name)]
    made = await chappe("recovery", "make", "--data", str(server.data), *given, "--out", str(tmp_path / "new"))
    assert made[0] == 0, made[2]
    assert (await chappe("recovery", "--data", str(server.data)))[0] == 0
    sealed = tmp_path / "backup.tar.age"
    assert (await chappe("backup", str(sealed), "--data", str(server.data)))[0] == 0
    two = [word for one in sheets[:2] for word in ("--sheet", str(one))]
    code, _, errors = await chappe("recovery", "combine", "--backup", str(sealed), "--into", str(tmp_path / "x"), *two)
    assert code == 1 and "other sheets open it" in errors and "Traceback" not in errors
    assert not list((tmp_path / "x").iterdir())


@pytest.mark.slow
async def test_a_sealed_backup_that_was_damaged_brings_nothing_back(
    server: ServerProcess, sheets: list[Path], tmp_path: Path
) -> None:
    sealed = tmp_path / "backup.tar.age"
    assert (await chappe("backup", str(sealed), "--data", str(server.data)))[0] == 0
    whole = sealed.read_bytes()
    assert b"chappe.sqlite" not in whole and b"PRIVATE" not in whole
    two = [word for one in sheets[:2] for word in ("--sheet", str(one))]
    for name, damaged in (
        ("torn", whole[: len(whole) // 2]),
        ("bit", whole[:-5000] + bytes((whole[-5000] ^ 1,)) + whole[-4999:]),
        ("empty", b""),
    ):
        place, into = tmp_path / f"{name}.tar.age", tmp_path / name
        place.write_bytes(damaged)
        code, _, errors = await chappe("recovery", "combine", "--backup", str(place), "--into", str(into), *two)
        assert code == 1 and "nothing was restored" in errors and "Traceback" not in errors
        assert not list(into.iterdir())
