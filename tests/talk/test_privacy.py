"""Source: api/privacy, method/account.setPrivacy. Every key has a default, takes rules and exceptions, and counts."""

import pytest
from tests.kit.bots import enters, makes
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage

from chappe.domain.privacy import DEFAULTS
from chappe.tl import functions as f
from chappe.tl import types as t


def key(name: str) -> t.TypeInputPrivacyKey:
    return getattr(t, f"InputPrivacyKey{name}")()


@pytest.mark.parametrize("name", DEFAULTS)
async def test_every_key_has_a_default_and_takes_rules(alice: Person, bob: Person, name: str) -> None:
    laptop = await alice.brings()
    shown = await alice.calls(f.account.GetPrivacy(key=key(name)))
    assert shown.rules == [getattr(t, f"PrivacyValue{rule.kind}")() for rule in DEFAULTS[name]]
    rules = [t.InputPrivacyValueAllowUsers(users=[alice.knows(bob)]), t.InputPrivacyValueDisallowAll()]
    changed = await alice.calls(f.account.SetPrivacy(key=key(name), rules=rules))
    assert changed.rules == [t.PrivacyValueAllowUsers(users=[bob.id]), t.PrivacyValueDisallowAll()]
    assert [user.id for user in changed.users] == [bob.id]
    news = laptop.receives(t.UpdatePrivacy)
    assert (news.key, news.rules) == (getattr(t, f"PrivacyKey{name}")(), changed.rules)
    assert await alice.calls(f.account.GetPrivacy(key=key(name))) == changed


async def test_rules_hold(alice: Person, bob: Person, carol: Person) -> None:
    await alice.calls(f.account.UpdateProfile(about="only for bob"))
    for name in ("About", "PhoneNumber", "VoiceMessages", "PhoneCall", "Forwards"):
        rules = [t.InputPrivacyValueAllowUsers(users=[alice.knows(bob)]), t.InputPrivacyValueDisallowAll()]
        await alice.calls(f.account.SetPrivacy(key=key(name), rules=rules))
    for_bob = await bob.calls(f.users.GetFullUser(id=bob.knows(alice)))
    for_carol = await carol.calls(f.users.GetFullUser(id=carol.knows(alice)))
    seen, hidden = for_bob.full_user, for_carol.full_user
    assert (seen.about, hidden.about) == ("only for bob", None)
    assert (seen.voice_messages_forbidden, hidden.voice_messages_forbidden) == (False, True)
    assert (seen.phone_calls_private, hidden.phone_calls_private) == (False, True)
    assert (seen.private_forward_name, hidden.private_forward_name) == (None, "Alice")
    assert (for_bob.users[0].phone, for_carol.users[0].phone) == (alice.phone, None)


async def test_those_in_a_group_are_an_exception(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    await alice.calls(f.account.UpdateProfile(about="for some"))
    laptop = await alice.brings()
    group = (await alice.calls(f.messages.CreateChat(users=[alice.knows(bob)], title="Circle"))).updates.chats[0]
    garden = await hall(stage, alice, carol)
    laptop.hears()

    async def read_by(*rules: t.TypeInputPrivacyRule) -> list[bool]:
        await alice.calls(f.account.SetPrivacy(key=key("About"), rules=list(rules)))
        seen = [await one.calls(f.users.GetFullUser(id=one.knows(alice))) for one in (bob, carol)]
        return [one.full_user.about is not None for one in seen]

    those, others = t.InputPrivacyValueAllowChatParticipants, t.InputPrivacyValueDisallowChatParticipants
    assert await read_by(those(chats=[group.id]), t.InputPrivacyValueDisallowAll()) == [True, False]
    assert laptop.receives(t.UpdatePrivacy).rules[0] == t.PrivacyValueAllowChatParticipants(chats=[group.id])
    assert await read_by(others(chats=[garden.id]), t.InputPrivacyValueAllowAll()) == [True, False]
    shown = await alice.calls(f.account.GetPrivacy(key=key("About")))
    assert shown.rules[0] == t.PrivacyValueDisallowChatParticipants(chats=[garden.id])
    assert [one.id for one in shown.chats] == [garden.id]
    await carol.calls(f.channels.LeaveChannel(channel=garden.to(carol)))
    assert (await carol.calls(f.users.GetFullUser(id=carol.knows(alice)))).full_user.about == "for some"


async def test_bots_are_an_exception(stage: Stage, alice: Person) -> None:
    bot = await enters(stage, await makes(alice, "listening_bot"))
    await alice.calls(f.account.UpdateProfile(about="for people"))
    ask = f.users.GetFullUser(id=bot.knows(alice))
    for rule, told in ((t.InputPrivacyValueDisallowBots(), None), (t.InputPrivacyValueAllowBots(), "for people")):
        rest = t.InputPrivacyValueAllowAll() if told is None else t.InputPrivacyValueDisallowAll()
        await alice.calls(f.account.SetPrivacy(key=key("About"), rules=[rule, rest]))
        assert (await bot.calls(ask)).full_user.about == told


async def test_rules_that_mean_nothing_are_refused(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    twice = [t.InputPrivacyValueAllowAll(), t.InputPrivacyValueAllowAll()]
    nobodys = [t.InputPrivacyValueAllowChatParticipants(chats=[7])]
    everyone = [t.InputPrivacyValueAllowChatParticipants(chats=[(await hall(stage, alice, broadcast=True)).id])]
    for rules in (twice, nobodys, everyone):
        wrong = f.account.SetPrivacy(key=key("About"), rules=rules)
        assert await alice.fails(wrong) == "400 PRIVACY_VALUE_INVALID"
    foreign = [t.InputPrivacyValueAllowUsers(users=[carol.knows(bob)])]
    assert await alice.fails(f.account.SetPrivacy(key=key("About"), rules=foreign)) == "400 USER_ID_INVALID"


async def test_what_holds_for_all_chats(alice: Person) -> None:
    before = await alice.calls(f.account.GetGlobalPrivacySettings())
    assert before == t.GlobalPrivacySettings()
    wanted = t.GlobalPrivacySettings(keep_archived_unmuted=True, hide_read_marks=True)
    assert await alice.calls(f.account.SetGlobalPrivacySettings(settings=wanted)) == wanted
    assert await alice.calls(f.account.GetGlobalPrivacySettings()) == wanted
    archive = t.GlobalPrivacySettings(archive_and_mute_new_noncontact_peers=True)
    refused = await alice.fails(f.account.SetGlobalPrivacySettings(settings=archive))
    assert refused == "400 AUTOARCHIVE_NOT_AVAILABLE"
