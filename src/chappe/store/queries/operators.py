"""The statements about operators: who they are, their keys, links, codes, sessions and approvals."""

from chappe.store.protocol import Reader, Row, Tx

_OPERATOR = (
    "SELECT o.operator_id, o.name, o.role, o.date, o.password IS NOT NULL,"
    " (SELECT COUNT(*) FROM operator_passkeys p WHERE p.operator_id = o.operator_id) FROM operators o"
)


def count(rx: Reader) -> int:
    """How many operators there are."""
    row = rx.one("SELECT COUNT(*) FROM operators")
    return int(row[0]) if row else 0


def everyone(rx: Reader) -> list[Row]:
    """(operator_id, name, role, date, has a password, passkeys) of all, the first made first."""
    return rx.all(f"{_OPERATOR} ORDER BY o.operator_id")


def by_id(rx: Reader, operator_id: int) -> Row | None:
    """The same of one."""
    return rx.one(f"{_OPERATOR} WHERE o.operator_id = ?", (operator_id,))


def by_name(rx: Reader, name: str) -> tuple[int, bytes | None] | None:
    """(operator_id, password) of the operator of this name."""
    row = rx.one("SELECT operator_id, password FROM operators WHERE name = ?", (name,))
    return (row[0], row[1]) if row else None


def add(tx: Tx, name: str, role: str, date: int, password: bytes | None) -> int:
    """The operator exists; their id."""
    row = tx.one(
        "INSERT INTO operators (operator_id, name, role, date, password)"
        " SELECT COALESCE(MAX(operator_id), 0) + 1, ?, ?, ?, ? FROM operators RETURNING operator_id",
        (name, role, date, password),
    )
    assert row is not None
    return int(row[0])


def set_password(tx: Tx, operator_id: int, password: bytes | None) -> None:
    """The operator's password is this, or none."""
    tx.run("UPDATE operators SET password = ? WHERE operator_id = ?", (password, operator_id))


def add_passkey(tx: Tx, credential_id: bytes, operator_id: int, public_key: bytes, sign_count: int, date: int) -> int:
    """The passkey is the operator's; 0 if it is somebody's already."""
    return tx.run(
        "INSERT INTO operator_passkeys (credential_id, operator_id, public_key, sign_count, date)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (credential_id) DO NOTHING",
        (credential_id, operator_id, public_key, sign_count, date),
    )


def passkey(rx: Reader, credential_id: bytes) -> tuple[int, bytes, int] | None:
    """(operator_id, public key, sign count) of a passkey."""
    row = rx.one(
        "SELECT operator_id, public_key, sign_count FROM operator_passkeys WHERE credential_id = ?", (credential_id,)
    )
    return (row[0], row[1], row[2]) if row else None


def set_sign_count(tx: Tx, credential_id: bytes, sign_count: int) -> None:
    """The passkey was used."""
    tx.run("UPDATE operator_passkeys SET sign_count = ? WHERE credential_id = ?", (sign_count, credential_id))


def remove_ways_in(tx: Tx, operator_id: int) -> None:
    """Passkeys, password, sessions, codes and approvals of the operator are gone."""
    set_password(tx, operator_id, None)
    for table in ("operator_passkeys", "operator_sessions", "operator_codes", "operator_approvals"):
        tx.run(f"DELETE FROM {table} WHERE operator_id = ?", (operator_id,))


def add_link(
    tx: Tx, digest: bytes, kind: str, role: str, operator_id: int, made_by: int, date: int, expires: int
) -> None:
    """The link works until it is used or expires."""
    tx.run(
        "INSERT INTO operator_links (token_digest, kind, role, operator_id, made_by, date, expires)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (digest, kind, role, operator_id, made_by, date, expires),
    )


def link(rx: Reader, digest: bytes, now: int) -> tuple[str, str, int, int] | None:
    """(kind, role, operator_id, made_by) of a link that still works."""
    row = rx.one(
        "SELECT kind, role, operator_id, made_by FROM operator_links WHERE token_digest = ? AND expires > ?",
        (digest, now),
    )
    return (row[0], row[1], row[2], row[3]) if row else None


