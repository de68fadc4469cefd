"""The statements that erase what a closed case says of people, and leave its number, kind, dates and outcome."""

from chappe.store.legal import letters_in
from chappe.store.protocol import Reader, Tx

_ORDER = (
    "sender = '', external_ref = '', legal_basis = '', reasons = '', redress = '', fields = ?, secrecy_basis = '',"
    " auth_how = '', words = ''"
)
_BY_ORDER = (
    "UPDATE order_targets SET text = '', matched = '', since = 0, until = 0 WHERE order_id = ?",
    "UPDATE order_acts SET detail = '' WHERE order_id = ? AND act NOT IN ('given', 'checked', 'received', 'repeated',"
    " 'message', 'effect', 'effect_unknown', 'letter_drafted', 'letter_sent', 'letter_dropped')",  # codes of ours
    "UPDATE order_stops SET reason = '' WHERE order_id = ?",
    "UPDATE order_checks SET note = '' WHERE order_id = ?",
    "UPDATE order_arrivals SET sender = '' WHERE order_id = ?",
    "UPDATE order_receipts SET text = '', reply_to = '', reply_ref = '', door = '' WHERE order_id = ?",
    "DELETE FROM order_messages WHERE order_id = ?",
    "DELETE FROM order_files WHERE order_id = ?",
    "DELETE FROM holds WHERE order_id = ?",
    "DELETE FROM tellings WHERE order_id = ?",
    "DELETE FROM alert_letters WHERE order_id = ?",
    "UPDATE disclosure_acts SET detail = '' WHERE disclosure_id IN (SELECT disclosure_id FROM disclosures WHERE"
    " order_id = ?)",
)


def due(rx: Reader, closed_before: int, limit: int) -> list[int]:
    """Cases closed so long ago of which nothing is kept, handed over, secret or still to be told.

    Shape: limit on what is looked at, the first closed first.
    """
    found = rx.all(
        "SELECT o.order_id FROM orders o WHERE o.is_open = 0 AND o.purged_at = 0 AND o.closed_at > 0"
        " AND o.closed_at <= ? AND o.sealed = 0 AND o.secrecy_until <= ?"
        " AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.order_id = o.order_id AND (h.ended_at = 0 OR h.items > 0))"
        " AND NOT EXISTS (SELECT 1 FROM disclosures d WHERE d.order_id = o.order_id AND d.state IN ('proposed',"
        " 'approved', 'ready'))"
        " AND NOT EXISTS (SELECT 1 FROM tellings t WHERE t.order_id = o.order_id AND t.told_at = 0 AND t.due > 0)"
        " ORDER BY o.closed_at LIMIT ?",
        (closed_before, rx.now, limit),
    )
    return [int(row[0]) for row in found]


def blobs(rx: Reader, order_id: int, file_id: int) -> list[bytes]:
    """What the case holds: its files, and the letters that it came by. Shape: file_id is what holds its files."""
    found = rx.all("SELECT sha256 FROM file_blobs WHERE file_id = ?", (file_id,))
    letters = rx.all("SELECT sha256 FROM intake_letters WHERE order_id = ?", (order_id,))
    return [bytes(row[0]) for row in found] + [bytes.fromhex(row[0]) for row in letters]


def erase(tx: Tx, order_id: int, file_id: int, fields: bytes, body: bytes, scope: bytes) -> None:
    """What the case says of people is gone. Shape: what stands in the place of its form, letters and scopes."""
    tx.run(f"UPDATE orders SET purged_at = ?, {_ORDER} WHERE order_id = ?", (tx.now, fields, order_id))
    for statement in _BY_ORDER:
        tx.run(statement, (order_id,))
    tx.run("UPDATE order_letters SET subject = '', body = ? WHERE order_id = ?", (body, order_id))
    tx.run("UPDATE alerts SET said = ? WHERE order_id = ?", (b"{}", order_id))
    tx.run(
        "UPDATE disclosures SET scope = ?, note = '', decision_note = '', manifest = NULL, signature = NULL"
        " WHERE order_id = ?",
        (scope, order_id),
    )
    tx.run("DELETE FROM file_blobs WHERE file_id = ?", (file_id,))
    for (letter_no,) in tx.all("SELECT letter_no FROM intake_letters WHERE order_id = ?", (order_id,)):
        drop_letter(tx, letter_no)


def drop_letter(tx: Tx, letter_no: int) -> None:
    """The letter is gone, with what held its bytes."""
    tx.run("DELETE FROM file_blobs WHERE file_id = ?", (letters_in.HELD_BELOW - letter_no,))
    tx.run("DELETE FROM intake_letters WHERE letter_no = ?", (letter_no,))


def set_aside(rx: Reader, before: int, limit: int) -> list[tuple[int, str]]:
    """(number, SHA-256) of letters that were set aside and came before then."""
    return rx.all(
        "SELECT letter_no, sha256 FROM intake_letters WHERE state = 'set_aside' AND received_at <= ?"
        " ORDER BY received_at LIMIT ?",
        (before, limit),
    )


def purged_at(rx: Reader, order_id: int) -> int:
    """When the case was erased, 0 if it was not."""
    row = rx.one("SELECT purged_at FROM orders WHERE order_id = ?", (order_id,))
    return int(row[0]) if row else 0
