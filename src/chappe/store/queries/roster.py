"""The statements that list accounts for whoever runs the server."""

from chappe.store.protocol import Reader, Row


def accounts(rx: Reader, after: int, limit: int) -> list[Row]:
    """(user_id, phone, first name, last name, username, date, last seen, deleted, stored bytes), ids rising."""
    return rx.all(
        "SELECT owner_id, phone, first_name, last_name, username, date, last_seen, deleted, stored_bytes FROM accounts"
        " WHERE owner_id > ? ORDER BY owner_id LIMIT ?",
        (after, limit),
    )
