"""The statements of the desk: checks, letters, what took effect, lists, calendar and search."""

from collections.abc import Sequence

from chappe.store.legal.orders import COLUMNS
from chappe.store.protocol import Reader, Row, Tx, Value

LETTER = (
    "letter_id, order_id, answer, reason, language, subject, body, state, made_by, made_at, sent_by, sent_at, read_at"
)
_CALENDAR = "o.order_id, o.year, o.year_no, o.instrument, o.country, o.state, o.holder_id"


def set_check(tx: Tx, order_id: int, code: str, answer: str, note: str, operator_id: int) -> None:
    """The question of the checklist is answered."""
    tx.run(
        "INSERT INTO order_checks (order_id, check_code, answer, note, operator_id, date) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (order_id, check_code) DO UPDATE SET answer = excluded.answer, note = excluded.note,"
        " operator_id = excluded.operator_id, date = excluded.date",
        (order_id, code, answer, note, operator_id, tx.now),
    )


def checks(rx: Reader, order_id: int) -> list[Row]:
    """(code, answer, note, operator, date) of the order."""
    return rx.all(
        "SELECT check_code, answer, note, operator_id, date FROM order_checks WHERE order_id = ? ORDER BY check_code",
        (order_id,),
    )


def add_letter(
    tx: Tx, letter_id: int, order_id: int, answer: str, reason: str, language: str, subject: str, body: bytes, by: str
) -> None:
    """The draft is there."""
    tx.run(
        "INSERT INTO order_letters (letter_id, order_id, answer, reason, language, subject, body, state, made_by,"
        " made_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'draft', ?, ?)",
        (letter_id, order_id, answer, reason, language, subject, body, by, tx.now),
    )


def change_letter(tx: Tx, letter_id: int, subject: str, body: bytes) -> bool:
    """The draft says this; False if it is none any more."""
    return bool(tx.run(
        "UPDATE order_letters SET subject = ?, body = ? WHERE letter_id = ? AND state = 'draft'",
        (subject, body, letter_id),
    ))  # fmt: skip


def end_letter(tx: Tx, letter_id: int, state: str, by: str) -> bool:
    """The draft is sent or dropped; False if it was none any more."""
    return bool(tx.run(
        "UPDATE order_letters SET state = ?, sent_by = ?, sent_at = ? WHERE letter_id = ? AND state = 'draft'",
        (state, by, tx.now, letter_id),
    ))  # fmt: skip


def letter_read(tx: Tx, letter_id: int) -> None:
    """The authority opened it for the first time."""
    tx.run("UPDATE order_letters SET read_at = ? WHERE letter_id = ? AND read_at = 0", (tx.now, letter_id))


def letter(rx: Reader, letter_id: int) -> Row | None:
    """The letter, in the order of LETTER."""
    return rx.one(f"SELECT {LETTER} FROM order_letters WHERE letter_id = ?", (letter_id,))


def letters(rx: Reader, order_id: int) -> list[Row]:
    """The letters of the order, oldest first."""
    return rx.all(f"SELECT {LETTER} FROM order_letters WHERE order_id = ? ORDER BY letter_id", (order_id,))


def drafts(rx: Reader, limit: int) -> list[Row]:
    """Drafts of all orders, oldest first."""
    return rx.all(
        f"SELECT {LETTER} FROM order_letters WHERE state = 'draft' ORDER BY made_at, letter_id LIMIT ?", (limit,)
    )


def add_decision(tx: Tx, order_id: int, decision_id: int) -> None:
    """The decision is the order's effect."""
    tx.run("INSERT INTO order_decisions (order_id, decision_id) VALUES (?, ?)", (order_id, decision_id))


def decisions(rx: Reader, order_id: int) -> list[tuple[int, int]]:
    """(decision, when it was undone or 0) of the order."""
    return rx.all(
        "SELECT decision_id, undone_at FROM order_decisions WHERE order_id = ? ORDER BY decision_id", (order_id,)
    )


def set_undone(tx: Tx, order_id: int, decision_id: int) -> None:
    """The decision is the order's effect no more."""
    tx.run(
        "UPDATE order_decisions SET undone_at = ? WHERE order_id = ? AND decision_id = ?",
        (tx.now, order_id, decision_id),
    )


def in_state(rx: Reader, state: str, limit: int) -> list[int]:
    """Orders in that state, the first to work first."""
    return [row[0] for row in rx.all(
        "SELECT order_id FROM orders WHERE state = ? ORDER BY place, order_id LIMIT ?", (state, limit)
    )]  # fmt: skip


