"""Source: requirements/legal-targets. From what an authority has to exactly what it matches, and no further."""

import pytest
from tests.disclosure.bureau import DAY_S, Bureau, account
from tests.kit.stage import Person, Stage

from chappe.base.ids import UserId
from chappe.domain import accounts, retention, territory_profiles
from chappe.legal import disclosure_words, envelope, targets
from chappe.legal.records import Target
from chappe.legal.targets import Found
from chappe.tl import functions as f
from chappe.tl import types as t

HOSTS = ("chat.example",)


async def look(stage: Stage, kind: str, text: str, since: int = 0, until: int = 0) -> Found:
    target = Target(kind, text, "subscriber", since, until, no=1)
    return await stage.reads(lambda rx: targets.look(rx, target, HOSTS))


def told(found: Found) -> list[tuple[str, str]]:
    return [(one.key, one.how) for one in found.matches]


async def channel(stage: Stage, alice: Person) -> tuple[int, int]:
    """(room, message) of a public channel of hers."""
    made = await alice.calls(f.channels.CreateChannel(broadcast=True, title="Les nouvelles", about=""))
    room = made.chats[0]
    peer = t.InputChannel(channel_id=room.id, access_hash=room.access_hash)
    await alice.calls(f.channels.UpdateUsername(channel=peer, username="lesnouvelles"))
    send = f.messages.SendMessage(
        peer=t.InputPeerChannel(channel_id=room.id, access_hash=room.access_hash), message="a post", random_id=5
    )
    sent = await alice.calls(send)
    number = next(one.message.id for one in sent.updates if isinstance(one, t.UpdateNewChannelMessage))
    return room.id, number


async def test_names_links_and_numbers(stage: Stage, alice: Person) -> None:
    await alice.calls(f.account.UpdateUsername(username="alice_martin"))
    mine = f"account:{alice.id}"
    assert told(await look(stage, "username", "@Alice_Martin")) == [(mine, "username")]
    assert told(await look(stage, "link", "https://chat.example/alice_martin")) == [(mine, "link")]
    assert told(await look(stage, "phone", f"+{alice.phone[:5]} {alice.phone[5:]}")) == [(mine, "phone")]
    assert told(await look(stage, "user_id", str(alice.id))) == [(mine, "user_id")]
    for kind, text in (("username", "alice"), ("phone", "+33612345678"), ("user_id", "77"), ("username", "@@!")):
        found = await look(stage, kind, text)
        assert not found.matches and found.fault in ("target_unknown", "target_unreadable"), text
    assert (await look(stage, "link", "https://elsewhere.example/alice_martin")).fault == "target_elsewhere"
    assert (await look(stage, "text", "the one with the red hat")).fault == "target_unreadable"


async def test_rooms_and_messages_lead_to_who_made_them(stage: Stage, alice: Person) -> None:
    room_id, message_id = await channel(stage, alice)
    room = f"room:-100{room_id:010}"
    found = await look(stage, "link", "https://chat.example/lesnouvelles")
    assert told(found) == [(room, "link_room")] and found.matches[0].person_id == alice.id
    found = await look(stage, "message_link", f"https://chat.example/lesnouvelles/{message_id}")
    assert told(found) == [(f"message:-100{room_id:010}:{message_id}", "message")]
    # The channel speaks in its own name; who wrote the post is known all the same.
    assert found.matches[0].person_id == alice.id
    assert (await look(stage, "message_link", "https://chat.example/lesnouvelles/999")).fault == "target_unknown"


async def test_a_named_message_is_that_message(bureau: Bureau, stage: Stage, alice: Person, bob: Person) -> None:
    room_id, message_id = await channel(stage, alice)
    await alice.says(bob, "private")
    link = f"https://chat.example/lesnouvelles/{message_id}"
    order = await bureau.order(await bureau.authority(), Target("message_link", link, "content"))
    [record] = bureau.opens(await bureau.hands_over(order)).records("content")
    assert (record["text"], record["chat"]) == ("a post", f"room:-100{room_id:010}")
    assert any("handed over" in one for one in await bureau.written(alice)), "who wrote it is told"
    assert not any("handed over" in one for one in await bureau.written(bob))
    assert (await stage.reads(lambda rx: envelope.get(rx, order.order_id))).people == 1


