"""Threads: what answers a message of a group, and the comments under a channel's post, which are the same thing.

Source: api/threads, api/discussion
A post of a channel with a discussion group stands there as well; who answers that copy comments on the post.
"""

from collections.abc import Iterable, Sequence

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain.access import Grant
from chappe.domain.content import Content, Forward, Service, Text
from chappe.domain.history import MAX_ID, Offsets, Page
from chappe.domain.records import Message
from chappe.domain.updates import counted, messages_by_id
from chappe.store import Reader, Tx
from chappe.store.queries import boxes, topics
from chappe.store.queries import threads as rows

RECENT = 3
GENERAL = 1
"""The topic of a forum's messages that answer none."""


def placed(rx: Reader, room_id: PeerId, content: Content) -> Content:
    """The content of a new message, knowing the thread it belongs to: that of what it answers."""
    reply = content.reply_to
    if reply is None or not reply.msg_id:
        return content
    row = boxes.message(rx, room_id, reply.msg_id)
    before = Message.of_row(row).content.reply_to if row else None
    top = before.top_id if before is not None and before.top_id else reply.msg_id
    topic = is_topic(rx, room_id, top)
    return msgspec.structs.replace(content, reply_to=msgspec.structs.replace(reply, top_id=top, forum_topic=topic))


def is_topic(rx: Reader, room_id: PeerId, message_id: int) -> bool:
    """True for the message that opened a topic of the room."""
    return topics.one(rx, room_id, message_id) is not None


def within(found: Iterable[Message], top_id: int) -> list[Message]:
    """Those of a room's messages that are in the thread or topic; all where it is 0."""
    return [m for m in found if not top_id or ((m.content.reply_to and m.content.reply_to.top_id) or GENERAL) == top_id]


def require_open(rx: Reader, room_id: PeerId, content: Content, *, manages: bool) -> None:
    """The topic that the message goes to takes messages. Errors: Invalid topic_closed."""
    top = content.reply_to.top_id if content.reply_to else 0
    row = topics.one(rx, room_id, top or GENERAL)
    if row is not None and row[6] and not manages and isinstance(content, Text):
        raise Invalid("topic_closed")


def joined(tx: Tx, message: Message) -> None:
    """The new message counts in its thread, and under the post that the thread is about."""
    reply, room_id = message.content.reply_to, message.owner_id
    top_id = reply.top_id if reply else 0
    if isinstance(message.content, Service) and message.content.action == "TopicCreate":
        return
    if topics.raise_top(tx, room_id, top_id or GENERAL, message.id) and not top_id:
        rows.put(tx, room_id, GENERAL, message.id)
    if reply is None or not reply.top_id or not isinstance(message.content, Text):
        return
    rows.put(tx, room_id, reply.top_id, message.id)
    for owner, top in _both(tx, room_id, reply.top_id):
        found = rows.threads(tx, owner, (top,))
        recent = _recent(found[0][3] if found else "", message.from_id)
        rows.raise_to(tx, owner, top, 1, message.id, recent)


def _both(rx: Reader, room_id: PeerId, top: int) -> list[tuple[PeerId, int]]:
    """The thread's own place, and the post it is about."""
    found = rows.threads(rx, room_id, (top,))
    out = [(room_id, top)]
    if found and found[0][4]:
        out.append((PeerId(found[0][4]), found[0][5]))
    return out


def _recent(before: str, author: PeerId) -> str:
    """The newest different repliers, newest first."""
    others = [one for one in before.split(",") if one and one != str(author)]
    return ",".join([str(author), *others][:RECENT])


