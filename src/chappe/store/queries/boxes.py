"""The statements of a box: counters, messages, its log, its dialogs. Hot ones touch one row each, by primary key."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx

Row = tuple[object, ...]

MESSAGE_COLUMNS = (
    "owner_id, id, peer_id, from_id, out, date, twin_id, edit_date, pinned, media_unread, grouped_id, reactions,"
    " content"
)
_INSERT_MESSAGE = (
    "INSERT INTO messages (owner_id, id, peer_id, from_id, out, date, twin_id, media_unread, grouped_id,"
    " media_kind, media_id, media_hash, size_bytes, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_TEXT = (
    "INSERT INTO messages (owner_id, id, peer_id, from_id, out, date, twin_id, grouped_id, size_bytes, content)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
"""For what carries no media: sqlite3 asks for an adapter of each None, which costs as much as three numbers."""
_UPSERT_DIALOG = (
    "INSERT INTO dialogs (owner_id, peer_id, top_message, date, message_count, unread_count)"
    " VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (owner_id, peer_id) DO UPDATE SET"
    " top_message = excluded.top_message, date = excluded.date, message_count = dialogs.message_count + 1,"
    " unread_count = dialogs.unread_count + excluded.unread_count"
    " RETURNING message_count, folder_id, ttl_period, CASE WHEN draft IS NULL THEN 0 ELSE 1 END"
)
_APPEND_LOG = (
    "INSERT INTO box_log (owner_id, pts, pts_count, kind, message_id, date, data) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_APPEND_PLAIN = "INSERT INTO box_log (owner_id, pts, pts_count, kind, message_id, date) VALUES (?, ?, ?, ?, ?, ?)"


def open_box(tx: Tx, owner_id: int) -> None:
    """An empty box exists for the owner."""
    tx.run("INSERT INTO boxes (owner_id) VALUES (?) ON CONFLICT (owner_id) DO NOTHING", (owner_id,))


def next_message(tx: Tx, owner_id: int) -> tuple[int, int] | None:
    """(pts, id) taken for one new message, or None when there is no such box."""
    return tx.one(
        "UPDATE boxes SET pts = pts + 1, last_id = last_id + 1 WHERE owner_id = ? RETURNING pts, last_id", (owner_id,)
    )


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


def append_state(tx: Tx, owner_id: int, date: int, data: bytes) -> None:
    """One change of state that has no pts (a draft, a setting) is kept for devices that are away."""
    row = tx.one("UPDATE boxes SET state_no = state_no + 1 WHERE owner_id = ? RETURNING state_no", (owner_id,))
    if row:
        tx.run("INSERT INTO box_states (owner_id, no, date, data) VALUES (?, ?, ?, ?)", (owner_id, row[0], date, data))


def states_since(rx: Reader, owner_id: int, date: int, limit: int) -> list[tuple[bytes]]:
    """(data,) of the state changes made at or after date, oldest first."""
    return rx.all(
        "SELECT data FROM box_states WHERE owner_id = ? AND date >= ? ORDER BY date DESC, no DESC LIMIT ?",
        (owner_id, date, limit),
    )[::-1]


def insert_message(
    tx: Tx,
    owner_id: int,
    message_id: int,
    peer_id: int,
    from_id: int,
    out: int,
    date: int,
    twin_id: int,
    media_unread: int,
    grouped_id: int,
    media: tuple[int, int, bytes | None],
    content: bytes,
) -> None:
    """The message stands in the box. Shape: media = (kind, file id, sha256)."""
    if not (media[0] or media[1] or media_unread):
        text = (owner_id, message_id, peer_id, from_id, out, date, twin_id, grouped_id, len(content), content)
        tx.run(_INSERT_TEXT, text)
        return
    tx.run(
        _INSERT_MESSAGE,
        (
            owner_id, message_id, peer_id, from_id, out, date, twin_id, media_unread, grouped_id,
            media[0], media[1], media[2], len(content), content,
        ),
    )  # fmt: skip


def raise_dialog(
    tx: Tx, owner_id: int, peer_id: int, top_message: int, date: int, unread: int
) -> tuple[int, int, int, int]:
    """(message_count, folder_id, ttl_period, has a draft) of the dialog after the message became its newest."""
    row = tx.one(_UPSERT_DIALOG, (owner_id, peer_id, top_message, date, unread))
    assert row is not None
    return row


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
        " SELECT ?, COALESCE(MAX(no), 0) + 1, ?, ?, ?, ?, ?, ? FROM events WHERE shard = ?",
        (shard, date, kind, box_id, message_id, other_box_id, other_id, shard),
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
    """The id of the oldest message of the dialog with this date or a later one."""
    row = rx.one(
        "SELECT MIN(id) FROM messages WHERE owner_id = ? AND peer_id = ? AND date >= ?", (owner_id, peer_id, date)
    )
    return row[0] if row else None


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
