"""The statements about contacts: who saved whom, who blocked whom, numbers saved before their owner joined."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx


def put(tx: Tx, owner_id: int, user_id: int, phone: str, first: str, last: str, note: bytes | None, date: int) -> None:
    """The person is in the owner's contacts under this name, and knows it by the mark on the other side."""
    tx.run(
        "INSERT INTO contacts (owner_id, user_id, phone, first_name, last_name, note, date)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (owner_id, user_id) DO UPDATE SET phone = excluded.phone, first_name = excluded.first_name,"
        " last_name = excluded.last_name, note = COALESCE(excluded.note, contacts.note)",
        (owner_id, user_id, phone, first, last, note, date),
    )
    tx.run(
        "INSERT INTO contact_of (owner_id, user_id) VALUES (?, ?) ON CONFLICT (owner_id, user_id) DO NOTHING",
        (user_id, owner_id),
    )


def remove(tx: Tx, owner_id: int, user_id: int) -> int:
    """The person is not in the owner's contacts; 0 when they were not."""
    tx.run("DELETE FROM contact_of WHERE owner_id = ? AND user_id = ?", (user_id, owner_id))
    return tx.run("DELETE FROM contacts WHERE owner_id = ? AND user_id = ?", (owner_id, user_id))


def set_note(tx: Tx, owner_id: int, user_id: int, note: bytes | None) -> int:
    """The owner's note on the contact; 0 when there is no such contact."""
    return tx.run("UPDATE contacts SET note = ? WHERE owner_id = ? AND user_id = ?", (note, owner_id, user_id))


def note(rx: Reader, owner_id: int, user_id: int) -> bytes | None:
    """The owner's note on the contact."""
    row = rx.one("SELECT note FROM contacts WHERE owner_id = ? AND user_id = ?", (owner_id, user_id))
    return row[0] if row else None


def count(rx: Reader, owner_id: int) -> int:
    """How many contacts the owner has."""
    row = rx.one("SELECT COUNT(*) FROM contacts WHERE owner_id = ?", (owner_id,))
    return row[0] if row else 0


def count_saved(rx: Reader, owner_id: int) -> int:
    """How many numbers the owner saved of people who are not here."""
    row = rx.one("SELECT COUNT(*) FROM saved_phones WHERE owner_id = ?", (owner_id,))
    return row[0] if row else 0


def all_of(rx: Reader, owner_id: int) -> list[tuple[int, bool]]:
    """(user id, mutual) of the owner's contacts, lowest id first."""
    rows = rx.all(
        "SELECT c.user_id, o.user_id IS NOT NULL FROM contacts c LEFT JOIN contact_of o"
        " ON o.owner_id = c.owner_id AND o.user_id = c.user_id WHERE c.owner_id = ? ORDER BY c.user_id",
        (owner_id,),
    )
    return [(row[0], bool(row[1])) for row in rows]


def partners(rx: Reader, owner_id: int, limit: int) -> list[int]:
    """People the owner has a dialog with, most recent first."""
    rows = rx.all(
        "SELECT peer_id FROM dialogs WHERE owner_id = ? AND peer_id > 0 ORDER BY date DESC LIMIT ?", (owner_id, limit)
    )
    return [row[0] for row in rows]


def by_saved_phone(rx: Reader, owner_id: int, phone: str) -> int | None:
    """The contact saved with this number."""
    row = rx.one("SELECT user_id FROM contacts WHERE owner_id = ? AND phone = ?", (owner_id, phone))
    return row[0] if row else None


def save_phone(tx: Tx, owner_id: int, phone: str, first: str, last: str, date: int) -> None:
    """The number is kept until its owner joins."""
    tx.run(
        "INSERT INTO saved_phones (owner_id, phone, first_name, last_name, date) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (owner_id, phone) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name",
        (owner_id, phone, first, last, date),
    )


def saved_phones(rx: Reader, owner_id: int) -> list[tuple[str, str, str, int]]:
    """(phone, first name, last name, date) the owner saved of people who are not here."""
    return rx.all(
        "SELECT phone, first_name, last_name, date FROM saved_phones WHERE owner_id = ? ORDER BY phone", (owner_id,)
    )


def forget_phone(tx: Tx, owner_id: int, phone: str) -> int:
    """The number is not saved."""
    return tx.run("DELETE FROM saved_phones WHERE owner_id = ? AND phone = ?", (owner_id, phone))


def forget_phones(tx: Tx, owner_id: int) -> None:
    """No number is saved."""
    tx.run("DELETE FROM saved_phones WHERE owner_id = ?", (owner_id,))


def block(tx: Tx, owner_id: int, peer_id: int, date: int) -> int:
    """The peer is blocked; 0 when it was."""
    return tx.run(
        "INSERT INTO blocked (owner_id, peer_id, date) VALUES (?, ?, ?) ON CONFLICT (owner_id, peer_id) DO NOTHING",
        (owner_id, peer_id, date),
    )


def unblock(tx: Tx, owner_id: int, peer_id: int) -> int:
    """The peer is not blocked; 0 when it was not."""
    return tx.run("DELETE FROM blocked WHERE owner_id = ? AND peer_id = ?", (owner_id, peer_id))


def blocked(rx: Reader, owner_id: int) -> list[tuple[int, int]]:
    """(peer, date) of the owner's block list, newest first."""
    return rx.all("SELECT peer_id, date FROM blocked WHERE owner_id = ? ORDER BY date DESC, peer_id", (owner_id,))


def names(rx: Reader, owner_id: int, ids: Sequence[int]) -> list[tuple[int, str, str, str]]:
    """(user id, first name, last name, username) of living accounts, under the names the owner saved them by."""
    marks = ", ".join("?" * len(ids))
    return rx.all(
        "SELECT a.owner_id, COALESCE(c.first_name, a.first_name), COALESCE(c.last_name, a.last_name),"
        " COALESCE(a.username, '') FROM accounts a LEFT JOIN contacts c ON c.owner_id = ? AND c.user_id = a.owner_id"
        f" WHERE a.owner_id IN ({marks}) AND a.deleted = 0",
        (owner_id, *ids),
    )


def usernames_from(rx: Reader, prefix: str, limit: int) -> list[int]:
    """Peers whose username begins with the prefix, alphabetically."""
    rows = rx.all(
        "SELECT peer_id FROM usernames WHERE username >= ? AND username < ? ORDER BY username LIMIT ?",
        (prefix, prefix + "\x7f", limit),
    )
    return [row[0] for row in rows]
