"""Takes a query out of its wrappers and says what they asked for.

Source: api/invoking
"""

from typing import Any, NamedTuple

from chappe.tl import TLObject
from chappe.tl import functions as f


class Peeled(NamedTuple):
    """A bare query and what its wrappers said."""

    query: TLObject
    layer: int | None
    init: TLObject | None
    after: tuple[int, ...]
    no_updates: bool
    takeout_id: int | None = None
    """The export of one's own data that the query is part of."""


MAX_AFTER = 256

_LAYER = f.InvokeWithLayer
_INIT = f.InitConnection
_AFTER = f.InvokeAfterMsg
_AFTER_ALL = f.InvokeAfterMsgs
_QUIET = f.InvokeWithoutUpdates
_TAKEOUT = f.InvokeWithTakeout
_RANGE = f.InvokeWithMessagesRange
EVERYTHING = (1, 0x7FFFFFFF)
"""The only range that messages.getSplitRanges names: a query of it is the query itself."""
_PLAIN = (f.InvokeWithGooglePlayIntegrity, f.InvokeWithApnsSecret, f.InvokeWithReCaptcha)
_WRAPPERS = frozenset((_LAYER, _INIT, _AFTER, _AFTER_ALL, _QUIET, _TAKEOUT, _RANGE, *_PLAIN))


def peel(query: Any) -> Peeled:
    """The query inside all wrappers Chappe understands; wrappers that change what a query means stay on.

    Source: api/invoking
    """
    kind = type(query)
    if kind not in _WRAPPERS:
        return Peeled(query, None, None, (), False)
    layer: int | None = None
    init: TLObject | None = None
    after: tuple[int, ...] = ()
    quiet = False
    takeout_id: int | None = None
    # COMPAT TDLib: repeats invokeWithLayer and initConnection on every query until the first answer is there
    while kind in _WRAPPERS:
        if kind is _LAYER:
            layer = query.layer
        elif kind is _INIT:
            init = query
        elif kind is _AFTER:
            after += (query.msg_id,)
        elif kind is _AFTER_ALL:
            after += tuple(query.msg_ids[:MAX_AFTER])
        elif kind is _QUIET:
            quiet = True
        elif kind is _TAKEOUT:
            takeout_id = query.takeout_id
        elif kind is _RANGE and (query.range.min_id > EVERYTHING[0] or query.range.max_id < EVERYTHING[1]):
            break
        query = query.query
        kind = type(query)
    return Peeled(query, layer, init, after, quiet, takeout_id)
