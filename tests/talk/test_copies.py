"""Source: gdpr/15, gdpr/20. A copy of what is known of a person, made by those who run the server."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.kit.entries import entries
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage
from tests.talk.test_reports import reports

from chappe import copying
from chappe.base.errors import Refusal
from chappe.base.ids import UserId
from chappe.domain import accounts, territories
from chappe.tl import functions as f
from chappe.tl import types as t


async def asks(stage: Stage, act: str, **facts: Any) -> Any:
    return await copying.acts(stage.store, copying.exporter("Exemple"))[act](facts)


async def test_what_is_known_is_copied_and_the_person_hears_of_it(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.calls(f.account.UpdateUsername(username="alice_martin"))
    await alice.says(bob, "hello")
    alice.hears()
    for who in (f"+{alice.phone}", "@alice_martin", str(alice.id)):
        found = await asks(stage, "export_person", who=who)
        assert found["user_id"] == alice.id
    about = found["about"]
    assert about["server"] == "Exemple" and about["account"][0]["username"] == "alice_martin"
    assert (about["your_notices"], about["your_complaints"], about["orders_you_were_told_of"]) == ([], [], [])
    assert about["where_you_are"]["because_of"] == "unknown"
    await stage.writes(lambda tx: territories.declare(tx, UserId(alice.id), "FR"))
    where = (await asks(stage, "export_person", who=str(alice.id)))["about"]["where_you_are"]
    assert (where["country"], where["because_of"], where["declared"]) == ("FR", "declaration", "FR")
    assert "made a copy of your data" in alice.receives(t.UpdateShortMessage).message
    assert "hello" not in json.dumps(about)  # what she wrote is hers to take
    made = await stage.reads(entries("person_exported"))
    assert made == [("person_exported", "server:command", f"user:{alice.id}")] * 4


async def test_what_one_noticed_is_in_it_and_who_noticed_ones_own_is_not(
    stage: Stage, alice: Person, bob: Person
) -> None:
    room = await hall(stage, alice, bob)
    post = await room.says(alice, "cheap weapons here")
    await reports(
        bob, room.peer(bob), [post.id], "Drugs, weapons, forbidden goods",
        "Forbidden goods: drugs, weapons, forged papers, stolen cards", words="he sells guns",
    )  # fmt: skip
    [mine] = (await asks(stage, "export_person", who=str(bob.id)))["about"]["your_notices"]
    assert (mine["category"], mine["explanation"]) == ("UNSAFE_AND_PROHIBITED_PRODUCTS", "he sells guns")
    hers = json.dumps((await asks(stage, "export_person", who=str(alice.id)))["about"])
    assert "he sells guns" not in hers and f"user:{bob.id}" not in hers


async def test_nobody_is_found_by_a_wrong_name(stage: Stage, alice: Person) -> None:
    await stage.writes(lambda tx: accounts.delete(tx, UserId(alice.id)))
    for who in ("", "@nobody", "+33612345678", "-5", "x", "777000", str(alice.id)):
        with pytest.raises(Refusal, match="user_id_invalid"):
            await asks(stage, "export_person", who=who)
    assert await stage.reads(entries("person_exported")) == []


@pytest.mark.slow
def test_the_command_says_what_it_needs(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "chappe", "export", "person", "--data", str(tmp_path)]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CHAPPE_")}
    done = subprocess.run(run, capture_output=True, text=True, check=False, env=plain)
    assert done.returncode == 1 and "of whom?" in done.stderr
