"""Source: api/rights, api/privacy, api/peers#access-hash. What a client of somebody's own making does not hear.

Each play was a way in: a call that no decent client makes, and that told or did what was not its caller's to know.
"""

from typing import Any

import pytest
from tests.kit.bots import enters, makes, named, peer
from tests.kit.rooms import Hall, group, hall, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_removals import moderator, post
from tests.talk.test_shown_elsewhere import FRENCH, lives, rules

from chappe.base.ids import UserId
from chappe.domain import content, files
from chappe.domain.access import Moderator
from chappe.domain.rulings import Item
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["moderator"]
MUTE = t.ChatBannedRights(send_messages=True, until_date=0)
NO_PHOTOS = t.ChatBannedRights(send_photos=True, until_date=0)


async def asks(person: Person, room: Hall, **more: bool) -> int:
    """The number of a poll that the person asks in the room."""
    poll = t.Poll(
        id=0, hash=0, question=t.TextWithEntities(text="Tea?", entities=[]),
        answers=[t.PollAnswer(text=t.TextWithEntities(text=x, entities=[]), option=x.encode()) for x in "yn"], **more,
    )  # fmt: skip
    media = t.InputMediaPoll(poll=poll)
    sent = await person.calls(f.messages.SendMedia(peer=room.peer(person), media=media, message="", random_id=7))
    return int(sent.updates[0].id)


async def restricts(owner: Person, room: Hall, person: Person, rights: t.ChatBannedRights) -> None:
    named = {"channel": room.to(owner), "participant": owner.sees(person)}
    await owner.calls(f.channels.EditBanned(**named, banned_rights=rights))


def promoting(one: Person, room: Hall, other: Person, **rights: bool) -> f.channels.EditAdmin:
    given = t.ChatAdminRights(**rights)
    return f.channels.EditAdmin(channel=room.to(one), user_id=one.knows(other), admin_rights=given, rank="")


async def test_words_from_before_are_not_found_by_guesses(stage: Stage, alice: Person, bob: Person) -> None:
    """Who joined later quotes what was said before: right or wrong, they hear the same, and nothing stands there."""
    room = await hall(stage, alice)
    await alice.calls(f.channels.TogglePreHistoryHidden(channel=room.to(alice), enabled=True))
    said = await room.says(alice, "the number is 1234")
    second = await room.says(alice, "and so on", reply_to=t.InputReplyToMessage(reply_to_msg_id=said.id))
    await alice.calls(f.channels.InviteToChannel(channel=room.to(alice), users=[alice.knows(bob)]))
    for guess in ("the number is 1", "the number is 2"):
        await room.says(bob, "as you say", reply_to=t.InputReplyToMessage(reply_to_msg_id=said.id, quote_text=guess))
    shown = [m.reply_to for m in (await room.history(alice)).messages[:2]]
    assert [one.reply_to_msg_id for one in shown] == [None, None]
    # Nor whom that message named, nor which one it answered.
    named = t.InputUserFromMessage(peer=room.peer(bob), msg_id=said.id, user_id=alice.id)
    assert await bob.calls(f.users.GetUsers(id=[named])) == [t.UserEmpty(id=alice.id)]
    found = await bob.calls(f.channels.GetMessages(channel=room.to(bob), id=[t.InputMessageReplyTo(id=second.id)]))
    assert [m.id for m in found.messages] == [0]


