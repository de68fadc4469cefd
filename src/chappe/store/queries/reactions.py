"""The statements about reactions to messages of rooms that have more of them than their row holds."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx

Kept = tuple[int, str, int, bool, bool, int]
"""(person, sign, date, custom, big, in whose name)."""
_COLUMNS = "user_id, sign, date, custom, big, shown_as"


def add(tx: Tx, room_id: int, message_id: int, rows: Sequence[Kept]) -> None:
    """The people reacted so, and are counted."""
    tx.many(
        f"INSERT INTO reactions (owner_id, message_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (owner_id, message_id, user_id, sign) DO UPDATE SET date = excluded.date",
        [(room_id, message_id, *one[:3], int(one[3]), int(one[4]), one[5]) for one in rows],
    )
    tx.many(
        "INSERT INTO reaction_counts (owner_id, message_id, sign, custom, n) VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT (owner_id, message_id, sign, custom) DO UPDATE SET n = reaction_counts.n + 1",
        [(room_id, message_id, sign, int(custom)) for _, sign, _, custom, _, _ in rows],
    )


def remove(tx: Tx, room_id: int, message_id: int, rows: Sequence[Kept]) -> None:
    """The people do not react so any more, and are not counted."""
    for user, sign, _, custom, _, _ in rows:
        tx.run(
            "DELETE FROM reactions WHERE owner_id = ? AND message_id = ? AND user_id = ? AND sign = ?",
            (room_id, message_id, user, sign),
        )
        tx.run(
            "UPDATE reaction_counts SET n = n - 1 WHERE owner_id = ? AND message_id = ? AND sign = ? AND custom = ?",
            (room_id, message_id, sign, int(custom)),
        )


def counts(rx: Reader, room_id: int, ids: Sequence[int]) -> list[tuple[int, str, bool, int]]:
    """(message, sign, custom, how many) of those of the messages that are counted here, the most frequent first."""
    marks = ", ".join("?" * len(ids))
    rows = rx.all(
        f"SELECT message_id, sign, custom, n FROM reaction_counts WHERE owner_id = ? AND message_id IN ({marks})"
        " AND n > 0 ORDER BY message_id, n DESC, sign",
        (room_id, *ids),
    )
    return [(message_id, sign, bool(custom), n) for message_id, sign, custom, n in rows]


def of_person(rx: Reader, room_id: int, message_id: int, user_id: int) -> list[Kept]:
    """How the person reacted."""
    rows = rx.all(
        f"SELECT {_COLUMNS} FROM reactions WHERE owner_id = ? AND message_id = ? AND user_id = ?",
        (room_id, message_id, user_id),
    )
    return [(user, sign, date, bool(custom), bool(big), shown) for user, sign, date, custom, big, shown in rows]


def newest(
    rx: Reader, room_id: int, message_id: int, limit: int, skip: int = 0, sign: str | None = None
) -> list[Kept]:
    """The newest reactions, or those with one sign, newest first."""
    only, more = (" AND sign = ?", (sign,)) if sign is not None else ("", ())
    rows = rx.all(
        f"SELECT {_COLUMNS} FROM reactions WHERE owner_id = ? AND message_id = ?{only}"
        " ORDER BY date DESC, user_id DESC LIMIT ? OFFSET ?",
        (room_id, message_id, *more, limit, skip),
    )
    return [(user, one, date, bool(custom), bool(big), shown) for user, one, date, custom, big, shown in rows]


def by_day(rx: Reader, room_id: int, message_id: int, day_s: int) -> list[tuple[str, int, int]]:
    """(sign, day, how many)."""
    return rx.all(
        "SELECT sign, date / ?, COUNT(*) FROM reactions WHERE owner_id = ? AND message_id = ? GROUP BY 1, 2",
        (day_s, room_id, message_id),
    )


def bury(tx: Tx, room_id: int, ids: Sequence[int]) -> None:
    """Nothing is counted of the messages any more; the reactions go by and by."""
    keys = [(room_id, i) for i in ids]
    tx.many("DELETE FROM reaction_counts WHERE owner_id = ? AND message_id = ?", keys)
    tx.many("INSERT INTO reaction_graves (owner_id, message_id) VALUES (?, ?) ON CONFLICT DO NOTHING", keys)


def next_grave(rx: Reader) -> tuple[int, int] | None:
    """(room, message) of reactions that wait to go."""
    return rx.one("SELECT owner_id, message_id FROM reaction_graves ORDER BY owner_id, message_id LIMIT 1")


def empty(tx: Tx, room_id: int, message_id: int, limit: int) -> None:
    """At most so many of the reactions are gone; with the last of them the grave."""
    gone = tx.run(
        "DELETE FROM reactions WHERE owner_id = ? AND message_id = ? AND user_id IN"
        " (SELECT user_id FROM reactions WHERE owner_id = ? AND message_id = ? LIMIT ?)",
        (room_id, message_id, room_id, message_id, limit),
    )
    if gone < limit:
        tx.run("DELETE FROM reaction_graves WHERE owner_id = ? AND message_id = ?", (room_id, message_id))
