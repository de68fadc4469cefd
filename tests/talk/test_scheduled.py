"""Source: api/scheduled-messages, method/messages.getScheduledHistory. Messages wait for their date, then are sent."""

import pytest
from tests.kit.stage import Person, Stage
from tests.talk.test_rooms import makes, peer, seen_by

from chappe import tl
from chappe.base.ids import UserId
from chappe.domain import content, files
from chappe.domain.scheduling import UNTIL_ONLINE
from chappe.jobs import Due
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


async def falls_due(stage: Stage) -> None:
    while await Due().step(stage.store, int(stage.clock.now())):
        pass
    await stage.settles()


def says(stage: Stage, to: object, text: str, in_s: int, random_id: int = 1) -> f.messages.SendMessage:
    date = int(stage.clock.now()) + in_s
    return f.messages.SendMessage(peer=to, message=text, random_id=random_id, schedule_date=date)


async def waiting(person: Person, to: object) -> list[t.Message]:
    return (await person.calls(f.messages.GetScheduledHistory(peer=to, hash=0))).messages


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_message_waits_for_its_date(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    phone = await alice.brings()
    to = alice.sees(bob)
    put = await alice.calls(says(stage, to, "happy birthday", 3600))
    number, new = put.updates
    assert (number.random_id, number.id) == (1, new.message.id) and isinstance(new, t.UpdateNewScheduledMessage)
    assert (new.message.message, new.message.date) == ("happy birthday", int(stage.clock.now()) + 3600)
    assert phone.receives(t.UpdateNewScheduledMessage).message.id == number.id
    assert [m.id for m in await waiting(alice, to)] == [number.id]
    full = f.users.GetFullUser(id=alice.knows(bob))
    assert (await alice.calls(full)).full_user.has_scheduled, "a new device would not look for it"
    await falls_due(stage)
    assert not bob.hears()
    stage.clock.moves(3601)
    phone.hears()
    await falls_due(stage)
    update = bob.receives(t.UpdateNewMessage).message
    assert (update.message, update.from_scheduled, update.date) == ("happy birthday", True, int(stage.clock.now()))
    gone = phone.receives(t.UpdateDeleteScheduledMessages)
    assert gone.messages == [number.id] and await waiting(alice, to) == []
    assert not (await alice.calls(full)).full_user.has_scheduled
    await falls_due(stage)
    assert not bob.hears()


async def test_a_waiting_message_is_changed_sent_or_taken_back(stage: Stage, alice: Person, bob: Person) -> None:
    to = alice.sees(bob)
    ids = [(await alice.calls(says(stage, to, f"no {n}", 600, n))).updates[0].id for n in (1, 2, 3)]
    later = int(stage.clock.now()) + 1200
    edit = f.messages.EditMessage(peer=to, id=ids[0], message="yes", schedule_date=later)
    changed = (await alice.calls(edit)).updates[0].message
    assert (changed.message, changed.date, changed.id) == ("yes", later, ids[0])
    sent = await alice.calls(f.messages.SendScheduledMessages(peer=to, id=[ids[0]]))
    gone = next(u for u in sent.updates if isinstance(u, t.UpdateDeleteScheduledMessages))
    new = next(u for u in sent.updates if isinstance(u, t.UpdateNewMessage))
    assert (gone.messages, gone.sent_messages, new.message.message) == ([ids[0]], [new.message.id], "yes")
    assert bob.receives(t.UpdateNewMessage).message.message == "yes"
    await alice.calls(f.messages.DeleteScheduledMessages(peer=to, id=[ids[1]]))
    left = await alice.calls(f.messages.GetScheduledMessages(peer=to, id=ids))
    assert [m.id for m in left.messages] == [ids[2]]
    assert await bob.fails(f.messages.SendScheduledMessages(peer=bob.sees(alice), id=[ids[2]])) == (
        "400 MESSAGE_ID_INVALID"
    )


async def test_a_message_waits_until_its_reader_is_online(stage: Stage, alice: Person, bob: Person) -> None:
    to = alice.sees(bob)
    await alice.calls(f.account.UpdateStatus(offline=False))
    await bob.calls(f.account.UpdateStatus(offline=False))
    await bob.calls(f.account.UpdateStatus(offline=True))
    when = f.messages.SendMessage(peer=to, message="you there?", random_id=1, schedule_date=UNTIL_ONLINE)
    await alice.calls(when)
    stage.clock.moves(7 * 86_400)
    await falls_due(stage)
    bob.hears()
    await bob.calls(f.account.UpdateStatus(offline=False))
    await falls_due(stage)
    assert bob.receives(t.UpdateNewMessage).message.message == "you there?"


async def test_what_cannot_wait(stage: Stage, alice: Person, bob: Person) -> None:
    to = alice.sees(bob)
    assert await alice.fails(says(stage, to, "x", 367 * 86_400)) == "400 SCHEDULE_DATE_TOO_LATE"
    never = f.messages.SendMessage(peer=to, message="x", random_id=1, schedule_date=0)
    assert await alice.fails(never) == "400 SCHEDULE_DATE_INVALID"
    myself = f.messages.SendMessage(peer=t.InputPeerSelf(), message="x", random_id=1, schedule_date=UNTIL_ONLINE)
    assert await alice.fails(myself) == "400 SCHEDULE_DATE_INVALID"
    await alice.calls(says(stage, to, "now", 5))
    assert bob.receives(t.UpdateNewMessage).message.message == "now"


async def test_administrators_see_what_waits_for_a_channel(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room = await makes(alice, "News", broadcast=True)
    await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob), alice.knows(carol)]))
    rights = t.ChatAdminRights(post_messages=True)
    await alice.calls(f.channels.EditAdmin(channel=room, user_id=alice.knows(bob), admin_rights=rights, rank=""))
    bob.hears()
    carol.hears()
    await alice.calls(says(stage, peer(room), "tomorrow", 60))
    assert bob.receives(t.UpdateNewScheduledMessage).message.message == "tomorrow"
    assert not [u for u in carol.hears() if isinstance(u, t.UpdateNewScheduledMessage)]
    theirs = peer(seen_by(stage, carol, room))
    assert await carol.fails(f.messages.GetScheduledHistory(peer=theirs, hash=0)) == "400 CHAT_ADMIN_REQUIRED"
    stage.clock.moves(61)
    await falls_due(stage)
    post = carol.receives(t.UpdateNewChannelMessage).message
    assert (post.message, post.post, post.from_scheduled) == ("tomorrow", True, True)


