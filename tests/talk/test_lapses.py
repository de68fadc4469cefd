"""Source: method/account.setAccountTTL, method/account.setAuthorizationTTL. What is abandoned ends by itself."""

from tests.kit.stage import Person, Stage

from chappe.jobs.lapses import Lapses
from chappe.tl import functions as f
from chappe.tl import types as t

DAY_S = 86_400


async def passes(stage: Stage, days: int) -> list[int]:
    """So many days go by; the keys that were revoked."""
    stage.clock.moves(days * DAY_S)
    revoked: list[int] = []
    while await Lapses(revoked.append).step(stage.store, int(stage.clock.now())):
        pass
    await stage.settles()
    return revoked


async def test_a_silent_device_is_signed_out(stage: Stage, alice: Person) -> None:
    laptop = await alice.brings()
    assert await passes(stage, 100) == []
    await alice.calls(f.updates.GetState())
    assert await passes(stage, 84) == [laptop.auth_key_id]
    [mine] = (await alice.calls(f.account.GetAuthorizations())).authorizations
    assert mine.current


async def test_an_abandoned_account_is_deleted_and_its_box_emptied(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.calls(f.account.SetAccountTTL(ttl=t.AccountDaysTTL(days=30)))
    await alice.says(bob, "see you")
    for _ in range(3):
        await bob.says(alice, "are you there?")
    bob.hears()
    assert await passes(stage, 29) == []
    assert await passes(stage, 2) == [alice.auth_key_id]
    assert bob.receives(t.UpdateUser).user_id == alice.id
    count = "SELECT COUNT(*) FROM {} WHERE owner_id = ?"
    for table in ("messages", "box_log", "box_states", "dialogs", "sends"):
        assert await stage.reads(lambda rx, table=table: rx.one(count.format(table), (alice.id,))) == (0,)
    assert await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM graves")) == (0,)
    history = await bob.calls(f.messages.GetHistory(
        peer=bob.sees(alice), offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    ))  # fmt: skip
    assert len(history.messages) == 4
    assert await stage.reads(lambda rx: rx.one("SELECT deleted FROM accounts WHERE owner_id = 777000")) == (0,)
