"""The statements of orders: the envelope, its targets, files, history and clock."""

from collections.abc import Iterable, Mapping, Sequence

from chappe.store.protocol import Reader, Row, Tx, Value

COLUMNS = (
    "order_id, year, year_no, instrument, authority_id, sender, external_ref, channel, urgent, state, is_open, outcome,"
    " reason, country, territories, language, category, keywords, legal_basis, reasons, redress, fields, received_at,"
    " ack_at, effect_at, replied_at, informed_at, closed_at, reviewed_at, reviewed_by, deadline_at, deadline_rule,"
    " stopped_at, left_s, holder_id, secrecy_until, secrecy_basis, auth_state, auth_how, auth_by, auth_at, people,"
    " sealed"
)
FIRST = (
    "order_id, year, year_no, instrument, authority_id, sender, external_ref, channel, message_ref, urgent, country,"
    " territories, language, category, keywords, legal_basis, reasons, redress, fields, received_at, deadline_at,"
    " deadline_rule, place, secrecy_until, secrecy_basis, sealed, words"
)
CHANGED = frozenset(
    {
        "instrument", "authority_id", "external_ref", "urgent", "country", "territories", "language", "category",
        "keywords", "legal_basis", "reasons", "redress", "fields", "secrecy_until", "secrecy_basis", "words",
        "deadline_at", "deadline_rule", "place", "stopped_at", "left_s", "ack_at", "effect_at", "replied_at",
        "informed_at", "closed_at", "reviewed_at", "reviewed_by", "holder_id", "auth_state", "auth_how", "auth_by",
        "auth_at", "people", "sealed", "outcome", "reason", "purged_at",
    }
)  # fmt: skip


def next_no(tx: Tx, year: int) -> int:
    """The next number of that year."""
    row = tx.one(
        "INSERT INTO id_blocks (kind, next_id) VALUES (?, 2) ON CONFLICT (kind) DO UPDATE SET"
        " next_id = id_blocks.next_id + 1 RETURNING next_id",
        (f"orders of {year}",),
    )
    assert row is not None
    return int(row[0]) - 1


def insert(tx: Tx, values: Sequence[Value]) -> None:
    """The order stands, received and open. Shape: values in the order of FIRST."""
    marks = ", ".join("?" * len(values))
    tx.run(f"INSERT INTO orders ({FIRST}, state, is_open) VALUES ({marks}, 'received', 1)", tuple(values))


def find(rx: Reader, order_id: int) -> Row | None:
    """The order, in the order of COLUMNS."""
    return rx.one(f"SELECT {COLUMNS} FROM orders WHERE order_id = ?", (order_id,))


def by_number(rx: Reader, year: int, year_no: int) -> Row | None:
    """The order of that number."""
    return rx.one(f"SELECT {COLUMNS} FROM orders WHERE year = ? AND year_no = ?", (year, year_no))


def by_message(rx: Reader, channel: str, message_ref: str) -> Row | None:
    """The order that came by this message."""
    return rx.one(
        f"SELECT {COLUMNS} FROM orders WHERE channel = ? AND message_ref = ? AND message_ref <> ''",
        (channel, message_ref),
    )


def set_state(tx: Tx, order_id: int, before: str, state: str, is_open: bool) -> bool:
    """The order is in that state; False if it was in another than said."""
    return bool(tx.run(
        "UPDATE orders SET state = ?, is_open = ? WHERE order_id = ? AND state = ?",
        (state, int(is_open), order_id, before),
    ))  # fmt: skip


def change(tx: Tx, order_id: int, values: Mapping[str, Value]) -> None:
    """The order says this. Shape: names of CHANGED."""
    assert values and values.keys() <= CHANGED, values
    sets = ", ".join(f"{name} = ?" for name in values)
    tx.run(f"UPDATE orders SET {sets} WHERE order_id = ?", (*values.values(), order_id))


def add_targets(tx: Tx, order_id: int, rows: Iterable[tuple[int, str, str, str, int, int]]) -> None:
    """The order is about these. Shape: (no, kind, text, category, since, until)."""
    tx.many(
        "INSERT INTO order_targets (order_id, no, kind, text, category, since, until) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(order_id, *row) for row in rows],
    )


def drop_checks(tx: Tx, order_id: int) -> None:
    """No question of the checklist is answered."""
    tx.run("DELETE FROM order_checks WHERE order_id = ?", (order_id,))


def drop_targets(tx: Tx, order_id: int) -> None:
    """The order is about nothing yet."""
    tx.run("DELETE FROM order_targets WHERE order_id = ?", (order_id,))


def targets(rx: Reader, order_id: int) -> list[Row]:
    """(no, kind, text, category, since, until, matched) of the order."""
    return rx.all(
        "SELECT no, kind, text, category, since, until, matched FROM order_targets WHERE order_id = ? ORDER BY no",
        (order_id,),
    )


def set_matched(tx: Tx, order_id: int, no: int, matched: str) -> None:
    """The target was found to be this."""
    tx.run("UPDATE order_targets SET matched = ? WHERE order_id = ? AND no = ?", (matched, order_id, no))


