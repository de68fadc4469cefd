"""The statements about calls to the hotline: what a caller says, kept while it is being said."""

from chappe.store.protocol import Reader, Row, Tx

_CALL = "SELECT call_id, operator_id, began, said, filed_at, came_to FROM hotline_calls"


def begin(tx: Tx, call_id: int, operator_id: int, began: int, said: bytes) -> None:
    """Somebody calls."""
    tx.run(
        "INSERT INTO hotline_calls (call_id, operator_id, began, said) VALUES (?, ?, ?, ?)",
        (call_id, operator_id, began, said),
    )


def find(rx: Reader, call_id: int) -> Row | None:
    """(call_id, operator_id, began, said, filed_at, came_to) of a call."""
    return rx.one(f"{_CALL} WHERE call_id = ?", (call_id,))


def unfinished(rx: Reader) -> list[Row]:
    """The same of those that became nothing yet, the first first."""
    return rx.all(f"{_CALL} WHERE filed_at = 0 ORDER BY call_id")


def newest(rx: Reader, limit: int) -> list[Row]:
    """The same of those that are over, the newest first."""
    return rx.all(f"{_CALL} WHERE filed_at > 0 ORDER BY call_id DESC LIMIT ?", (limit,))


def keep(tx: Tx, call_id: int, said: bytes) -> bool:
    """So much was said so far; False if the call is over."""
    return tx.run("UPDATE hotline_calls SET said = ? WHERE call_id = ? AND filed_at = 0", (said, call_id)) > 0


def end(tx: Tx, call_id: int, came_to: str) -> bool:
    """The call is over, and what was said is kept elsewhere or nowhere; False if it was over before."""
    return (
        tx.run(
            "UPDATE hotline_calls SET filed_at = ?, came_to = ?, said = ? WHERE call_id = ? AND filed_at = 0",
            (tx.now, came_to, b"{}", call_id),
        )
        > 0
    )
