"""Messages in rooms: one write in a channel's or supergroup's own box, a copy for each member of a basic group.

Source: api/channel, api/updates
"""

from dataclasses import replace

import msgspec

from chappe.base.errors import Invalid, NotAllowed, NotFound, TooMany
from chappe.base.ids import MsgId, PeerId, UserId
from chappe.domain import content as contents
from chappe.domain import (
    drafts,
    enforcement,
    media_kinds,
    mentions,
    messages,
    rights,
    room_bots,
    rooms,
    speakers,
    threads,
    updates,
)  # fmt: skip
from chappe.domain.access import Grant
from chappe.domain.content import Content, MediaTodo, MediaWebPage, Photo, ReplyTo, Service, Text
from chappe.domain.gate import OPEN, Gate
from chappe.domain.messages import Copy, Outgoing, Sent
from chappe.domain.records import Message, Replies
from chappe.domain.rooms import CHANNEL, Flag, Member, Room, Status
from chappe.domain.updates import SHARD, Entry, Pinned
from chappe.store import Reader, Tx
from chappe.store.queries import boxes, people
from chappe.store.queries import messages as message_rows
from chappe.store.queries import posts as post_rows
from chappe.store.queries import rooms as rows

TOGETHER = 25
"""Copies of a basic group's message that are written by one statement."""
COPIES = 1000
"""Copies of a message in a basic group, former members' included, at most."""

FORBIDDEN = {
    "": "chat_send_plain_forbidden", "photo": "chat_send_photos_forbidden", "video": "chat_send_videos_forbidden",
    "round": "chat_send_roundvideos_forbidden", "audio": "chat_send_audios_forbidden",
    "voice": "chat_send_voices_forbidden", "document": "chat_send_docs_forbidden", "gif": "chat_send_gifs_forbidden",
    "sticker": "chat_send_stickers_forbidden", "poll": "chat_send_poll_forbidden",
}  # fmt: skip
"""What is answered to whom a kind of message is forbidden."""


def post(tx: Tx, grant: Grant, room: Room, outgoing: Outgoing, origin: int = 0, gate: Gate = OPEN) -> Sent:
    """The message stands in the room.

    Source: method/messages.sendMessage
    After: one new_message entry in the room's box, or in that of each member of a basic group; one event.
    Errors: NotAllowed chat_write_forbidden, chat_admin_required, chat_send_media_forbidden and its like;
    TooMany slowmode_wait_x; what the gate says.
    """
    assert grant.may_write
    assert grant.me is not None
    box, sender = (room.id if room.own_box else PeerId(grant.viewer)), grant.viewer
    earlier = messages.sent_before(tx, PeerId(sender), outgoing.random_id, box) if outgoing.random_id else None
    if earlier is not None:
        return earlier
    require_post(room, grant.me, outgoing.content, tx.now)
    gate.message(tx, grant, outgoing.content)
    if outgoing.send_as or grant.me.send_as:
        speaker = speakers.chosen(tx, room, grant.me, outgoing.send_as)
        outgoing = msgspec.structs.replace(outgoing, send_as=speaker)
    entry = put(tx, room, grant.me, outgoing, origin)
    if outgoing.random_id and entry.message is not None:
        boxes.remember_send(tx, box, sender, outgoing.random_id, entry.message.id, tx.now)
    if outgoing.clear_draft and room.own_box:
        drafts.save(tx, PeerId(sender), room.id, None, origin, _topic(room, entry))
    return Sent(entry)


def _topic(room: Room, entry: Entry) -> int:
    """The topic a new message stands in, 0 where there are none."""
    reply = entry.message.content.reply_to if entry.message is not None else None
    return reply.top_id if Flag.FORUM in room.flags and reply is not None else 0


def require_post(room: Room, me: Member, content: Content, now: int) -> None:
    """The member may post this here now. Errors: as `post`."""
    if isinstance(content, Service):
        return
    if room.broadcast:
        if not me.may("post_messages"):
            raise NotAllowed("chat_write_forbidden")
        if isinstance(content.media, MediaTodo):
            raise Invalid("media_invalid")
        return
    if me.status >= Status.ADMIN:
        return
    forbidden = room.default_banned | me.restrictions(now)
    if forbidden & rights.SEND:
        raise NotAllowed("chat_write_forbidden")
    kind = _kind(content)
    needed = rights.MEDIA.get(kind, rights.banned("send_media")) if kind else rights.banned("send_plain")
    if forbidden & needed:
        raise NotAllowed(FORBIDDEN.get(kind, "chat_send_media_forbidden"))
    if room.slow_mode_s and me.last_post + room.slow_mode_s > now:
        raise TooMany("slowmode_wait_x", me.last_post + room.slow_mode_s - now)


def require_edit(room: Room, me: Member, before: Text, after: Text, now: int) -> None:
    """The member may let what they said in the group say this: who may not write changes nothing, nor the kind of it.

    Errors: as `post`, but for slow mode.
    """
    if room.broadcast or me.status >= Status.ADMIN:
        return
    if (room.default_banned | me.restrictions(now)) & rights.SEND:
        raise NotAllowed("chat_write_forbidden")
    if _kind(after) != _kind(before):
        require_post(replace(room, slow_mode_s=0), me, after, now)


