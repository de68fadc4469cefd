"""The statements of notices and of who files them."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.people import take_id as take_id

COLUMNS = (
    "n.notice_id, n.notifier_id, f.subject, n.way, n.category, n.keyword, n.explanation, n.lang, n.country, n.precise,"
    " n.item_count, n.received_at, n.decided_at, n.outcome, n.told_at"
)
_FROM = f"SELECT {COLUMNS} FROM notices n JOIN notifiers f ON f.notifier_id = n.notifier_id"
NOTIFIER_COLUMNS = (
    "notifier_id, subject, name, email, date, filed, founded, unfounded, warned_at, limited_until"
)


def notifier(rx: Reader, notifier_id: int) -> Row | None:
    """The notifier's row."""
    return rx.one(f"SELECT {NOTIFIER_COLUMNS} FROM notifiers WHERE notifier_id = ?", (notifier_id,))


def notifier_of(rx: Reader, subject: str) -> Row | None:
    """The row of who is known by the subject."""
    return rx.one(f"SELECT {NOTIFIER_COLUMNS} FROM notifiers WHERE subject = ? AND subject <> ''", (subject,))


def add_notifier(tx: Tx, notifier_id: int, subject: str, name: str, email: bytes | None, date: int) -> None:
    """Somebody files for the first time."""
    tx.run(
        "INSERT INTO notifiers (notifier_id, subject, name, email, date) VALUES (?, ?, ?, ?, ?)",
        (notifier_id, subject, name, email, date),
    )


def set_contact(tx: Tx, notifier_id: int, name: str, email: bytes) -> None:
    """The notifier gave this name and address last."""
    tx.run("UPDATE notifiers SET name = ?, email = ? WHERE notifier_id = ?", (name, email, notifier_id))


def filed(tx: Tx, notifier_id: int) -> None:
    """The notifier filed once more."""
    tx.run("UPDATE notifiers SET filed = filed + 1 WHERE notifier_id = ?", (notifier_id,))


def set_record(
    tx: Tx, notifier_id: int, founded: int, unfounded: int, warned_at: int, limited_until: int
) -> None:
    """How the notifier's notices turned out since the last step taken, and which that was."""
    tx.run(
        "UPDATE notifiers SET founded = ?, unfounded = ?, warned_at = ?, limited_until = ? WHERE notifier_id = ?",
        (founded, unfounded, warned_at, limited_until, notifier_id),
    )


def recorded(tx: Tx, notice_id: int, journal_no: int) -> None:
    """The notice is this entry of the journal."""
    tx.run("UPDATE notices SET journal_no = ? WHERE notice_id = ?", (journal_no, notice_id))


def entry(rx: Reader, notice_id: int) -> int:
    """The number of its entry, 0 for none."""
    row = rx.one("SELECT journal_no FROM notices WHERE notice_id = ?", (notice_id,))
    return int(row[0]) if row else 0


def add(tx: Tx, row: tuple[object, ...]) -> None:
    """The notice stands, undecided.

    Shape: notice_id, token_digest, notifier_id, way, category, keyword, explanation, lang, country, precise,
    item_count, received_at, token (sealed).
    """
    tx.run(
        "INSERT INTO notices (notice_id, token_digest, notifier_id, way, category, keyword, explanation, lang, country,"
        " precise, item_count, received_at, token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row,  # type: ignore[arg-type]
    )


def add_item(tx: Tx, notice_id: int, item_key: str, case_id: int) -> None:
    """One of the notice's items is seen to in the case."""
    tx.run("INSERT INTO notice_items (notice_id, item_key, case_id) VALUES (?, ?, ?)", (notice_id, item_key, case_id))


def find(rx: Reader, notice_id: int) -> Row | None:
    """The notice's row."""
    return rx.one(f"{_FROM} WHERE n.notice_id = ?", (notice_id,))


def by_token(rx: Reader, digest: bytes) -> Row | None:
    """The row of the notice whose link it is."""
    return rx.one(f"{_FROM} WHERE n.token_digest = ?", (digest,))


def sealed_token(rx: Reader, notice_id: int) -> bytes | None:
    """What the notice's link is made of, sealed."""
    row = rx.one("SELECT token FROM notices WHERE notice_id = ?", (notice_id,))
    return row[0] if row else None


def of_case(rx: Reader, case_id: int, after: int, limit: int) -> list[Row]:
    """Rows of notices with an item in the case, above that number."""
    return rx.all(
        f"{_FROM} WHERE n.notice_id IN (SELECT notice_id FROM notice_items WHERE case_id = ? AND notice_id > ?)"
        " ORDER BY n.notice_id LIMIT ?",
        (case_id, after, limit),
    )


def of_notifier(rx: Reader, notifier_id: int, below: int, limit: int) -> list[Row]:
    """Rows of what somebody filed, newest first."""
    return rx.all(
        f"{_FROM} WHERE n.notifier_id = ? AND n.notice_id < ? ORDER BY n.notice_id DESC LIMIT ?",
        (notifier_id, below, limit),
    )


