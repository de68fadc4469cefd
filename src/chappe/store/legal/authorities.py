"""The statements of authorities."""

from chappe.store.protocol import Reader, Row, Tx

SAID = (
    "name, name_key, country, kind, person, post, address, email, mail_domain, phone, language, age_key, note"
)
COLUMNS = (
    f"authority_id, {SAID}, state, mandates, registered_at, registered_by, checks, verified_at, verified_by,"
    " valid_until, first_contact_at, vouchers, forgotten_at"
)


def insert(tx: Tx, authority_id: int, said: tuple[str, ...], date: int, actor: str) -> None:
    """The authority is known, nobody has vouched for it. Shape: said in the order of SAID."""
    marks = ", ".join("?" * len(said))
    tx.run(
        f"INSERT INTO authorities (authority_id, {SAID}, state, registered_at, registered_by)"
        f" VALUES (?, {marks}, 'pending', ?, ?)",
        (authority_id, *said, date, actor),
    )


def change(tx: Tx, authority_id: int, said: tuple[str, ...]) -> None:
    """The authority says this of itself."""
    sets = ", ".join(f"{name} = ?" for name in SAID.split(", "))
    tx.run(f"UPDATE authorities SET {sets} WHERE authority_id = ?", (*said, authority_id))


def verify(tx: Tx, authority_id: int, checks: str, mandates: str, date: int, by: int, until: int) -> None:
    """Somebody vouches for the authority."""
    tx.run(
        "UPDATE authorities SET state = 'verified', checks = ?, mandates = ?, verified_at = ?, verified_by = ?,"
        " valid_until = ?, warned_at = 0 WHERE authority_id = ?",
        (checks, mandates, date, by, until, authority_id),
    )


def vouched(tx: Tx, authority_id: int, operator_id: int) -> None:
    """The operator had a hand in what the authority is taken for, from now on for good."""
    tx.run(
        "UPDATE authorities SET vouchers = vouchers || ? WHERE authority_id = ? AND vouchers NOT LIKE ?",
        (f" {operator_id} ", authority_id, f"% {operator_id} %"),
    )


def set_state(tx: Tx, authority_id: int, state: str, ended_at: int = 0) -> None:
    """The authority is in that state, ended then or not at all."""
    tx.run("UPDATE authorities SET state = ?, ended_at = ? WHERE authority_id = ?", (state, ended_at, authority_id))


_LAST = "CASE WHEN valid_until > registered_at THEN valid_until ELSE registered_at END"
_ENDED = f"CASE WHEN state IN ('ended', 'refused') AND ended_at > 0 THEN ended_at ELSE {_LAST} END"
"""Who ended none has its time running out; who was never vouched for, the day it came."""


def former(rx: Reader, before: int, limit: int) -> list[tuple[int, str, int]]:
    """(id, country, when its registration ended) of those it ended for before then, and whose people are still known.

    None that has an open order, something held, or something to fetch.
    """
    return rx.all(
        f"SELECT a.authority_id, a.country, {_ENDED} FROM authorities a WHERE a.forgotten_at = 0 AND {_ENDED} <= ?"
        " AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.authority_id = a.authority_id AND (o.is_open = 1"
        " OR EXISTS (SELECT 1 FROM holds h WHERE h.order_id = o.order_id AND h.ended_at = 0)"
        " OR EXISTS (SELECT 1 FROM disclosures d WHERE d.order_id = o.order_id"
        " AND d.state IN ('proposed', 'approved', 'ready'))))"
        " ORDER BY a.authority_id LIMIT ?",
        (before, limit),
    )


def forget(tx: Tx, authority_id: int) -> bool:
    """Who its people are and how they are reached is gone; its name, country and kind stay. False if it was."""
    gone = tx.run(
        "UPDATE authorities SET forgotten_at = ?, state = CASE WHEN state = 'refused' THEN state ELSE 'ended' END,"
        " person = '', post = '', address = '', email = '', mail_domain = '', phone = '', age_key = '', note = ''"
        " WHERE authority_id = ? AND forgotten_at = 0",
        (tx.now, authority_id),
    )
    for table in ("authority_keys", "authority_certificates", "portal_links", "portal_sessions"):
        tx.run(f"DELETE FROM {table} WHERE authority_id = ?", (authority_id,))
    return gone > 0


def set_first_contact(tx: Tx, authority_id: int, date: int) -> None:
    """It first explained procedure and deadlines then, if it had not before."""
    tx.run(
        "UPDATE authorities SET first_contact_at = ? WHERE authority_id = ? AND first_contact_at = 0",
        (date, authority_id),
    )


def first_contact(rx: Reader, authority_id: int) -> int:
    """When it first explained procedure and deadlines, 0 if it did not."""
    row = rx.one("SELECT first_contact_at FROM authorities WHERE authority_id = ?", (authority_id,))
    return int(row[0]) if row else 0


def set_warned(tx: Tx, authority_id: int, date: int) -> None:
    """The desk was told that its time runs out."""
    tx.run("UPDATE authorities SET warned_at = ? WHERE authority_id = ?", (date, authority_id))


def to_warn(rx: Reader, before: int, limit: int) -> list[int]:
    """Verified ones whose time ends before the date, of which the desk was not told."""
    return [row[0] for row in rx.all(
        "SELECT authority_id FROM authorities WHERE state = 'verified' AND valid_until < ? AND warned_at = 0"
        " ORDER BY valid_until LIMIT ?",
        (before, limit),
    )]  # fmt: skip


def find(rx: Reader, authority_id: int) -> Row | None:
    """The authority, in the order of COLUMNS."""
    return rx.one(f"SELECT {COLUMNS} FROM authorities WHERE authority_id = ?", (authority_id,))


_WRITES = "state <> 'refused' AND (verified_at > 0 OR registered_by <> 'server')"
"""Whose mail it may be: what somebody wrote of themselves into a form, and nobody ever looked into, gives them none."""


def by_email(rx: Reader, email: str) -> list[Row]:
    """Those with that address, of whom somebody here knows."""
    return rx.all(
        f"SELECT {COLUMNS} FROM authorities WHERE email = ? AND email <> '' AND {_WRITES}"
        " ORDER BY authority_id LIMIT 10",
        (email,),
    )


def by_domain(rx: Reader, domain: str) -> list[Row]:
    """Those with that domain of mail, of whom somebody here knows."""
    return rx.all(
        f"SELECT {COLUMNS} FROM authorities WHERE mail_domain = ? AND mail_domain <> '' AND {_WRITES}"
        " ORDER BY authority_id LIMIT 10",
        (domain,),
    )


def some(rx: Reader, words: str, after: str, limit: int) -> list[Row]:
    """Those whose name holds the words, by name, after that one."""
    like = "%" + words.replace("~", "~~").replace("%", "~%").replace("_", "~_") + "%"
    return rx.all(
        f"SELECT {COLUMNS} FROM authorities WHERE name_key > ? AND name_key LIKE ? ESCAPE '~'"
        " ORDER BY name_key, authority_id LIMIT ?",
        (after, like, limit),
    )
