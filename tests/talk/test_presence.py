"""Source: method/account.updateStatus, api/privacy. Who is here, and who may know."""

from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t


def rule(*rules: object) -> f.account.SetPrivacy:
    return f.account.SetPrivacy(key=t.InputPrivacyKeyStatusTimestamp(), rules=list(rules))


async def test_coming_and_going_reaches_who_knows_the_person(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    await bob.says(alice, "hello")
    stage.clock.moves(100)
    now = int(stage.clock.now())
    assert await alice.calls(f.account.UpdateStatus(offline=False)) is True
    news = bob.receives(t.UpdateUserStatus)
    assert (news.user_id, news.status) == (alice.id, t.UserStatusOnline(expires=now + 300))
    assert carol.hears() == []
    stage.clock.moves(60)
    await alice.calls(f.account.UpdateStatus(offline=True))
    assert bob.receives(t.UpdateUserStatus).status == t.UserStatusOffline(was_online=now + 60)
    await alice.calls(f.account.UpdateStatus(offline=True))
    assert bob.hears() == []


async def test_who_is_silent_for_long_has_left(stage: Stage, alice: Person, bob: Person) -> None:
    now = int(stage.clock.now())
    await alice.calls(f.account.UpdateStatus(offline=False))
    stage.clock.moves(400)
    [seen] = await bob.calls(f.users.GetUsers(id=[bob.knows(alice)]))
    assert seen.status == t.UserStatusOffline(was_online=now + 300)


async def test_hidden_presence_is_neither_pushed_nor_shown(stage: Stage, alice: Person, bob: Person) -> None:
    await bob.says(alice, "hello")
    await alice.calls(rule(t.InputPrivacyValueDisallowUsers(users=[alice.knows(bob)]), t.InputPrivacyValueAllowAll()))
    await alice.calls(f.account.UpdateStatus(offline=False))
    assert bob.hears() == []
    [seen] = await bob.calls(f.users.GetUsers(id=[bob.knows(alice)]))
    assert seen.status == t.UserStatusRecently()


async def test_who_hides_sees_nothing(alice: Person, bob: Person) -> None:
    await bob.says(alice, "hello")
    await bob.calls(rule(t.InputPrivacyValueDisallowAll()))
    await alice.calls(f.account.UpdateStatus(offline=False))
    assert bob.hears() == []
    [seen] = await bob.calls(f.users.GetUsers(id=[bob.knows(alice)]))
    assert seen.status == t.UserStatusRecently()
