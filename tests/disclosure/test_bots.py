"""Source: evidence/3(9), dsa/10(2), api/bots. An order about a bot leads to who answers for it, and no further."""

import pytest
from tests.disclosure.bureau import DAY_S, Bureau
from tests.kit.bots import asks, enters, makes, peer
from tests.kit.stage import Person, Stage

from chappe.domain import bots, retention
from chappe.domain.retention import Retention
from chappe.jobs import retention as purging
from chappe.legal import alert_letters, approvals, disclosure_words, envelope, targets
from chappe.legal.records import Target
from chappe.tl import functions as f


async def test_whose_a_bot_is(bureau: Bureau, stage: Stage, alice: Person, bob: Person) -> None:
    """Subscriber data of the bot and of its owner; the person is told, and counts once."""
    made = await makes(alice, "shop_bot", "Shop")
    order = await bureau.order(await bureau.authority(), Target("username", "@shop_bot", "subscriber"))
    package = bureau.opens(await bureau.hands_over(order))
    told = {one["user_id"]: one for one in package.records("subscriber")}
    assert told.keys() == {made.id, alice.id}
    assert (told[made.id]["username"], told[alice.id]["phone"]) == ("shop_bot", alice.phone)
    [target] = package.manifest["targets"]
    assert [(one["key"], one["how"]) for one in target["matches"]] == [
        (f"account:{made.id}", "username"), (f"owner:{alice.id}", "bot_owner"),
    ]  # fmt: skip
    said = disclosure_words.matched("fr", "bot_owner", target["matches"][1]["facts"])
    assert "shop_bot" in said and "robot" in said
    assert sum("handed over" in one for one in await bureau.written(alice)) == 1
    assert (await stage.reads(lambda rx: envelope.get(rx, order.order_id))).people == 1


async def test_addresses_of_a_bot_are_its_programs(bureau: Bureau, stage: Stage, alice: Person, bob: Person) -> None:
    """Who asks for what identifies gets the addresses of the program, and who its owner is: not their addresses."""
    made = await makes(alice, "shop_bot", "Shop")
    alice.ip = "198.51.100.9"
    stage.clock.moves(7200)
    await alice.calls(f.updates.GetState())
    await enters(stage, made)
    now = int(stage.clock.now())
    link = "https://chat.example/shop_bot"
    order = await bureau.order(
        await bureau.authority(), Target("link", link, "identification", now - DAY_S, now + 60)
    )
    proposed = await bureau.proposes(order)
    assert {(one.key, one.category) for one in proposed.scope.pieces} == {
        (f"account:{made.id}", "identification"), (f"account:{alice.id}", "subscriber"),
    }  # fmt: skip
    await bureau.approves(proposed)
    await bureau.settles()
    package = bureau.opens(await bureau.disclosure(proposed.disclosure_id))
    assert [one["user_id"] for one in package.records("subscriber")] == [alice.id]
    assert {one["ip"] for one in package.records("identification")} == {"192.0.2.1"}


async def test_what_a_bot_wrote_is_not_what_its_owner_wrote(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    made = await makes(alice, "shop_bot", "Shop")
    await alice.says(bob, "private")
    await bob.calls(f.messages.SendMessage(peer=peer(bob, made.id), message="one kilo", random_id=7))
    now = int(stage.clock.now())
    for category in ("traffic", "content"):
        target = Target("username", "shop_bot", category, now - DAY_S, now + 60)
        order = await bureau.order(await bureau.authority(), target)
        scope = await stage.reads(lambda rx, o=order: approvals.widest(rx, o, bureau.office))
        assert [one.key for one in scope.pieces] == [f"account:{made.id}"]
        assert len(scope.matches) == 1, "whose it is was not asked"
    package = bureau.opens(await bureau.hands_over(order))
    assert [one["text"] for one in package.records("content") if "text" in one] == ["one kilo"]
    assert any("handed over" in one for one in await bureau.written(alice)), "who answers for it is told"


async def test_a_bot_that_is_gone_since_still_leads_to_its_owner(bureau: Bureau, alice: Person) -> None:
    """What was found at first holds, and the owner's addresses are not reached by it either."""
    made = await makes(alice, "shop_bot", "Shop")
    now = int(bureau.stage.clock.now())
    target = Target("username", "shop_bot", "identification", now - DAY_S, now + 60)
    order = await bureau.order(await bureau.authority(), target)
    first = await bureau.proposes(order)
    assert len(first.scope.pieces) == 2 and made.id
    assert "shop_bot" in await asks(alice, "/deletebot @shop_bot", "@shop_bot")
    assert await bureau.stage.reads(lambda rx: bots.find(rx, made.id)) is None
    order = await bureau.stage.reads(lambda rx: envelope.get(rx, order.order_id))
    scope = await bureau.stage.reads(lambda rx: approvals.widest(rx, order, bureau.office))
    assert (f"account:{alice.id}", "subscriber") in {(one.key, one.category) for one in scope.pieces}
    assert (f"account:{alice.id}", "identification") not in {(one.key, one.category) for one in scope.pieces}


async def test_a_bot_that_was_deleted_before_leads_to_them_as_long_as_names_are_kept(
    bureau: Bureau, stage: Stage, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the law of its owner's country; where that keeps no names it leads to nobody."""
    years = 5 * 365 * DAY_S
    monkeypatch.setattr(retention, "of_person", lambda rx, user_id: Retention("FR", years, years, years))
    made = await makes(alice, "shop_bot", "Shop")
    assert "shop_bot" in await asks(alice, "/deletebot @shop_bot", "@shop_bot")
    target = Target("username", "@shop_bot", "subscriber", no=1)

    async def found() -> list[tuple[str, str]]:
        seen = await stage.reads(lambda rx: targets.look(rx, target, ("chat.example",)))
        return [(one.key, one.how) for one in seen.matches]

    mine = [(f"account:{made.id}", "username_formerly"), (f"owner:{alice.id}", "bot_owner_formerly")]
    assert await found() == mine
    order = await bureau.order(await bureau.authority(), target)
    told = {one["user_id"]: one for one in bureau.opens(await bureau.hands_over(order)).records("subscriber")}
    assert told[alice.id]["phone"] == alice.phone and told[made.id]["username"] == "shop_bot"
    stage.clock.moves(years)
    assert await found() == []
    await purging.forgetting(stage.store, stage.clock)()
    assert await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM kept_identities")) == (0,)


async def test_an_alert_of_ours_says_who_is_behind_a_bot(stage: Stage, alice: Person) -> None:
    """Source: dsa/18. All that identifies who may be a danger is told."""
    made = await makes(alice, "shop_bot", "Shop")
    lead = Target("username", "@shop_bot")
    found = await stage.reads(lambda rx: alert_letters.people(rx, [lead], ("chat.example",), rx.now))
    assert {one[0].data["user_id"] for one in found} == {made.id, alice.id}
