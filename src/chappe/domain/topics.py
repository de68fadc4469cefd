"""Topics: a forum's conversations side by side, each opened by an event and holding what answers it.

Source: api/forum
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chappe.base.errors import Conflict, Invalid, NotAllowed
from chappe.base.ids import PeerId, UserId
from chappe.domain import deletion, posts, room_bots, room_log, rooms, updates
from chappe.domain.access import Grant
from chappe.domain.content import ReplyTo, Service
from chappe.domain.messages import Outgoing
from chappe.domain.reading import Affected
from chappe.domain.records import Message
from chappe.domain.room_records import Topic as Topic
from chappe.domain.rooms import Flag, Room
from chappe.domain.threads import GENERAL
from chappe.domain.updates import Entry, TopicsPinned, tell_room
from chappe.store import Reader, Tx
from chappe.store.queries import threads as thread_rows
from chappe.store.queries import topics as rows

TITLE_LENGTH = 128
COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
PAGE = 100
PINNED = 5
LOOKED_AT = 5000
"""Topics whose titles one question looks at, those with the newest messages."""


def require_forum(room: Room) -> None:
    """The room has topics. Errors: Invalid channel_forum_missing."""
    if Flag.FORUM not in room.flags:
        raise Invalid("channel_forum_missing")


def _require_manager(tx: Tx, grant: Grant, room: Room, topic: Topic | None) -> None:
    """The viewer may change the topic: an administrator of topics, or who opened it."""
    require_forum(room)
    assert grant.me is not None
    if not grant.me.may("manage_topics") and (topic is None or topic.from_id != grant.viewer):
        raise NotAllowed("chat_admin_required")


def of_row(rx: Reader, room_id: PeerId, viewer: UserId, row: tuple[Any, ...]) -> Topic:
    """The record of a row in the order of `rows.COLUMNS`."""
    read = thread_rows.read_up_to(rx, viewer, room_id, row[0])
    return Topic(
        *row[:6], bool(row[6]), bool(row[7]), row[8], row[9], read,  # type: ignore[call-arg]
        thread_rows.unread(rx, room_id, row[0], read),
    )  # fmt: skip


def find(rx: Reader, room_id: PeerId, viewer: UserId, topic_id: int) -> Topic:
    """The topic. Errors: Invalid topic_id_invalid."""
    row = rows.one(rx, room_id, topic_id)
    if row is None:
        raise Invalid("topic_id_invalid")
    return of_row(rx, room_id, viewer, row)


def general(tx: Tx, room: Room) -> None:
    """A forum has its general topic. Source: method/channels.toggleForum"""
    rows.insert(tx, room.id, GENERAL, "General", COLORS[0], 0, room.creator_id, room.top_message)


def create(
    tx: Tx, grant: Grant, room: Room, title: str, icon_color: int, icon_emoji_id: int, random_id: int, origin: int = 0
) -> Entry:
    """The topic is open, and the event that opened it is its first message.

    Source: method/messages.createForumTopic
    Errors: Invalid channel_forum_missing, topic_title_empty; NotAllowed chat_admin_required.
    """
    require_forum(room)
    assert grant.me is not None
    if not grant.me.may("manage_topics"):
        rooms.require_free(room, grant.me, "manage_topics", tx.now)
    title = _title(title)
    color = icon_color if icon_color in COLORS else COLORS[0]
    values: dict[str, int | str | bool | list[int]] = {"title": title, "icon_color": color}
    if icon_emoji_id:
        values["icon_emoji_id"] = icon_emoji_id
    entry = posts.put(tx, room, grant.me, Outgoing(Service("TopicCreate", values), random_id), origin)
    assert entry.message is not None
    rows.insert(tx, room.id, entry.message.id, title, color, icon_emoji_id, grant.viewer, entry.message.id)
    room_log.topics(tx, room, grant.viewer, "CreateTopic", find(tx, room.id, grant.viewer, entry.message.id))
    return entry


def _title(title: str) -> str:
    title = title.strip()[:TITLE_LENGTH]
    if not title:
        raise Invalid("topic_title_empty")
    return title


@dataclass(frozen=True, slots=True)
class Change:
    """What shall be different about a topic; None leaves a part as it is."""

    title: str | None = None
    icon_emoji_id: int | None = None
    closed: bool | None = None
    hidden: bool | None = None


def edit(tx: Tx, grant: Grant, room: Room, topic_id: int, change: Change, origin: int = 0) -> Entry:
    """The topic is as wished, and an event in it says so.

    Source: method/messages.editForumTopic
    Errors: Invalid topic_id_invalid, topic_title_empty, topic_not_modified; NotAllowed chat_admin_required.
    """
    before = find(tx, room.id, grant.viewer, topic_id)
    _require_manager(tx, grant, room, before)
    if change.hidden is not None and topic_id != GENERAL:
        raise Invalid("topic_id_invalid")
    title = before.title if change.title is None else _title(change.title)
    icon = before.icon_emoji_id if change.icon_emoji_id is None else change.icon_emoji_id
    closed = before.closed if change.closed is None else change.closed
    hidden = before.hidden if change.hidden is None else change.hidden
    after: dict[str, int | str | bool | list[int]] = {
        "title": title, "icon_emoji_id": icon, "closed": closed, "hidden": hidden,
    }  # fmt: skip
    said = {name: value for name, value in after.items() if value != getattr(before, name)}
    if not said:
        raise Conflict("topic_not_modified")
    rows.edit(tx, room.id, topic_id, title, icon, int(closed), int(hidden))
    room_log.topics(tx, room, grant.viewer, "EditTopic", before, find(tx, room.id, grant.viewer, topic_id))
    assert grant.me is not None
    event = Service("TopicEdit", said, ReplyTo(topic_id, top_id=topic_id, forum_topic=True))
    return posts.put(tx, room, grant.me, Outgoing(event, 0), origin)


def listed(rx: Reader, grant: Grant, room: Room, question: str, below: int, limit: int) -> tuple[list[Topic], int]:
    """(a page of topics: the pinned ones, then those with the newest message; how many there are).

    Source: method/messages.getForumTopics
    """
    require_forum(room)
    if grant.veiled:
        return [], 0
    limit = max(1, min(limit or PAGE, PAGE))
    if question:
        found, count = _titled(rx, room, question.casefold(), below)
    else:
        found = [] if below else rows.pinned(rx, room.id)
        found += rows.page(rx, room.id, below or 2**31 - 1, limit)
        count = rows.count(rx, room.id)
    return [of_row(rx, room.id, grant.viewer, row) for row in found[:limit]], count


def _titled(rx: Reader, room: Room, question: str, below: int) -> tuple[list[tuple[Any, ...]], int]:
    """(the topics of such a title whose newest message is below the id, or all; how many there are)."""
    pinned, others = rows.pinned(rx, room.id), rows.page(rx, room.id, 2**31 - 1, LOOKED_AT)
    pinned, others = ([row for row in some if question in row[1].casefold()] for some in (pinned, others))
    if not below:
        return [*pinned, *others], len(pinned) + len(others)
    return [row for row in others if row[9] < below], len(pinned) + len(others)


def some(rx: Reader, grant: Grant, room: Room, ids: Sequence[int]) -> list[Topic]:
    """Those of the topics that exist. Source: method/messages.getForumTopicsByID"""
    require_forum(room)
    found = rows.some(rx, room.id, ids) if not grant.veiled else ()
    return [of_row(rx, room.id, grant.viewer, row) for row in found]


def newest(rx: Reader, grant: Grant, topics: Sequence[Topic]) -> list[Message]:
    """The newest messages of the topics, those that the viewer may see."""
    ids = sorted({one.top_message for one in topics if one.top_message > grant.floor})
    return room_bots.heard(rx, grant, updates.messages_by_id(rx, grant.box, ids))


def pin(tx: Tx, grant: Grant, room: Room, topic_id: int, on: bool) -> None:
    """The topic stands on top of the list, or not. Source: method/messages.updatePinnedForumTopic

    Errors: Invalid topic_id_invalid, pinned_too_much; NotAllowed chat_admin_required.
    """
    topic = find(tx, room.id, grant.viewer, topic_id)
    _require_manager(tx, grant, room, None)
    there = rows.pinned(tx, room.id)
    if on and not topic.pinned_order and len(there) >= PINNED:
        raise Invalid("pinned_too_much")
    rows.set_pin(tx, room.id, topic_id, (there[0][8] if there else 0) + 1 if on else 0)
    room_log.topics(tx, room, grant.viewer, "PinTopic", find(tx, room.id, grant.viewer, topic_id))
    tell_room(tx, room.id, TopicsPinned(room.id))


def reorder(tx: Tx, grant: Grant, room: Room, order: Sequence[int], *, force: bool) -> None:
    """The pinned topics stand in this order; with `force` no others are pinned.

    Source: method/messages.reorderPinnedForumTopics
    Errors: NotAllowed chat_admin_required; Invalid pinned_too_much.
    """
    _require_manager(tx, grant, room, None)
    there = [row[0] for row in rows.pinned(tx, room.id)]
    wanted = [i for i in dict.fromkeys(order) if force or i in there]
    if len(wanted) > PINNED:
        raise Invalid("pinned_too_much")
    wanted += [] if force else [i for i in there if i not in wanted]
    for topic_id in there:
        rows.set_pin(tx, room.id, topic_id, 0)
    for place, topic_id in enumerate(reversed(wanted), 1):
        rows.set_pin(tx, room.id, topic_id, place)
    tell_room(tx, room.id, TopicsPinned(room.id))


def pinned(rx: Reader, room_id: PeerId) -> list[int]:
    """The pinned topics, topmost first."""
    return [row[0] for row in rows.pinned(rx, room_id)]


def delete(tx: Tx, grant: Grant, room: Room, topic_id: int, origin: int = 0) -> Affected:
    """The next part of the topic's messages is gone, with the last of them the topic; `left` says how many remain.

    Source: method/messages.deleteTopicHistory
    Errors: Invalid topic_id_invalid; NotAllowed chat_admin_required.
    """
    topic = find(tx, room.id, grant.viewer, topic_id)
    require_forum(room)
    assert grant.me is not None
    rooms.require_right(room, grant.me, "delete_messages")
    page = thread_rows.page(tx, room.id, topic_id, 2**31 - 1, 0, deletion.AT_ONCE - 1, 0)
    found = [Message.of_row(row) for row in page]
    left = thread_rows.unread(tx, room.id, topic_id, 0) - len(found)
    if left <= 0 and topic_id != GENERAL:
        found += updates.messages_by_id(tx, room.id, (topic_id,))
        rows.delete(tx, room.id, topic_id)
        room_log.topics(tx, room, grant.viewer, "DeleteTopic", topic)
    return Affected.of(tx, room.id, deletion.remove(tx, room.id, found, origin), max(0, left))
