"""The statements about disclosures: proposed, decided, built, fetched, destroyed, each with its log."""

from collections.abc import Mapping

from chappe.store.protocol import Reader, Row, Tx, Value

COLUMNS = (
    "disclosure_id, order_id, authority_id, state, scope, digest, proposed_by, proposed_at, note, decided_by,"
    " decided_at, decision_note, due, tries, manifest, signature, sha256, size_bytes, records, built_at, expires,"
    " taken_at, destroyed_at"
)


def insert(
    tx: Tx, disclosure_id: int, order_id: int, authority_id: int, scope: bytes, digest: bytes, by: int, note: str
) -> None:
    """A disclosure is proposed."""
    tx.run(
        "INSERT INTO disclosures (disclosure_id, order_id, authority_id, state, scope, digest, proposed_by,"
        " proposed_at, note) VALUES (?, ?, ?, 'proposed', ?, ?, ?, ?, ?)",
        (disclosure_id, order_id, authority_id, scope, digest, by, tx.now, note),
    )


def find(rx: Reader, disclosure_id: int) -> Row | None:
    """The disclosure, in the order of COLUMNS."""
    return rx.one(f"SELECT {COLUMNS} FROM disclosures WHERE disclosure_id = ?", (disclosure_id,))


def of_order(rx: Reader, order_id: int) -> list[Row]:
    """Every disclosure of the order, oldest first."""
    return rx.all(f"SELECT {COLUMNS} FROM disclosures WHERE order_id = ? ORDER BY disclosure_id", (order_id,))


def to_decide(rx: Reader, limit: int) -> list[Row]:
    """Those that wait for the second person, oldest first."""
    return rx.all(
        f"SELECT {COLUMNS} FROM disclosures WHERE state = 'proposed' ORDER BY disclosure_id LIMIT ?", (limit,)
    )


def to_build(rx: Reader, now: int, limit: int) -> list[int]:
    """Approved ones that are due to be built."""
    rows = rx.all(
        "SELECT disclosure_id FROM disclosures WHERE state = 'approved' AND due <= ? ORDER BY due LIMIT ?",
        (now, limit),
    )
    return [row[0] for row in rows]


_VOID = "(o.state IN ('withdrawn_by_authority', 'rejected_inauthentic') OR o.outcome IN ('withdrawn', 'forged'))"
"""Orders by which nothing is handed over any more."""


def void(rx: Reader, limit: int) -> list[int]:
    """Disclosures that wait, or that can still be fetched, of orders that were taken back or were false."""
    rows = rx.all(
        "SELECT d.disclosure_id FROM disclosures d, orders o WHERE d.state IN ('proposed', 'approved', 'ready') AND"
        f" d.expires <> 1 AND o.order_id = d.order_id AND {_VOID} ORDER BY d.disclosure_id LIMIT ?",
        (limit,),
    )
    return [row[0] for row in rows]


def is_void(rx: Reader, order_id: int) -> bool:
    """True if nothing is handed over by the order any more."""
    return rx.one(f"SELECT 1 FROM orders o WHERE o.order_id = ? AND {_VOID}", (order_id,)) is not None


def held_back(rx: Reader, now: int, limit: int) -> list[tuple[int, int]]:
    """(id, order) of approved ones that wait for their day and were not tried yet."""
    return rx.all(
        "SELECT disclosure_id, order_id FROM disclosures WHERE state = 'approved' AND tries = 0 AND due > ?"
        " ORDER BY due LIMIT ?",
        (now, limit),
    )


def to_destroy(rx: Reader, now: int, limit: int) -> list[tuple[int, bytes]]:
    """(id, package) of those whose time is over."""
    return rx.all(
        "SELECT disclosure_id, sha256 FROM disclosures WHERE sha256 IS NOT NULL AND expires <= ? ORDER BY expires"
        " LIMIT ?",
        (now, limit),
    )


def change(tx: Tx, disclosure_id: int, state: str, values: Mapping[str, Value]) -> bool:
    """The columns have these values, if the disclosure was in that state; True if it was."""
    marks = ", ".join(f"{name} = ?" for name in values)
    return tx.run(
        f"UPDATE disclosures SET {marks} WHERE disclosure_id = ? AND state = ?",
        (*values.values(), disclosure_id, state),
    ) > 0  # fmt: skip


def add_act(tx: Tx, disclosure_id: int, actor: str, act: str, detail: str) -> None:
    """A line is at the end of the disclosure's log."""
    tx.run(
        "INSERT INTO disclosure_acts (disclosure_id, no, date, actor, act, detail)"
        " SELECT ?, COALESCE(MAX(no), 0) + 1, ?, ?, ?, ? FROM disclosure_acts WHERE disclosure_id = ?",
        (disclosure_id, tx.now, actor, act, detail, disclosure_id),
    )


def acts(rx: Reader, disclosure_id: int) -> list[Row]:
    """(no, date, actor, act, detail) of the log, oldest first."""
    return rx.all(
        "SELECT no, date, actor, act, detail FROM disclosure_acts WHERE disclosure_id = ? ORDER BY no",
        (disclosure_id,),
    )
