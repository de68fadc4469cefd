"""Source: api/takeout, method/account.initTakeoutSession, gdpr/15, gdpr/20. A person takes a copy of their data."""

import json
from pathlib import Path
from typing import Any

from tests.kit.entries import entries
from tests.kit.stage import RPC_ERROR, Person, Stage, raised

from chappe import tl
from chappe.base.ids import PeerId, UserId
from chappe.domain import decisions, service_chat
from chappe.domain.access import Moderator
from chappe.domain.operators import MODERATOR
from chappe.domain.rulings import Ground, Item, Measure, Ruling
from chappe.mtproto.peel import peel
from chappe.rpc import Request
from chappe.rpc.context import Limits
from chappe.tl import functions as f
from chappe.tl import types as t

DAY_S = 86_400


async def calls_as_export(person: Person, takeout_id: int, query: Any) -> Any:
    """The answer to a call that comes wrapped, as clients wrap it."""
    peeled = peel(tl.decode(tl.encode(f.InvokeWithTakeout(takeout_id=takeout_id, query=query), person.layer)))
    request = Request(
        person.session, person.auth_key_id, 4 * next(person.stage.numbers) + 40_000, peeled.query, person.layer,
        person.init, ip=person.ip, takeout_id=peeled.takeout_id,
    )  # fmt: skip
    body = await person.stage.rpc.handle(request)
    await person.stage.settles()
    return tl.decode(body) if body[:4] == RPC_ERROR else tl.decode_result(type(query), body)


async def file_of(person: Person, takeout_id: int) -> dict[str, Any]:
    data, place = b"", t.InputTakeoutFileLocation()
    while True:
        query = f.upload.GetFile(location=place, offset=len(data), limit=4096)
        part = await calls_as_export(person, takeout_id, query)
        data += part.bytes
        if len(part.bytes) < 4096:
            return dict(json.loads(data))


async def test_an_export_is_begun_read_and_finished(stage: Stage, alice: Person, bob: Person) -> None:
    await bob.says(alice, "for the archive")
    phone = await alice.brings()
    alice.hears()
    begun = await alice.calls(f.account.InitTakeoutSession(contacts=True, message_users=True))
    told = phone.receives(t.UpdateShortMessage)
    assert told.user_id == 777000 and "copy of your data" in told.message
    assert (await calls_as_export(alice, begun.id, f.messages.GetSplitRanges())) == [
        t.MessageRange(min_id=1, max_id=0x7FFFFFFF)
    ]
    history = f.messages.GetHistory(
        peer=alice.sees(bob), offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    )
    found = await calls_as_export(alice, begun.id, history)
    assert [one.message for one in found.messages] == ["for the archive"]
    known = await file_of(alice, begun.id)
    assert known["account"][0]["phone"] == alice.phone
    assert [one["ip"] for one in known["connections"]] == ["192.0.2.1", "192.0.2.1"]
    assert await calls_as_export(alice, begun.id, f.account.FinishTakeoutSession(success=True)) is True
    assert (await calls_as_export(alice, begun.id, history)).error_message == "TAKEOUT_INVALID"
    who = f"user:{alice.id}"
    written = await stage.reads(entries("takeout_begun", "takeout_delayed", "takeout_ended"))
    assert written == [("takeout_begun", who, who), ("takeout_ended", who, who)]


async def test_an_export_is_its_devices_alone(stage: Stage, alice: Person, bob: Person) -> None:
    begun = await alice.calls(f.account.InitTakeoutSession())
    phone = await alice.brings()
    for other in (phone, bob):
        refused = await calls_as_export(other, begun.id, f.messages.GetSplitRanges())
        assert (refused.error_code, refused.error_message) == (400, "TAKEOUT_INVALID")
    assert (await calls_as_export(alice, begun.id + 1, f.messages.GetSplitRanges())).error_message == "TAKEOUT_INVALID"
    assert (await calls_as_export(alice, 0, f.messages.GetSplitRanges())).error_message == "TAKEOUT_INVALID"
    location = t.InputTakeoutFileLocation()
    fetch = f.upload.GetFile(location=location, offset=0, limit=4096)
    assert await bob.fails(fetch) == "400 TAKEOUT_REQUIRED"
    assert await bob.fails(f.account.FinishTakeoutSession(success=True)) == "400 TAKEOUT_REQUIRED"
    stage.clock.moves(31 * DAY_S)
    assert (await calls_as_export(alice, begun.id, f.messages.GetSplitRanges())).error_message == "TAKEOUT_INVALID"


