"""The statements behind a person's full profile, as one viewer sees it."""

from chappe.store.protocol import Reader, Row


def dialog(rx: Reader, owner_id: int, peer_id: int) -> Row | None:
    """(folder_id, ttl_period) of the dialog."""
    return rx.one("SELECT folder_id, ttl_period FROM dialogs WHERE owner_id = ? AND peer_id = ?", (owner_id, peer_id))


def newest_pinned(rx: Reader, owner_id: int, peer_id: int) -> int:
    """The id of the newest pinned message of the dialog, 0 for none."""
    row = rx.one(
        "SELECT id FROM messages WHERE owner_id = ? AND peer_id = ? AND pinned <> 0 ORDER BY id DESC LIMIT 1",
        (owner_id, peer_id),
    )
    return row[0] if row else 0


def contact_note(rx: Reader, owner_id: int, user_id: int) -> bytes | None:
    """The owner's note about a contact."""
    row = rx.one("SELECT note FROM contacts WHERE owner_id = ? AND user_id = ?", (owner_id, user_id))
    return row[0] if row else None
