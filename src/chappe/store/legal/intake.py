"""The statements of receipts, of words about an order, and of the daily test of every way in."""

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.people import take_id

_RECEIPT = "order_id, entry, due, tries, made_at, text, reply_to, reply_ref, door"
_TEST = "day, way, token, sent_at, due, order_id, arrived_at, receipted_at, fault, paged_at, tried_at"


def add_receipt(tx: Tx, order_id: int, entry: int, reply_to: str, reply_ref: str, door: str) -> None:
    """A receipt is due now."""
    tx.run(
        "INSERT INTO order_receipts (order_id, token, entry, due, reply_to, reply_ref, door)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (order_id, b"order:%d" % order_id, entry, tx.now, reply_to, reply_ref, door),
    )


def receipt(rx: Reader, order_id: int) -> Row | None:
    """The receipt of the order, made or not."""
    return rx.one(f"SELECT {_RECEIPT} FROM order_receipts WHERE order_id = ?", (order_id,))


def receipts_due(rx: Reader, now: int, limit: int) -> list[Row]:
    """Receipts that are to be made, the oldest first."""
    return rx.all(
        f"SELECT {_RECEIPT} FROM order_receipts WHERE due > 0 AND due <= ? ORDER BY due, order_id LIMIT ?",
        (now, limit),
    )


def keep_receipt(tx: Tx, order_id: int, text: str) -> bool:
    """The receipt is made; False if it was already."""
    return bool(
        tx.run(
            "UPDATE order_receipts SET due = 0, made_at = ?, text = ? WHERE order_id = ? AND made_at = 0",
            (tx.now, text, order_id),
        )
    )


def receipt_later(tx: Tx, order_id: int, due: int) -> None:
    """It is tried again then."""
    tx.run("UPDATE order_receipts SET tries = tries + 1, due = ? WHERE order_id = ?", (due, order_id))


def receipts_failing(rx: Reader) -> bool:
    """True if a receipt waits that could not be made before."""
    return rx.one("SELECT 1 FROM order_receipts WHERE due > 0 AND tries > 0 AND made_at = 0 LIMIT 1") is not None


def add_message(tx: Tx, order_id: int, author: str, text: str, ref: str) -> int:
    """These words about the order were said; their number, 0 if they came before."""
    if tx.one("SELECT 1 FROM order_messages WHERE order_id = ? AND ref = ?", (order_id, ref)) is not None:
        return 0
    message_no = take_id(tx, "order_message", 1)
    tx.run(
        "INSERT INTO order_messages (message_no, order_id, author, text, ref, date) VALUES (?, ?, ?, ?, ?, ?)",
        (message_no, order_id, author, text, ref, tx.now),
    )
    return message_no


def messages_of(rx: Reader, order_id: int) -> list[Row]:
    """(message_no, author, text, date, read_at), the first first."""
    return rx.all(
        "SELECT message_no, author, text, date, read_at FROM order_messages WHERE order_id = ?"
        " ORDER BY date, message_no",
        (order_id,),
    )


def read_messages(tx: Tx, order_id: int, theirs: str) -> None:
    """What this author did not write is read."""
    tx.run(
        "UPDATE order_messages SET read_at = ? WHERE order_id = ? AND author <> ? AND read_at = 0",
        (tx.now, order_id, theirs),
    )


def plan_test(tx: Tx, day: int, way: str, token: str, due: int) -> bool:
    """The way is to be tried on that day; False if that was planned."""
    return bool(
        tx.run(
            "INSERT INTO synthetic_orders (day, way, token, due) VALUES (?, ?, ?, ?) ON CONFLICT (day, way) DO NOTHING",
            (day, way, token, due),
        )
    )


def tests_of(rx: Reader, day: int) -> list[Row]:
    """The tests of a day, by way."""
    return rx.all(f"SELECT {_TEST} FROM synthetic_orders WHERE day = ? ORDER BY way", (day,))


def test_by_token(rx: Reader, token: str) -> Row | None:
    """The test whose token this is."""
    return rx.one(f"SELECT {_TEST} FROM synthetic_orders WHERE token = ?", (token,))


def tests_late(rx: Reader, now: int) -> list[Row]:
    """Tests that should have come to an end, and that nobody was paged about."""
    return rx.all(
        f"SELECT {_TEST} FROM synthetic_orders WHERE receipted_at = 0 AND paged_at = 0 AND due <= ? ORDER BY day, way",
        (now,),
    )


