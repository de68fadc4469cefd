"""Topics of a forum. Source: api/forum"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from chappe.base.errors import Invalid
from chappe.base.ids import CHANNEL_MARK, PeerId
from chappe.domain import access, anonymity, drafts, forum_views, notifications, room_editing, speakers, topics, updates
from chappe.domain.access import Grant
from chappe.domain.content import Text
from chappe.domain.notifications import UNSET, Settings
from chappe.domain.reading import Affected
from chappe.domain.records import Message
from chappe.domain.rooms import Flag, Room
from chappe.domain.topics import Change, Topic
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages.invite_links import in_room
from chappe.rpc.results import chats, users, viewer_of
from chappe.rpc.rooms import room_act
from chappe.rpc.views.messages import message_view, people_of
from chappe.rpc.views.topics import topic_view
from chappe.rpc.views.updates import draft_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

Found = tuple[Room, list[Topic], int, list[Message], int, "Mine"]


@dataclass(frozen=True, slots=True)
class Mine:
    """What one person set for topics, began to write there, and must not know."""

    notify: Mapping[int, Settings]
    drafts: Mapping[int, tuple[Text | None, int]]
    hidden: Collection[int]
    """Administrators who are not shown to them."""


@method("channels.toggleForum")
async def toggle_forum(call: Call, q: f.channels.ToggleForum) -> t.Updates:
    """The group has topics, or not.

    Source: method/channels.toggleForum
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, CHAT_NOT_MODIFIED, CHAT_DISCUSSION_UNALLOWED.
    """

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        if room.broadcast:
            raise Invalid("channel_invalid")
        if q.enabled and room.linked_id:
            raise Invalid("chat_discussion_unallowed")
        room_editing.switch(tx, grant, room, Flag.FORUM, q.enabled)
        topics.general(tx, room)
        return []

    return await room_act(call, await inputs.channel(call, q.channel), act)


@method("channels.toggleViewForumAsMessages")
async def toggle_view_forum_as_messages(call: Call, q: f.channels.ToggleViewForumAsMessages) -> t.Updates:
    """The caller reads the forum as one conversation, or by topics.

    Source: method/channels.toggleViewForumAsMessages
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHANNEL_FORUM_MISSING, CHAT_NOT_MODIFIED.
    """
    room_id, origin = await inputs.channel(call, q.channel), call.device.auth_key_id

    def act(tx: Tx) -> None:
        grant = access.require_member(tx, call.user_id, room_id)
        assert grant.room is not None
        topics.require_forum(grant.room)
        forum_views.choose(tx, call.user_id, room_id, bool(q.enabled), origin)

    await call.write(act)
    seen = t.UpdateChannelViewForumAsMessages(channel_id=-room_id - CHANNEL_MARK, enabled=q.enabled)
    near = await chats(call, (room_id,))
    return t.Updates(updates=[seen], users=[], chats=near, date=call.now(), seq=0)


@method("messages.createForumTopic")
async def create_forum_topic(call: Call, q: f.messages.CreateForumTopic) -> t.Updates:
    """The topic is open.

    Source: method/messages.createForumTopic
    Errors: CHANNEL_FORUM_MISSING, TOPIC_TITLE_EMPTY, CHAT_ADMIN_REQUIRED, PEER_ID_INVALID; SEND_AS_PEER_INVALID for who
    would not be named as they wish.
    """
    origin, peer = call.device.auth_key_id, await inputs.peer(call, q.peer)
    wished = await inputs.speaker(call, peer, q.send_as)

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        assert grant.me is not None
        if wished not in (0, speakers.usual(room, grant.me)):
            raise Invalid("send_as_peer_invalid")
        return [
            topics.create(
                tx, grant, room, q.title, q.icon_color or 0, q.icon_emoji_id or 0, q.random_id, origin
            )
        ]

    return await room_act(call, peer, act)


@method("messages.editForumTopic")
async def edit_forum_topic(call: Call, q: f.messages.EditForumTopic) -> t.Updates:
    """The topic is as wished.

    Source: method/messages.editForumTopic
    Errors: TOPIC_ID_INVALID, TOPIC_NOT_MODIFIED, TOPIC_TITLE_EMPTY, CHAT_ADMIN_REQUIRED, CHANNEL_FORUM_MISSING.
    """
    change, origin = Change(q.title, q.icon_emoji_id, q.closed, q.hidden), call.device.auth_key_id

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        return [topics.edit(tx, grant, room, q.topic_id, change, origin)]

    return await room_act(call, await inputs.peer(call, q.peer), act)


@method("messages.getForumTopics")
async def get_forum_topics(call: Call, q: f.messages.GetForumTopics) -> t.messages.ForumTopics:
    """A page of the forum's topics, pinned ones first.

    Source: method/messages.getForumTopics
    Errors: PEER_ID_INVALID, CHANNEL_FORUM_MISSING, CHANNEL_PRIVATE.
    """
    question = (q.q or "").strip()
    return await _page(
        call, q.peer, lambda rx, grant, room: topics.listed(rx, grant, room, question, q.offset_id, q.limit)
    )


@method("messages.getForumTopicsByID")
async def get_forum_topics_by_id(call: Call, q: f.messages.GetForumTopicsByID) -> t.messages.ForumTopics:
    """Those of the topics that exist.

    Source: method/messages.getForumTopicsByID
    Errors: PEER_ID_INVALID, CHANNEL_FORUM_MISSING, CHANNEL_PRIVATE.
    """

    def query(rx: Reader, grant: Grant, room: Room) -> tuple[list[Topic], int]:
        found = topics.some(rx, grant, room, q.topics[: topics.PAGE])
        return found, len(found)

    return await _page(call, q.peer, query)


async def _page(
    call: Call, value: t.TypeInputPeer, query: Callable[[Reader, Grant, Room], tuple[list[Topic], int]]
) -> t.messages.ForumTopics:
    peer = await inputs.peer(call, value)

    def whole(rx: Reader) -> Found:
        grant = access.require_read(rx, call.user_id, peer)
        if grant.room is None or not grant.room.own_box:
            raise Invalid("channel_forum_missing")
        found, count = query(rx, grant, grant.room)
        newest = topics.newest(rx, grant, found)
        owner = PeerId(call.user_id)
        notify = notifications.of_topics(rx, owner, peer, [one.id for one in found])
        hidden = anonymity.hidden_from(rx, grant.room, call.user_id)
        mine = Mine(notify, drafts.in_topics(rx, owner, peer), hidden)
        return grant.room, found, count, newest, updates.state(rx, peer, call.now()).pts, mine

    room, found, count, newest, pts, mine = await call.read(whole)
    openers = {one.from_id for one in found} - set(mine.hidden)
    seen, ids = await viewer_of(call, newest), people_of(newest) | openers | {room.id}
    return t.messages.ForumTopics(
        count=count,
        topics=[
            topic_view(
                room.id, one, call.user_id, mine.notify.get(one.id, UNSET),
                draft_view(*mine.drafts[one.id], seen) if one.id in mine.drafts else None, mine.hidden,
            )
            for one in found
        ],
        messages=[message_view(m, seen) for m in newest],
        chats=await chats(call, ids),
        users=await users(call, ids),
        pts=pts,
    )


@method("messages.updatePinnedForumTopic")
async def update_pinned_forum_topic(call: Call, q: f.messages.UpdatePinnedForumTopic) -> t.Updates:
    """The topic stands on top of the list, or not.

    Source: method/messages.updatePinnedForumTopic
    Errors: TOPIC_ID_INVALID, PINNED_TOO_MUCH, CHAT_ADMIN_REQUIRED.
    """

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        topics.pin(tx, grant, room, q.topic_id, q.pinned)
        return []

    return await room_act(call, await inputs.peer(call, q.peer), act)


@method("messages.reorderPinnedForumTopics")
async def reorder_pinned_forum_topics(call: Call, q: f.messages.ReorderPinnedForumTopics) -> t.Updates:
    """The pinned topics stand in this order.

    Source: method/messages.reorderPinnedForumTopics
    Errors: PINNED_TOO_MUCH, CHAT_ADMIN_REQUIRED.
    """

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        topics.reorder(tx, grant, room, q.order[: topics.PAGE], force=bool(q.force))
        return []

    return await room_act(call, await inputs.peer(call, q.peer), act)


@method("messages.deleteTopicHistory")
async def delete_topic_history(call: Call, q: f.messages.DeleteTopicHistory) -> t.messages.AffectedHistory:
    """The next part of the topic is gone; offset says how many messages remain.

    Source: method/messages.deleteTopicHistory
    Errors: TOPIC_ID_INVALID, CHAT_ADMIN_REQUIRED, CHANNEL_FORUM_MISSING.
    """
    origin = call.device.auth_key_id

    def act(tx: Tx, grant: Grant, room: Room) -> Affected:
        return topics.delete(tx, grant, room, q.top_msg_id, origin)

    done = await in_room(call, q.peer, act)
    return t.messages.AffectedHistory(pts=done.pts, pts_count=done.pts_count, offset=done.left)