def without_receipt(rx: Reader, before: int, limit: int) -> list[int]:
    """Orders that came in before the date and are still as they came."""
    return [row[0] for row in rx.all(
        "SELECT order_id FROM orders WHERE state = 'received' AND received_at < ? ORDER BY place, order_id LIMIT ?",
        (before, limit),
    )]  # fmt: skip


def to_answer(rx: Reader, states: Sequence[str], limit: int) -> list[int]:
    """Orders in these states that took effect and are not answered, the first to work first."""
    marks = ", ".join("?" * len(states))
    return [row[0] for row in rx.all(
        f"SELECT order_id FROM orders WHERE state IN ({marks}) AND effect_at > 0 AND replied_at = 0"
        " AND instrument IN ('dsa_order9', 'tco_removal', 'fr_lcen_6_1') ORDER BY place, order_id LIMIT ?",
        (*states, limit),
    )]  # fmt: skip


def listed(rx: Reader, where: str, params: Sequence[Value], limit: int) -> list[Row]:
    """Open orders, the first to work first, after what `where` says. Shape: where of `desk` alone, with its marks."""
    return rx.all(
        f"SELECT {COLUMNS}, place FROM orders WHERE is_open = 1{where} ORDER BY place, order_id LIMIT ?",
        (*params, limit),
    )


def done(rx: Reader, where: str, params: Sequence[Value], limit: int) -> list[Row]:
    """Closed orders, the last closed first."""
    return rx.all(
        f"SELECT {COLUMNS}, closed_at FROM orders WHERE is_open = 0{where} ORDER BY closed_at DESC, order_id DESC"
        " LIMIT ?",
        (*params, limit),
    )


def count_open(rx: Reader, where: str, params: Sequence[Value], most: int) -> int:
    """How many open orders there are, at most so many."""
    row = rx.one(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM orders WHERE is_open = 1{where} LIMIT ?) counted", (*params, most)
    )
    return int(row[0]) if row else 0


def counts(rx: Reader) -> list[tuple[str, int]]:
    """(instrument, how many are open)."""
    return rx.all("SELECT instrument, COUNT(*) FROM orders WHERE is_open = 1 GROUP BY instrument ORDER BY instrument")


def due_between(rx: Reader, since: int, until: int, limit: int) -> list[Row]:
    """(order, year, number, instrument, country, state, holder, deadline, rule) of open ones, first due first."""
    return rx.all(
        f"SELECT {_CALENDAR}, o.deadline_at, o.deadline_rule FROM orders o WHERE o.is_open = 1 AND o.deadline_at >= ?"
        " AND o.deadline_at < ? AND o.deadline_at > 0 ORDER BY o.deadline_at, o.order_id LIMIT ?",
        (since, until, limit),
    )


def alarms_between(rx: Reader, since: int, until: int, kinds: Sequence[str], limit: int) -> list[Row]:
    """(order, year, number, instrument, country, state, holder, due, kind) of alarms of these kinds."""
    marks = ", ".join("?" * len(kinds))
    return rx.all(
        f"SELECT {_CALENDAR}, a.due, a.kind FROM order_alarms a JOIN orders o ON o.order_id = a.order_id"
        f" WHERE a.rung_at = 0 AND a.due >= ? AND a.due < ? AND a.kind IN ({marks}) ORDER BY a.due, a.order_id LIMIT ?",
        (since, until, *kinds, limit),
    )


def search(rx: Reader, like: str, below: int, limit: int) -> list[Row]:
    """Orders whose words hold the pattern, newest first, below that number."""
    return rx.all(
        f"SELECT {COLUMNS}, order_id FROM orders WHERE order_id < ? AND words LIKE ? ESCAPE '~'"
        " ORDER BY order_id DESC LIMIT ?",
        (below, like, limit),
    )


def about_text(rx: Reader, text: str, but: int, limit: int) -> list[int]:
    """Other orders that name the same target, newest first."""
    return [row[0] for row in rx.all(
        "SELECT DISTINCT order_id FROM order_targets WHERE text = ? AND order_id <> ? ORDER BY order_id DESC LIMIT ?",
        (text, but, limit),
    )]  # fmt: skip


def names(rx: Reader, authority_ids: Sequence[int]) -> dict[int, str]:
    """What the authorities are called."""
    marks = ", ".join("?" * len(authority_ids))
    return dict(rx.all(
        f"SELECT authority_id, name FROM authorities WHERE authority_id IN ({marks})", tuple(authority_ids)
    )) if authority_ids else {}  # fmt: skip
