"""The statements about drills: the one that waits or runs, and those that were held."""

from chappe.store.protocol import Reader, Row, Tx

_DRILL = "SELECT drill_id, due, page_id, ended, seconds FROM oncall_drills"


def current(rx: Reader) -> Row | None:
    """(drill_id, due, page_id, ended, seconds) of the one that waits or runs."""
    return rx.one(f"{_DRILL} WHERE ended = 0 ORDER BY drill_id LIMIT 1")


def past(rx: Reader, limit: int) -> list[Row]:
    """The same of those that were held, the newest first."""
    return rx.all(f"{_DRILL} WHERE ended > 0 ORDER BY drill_id DESC LIMIT ?", (limit,))


def add(tx: Tx, drill_id: int, due: int) -> None:
    """A drill waits for its hour."""
    tx.run("INSERT INTO oncall_drills (drill_id, due) VALUES (?, ?)", (drill_id, due))


def drop(tx: Tx, drill_id: int) -> None:
    """There is no such drill."""
    tx.run("DELETE FROM oncall_drills WHERE drill_id = ?", (drill_id,))


def begun(tx: Tx, drill_id: int, page_id: int) -> None:
    """The drill runs: this is its page."""
    tx.run("UPDATE oncall_drills SET page_id = ?, due = ? WHERE drill_id = ?", (page_id, tx.now, drill_id))


def ended(tx: Tx, drill_id: int, seconds: int) -> None:
    """The drill is over: so long it took, -1 where nobody took it."""
    tx.run("UPDATE oncall_drills SET ended = ?, seconds = ? WHERE drill_id = ?", (tx.now, seconds, drill_id))
