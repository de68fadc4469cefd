"""The statements by which what was abandoned ends: devices, accounts, the boxes of deleted accounts."""

from chappe.store.protocol import Reader, Tx

_DAY_S = 86_400
_BATCHED = (
    ("messages", "id"), ("box_log", "pts"), ("box_states", "no"), ("sends", "random_id"), ("search_words", "word"),
    ("saved_messages", "message_id"), ("read_dates", "max_id"), ("expiring", "message_id"),
)  # fmt: skip
_WHOLE = ("dialogs", "dialog_filters", "preferences")


_SILENT = f"c.owner_id = a.owner_id AND a.active < ? - c.authorization_ttl_days * {_DAY_S}"
_ABANDONED = (
    f"c.deleted = 0 AND c.bot = 0 AND c.last_seen < ? - c.ttl_days * {_DAY_S} AND NOT EXISTS"
    f" (SELECT 1 FROM authorizations a WHERE a.owner_id = c.owner_id AND a.active >= ? - c.ttl_days * {_DAY_S})"
)


def silent_devices(rx: Reader, now: int, limit: int) -> list[tuple[int, int]]:
    """(owner, auth_key_id) of devices that gave no sign of life for as long as their owner allows."""
    return rx.all(
        f"SELECT a.owner_id, a.auth_key_id FROM authorizations a, accounts c WHERE {_SILENT} LIMIT ?", (now, limit)
    )


def is_silent(rx: Reader, owner_id: int, auth_key_id: int, now: int) -> bool:
    """True if the device is one of those."""
    return bool(
        rx.one(
            f"SELECT 1 FROM authorizations a, accounts c WHERE {_SILENT} AND a.owner_id = ? AND a.auth_key_id = ?",
            (now, owner_id, auth_key_id),
        )
    )


def abandoned_accounts(rx: Reader, now: int, service: int, limit: int) -> list[int]:
    """Accounts that nobody used for as long as their owner allows, but the server's own."""
    rows = rx.all(
        f"SELECT c.owner_id FROM accounts c WHERE {_ABANDONED} AND c.owner_id <> ? LIMIT ?", (now, now, service, limit)
    )
    return [row[0] for row in rows]


def is_abandoned(rx: Reader, owner_id: int, now: int) -> bool:
    """True if the account is one of those."""
    return bool(rx.one(f"SELECT 1 FROM accounts c WHERE {_ABANDONED} AND c.owner_id = ?", (now, now, owner_id)))


def dig(tx: Tx, owner_id: int) -> None:
    """The owner's box waits to be emptied."""
    tx.run("INSERT INTO graves (user_id, date) VALUES (?, ?) ON CONFLICT (user_id) DO NOTHING", (owner_id, tx.now))


def next_grave(rx: Reader) -> int | None:
    """The box that has waited longest to be emptied."""
    row = rx.one("SELECT user_id FROM graves ORDER BY date, user_id LIMIT 1")
    return row[0] if row else None


def close_grave(tx: Tx, owner_id: int) -> None:
    """The box is empty."""
    tx.run("DELETE FROM graves WHERE user_id = ?", (owner_id,))


def empty_box(tx: Tx, owner_id: int, limit: int) -> int:
    """At most about `limit` rows of each table are gone from the box; how many were."""
    gone = 0
    for table, column in _BATCHED:
        gone += tx.run(
            f"DELETE FROM {table} WHERE owner_id = ? AND {column} IN"
            f" (SELECT {column} FROM {table} WHERE owner_id = ? LIMIT ?)",
            (owner_id, owner_id, limit),
        )
    for table in _WHOLE:
        gone += tx.run(f"DELETE FROM {table} WHERE owner_id = ?", (owner_id,))
    return gone
