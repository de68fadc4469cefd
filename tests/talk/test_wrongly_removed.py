"""Source: dsa/20(4). A channel was wrongly removed: after the reversal everything is there, as if it had never been."""

from typing import Any

from tests.kit.rooms import Hall, hall, texts
from tests.kit.stage import Person, Stage
from tests.talk.test_files import document_location, fetch, shelf
from tests.talk.test_public_search import everywhere, published, tagged
from tests.talk.test_removals import moderator, undoes
from tests.talk.test_room_files import attaches
from tests.talk.test_scheduled import falls_due, says, waiting
from tests.talk.test_shown_elsewhere import joined, rules

from chappe.domain.access import Moderator
from chappe.domain.rulings import Item
from chappe.jobs import Indexing
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["moderator", "shelf"]
DATA = b"a long map " * 700
DIALOGS = f.messages.GetDialogs(offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=9, hash=0)


async def sight(room: Hall, person: Person, link: str, post: int) -> dict[str, Any]:
    """What the person sees of the channel, all that does not move by itself."""
    channel, peer = room.to(person), room.peer(person)
    full = await person.calls(f.channels.GetFullChannel(channel=channel))
    whole, shown = full.full_chat, next(chat for chat in full.chats if chat.id == room.id)
    line = await room.line(person)
    members = f.channels.GetParticipants(
        channel=channel, filter=t.ChannelParticipantsRecent(), offset=0, limit=9, hash=0
    )
    invite = await person.calls(f.messages.CheckChatInvite(hash=link.rpartition("+")[2]))
    thread = await person.calls(f.messages.GetDiscussionMessage(peer=peer, msg_id=post))
    comments = f.messages.GetReplies(
        peer=peer, msg_id=post, offset_id=0, offset_date=0, add_offset=0, limit=9, max_id=0, min_id=0, hash=0
    )
    page = (await room.history(person)).messages
    document = next(m.media.document for m in page if getattr(m, "media", None))
    return {
        "chat": (shown.title, shown.username, shown.date, shown.left, shown.creator, str(shown.admin_rights)),
        "full": (
            whole.about, whole.participants_count, whole.pinned_msg_id, whole.linked_chat_id, whole.read_inbox_max_id,
            whole.unread_count, str(whole.exported_invite), whole.slowmode_seconds, str(whole.available_reactions),
            str(whole.notify_settings), whole.ttl_period,
        ),
        "line": (line.pinned, line.unread_count, line.top_message, str(line.notify_settings), line.folder_id),
        "posts": [(m.id, str(getattr(m, "message", "")), m.date, str(getattr(m, "reactions", "")),
                   str(getattr(m, "replies", "")), getattr(m, "pinned", False)) for m in page],
        "members": await person.tries(members) or sorted(
            str(one) for one in (await person.calls(members)).participants
        ),
        "invite": type(invite).__name__,
        "thread": [m.id for m in thread.messages],
        "comments": texts(await person.calls(comments)),
        "file": await fetch(person, document_location(document), len(DATA)),
        "tag": texts(await person.calls(tagged("harbour"))),
        "search": texts(await person.calls(everywhere("map"))),
        "within": texts(await person.calls(f.messages.Search(
            peer=peer, q="", filter=t.InputMessagesFilterDocument(), min_date=0, max_date=0, offset_id=0, add_offset=0,
            limit=9, max_id=0, min_id=0, hash=0,
        ))),
        "named": (await person.calls(f.contacts.ResolveUsername(username="the_harbour"))).peer,
        "found": len((await person.calls(f.contacts.Search(q="the_harbour", limit=9))).results),
        "waiting": [m.message for m in await waiting(person, peer)] if person.name == "alice" else [],
    }  # fmt: skip


async def test_everything_comes_back(stage: Stage, moderator: Moderator, shelf: FileStore) -> None:
    alice, bob, carol, dave = await stage.people("alice", "bob", "carol", "dave")
    room = await published(stage, alice, "the_harbour", title="Harbour")
    talk = await hall(stage, alice, title="Quay")
    await alice.calls(f.channels.SetDiscussionGroup(broadcast=room.to(alice), group=talk.to(alice)))
    await joined(stage, room, bob, carol)
    await alice.calls(f.channels.EditAdmin(
        channel=room.to(alice), user_id=alice.knows(carol),
        admin_rights=t.ChatAdminRights(post_messages=True, invite_users=True), rank="pilot",
    ))  # fmt: skip
    await alice.calls(f.channels.EditBanned(
        channel=room.to(alice), participant=alice.sees(dave), banned_rights=t.ChatBannedRights(
            view_messages=True, until_date=0
        ),
    ))  # fmt: skip
    post = (await room.says(alice, "a map of the #harbour")).id
    await attaches(alice, room.peer(alice), DATA)
    pin = f.messages.UpdatePinnedMessage(peer=room.peer(alice), id=post, silent=True)
    await alice.calls(pin)
    thumb = [t.ReactionEmoji(emoticon="👍")]
    await bob.calls(f.messages.SendReaction(peer=room.peer(bob), msg_id=post, reaction=thumb))
    top = (await bob.calls(f.messages.GetDiscussionMessage(peer=room.peer(bob), msg_id=post))).messages[0].id
    await joined(stage, talk, bob)
    await talk.says(bob, "a good map", reply_to=t.InputReplyToMessage(reply_to_msg_id=top))
    mute = t.InputPeerNotifySettings(mute_until=2**31 - 1)
    await bob.calls(f.account.UpdateNotifySettings(peer=t.InputNotifyPeer(peer=room.peer(bob)), settings=mute))
    await bob.calls(f.messages.ToggleDialogPin(pinned=True, peer=t.InputDialogPeer(peer=room.peer(bob))))
    link = (await alice.calls(f.messages.ExportChatInvite(peer=room.peer(alice)))).link
    await alice.calls(says(stage, room.peer(alice), "tomorrow's news", 3600))
    await alice.calls(says(stage, room.peer(alice), "next week's news", 7 * 86_400, 2))
    await Indexing().step(stage.store)
    before = {one.name: await sight(room, one, link, post) for one in (alice, bob, carol)}

    for person in (alice, bob, carol):
        person.hears()
    decision = await rules(stage, moderator, Item("room", room.marked), "remove_room")
    assert await alice.fails(f.messages.CheckChatInvite(hash=link.rpartition("+")[2]))
    taken = await carol.tries(f.channels.UpdateUsername(
        channel=(await hall(stage, carol, title="Thief")).to(carol), username="the_harbour"
    ))  # fmt: skip
    assert taken and "USERNAME_OCCUPIED" in taken, "its name waits for it"
    assert texts(await talk.history(bob))[0] == "a good map", "the group beside it is open still"
    stage.clock.moves(2 * 86_400)
    await falls_due(stage)
    for person in (alice, bob, carol):
        person.hears()

    await undoes(stage, moderator, decision)
    for person in (alice, bob, carol):
        assert person.receives(t.UpdateChannel).channel_id == room.id, "clients show it again"
    await Indexing().step(stage.store)
    after = {one.name: await sight(room, one, link, post) for one in (alice, bob, carol)}
    for name, seen in before.items():
        for part, truth in seen.items():
            assert after[name][part] == truth, (name, part)
    assert await dave.fails(f.channels.JoinChannel(channel=room.to(dave)))
    assert (await bob.calls(DIALOGS)).dialogs[0].pinned
