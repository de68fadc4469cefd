"""The statements of secret chats: their two sides, the queue of each device. None of them looks into a message."""

from chappe.store.protocol import Reader, Row, Tx

_CHAT = (
    "owner_id, chat_id, peer_id, auth_key_id, peer_key_id, asked, state, date, half, fingerprint, history_deleted,"
    " read_max, read_date"
)
_QUEUED = "qts, chat_id, random_id, date, service, file_id, file_bytes, file_fingerprint, data"
_ENQUEUE = (
    f"INSERT INTO secret_queue (owner_id, auth_key_id, {_QUEUED}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_TAKE_QTS = (
    "UPDATE secret_devices SET qts = qts + 1, waiting = waiting + 1, waiting_bytes = waiting_bytes + ?"
    " WHERE owner_id = ? AND auth_key_id = ? AND waiting < ? AND waiting_bytes < ? RETURNING qts"
)
OPEN = 2
"""The state of a chat that both sides are in."""


def chat(rx: Reader, owner_id: int, chat_id: int) -> Row | None:
    """One side of a chat."""
    return rx.one(f"SELECT {_CHAT} FROM secret_chats WHERE owner_id = ? AND chat_id = ?", (owner_id, chat_id))


def of_owner(rx: Reader, owner_id: int) -> list[Row]:
    """Every chat of a person that has not ended."""
    return rx.all(f"SELECT {_CHAT} FROM secret_chats WHERE owner_id = ? AND peer_id <> 0", (owner_id,))


def of_device(rx: Reader, owner_id: int, auth_key_id: int) -> list[Row]:
    """The chats that are on the device and have not ended."""
    return rx.all(
        f"SELECT {_CHAT} FROM secret_chats WHERE owner_id = ? AND auth_key_id = ? AND peer_id <> 0",
        (owner_id, auth_key_id),
    )


