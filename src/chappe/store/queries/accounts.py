"""The statements that change one account: profile, presence, settings, numbers and names in the directories."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.people import ACCOUNT_COLUMNS


def account(rx: Reader, user_id: int) -> Row | None:
    """The account's row in the order of ACCOUNT_COLUMNS."""
    return rx.one(f"SELECT {ACCOUNT_COLUMNS} FROM accounts WHERE owner_id = ?", (user_id,))


def set_profile(tx: Tx, user_id: int, first_name: str, last_name: str, about: str) -> None:
    """The account's names and words about itself are these."""
    tx.run(
        "UPDATE accounts SET first_name = ?, last_name = ?, about = ?, version = version + 1 WHERE owner_id = ?",
        (first_name, last_name, about, user_id),
    )


def set_username(tx: Tx, user_id: int, username: str) -> None:
    """The account carries the username; the directory is the caller's business."""
    tx.run("UPDATE accounts SET username = ?, version = version + 1 WHERE owner_id = ?", (username, user_id))


def take_username(tx: Tx, username: str, peer_id: int) -> bool:
    """True if the directory now gives the username to the peer. Shape: username in lower case."""
    return bool(
        tx.run(
            "INSERT INTO usernames (username, peer_id) VALUES (?, ?) ON CONFLICT (username) DO NOTHING",
            (username, peer_id),
        )
    )


def free_username(tx: Tx, username: str, peer_id: int) -> None:
    """The username is free again if the peer held it."""
    tx.run("DELETE FROM usernames WHERE username = ? AND peer_id = ?", (username, peer_id))


def take_phone(tx: Tx, phone: str, user_id: int) -> bool:
    """True if the directory now gives the number to the person."""
    return bool(
        tx.run("INSERT INTO phones (phone, user_id) VALUES (?, ?) ON CONFLICT (phone) DO NOTHING", (phone, user_id))
    )


def free_phone(tx: Tx, phone: str) -> None:
    """The number belongs to nobody."""
    tx.run("DELETE FROM phones WHERE phone = ?", (phone,))


def set_phone(tx: Tx, user_id: int, phone: str) -> None:
    """The account's number is this one."""
    tx.run("UPDATE accounts SET phone = ?, version = version + 1 WHERE owner_id = ?", (phone, user_id))


def set_birthday(tx: Tx, user_id: int, birthday: str) -> None:
    """The account's birthday is this one. Shape: `DD-MM-YYYY`, `DD-MM` or empty."""
    tx.run("UPDATE accounts SET birthday = ?, version = version + 1 WHERE owner_id = ?", (birthday, user_id))


def set_last_seen(tx: Tx, user_id: int, last_seen: int) -> None:
    """The person was here until then; a date ahead means that they are here now."""
    tx.run("UPDATE accounts SET last_seen = ? WHERE owner_id = ?", (last_seen, user_id))


def last_seen(rx: Reader, user_id: int) -> int:
    """The person's last_seen."""
    row = rx.one("SELECT last_seen FROM accounts WHERE owner_id = ?", (user_id,))
    return row[0] if row else 0


def set_ttl(tx: Tx, user_id: int, days: int) -> None:
    """After so many days without a sign of life the account is deleted."""
    tx.run("UPDATE accounts SET ttl_days = ? WHERE owner_id = ?", (days, user_id))


def set_authorization_ttl(tx: Tx, user_id: int, days: int) -> None:
    """After so many days without a sign of life a device is signed out."""
    tx.run("UPDATE accounts SET authorization_ttl_days = ? WHERE owner_id = ?", (days, user_id))


def settings(rx: Reader, user_id: int) -> bytes | None:
    """The account's settings, packed."""
    row = rx.one("SELECT settings FROM accounts WHERE owner_id = ?", (user_id,))
    return row[0] if row else None


def set_settings(tx: Tx, user_id: int, packed: bytes) -> None:
    """The account's settings are these."""
    tx.run("UPDATE accounts SET settings = ? WHERE owner_id = ?", (packed, user_id))


def bury(tx: Tx, user_id: int) -> None:
    """The account is a grave: nothing of its profile is left."""
    tx.run(
        "UPDATE accounts SET deleted = 1, phone = '', first_name = '', last_name = '', username = '', about = '',"
        " birthday = '', photo = NULL, settings = NULL, version = version + 1 WHERE owner_id = ?",
        (user_id,),
    )


_PRIVATE = ("contacts", "contact_of", "saved_phones", "blocked", "privacy", "notify_settings", "profile_photos",
            "passwords", "push_tokens", "takeouts")  # fmt: skip


def empty_lists(tx: Tx, user_id: int) -> None:
    """The account's own lists and settings are gone."""
    for table in _PRIVATE:
        tx.run(f"DELETE FROM {table} WHERE owner_id = ?", (user_id,))
    for table in ("passkeys", "recoveries"):
        tx.run(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))


def savers_of_phone(rx: Reader, phone: str, limit: int) -> list[tuple[int, str, str]]:
    """(owner, first_name, last_name) of those who keep the number without knowing whose it is."""
    return rx.all(
        "SELECT owner_id, first_name, last_name FROM saved_phones WHERE phone = ? ORDER BY date LIMIT ?",
        (phone, limit),
    )


def savers_of_user(rx: Reader, user_id: int, limit: int) -> list[int]:
    """Those who have the person in their contacts."""
    rows = rx.all("SELECT user_id FROM contact_of WHERE owner_id = ? LIMIT ?", (user_id, limit))
    return [row[0] for row in rows]


def dialog_people(rx: Reader, user_id: int, limit: int) -> list[int]:
    """The people of the newest private dialogs."""
    rows = rx.all(
        "SELECT peer_id FROM dialogs WHERE owner_id = ? AND peer_id > 0 AND peer_id <> ? ORDER BY date DESC LIMIT ?",
        (user_id, user_id, limit),
    )
    return [row[0] for row in rows]


def make_contact(tx: Tx, owner_id: int, user_id: int, phone: str, first_name: str, last_name: str) -> None:
    """The person is in the owner's contacts, in place of the bare number."""
    tx.run(
        "INSERT INTO contacts (owner_id, user_id, phone, first_name, last_name, date) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (owner_id, user_id) DO NOTHING",
        (owner_id, user_id, phone, first_name, last_name, tx.now),
    )
    tx.run(
        "INSERT INTO contact_of (owner_id, user_id) VALUES (?, ?) ON CONFLICT (owner_id, user_id) DO NOTHING",
        (user_id, owner_id),
    )
    tx.run("DELETE FROM saved_phones WHERE owner_id = ? AND phone = ?", (owner_id, phone))


def contact_ids(rx: Reader, owner_id: int, ids: Sequence[int]) -> set[int]:
    """Those of the ids who are in the owner's contacts."""
    marks = ", ".join("?" * len(ids))
    rows = rx.all(f"SELECT user_id FROM contacts WHERE owner_id = ? AND user_id IN ({marks})", (owner_id, *ids))
    return {row[0] for row in rows}


def blocked_among(rx: Reader, owner_id: int, ids: Sequence[int]) -> set[int]:
    """Those of the ids whom the owner blocked."""
    marks = ", ".join("?" * len(ids))
    rows = rx.all(f"SELECT peer_id FROM blocked WHERE owner_id = ? AND peer_id IN ({marks})", (owner_id, *ids))
    return {row[0] for row in rows}