def remove_link(tx: Tx, digest: bytes) -> int:
    """The link was used."""
    return tx.run("DELETE FROM operator_links WHERE token_digest = ?", (digest,))


def remove_links(tx: Tx, kind: str, operator_id: int) -> None:
    """Links of this kind, for this operator, work no more."""
    tx.run("DELETE FROM operator_links WHERE kind = ? AND operator_id = ?", (kind, operator_id))


def add_code(tx: Tx, digest: bytes, operator_id: int, date: int) -> None:
    """The recovery code opens the operator's account once."""
    tx.run("INSERT INTO operator_codes (code_digest, operator_id, date) VALUES (?, ?, ?)", (digest, operator_id, date))


def use_code(tx: Tx, digest: bytes, operator_id: int) -> int:
    """The code is used up; 0 if it was none of the operator's."""
    return tx.run("DELETE FROM operator_codes WHERE code_digest = ? AND operator_id = ?", (digest, operator_id))


def add_session(tx: Tx, digest: bytes, operator_id: int, date: int, expires: int) -> None:
    """The operator is signed in."""
    tx.run(
        "INSERT INTO operator_sessions (token_digest, operator_id, date, expires) VALUES (?, ?, ?, ?)",
        (digest, operator_id, date, expires),
    )


def session(rx: Reader, digest: bytes, now: int) -> int | None:
    """Whose session this is, if it has not expired."""
    row = rx.one("SELECT operator_id FROM operator_sessions WHERE token_digest = ? AND expires > ?", (digest, now))
    return int(row[0]) if row else None


def remove_session(tx: Tx, digest: bytes) -> None:
    """The operator is signed out there."""
    tx.run("DELETE FROM operator_sessions WHERE token_digest = ?", (digest,))


def remove_expired(tx: Tx, now: int, approvals_before: int) -> None:
    """Links, sessions and approvals that came to nothing are gone."""
    tx.run("DELETE FROM operator_links WHERE expires <= ?", (now,))
    tx.run("DELETE FROM operator_sessions WHERE expires <= ?", (now,))
    tx.run("DELETE FROM operator_approvals WHERE date < ?", (approvals_before,))
    tx.run("DELETE FROM operator_attempts WHERE window_start < ?", (approvals_before,))


def approve(tx: Tx, operator_id: int, approver_id: int, date: int) -> None:
    """The approver's word stands."""
    tx.run(
        "INSERT INTO operator_approvals (operator_id, approver_id, date) VALUES (?, ?, ?)"
        " ON CONFLICT (operator_id, approver_id) DO UPDATE SET date = excluded.date",
        (operator_id, approver_id, date),
    )


def approvals(rx: Reader, operator_id: int, since: int) -> int:
    """How many different operators approved lately."""
    row = rx.one("SELECT COUNT(*) FROM operator_approvals WHERE operator_id = ? AND date > ?", (operator_id, since))
    return int(row[0]) if row else 0


def clear_approvals(tx: Tx, operator_id: int) -> None:
    """The approvals were used."""
    tx.run("DELETE FROM operator_approvals WHERE operator_id = ?", (operator_id,))


def attempts(rx: Reader, subject: str) -> tuple[int, int]:
    """(used, window start) of a subject's attempts."""
    row = rx.one("SELECT used, window_start FROM operator_attempts WHERE subject = ?", (subject,))
    return (row[0], row[1]) if row else (0, 0)


def set_attempts(tx: Tx, subject: str, used: int, window_start: int) -> None:
    """The subject has used so many."""
    tx.run(
        "INSERT INTO operator_attempts (subject, used, window_start) VALUES (?, ?, ?)"
        " ON CONFLICT (subject) DO UPDATE SET used = excluded.used, window_start = excluded.window_start",
        (subject, used, window_start),
    )
