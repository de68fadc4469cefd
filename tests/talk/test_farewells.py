"""Source: api/account-deletion, method/channels.deleteChannel. Rooms outlive their people, and people their rooms."""

from tests.kit.rooms import Hall, group, hall, history, texts
from tests.kit.stage import Person, Stage

from chappe.base.ids import UserId, chat_peer
from chappe.domain import members, room_editing, rooms
from chappe.jobs import Lapses
from chappe.tl import functions as f
from chappe.tl import types as t


async def goes(stage: Stage, person: Person) -> None:
    """The person deletes their account, and what follows by itself is over."""
    assert await person.calls(f.account.DeleteAccount(reason="enough"))
    while await Lapses(lambda key: None).step(stage.store, int(stage.clock.now())):
        pass


async def promotes(owner: Person, room: Hall, person: Person, **rights: bool) -> None:
    given = t.ChatAdminRights(**rights)
    await owner.calls(f.channels.EditAdmin(
        channel=room.to(owner), user_id=owner.knows(person), admin_rights=given, rank=""
    ))  # fmt: skip


async def who(person: Person, room: Hall) -> dict[int, str]:
    """Member → what they are."""
    listed = await person.calls(f.channels.GetParticipants(
        channel=room.to(person), filter=t.ChannelParticipantsRecent(), offset=0, limit=50, hash=0
    ))  # fmt: skip
    return {one.user_id: type(one).__name__.removeprefix("ChannelParticipant") for one in listed.participants}


async def test_a_deleted_account_leaves_its_rooms(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    theirs, hers = await hall(stage, bob, alice), await hall(stage, alice, bob, carol)
    kitchen = await group(alice, bob, carol)
    await hers.says(alice, "what I said")
    await promotes(alice, hers, bob, ban_users=True)
    stage.clock.moves(1)
    await promotes(alice, hers, carol, add_admins=True)
    await goes(stage, alice)
    assert await who(bob, theirs) == {bob.id: "Creator"}
    assert await who(bob, hers) == {carol.id: "Creator", bob.id: "Admin"}
    assert texts(await hers.history(bob)) == ["what I said"]
    assert (await bob.calls(f.messages.GetFullChat(chat_id=kitchen.chat_id))).full_chat.participants.participants == [
        t.ChatParticipantCreator(user_id=bob.id),
        t.ChatParticipant(user_id=carol.id, inviter_id=alice.id, date=int(stage.clock.now()) - 1),
    ]
    marked = chat_peer(kitchen.chat_id)
    left = await stage.reads(lambda rx: rooms.member(rx, marked, UserId(alice.id)).inside)
    assert not left and not await stage.reads(lambda rx: members.rooms_of(rx, UserId(alice.id)))
    assert texts(await history(bob, kitchen)) == []


async def test_a_room_that_nobody_is_left_in_is_gone(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, broadcast=True)
    await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username="alone_here"))
    await goes(stage, alice)
    assert (await stage.reads(lambda rx: rooms.find(rx, room.marked))).deleted
    other = await hall(stage, bob, broadcast=True)
    assert await bob.calls(f.channels.UpdateUsername(channel=other.to(bob), username="alone_here"))


async def test_a_large_room_goes_by_and_by(
    stage: Stage, alice: Person, bob: Person, carol: Person, monkeypatch: object
) -> None:
    monkeypatch.setattr(room_editing, "GONE", 1)  # type: ignore[attr-defined]
    room, other = await hall(stage, alice, bob, carol), await hall(stage, alice, bob)
    await alice.calls(f.channels.DeleteChannel(channel=room.to(alice)))
    inside = [await stage.reads(lambda rx, p=p: members.rooms_of(rx, UserId(p.id))) for p in (alice, carol)]
    assert [room.marked in one for one in inside] == [False, True], "the rest goes later"
    assert await carol.fails(f.messages.SendMessage(peer=room.peer(carol), message="hi", random_id=1)) == (
        "400 CHANNEL_PRIVATE"
    )
    while await Lapses(lambda key: None).step(stage.store, int(stage.clock.now())):
        pass
    for person in (alice, bob, carol):
        assert room.marked not in await stage.reads(lambda rx, p=person: members.rooms_of(rx, UserId(p.id)))
    assert await who(alice, other)


async def test_members_of_a_new_supergroup_change_and_pin_nothing(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    chat = (await bob.calls(f.channels.GetChannels(id=[room.to(bob)]))).chats[0]
    forbidden = chat.default_banned_rights
    assert forbidden.change_info and forbidden.pin_messages and not (forbidden.invite_users or forbidden.send_messages)
    assert await bob.fails(f.channels.EditTitle(channel=room.to(bob), title="Mine")) == "400 CHAT_ADMIN_REQUIRED"