def add_file(tx: Tx, order_id: int, origin: str, name: str, sha256: str, size_bytes: int) -> int:
    """The file is the order's; its number."""
    row = tx.one(
        "INSERT INTO order_files (order_id, no, origin, name, sha256, size_bytes, date)"
        " SELECT ?, COALESCE(MAX(no), 0) + 1, ?, ?, ?, ?, ? FROM order_files WHERE order_id = ? RETURNING no",
        (order_id, origin, name, sha256, size_bytes, tx.now, order_id),
    )
    assert row is not None
    return int(row[0])


def files(rx: Reader, order_id: int) -> list[Row]:
    """(no, origin, name, sha256, size_bytes, date) of the order's files."""
    return rx.all(
        "SELECT no, origin, name, sha256, size_bytes, date FROM order_files WHERE order_id = ? ORDER BY no",
        (order_id,),
    )


def add_act(tx: Tx, order_id: int, actor: str, act: str, detail: str) -> None:
    """The line stands at the end of the order's history."""
    tx.run(
        "INSERT INTO order_acts (order_id, no, date, actor, act, detail)"
        " SELECT ?, COALESCE(MAX(no), 0) + 1, ?, ?, ?, ? FROM order_acts WHERE order_id = ?",
        (order_id, tx.now, actor, act, detail, order_id),
    )


def acts(rx: Reader, order_id: int, limit: int) -> list[Row]:
    """(no, date, actor, act, detail), the newest of them, oldest first."""
    return rx.all(
        "SELECT no, date, actor, act, detail FROM order_acts WHERE order_id = ? ORDER BY no DESC LIMIT ?",
        (order_id, limit),
    )[::-1]


def begin_stop(tx: Tx, order_id: int, date: int, reason: str) -> None:
    """The clock stands still from then."""
    tx.run(
        "INSERT INTO order_stops (order_id, no, from_at, to_at, reason)"
        " SELECT ?, COALESCE(MAX(no), 0) + 1, ?, 0, ? FROM order_stops WHERE order_id = ?",
        (order_id, date, reason, order_id),
    )


def end_stop(tx: Tx, order_id: int, date: int) -> None:
    """The clock goes on from then."""
    tx.run("UPDATE order_stops SET to_at = ? WHERE order_id = ? AND to_at = 0", (date, order_id))


def stops(rx: Reader, order_id: int) -> list[Row]:
    """(from, to, reason), oldest first."""
    return rx.all("SELECT from_at, to_at, reason FROM order_stops WHERE order_id = ? ORDER BY no", (order_id,))


def set_alarm(tx: Tx, order_id: int, kind: str, due: int) -> None:
    """The alarm rings then, if it has not rung at that very time before."""
    tx.run(
        "INSERT INTO order_alarms (order_id, kind, due) VALUES (?, ?, ?) ON CONFLICT (order_id, kind) DO UPDATE SET"
        " due = excluded.due, rung_at = 0",
        (order_id, kind, due),
    )


def clear_alarms(tx: Tx, order_id: int, kinds: Sequence[str]) -> None:
    """None of these alarms will ring."""
    marks = ", ".join("?" * len(kinds))
    tx.run(
        f"DELETE FROM order_alarms WHERE order_id = ? AND rung_at = 0 AND kind IN ({marks})", (order_id, *kinds)
    )


def secret_beyond(rx: Reader, date: int, instruments: Sequence[str]) -> list[tuple[int, str, str, int]]:
    """(order, instrument, country, until) of orders of these instruments that are secret beyond the date."""
    marks = ", ".join("?" * len(instruments))
    return rx.all(
        f"SELECT order_id, instrument, country, secrecy_until FROM orders WHERE secrecy_until > ?"
        f" AND instrument IN ({marks}) ORDER BY order_id",
        (date, *instruments),
    )


def due_alarms(rx: Reader, date: int, limit: int) -> list[tuple[int, str, int]]:
    """(order, kind, due) that have not rung, first due first."""
    return rx.all(
        "SELECT order_id, kind, due FROM order_alarms WHERE rung_at = 0 AND due <= ? ORDER BY due, order_id, kind"
        " LIMIT ?",
        (date, limit),
    )


def rang(tx: Tx, order_id: int, kind: str) -> None:
    """The alarm has rung."""
    tx.run("UPDATE order_alarms SET rung_at = ? WHERE order_id = ? AND kind = ?", (tx.now, order_id, kind))


def add_leaf(tx: Tx, order_id: int, journal_no: int) -> None:
    """The sealed entry is the order's."""
    tx.run("INSERT INTO order_leaves (order_id, journal_no) VALUES (?, ?)", (order_id, journal_no))


def leaves(rx: Reader, order_id: int) -> list[int]:
    """Sealed entries of the order, oldest first."""
    return [row[0] for row in rx.all(
        "SELECT journal_no FROM order_leaves WHERE order_id = ? ORDER BY journal_no", (order_id,)
    )]  # fmt: skip


def drop_leaves(tx: Tx, order_id: int) -> None:
    """Nothing of the order is sealed."""
    tx.run("DELETE FROM order_leaves WHERE order_id = ?", (order_id,))
