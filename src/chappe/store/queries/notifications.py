"""The statements of notification settings: one row a scope."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx


def some(rx: Reader, owner_id: int, scopes: Sequence[str]) -> dict[str, bytes]:
    """scope → settings, of those that were ever set."""
    marks = ", ".join("?" * len(scopes))
    rows = rx.all(
        f"SELECT scope, settings FROM notify_settings WHERE owner_id = ? AND scope IN ({marks})", (owner_id, *scopes)
    )
    return dict(rows)


def put(tx: Tx, owner_id: int, scope: str, settings: bytes) -> None:
    """The scope has these settings."""
    tx.run(
        "INSERT INTO notify_settings (owner_id, scope, settings) VALUES (?, ?, ?)"
        " ON CONFLICT (owner_id, scope) DO UPDATE SET settings = excluded.settings",
        (owner_id, scope, settings),
    )


def of_owner(rx: Reader, owner_id: int) -> list[tuple[str, bytes]]:
    """(scope, settings) of everything the owner set."""
    return rx.all("SELECT scope, settings FROM notify_settings WHERE owner_id = ? ORDER BY scope", (owner_id,))


def remove(tx: Tx, owner_id: int, scope: str) -> None:
    """Nothing is set for the scope."""
    tx.run("DELETE FROM notify_settings WHERE owner_id = ? AND scope = ?", (owner_id, scope))
