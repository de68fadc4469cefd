"""Source: api/threads. What was said in one chat is answered in another, and carries along where it came from."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t


async def answers(
    person: Person, target: t.TypeInputPeer, elsewhere: t.TypeInputPeer, message_id: int, text: str, quote: str = ""
) -> t.Updates:
    """The text goes to the target and answers a message of the other chat."""
    reply = t.InputReplyToMessage(
        reply_to_msg_id=message_id, reply_to_peer_id=elsewhere, quote_text=quote or None
    )
    number = next(person.stage.numbers)
    return await person.calls(f.messages.SendMessage(peer=target, message=text, random_id=number, reply_to=reply))


async def last(person: Person, other: Person) -> t.Message:
    """The newest message of the dialog."""
    page = await person.calls(f.messages.GetHistory(
        peer=person.sees(other), offset_id=0, offset_date=0, add_offset=0, limit=1, max_id=0, min_id=0, hash=0
    ))  # fmt: skip
    return page.messages[0]


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_message_of_a_private_chat_is_answered_in_another(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    await carol.says(alice, "the crow flies at midnight")
    await alice.says(bob, "so that short forms are understood")
    alice.hears(), bob.hears()
    sent = await answers(alice, alice.sees(bob), alice.sees(carol), 1, "have you heard?")
    assert carol.id in [user.id for user in sent.users]
    for person, other in ((alice, bob), (bob, alice)):
        message = await last(person, other)
        header = message.reply_to
        assert (message.message, header.quote_text) == ("have you heard?", "the crow flies at midnight")
        assert (header.reply_to_msg_id, header.reply_to_peer_id, header.quote) == (None, None, False)
        assert header.reply_from.from_id == t.PeerUser(user_id=carol.id)
    heard = bob.receives(t.UpdateNewMessage)
    assert heard.message.reply_to.reply_from.from_id.user_id == carol.id


async def test_only_the_chosen_part_is_quoted_and_who_hides_is_named_alone(stage: Stage) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    await carol.calls(f.account.SetPrivacy(key=t.InputPrivacyKeyForwards(), rules=[t.InputPrivacyValueDisallowAll()]))
    await carol.says(alice, "the crow flies at midnight")
    await answers(alice, alice.sees(bob), alice.sees(carol), 1, "when?", "midnight")
    header = (await last(bob, alice)).reply_to
    assert (header.quote_text, header.quote) == ("midnight", True)
    assert (header.reply_from.from_id, header.reply_from.from_name) == (None, "Carol")


async def test_a_post_of_a_channel_can_be_found_again(stage: Stage) -> None:
    alice, bob = await stage.people("alice", "bob")
    made = await alice.calls(f.channels.CreateChannel(title="News", about="", broadcast=True))
    channel = made.chats[0]
    room = t.InputPeerChannel(channel_id=channel.id, access_hash=channel.access_hash)
    posted = await alice.calls(f.messages.SendMessage(peer=room, message="it rains", random_id=1))
    number = next(u.message.id for u in posted.updates if isinstance(u, t.UpdateNewChannelMessage))
    await answers(alice, alice.sees(bob), room, number, "take an umbrella")
    header = (await last(bob, alice)).reply_to
    assert header.reply_to_peer_id == t.PeerChannel(channel_id=channel.id)
    assert (header.reply_to_msg_id, header.reply_from.channel_post, header.quote_text) == (number, number, "it rains")
    await answers(alice, room, alice.sees(bob), 1, "as said to bob")
    await alice.calls(f.messages.ToggleNoForwards(peer=room, enabled=True))
    reply = t.InputReplyToMessage(reply_to_msg_id=number, reply_to_peer_id=room)
    query = f.messages.SendMessage(peer=alice.sees(bob), message="no", random_id=9, reply_to=reply)
    assert await alice.fails(query) == "400 CHAT_FORWARDS_RESTRICTED"


async def test_the_same_chat_named_is_a_plain_reply(stage: Stage) -> None:
    alice, bob = await stage.people("alice", "bob")
    await alice.says(bob, "first")
    await answers(alice, alice.sees(bob), alice.sees(bob), 1, "second")
    header = (await last(bob, alice)).reply_to
    assert (header.reply_to_msg_id, header.reply_from) == (1, None)


async def test_what_cannot_be_answered_is_refused(stage: Stage) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    await carol.says(alice, "hello")

    async def refused(message_id: int, elsewhere: t.TypeInputPeer) -> str:
        reply = t.InputReplyToMessage(reply_to_msg_id=message_id, reply_to_peer_id=elsewhere)
        return await alice.fails(
            f.messages.SendMessage(peer=alice.sees(bob), message="x", random_id=5, reply_to=reply)
        )

    assert await refused(2, alice.sees(carol)) == "400 MESSAGE_ID_INVALID"
    assert await refused(1, t.InputPeerUser(user_id=carol.id, access_hash=5)) == "400 PEER_ID_INVALID"


async def test_among_people_everybody_speaks_as_themselves(stage: Stage) -> None:
    alice, bob = await stage.people("alice", "bob")
    query = f.messages.SendMessage(peer=alice.sees(bob), message="it is me", random_id=1)
    for other in (alice.sees(bob), t.InputPeerChannel(channel_id=5, access_hash=6), t.InputPeerChat(chat_id=1)):
        assert await alice.fails(query.replace(send_as=other)) == "400 SEND_AS_PEER_INVALID"
    await alice.calls(query.replace(send_as=t.InputPeerSelf()))
    await alice.calls(query.replace(send_as=alice.sees(alice), random_id=2))
    assert (await last(bob, alice)).message == "it is me"


async def test_there_are_no_private_chats_with_channels(stage: Stage) -> None:
    (alice,) = await stage.people("alice")
    query = f.messages.GetSavedDialogs(
        parent_peer=t.InputPeerSelf(), offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=5, hash=0
    )
    assert await alice.fails(query) == "400 PARENT_PEER_INVALID"