def gone(tx: Tx, room_id: PeerId, messages: Iterable[Message]) -> None:
    """Messages that were deleted count in no thread, and have none."""
    found = list(messages)
    for message in found:
        reply = message.content.reply_to
        top_id = reply.top_id if reply else 0
        dropped = rows.drop(tx, room_id, top_id or GENERAL, message.id)
        if dropped:
            topics.raise_top(tx, room_id, top_id or GENERAL, rows.newest(tx, room_id, top_id or GENERAL) or top_id)
        if reply is None or not top_id or not dropped:
            continue
        for owner, top in _both(tx, room_id, reply.top_id):
            rows.shrink(tx, owner, top, 1, rows.newest(tx, room_id, reply.top_id))
    rows.forget(tx, room_id, [m.id for m in found])


def mirror_of(post: Message) -> Text | None:
    """What the discussion group shows of a channel's post; None for events."""
    content = post.content
    if not isinstance(content, Text):
        return None
    before = content.fwd_from or Forward(
        post.date, from_id=post.owner_id, channel_post=post.id, post_author=content.post_author
    )
    header = msgspec.structs.replace(before, saved_from_peer=post.owner_id, saved_from_msg_id=post.id)
    return msgspec.structs.replace(
        content, fwd_from=header, reply_to=None, author_id=0, post_author="", from_scheduled=False, ttl_period=0
    )


def mirrored(tx: Tx, post: Message, mirror: Message) -> None:
    """The post and its copy in the group have one thread."""
    rows.join(tx, post.owner_id, post.id, mirror.owner_id, mirror.id)
    rows.join(tx, mirror.owner_id, mirror.id, post.owner_id, post.id)


def mirrors(rx: Reader, posts: Sequence[Message]) -> list[Message]:
    """The copies of a channel's posts in the group where they are discussed."""
    ids = [m.id for m in posts if m.owner_id < 0 and not m.from_id]
    out: list[Message] = []
    places: dict[int, list[int]] = {}
    for row in rows.threads(rx, posts[0].owner_id, ids) if ids else ():
        if row[4]:
            places.setdefault(row[4], []).append(row[5])
    for group, tops in places.items():
        out += messages_by_id(rx, PeerId(group), sorted(tops))
    return out


def place_of(rx: Reader, grant: Grant, message_id: int) -> tuple[PeerId, int]:
    """(the group, the message there) under which the answers to a post or message stand.

    Errors: Invalid msg_id_invalid, also outside of rooms with a box of their own: there are no threads elsewhere.
    """
    room_id, row = grant.box, None
    if grant.room is not None and grant.room.own_box:
        row = boxes.message(rx, room_id, message_id)
    if row is None or (message_id <= grant.floor and not is_topic(rx, room_id, message_id)):
        raise Invalid("msg_id_invalid")
    found = rows.threads(rx, room_id, (message_id,))
    if not row[3]:
        if not found or not found[0][4]:
            raise Invalid("msg_id_invalid")
        return PeerId(found[0][4]), found[0][5]
    return room_id, message_id


def replies(
    rx: Reader, group: PeerId, top: int, offsets: Offsets, *, offset_date: int = 0, max_id: int = 0, min_id: int = 0
) -> Page:
    """The stretch of the thread that the offsets name, newest first.

    Source: method/messages.getReplies, api/offsets
    Shape: without offset_id it starts below the first message of the room not older than offset_date.
    """
    start = offsets.offset_id
    if start <= 0 and offset_date:
        start = boxes.first_after(rx, group, group, offset_date) or 0
    start = start if start > 0 else MAX_ID
    below, limit, skip = min(start, max_id or MAX_ID), offsets.wanted, offsets.add_offset
    if skip >= 0:
        found = rows.page(rx, group, top, below, min_id, limit, skip)
    else:
        reach = -skip
        most, over = min(limit, reach), max(0, reach - limit)
        newer = rows.page(rx, group, top, max_id or MAX_ID, start - 1, most, over, newer=True)
        found = newer[::-1]
        if limit > reach:
            found += rows.page(rx, group, top, below, min_id, limit - reach, 0)
    known = rows.threads(rx, group, (top,))
    page = counted(rx, group, [Message.of_row(row) for row in found])
    return Page(tuple(page), known[0][1] if known else 0)
