"""The statements about a room's admin log."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx


def append(tx: Tx, room_id: int, date: int, user_id: int, sort: str, action: str, data: bytes) -> None:
    """The act is at the end of the room's log. Shape: the kind of a row is `sort:action`."""
    tx.run(
        "INSERT INTO admin_log (owner_id, no, date, user_id, kind, data)"
        " SELECT ?, COALESCE(MAX(no), 0) + 1, ?, ?, ?, ? FROM admin_log WHERE owner_id = ?",
        (room_id, date, user_id, f"{sort}:{action}", data, room_id),
    )


def lines(
    rx: Reader, room_id: int, sorts: Sequence[str], admins: Sequence[int], below: int, above: int, limit: int
) -> list[tuple[int, int, int, str, bytes]]:
    """(no, date, user_id, action, data) of the log's lines between the numbers, newest first."""
    values: list[int | str] = [room_id, above]
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
        f"SELECT no, date, user_id, kind, data FROM admin_log WHERE owner_id = ? AND no > ?{where}"
        " ORDER BY no DESC LIMIT ?",
        (*values, limit),
    )
    return [(no, date, user_id, kind.partition(":")[2], data) for no, date, user_id, kind, data in found]
