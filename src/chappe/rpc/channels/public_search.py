"""Posts of public channels, found by hashtag or by words. Source: method/channels.searchPosts"""

from chappe.base.errors import Invalid
from chappe.domain import global_search
from chappe.domain.history import Offsets
from chappe.rpc.context import Call, method
from chappe.rpc.messages.search import QUESTION_LENGTH, found_slice, offset_of
from chappe.tl import functions as f
from chappe.tl import types as t


@method("channels.searchPosts")
async def search_posts(call: Call, q: f.channels.SearchPosts) -> t.messages.TypeMessages:
    """The newest posts of public channels with the hashtag, or with every word of the question.

    Source: method/channels.searchPosts
    Shape: paged as messages.searchGlobal. Errors: SEARCH_QUERY_EMPTY, PEER_ID_INVALID, CHANNEL_INVALID.
    """
    question = (q.query or "").strip()
    if q.hashtag is not None:
        tag = q.hashtag.strip()
        question = tag if tag[:1] in ("#", "$") else f"#{tag}"
    if not question.strip("#$ "):
        raise Invalid("search_query_empty")
    offset, limit = await offset_of(call, q), Offsets(limit=q.limit).wanted
    page = await call.read(
        lambda rx: global_search.public(rx, call.user_id, question[:QUESTION_LENGTH], offset, limit)
    )
    return await found_slice(call, page, None if q.hashtag is not None else _FREE)


_FREE = t.SearchPostsFlood(query_is_free=True, total_daily=2**31 - 1, remains=2**31 - 1, stars_amount=0)
"""Searching costs nothing here, however often."""


@method("channels.checkSearchPostsFlood")
async def check_search_posts_flood(call: Call, q: f.channels.CheckSearchPostsFlood) -> t.SearchPostsFlood:
    """Searching by words costs nothing and is not counted. Source: method/channels.checkSearchPostsFlood"""
    return _FREE