async def test_what_is_refused_when_due_is_given_up(stage: Stage, alice: Person, bob: Person) -> None:
    room = await makes(alice, "Garden")
    await alice.calls(f.channels.InviteToChannel(channel=room, users=[alice.knows(bob)]))
    here = peer(seen_by(stage, bob, room))
    await bob.calls(says(stage, here, "too late", 60))
    ban = t.ChatBannedRights(send_messages=True, until_date=0)
    await alice.calls(f.channels.EditBanned(channel=room, participant=alice.sees(bob), banned_rights=ban))
    stage.clock.moves(61)
    bob.hears()
    await falls_due(stage)
    assert bob.receives(t.UpdateDeleteScheduledMessages).sent_messages is None
    assert await waiting(bob, here) == []


async def test_forwards_and_media_wait_as_well(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    await alice.says(bob, "told you")
    date = int(stage.clock.now()) + 60
    history = f.messages.GetHistory(
        peer=alice.sees(bob), offset_id=0, offset_date=0, add_offset=0, limit=1, max_id=0, min_id=0, hash=0
    )
    message = (await alice.calls(history)).messages[0]
    await alice.calls(
        f.messages.ForwardMessages(
            from_peer=alice.sees(bob), to_peer=alice.sees(carol), id=[message.id], random_id=[5], schedule_date=date
        )
    )
    dice = t.InputMediaDice(emoticon="🎲")
    await alice.calls(
        f.messages.SendMedia(peer=alice.sees(carol), media=dice, message="", random_id=6, schedule_date=date)
    )
    stage.clock.moves(61)
    await falls_due(stage)
    assert carol.receives(t.UpdateNewMessage).message.fwd_from.from_id.user_id == alice.id
    assert isinstance(carol.receives(t.UpdateNewMessage).message.media, t.MessageMediaDice)


async def test_what_waits_for_days_keeps_its_picture(stage: Stage, alice: Person, bob: Person) -> None:
    """A file that nothing shows goes after a day; one that a message will show stays, as does one in its place."""
    first, second, third = [await stage.writes(lambda tx, n=n: _picture(tx, alice, n)) for n in (b"1", b"2", b"3")]
    later = int(stage.clock.now()) + 5 * 86_400

    def shown(photo: content.Photo) -> t.InputMediaPhoto:
        proof = stage.access.file_reference(alice.id, photo.file_id, stage.services.now())
        access_hash = stage.access.hash_for(alice.id, photo.file_id)
        named = t.InputPhoto(id=photo.file_id, access_hash=access_hash, file_reference=proof)
        return t.InputMediaPhoto(id=named)

    waits = {"peer": alice.sees(bob), "message": "", "schedule_date": later}
    await alice.calls(f.messages.SendMedia(media=shown(first), random_id=1, **waits))
    page = await alice.calls(f.messages.GetScheduledHistory(peer=alice.sees(bob), hash=0))
    stage.clock.moves(3 * 3600)
    changed = {"peer": alice.sees(bob), "id": page.messages[0].id, "schedule_date": later}
    await alice.calls(f.messages.EditMessage(media=shown(second), **changed))
    stage.clock.moves(2 * 86_400)
    gone, _ = await stage.reads(lambda rx: files.unshown(rx, rx.now, 0, 100))
    assert gone == [first.file_id, third.file_id]


def _picture(tx: Tx, person: Person, seed: bytes) -> content.Photo:
    photo = content.Photo(files.take_id(tx), tx.now, (content.PhotoSize("x", 9, 9, 9, seed * 32),))
    files.keep_photo(tx, UserId(person.id), photo)
    return photo
