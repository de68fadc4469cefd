"""Source: dsa/23, api/errors. Accounts are limited, frozen and suspended by decision, and are as they were after it."""

import pytest
from tests.kit.moderation import decide, somebody
from tests.kit.rooms import hall
from tests.kit.stage import Person, RpcFailure, Stage

from chappe import tl
from chappe.base.errors import Refusal
from chappe.base.ids import UserId
from chappe.domain import account_measures, decisions, leaving, territories
from chappe.domain.access import SERVICE_USER, Moderator
from chappe.domain.decisions import Decision
from chappe.domain.rulings import Item, Measure
from chappe.jobs import Due
from chappe.rpc.standings import Standings, reads
from chappe.store import StoreUnavailable
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest.fixture
async def moderator(stage: Stage) -> Moderator:
    return await stage.writes(somebody)


async def hits(stage: Stage, moderator: Moderator, person: Person, kind: str, **how: int | str) -> Decision:
    """The measure is in force for the person."""
    measure = Measure(kind, **how)  # type: ignore[arg-type]
    made: Decision = await stage.writes(lambda tx: decide(tx, moderator, Item("account", person.id), measure=measure))
    return made


async def frees(stage: Stage, moderator: Moderator, made: Decision) -> None:
    await stage.writes(lambda tx: decisions.undo(tx, moderator, made.decision_id, "It was wrong."))


def words(text: str, number: int, to: t.TypeInputPeer) -> f.messages.SendMessage:
    return f.messages.SendMessage(peer=to, message=text, random_id=number)


