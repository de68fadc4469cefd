"""The statements about alerts to authorities: what is told, to whom, and which two people sent it."""

from chappe.store.protocol import Reader, Row, Tx

_ALERT = "SELECT order_id, state, said, digest, made_by, made_at, ended_by, ended_at, alone FROM alerts"


def insert(tx: Tx, order_id: int, said: bytes, digest: bytes, made_by: int) -> None:
    """The alert waits for the second person."""
    tx.run(
        "INSERT INTO alerts (order_id, state, said, digest, made_by, made_at) VALUES (?, 'proposed', ?, ?, ?, ?)",
        (order_id, said, digest, made_by, tx.now),
    )


def add_letter(
    tx: Tx, order_id: int, no: int, authority_id: int, name: str, mail: str, phone: str, age_key: str, body: bytes
) -> None:
    """This is the letter to one of those who are told."""
    tx.run(
        "INSERT INTO alert_letters (order_id, no, authority_id, name, mail, phone, age_key, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (order_id, no, authority_id, name, mail, phone, age_key, body),
    )


def find(rx: Reader, order_id: int) -> Row | None:
    """(order_id, state, said, digest, made_by, made_at, ended_by, ended_at, alone) of an alert."""
    return rx.one(f"{_ALERT} WHERE order_id = ?", (order_id,))


def waiting(rx: Reader) -> list[Row]:
    """The same of those that wait for the second person, the first first."""
    return rx.all(f"{_ALERT} WHERE state = 'proposed' ORDER BY order_id")


def past(rx: Reader, limit: int) -> list[Row]:
    """The same of those that were sent or dropped, the newest first."""
    return rx.all(f"{_ALERT} WHERE state <> 'proposed' ORDER BY order_id DESC LIMIT ?", (limit,))


def letters(rx: Reader, order_id: int) -> list[Row]:
    """(no, authority_id, name, mail, phone, age_key, body, outbox_id, told_at, told_by, state of its mail) of each."""
    return rx.all(
        "SELECT a.no, a.authority_id, a.name, a.mail, a.phone, a.age_key, a.body, a.outbox_id, a.told_at, a.told_by,"
        " COALESCE(b.state, -1) FROM alert_letters a LEFT JOIN outbox b ON b.outbox_id = a.outbox_id"
        " WHERE a.order_id = ? ORDER BY a.no",
        (order_id,),
    )


def end(tx: Tx, order_id: int, state: str, by: int, alone: bool) -> bool:
    """The alert is sent or dropped; False if it was before."""
    return (
        tx.run(
            "UPDATE alerts SET state = ?, ended_by = ?, ended_at = ?, alone = ?"
            " WHERE order_id = ? AND state = 'proposed'",
            (state, by, tx.now, int(alone), order_id),
        )
        > 0
    )


def mailed(tx: Tx, order_id: int, no: int, outbox_id: int) -> None:
    """The letter is on its way."""
    tx.run("UPDATE alert_letters SET outbox_id = ? WHERE order_id = ? AND no = ?", (outbox_id, order_id, no))


def told(tx: Tx, order_id: int, no: int, by: int) -> bool:
    """Somebody told them by telephone; False if that was so before."""
    return (
        tx.run(
            "UPDATE alert_letters SET told_at = ?, told_by = ? WHERE order_id = ? AND no = ? AND told_at = 0",
            (tx.now, by, order_id, no),
        )
        > 0
    )
