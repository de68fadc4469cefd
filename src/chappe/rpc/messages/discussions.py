"""Comments and threads: where a post is discussed, what was said there, how far it was read. Source: api/threads"""

from chappe.base.ids import PeerId
from chappe.domain import access, discussions, threads
from chappe.domain.discussions import Discussion
from chappe.domain.history import Offsets, Page
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, messages_page, users, viewer_of
from chappe.rpc.views.messages import message_view, people_of
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.getDiscussionMessage")
async def get_discussion_message(
    call: Call, q: f.messages.GetDiscussionMessage
) -> t.messages.DiscussionMessage:
    """The message under which a post is discussed, with how far the caller has read.

    Source: method/messages.getDiscussionMessage
    Errors: PEER_ID_INVALID, CHANNEL_PRIVATE, MSG_ID_INVALID.
    """
    peer = await inputs.peer(call, q.peer)

    def query(rx: Reader) -> Discussion:
        found = discussions.of_post(rx, access.require_read(rx, call.user_id, peer), q.msg_id)
        access.require_read(rx, call.user_id, found.group)
        return found

    found = await call.read(query)
    seen, ids = await viewer_of(call, found.messages), people_of(found.messages) | {peer, found.group}
    return t.messages.DiscussionMessage(
        messages=[message_view(m, seen) for m in found.messages],
        max_id=found.replies.max_id or None,
        read_inbox_max_id=found.read_max_id or None,
        read_outbox_max_id=None,
        unread_count=found.unread,
        chats=await chats(call, ids),
        users=await users(call, ids),
    )


@method("messages.getReplies")
async def get_replies(call: Call, q: f.messages.GetReplies) -> t.messages.TypeMessages:
    """A page of what answers the message, or comments on the post.

    Source: method/messages.getReplies
    Errors: PEER_ID_INVALID, CHANNEL_PRIVATE, MSG_ID_INVALID.
    """
    peer = await inputs.peer(call, q.peer)

    def query(rx: Reader) -> tuple[Page, PeerId]:
        group, top = threads.place_of(rx, access.require_read(rx, call.user_id, peer), q.msg_id)
        floor = access.require_read(rx, call.user_id, group).floor
        offsets = Offsets(q.offset_id, q.add_offset, q.limit)
        lowest = max(q.min_id, floor)
        page = threads.replies(
            rx, group, top, offsets, offset_date=q.offset_date, max_id=q.max_id, min_id=lowest
        )
        return page, group

    page, group = await call.read(query)
    # COMPAT Kurigram, Pyrofork: they count replies by a field that only the form of a room has.
    return await messages_page(call, page.messages, page.count, room=group)


@method("messages.readDiscussion")
async def read_discussion(call: Call, q: f.messages.ReadDiscussion) -> bool:
    """The caller read the discussion up to the message.

    Source: method/messages.readDiscussion
    Errors: PEER_ID_INVALID, CHANNEL_PRIVATE, MSG_ID_INVALID.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id

    def act(tx: Tx) -> None:
        grant = access.require_read(tx, call.user_id, peer)
        discussions.read(tx, grant, q.msg_id, q.read_max_id, origin)

    await call.write(act)
    return True


@method("channels.getGroupsForDiscussion")
async def get_groups_for_discussion(
    call: Call, q: f.channels.GetGroupsForDiscussion
) -> t.messages.Chats:
    """The groups that the caller may make a channel's discussion.

    Source: method/channels.getGroupsForDiscussion
    """
    now = call.now()
    found = await call.read(lambda rx: discussions.candidates(rx, call.user_id, now))
    return t.messages.Chats(chats=await chats(call, found))


@method("channels.setDiscussionGroup")
async def set_discussion_group(call: Call, q: f.channels.SetDiscussionGroup) -> bool:
    """The group discusses the channel; an empty one ends that.

    Source: method/channels.setDiscussionGroup
    Errors: BROADCAST_ID_INVALID, MEGAGROUP_ID_INVALID, MEGAGROUP_PREHISTORY_HIDDEN, LINK_NOT_MODIFIED,
    CHAT_ADMIN_REQUIRED, CHANNEL_INVALID.
    """
    channel, group = await _room(call, q.broadcast), await _room(call, q.group)
    await call.write(lambda tx: discussions.link(tx, call.user_id, channel, group))
    return True


async def _room(call: Call, value: t.TypeInputChannel) -> PeerId | None:
    return None if isinstance(value, t.InputChannelEmpty) else await inputs.channel(call, value)
