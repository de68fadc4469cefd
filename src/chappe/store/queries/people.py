"""The statements about people: accounts, names, contacts, privacy rows."""

from collections.abc import Sequence
from typing import Any

from chappe.store.protocol import Reader, Row, Tx

ACCOUNT_COLUMNS = (
    "owner_id, phone, first_name, last_name, username, about, birthday, photo, date, deleted, last_seen, ttl_days,"
    " authorization_ttl_days, version, settings, bot, held"
)


def exists(rx: Reader, user_id: int) -> int | None:
    """0 for a live account, 1 for a deleted one, None when there never was one."""
    row = rx.one("SELECT deleted FROM accounts WHERE owner_id = ?", (user_id,))
    return row[0] if row else None


_GATE = (
    "SELECT a.deleted, EXISTS (SELECT 1 FROM blocked WHERE owner_id = a.owner_id AND peer_id = ?),"
    " EXISTS (SELECT 1 FROM blocked WHERE owner_id = v.owner_id AND peer_id = a.owner_id),"
    " EXISTS (SELECT 1 FROM territories t WHERE t.step = 'closed' AND (t.territory = 'ALL' OR EXISTS (SELECT 1"
    " FROM person_territories p WHERE p.owner_id = a.owner_id AND p.territory = t.territory))),"
    " a.bot, a.held, v.bot, v.held,"
    " EXISTS (SELECT 1 FROM territories WHERE step IN ('read_only', 'closed')),"
    " EXISTS (SELECT 1 FROM preferences WHERE owner_id = v.owner_id AND name = ?)"
    " FROM accounts a LEFT JOIN accounts v ON v.owner_id = ? WHERE a.owner_id = ?"
)


def gate(rx: Reader, owner_id: int, viewer: int, preference: str) -> tuple[Any, ...] | None:
    """What lies between the viewer and an account.

    Shape: (deleted, its owner blocked the viewer, the viewer blocked them, closed where they are, its bits as a bot,
    its bits of decisions, the viewer's bits as a bot and of decisions, some territory is being left, the viewer has
    such a preference).
    """
    return rx.one(_GATE, (viewer, preference, viewer, owner_id))


def has_blocked(rx: Reader, owner_id: int, peer_id: int) -> bool:
    """True if the owner blocked the peer."""
    return rx.one("SELECT 1 FROM blocked WHERE owner_id = ? AND peer_id = ?", (owner_id, peer_id)) is not None


def blockers(rx: Reader, ids: Sequence[int]) -> set[int]:
    """Those of the people who blocked anybody."""
    marks = ", ".join("?" * len(ids))
    return {row[0] for row in rx.all(
        f"SELECT owner_id FROM accounts WHERE owner_id IN ({marks})"
        " AND EXISTS (SELECT 1 FROM blocked WHERE blocked.owner_id = accounts.owner_id)", tuple(ids),
    )}  # fmt: skip


def take_id(tx: Tx, kind: str, first: int) -> int:
    """The next free id of a kind; `first` is where the kind begins."""
    row = tx.one(
        "INSERT INTO id_blocks (kind, next_id) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET"
        " next_id = id_blocks.next_id + 1 RETURNING next_id",
        (kind, first + 1),
    )
    assert row is not None
    next_id: int = row[0]
    return next_id - 1


def insert_account(tx: Tx, user_id: int, phone: str, first_name: str, last_name: str, date: int) -> None:
    """The account exists; its number is in the directory when it has one."""
    tx.run(
        "INSERT INTO accounts (owner_id, phone, first_name, last_name, date, last_seen) VALUES (?, ?, ?, ?, ?, ?)",
        (user_id, phone, first_name, last_name, date, date),
    )
    if phone:
        tx.run("INSERT INTO phones (phone, user_id) VALUES (?, ?)", (phone, user_id))


def by_phone(rx: Reader, phone: str) -> int | None:
    """The user id that holds the number."""
    row = rx.one("SELECT user_id FROM phones WHERE phone = ?", (phone,))
    return row[0] if row else None