async def test_a_room_that_is_named_opens_nobodys_letters(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    """Who made it is told; what they wrote to others was not asked for."""
    await channel(stage, alice)
    await alice.says(bob, "private")
    start, link = int(stage.clock.now()), "https://chat.example/lesnouvelles"
    authority = await bureau.authority()
    for category in ("traffic", "content"):
        order = await bureau.order(authority, Target("link", link, category, start - 60, start + 60))
        assert await bureau.refused(bureau.proposes(order)) == "scope_nobody"
    order = await bureau.order(
        authority, Target("link", link, "content", start - 60, start + 60), Target("link", link, "subscriber")
    )
    package = bureau.opens(await bureau.hands_over(order))
    [who] = package.records("subscriber")
    assert who["user_id"] == alice.id and package.records("content") == []
    assert (await stage.reads(lambda rx: envelope.get(rx, order.order_id))).state == "partially_executed"


async def test_an_address_and_a_time_lead_to_who_was_there(stage: Stage, alice: Person, bob: Person) -> None:
    start = int(stage.clock.now())
    bob.ip = "198.51.100.9"
    stage.clock.moves(7200)
    await bob.calls(f.updates.GetState())
    await stage.writes(lambda tx: None)
    found = await look(stage, "ip", "198.51.100.9", start + 7200, start + 7260)
    assert told(found) == [(f"account:{bob.id}", "ip")]
    facts = dict(found.matches[0].facts)
    assert (facts["ip"], int(facts["since"])) == ("198.51.100.9", start + 7200)
    # Signs of life are stored once an hour: who was there shortly before matches, and nothing of before is told.
    late = await look(stage, "ip", "198.51.100.9", start + 10_000, start + 10_060)
    assert told(late) == [(f"account:{bob.id}", "ip_before")]
    assert dict(late.matches[0].facts) == {"ip": "198.51.100.9", "accounts": "1", "since": str(start + 10_000)}
    early = await look(stage, "ip", "198.51.100.9", start + 7100, start + 7300)
    assert dict(early.matches[0].facts)["since"] == str(start + 7200), "nor anything that was not so"
    for since, until in ((start, start + 7199), (start + 7200 + 3601, 0)):
        assert (await look(stage, "ip", "198.51.100.9", since, until)).fault == "target_unknown"
    assert (await look(stage, "ip", "198.51.100.9")).fault == "target_time_needed"
    assert (await look(stage, "ip", "198.51.100.9", start, start + 2 * DAY_S)).fault == "target_time_long"
    assert (await look(stage, "ip", "300.1.1.1", start)).fault == "target_unreadable"


async def test_a_port_tells_apart_who_shares_an_address(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    """Behind the address of a carrier there are many: the answer says so, and a port says who."""
    start = int(stage.clock.now()) + 3600
    for person, port in ((alice, 40_001), (bob, 40_002)):
        person.ip, person.port = "198.51.100.9", port
    stage.clock.moves(3600)
    for person in (alice, bob):
        await person.calls(f.updates.GetState())
    await stage.writes(lambda tx: None)
    stage.clock.moves(120)
    bob.port = 40_003  # another connection of his, noted as well
    await bob.calls(f.updates.GetState())
    await stage.writes(lambda tx: None)
    shared = await look(stage, "ip", "198.51.100.9", start)
    assert told(shared) == [(f"account:{one.id}", "ip") for one in (alice, bob)]
    said = [disclosure_words.matched("en", one.how, dict(one.facts)) for one in shared.matches]
    assert all("; 2 accounts match that address and time" in one for one in said)
    for text, person in (("198.51.100.9:40001", alice), ("198.51.100.9 port 40002", bob)):
        found = await look(stage, "ip", text, start)
        assert told(found) == [(f"account:{person.id}", "ip")] and dict(found.matches[0].facts)["ip"] == text
        assert "accounts match" not in disclosure_words.matched("fr", "ip", dict(found.matches[0].facts))
    assert told(await look(stage, "ip", "198.51.100.9:40003", start + 120)) == [(f"account:{bob.id}", "ip")]
    assert (await look(stage, "ip", "198.51.100.9:40009", start)).fault == "target_unknown"
    for wrong in ("198.51.100.9:0", "198.51.100.9:65536", "198.51.100.9:", "[198.51.100.9", "[::1]:x"):
        assert (await look(stage, "ip", wrong, start)).fault == "target_unreadable", wrong
    order = await bureau.order(
        await bureau.authority(), Target("ip", "198.51.100.9:40002", "identification", start, start + 300)
    )
    records = bureau.opens(await bureau.hands_over(order)).records("identification")
    assert [(one["ip"], one["port"]) for one in records] == [("198.51.100.9", 40_002), ("198.51.100.9", 40_003)]


async def test_an_address_without_an_end_reaches_no_other_time(bureau: Bureau, stage: Stage, alice: Person) -> None:
    """Also where what was seen there is gone meanwhile: the order asked about that moment."""
    start = int(stage.clock.now())
    order = await bureau.order(await bureau.authority(), Target("ip", "192.0.2.1", "identification", start))
    first = await bureau.proposes(order)
    assert [(one.since, one.until) for one in first.scope.pieces] == [(start, start)]
    await stage.writes(lambda tx: tx.run("DELETE FROM connections"))
    stage.clock.moves(DAY_S)
    again = await bureau.proposes(order)
    assert [how for _, _, how, _ in again.scope.matches] == ["before"]
    assert [(one.since, one.until) for one in again.scope.pieces] == [(start, start)]


async def test_an_address_of_many_identifies_nobody(
    stage: Stage, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = int(stage.clock.now())
    assert len((await look(stage, "ip", "192.0.2.1", start)).matches) == 2
    for place, name in ((targets, "MOST"), (targets.connections, "AT_MOST")):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, 1)
            found = await look(stage, "ip", "192.0.2.1", start)
            assert (found.matches, found.fault) == ((), "target_everybody")


async def test_who_left_is_found_as_long_as_the_law_keeps_them(bureau: Bureau, stage: Stage) -> None:
    await stage.writes(lambda tx: retention.lay_down(tx, territory_profiles.shipped()))
    maker = await stage.writes(lambda tx: accounts.create(tx, "33612345678", "Anne", "", quiet=True))
    await stage.writes(lambda tx: accounts.set_username(tx, maker, "anne_lyon"))
    await stage.writes(lambda tx: accounts.delete(tx, UserId(maker)))
    left = int(stage.clock.now())
    assert told(await look(stage, "phone", "+33 6 12 34 56 78")) == [(f"account:{maker}", "phone_formerly")]
    assert told(await look(stage, "username", "anne_lyon")) == [(f"account:{maker}", "username_formerly")]
    order = await bureau.order(await bureau.authority(), Target("phone", "+33612345678", "subscriber"))
    [who] = bureau.opens(await bureau.hands_over(order)).records("subscriber")
    assert (who["first_name"], who["username"], who["ended"]) == ("Anne", "anne_lyon", left)
    stage.clock.moves(366 * DAY_S)
    assert (await look(stage, "username", "anne_lyon")).fault == "target_unknown"
    assert told(await look(stage, "phone", "+33612345678")) == [(f"account:{maker}", "phone_formerly")]
    stage.clock.moves(4 * 366 * DAY_S)
    assert (await look(stage, "phone", "+33612345678")).fault == "target_unknown"


async def test_a_name_that_changed_hands_leads_to_nobody_else(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    await alice.calls(f.account.UpdateUsername(username="one_name"))
    order = await bureau.order(await bureau.authority(), Target("username", "one_name", "subscriber"))
    first = await bureau.proposes(order)
    await alice.calls(f.account.UpdateUsername(username=""))
    await bob.calls(f.account.UpdateUsername(username="one_name"))
    again = await bureau.proposes(order)
    assert [one.key for one in again.scope.pieces] == [one.key for one in first.scope.pieces] == [f"account:{alice.id}"]
    assert [how for _, _, how, _ in again.scope.matches] == ["before"]


async def test_every_way_of_matching_has_words(stage: Stage, alice: Person) -> None:
    facts = {"username": "a", "phone": "+1", "ip": "1", "link": "l", "user_id": "1", "room": "r", "since": "1",
             "until": "2", "ended": "3", "date": "4"}  # fmt: skip
    for lang in disclosure_words.LANGUAGES:
        kinds = [key.removeprefix("matched_") for key in disclosure_words.WORDS[lang] if key.startswith("matched_")]
        assert len(kinds) == 17
        assert all(disclosure_words.matched(lang, how, facts) for how in kinds)
    assert set(disclosure_words.WORDS["en"]) == set(disclosure_words.WORDS["fr"])


async def test_no_letter_of_any_target_breaks_anything(bureau: Bureau, stage: Stage, alice: Person) -> None:
    for kind in ("username", "link", "message_link", "phone", "ip", "user_id", "text", "nonsense"):
        for text in ("", " ", "\x00", "🦊" * 500, "'; DROP TABLE orders; --", "https://[::1", "9" * 400, "tg://x?"):
            found = await look(stage, kind, text, 1, 2)
            assert not found.matches and found.fault
    assert account(alice, "subscriber").text.endswith(alice.phone)
