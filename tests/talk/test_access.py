"""Source: api/peers#access-hash. Nobody is named, reached or shown by who was never shown them."""

from typing import Any

import pytest
from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t


async def notes(person: Person, text: str, entities: list[Any], random_id: int = 1) -> Any:
    """The text among the saved messages, read back with the people it names."""
    me = t.InputPeerSelf()
    await person.calls(f.messages.SendMessage(peer=me, message=text, entities=entities, random_id=random_id))
    return await person.calls(f.messages.GetHistory(
        peer=me, offset_id=0, offset_date=0, add_offset=0, limit=1, max_id=0, min_id=0, hash=0
    ))  # fmt: skip


async def test_a_mention_names_only_whom_the_caller_may_name(alice: Person, bob: Person) -> None:
    guessed = [
        t.MessageEntityMentionName(offset=0, length=3, user_id=bob.id),
        t.InputMessageEntityMentionName(offset=0, length=3, user_id=t.InputUser(user_id=bob.id, access_hash=1)),
        t.InputMessageEntityMentionName(
            offset=0, length=3, user_id=t.InputUserFromMessage(peer=t.InputPeerSelf(), msg_id=1, user_id=bob.id)
        ),
    ]
    page = await notes(alice, "Bob", guessed)
    assert page.messages[0].entities is None
    assert [user.id for user in page.users] == [alice.id]
    known = t.InputMessageEntityMentionName(offset=0, length=3, user_id=alice.knows(bob))
    page = await notes(alice, "Bob", [known], random_id=2)
    assert [type(e) for e in page.messages[0].entities] == [t.MessageEntityMentionName]
    assert {user.id for user in page.users} == {alice.id, bob.id}


async def test_a_place_on_the_map_opens_nobody(stage: Stage, alice: Person, bob: Person) -> None:
    spot = t.InputMediaGeoPoint(geo_point=t.InputGeoPoint(lat=bob.id / 1e6, long=0.0))
    sent = await alice.calls(f.messages.SendMedia(peer=t.InputPeerSelf(), media=spot, message="", random_id=1))
    [told] = [u.message for u in sent.updates if isinstance(u, t.UpdateNewMessage)]
    assert told.media.geo.access_hash != stage.access.hash_for(alice.id, bob.id)
    stranger = t.InputPeerUser(user_id=bob.id, access_hash=told.media.geo.access_hash)
    assert await alice.fails(f.messages.GetPeerSettings(peer=stranger)) == "400 PEER_ID_INVALID"


async def test_somebody_seen_in_a_message_is_named_by_that_dialog_alone(alice: Person, bob: Person) -> None:
    await bob.says(alice, "hello")
    message_id = (await alice.calls(f.messages.GetHistory(
        peer=alice.sees(bob), offset_id=0, offset_date=0, add_offset=0, limit=1, max_id=0, min_id=0, hash=0
    ))).messages[0].id  # fmt: skip
    seen = {"msg_id": message_id, "user_id": bob.id}
    [there] = await alice.calls(f.users.GetUsers(id=[t.InputUserFromMessage(peer=alice.sees(bob), **seen)]))
    assert isinstance(there, t.User)
    [elsewhere] = await alice.calls(f.users.GetUsers(id=[t.InputUserFromMessage(peer=t.InputPeerSelf(), **seen)]))
    assert isinstance(elsewhere, t.UserEmpty)


LONG = "x" * 5000


@pytest.mark.parametrize("reply", [
    t.InputReplyToMessage(reply_to_msg_id=1, quote_text=LONG),
    t.InputReplyToMessage(reply_to_msg_id=1, quote_text=" " * 5000),
])  # fmt: skip
async def test_a_quote_is_no_longer_than_a_quote_may_be(alice: Person, reply: t.InputReplyToMessage) -> None:
    said = f.messages.SendMessage(peer=t.InputPeerSelf(), message="hi", reply_to=reply, random_id=1)
    assert await alice.fails(said) == "400 QUOTE_TEXT_INVALID"
    assert await alice.fails(f.messages.SaveDraft(peer=t.InputPeerSelf(), message="hi", reply_to=reply)) == (
        "400 QUOTE_TEXT_INVALID"
    )


async def test_what_is_to_be_kept_or_suggested_is_not_sent(alice: Person, bob: Person) -> None:
    await alice.says(bob, "here")
    bob.hears()
    to, card = alice.sees(bob), t.InputMediaDice(emoticon="🎲")
    later = {"quick_reply_shortcut": t.InputQuickReplyShortcut(shortcut="hello")}
    for call in (
        f.messages.SendMessage(peer=to, message="hello", random_id=1, **later),
        f.messages.SendMedia(peer=to, message="", media=card, random_id=2, **later),
        f.messages.ForwardMessages(from_peer=to, to_peer=to, id=[1], random_id=[3], **later),
    ):
        assert await alice.fails(call) == "400 SHORTCUT_INVALID"
    kept = f.messages.EditMessage(peer=to, id=1, message="changed", quick_reply_shortcut_id=5)
    assert await alice.fails(kept) == "400 MESSAGE_ID_INVALID"
    suggested = f.messages.SendMessage(peer=to, message="hello", random_id=4, suggested_post=t.SuggestedPost())
    assert await alice.fails(suggested) == "400 SUGGESTED_POST_PEER_INVALID"
    page = t.InputRichMessageMarkdown(markdown="# changed")
    for call, reason in (
        (f.messages.SendMessage(peer=to, message="", random_id=5, rich_message=page), "400 MESSAGE_EMPTY"),
        (f.messages.EditMessage(peer=to, id=1, rich_message=page), "400 MESSAGE_EMPTY"),
        (f.messages.SaveDraft(peer=to, message="", rich_message=page), "400 MEDIA_INVALID"),
    ):
        assert await alice.fails(call) == reason
    assert not bob.hears()


async def test_blanks_are_bounded_like_any_text(alice: Person) -> None:
    spot = t.InputMediaGeoPoint(geo_point=t.InputGeoPoint(lat=1.0, long=1.0))
    sent = await alice.calls(f.messages.SendMedia(peer=t.InputPeerSelf(), media=spot, message=" " * 5000, random_id=1))
    assert [u.message.message for u in sent.updates if isinstance(u, t.UpdateNewMessage)] == [""]
    assert await alice.fails(f.messages.SaveDraft(peer=t.InputPeerSelf(), message=" " * 5000)) == (
        "400 MESSAGE_TOO_LONG"
    )


async def test_what_an_entity_carries_is_bounded(alice: Person) -> None:
    marks = [
        t.MessageEntityTextUrl(offset=0, length=2, url="https://example.org/" + LONG),
        t.MessageEntityPre(offset=0, length=2, language=LONG),
    ]
    page = await notes(alice, "hi", marks)
    [left] = page.messages[0].entities
    assert isinstance(left, t.MessageEntityPre) and len(left.language) <= 64