def _kind(content: Text) -> str:
    """What sort of message this is to those rights, empty for words alone."""
    if content.media is None or isinstance(content.media, MediaWebPage):
        return ""
    return "poll" if isinstance(content.media, MediaTodo) else media_kinds.kind_of(content)


def is_slowed(grant: Grant) -> bool:
    """True for an ordinary member of a group with slow mode, who sends one message at a time."""
    room, me = grant.room, grant.me
    return room is not None and me is not None and room.slow_mode_s > 0 and me.status < Status.ADMIN


def put(tx: Tx, room: Room, me: Member, outgoing: Outgoing, origin: int = 0) -> Entry:
    """The message stands in the room, whoever may or may not post there; for events of the room itself."""
    if room.own_box:
        return _in_room(tx, room, me, outgoing, origin)
    return _in_group(tx, room, me, outgoing, origin)


def tell(
    tx: Tx, room: Room, actor: UserId, action: str, origin: int = 0, **values: int | str | bool | list[int]
) -> Entry:
    """An event shown in the conversation, as the actor's. Shape: action is TL's name without `messageAction`."""
    event = Service(action, values)
    return put(tx, room, rooms.member(tx, room.id, actor), Outgoing(event, 0), origin)


def tell_photo(tx: Tx, room: Room, actor: UserId, photo: Photo | None, origin: int = 0) -> Entry:
    """An event that shows the room's new photo, or says that it has none any more."""
    event = Service("ChatEditPhoto" if photo else "ChatDeletePhoto", photo=photo)
    return put(tx, room, rooms.member(tx, room.id, actor), Outgoing(event, 0), origin)


def _in_room(tx: Tx, room: Room, me: Member, outgoing: Outgoing, origin: int) -> Entry:
    """One write in the room's own box; a post of a channel is shown in its discussion group as well."""
    from_id, content = _signed(tx, room, me, _replying(tx, room.id, outgoing.content), outgoing.send_as)
    if not room.broadcast:
        content = threads.placed(tx, room.id, mentions.marked(tx, room.id, room.id, me.user_id, content))
        if Flag.FORUM in room.flags:
            threads.require_open(tx, room.id, content, manages=me.may("manage_topics"))
    entry = _stand(tx, room, from_id, msgspec.structs.replace(outgoing, content=content), origin)
    assert entry.message is not None
    if isinstance(content, Text) and content.author_id:  # an order for what they wrote must find it all the same
        post_rows.spoken(tx, content.author_id, room.id, entry.message.id)
    rows.read_up_to(tx, me.user_id, room.id, entry.message.id)
    if room.slow_mode_s and isinstance(content, Text):
        rows.set_last_post(tx, room.id, me.user_id, tx.now)
    if room.broadcast and room.linked_id:
        _discuss(tx, room, entry.message)
    return entry


def _stand(tx: Tx, room: Room, from_id: PeerId, outgoing: Outgoing, origin: int) -> Entry:
    """The message is the newest in the room's own box."""
    pts, message_id = messages.take(tx, room.id)
    content = outgoing.content
    if room.ttl_period_s:
        content = msgspec.structs.replace(content, ttl_period=room.ttl_period_s)
        message_rows.add_expiring(tx, room.id, tx.now + room.ttl_period_s, message_id)
    blob = contents.pack(content)
    row = (room.id, message_id, room.id, from_id, 0, tx.now, 0, outgoing.grouped_id, pts, len(blob), blob)
    media = media_kinds.index_of(content)
    if media[1]:
        enforcement.require_given(tx, (media[1],))
    boxes.insert_messages(tx, (row,), ((0, *media),))
    boxes.append_event(tx, SHARD, tx.now, "message", room.id, message_id, 0, 0)
    mentions.note(tx, room.id, message_id, content)
    rows.raise_top(tx, room.id, message_id, tx.now)
    discussed = room.linked_id if room.broadcast and isinstance(content, Text) else PeerId(0)
    message = Message(
        room.id, message_id, room.id, from_id, False, tx.now, 0, content, grouped_id=outgoing.grouped_id,
        views=0 if from_id else 1, replies=Replies(group_id=discussed) if discussed else None,
    )  # fmt: skip
    if not room.broadcast:
        threads.joined(tx, message)
    entry = Entry(room.id, pts, 1, tx.now, message, random_id=outgoing.random_id, origin=origin)
    tx.announce(entry)
    return entry


def _discuss(tx: Tx, room: Room, post: Message) -> None:
    """The post of a channel stands, pinned, in the group where it is discussed. Source: api/discussion"""
    content, group = threads.mirror_of(post), rooms.find(tx, room.linked_id)
    # A group that a decision removed may be given back, and then has what it would have had.
    if content is None or (group.deleted and not group.held & rooms.REMOVED):
        return
    outgoing = Outgoing(content, 0, post.grouped_id)
    mirror = _stand(tx, group, room.id, outgoing, 0).message
    assert mirror is not None
    threads.mirrored(tx, post, mirror)
    message_rows.set_pinned(tx, group.id, (mirror.id,), 1)
    updates.commit_fact(tx, group.id, Pinned(group.id, (mirror.id,), True))


