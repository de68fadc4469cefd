"""The statements of mail that came, from its 250 until it is a case."""

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.people import take_id

_COLUMNS = (
    "letter_no, sha256, size_bytes, sender, recipients, peer, helo, secure, received_at, state, order_id, note, tries"
)
# A blob is held by whatever has a row here; numbers below zero are no files anybody can ask for.
HELD_BELOW = -(10**12)


def by_ref(rx: Reader, ref: str) -> int:
    """The number of the letter of this digest, 0 if it never came."""
    row = rx.one("SELECT letter_no FROM intake_letters WHERE ref = ?", (ref,))
    return int(row[0]) if row else 0


def add(
    tx: Tx, ref: str, sha256: bytes, size_bytes: int, sender: str, recipients: str, peer: str, helo: str, secure: bool
) -> int:
    """The letter came now and waits; its number."""
    letter_no = take_id(tx, "intake_letter", 1)
    tx.run(
        "INSERT INTO intake_letters (letter_no, ref, sha256, size_bytes, sender, recipients, peer, helo, secure,"
        " received_at, state, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)",
        (letter_no, ref, sha256.hex(), size_bytes, sender, recipients, peer, helo, int(secure), tx.now, tx.now),
    )
    hold(tx, sha256, HELD_BELOW - letter_no)
    return letter_no


def hold(tx: Tx, sha256: bytes, holder: int) -> None:
    """The blob is not swept away while this row stands."""
    tx.run(
        "INSERT INTO file_blobs (sha256, file_id) VALUES (?, ?) ON CONFLICT (sha256, file_id) DO NOTHING",
        (sha256, holder),
    )


def waiting(rx: Reader, now: int, limit: int) -> list[Row]:
    """The letters whose turn it is: the first of each place, then the second of each: none waits for another's."""
    return rx.all(
        f"SELECT {_COLUMNS} FROM (SELECT {_COLUMNS}, due, ROW_NUMBER() OVER (PARTITION BY peer ORDER BY due, letter_no)"
        " AS turn FROM intake_letters WHERE state = 'waiting' AND due <= ?) mine ORDER BY turn, due, letter_no LIMIT ?",
        (now, limit),
    )


def find(rx: Reader, letter_no: int) -> Row | None:
    """The letter."""
    return rx.one(f"SELECT {_COLUMNS} FROM intake_letters WHERE letter_no = ?", (letter_no,))


def oldest_waiting(rx: Reader) -> int:
    """When the oldest letter came that is no case yet; 0 without one."""
    row = rx.one("SELECT MIN(received_at) FROM intake_letters WHERE state = 'waiting'")
    return int(row[0]) if row and row[0] is not None else 0


def failing(rx: Reader) -> bool:
    """True if a letter waits that could not be filed before."""
    return rx.one("SELECT 1 FROM intake_letters WHERE state = 'waiting' AND tries > 0 LIMIT 1") is not None


def settle(tx: Tx, letter_no: int, state: str, order_id: int, note: str) -> None:
    """The letter waits no more."""
    tx.run(
        "UPDATE intake_letters SET state = ?, order_id = ?, note = ? WHERE letter_no = ?",
        (state, order_id, note, letter_no),
    )


def later(tx: Tx, letter_no: int, due: int, note: str) -> None:
    """The letter is tried again then."""
    tx.run(
        "UPDATE intake_letters SET tries = tries + 1, due = ?, note = ? WHERE letter_no = ?", (due, note, letter_no)
    )


def wait_again(tx: Tx, letter_no: int) -> None:
    """The letter is read once more."""
    tx.run("UPDATE intake_letters SET state = 'waiting', due = ? WHERE letter_no = ?", (tx.now, letter_no))