async def test_what_is_hidden_where_they_are_is_hidden_in_logs_and_topics(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    await lives(stage, bob, FRENCH)
    room = await hall(stage, alice, bob)
    await alice.calls(promoting(alice, room, bob, pin_messages=True))
    await alice.calls(f.channels.ToggleForum(channel=room.to(alice), enabled=True, tabs=False))
    await alice.calls(f.messages.CreateForumTopic(peer=room.peer(alice), title="Chestnuts", random_id=1))
    said = await room.says(alice, "chestnuts")
    await alice.calls(f.messages.EditMessage(peer=room.peer(alice), id=said.id, message="chestnut trees"))
    await rules(stage, moderator, post(room, said.id), "hide", "FR")

    async def heard(person: Person, words: str = "") -> str:
        log = f.channels.GetAdminLog(channel=room.to(person), q=words, max_id=0, min_id=0, limit=9)
        pinned = {"offset_date": 0, "offset_id": 0, "offset_topic": 0}
        topics = f.messages.GetForumTopics(peer=room.peer(person), limit=9, **pinned)
        by_id = f.messages.GetForumTopicsByID(peer=room.peer(person), topics=[1, said.id - 1])
        return repr([await person.calls(one) for one in (log, topics, by_id)])

    quoted = t.InputReplyToMessage(reply_to_msg_id=said.id, quote_text="chestnut")
    quoting = f.messages.SendMessage(peer=room.peer(bob), message="yes", random_id=2, reply_to=quoted)
    assert await bob.fails(quoting) == "400 QUOTE_TEXT_INVALID"
    assert "chestnut trees" in await heard(alice, "trees") and "chestnut trees" not in await heard(bob)
    assert "EditMessage" in await heard(alice, "trees") and "EditMessage" not in await heard(bob, "trees")
    await rules(stage, moderator, Item("room", room.marked), "hide_room", "FR")
    assert "Chestnuts" in await heard(alice) and "Chestnuts" not in await heard(bob)


async def test_what_waited_does_not_come_all_at_once(stage: Stage, alice: Person, bob: Person) -> None:
    """Slow mode holds for what was put off, and for a forward that is put off by a second."""
    room, later = await hall(stage, alice, bob), int(stage.clock.now()) + 3600
    await alice.calls(f.channels.ToggleSlowMode(channel=room.to(alice), seconds=60))
    for number in (1, 2):
        late = {"message": f"late {number}", "random_id": number, "schedule_date": later}
        await bob.calls(f.messages.SendMessage(peer=room.peer(bob), **late))
    waiting = (await bob.calls(f.messages.GetScheduledHistory(peer=room.peer(bob), hash=0))).messages
    now = f.messages.SendScheduledMessages(peer=room.peer(bob), id=[m.id for m in waiting])
    assert await bob.fails(now) == "400 SLOWMODE_MULTI_MSGS_DISABLED"
    for number in (3, 4):
        await bob.says(bob, f"my own {number}")
    forward = f.messages.ForwardMessages(
        from_peer=t.InputPeerSelf(), to_peer=room.peer(bob), id=[1, 2], random_id=[5, 6],
        schedule_date=int(stage.clock.now()) + 1,
    )  # fmt: skip
    assert await bob.fails(forward) == "400 SLOWMODE_MULTI_MSGS_DISABLED"
    await bob.calls(f.messages.SendScheduledMessages(peer=room.peer(bob), id=[waiting[0].id]))
    assert texts(await room.history(alice)) == ["late 2"]


async def test_slow_mode_holds_for_who_only_comments(stage: Stage, alice: Person, bob: Person) -> None:
    news, talk = await hall(stage, alice, bob, broadcast=True), await hall(stage, alice)
    await alice.calls(f.channels.SetDiscussionGroup(broadcast=news.to(alice), group=talk.to(alice)))
    await alice.calls(f.channels.ToggleSlowMode(channel=talk.to(alice), seconds=60))
    await talk.says(bob, "one")
    more = f.messages.SendMessage(peer=talk.peer(bob), message="two", random_id=2)
    assert await bob.fails(more) == "420 SLOWMODE_WAIT_60"
    everybody = f.channels.GetParticipants(
        channel=talk.to(alice), filter=t.ChannelParticipantsRecent(), offset=0, limit=9, hash=0
    )
    assert [one.user_id for one in (await alice.calls(everybody)).participants] == [alice.id]
    stage.clock.moves(60)
    assert await bob.tries(more) is None


async def test_who_is_banned_from_a_channel_is_no_guest_where_it_is_discussed(
    stage: Stage, alice: Person, bob: Person
) -> None:
    news, talk = await hall(stage, alice, bob, broadcast=True), await hall(stage, alice)
    await alice.calls(f.channels.UpdateUsername(channel=news.to(alice), username="the_news"))
    await alice.calls(f.channels.SetDiscussionGroup(broadcast=news.to(alice), group=talk.to(alice)))
    await talk.says(alice, "among us")
    assert texts(await talk.history(bob)) == ["among us"]
    await restricts(alice, news, bob, t.ChatBannedRights(view_messages=True, until_date=0))
    assert await bob.fails(f.channels.GetFullChannel(channel=talk.to(bob))) == "400 CHANNEL_PRIVATE"
    assert await bob.fails(f.channels.JoinChannel(channel=talk.to(bob))) == "400 CHANNEL_PRIVATE"
    say = f.messages.SendMessage(peer=talk.peer(bob), message="still here", random_id=1)
    assert await bob.fails(say) == "400 CHANNEL_PRIVATE"


async def test_who_may_not_write_changes_nothing_they_wrote(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    said = await room.says(bob, "hello")
    changed = f.messages.EditMessage(peer=room.peer(bob), id=said.id, message="buy this")
    await restricts(alice, room, bob, MUTE)
    assert await bob.fails(changed) == "403 CHAT_WRITE_FORBIDDEN"
    await restricts(alice, room, bob, NO_PHOTOS)
    photo = await stage.writes(lambda tx: _keep_photo(tx, bob))
    proof, now = stage.access, stage.services.now()
    mine = t.InputPhoto(
        id=photo.file_id, access_hash=proof.hash_for(bob.id, photo.file_id),
        file_reference=proof.file_reference(bob.id, photo.file_id, now),
    )  # fmt: skip
    shown = f.messages.EditMessage(peer=room.peer(bob), id=said.id, media=t.InputMediaPhoto(id=mine))
    assert await bob.fails(shown) == "403 CHAT_SEND_PHOTOS_FORBIDDEN"
    assert await bob.tries(changed) is None
    await alice.calls(promoting(alice, room, bob, pin_messages=True))
    assert await bob.tries(shown) is None


def _keep_photo(tx: Tx, person: Person) -> content.Photo:
    sizes = tuple(content.PhotoSize(kind, 9, 9, 9, bytes(32)) for kind in "ac")
    photo = content.Photo(files.take_id(tx), tx.now, sizes, b"a small likeness")
    files.keep_photo(tx, UserId(person.id), photo)
    return photo


async def test_nobody_gives_a_right_they_have_not(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room = await hall(stage, alice, bob, carol)
    await alice.calls(promoting(alice, room, bob, add_admins=True))
    assert await bob.fails(promoting(bob, room, carol, anonymous=True)) == "403 RIGHT_FORBIDDEN"
    # Taking no rights from somebody gives them nothing back either.
    await restricts(alice, room, carol, MUTE)
    assert await bob.tries(promoting(bob, room, carol)) is None
    assert await carol.fails(
        f.messages.SendMessage(peer=room.peer(carol), message="hello", random_id=1)
    ) == "403 CHAT_WRITE_FORBIDDEN"  # fmt: skip
    assert await alice.tries(promoting(alice, room, carol, anonymous=True)) is None


async def test_hidden_results_hide_who_chose_what(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    number = await asks(alice, room, public_voters=True, hide_results_until_close=True)
    for one, option in ((alice, b"y"), (bob, b"n")):
        await one.calls(f.messages.SendVote(peer=room.peer(one), msg_id=number, options=[option]))
    asked = f.messages.GetPollVotes(peer=room.peer(bob), id=number, limit=10)
    assert await bob.fails(asked) == "403 POLL_VOTE_REQUIRED"
    closed = t.InputMediaPoll(poll=t.Poll(
        id=0, hash=0, closed=True, question=t.TextWithEntities(text="", entities=[]), answers=[]
    ))  # fmt: skip
    await alice.calls(f.messages.EditMessage(peer=room.peer(alice), id=number, media=closed))
    assert (await bob.calls(asked)).count == 2


async def test_hidden_members_are_hidden_everywhere(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room = await hall(stage, carol, alice, bob)
    said = await room.says(alice, "who is there?")
    await bob.calls(f.channels.ReadHistory(channel=room.to(bob), max_id=said.id))
    shared = f.messages.GetCommonChats(user_id=alice.knows(bob), max_id=0, limit=10)
    readers = f.messages.GetMessageReadParticipants(peer=room.peer(alice), msg_id=said.id)
    assert len((await alice.calls(shared)).chats) == len(await alice.calls(readers)) == 1
    await carol.calls(f.channels.ToggleParticipantsHidden(channel=room.to(carol), enabled=True))
    assert (await alice.calls(shared)).chats == []
    assert (await alice.calls(f.users.GetFullUser(id=alice.knows(bob)))).full_user.common_chats_count == 0
    assert await alice.fails(readers) == "400 CHAT_ADMIN_REQUIRED"
    await carol.calls(promoting(carol, room, bob, pin_messages=True))
    assert len((await alice.calls(shared)).chats) == 1
    await carol.calls(promoting(carol, room, bob, anonymous=True))
    assert (await alice.calls(shared)).chats == []
    assert len((await carol.calls(f.messages.GetCommonChats(user_id=carol.knows(bob), max_id=0, limit=9))).chats) == 1


async def test_who_left_is_not_told_what_is_true_now(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    """Changes from before are told again on demand; what they say now is no longer bob's to know."""
    before = await bob.calls(f.updates.GetState())
    kitchen, room = await group(alice, bob), await hall(stage, alice, bob)
    await alice.calls(promoting(alice, room, bob, invite_users=True))
    link = (await alice.calls(f.messages.ExportChatInvite(peer=room.peer(alice), request_needed=True))).link
    dave, erin = await stage.people("dave", "erin")
    asked = f.messages.ImportChatInvite(hash=link.rpartition("+")[2])
    assert await dave.fails(asked) == await erin.fails(asked) == "400 INVITE_REQUEST_SENT"

    async def told() -> tuple[set[int], list[Any]]:
        page = await bob.calls(f.updates.GetDifference(pts=before.pts, date=before.date, qts=0))
        asking = [one for one in page.other_updates if isinstance(one, t.UpdatePendingJoinRequests)]
        there = [one for one in page.other_updates if isinstance(one, t.UpdateChatParticipants)]
        ids = {who.user_id for one in there for who in getattr(one.participants, "participants", ())}
        return ids, [one.recent_requesters for one in asking]

    people, asking = await told()
    assert people == {alice.id, bob.id} and {dave.id, erin.id} == set(asking[0])
    await alice.calls(f.messages.DeleteChatUser(chat_id=kitchen.chat_id, user_id=alice.knows(bob)))
    await alice.calls(f.messages.AddChatUser(chat_id=kitchen.chat_id, user_id=alice.knows(carol), fwd_limit=0))
    await restricts(alice, room, bob, t.ChatBannedRights(view_messages=True, until_date=0))
    assert await told() == (set(), [])


async def test_a_bot_reads_nothing_that_it_did_not_hear(stage: Stage, alice: Person, carol: Person) -> None:
    """Neither by an answer elsewhere, nor as the newest of a topic, nor by a quote."""
    made = await makes(alice, "nosy_bot")
    bot = await enters(stage, made)
    begun = {"bot": named(alice, made.id), "peer": peer(alice, made.id), "random_id": 1, "start_param": ""}
    await alice.calls(f.messages.StartBot(**begun))
    inside, open_ = await hall(stage, carol, alice), await hall(stage, carol)
    await alice.calls(f.channels.InviteToChannel(channel=inside.to(alice), users=[named(alice, made.id)]))
    await carol.calls(f.channels.UpdateUsername(channel=open_.to(carol), username="the_public"))
    await carol.calls(f.channels.ToggleForum(channel=inside.to(carol), enabled=True, tabs=False))
    for number, room in enumerate((inside, open_), 2):
        said = await room.says(carol, "between us people")
        far = t.InputReplyToMessage(reply_to_msg_id=said.id, reply_to_peer_id=room.peer(bot))
        answer = f.messages.SendMessage(peer=bot.sees(alice), message="so?", random_id=number, reply_to=far)
        assert await bot.fails(answer) == "400 MESSAGE_ID_INVALID"
    topics = f.messages.GetForumTopicsByID(peer=inside.peer(bot), topics=[1])
    assert (await bot.calls(topics)).messages == []
    said = await inside.says(carol, "still between us")
    for guess in ("still between us", "something else"):
        quoted = t.InputReplyToMessage(reply_to_msg_id=said.id, quote_text=guess)
        here = f.messages.SendMessage(peer=inside.peer(bot), message="so?", random_id=9, reply_to=quoted)
        assert await bot.fails(here) == "400 QUOTE_TEXT_INVALID"


async def test_who_may_not_look_in_sees_no_new_photo_of_the_room(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    photo = await stage.writes(lambda tx: _keep_photo(tx, alice))
    await stage.writes(lambda tx: files.show_room_photo(tx, room.marked, photo))

    def seen_by(person: Person) -> f.upload.GetFile:
        where = t.InputPeerPhotoFileLocation(peer=room.peer(person), photo_id=photo.file_id)
        return f.upload.GetFile(location=where, offset=0, limit=1024)

    assert await bob.fails(seen_by(bob)) == "500 STORAGE_UNAVAILABLE"  # as far as a stage without blobs goes
    await restricts(alice, room, bob, t.ChatBannedRights(view_messages=True, until_date=0))
    assert await bob.fails(seen_by(bob)) == "400 CHANNEL_PRIVATE"


async def test_topics_that_never_were_have_no_drafts(stage: Stage, alice: Person) -> None:
    """Each number would else be a row more, and all of them are read with every page of topics."""
    room = await hall(stage, alice)
    await alice.calls(f.channels.ToggleForum(channel=room.to(alice), enabled=True, tabs=False))
    for number in (500, 501, 502):
        reply = t.InputReplyToMessage(reply_to_msg_id=number, top_msg_id=number)
        await alice.calls(f.messages.SaveDraft(peer=room.peer(alice), message=f"draft {number}", reply_to=reply))
    kept = (await alice.calls(f.messages.GetAllDrafts())).updates
    assert [(one.top_msg_id, one.draft.message) for one in kept] == [(None, "draft 502")]


async def test_a_number_is_not_found_by_saving_guesses(alice: Person, bob: Person) -> None:
    nobody: list[t.TypeInputPrivacyRule] = [t.InputPrivacyValueDisallowAll()]
    for key in (t.InputPrivacyKeyPhoneNumber(), t.InputPrivacyKeyAddedByPhone()):
        await bob.calls(f.account.SetPrivacy(key=key, rules=nobody))
    saved = f.contacts.AddContact(id=alice.knows(bob), first_name="Bob", last_name="", phone=bob.phone)
    assert (await alice.calls(saved)).users[0].phone is None
    everybody: list[t.TypeInputPrivacyRule] = [t.InputPrivacyValueAllowAll()]
    await bob.calls(f.account.SetPrivacy(key=t.InputPrivacyKeyAddedByPhone(), rules=everybody))
    assert (await alice.calls(saved)).users[0].phone == bob.phone


@pytest.mark.parametrize("by_block", [False, True])
async def test_a_room_shows_nobody_a_photo_they_may_not_see(
    stage: Stage, alice: Person, bob: Person, carol: Person, by_block: bool
) -> None:
    photo = await stage.writes(lambda tx: _keep_photo(tx, bob))
    await stage.writes(lambda tx: files.set_profile_photo(tx, UserId(bob.id), photo))
    room = await hall(stage, carol, alice, bob)
    await room.says(bob, "one")
    assert _likeness(alice)
    if by_block:
        await bob.calls(f.contacts.Block(id=bob.sees(alice)))
    else:
        rules = [t.InputPrivacyValueDisallowUsers(users=[bob.knows(alice)]), t.InputPrivacyValueAllowAll()]
        await bob.calls(f.account.SetPrivacy(key=t.InputPrivacyKeyProfilePhoto(), rules=rules))
    alice.hears()
    await room.says(bob, "two")
    assert not _likeness(alice)


def _likeness(person: Person) -> bool:
    found = any(b"a small likeness" in body for body in person.session.pushed)
    person.hears()
    return found


PLACES: tuple[Any, ...] = (
    lambda room, me: f.messages.GetPollVotes(peer=room.peer(me), id=2, limit=9, offset=f"{'9' * 19}_{'9' * 19}"),
    lambda room, me: f.messages.GetMessageReactionsList(peer=room.peer(me), id=2, limit=9, offset="9" * 5000),
    lambda room, me: f.stats.LoadAsyncGraph(token=f"hours:{'9' * 5000}:x"),
    lambda room, me: f.stats.GetMessagePublicForwards(
        channel=room.to(me), msg_id=2, offset=",".join(["9" * 19] * 3), limit=9
    ),
    lambda room, me: f.upload.GetFile(
        location=t.InputEncryptedFileLocation(id=2**63 - 1, access_hash=1), offset=0, limit=1024
    ),
)
"""Numbers in words and sums that are larger than any place is."""


@pytest.mark.parametrize("place", PLACES)
async def test_no_number_is_too_large_to_be_refused(stage: Stage, alice: Person, place: Any) -> None:
    room = await hall(stage, alice)
    number = await asks(alice, room, public_voters=True)
    await alice.calls(f.messages.SendVote(peer=room.peer(alice), msg_id=number, options=[b"y"]))
    assert number == 2
    assert not str(await alice.tries(place(room, alice))).startswith("500")