def by_username(rx: Reader, username: str) -> int | None:
    """The peer that holds the username. Shape: username in lower case."""
    row = rx.one("SELECT peer_id FROM usernames WHERE username = ?", (username,))
    return row[0] if row else None


def accounts(rx: Reader, ids: Sequence[int]) -> list[Row]:
    """The account rows of the ids that exist, in the order of ACCOUNT_COLUMNS."""
    marks = ", ".join("?" * len(ids))
    return rx.all(f"SELECT {ACCOUNT_COLUMNS} FROM accounts WHERE owner_id IN ({marks})", tuple(ids))


_CARDS = (
    f"SELECT {', '.join(f'a.{column}' for column in ACCOUNT_COLUMNS.split(', '))}, c.first_name, c.last_name, c.phone,"
    " s.user_id IS NOT NULL, b.peer_id IS NOT NULL, p.rules, q.rules, r.rules FROM accounts a"
    " LEFT JOIN contacts c ON c.owner_id = ? AND c.user_id = a.owner_id"
    " LEFT JOIN contact_of s ON s.owner_id = ? AND s.user_id = a.owner_id"
    " LEFT JOIN blocked b ON b.owner_id = a.owner_id AND b.peer_id = ?"
    " LEFT JOIN privacy p ON p.owner_id = a.owner_id AND p.key = ?"
    " LEFT JOIN privacy q ON q.owner_id = a.owner_id AND q.key = ?"
    " LEFT JOIN privacy r ON r.owner_id = a.owner_id AND r.key = ?"
    " WHERE a.owner_id IN "
)


def cards(rx: Reader, viewer: int, ids: Sequence[int], keys: tuple[str, str, str]) -> list[Row]:
    """The account rows of the ids that exist, each with what the viewer's view of it hangs on.

    Shape: ACCOUNT_COLUMNS, then first_name, last_name and phone as the viewer saved them (NULL if they did not),
    whether the person saved the viewer, whether they blocked them, the rules they set for the keys (NULL if none).
    """
    marks = ", ".join("?" * len(ids))
    return rx.all(f"{_CARDS}({marks})", (viewer, viewer, viewer, *keys, *ids))


def contact_names(rx: Reader, owner_id: int, ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """user id → (first_name, last_name, phone) as the owner saved them."""
    marks = ", ".join("?" * len(ids))
    rows = rx.all(
        f"SELECT user_id, first_name, last_name, phone FROM contacts WHERE owner_id = ? AND user_id IN ({marks})",
        (owner_id, *ids),
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def saved_by(rx: Reader, owner_id: int, ids: Sequence[int]) -> set[int]:
    """Those of the ids who have the owner in their contacts."""
    marks = ", ".join("?" * len(ids))
    rows = rx.all(
        f"SELECT user_id FROM contact_of WHERE owner_id = ? AND user_id IN ({marks})", (owner_id, *ids)
    )
    return {row[0] for row in rows}


def privacy_rows(rx: Reader, ids: Sequence[int], keys: Sequence[str]) -> dict[tuple[int, str], bytes]:
    """(owner, key) → rules, of those that were ever set."""
    marks, key_marks = ", ".join("?" * len(ids)), ", ".join("?" * len(keys))
    rows = rx.all(
        f"SELECT owner_id, key, rules FROM privacy WHERE owner_id IN ({marks}) AND key IN ({key_marks})",
        (*ids, *keys),
    )
    return {(row[0], row[1]): row[2] for row in rows}


def put_privacy(tx: Tx, owner_id: int, key: str, rules: bytes) -> None:
    """The owner's rules of the key are these."""
    tx.run(
        "INSERT INTO privacy (owner_id, key, rules) VALUES (?, ?, ?)"
        " ON CONFLICT (owner_id, key) DO UPDATE SET rules = excluded.rules",
        (owner_id, key, rules),
    )