def read_since(rx: Reader, owner_id: int, auth_key_id: int, date: int) -> list[tuple[int, int, int]]:
    """(chat, up to which date, when) of what the other sides read since the date."""
    rows = rx.all(
        "SELECT chat_id, read_max, read_date FROM secret_chats WHERE owner_id = ? AND auth_key_id = ?"
        " AND read_date >= ? AND state = 2",
        (owner_id, auth_key_id, date),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def put_chat(
    tx: Tx, owner_id: int, chat_id: int, peer_id: int, auth_key_id: int, peer_key_id: int, asked: int, state: int,
    half: bytes | None,
) -> None:  # fmt: skip
    """One side of a new chat stands."""
    tx.run(
        f"INSERT INTO secret_chats ({_CHAT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0)",
        (owner_id, chat_id, peer_id, auth_key_id, peer_key_id, asked, state, tx.now, half),
    )


def open_side(
    tx: Tx, owner_id: int, chat_id: int, auth_key_id: int, peer_key_id: int, half: bytes, fingerprint: int
) -> None:
    """The side of the chat is open between these two devices."""
    tx.run(
        "UPDATE secret_chats SET state = ?, auth_key_id = ?, peer_key_id = ?, half = ?, fingerprint = ?"
        " WHERE owner_id = ? AND chat_id = ?",
        (OPEN, auth_key_id, peer_key_id, half, fingerprint, owner_id, chat_id),
    )


def end_side(tx: Tx, owner_id: int, chat_id: int, state: int, history_deleted: int) -> None:
    """Of the side nothing is left but that the chat ended."""
    tx.run(
        "UPDATE secret_chats SET state = ?, peer_id = 0, peer_key_id = 0, half = NULL, fingerprint = 0, date = ?,"
        " history_deleted = ?, read_max = 0, read_date = 0 WHERE owner_id = ? AND chat_id = ?",
        (state, tx.now, history_deleted, owner_id, chat_id),
    )


def set_read(tx: Tx, owner_id: int, chat_id: int, max_date: int) -> int:
    """The other side read what was sent up to the date; 0 if that was known."""
    return tx.run(
        "UPDATE secret_chats SET read_max = ?, read_date = ? WHERE owner_id = ? AND chat_id = ? AND read_max < ?",
        (max_date, tx.now, owner_id, chat_id, max_date),
    )


def not_open_before(rx: Reader, date: int, limit: int) -> list[Row]:
    """Sides of chats that wait or have ended since before the date."""
    return rx.all(
        f"SELECT {_CHAT} FROM secret_chats WHERE state <> 2 AND date < ? ORDER BY date LIMIT ?", (date, limit)
    )


def forget_side(tx: Tx, owner_id: int, chat_id: int) -> None:
    """The side is gone."""
    tx.run("DELETE FROM secret_chats WHERE owner_id = ? AND chat_id = ?", (owner_id, chat_id))


def device(rx: Reader, owner_id: int, auth_key_id: int) -> int | None:
    """The qts of a device that has or had secret chats."""
    row = rx.one("SELECT qts FROM secret_devices WHERE owner_id = ? AND auth_key_id = ?", (owner_id, auth_key_id))
    return row[0] if row else None


def base(rx: Reader, owner_id: int) -> int:
    """The qts from which devices of the person count."""
    row = rx.one("SELECT qts FROM boxes WHERE owner_id = ?", (owner_id,))
    return row[0] if row else 0


def add_device(tx: Tx, owner_id: int, auth_key_id: int, qts: int) -> None:
    """The device counts from this qts, unless it counts already."""
    tx.run(
        "INSERT INTO secret_devices (owner_id, auth_key_id, qts) VALUES (?, ?, ?)"
        " ON CONFLICT (owner_id, auth_key_id) DO NOTHING",
        (owner_id, auth_key_id, qts),
    )


def remove_device(tx: Tx, owner_id: int, auth_key_id: int) -> None:
    """Nothing waits for the device any more."""
    key = (owner_id, auth_key_id)
    tx.run("DELETE FROM secret_queue WHERE owner_id = ? AND auth_key_id = ?", key)
    tx.run("DELETE FROM secret_devices WHERE owner_id = ? AND auth_key_id = ?", key)
    tx.run("DELETE FROM secret_wakes WHERE owner_id = ? AND auth_key_id = ?", key)


def take_qts(tx: Tx, owner_id: int, auth_key_id: int, size: int, most: int, most_bytes: int) -> int | None:
    """The next qts of the device; None when too much waits for it."""
    row = tx.one(_TAKE_QTS, (size, owner_id, auth_key_id, most, most_bytes))
    return row[0] if row else None


def enqueue(
    tx: Tx, owner_id: int, auth_key_id: int, qts: int, chat_id: int, random_id: int, service: int,
    file: tuple[int, int, int], data: bytes,
) -> None:  # fmt: skip
    """The message waits for the device. Shape: file is id, size and fingerprint, zeros for none."""
    tx.run(_ENQUEUE, (owner_id, auth_key_id, qts, chat_id, random_id, tx.now, service, *file, data))


def queued(rx: Reader, owner_id: int, auth_key_id: int, qts: int, limit: int) -> list[Row]:
    """What waits for the device above the qts, oldest first."""
    return rx.all(
        f"SELECT {_QUEUED} FROM secret_queue WHERE owner_id = ? AND auth_key_id = ? AND qts > ? ORDER BY qts LIMIT ?",
        (owner_id, auth_key_id, qts, limit),
    )


def amounts(rx: Reader, owner_id: int) -> dict[int, tuple[int, int]]:
    """chat → (how many messages, how many bytes) of what waits for devices of the person."""
    rows = rx.all(
        "SELECT chat_id, COUNT(*), SUM(LENGTH(data)) FROM secret_queue WHERE owner_id = ? GROUP BY chat_id", (owner_id,)
    )
    return {row[0]: (row[1], int(row[2])) for row in rows}


def acknowledge(tx: Tx, owner_id: int, auth_key_id: int, qts: int) -> list[tuple[int, int]]:
    """What waited for the device up to the qts is gone: (random_id, size) of each, oldest first."""
    key = (owner_id, auth_key_id, qts)
    where = "FROM secret_queue WHERE owner_id = ? AND auth_key_id = ? AND qts <= ?"
    rows = tx.all(f"SELECT random_id, LENGTH(data) {where} ORDER BY qts", key)
    if rows:
        tx.run(f"DELETE {where}", key)
    return [(row[0], row[1]) for row in rows]


def acknowledge_old(tx: Tx, owner_id: int, auth_key_id: int, qts: int, date: int) -> list[tuple[int, int]]:
    """As `acknowledge`, of what was passed on before the date."""
    key = (owner_id, auth_key_id, qts, date)
    where = "FROM secret_queue WHERE owner_id = ? AND auth_key_id = ? AND qts <= ? AND date < ?"
    rows = tx.all(f"SELECT random_id, LENGTH(data) {where} ORDER BY qts", key)
    if rows:
        tx.run(f"DELETE {where}", key)
    return [(row[0], row[1]) for row in rows]


def oldest(rx: Reader, owner_id: int, auth_key_id: int) -> tuple[int, int] | None:
    """(qts, date) of what has waited longest for the device."""
    return rx.one(
        "SELECT qts, date FROM secret_queue WHERE owner_id = ? AND auth_key_id = ? ORDER BY qts LIMIT 1",
        (owner_id, auth_key_id),
    )


def holding(rx: Reader, above: tuple[int, int], limit: int) -> list[tuple[int, int]]:
    """(owner, auth_key_id) of devices for which something waits, in order, after one of them."""
    rows = rx.all(
        "SELECT owner_id, auth_key_id FROM secret_devices WHERE (owner_id, auth_key_id) > (?, ?) AND waiting > 0"
        " ORDER BY owner_id, auth_key_id LIMIT ?",
        (*above, limit),
    )
    return [(row[0], row[1]) for row in rows]


def drop_queued(tx: Tx, owner_id: int, auth_key_id: int, chat_id: int) -> list[int]:
    """What waited for the device from this chat is gone; the size of each."""
    key = (owner_id, auth_key_id, chat_id)
    where = "FROM secret_queue WHERE owner_id = ? AND auth_key_id = ? AND chat_id = ?"
    rows = tx.all(f"SELECT LENGTH(data) {where}", key)
    if rows:
        tx.run(f"DELETE {where}", key)
    return [row[0] for row in rows]


def lighten(tx: Tx, owner_id: int, auth_key_id: int, count: int, size: int) -> None:
    """So much less waits for the device."""
    tx.run(
        "UPDATE secret_devices SET waiting = waiting - ?, waiting_bytes = waiting_bytes - ?"
        " WHERE owner_id = ? AND auth_key_id = ?",
        (count, size, owner_id, auth_key_id),
    )


def sent_before(rx: Reader, owner_id: int, place: int, random_id: int) -> tuple[int, int] | None:
    """(file id, date) of what was sent under the random_id before. Shape: place is the chat among senders."""
    row = rx.one(
        "SELECT message_id, date FROM sends WHERE owner_id = ? AND sender_id = ? AND random_id = ?",
        (owner_id, place, random_id),
    )
    return (row[0], row[1]) if row else None


def is_woken(rx: Reader, owner_id: int, auth_key_id: int, token_type: int) -> bool:
    """True if the device has a token of the type."""
    found = rx.one(
        "SELECT 1 FROM push_tokens WHERE owner_id = ? AND auth_key_id = ? AND token_type = ?",
        (owner_id, auth_key_id, token_type),
    )
    return found is not None


def put_wake(tx: Tx, owner_id: int, auth_key_id: int, chat_id: int, kind: str) -> None:
    """The device is to be woken, unless it is already."""
    tx.run(
        "INSERT INTO secret_wakes (owner_id, auth_key_id, chat_id, kind, date) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (owner_id, auth_key_id, chat_id) DO NOTHING",
        (owner_id, auth_key_id, chat_id, kind, tx.now),
    )


def wakes(rx: Reader, token_type: int, limit: int) -> list[Row]:
    """(owner, auth_key_id, chat, kind, date, token) of devices that are to be woken; token None when it has none."""
    return rx.all(
        "SELECT w.owner_id, w.auth_key_id, w.chat_id, w.kind, w.date, p.token FROM secret_wakes w"
        " LEFT JOIN push_tokens p ON p.owner_id = w.owner_id AND p.auth_key_id = w.auth_key_id AND p.token_type = ?"
        " LIMIT ?",
        (token_type, limit),
    )


def remove_wake(tx: Tx, owner_id: int, auth_key_id: int, chat_id: int) -> None:
    """The device is not to be woken for the chat any more."""
    tx.run(
        "DELETE FROM secret_wakes WHERE owner_id = ? AND auth_key_id = ? AND chat_id = ?",
        (owner_id, auth_key_id, chat_id),
    )
