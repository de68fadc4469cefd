"""The statements of a box: counters, messages, its log, its dialogs. Hot ones touch one row each, by primary key."""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from chappe.base.ids import MsgId
from chappe.store.protocol import Reader, Tx

Row = tuple[object, ...]

MESSAGE_COLUMNS = (
    "owner_id, id, peer_id, from_id, out, date, twin_id, edit_date, pinned, media_unread, grouped_id, reactions,"
    " held, content"
)
_TEXT_COLUMNS = "owner_id, id, peer_id, from_id, out, date, twin_id, grouped_id, pts, size_bytes, content"
"""For what carries no media: sqlite3 asks for an adapter of each None, which costs as much as three numbers."""
_MEDIA_COLUMNS = f"{_TEXT_COLUMNS}, media_unread, media_kind, media_id, media_hash"
_APPEND_LOG = (
    "INSERT INTO box_log (owner_id, pts, pts_count, kind, message_id, date, data) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_APPEND_PLAIN = "INSERT INTO box_log (owner_id, pts, pts_count, kind, message_id, date) VALUES (?, ?, ?, ?, ?, ?)"

TextRow = tuple[int, int, int, int, int, int, int, int, int, int, bytes]
"""Values of `_TEXT_COLUMNS`."""
MediaRow = tuple[int, int, int, bytes | None]
"""media_unread, media_kind, media_id, media_hash."""
NO_MEDIA: MediaRow = (0, 0, 0, None)
_INSERT_TEXT = f"INSERT INTO messages ({_TEXT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_MEDIA = f"INSERT INTO messages ({_MEDIA_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@cache
def _take_messages(count: int) -> str:
    marks = ", ".join("?" * count)
    return (
        f"UPDATE boxes SET pts = pts + 1, last_id = last_id + 1 WHERE owner_id IN ({marks})"
        " RETURNING owner_id, pts, last_id"
    )


@cache
def _upsert_dialogs(count: int) -> str:
    return (
        "INSERT INTO dialogs (owner_id, peer_id, top_message, date, message_count, unread_count)"
        f" VALUES {', '.join(['(?, ?, ?, ?, 1, ?)'] * count)} ON CONFLICT (owner_id, peer_id) DO UPDATE SET"
        " top_message = excluded.top_message, date = excluded.date, message_count = dialogs.message_count + 1,"
        " unread_count = dialogs.unread_count + excluded.unread_count"
        " RETURNING owner_id, message_count, folder_id, ttl_period, CASE WHEN draft IS NULL THEN 0 ELSE 1 END"
    )


def open_box(tx: Tx, owner_id: int) -> None:
    """An empty box exists for the owner."""
    tx.run("INSERT INTO boxes (owner_id) VALUES (?) ON CONFLICT (owner_id) DO NOTHING", (owner_id,))


def next_messages(tx: Tx, owners: Sequence[int]) -> dict[int, tuple[int, MsgId]]:
    """owner → (pts, id) taken for one new message in the box of each; who has no box is left out."""
    return {row[0]: (row[1], row[2]) for row in tx.all(_take_messages(len(owners)), owners)}


def advance(tx: Tx, owner_id: int, pts_count: int) -> int | None:
    """The box's pts after it moved by pts_count."""
    row = tx.one("UPDATE boxes SET pts = pts + ? WHERE owner_id = ? RETURNING pts", (pts_count, owner_id))
    return row[0] if row else None


def counters(rx: Reader, owner_id: int) -> tuple[int, int, int] | None:
    """(pts, qts, log_floor) of a box; the log holds every entry above the floor."""
    return rx.one("SELECT pts, qts, log_floor FROM boxes WHERE owner_id = ?", (owner_id,))


def append_log(
    tx: Tx, owner_id: int, pts: int, pts_count: int, kind: int, message_id: int, date: int, data: bytes | None
) -> None:
    """One entry is in the box's log."""
    if data is None:
        tx.run(_APPEND_PLAIN, (owner_id, pts, pts_count, int(kind), message_id, date))
    else:
        tx.run(_APPEND_LOG, (owner_id, pts, pts_count, int(kind), message_id, date, data))


def log_after(rx: Reader, owner_id: int, pts: int, limit: int) -> list[tuple[int, int, int, int, int, bytes | None]]:
    """(pts, pts_count, kind, message_id, date, data) of the entries above pts, oldest first."""
    return rx.all(
        "SELECT pts, pts_count, kind, message_id, date, data FROM box_log WHERE owner_id = ? AND pts > ?"
        " ORDER BY pts LIMIT ?",
        (owner_id, pts, limit),
    )


def posted_after(rx: Reader, owner_id: int, pts: int, limit: int) -> list[tuple[Any, ...]]:
    """The messages that came into the box above pts and still stand, oldest first: each row, and its pts behind.

    Shape: ids and pts rise together, and each id took a pts: so many ids back the search need not begin.
    """
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS}, pts FROM messages WHERE owner_id = ? AND pts > ? AND id >"
        " (SELECT last_id - pts + ? FROM boxes WHERE owner_id = ?) ORDER BY id LIMIT ?",
        (owner_id, pts, pts, owner_id, limit),
    )


def append_state(tx: Tx, owner_id: int, date: int, data: bytes) -> None:
    """One change of state that has no pts (a draft, a setting) is kept for devices that are away."""
    row = tx.one("UPDATE boxes SET state_no = state_no + 1 WHERE owner_id = ? RETURNING state_no", (owner_id,))
    if row:
        tx.run("INSERT INTO box_states (owner_id, no, date, data) VALUES (?, ?, ?, ?)", (owner_id, row[0], date, data))


def states_since(rx: Reader, owner_id: int, date: int, limit: int) -> list[tuple[bytes, int]]:
    """(data, date) of the first state changes made at or after date, oldest first."""
    return rx.all(
        "SELECT data, date FROM box_states WHERE owner_id = ? AND date >= ? ORDER BY date, no LIMIT ?",
        (owner_id, date, limit),
    )


def insert_messages(tx: Tx, texts: Sequence[TextRow], media: Sequence[MediaRow]) -> None:
    """The messages stand in their boxes. Shape: for each a row and what it carries."""
    if media.count(NO_MEDIA) == len(media):
        tx.many(_INSERT_TEXT, texts)
    else:
        tx.many(_INSERT_MEDIA, [text + carried for text, carried in zip(texts, media, strict=True)])


def raise_dialogs(tx: Tx, lines: Sequence[tuple[int, int, int, int, int]]) -> dict[int, tuple[int, int, int, int]]:
    """owner → (message_count, folder_id, ttl_period, has a draft) of each dialog after a message became its newest.

    Shape: lines are (owner_id, peer_id, top_message, date, how many more are unread), each owner once.
    """
    found = tx.all(_upsert_dialogs(len(lines)), tuple(chain.from_iterable(lines)))
    return {row[0]: row[1:] for row in found}


def remember_send(tx: Tx, owner_id: int, sender_id: int, random_id: int, message_id: int, date: int) -> None:
    """The random_id is known in this box for 48 hours."""
    tx.run(
        "INSERT INTO sends (owner_id, sender_id, random_id, message_id, date) VALUES (?, ?, ?, ?, ?)",
        (owner_id, sender_id, random_id, message_id, date),
    )


def sent_before(rx: Reader, owner_id: int, sender_id: int, random_id: int) -> int | None:
    """The message id an earlier send with this random_id got, if any."""
    row = rx.one(
        "SELECT message_id FROM sends WHERE owner_id = ? AND sender_id = ? AND random_id = ?",
        (owner_id, sender_id, random_id),
    )
    return row[0] if row else None


def message(rx: Reader, owner_id: int, message_id: int) -> Row | None:
    """One message row of the box."""
    return rx.one(f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE owner_id = ? AND id = ?", (owner_id, message_id))


def messages(rx: Reader, owner_id: int, ids: Sequence[int]) -> list[Row]:
    """The rows of the given ids that exist, in no promised order."""
    marks = ", ".join("?" * len(ids))
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE owner_id = ? AND id IN ({marks})", (owner_id, *ids)
    )


def append_event(
    tx: Tx, shard: int, date: int, kind: str, box_id: int, message_id: int, other_box_id: int, other_id: int
) -> None:
    """One event is at the end of the shard's stream; what crosses boxes (search, counts, exports) reads it there."""
    tx.run(
        "INSERT INTO events (shard, no, date, kind, box_id, message_id, other_box_id, other_message_id)"
        " VALUES (?, (SELECT COALESCE(MAX(no), 0) + 1 FROM events WHERE shard = ?), ?, ?, ?, ?, ?, ?)",
        (shard, shard, date, kind, box_id, message_id, other_box_id, other_id),
    )


def unread_total(rx: Reader, owner_id: int) -> int:
    """Unread messages over all dialogs of the box."""
    row = rx.one("SELECT COALESCE(SUM(unread_count), 0) FROM dialogs WHERE owner_id = ?", (owner_id,))
    return int(row[0]) if row else 0


def twin(rx: Reader, owner_id: int, peer_id: int, message_id: int) -> int | None:
    """The id of the copy in the peer's box of a message of this dialog; 0 without one, None without a message."""
    row = rx.one(
        "SELECT twin_id FROM messages WHERE owner_id = ? AND id = ? AND peer_id = ?", (owner_id, message_id, peer_id)
    )
    return row[0] if row else None


def first_after(rx: Reader, owner_id: int, peer_id: int, date: int) -> int | None:
    """The id of the oldest message of the dialog with this date or a later one; ids rise as dates do.

    Halves the range of ids, each time looking at one message: a long dialog is not read for it.
    """
    of_dialog = "SELECT id, date FROM messages WHERE owner_id = ? AND peer_id = ?"
    newest = rx.one(f"{of_dialog} ORDER BY id DESC LIMIT 1", (owner_id, peer_id))
    if newest is None or newest[1] < date:
        return None
    low, high = 0, newest[0]
    while low < high:
        middle = (low + high) // 2
        at = rx.one(f"{of_dialog} AND id >= ? ORDER BY id LIMIT 1", (owner_id, peer_id, middle)) or newest
        if at[1] < date:
            low = at[0] + 1
        else:
            high = middle
    found = rx.one(f"{of_dialog} AND id >= ? ORDER BY id LIMIT 1", (owner_id, peer_id, low)) or newest
    return int(found[0])


def dialog_count(rx: Reader, owner_id: int, peer_id: int) -> int:
    """How many messages the dialog holds."""
    row = rx.one("SELECT message_count FROM dialogs WHERE owner_id = ? AND peer_id = ?", (owner_id, peer_id))
    return row[0] if row else 0


def twin_of(rx: Reader, owner_id: int, message_id: int) -> int:
    """The twin id of a message of the box; 0 when there is none."""
    row = rx.one("SELECT twin_id FROM messages WHERE owner_id = ? AND id = ?", (owner_id, message_id))
    return row[0] if row else 0


def newest(rx: Reader, owner_id: int, limit: int) -> list[Row]:
    """The newest messages of a room's own box, newest first."""
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE owner_id = ? ORDER BY id DESC LIMIT ?", (owner_id, limit)
    )


def box_count(rx: Reader, owner_id: int) -> int:
    """How many messages a room's own box holds."""
    row = rx.one("SELECT message_no FROM rooms WHERE owner_id = ?", (owner_id,))
    return row[0] if row else 0
