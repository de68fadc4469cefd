"""The statements about a room's admin log."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx


def append(tx: Tx, room_id: int, date: int, user_id: int, sort: str, action: str, data: bytes) -> None:
    """The act is at the end of the room's log. Shape: the kind of a row is `sort:action`.

    An empty log begins with a number made of the date, so that none is given twice.
    """
    tx.run(
        "INSERT INTO admin_log (owner_id, no, date, user_id, kind, data)"
        " SELECT ?, COALESCE(MAX(no), ?) + 1, ?, ?, ?, ? FROM admin_log WHERE owner_id = ?",
        (room_id, date * 1000, date, user_id, f"{sort}:{action}", data, room_id),
    )


def lines(
    rx: Reader, room_id: int, sorts: Sequence[str], admins: Sequence[int], bounds: tuple[int, int, int], limit: int
) -> list[tuple[int, int, int, str, bytes]]:
    """(no, date, user_id, action, data) of the log's lines within the bounds, newest first.

    Shape: bounds are the number below which, the number above which, the date since which.
    """
    below, above, since = bounds
    values: list[int | str] = [room_id, above, since]
    where = ""
    if below:
        where += " AND no < ?"
        values.append(below)
    if sorts:
        where += f" AND ({' OR '.join(['kind LIKE ?'] * len(sorts))})"
        values += [f"{sort}:%" for sort in sorts]
    if admins:
        where += f" AND user_id IN ({', '.join('?' * len(admins))})"
        values += admins
    found = rx.all(
        f"SELECT no, date, user_id, kind, data FROM admin_log WHERE owner_id = ? AND no > ? AND date >= ?{where}"
        " ORDER BY no DESC LIMIT ?",
        (*values, limit),
    )
    return [(no, date, user_id, kind.partition(":")[2], data) for no, date, user_id, kind, data in found]


def before(rx: Reader, date: int, limit: int) -> list[tuple[int, int]]:
    """(room, number) of lines of all logs older than the date."""
    return rx.all("SELECT owner_id, no FROM admin_log WHERE date < ? LIMIT ?", (date, limit))


def forget(tx: Tx, lines: Sequence[tuple[int, int]]) -> None:
    """The lines are gone."""
    tx.many("DELETE FROM admin_log WHERE owner_id = ? AND no = ?", lines)
