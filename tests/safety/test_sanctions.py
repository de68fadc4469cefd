"""Source: requirements/sanctions. Lists meet names of public rooms; people decide, and nothing else hides."""

from pathlib import Path

import pytest
from tests.kit.entries import entries
from tests.kit.moderation import decide
from tests.kit.stage import Person, Stage
from tests.talk.test_public_search import published

from chappe.base.errors import Refusal
from chappe.base.ids import channel_peer
from chappe.countries import LOWEST, compare
from chappe.domain import access, territory_profiles
from chappe.domain.rulings import Item, Measure
from chappe.safety import cases, sanctions
from chappe.store import Reader, Tx
from chappe.tl import functions as f

FILE = Path(__file__).parent / "data" / "eu-consolidated.xml"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<export xmlns="http://eu.europa.ec/fpi/fsd/export"><sanctionEntity logicalId="1">'
    b'<nameAlias wholeName="&b;"/></sanctionEntity></export>'
)
REACHING_OUT = BOMB.replace(b'<!ENTITY a "aaaaaaaaaa">', b'<!ENTITY a SYSTEM "file:///etc/passwd">')


async def listed(stage: Stage, name: str = "eu-consolidated", data: bytes = b"") -> sanctions.SanctionsList:
    return await sanctions.add(stage.store, name, sanctions.read(data or FILE.read_bytes()), "operator:1")


async def open_cases(stage: Stage) -> list[tuple[str, list[str]]]:
    """(the room a case is about, its notes) of each."""

    def query(rx: Reader) -> list[tuple[str, list[str]]]:
        moderator = access.require_moderator(rx, 1, "triage")
        there = rx.all("SELECT item_key, case_id FROM case_items ORDER BY case_id")
        return [
            (key, [act.detail for act in cases.history(rx, moderator, one) if act.act == "noted"])
            for key, one in there
        ]

    return await stage.reads(query)


def test_the_unions_file_is_read() -> None:
    found = sanctions.read(FILE.read_bytes())
    assert found.made == "2026-11-20"
    assert [(one.name, one.reference, one.kind) for one in found.names] == [
        ("Grand Châtaignier Télévision", "EU.9001.11", "enterprise"), ("Гранд Каштан", "EU.9001.11", "enterprise"),
        ("Ida Ahornbaum", "9002", "person"), ("Oak", "9002", "person"),
    ]  # fmt: skip
    assert (found.names[0].programme, found.names[0].basis) == ("UKR", "2022/350 (OJ L65)")
    assert found.names[0].folded == "grand chataignier television"


def test_names_one_a_line_are_read() -> None:
    found = sanctions.read(b"# outlets\nThe Chestnut; 833/2014; Annex XV\n\nOak News\n")
    assert [(one.name, one.reference, one.basis) for one in found.names] == [
        ("The Chestnut", "833/2014", "Annex XV"), ("Oak News", "", "")
    ]


@pytest.mark.parametrize("data", [
    BOMB, REACHING_OUT, b"<export", b"", b"\xff\xfe\x00", b"<html></html>", b"# only a comment\n",
    b'<export xmlns="http://elsewhere.example/"><sanctionEntity/></export>',
])  # fmt: skip
def test_what_is_no_list(data: bytes) -> None:
    with pytest.raises(Refusal, match="operator_sanctions_file"):
        sanctions.read(data)


@pytest.mark.parametrize(("title", "username", "meets"), [
    ("Grand Châtaignier Télévision", "gct_news", True),
    ("GRAND CHATAIGNIER TELEVISION: en direct", "gct_news", True),
    ("News of the day", "ida_ahornbaum", True),
    ("Гранд Каштан", "kashtan", True),
    ("Grand télévision", "grand_tv", False),
    ("An oak and a lime", "oak_oak", False),
    ("Ida and Ahornbaum", "two_friends", False),
])  # fmt: skip
async def test_a_room_meets_a_name(stage: Stage, title: str, username: str, meets: bool) -> None:
    alice = await stage.person("alice")
    room = await published(stage, alice, username, title=title)
    await listed(stage)
    await compare(stage.store)
    found = await open_cases(stage)
    assert [subject for subject, _ in found] == ([f"room:{channel_peer(room.id)}"] if meets else [])
    if meets:
        assert found[0][1][0].startswith("eu-consolidated: ")
        assert ("9002" if "ida" in username else "EU.9001.11") in found[0][1][0]