def tests_since(rx: Reader, day: int) -> list[Row]:
    """The tests since that day, the newest first."""
    return rx.all(f"SELECT {_TEST} FROM synthetic_orders WHERE day >= ? ORDER BY day DESC, way", (day,))


def set_test(tx: Tx, day: int, way: str, **said: int | str) -> None:
    """What is now known of the test. Shape: names are columns of the table."""
    names = ", ".join(f"{name} = ?" for name in said)
    tx.run(f"UPDATE synthetic_orders SET {names} WHERE day = ? AND way = ?", (*said.values(), day, way))


def claim_test(tx: Tx, day: int, way: str, before: int) -> bool:
    """The caller is to send the test now; False if it is sent, or another took it up at that time or later."""
    return bool(
        tx.run(
            "UPDATE synthetic_orders SET tried_at = ? WHERE day = ? AND way = ? AND sent_at = 0"
            " AND (tried_at <= ? OR tried_at > ?)",
            (tx.now, day, way, before, tx.now),
        )
    )


def send_again(tx: Tx, order_id: int) -> None:
    """The receipt that was made goes out once more."""
    tx.run("UPDATE order_receipts SET due = ? WHERE order_id = ?", (tx.now, order_id))


def last_entry(rx: Reader) -> int:
    """The number of the journal's newest entry, 0 before the first."""
    row = rx.one("SELECT MAX(no) FROM journal WHERE shard = 0")
    return int(row[0] or 0) if row else 0


def of_reference(rx: Reader, external_ref: str, authority_id: int) -> list[int]:
    """Orders of that file number and authority, the newest first."""
    found = rx.all(
        "SELECT order_id FROM orders WHERE external_ref = ? AND external_ref <> '' AND authority_id = ?"
        " ORDER BY order_id DESC LIMIT 20",
        (external_ref, authority_id),
    )
    return [int(row[0]) for row in found]


def sent_again(tx: Tx, order_id: int) -> None:
    """It went out once more."""
    tx.run("UPDATE order_receipts SET due = 0 WHERE order_id = ?", (order_id,))


def of_authority(rx: Reader, authority_id: int, before: int, limit: int) -> list[int]:
    """Orders of the authority, the newest first, below that number (0 for all)."""
    found = rx.all(
        "SELECT order_id FROM orders WHERE authority_id = ? AND order_id < ? ORDER BY order_id DESC LIMIT ?",
        (authority_id, before or 1 << 60, limit),
    )
    return [int(row[0]) for row in found]


def dropped(rx: Reader, closed_since: int) -> list[int]:
    """Orders that were dropped, at first or later, and are open, or were closed since then."""
    found = rx.all(
        "SELECT order_id FROM orders WHERE channel = 'drop' AND is_open = 1 UNION"
        " SELECT order_id FROM orders WHERE channel = 'drop' AND is_open = 0 AND closed_at >= ? UNION"
        " SELECT o.order_id FROM order_arrivals a JOIN orders o ON o.order_id = a.order_id WHERE a.channel = 'drop'"
        " AND (o.is_open = 1 OR o.closed_at >= ?) ORDER BY order_id",
        (closed_since, closed_since),
    )
    return [int(row[0]) for row in found]


def add_arrival(tx: Tx, order_id: int, channel: str, message_ref: str, sender: str) -> None:
    """The order came by this way, too."""
    tx.run(
        "INSERT INTO order_arrivals (order_id, no, channel, message_ref, sender, date)"
        " SELECT ?, COALESCE(MAX(no), 0) + 1, ?, ?, ?, ? FROM order_arrivals WHERE order_id = ?",
        (order_id, channel, message_ref, sender, tx.now, order_id),
    )


def came_by(rx: Reader, order_id: int, channel: str) -> bool:
    """True if it is known that the order came by this way, too."""
    return rx.one("SELECT 1 FROM order_arrivals WHERE order_id = ? AND channel = ?", (order_id, channel)) is not None


def set_reply(tx: Tx, order_id: int, reply_to: str, reply_ref: str) -> None:
    """The receipt goes to this address."""
    tx.run(
        "UPDATE order_receipts SET reply_to = ?, reply_ref = ? WHERE order_id = ?", (reply_to, reply_ref, order_id)
    )


def tests_open(rx: Reader) -> list[Row]:
    """Tests that arrived and whose receipt was not seen yet."""
    return rx.all(
        f"SELECT {_TEST} FROM synthetic_orders WHERE order_id > 0 AND receipted_at = 0 ORDER BY day, way LIMIT 100"
    )
