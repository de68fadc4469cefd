"""The statements about what people are still to be told of orders."""


from chappe.store.protocol import Reader, Row, Tx

COLUMNS = "order_id, user_id, about, due, basis, words, told_at, outcome"


def add(tx: Tx, order_id: int, user_id: int, about: str, due: int, basis: str, words: bytes) -> bool:
    """The person will be told, once for each order and effect; True if that is new."""
    return tx.run(
        "INSERT INTO tellings (order_id, user_id, about, due, basis, words) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (order_id, user_id, about) DO NOTHING",
        (order_id, user_id, about, due, basis, words),
    ) > 0  # fmt: skip


def due(rx: Reader, now: int, limit: int) -> list[Row]:
    """Those whose date has come."""
    return rx.all(
        f"SELECT {COLUMNS} FROM tellings WHERE told_at = 0 AND due > 0 AND due <= ? ORDER BY due, order_id, user_id"
        " LIMIT ?",
        (now, limit),
    )


def lifted(rx: Reader, now: int, limit: int) -> list[Row]:
    """Those whose date lies ahead, though the secrecy of their order is over."""
    wanted = ", ".join(f"t.{name}" for name in COLUMNS.split(", "))
    return rx.all(
        f"SELECT {wanted} FROM tellings t, orders o WHERE t.told_at = 0 AND t.due > ? AND o.order_id = t.order_id"
        " AND o.secrecy_until <= ? ORDER BY t.due, t.order_id, t.user_id LIMIT ?",
        (now, now, limit),
    )


def postpone(tx: Tx, order_id: int, user_id: int, about: str, due: int) -> None:
    """The date is a later one."""
    tx.run(
        "UPDATE tellings SET due = ? WHERE order_id = ? AND user_id = ? AND about = ? AND told_at = 0",
        (due, order_id, user_id, about),
    )


def told(tx: Tx, order_id: int, user_id: int, about: str, outcome: str) -> bool:
    """The row is done; True if it was not before."""
    return tx.run(
        "UPDATE tellings SET told_at = ?, outcome = ? WHERE order_id = ? AND user_id = ? AND about = ?"
        " AND told_at = 0",
        (tx.now, outcome, order_id, user_id, about),
    ) > 0  # fmt: skip


def of_order(rx: Reader, order_id: int) -> list[Row]:
    """Everything that is, or was, to be told of the order."""
    return rx.all(f"SELECT {COLUMNS} FROM tellings WHERE order_id = ? ORDER BY about, user_id", (order_id,))


def to_person(rx: Reader, user_id: int) -> list[Row]:
    """What the person was told, oldest first."""
    return rx.all(
        f"SELECT {COLUMNS} FROM tellings WHERE user_id = ? AND outcome = 'told' ORDER BY told_at, order_id", (user_id,)
    )
