"""Stretches of a box: a dialog's history, and what a search finds, by one arithmetic of offsets.

Source: api/offsets, method/messages.getHistory
"""

from dataclasses import dataclass, replace

from chappe.base.ids import PeerId
from chappe.domain import updates
from chappe.domain.access import Grant
from chappe.domain.records import Message
from chappe.store import Reader
from chappe.store.queries import boxes, search
from chappe.store.queries.search import Criteria

LIMIT = 100
"""Messages in one page."""
LIMIT_UNSAID = 20
"""Messages in a page when the client says zero."""
MAX_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch, newest first. Shape: count is how many there are in all, `inexact` when it was cut short."""

    messages: tuple[Message, ...]
    count: int
    inexact: bool = False


@dataclass(frozen=True, slots=True)
class Offsets:
    """Which stretch of a list, newest first, is wanted.

    Source: api/offsets
    Shape: it starts add_offset items after the message offset_id, which itself is the last one before the start;
    a negative add_offset reaches towards newer messages.
    """

    offset_id: int = 0
    add_offset: int = 0
    limit: int = LIMIT

    @property
    def wanted(self) -> int:
        """Messages in the page at most."""
        return LIMIT_UNSAID if self.limit == 0 else max(1, min(self.limit, LIMIT))


def history(
    rx: Reader, grant: Grant, offsets: Offsets, *, offset_date: int = 0, max_id: int = 0, min_id: int = 0
) -> Page:
    """The stretch of the dialog that the offsets name.

    Source: api/offsets, method/messages.getHistory
    Shape: without offset_id it starts below the first message not older than offset_date.
    """
    owner, peer = grant.box, grant.peer
    if offset_date and offsets.offset_id <= 0:
        first = boxes.first_after(rx, owner, peer, offset_date)
        offsets = replace(offsets, offset_id=first or 0)
    wanted = Criteria(owner, peer, min_id=max(0, min_id, grant.floor), max_id=max(0, max_id))
    if owner == peer and grant.room is not None:
        count = search.count(rx, wanted) if grant.floor else boxes.box_count(rx, owner)
        return Page(stretch(rx, wanted, offsets), count)
    return Page(stretch(rx, wanted, offsets), boxes.dialog_count(rx, owner, peer))


def stretch(rx: Reader, wanted: Criteria, offsets: Offsets) -> tuple[Message, ...]:
    """The messages of one page, newest first. Shape: places above the newest message stay empty.

    Source: api/offsets
    """
    start = offsets.offset_id if offsets.offset_id > 0 else MAX_ID
    limit, skip = offsets.wanted, offsets.add_offset
    if skip >= 0:
        rows = search.older(rx, wanted, start, limit, skip)
    else:
        reach = -skip
        rows = search.newer(rx, wanted, start, min(limit, reach), max(0, reach - limit))[::-1]
        if limit > reach:
            rows += search.older(rx, wanted, start, limit - reach)
    return tuple(updates.counted(rx, PeerId(wanted.owner_id), [Message.of_row(row) for row in rows]))