async def test_a_match_is_one_case_and_hides_nothing(stage: Stage) -> None:
    alice, bob = await stage.people("alice", "bob")
    room = await published(stage, alice, "gct_news", title="Grand Châtaignier Télévision")
    await listed(stage)
    await compare(stage.store)
    await compare(stage.store)
    await listed(stage, data=FILE.read_bytes() + b"\n")  # a newer file of the same list
    await compare(stage.store)
    assert len(await open_cases(stage)) == 1
    written = await stage.reads(entries("sanctions_matched"))
    assert set(written) == {("sanctions_matched", "server", f"room:{channel_peer(room.id)}")}
    assert await seen(bob, "gct_news") == ("Grand Châtaignier Télévision", False)
    item = Item("room", channel_peer(room.id))
    await stage.writes(
        lambda tx: decide(tx, access.require_moderator(tx, 1, "moderator"), item, measure=Measure("hide", ("EU",)))
    )
    assert await seen(bob, "gct_news") == ("Grand Châtaignier Télévision", False)


async def test_a_room_that_cannot_be_made_a_case_holds_no_other_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    alice = await stage.person("alice")
    broken = await published(stage, alice, "gct_one", title="Grand Châtaignier Télévision")
    other = await published(stage, alice, "gct_two", title="Grand Châtaignier Télévision 2")
    await listed(stage)
    open_case = sanctions.open_case

    def breaks(tx: Tx, room_id: int) -> None:
        open_case(tx, room_id)
        if room_id == channel_peer(broken.id):
            raise ValueError("a row that nobody thought of")

    monkeypatch.setattr(sanctions, "open_case", breaks)
    await compare(stage.store)
    assert [key for key, _ in await open_cases(stage)] == [f"room:{channel_peer(other.id)}"]
    assert "could not be made a case" in caplog.text and "Châtaignier" not in caplog.text
    assert [one.checked for one in await stage.reads(sanctions.lists)] == [0], "not all were compared"
    monkeypatch.undo()
    await compare(stage.store)
    assert len(await open_cases(stage)) == 2
    assert [one.checked for one in await stage.reads(sanctions.lists)] == [int(stage.clock.now())]


async def seen(who: Person, name: str) -> tuple[str, bool]:
    [room] = (await who.calls(f.contacts.ResolveUsername(username=name))).chats
    return room.title, bool(room.restricted)


async def test_lists_come_and_go(stage: Stage) -> None:
    made = await listed(stage)
    assert (made.entities, made.made, made.checked) == (3, "2026-11-20", 0)
    again = await listed(stage)
    assert again.list_id == made.list_id
    newer = await listed(stage, data=b"Another Name;1\n")
    assert (newer.entities, newer.list_id) != (made.entities, made.list_id)
    await compare(stage.store)
    assert [one.checked for one in await stage.reads(sanctions.lists)] == [int(stage.clock.now())]
    await stage.writes(lambda tx: sanctions.remove(tx, "eu-consolidated", "operator:1"))
    assert await stage.reads(sanctions.lists) == []
    with pytest.raises(Refusal, match="operator_sanctions_unknown"):
        await stage.writes(lambda tx: sanctions.remove(tx, "eu-consolidated", "operator:1"))
    with pytest.raises(Refusal, match="operator_sanctions_name"):
        await listed(stage, name="No Name!")
    assert await stage.reads(lambda rx: sanctions.look(rx, LOWEST)) == sanctions.Looked((), 0)


def test_profiles_name_the_list() -> None:
    book = territory_profiles.shipped()
    assert [(where, one.name) for where, one in book.sanctions(1_795_000_000)] == [("eu", "eu-consolidated")]
