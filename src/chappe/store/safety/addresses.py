"""The statements of what notices say about where things are."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx


def add(tx: Tx, notice_id: int, named: Sequence[tuple[str, str]]) -> None:
    """The notice names these (address, item key), in this order."""
    tx.many(
        "INSERT INTO notice_addresses (notice_id, no, address, item_key) VALUES (?, ?, ?, ?)",
        [(notice_id, no, address, key) for no, (address, key) in enumerate(named)],
    )


def of_notice(rx: Reader, notice_id: int) -> list[tuple[str, str]]:
    """(address, item key) in the order of the notice."""
    rows = rx.all("SELECT address, item_key FROM notice_addresses WHERE notice_id = ? ORDER BY no", (notice_id,))
    return [(row[0], row[1]) for row in rows]
