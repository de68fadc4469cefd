"""Small questions about messages and dialogs. Source: method/messages.getMessagesViews"""

from collections.abc import Sequence

from chappe.base.ids import CHANNEL_MARK, PeerId, is_channel
from chappe.domain import access, members, mentions, updates
from chappe.domain.content import Text
from chappe.domain.reading import Affected
from chappe.domain.records import Message
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages.reading import affected_history_view
from chappe.rpc.post_views import PostViews
from chappe.rpc.results import chats, messages_page, users
from chappe.rpc.views.messages import replies_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

IDS = 100


@method("messages.getMessagesViews")
async def get_messages_views(call: Call, q: f.messages.GetMessagesViews) -> t.messages.MessageViews:
    """One entry for each message; only posts of a channel count views.

    Source: method/messages.getMessagesViews
    Errors: PEER_ID_INVALID.
    """
    peer, ids = await inputs.peer(call, q.peer), q.id[:IDS]

    def query(rx: Reader) -> tuple[dict[int, Message], bool]:
        grant = access.require_read(rx, call.user_id, peer)
        found = updates.messages_by_id(rx, peer, ids) if grant.box == peer and grant.room is not None else []
        inside = grant.me is not None and grant.me.inside
        return {m.id: m for m in found if m.id > grant.floor}, inside

    (found, inside), counter = await call.read(query), call.services.views
    if q.increment:
        others = [i for i, m in found.items() if m.views and not _mine(m, call)]
        counter.seen(call.user_id, peer, others, call.language, inside=inside)
    shown: list[t.TypeMessageViews] = [_views(found[i], counter) if i in found else t.MessageViews() for i in ids]
    near = {one for m in found.values() if m.replies for one in (m.replies.group_id, *m.replies.recent) if one}
    return t.messages.MessageViews(views=shown, chats=await chats(call, near), users=await users(call, near))


def _views(m: Message, counter: PostViews) -> t.MessageViews:
    """The counts of one message. COMPAT TDLib: a message whose replies are left out here has no discussion any more."""
    if not m.views:
        return t.MessageViews(replies=replies_view(m.replies))
    more = counter.waiting(PeerId(m.owner_id), m.id)
    return t.MessageViews(views=m.views + more, forwards=m.forwards, replies=replies_view(m.replies))


def _mine(message: Message, call: Call) -> bool:
    return isinstance(message.content, Text) and message.content.author_id == call.user_id


@method("messages.getCommonChats")
async def get_common_chats(call: Call, q: f.messages.GetCommonChats) -> t.messages.TypeChats:
    """The groups both are in, a page below max_id. Source: method/messages.getCommonChats. Errors: USER_ID_INVALID."""
    user = await inputs.user(call, q.user_id)
    ids = await call.read(lambda rx: members.common(rx, call.user_id, user))
    bare = {peer: -peer - CHANNEL_MARK if is_channel(peer) else -peer for peer in ids}
    below = q.max_id if q.max_id > 0 else 2**62
    page = sorted((p for p in ids if bare[p] < below), key=lambda p: -bare[p])[: max(1, min(q.limit, IDS))]
    shown = await chats(call, page)
    if len(ids) == len(page):
        return t.messages.Chats(chats=shown)
    return t.messages.ChatsSlice(count=len(ids), chats=shown)


@method("messages.getUnreadMentions")
async def get_unread_mentions(call: Call, q: f.messages.GetUnreadMentions) -> t.messages.TypeMessages:
    """Messages of a room that mention the caller and were not looked at; in private dialogs there are none.

    Source: method/messages.getUnreadMentions
    Errors: PEER_ID_INVALID.
    """
    peer = await inputs.peer(call, q.peer)
    top = q.top_msg_id or 0
    found = await call.read(lambda rx: mentions.unread(rx, access.require_read(rx, call.user_id, peer), top))
    return await messages_page(call, part(found, q), len(found), room=peer)


def part(found: Sequence[Message], q: f.messages.GetUnreadMentions | f.messages.GetUnreadReactions) -> list[Message]:
    """The page that was asked for, of messages newest first. Source: api/offsets"""
    low, high = max(0, q.min_id), q.max_id if q.max_id > 0 else 2**31
    kept = [m for m in found if low < m.id < high]
    start = max(0, sum(m.id >= q.offset_id for m in kept) + q.add_offset) if q.offset_id > 0 else 0
    return kept[start : start + max(1, min(q.limit, IDS))]


@method("messages.readMentions")
async def read_mentions(call: Call, q: f.messages.ReadMentions) -> t.messages.AffectedHistory:
    """All mentions in the room, or in one topic of it, were looked at.

    Source: method/messages.readMentions
    Errors: PEER_ID_INVALID.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id

    def act(tx: Tx) -> Affected:
        return mentions.read_all(tx, access.require_read(tx, call.user_id, peer), origin, q.top_msg_id or 0)

    return affected_history_view(await call.write(act))
