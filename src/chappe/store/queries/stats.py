"""The statements about a room's figures: by day, by person, by post."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

READER = "stats"
PERSONAL = ("posts", "chars", "reads", "deletions", "kicks", "bans", "invites")
"""What is counted of a person in a day, in the order of the columns."""


def add_days(tx: Tx, rows: Sequence[tuple[int, int, str, str, int]]) -> None:
    """(room, day, what, part, how many more) are counted."""
    tx.many(
        "INSERT INTO room_days (owner_id, day, what, part, n) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (owner_id, day, what, part) DO UPDATE SET n = room_days.n + excluded.n",
        rows,
    )


def days(rx: Reader, room_id: int, since: int) -> list[tuple[int, str, str, int]]:
    """(day, what, part, n) of the room since the day, oldest first."""
    return rx.all(
        "SELECT day, what, part, n FROM room_days WHERE owner_id = ? AND day >= ? ORDER BY day, what, part",
        (room_id, since),
    )


def standing(rx: Reader, room_id: int, what: str) -> int:
    """What stands now, summed up over its parts."""
    row = rx.one("SELECT SUM(n) FROM room_days WHERE owner_id = ? AND day = 0 AND what = ?", (room_id, what))
    return int(row[0] or 0) if row else 0


def add_people(tx: Tx, rows: Sequence[tuple[int, ...]]) -> None:
    """(room, day, person, then how many more of each of PERSONAL) are counted."""
    names = ", ".join(PERSONAL)
    more = ", ".join(f"{name} = room_people.{name} + excluded.{name}" for name in PERSONAL)
    tx.many(
        f"INSERT INTO room_people (owner_id, day, user_id, {names}) VALUES (?, ?, ?, {', '.join('?' * len(PERSONAL))})"
        f" ON CONFLICT (owner_id, day, user_id) DO UPDATE SET {more}",
        rows,
    )


def active(rx: Reader, room_id: int, days: tuple[int, int], what: str) -> int:
    """How many people did this in the days. Shape: what is one of PERSONAL; days first and last."""
    assert what in PERSONAL
    row = rx.one(
        f"SELECT COUNT(DISTINCT user_id) FROM room_people WHERE owner_id = ? AND day BETWEEN ? AND ? AND {what} > 0",
        (room_id, *days),
    )
    return row[0] if row else 0


def active_by_day(rx: Reader, room_id: int, since: int, what: str) -> list[tuple[int, int]]:
    """(day, how many people did this)."""
    assert what in PERSONAL
    return rx.all(
        f"SELECT day, COUNT(*) FROM room_people WHERE owner_id = ? AND day >= ? AND {what} > 0 GROUP BY day",
        (room_id, since),
    )


def busiest(
    rx: Reader, room_id: int, days: tuple[int, int], what: Sequence[str], by: Sequence[str], limit: int
) -> list[Row]:
    """(person, then the sums of each of what) of those who did most of what is named in `by`."""
    assert {*what, *by} <= set(PERSONAL)
    sums = ", ".join(f"SUM({name})" for name in what)
    whole = " + ".join(by)
    return rx.all(
        f"SELECT user_id, {sums} FROM room_people WHERE owner_id = ? AND day BETWEEN ? AND ?"
        f" GROUP BY user_id HAVING SUM({whole}) > 0 ORDER BY SUM({whole}) DESC, user_id LIMIT ?",
        (room_id, *days, limit),
    )


def old_people(rx: Reader, before: int, limit: int) -> list[tuple[int, int, int]]:
    """(room, day, person) of days before this one, some of them."""
    return rx.all("SELECT owner_id, day, user_id FROM room_people WHERE day < ? LIMIT ?", (before, limit))


def forget_people(tx: Tx, rows: Sequence[tuple[int, int, int]]) -> None:
    """It is not known any more who was active."""
    tx.many("DELETE FROM room_people WHERE owner_id = ? AND day = ? AND user_id = ?", rows)


def add_posts(tx: Tx, rows: Sequence[tuple[int, int, int, int, int]]) -> None:
    """(room, post, day, more views, more shares) are counted."""
    tx.many(
        "INSERT INTO post_days (owner_id, message_id, day, views, shares) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (owner_id, message_id, day) DO UPDATE SET views = post_days.views + excluded.views,"
        " shares = post_days.shares + excluded.shares",
        rows,
    )


def of_post(rx: Reader, room_id: int, message_id: int) -> list[tuple[int, int, int]]:
    """(day, views, shares) of the post, oldest first."""
    return rx.all(
        "SELECT day, views, shares FROM post_days WHERE owner_id = ? AND message_id = ? ORDER BY day",
        (room_id, message_id),
    )


def forget_posts(tx: Tx, room_id: int, ids: Sequence[int]) -> None:
    """Nothing is counted of the posts any more."""
    for table in ("post_days", "public_forwards"):
        tx.many(f"DELETE FROM {table} WHERE owner_id = ? AND message_id = ?", [(room_id, i) for i in ids])


def add_forwards(tx: Tx, rows: Sequence[tuple[int, int, int, int, int]]) -> None:
    """(room, post, date, other room, the copy there): the post was forwarded to a public room."""
    tx.many(
        "INSERT INTO public_forwards (owner_id, message_id, date, room_id, copy_id) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        rows,
    )


def forwards(
    rx: Reader, room_id: int, message_id: int, below: tuple[int, int, int], limit: int
) -> list[tuple[int, int, int]]:
    """(date, other room, the copy there) of the post's forwards before the place, newest first."""
    return rx.all(
        "SELECT date, room_id, copy_id FROM public_forwards WHERE owner_id = ? AND message_id = ?"
        " AND (date, room_id, copy_id) < (?, ?, ?) ORDER BY date DESC, room_id DESC, copy_id DESC LIMIT ?",
        (room_id, message_id, *below, limit),
    )


def count_forwards(rx: Reader, room_id: int, message_id: int) -> int:
    """How often the post was forwarded to public rooms."""
    row = rx.one(
        "SELECT COUNT(*) FROM public_forwards WHERE owner_id = ? AND message_id = ?", (room_id, message_id)
    )
    return row[0] if row else 0


def position(rx: Reader, shard: int) -> int:
    """The number of the last event that was counted."""
    row = rx.one("SELECT no FROM event_readers WHERE reader = ? AND shard = ?", (READER, shard))
    return row[0] if row else 0


def move(tx: Tx, shard: int, before: int, after: int) -> int:
    """Events up to `after` are counted; 0 if somebody else counted them meanwhile."""
    tx.run(
        "INSERT INTO event_readers (reader, shard, no) VALUES (?, ?, 0) ON CONFLICT (reader, shard) DO NOTHING",
        (READER, shard),
    )
    return tx.run(
        "UPDATE event_readers SET no = ? WHERE reader = ? AND shard = ? AND no = ?", (after, READER, shard, before)
    )


def said(rx: Reader, room_id: int, ids: Sequence[int]) -> list[tuple[int, int, int, bytes]]:
    """(id, date, author, content) of those of the room's messages that exist."""
    marks = ", ".join("?" * len(ids))
    return rx.all(
        f"SELECT id, date, from_id, content FROM messages WHERE owner_id = ? AND id IN ({marks})", (room_id, *ids)
    )
