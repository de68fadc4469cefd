"""The statements of queues: searches over cases, and those that are saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from chappe.store.protocol import Reader, Row, Tx, Value
from chappe.store.safety.cases import COLUMNS

WAITING = "is_open = 1"
DONE = "is_open = 0"


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions that all hold, with their values."""

    conditions: tuple[str, ...]
    values: tuple[Value, ...]

    @property
    def sql(self) -> str:
        """The conditions as one."""
        return " AND ".join(self.conditions)


def waiting(rx: Reader, where: Where, after: tuple[int, int] | None, limit: int) -> list[Row]:
    """Open cases, the lowest place first, behind that place and case."""
    return _page(rx, where, WAITING, ("place", "ASC", ">"), after, limit)


def done(rx: Reader, where: Where, after: tuple[int, int] | None, limit: int) -> list[Row]:
    """Decided cases, the newest decision first, behind that date and case."""
    return _page(rx, where, DONE, ("decided_at", "DESC", "<"), after, limit)


def _page(
    rx: Reader, where: Where, which: str, order: tuple[str, str, str], after: tuple[int, int] | None, limit: int
) -> list[Row]:
    column, direction, beyond = order
    conditions, values = [which, *where.conditions], list(where.values)
    if after is not None:
        conditions.append(f"({column} {beyond} ? OR ({column} = ? AND case_id {beyond} ?))")
        values += [after[0], after[0], after[1]]
    return rx.all(
        f"SELECT {COLUMNS} FROM cases WHERE {' AND '.join(conditions)}"
        f" ORDER BY {column} {direction}, case_id {direction} LIMIT ?",
        (*values, limit),
    )


def everything(rx: Reader, where: Where, below: int, limit: int) -> list[Row]:
    """Cases of any state, the newest first, below that number."""
    conditions = " AND ".join([*where.conditions, "case_id < ?"])
    return rx.all(
        f"SELECT {COLUMNS} FROM cases WHERE {conditions} ORDER BY case_id DESC LIMIT ?", (*where.values, below, limit)
    )


def count(rx: Reader, which: Sequence[str], where: Where, most: int) -> int:
    """How many there are, counted up to `most`."""
    conditions = " AND ".join([*which, *where.conditions]) or "1 = 1"
    row = rx.one(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE {conditions} LIMIT ?) counted", (*where.values, most)
    )
    return int(row[0]) if row else 0


def saved(rx: Reader) -> list[tuple[int, str, int, bytes]]:
    """(id, name, position, search) of every queue, in their order."""
    return rx.all("SELECT queue_id, name, position, search FROM queues ORDER BY position, queue_id")


def put(tx: Tx, queue_id: int, name: str, position: int, search: bytes) -> None:
    """The queue is this one."""
    tx.run(
        "INSERT INTO queues (queue_id, name, position, search) VALUES (?, ?, ?, ?) ON CONFLICT (queue_id)"
        " DO UPDATE SET name = excluded.name, position = excluded.position, search = excluded.search",
        (queue_id, name, position, search),
    )


def remove(tx: Tx, queue_id: int) -> int:
    """The queue is gone; 0 if there was none."""
    return tx.run("DELETE FROM queues WHERE queue_id = ?", (queue_id,))
