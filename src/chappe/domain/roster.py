"""The list of accounts, for whoever runs the server: facts of the account, never what is in its box."""

from dataclasses import dataclass

from chappe.store import Reader
from chappe.store.queries import roster as rows


@dataclass(frozen=True, slots=True)
class Listed:
    """One account."""

    user_id: int
    phone: str
    first_name: str
    last_name: str
    username: str
    date: int
    last_seen: int
    deleted: bool
    stored_bytes: int


def accounts(rx: Reader, after: int, limit: int) -> list[Listed]:
    """Accounts with ids above `after`, the lowest first."""
    return [
        Listed(
            user_id=row[0],
            phone=row[1],
            first_name=row[2],
            last_name=row[3],
            username=row[4],
            date=row[5],
            last_seen=row[6],
            deleted=bool(row[7]),
            stored_bytes=row[8],
        )
        for row in rows.accounts(rx, after, limit)
    ]
