"""How often posts of channels were seen. Source: method/messages.getMessagesViews"""

from collections.abc import Sequence

from chappe.store import Tx
from chappe.store.queries import boxes
from chappe.store.queries import posts as rows


def add_views(tx: Tx, more: Sequence[tuple[int, int, int]]) -> None:
    """The posts that still exist were seen so much more often. Shape: (room, message, views)."""
    there = [(room, post, views, 0) for room, post, views in more if boxes.message(tx, room, post) is not None]
    if there:
        rows.add_counts(tx, there)
