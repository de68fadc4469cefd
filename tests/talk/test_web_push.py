"""Source: api/push-updates. Who is away hears of what was written to them, as far as they want to, and no more."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.kit.moderation import decide, somebody
from tests.kit.rooms import group, hall, says
from tests.kit.stage import Person, Stage, raised
from tests.outbound.test_webpush import Browser

from chappe.domain import decisions, pushing
from chappe.domain.rulings import Item, Measure
from chappe.jobs import Pushing
from chappe.tl import functions as f
from chappe.tl import types as t

ENDPOINT = "https://push.example.net/abc"


async def subscribes(person: Person, endpoint: str = ENDPOINT) -> str:
    token = Browser().subscribes(endpoint)
    assert await person.calls(registered(token))
    return token


def registered(token: str, kind: int = 10) -> f.account.RegisterDevice:
    return f.account.RegisterDevice(token_type=kind, token=token, app_sandbox=False, secret=b"", other_uids=[])


async def told(stage: Stage, *present: Person) -> list[dict[str, Any]]:
    """What the reader of events queued since last asked, the oldest first."""
    here = {person.auth_key_id for person in present}
    job = Pushing(stage.wrapper.seal, here.__contains__)
    while not await job.step(stage.store, stage.clock):
        pass
    letters = await stage.letters()
    assert all(kind == "web_push" for kind, _, _ in letters)
    return [json.loads(text) for _, _, text in letters]


@pytest.fixture
async def three(stage: Stage) -> list[Person]:
    people = await stage.people("alice", "bob", "carol")
    for one in people:
        await subscribes(one)
    await told(stage)
    return people


async def test_who_is_away_is_told_who_wrote_what(stage: Stage, three: list[Person]) -> None:
    alice, bob, _ = three
    await alice.says(bob, "hello Bob")
    (one,) = await told(stage)
    assert (one["title"], one["description"], one["user_id"], one["mute"]) == ("Alice", "hello Bob", str(bob.id), "0")
    assert (one["loc_key"], one["loc_args"]) == ("MESSAGE_TEXT", ["Alice", "hello Bob"])
    assert one["custom"] == {"msg_id": "1", "from_id": str(alice.id)}
    assert await told(stage) == []


async def test_who_is_suspended_is_told_nothing(stage: Stage, three: list[Person]) -> None:
    alice, bob, carol = three
    moderator = await stage.writes(somebody)
    out = Item("account", bob.id)
    made = await stage.writes(lambda tx: decide(tx, moderator, out, measure=Measure("suspend")))
    await told(stage)
    for other in (bob, carol):
        await alice.says(other, "are you there?")
    assert [one["user_id"] for one in await told(stage)] == [str(carol.id)]
    await stage.writes(lambda tx: decisions.undo(tx, moderator, made.decision_id, "It was wrong."))
    await told(stage)
    await alice.says(bob, "welcome back")
    assert [one["user_id"] for one in await told(stage)] == [str(bob.id)]


async def test_connected_devices_and_what_was_read_stay_quiet(stage: Stage, three: list[Person]) -> None:
    alice, bob, _ = three
    other = await bob.brings()
    await subscribes(other)
    await told(stage)
    await alice.says(bob, "one")
    assert len(await told(stage, bob)) == 1
    await alice.says(bob, "two")
    await bob.calls(f.messages.ReadHistory(peer=bob.sees(alice), max_id=1_000))
    assert await told(stage) == []


async def test_what_is_muted_silent_or_not_to_be_shown(stage: Stage, three: list[Person]) -> None:
    alice, bob, carol = three
    here = t.InputNotifyPeer(peer=bob.sees(alice))
    hides = t.InputPeerNotifySettings(show_previews=False)
    await bob.calls(f.account.UpdateNotifySettings(peer=t.InputNotifyUsers(), settings=hides))
    await alice.says(bob, "a secret")
    (one,) = await told(stage)
    assert (one["loc_key"], one["title"], one["description"]) == ("MESSAGE_NOTEXT", "Alice", "")
    assert "secret" not in json.dumps(one)
    for_an_hour = t.InputPeerNotifySettings(mute_until=int(stage.clock.now()) + 3600)
    await bob.calls(f.account.UpdateNotifySettings(peer=here, settings=for_an_hour))
    await alice.says(bob, "muted")
    await carol.says(bob, "heard")
    assert [one["title"] for one in await told(stage)] == ["Carol"]
    stage.clock.moves(3600)
    await alice.calls(f.messages.SendMessage(peer=alice.sees(bob), message="x", random_id=9, silent=True))
    assert [one["mute"] for one in await told(stage)] == ["1"]


async def test_rooms_tell_their_members_but_the_author(stage: Stage, three: list[Person]) -> None:
    alice, bob, carol = three
    room = await hall(stage, alice, bob, carol)
    await told(stage)
    await room.says(alice, "the roses are out")
    found = {one["user_id"]: one for one in await told(stage)}
    assert set(found) == {str(bob.id), str(carol.id)}
    one = found[str(bob.id)]
    assert (one["title"], one["description"]) == ("Garden", "Alice: the roses are out")
    assert one["loc_key"] == "CHAT_MESSAGE_TEXT" and one["custom"]["channel_id"]
    forever = t.InputPeerNotifySettings(mute_until=2**31 - 1)
    for person in (bob, carol):
        await person.calls(f.account.UpdateNotifySettings(peer=t.InputNotifyChats(), settings=forever))
    named = [t.InputMessageEntityMentionName(offset=0, length=3, user_id=alice.knows(bob))]
    await room.says(alice, "Bob, look", entities=named)
    # Who is named hears of it in a muted room too.
    assert [one["user_id"] for one in await told(stage)] == [str(bob.id)]


async def test_a_basic_group_tells_each_member_once(stage: Stage, three: list[Person]) -> None:
    alice, bob, carol = three
    kitchen = await group(alice, bob, carol)
    await told(stage)
    await says(alice, kitchen, "hi")
    found = await told(stage)
    assert sorted(one["user_id"] for one in found) == sorted([str(bob.id), str(carol.id)])
    assert {one["title"] for one in found} == {"Kitchen"}
    assert found[0]["custom"]["chat_id"] == str(kitchen.chat_id)


async def test_a_new_sign_in_is_told_at_once(stage: Stage, three: list[Person]) -> None:
    alice = three[0]
    await alice.brings()
    (one,) = await told(stage)
    assert (one["title"], one["user_id"]) == ("Chappe", str(alice.id))


async def test_nobody_hears_of_what_is_old_nor_of_more_than_they_can_read(stage: Stage, three: list[Person]) -> None:
    alice, bob, _ = three
    await alice.says(bob, "long ago")
    stage.clock.moves(pushing.OLD_S + 1)
    assert await told(stage) == []
    for number in range(pushing.WAITING + 10):
        await alice.says(bob, f"{number}")
    job = Pushing(stage.wrapper.seal, lambda key: False)
    await job.step(stage.store, stage.clock)
    assert len(await stage.letters()) == pushing.WAITING


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "TOKEN_EMPTY"), ("{", "WEBPUSH_TOKEN_INVALID"), ('{"endpoint":"x"}', "WEBPUSH_TOKEN_INVALID"),
     (Browser().subscribes("ftp://push.example.net"), "WEBPUSH_TOKEN_INVALID"),
     (Browser().subscribes("https://"), "WEBPUSH_TOKEN_INVALID"),
     (Browser().subscribes("https://alice@push.example.net"), "WEBPUSH_TOKEN_INVALID"),
     (Browser().subscribes("https://push.example.net:99999"), "WEBPUSH_TOKEN_INVALID"),
     (Browser(secret=b"short").subscribes(ENDPOINT), "WEBPUSH_AUTH_INVALID"),
     (json.dumps({"endpoint": ENDPOINT, "keys": {"p256dh": "BAAA", "auth": "AA"}}), "WEBPUSH_KEY_INVALID"),
     (json.dumps({"endpoint": ENDPOINT, "keys": {"p256dh": "é", "auth": "AA"}}), "WEBPUSH_KEY_INVALID")],
)  # fmt: skip
async def test_a_broken_subscription_is_refused(stage: Stage, token: str, error: str) -> None:
    alice = await stage.person("alice")
    assert await alice.fails(registered(token)) == f"400 {error}"


async def test_a_token_withdrawn_or_of_a_device_signed_out_wakes_nobody(stage: Stage) -> None:
    alice, bob = await stage.people("alice", "bob")
    token = await subscribes(bob)
    await told(stage)
    assert await bob.calls(f.account.UnregisterDevice(token_type=10, token=token, other_uids=[]))
    await alice.says(bob, "hi")
    assert await told(stage) == []
    other = await bob.brings()
    await subscribes(other)
    await other.calls(f.auth.LogOut())
    await alice.says(bob, "hi")
    assert await told(stage) == []


async def test_what_was_not_told_before_a_restart_is_told_after_it(tmp_path: Path) -> None:
    async with raised(tmp_path) as before:
        alice, bob = await before.people("alice", "bob")
        await subscribes(bob)
        await told(before)
        await alice.says(bob, "are you there?")
    async with raised(tmp_path, after=before) as stage:
        assert [one["description"] for one in await told(stage)] == ["are you there?"]
