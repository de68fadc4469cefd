"""The figures of one post. Source: api/stats#message-statistics"""

from chappe.base.ids import PeerId
from chappe.domain import access, statistics
from chappe.domain.history import MAX_ID
from chappe.domain.records import Message
from chappe.domain.room_counts import DAY_S
from chappe.domain.statistics import Lines, Place
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, users, viewer_of
from chappe.rpc.stats.rooms import SEEN
from chappe.rpc.views import graphs
from chappe.rpc.views.messages import message_view, people_of
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

LISTED = 100


def _days(date: int, now: int) -> range:
    return range(max(date // DAY_S, now // DAY_S - statistics.SHOWN + 1), now // DAY_S + 1)


@method("stats.getMessageStats")
async def get_message_stats(call: Call, q: f.stats.GetMessageStats) -> t.stats.MessageStats:
    """How often the post was seen, sent on and reacted to, by day.

    Source: method/stats.getMessageStats
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED, MESSAGE_ID_INVALID.
    """
    room_id = await inputs.channel(call, q.channel)

    def query(rx: Reader) -> tuple[Message, Lines, Lines]:
        return statistics.of_post(rx, access.require_member(rx, call.user_id, room_id), q.msg_id)

    post, seen, signs = await call.read(query)
    days = _days(post.date, call.now())
    return t.stats.MessageStats(
        views_graph=graphs.by_day(seen, days, SEEN),
        reactions_by_emotion_graph=graphs.by_day(signs, days, {}, "bar"),
    )


@method("stats.getMessagePublicForwards")
async def get_message_public_forwards(
    call: Call, q: f.stats.GetMessagePublicForwards
) -> t.stats.PublicForwards:
    """The public rooms that the post was forwarded to, with the copies there.

    Source: method/stats.getMessagePublicForwards
    Shape: offset and next_offset are the date, room and id of the last copy of a page, with commas between.
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED, MESSAGE_ID_INVALID.
    """
    room_id, below = await inputs.channel(call, q.channel), _below(q.offset)
    limit = max(1, min(q.limit, LISTED))

    def query(rx: Reader) -> tuple[list[Message], int, Place | None]:
        grant = access.require_member(rx, call.user_id, room_id)
        return statistics.public_forwards(rx, grant, q.msg_id, below, limit)

    found, count, rest = await call.read(query)
    seen, around = await viewer_of(call, found), people_of(found)
    return t.stats.PublicForwards(
        count=count, forwards=[t.PublicForwardMessage(message=message_view(m, seen)) for m in found],
        next_offset=",".join(map(str, rest)) if rest else None,
        chats=await chats(call, around), users=await users(call, around),
    )  # fmt: skip


def _below(offset: str) -> Place:
    parts = offset.split(",")
    if len(parts) != 3 or not all(part.removeprefix("-").isdecimal() and len(part) < 19 for part in parts):
        return (MAX_ID, 0, 0)
    date, room, copy = (int(part) for part in parts)
    return (date, room, copy)


@method("stats.getPollStats")
async def get_poll_stats(call: Call, q: f.stats.GetPollStats) -> t.stats.PollStats:
    """How the poll was voted in, by day.

    Source: method/stats.getPollStats
    Errors: PEER_ID_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED, MESSAGE_ID_INVALID.
    """
    peer: PeerId = await inputs.peer(call, q.peer)

    def query(rx: Reader) -> tuple[Message, Lines]:
        grant = access.require_member(rx, call.user_id, peer)
        return statistics.of_poll(rx, grant, q.msg_id)

    asked, votes = await call.read(query)
    return t.stats.PollStats(votes_graph=graphs.by_day(votes, _days(asked.date, call.now()), {}, "bar"))
