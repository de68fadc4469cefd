"""Finding messages. Source: method/messages.search, method/messages.searchGlobal"""

from dataclasses import replace

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, is_channel
from chappe.domain import access, global_search, mentions, search
from chappe.domain.history import Offsets, Page
from chappe.domain.search import Criteria
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, messages_page, users, viewer_of
from chappe.rpc.views.messages import message_view, people_of
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

NOTHING = Page((), 0)
QUESTION_LENGTH = 256
COUNTERS = 20


def _filter(value: t.TypeMessagesFilter) -> str:
    """TL's name of the filter without `inputMessagesFilter`. Errors: INPUT_FILTER_INVALID."""
    name = type(value).NAME.removeprefix("inputMessagesFilter")
    if name not in search.FILTERS:
        raise Invalid("input_filter_invalid")
    return name


async def _saved_peer(call: Call, peer: PeerId, value: t.TypeInputPeer | None) -> PeerId | None:
    """The part of the saved messages that is meant. Errors: PEER_ID_INVALID elsewhere."""
    if value is None:
        return None
    if peer != PeerId(call.user_id):
        raise Invalid("peer_id_invalid")
    return await inputs.peer(call, value)


async def find_in(call: Call, peer: PeerId | None, wanted: Criteria | None, question: str, offsets: Offsets) -> Page:
    """The page of the caller's messages; the right to read the dialog is checked in the same snapshot."""

    def query(rx: Reader) -> Page:
        seen = _seen(rx, call, peer, wanted)
        return search.find(rx, seen, question[:QUESTION_LENGTH], offsets, call.user_id) if seen else NOTHING

    return await call.read(query)


def _seen(rx: Reader, call: Call, peer: PeerId | None, wanted: Criteria | None) -> Criteria | None:
    """The criteria as far as the caller may read the dialog. Errors: as access.require_read."""
    if peer is None:
        return wanted
    grant = access.require_read(rx, call.user_id, peer)
    return search.seen_by(wanted, grant) if wanted is not None else None


@method("messages.search")
async def search_messages(call: Call, q: f.messages.Search) -> t.messages.TypeMessages:
    """The messages of one dialog that meet the question; with an empty peer, of all.

    Source: method/messages.search
    Errors: PEER_ID_INVALID, INPUT_FILTER_INVALID, SEARCH_QUERY_EMPTY.
    """
    name, owner = _filter(q.filter), PeerId(call.user_id)
    if not q.q and name == "Empty" and q.from_id is None and isinstance(q.peer, t.InputPeerEmpty):
        raise Invalid("search_query_empty")
    peer = None if isinstance(q.peer, t.InputPeerEmpty) else await inputs.peer(call, q.peer)
    from_id = await inputs.peer(call, q.from_id) if q.from_id is not None else None
    saved = await _saved_peer(call, peer or owner, q.saved_peer_id)
    wanted = search.criteria(
        owner, peer, name, from_id=from_id, dates=(q.min_date, q.max_date), ids=(q.min_id, q.max_id), saved_peer=saved
    )
    if wanted is not None and q.top_msg_id and peer is not None and is_channel(peer):
        wanted = replace(wanted, top_id=q.top_msg_id)
    page = await find_in(call, peer, wanted, q.q, Offsets(q.offset_id, q.add_offset, q.limit))
    return await messages_page(call, page.messages, page.count, inexact=page.inexact, room=peer)


@method("messages.searchGlobal")
async def search_global(call: Call, q: f.messages.SearchGlobal) -> t.messages.TypeMessages:
    """The messages of all the caller's dialogs that meet the question, newest first.

    Source: method/messages.searchGlobal
    Shape: next_rate is the date of the last message of the page, to be given back as offset_rate.
    Errors: INPUT_FILTER_INVALID, FOLDER_ID_INVALID, PEER_ID_INVALID, CHANNEL_INVALID.
    """
    name = _filter(q.filter)
    if q.folder_id not in (None, 0, 1):
        raise Invalid("folder_id_invalid")
    only = "users" if q.users_only else "groups" if q.groups_only else "broadcasts" if q.broadcasts_only else ""
    asked = global_search.Asked(
        q.q[:QUESTION_LENGTH], name, (max(0, q.min_date), max(0, q.max_date)), only, q.folder_id,
        await offset_of(call, q), Offsets(limit=q.limit).wanted,
    )  # fmt: skip
    page = await call.read(lambda rx: global_search.own(rx, call.user_id, asked))
    return await found_slice(call, page)


async def offset_of(call: Call, q: f.messages.SearchGlobal | f.channels.SearchPosts) -> tuple[int, int, int]:
    """(date, peer, id) of the last message of the page before, zeros at the beginning. Errors: PEER_ID_INVALID."""
    peer = 0 if isinstance(q.offset_peer, t.InputPeerEmpty) else await inputs.peer(call, q.offset_peer)
    return (max(0, q.offset_rate), peer, max(0, q.offset_id))


