"""The statements of web push: where the reader of events stands, and whose devices are to be woken."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

READER = "push"
_TOKENS = "SELECT owner_id, auth_key_id, token FROM push_tokens"


def position(rx: Reader, shard: int) -> int | None:
    """The number of the last event that was looked at; None before the first."""
    row = rx.one("SELECT no FROM event_readers WHERE reader = ? AND shard = ?", (READER, shard))
    return row[0] if row else None


def set_position(tx: Tx, shard: int, no: int) -> None:
    """Everything up to this event was looked at."""
    tx.run(
        "INSERT INTO event_readers (reader, shard, no) VALUES (?, ?, ?)"
        " ON CONFLICT (reader, shard) DO UPDATE SET no = excluded.no",
        (READER, shard, no),
    )


def any_token(rx: Reader, token_type: int) -> bool:
    """True if a device is to be woken at all."""
    return rx.one("SELECT 1 FROM push_tokens WHERE token_type = ? LIMIT 1", (token_type,)) is not None


def of_people(rx: Reader, token_type: int, ids: Sequence[int]) -> list[Row]:
    """(owner, auth_key_id, token) of the devices of these people."""
    marks = ", ".join("?" * len(ids))
    return rx.all(f"{_TOKENS} WHERE owner_id IN ({marks}) AND token_type = ?", (*ids, token_type))


def owners(rx: Reader, token_type: int) -> list[int]:
    """Everybody with such a device."""
    return [row[0] for row in rx.all("SELECT DISTINCT owner_id FROM push_tokens WHERE token_type = ?", (token_type,))]


def waiting(rx: Reader, kind: str, address: str) -> int:
    """How many letters wait for the address."""
    row = rx.one("SELECT COUNT(*) FROM outbox WHERE kind = ? AND address = ? AND state = 0", (kind, address))
    return int(row[0]) if row else 0