async def config(person: Person) -> dict[str, object]:
    told = await person.calls(f.help.GetAppConfig(hash=0))
    return {one.key: getattr(one.value, "value", None) for one in told.config.value}


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_frozen_account_reads_and_does_not_write(stage: Stage, moderator: Moderator, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await hall(stage, alice, bob)
    bob.hears()
    until = int(stage.clock.now()) + 3600
    assert "freeze_since_date" not in await config(bob)
    await hits(stage, moderator, bob, "freeze", until=until)
    assert bob.receives(t.UpdateConfig)
    said = await config(bob)
    assert (said["freeze_since_date"], said["freeze_until_date"]) == (int(stage.clock.now()), until)
    assert str(said["freeze_appeal_url"]).endswith(f"/app/#/c/{SERVICE_USER}")
    for call in (
        words("hello", 1, room.peer(bob)), f.messages.SendReaction(peer=room.peer(bob), msg_id=1, reaction=[]),
        f.channels.CreateChannel(title="x", about="", megagroup=True), f.account.UpdateProfile(first_name="B"),
    ):  # fmt: skip
        assert await bob.fails(call) == "420 FROZEN_METHOD_INVALID"
    await room.says(alice, "can you read this?")
    assert bob.receives(t.UpdateNewChannelMessage).message.message == "can you read this?"
    assert (await room.history(bob)).messages[0].message == "can you read this?"
    await bob.calls(f.channels.ReadHistory(channel=room.to(bob), max_id=9))
    assert await alice.calls(words("still there?", 2, alice.sees(bob)))
    stage.clock.moves(3601)
    assert await stage.writes(decisions.lapse) == 1
    await bob.calls(words("hello", 1, room.peer(bob)))
    assert "freeze_since_date" not in await config(bob)


async def test_what_a_frozen_account_had_planned_is_not_said(
    stage: Stage, moderator: Moderator, alice: Person, bob: Person
) -> None:
    later = words("it is time", 1, bob.sees(alice)).replace(schedule_date=int(stage.clock.now()) + 60)
    await bob.calls(later)
    made = await hits(stage, moderator, bob, "freeze")
    alice.hears()
    stage.clock.moves(61)
    await Due().step(stage.store, int(stage.clock.now()))
    assert not [one for one in alice.hears() if isinstance(one, t.UpdateNewMessage | t.UpdateShortMessage)]
    await frees(stage, moderator, made)
    stage.clock.moves(86_400)
    await Due().step(stage.store, int(stage.clock.now()))
    assert "it is time" in str(alice.hears()), "a wrong decision loses nothing"


async def test_a_suspended_account_is_out_and_comes_back(stage: Stage, moderator: Moderator, bob: Person) -> None:
    made = await hits(stage, moderator, bob, "suspend")
    assert await bob.fails(f.users.GetUsers(id=[t.InputUserSelf()])) == "401 USER_DEACTIVATED_BAN"
    with pytest.raises(RpcFailure, match="400 PHONE_NUMBER_BANNED"):
        await bob.brings()
    await frees(stage, moderator, made)
    assert (await bob.calls(f.users.GetUsers(id=[t.InputUserSelf()])))[0].id == bob.id
    assert (await (await bob.brings()).calls(f.users.GetUsers(id=[t.InputUserSelf()])))[0].id == bob.id


async def test_a_muted_account_writes_to_those_who_know_it(
    stage: Stage, moderator: Moderator, alice: Person, bob: Person, carol: Person
) -> None:
    room = await hall(stage, alice, bob)
    await alice.calls(f.contacts.AddContact(id=alice.knows(bob), first_name="Bob", last_name="", phone=""))
    made = await hits(stage, moderator, bob, "limit", detail="mute")
    assert await bob.fails(words("hi", 1, room.peer(bob))) == "400 USER_BANNED_IN_CHANNEL"
    assert await bob.fails(words("hi", 2, bob.sees(carol))) == "400 PEER_FLOOD"
    await bob.calls(words("hi", 3, bob.sees(alice)))
    await bob.calls(words("a note", 4, t.InputPeerSelf()))
    await carol.calls(words("who are you?", 1, carol.sees(bob)))
    await bob.calls(words("Bob", 6, bob.sees(carol)))
    await frees(stage, moderator, made)
    await bob.calls(words("hi", 5, room.peer(bob)))


async def test_a_slowed_account_waits(stage: Stage, moderator: Moderator, alice: Person, bob: Person) -> None:
    await hits(stage, moderator, bob, "limit", detail="slow")
    first = await bob.calls(words("one", 1, bob.sees(alice)))
    assert await bob.fails(words("two", 2, bob.sees(alice))) == f"420 FLOOD_WAIT_{account_measures.SLOW_S}"
    assert (await bob.calls(words("one", 1, bob.sees(alice)))).updates, "asked for again, not said again"
    await bob.calls(f.messages.EditMessage(peer=bob.sees(alice), id=first.id, message="one, mended"))
    stage.clock.moves(account_measures.SLOW_S)
    await bob.calls(words("two", 2, bob.sees(alice)))


async def test_links_may_be_forbidden(stage: Stage, moderator: Moderator, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    said = await room.says(bob, "look")
    await hits(stage, moderator, bob, "limit", detail="no_links")
    assert await bob.fails(words("see https://example.org", 1, room.peer(bob))) == "403 USER_RESTRICTED"
    edit = f.messages.EditMessage(peer=room.peer(bob), id=said.id, message="look: https://example.org")
    assert await bob.fails(edit) == "403 USER_RESTRICTED"
    await bob.calls(words("no link", 2, room.peer(bob)))


async def test_a_measure_must_make_sense(stage: Stage, moderator: Moderator, alice: Person) -> None:
    for measure in (Measure("limit"), Measure("limit", detail="whisper")):
        with pytest.raises(Refusal, match="decision_measure_invalid"):
            await stage.writes(lambda tx, m=measure: decide(tx, moderator, Item("account", alice.id), measure=m))
    with pytest.raises(Refusal, match="decision_territory_invalid"):
        where = Measure("freeze", ("FR",))
        await stage.writes(lambda tx: decide(tx, moderator, Item("account", alice.id), measure=where))
    with pytest.raises(Refusal, match="decision_measure_invalid"):
        await stage.writes(lambda tx: decide(tx, moderator, Item("room", -10**12 - 5), measure=Measure("suspend")))


def test_what_writes_is_not_taken_for_reading() -> None:
    writing = (
        "messages.sendMessage", "messages.editMessage", "messages.deleteMessages", "channels.createChannel",
        "messages.sendReaction", "account.updateProfile", "photos.uploadProfilePhoto", "channels.inviteToChannel",
        "messages.importChatInvite", "channels.joinChannel", "upload.saveFilePart", "messages.forwardMessages",
    )  # fmt: skip
    assert not [name for name in writing if reads(name)]
    assert all(map(reads, ("messages.getHistory", "updates.getDifference", "account.deleteAccount", "messages.report")))


async def test_another_process_over_the_same_database_hears_of_it(
    stage: Stage, moderator: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(query: object) -> None:
        raise StoreUnavailable("storage_unavailable")

    alice, bob = await stage.people("alice", "bob")
    other = Standings(stage.services, stage.rpc.devices)  # of a process that hears of no commit of this one
    await other.look()
    for one in (alice, bob):
        await other.require(UserId(one.id), "messages.sendMessage")
    made = await hits(stage, moderator, bob, "freeze")
    await other.require(UserId(bob.id), "messages.sendMessage")
    with monkeypatch.context() as patch:
        patch.setattr(stage.services.store, "read", gone)
        with pytest.raises(StoreUnavailable):
            await other.look()
    await other.look()
    with pytest.raises(Refusal, match="frozen_method_invalid"):
        await other.require(UserId(bob.id), "messages.sendMessage")
    await other.require(UserId(alice.id), "messages.sendMessage")
    await frees(stage, moderator, made)
    await other.look()
    await other.require(UserId(bob.id), "messages.sendMessage")
    await stage.writes(lambda tx: territories.declare(tx, UserId(alice.id), "FR"))
    for step in leaving.STEPS[1:]:
        await stage.writes(lambda tx, step=step: leaving.go(tx, "operator:1", "FR", step, "A law."))  # type: ignore[misc]
    await other.look()
    with pytest.raises(Refusal, match="frozen_method_invalid"):
        await other.require(UserId(alice.id), "messages.sendMessage")
    await stage.writes(lambda tx: territories.declare(tx, UserId(alice.id), "DE"))
    await other.look()
    await other.require(UserId(alice.id), "messages.sendMessage")
