"""The figures of channels and supergroups. Source: api/stats"""

from typing import Any

from chappe.base.ids import PeerId
from chappe.domain import access, statistics
from chappe.domain.records import Message
from chappe.domain.room_counts import DAY_S
from chappe.domain.statistics import Figures, Pair
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import users
from chappe.rpc.stats.graphs import later
from chappe.rpc.views import graphs
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

GROWTH = {"": "Members"}
MOVED = {"joined": "Joined", "left": "Left"}
HEARD = {"muted": "Silenced", "unmuted": "Not silenced any more"}
SEEN = {"views": "Views", "shares": "Shares"}
DOING = {"reads": "People who read", "posts": "People who wrote"}


def _pair(pair: Pair) -> t.StatsAbsValueAndPrev:
    return t.StatsAbsValueAndPrev(current=float(pair.current), previous=float(pair.previous))


def _period(figures: Figures) -> t.StatsDateRangeDays:
    first = figures.today - statistics.PERIOD + 1
    return t.StatsDateRangeDays(min_date=first * DAY_S, max_date=figures.today * DAY_S)


def _both(figures: Figures, *whats: str) -> statistics.Lines:
    return {what: figures.whole(what) for what in whats}


@method("stats.getBroadcastStats")
async def get_broadcast_stats(call: Call, q: f.stats.GetBroadcastStats) -> t.stats.BroadcastStats:
    """The channel's figures: the last seven days beside those before, and graphs.

    Source: method/stats.getBroadcastStats
    Shape: days are UTC; nothing is made out of stories, which there are none of.
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED, BROADCAST_REQUIRED.
    """
    room_id = await inputs.channel(call, q.channel)
    return await call.read(lambda rx: _broadcast(rx, call, room_id))


def _broadcast(rx: Reader, call: Call, room_id: PeerId) -> t.stats.BroadcastStats:
    grant = access.require_member(rx, call.user_id, room_id)
    figures = Figures(rx, statistics.require_viewer(grant, broadcast=True))
    (hear, whole), none = figures.heard(), Pair(0, 0)
    return t.stats.BroadcastStats(
        period=_period(figures),
        followers=_pair(figures.members()),
        views_per_post=_pair(figures.per_post("views")),
        shares_per_post=_pair(figures.per_post("shares")),
        reactions_per_post=_pair(figures.per_post("reactions")),
        views_per_story=_pair(none), shares_per_story=_pair(none), reactions_per_story=_pair(none),
        enabled_notifications=t.StatsPercentValue(part=float(hear), total=float(whole)),
        growth_graph=graphs.by_day({"": figures.grown()}, figures.days, {"": "Followers"}),
        followers_graph=graphs.by_day(_both(figures, "joined", "left"), figures.days, MOVED),
        mute_graph=graphs.by_day(_both(figures, "muted", "unmuted"), figures.days, HEARD),
        top_hours_graph=later(call, room_id, "hours"),
        interactions_graph=graphs.by_day(_both(figures, "views", "shares"), figures.days, SEEN, "step"),
        iv_interactions_graph=graphs.NOT_OFFERED,
        views_by_source_graph=later(call, room_id, "views"),
        new_followers_by_source_graph=later(call, room_id, "ways"),
        languages_graph=later(call, room_id, "languages"),
        reactions_by_emotion_graph=later(call, room_id, "reactions"),
        story_interactions_graph=graphs.NOT_OFFERED,
        story_reactions_by_emotion_graph=graphs.NOT_OFFERED,
        recent_posts_interactions=[_interactions(m) for m in statistics.recent_posts(rx, figures.room)],
    )  # fmt: skip


def _interactions(post: Message) -> t.PostInteractionCountersMessage:
    return t.PostInteractionCountersMessage(
        msg_id=post.id, views=post.views, forwards=post.forwards, reactions=post.reaction_count
    )


@method("stats.getMegagroupStats")
async def get_megagroup_stats(call: Call, q: f.stats.GetMegagroupStats) -> t.stats.MegagroupStats:
    """The supergroup's figures: the last seven days beside those before, graphs, and who did most.

    Source: method/stats.getMegagroupStats
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED, MEGAGROUP_REQUIRED.
    """
    room_id = await inputs.channel(call, q.channel)
    shown = await call.read(lambda rx: _megagroup(rx, call, room_id))
    most: list[Any] = [*shown.top_posters, *shown.top_admins, *shown.top_inviters]
    return shown.replace(users=await users(call, {one.user_id for one in most}))


def _megagroup(rx: Reader, call: Call, room_id: PeerId) -> t.stats.MegagroupStats:
    grant = access.require_member(rx, call.user_id, room_id)
    figures = Figures(rx, statistics.require_viewer(grant, broadcast=False))
    doing = {what: figures.active_by_day(what) for what in DOING}
    return t.stats.MegagroupStats(
        period=_period(figures),
        members=_pair(figures.members()),
        messages=_pair(figures.pair("posts")),
        viewers=_pair(figures.active("reads")),
        posters=_pair(figures.active("posts")),
        growth_graph=graphs.by_day({"": figures.grown()}, figures.days, GROWTH),
        members_graph=graphs.by_day(_both(figures, "joined", "left"), figures.days, MOVED),
        new_members_by_source_graph=later(call, room_id, "ways"),
        languages_graph=later(call, room_id, "languages"),
        messages_graph=graphs.by_day({"": figures.whole("posts")}, figures.days, {"": "Messages"}, "bar"),
        actions_graph=graphs.by_day(doing, figures.days, DOING),
        top_hours_graph=later(call, room_id, "hours"),
        weekdays_graph=later(call, room_id, "weekdays"),
        top_posters=[
            t.StatsGroupTopPoster(user_id=one.user_id, messages=one.counts[0], avg_chars=one.counts[1] // one.counts[0])
            for one in figures.busiest("posts", "chars", by=("posts",))
        ],
        top_admins=[
            t.StatsGroupTopAdmin(user_id=one.user_id, deleted=one.counts[0], kicked=one.counts[1], banned=one.counts[2])
            for one in figures.busiest("deletions", "kicks", "bans")
        ],
        top_inviters=[
            t.StatsGroupTopInviter(user_id=one.user_id, invitations=one.counts[0]) for one in figures.busiest("invites")
        ],
        users=[],
    )  # fmt: skip
