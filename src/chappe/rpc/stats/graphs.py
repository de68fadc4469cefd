"""Graphs that clients ask for one by one. Source: method/stats.loadAsyncGraph"""

from collections.abc import Callable
from hashlib import blake2b
from hmac import compare_digest

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, statistics
from chappe.domain.statistics import Figures
from chappe.rpc.context import Call, method
from chappe.rpc.views import graphs
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

VIEWS = {"followers": "Followers", "others": "Others"}
WAYS = {"public": "Public name", "link": "Invite links", "request": "Requests", "invited": "Invited by members"}
HOURS = {"now": "These seven days", "before": "The seven before"}
UNKNOWN = {"": "Unknown"}

LATER: dict[str, Callable[[Figures], t.TypeStatsGraph]] = {
    "hours": lambda figures: graphs.by_hour(figures.hours(), HOURS),
    "views": lambda figures: graphs.by_day(figures.lines("views"), figures.days, VIEWS, "area"),
    "ways": lambda figures: graphs.by_day(figures.lines("joined"), figures.days, WAYS, "bar"),
    "languages": lambda figures: graphs.by_day(figures.lines("languages"), figures.days, UNKNOWN, "bar"),
    "reactions": lambda figures: graphs.by_day(figures.lines("reactions"), figures.days, {}, "bar"),
    "weekdays": lambda figures: graphs.by_weekday(figures.weekdays("posts"), "Messages"),
}
"""Graphs that come with `stats.loadAsyncGraph`, because clients show them further down."""


def later(call: Call, room_id: PeerId, name: str) -> t.StatsGraphAsync:
    """The graph will be asked for with the token, which is the caller's alone."""
    return t.StatsGraphAsync(token=f"{name}:{room_id}:{_seal(call, room_id, name)}")


def _seal(call: Call, room_id: int, name: str) -> str:
    thing = blake2b(f"graph:{name}:{room_id}".encode(), digest_size=8).digest()
    return f"{call.services.access.hash_for(call.user_id, int.from_bytes(thing, 'little', signed=True)):x}"


@method("stats.loadAsyncGraph")
async def load_async_graph(call: Call, q: f.stats.LoadAsyncGraph) -> t.TypeStatsGraph:
    """The graph of a token.

    Source: method/stats.loadAsyncGraph
    Shape: no graph can be enlarged, so a place in it is refused.
    Errors: GRAPH_INVALID_RELOAD, CHAT_ADMIN_REQUIRED, CHANNEL_PRIVATE.
    """
    name, _, rest = q.token.partition(":")
    number, _, seal = rest.partition(":")
    if q.x is not None or name not in LATER or len(number) > 19 or not number.removeprefix("-").isdecimal():
        raise Invalid("graph_invalid_reload")
    room_id = PeerId(int(number))
    if not compare_digest(seal.encode(), _seal(call, room_id, name).encode()):
        raise Invalid("graph_invalid_reload")

    def query(rx: Reader) -> t.TypeStatsGraph:
        room = statistics.require_viewer(access.require_member(rx, call.user_id, room_id))
        return LATER[name](Figures(rx, room))

    return await call.read(query)