def between(rx: Reader, since: int, until: int, after: int, limit: int) -> list[Row]:
    """Rows of notices received in a stretch of time, by number."""
    return rx.all(
        f"{_FROM} WHERE n.received_at >= ? AND n.received_at < ? AND n.notice_id > ? ORDER BY n.notice_id LIMIT ?",
        (since, until, after, limit),
    )


def items_of(rx: Reader, notice_id: int) -> list[tuple[str, int, bytes, int, str, int]]:
    """(item key, case, item, author, hash, when a measure was taken against it) of a notice's items."""
    return rx.all(
        "SELECT n.item_key, n.case_id, c.item, c.author_id, c.sha256, c.acted_at FROM notice_items n"
        " JOIN case_items c ON c.case_id = n.case_id AND c.item_key = n.item_key"
        " WHERE n.notice_id = ? ORDER BY n.item_key",
        (notice_id,),
    )


def outcomes_of(rx: Reader, notice_id: int) -> list[tuple[int, int, str, int]]:
    """(case, 1 while it is open, outcome, when) of each item of a notice: a measure may spare some of a case."""
    return rx.all(
        "SELECT c.case_id, c.is_open,"
        " CASE WHEN c.outcome = 'measure' AND i.acted_at = 0 THEN 'no_action' ELSE c.outcome END, c.decided_at"
        " FROM notice_items n JOIN cases c ON c.case_id = n.case_id"
        " JOIN case_items i ON i.case_id = n.case_id AND i.item_key = n.item_key"
        " WHERE n.notice_id = ? ORDER BY c.case_id, i.item_key",
        (notice_id,),
    )


def decided(tx: Tx, notice_id: int, outcome: str, decided_at: int) -> None:
    """All of the notice is decided, and its notifier is told in this transaction."""
    tx.run(
        "UPDATE notices SET outcome = ?, decided_at = ?, told_at = ? WHERE notice_id = ?",
        (outcome, decided_at, tx.now, notice_id),
    )


def telling(tx: Tx, room_id: int, item_key: str, notice_id: int) -> bool:
    """Those who look after the room will hear of the item; False if they have."""
    return bool(tx.run(
        "INSERT INTO report_telling (room_id, item_key, notice_id, date) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (room_id, item_key) DO NOTHING",
        (room_id, item_key, notice_id, tx.now),
    ))  # fmt: skip


def to_tell(rx: Reader, limit: int) -> list[tuple[int, str, int]]:
    """(room, item key, notice) that those who look after rooms have not heard of, oldest first."""
    return rx.all(
        "SELECT room_id, item_key, notice_id FROM report_telling WHERE told = 0 ORDER BY date LIMIT ?", (limit,)
    )


def told(tx: Tx, room_id: int, item_key: str) -> None:
    """They have heard of it."""
    tx.run("UPDATE report_telling SET told = 1 WHERE room_id = ? AND item_key = ?", (room_id, item_key))


def forget_telling(tx: Tx, before: int, limit: int) -> int:
    """What was told long ago may be told anew; how many."""
    return tx.run(
        "DELETE FROM report_telling WHERE (room_id, item_key) IN (SELECT room_id, item_key FROM report_telling"
        " WHERE told = 1 AND date < ? LIMIT ?)",
        (before, limit),
    )


def erasable(rx: Reader, before: int, limit: int) -> list[int]:
    """Notices decided before the date of which words or a link are left."""
    return [row[0] for row in rx.all(
        "SELECT notice_id FROM notices WHERE received_at < ? AND decided_at > 0 AND decided_at < ?"
        " AND (explanation <> '' OR token IS NOT NULL) ORDER BY received_at LIMIT ?",
        (before, before, limit),
    )]  # fmt: skip


def erase(tx: Tx, notice_ids: Sequence[int]) -> None:
    """The notices say nothing but codes, and no link opens them."""
    tx.many(
        "UPDATE notices SET explanation = '', token = NULL, token_digest = ? WHERE notice_id = ?",
        [(notice_id.to_bytes(8, "big"), notice_id) for notice_id in notice_ids],
    )


def forgettable(rx: Reader, before: int, limit: int) -> list[int]:
    """Notifiers who gave an address and all of whose notices were decided before the date."""
    return [row[0] for row in rx.all(
        "SELECT notifier_id FROM notifiers WHERE (email IS NOT NULL OR name <> '') AND date < ? AND NOT EXISTS"
        " (SELECT 1 FROM notices WHERE notices.notifier_id = notifiers.notifier_id"
        " AND (decided_at = 0 OR decided_at >= ?)) ORDER BY notifier_id LIMIT ?",
        (before, before, limit),
    )]  # fmt: skip


def forget(tx: Tx, notifier_ids: Sequence[int]) -> None:
    """Nobody can be written to."""
    tx.many(
        "UPDATE notifiers SET name = '', email = NULL WHERE notifier_id = ?", [(number,) for number in notifier_ids]
    )
