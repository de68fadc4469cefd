"""The statements about the topics of a forum."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

COLUMNS = (
    "topic_id, title, icon_color, icon_emoji_id, from_id, date, closed, hidden, pinned_order, top_message"
)


def insert(
    tx: Tx, room_id: int, topic_id: int, title: str, icon_color: int, icon_emoji_id: int, from_id: int, top: int
) -> None:
    """The topic exists."""
    tx.run(
        "INSERT INTO topics (owner_id, topic_id, title, icon_color, icon_emoji_id, from_id, date, top_message)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner_id, topic_id) DO NOTHING",
        (room_id, topic_id, title, icon_color, icon_emoji_id, from_id, tx.now, top),
    )


def one(rx: Reader, room_id: int, topic_id: int) -> Row | None:
    """The topic in the order of COLUMNS."""
    return rx.one(f"SELECT {COLUMNS} FROM topics WHERE owner_id = ? AND topic_id = ?", (room_id, topic_id))


def some(rx: Reader, room_id: int, ids: Sequence[int]) -> list[Row]:
    """Those of the topics that exist."""
    marks = ", ".join("?" * len(ids))
    return rx.all(f"SELECT {COLUMNS} FROM topics WHERE owner_id = ? AND topic_id IN ({marks})", (room_id, *ids))


def pinned(rx: Reader, room_id: int) -> list[Row]:
    """The pinned topics, topmost first."""
    return rx.all(
        f"SELECT {COLUMNS} FROM topics WHERE owner_id = ? AND pinned_order > 0 ORDER BY pinned_order DESC", (room_id,)
    )


def page(rx: Reader, room_id: int, below: int, limit: int) -> list[Row]:
    """Topics that are not pinned, those with the newest message first, below a message."""
    return rx.all(
        f"SELECT {COLUMNS} FROM topics WHERE owner_id = ? AND pinned_order = 0 AND top_message < ?"
        " ORDER BY top_message DESC LIMIT ?",
        (room_id, below, limit),
    )


def count(rx: Reader, room_id: int) -> int:
    """How many topics there are."""
    row = rx.one("SELECT COUNT(*) FROM topics WHERE owner_id = ?", (room_id,))
    return row[0] if row else 0


def raise_top(tx: Tx, room_id: int, topic_id: int, message_id: int) -> int:
    """The message is the topic's newest; 0 when there is no such topic."""
    return tx.run(
        "UPDATE topics SET top_message = ? WHERE owner_id = ? AND topic_id = ?", (message_id, room_id, topic_id)
    )


def edit(tx: Tx, room_id: int, topic_id: int, title: str, icon_emoji_id: int, closed: int, hidden: int) -> None:
    """The topic has these properties now."""
    tx.run(
        "UPDATE topics SET title = ?, icon_emoji_id = ?, closed = ?, hidden = ? WHERE owner_id = ? AND topic_id = ?",
        (title, icon_emoji_id, closed, hidden, room_id, topic_id),
    )


def set_pin(tx: Tx, room_id: int, topic_id: int, order: int) -> None:
    """The topic stands at this place among the pinned ones, at none when 0."""
    tx.run("UPDATE topics SET pinned_order = ? WHERE owner_id = ? AND topic_id = ?", (order, room_id, topic_id))


def delete(tx: Tx, room_id: int, topic_id: int) -> None:
    """The topic is gone."""
    tx.run("DELETE FROM topics WHERE owner_id = ? AND topic_id = ?", (room_id, topic_id))