async def test_a_new_device_waits_a_day_and_all_hear_of_it(tmp_path: Path) -> None:
    async with raised(tmp_path, Limits(test_mode=True, test_limits=True)) as stage:
        alice = await stage.person("alice")
        assert await alice.calls(f.account.InitTakeoutSession())  # as old as the account: nothing to protect from it
        stage.clock.moves(3 * DAY_S)
        thief = await alice.brings()
        alice.hears()
        assert await thief.fails(f.account.InitTakeoutSession()) == f"420 TAKEOUT_INIT_DELAY_{DAY_S}"
        assert "gets nothing before" in alice.receives(t.UpdateShortMessage).message
        stage.clock.moves(3600)
        assert await thief.fails(f.account.InitTakeoutSession()) == f"420 TAKEOUT_INIT_DELAY_{DAY_S - 3600}"
        assert not alice.hears()  # once is enough
        fetch = f.upload.GetFile(location=t.InputTakeoutFileLocation(), offset=0, limit=4096)
        assert await thief.fails(fetch) == "400 TAKEOUT_REQUIRED"
        stage.clock.moves(DAY_S)
        assert await thief.calls(f.account.InitTakeoutSession())
        who = f"user:{alice.id}"
        written = await stage.reads(entries("takeout_begun", "takeout_delayed", "takeout_ended"))
        assert written == [(kind, who, who) for kind in ("takeout_begun", "takeout_delayed", "takeout_begun")]


async def test_the_file_says_what_was_decided_about_the_person(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.says(bob, "words against the rules")
    moderator = Moderator("operator:1", 1, frozenset({MODERATOR}))
    ruling = Ruling(
        (Item("message", int(bob.id), 1),), Measure("remove"), Ground("terms", "3.1", 1, "why"),
        "VIOLENCE", bytes(16), source="notice", facts="A threat.",
    )  # fmt: skip
    await stage.writes(lambda tx: decisions.decide(tx, moderator, ruling))
    begun = await alice.calls(f.account.InitTakeoutSession())
    [statement] = (await file_of(alice, begun.id))["statements_of_reasons"]
    assert statement["measure"] == "remove" and "A threat." in statement["text"]
    other = await bob.calls(f.account.InitTakeoutSession())
    assert (await file_of(bob, other.id))["statements_of_reasons"] == []


async def test_the_file_stays_the_same_while_it_is_fetched(stage: Stage, alice: Person) -> None:
    begun = await alice.calls(f.account.InitTakeoutSession())
    fetch = f.upload.GetFile(location=t.InputTakeoutFileLocation(), offset=0, limit=1024)
    first = await calls_as_export(alice, begun.id, fetch)
    stage.clock.moves(7200)
    await stage.writes(lambda tx: service_chat.tell(tx, UserId(int(PeerId(alice.id))), "something new"))
    again = await calls_as_export(alice, begun.id, fetch)
    assert first.bytes == again.bytes


def test_a_range_of_all_messages_is_no_range() -> None:
    query = f.messages.GetSplitRanges()
    whole = f.InvokeWithMessagesRange(range=t.MessageRange(min_id=1, max_id=0x7FFFFFFF), query=query)
    assert isinstance(peel(f.InvokeWithTakeout(takeout_id=7, query=whole)).query, f.messages.GetSplitRanges)
    part = f.InvokeWithMessagesRange(range=t.MessageRange(min_id=1, max_id=500), query=query)
    assert peel(f.InvokeWithTakeout(takeout_id=7, query=part)).query is part  # done by nobody, so refused