async def found_slice(call: Call, page: Page, flood: t.SearchPostsFlood | None = None) -> t.messages.MessagesSlice:
    """A page of what was found in many boxes. Source: constructor/messages.messagesSlice"""
    seen, last = await viewer_of(call, page.messages), page.messages[-1].date if page.messages else 0
    found = await call.read(lambda rx: mentions.seen_by(rx, call.user_id, page.messages))
    return t.messages.MessagesSlice(
        inexact=page.inexact, count=page.count, next_rate=last or None, search_flood=flood,
        messages=[message_view(m, seen) for m in found], topics=[],
        chats=await chats(call, people_of(found)), users=await users(call, people_of(found)),
    )  # fmt: skip


@method("messages.searchSentMedia")
async def search_sent_media(call: Call, q: f.messages.SearchSentMedia) -> t.messages.TypeMessages:
    """Files the caller sent lately. Source: method/messages.searchSentMedia. Errors: INPUT_FILTER_INVALID."""
    owner = PeerId(call.user_id)
    wanted = search.criteria(owner, None, _filter(q.filter), from_id=owner)
    page = await find_in(call, None, wanted, q.q, Offsets(0, 0, q.limit))
    return await messages_page(call, page.messages, page.count, inexact=page.inexact)


@method("messages.getSearchCounters")
async def get_search_counters(call: Call, q: f.messages.GetSearchCounters) -> list[t.messages.SearchCounter]:
    """How many messages of the dialog fall under each filter.

    Source: method/messages.getSearchCounters
    Errors: PEER_ID_INVALID, INPUT_FILTER_INVALID.
    """
    peer, owner = await inputs.peer(call, q.peer), PeerId(call.user_id)
    saved = await _saved_peer(call, peer, q.saved_peer_id)
    asked = [search.criteria(owner, peer, _filter(one), saved_peer=saved) for one in q.filters[:COUNTERS]]

    def query(rx: Reader) -> list[int]:
        seen = [_seen(rx, call, peer, wanted) for wanted in asked]
        counted = {wanted: search.count(rx, wanted) if wanted else 0 for wanted in set(seen)}
        return [counted[wanted] for wanted in seen]

    counts = await call.read(query)
    return [t.messages.SearchCounter(filter=one, count=n) for one, n in zip(q.filters, counts, strict=False)]


@method("messages.getSearchResultsCalendar")
async def get_search_results_calendar(
    call: Call, q: f.messages.GetSearchResultsCalendar
) -> t.messages.SearchResultsCalendar:
    """How many messages under the filter each day has, and the newest of each day.

    Source: method/messages.getSearchResultsCalendar
    Errors: PEER_ID_INVALID, INPUT_FILTER_INVALID.
    """
    peer, owner = await inputs.peer(call, q.peer), PeerId(call.user_id)
    saved = await _saved_peer(call, peer, q.saved_peer_id)
    wanted = search.criteria(owner, peer, _filter(q.filter), saved_peer=saved)

    def query(rx: Reader) -> tuple[list[tuple[int, int, int, int]], Page]:
        seen = _seen(rx, call, peer, wanted)
        days = search.days(rx, seen, q.offset_id) if seen else []
        return days, search.tops(rx, PeerId(seen.owner_id) if seen else owner, days)

    days, tops = await call.read(query)
    seen = await viewer_of(call, tops.messages)
    return t.messages.SearchResultsCalendar(
        count=sum(day[3] for day in days), min_date=days[-1][0] if days else 0, min_msg_id=days[-1][1] if days else 0,
        periods=[
            t.SearchResultsCalendarPeriod(date=midnight, min_msg_id=low, max_msg_id=high, count=count)
            for midnight, low, high, count in days
        ],
        messages=[message_view(m, seen) for m in tops.messages],
        chats=await chats(call, people_of(tops.messages)), users=await users(call, people_of(tops.messages)),
    )  # fmt: skip


@method("messages.getSearchResultsPositions")
async def get_search_results_positions(
    call: Call, q: f.messages.GetSearchResultsPositions
) -> t.messages.SearchResultsPositions:
    """Where messages under the filter stand, spread over the dialog.

    Source: method/messages.getSearchResultsPositions
    Errors: PEER_ID_INVALID, INPUT_FILTER_INVALID.
    """
    peer, owner, limit = await inputs.peer(call, q.peer), PeerId(call.user_id), max(1, min(q.limit, 1000))
    saved = await _saved_peer(call, peer, q.saved_peer_id)
    wanted = search.criteria(owner, peer, _filter(q.filter), saved_peer=saved)

    def query(rx: Reader) -> tuple[int, list[tuple[int, int, int]]]:
        seen = _seen(rx, call, peer, wanted)
        return (search.count(rx, seen), search.positions(rx, seen, q.offset_id, limit)) if seen else (0, [])

    count, found = await call.read(query)
    shown = [t.SearchResultPosition(msg_id=i, date=date, offset=place) for i, date, place in found]
    return t.messages.SearchResultsPositions(count=count, positions=shown)