def _signed(rx: Reader, room: Room, me: Member, content: Content, speaker: PeerId) -> tuple[PeerId, Content]:
    """(who the message is from, the content with its author where a room speaks in their place)."""
    if speaker < 0 and speaker != room.id and isinstance(content, Text):
        return speaker, msgspec.structs.replace(content, author_id=me.user_id)
    anonymous = bool(me.rights & rights.admin("anonymous")) and me.status >= Status.ADMIN
    if not room.broadcast and not anonymous:
        return PeerId(me.user_id), content
    speaker = PeerId(0) if room.broadcast else room.id
    if isinstance(content, Service):
        return speaker, content
    name = me.rank if anonymous else ""
    if room.kind == CHANNEL and Flag.SIGNATURES in room.flags:
        found = people.accounts(rx, (me.user_id,))
        name = f"{found[0][2]} {found[0][3]}".strip() if found else ""
    return speaker, msgspec.structs.replace(content, author_id=me.user_id, post_author=name)


def _replying(rx: Reader, box: PeerId, content: Content) -> Content:
    """What was answered may be gone by now; then only a quote of it is left."""
    reply = content.reply_to
    if reply is None or not reply.msg_id or boxes.message(rx, box, reply.msg_id) is not None:
        return content
    return msgspec.structs.replace(content, reply_to=quote_of(reply))


def quote_of(reply: ReplyTo) -> ReplyTo | None:
    """What is left of an answer when what was answered is gone."""
    return ReplyTo(0, reply.quote_text, reply.quote_entities, reply.quote_offset) if reply.quote_text else None


def _in_group(tx: Tx, room: Room, me: Member, outgoing: Outgoing, origin: int) -> Entry:
    """A copy for each member, in the order of their ids, so that two writers never wait for each other.

    Bots that are not to hear it have none. Source: api/bots#privacy-mode
    """
    number = rows.next_number(tx, room.id)
    if number is None:
        raise NotFound("peer_id_invalid")
    sender, mine = PeerId(me.user_id), None
    content = mentions.marked(tx, room.id, sender, me.user_id, _replying(tx, sender, outgoing.content))
    replied = boxes.twin_of(tx, sender, content.reply_to.msg_id) if content.reply_to else 0
    theirs = msgspec.structs.replace(outgoing, random_id=0, clear_draft=False)
    said = Message(sender, MsgId(0), room.id, sender, True, tx.now, 0, content)
    deaf = room_bots.passed_over(tx, room, said) if Flag.BOTS in room.flags else ()
    everybody = rows.member_ids(tx, room.id, rooms.GROUP_MEMBERS + 1)
    members = [PeerId(user) for user in everybody if user not in deaf]
    for start in range(0, len(members), TOGETHER):
        some = members[start : start + TOGETHER]
        taken = messages.take_all(tx, some)
        copies = []
        for user in some:
            own = user == sender
            words = content if own else _for_member(tx, room.id, user, content, replied)
            copy = msgspec.structs.replace(outgoing if own else theirs, content=words)
            copies.append(Copy(user, *taken[user], room.id, sender, own, number, copy, origin if own else 0))
            if isinstance(content, Text) and user in content.mentions:
                mentions.note_copy(tx, user, room.id, taken[user][1])
        entries = messages.store(tx, copies)
        mine = next((entry for entry in entries if entry.owner_id == sender), mine)
    if mine is None:
        raise NotAllowed("chat_write_forbidden")
    assert mine.message is not None
    boxes.append_event(tx, SHARD, tx.now, "message", sender, mine.message.id, room.id, number)
    return mine


def _for_member(rx: Reader, room_id: PeerId, user: int, content: Content, replied: int) -> Content:
    """The content as a member's box holds it: a reply points at the member's own copy."""
    reply = content.reply_to
    if reply is None or not reply.msg_id:
        return content
    theirs = rows.copies(rx, user, room_id, replied) if replied else None
    left = msgspec.structs.replace(reply, msg_id=theirs or 0) if theirs or reply.quote_text else None
    return msgspec.structs.replace(content, reply_to=left)


def copies(rx: Reader, message: Message) -> list[Message]:
    """Every copy of a message, that one first: the other side's, those of the members of a basic group."""
    if message.owner_id < 0 or not message.twin_id or message.peer_id == message.owner_id:
        return [message]
    if message.peer_id > 0:
        return [message, *updates.messages_by_id(rx, message.peer_id, (message.twin_id,))]
    out = [message]
    for user in rows.ever_ids(rx, message.peer_id, COPIES):
        found = rows.copies(rx, user, message.peer_id, message.twin_id) if user != message.owner_id else None
        if found is not None:
            out += updates.messages_by_id(rx, PeerId(user), (found,))
    return out
