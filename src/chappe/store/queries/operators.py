"""The statements about operators: who they are, their roles, keys, links, codes, sessions and approvals."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

_OPERATOR = (
    "SELECT o.operator_id, o.name, o.role, o.date, o.password IS NOT NULL,"
    " (SELECT COUNT(*) FROM operator_passkeys p WHERE p.operator_id = o.operator_id), o.trial FROM operators o"
)


def count(rx: Reader) -> int:
    """How many operators there are, parts played on trial apart."""
    row = rx.one("SELECT COUNT(*) FROM operators WHERE trial = 0")
    return int(row[0]) if row else 0


def everyone(rx: Reader) -> list[Row]:
    """(operator_id, name, role, date, has a password, passkeys, trial) of all, the first made first."""
    return rx.all(f"{_OPERATOR} ORDER BY o.operator_id")


def by_id(rx: Reader, operator_id: int) -> Row | None:
    """The same of one."""
    return rx.one(f"{_OPERATOR} WHERE o.operator_id = ?", (operator_id,))


def by_name(rx: Reader, name: str) -> tuple[int, bytes | None] | None:
    """(operator_id, password) of the operator of this name."""
    row = rx.one("SELECT operator_id, password FROM operators WHERE name = ?", (name,))
    return (row[0], row[1]) if row else None


def roles(rx: Reader, operator_id: int) -> list[str]:
    """The roles an operator was given, by name."""
    found = rx.all("SELECT role FROM operator_roles WHERE operator_id = ? ORDER BY role", (operator_id,))
    return [role for (role,) in found]


def roles_of_all(rx: Reader) -> list[Row]:
    """(operator_id, role) of all."""
    return rx.all("SELECT operator_id, role FROM operator_roles ORDER BY operator_id, role")


def add_role(tx: Tx, operator_id: int, role: str, given_by: int, date: int) -> None:
    """The operator has the role."""
    tx.run(
        "INSERT INTO operator_roles (operator_id, role, given_by, date) VALUES (?, ?, ?, ?)",
        (operator_id, role, given_by, date),
    )


def remove_role(tx: Tx, operator_id: int, role: str) -> None:
    """The operator has the role no more."""
    tx.run("DELETE FROM operator_roles WHERE operator_id = ? AND role = ?", (operator_id, role))


def roles_given(rx: Reader, givers: Sequence[int], since: int) -> list[Row]:
    """(operator_id, role) that these gave since then."""
    marks = ", ".join("?" * len(givers)) or "-1"
    return rx.all(
        f"SELECT operator_id, role FROM operator_roles WHERE date >= ? AND given_by IN ({marks})"
        " ORDER BY operator_id, role",
        (since, *givers),
    )


def set_rank(tx: Tx, operator_id: int, rank: str) -> None:
    """The operator has this rank."""
    tx.run("UPDATE operators SET role = ? WHERE operator_id = ?", (rank, operator_id))


def add(tx: Tx, name: str, role: str, date: int, password: bytes | None, trial: int = 0) -> int:
    """The operator exists; their id."""
    row = tx.one(
        "INSERT INTO operators (operator_id, name, role, date, password, trial)"
        " SELECT COALESCE(MAX(operator_id), 0) + 1, ?, ?, ?, ?, ? FROM operators RETURNING operator_id",
        (name, role, date, password, trial),
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
    for table in ("operator_passkeys", "operator_sessions", "operator_tokens", "operator_codes", "operator_approvals"):
        tx.run(f"DELETE FROM {table} WHERE operator_id = ?", (operator_id,))


def add_link(
    tx: Tx, digest: bytes, kind: str, role: str, roles: str, operator_id: int, made_by: int, date: int, expires: int,
    ready: int = 0,
) -> None:  # fmt: skip
    """The link works from `ready` on, until it is used or expires."""
    tx.run(
        "INSERT INTO operator_links (token_digest, kind, role, roles, operator_id, made_by, date, expires, ready)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (digest, kind, role, roles, operator_id, made_by, date, expires, ready),
    )


def link(rx: Reader, digest: bytes, now: int) -> tuple[str, str, str, int, int, int] | None:
    """(kind, role, further roles with spaces between, operator_id, made_by, ready) of a link that has not expired."""
    row = rx.one(
        "SELECT kind, role, roles, operator_id, made_by, ready FROM operator_links"
        " WHERE token_digest = ? AND expires > ?",
        (digest, now),
    )
    return (row[0], row[1], row[2], row[3], row[4], row[5]) if row else None


def waiting_links(rx: Reader, kind: str, now: int) -> list[tuple[int, int]]:
    """(operator_id, ready) of links of this kind that have not expired."""
    return rx.all(
        "SELECT operator_id, ready FROM operator_links WHERE kind = ? AND expires > ? ORDER BY operator_id", (kind, now)
    )


def remove_link(tx: Tx, digest: bytes) -> int:
    """The link was used."""
    return tx.run("DELETE FROM operator_links WHERE token_digest = ?", (digest,))


def remove_links(tx: Tx, kind: str, operator_id: int) -> int:
    """Links of this kind, for this operator, work no more; how many did."""
    return tx.run("DELETE FROM operator_links WHERE kind = ? AND operator_id = ?", (kind, operator_id))


def remove_links_by(tx: Tx, kind: str, makers: Sequence[int]) -> None:
    """Links of this kind that these made work no more."""
    marks = ", ".join("?" * len(makers)) or "-1"
    tx.run(f"DELETE FROM operator_links WHERE kind = ? AND made_by IN ({marks})", (kind, *makers))


def add_code(tx: Tx, digest: bytes, operator_id: int, date: int) -> None:
    """The recovery code opens the operator's account once."""
    tx.run("INSERT INTO operator_codes (code_digest, operator_id, date) VALUES (?, ?, ?)", (digest, operator_id, date))


def use_code(tx: Tx, digest: bytes, operator_id: int) -> int:
    """The code is used up; 0 if it was none of the operator's."""
    return tx.run("DELETE FROM operator_codes WHERE code_digest = ? AND operator_id = ?", (digest, operator_id))


def add_session(tx: Tx, digest: bytes, operator_id: int, place: str, date: int, expires: int) -> None:
    """The operator is signed in at a place."""
    tx.run(
        "INSERT INTO operator_sessions (token_digest, operator_id, place, date, seen, expires)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (digest, operator_id, place, date, date, expires),
    )


def session(rx: Reader, digest: bytes, place: str, now: int) -> tuple[int, int] | None:
    """(whose session this is there, when it was last used), if it has not expired."""
    row = rx.one(
        "SELECT operator_id, seen FROM operator_sessions WHERE token_digest = ? AND place = ? AND expires > ?",
        (digest, place, now),
    )
    return (row[0], row[1]) if row else None


def set_seen(tx: Tx, digest: bytes, seen: int) -> None:
    """The session was used."""
    tx.run("UPDATE operator_sessions SET seen = ? WHERE token_digest = ?", (seen, digest))


def add_token(tx: Tx, digest: bytes, operator_id: int, name: str, date: int, expires: int) -> int:
    """A program that holds the token does the operator's work; its id."""
    row = tx.one(
        "INSERT INTO operator_tokens (token_id, token_digest, operator_id, name, date, expires)"
        " SELECT COALESCE(MAX(token_id), 0) + 1, ?, ?, ?, ?, ? FROM operator_tokens RETURNING token_id",
        (digest, operator_id, name, date, expires),
    )
    assert row is not None
    return int(row[0])


def tokens(rx: Reader, operator_id: int) -> list[Row]:
    """(token_id, name, date, used, expires) of an operator's tokens, the newest first."""
    return rx.all(
        "SELECT token_id, name, date, used, expires FROM operator_tokens WHERE operator_id = ? ORDER BY token_id DESC",
        (operator_id,),
    )


def token(rx: Reader, digest: bytes, now: int) -> tuple[int, int, int] | None:
    """(token_id, operator_id, when it was last used) of a token that still works."""
    row = rx.one(
        "SELECT token_id, operator_id, used FROM operator_tokens WHERE token_digest = ? AND expires > ?", (digest, now)
    )
    return (row[0], row[1], row[2]) if row else None


def set_used(tx: Tx, token_id: int, used: int) -> None:
    """The token was used."""
    tx.run("UPDATE operator_tokens SET used = ? WHERE token_id = ?", (used, token_id))


def remove_token(tx: Tx, token_id: int, operator_id: int) -> int:
    """The token works no more; 0 if it was none of the operator's."""
    return tx.run("DELETE FROM operator_tokens WHERE token_id = ? AND operator_id = ?", (token_id, operator_id))


def remove_session(tx: Tx, digest: bytes) -> None:
    """The operator is signed out there."""
    tx.run("DELETE FROM operator_sessions WHERE token_digest = ?", (digest,))


def remove_expired(tx: Tx, now: int, approvals_before: int) -> None:
    """Links, sessions and approvals that came to nothing are gone."""
    tx.run("DELETE FROM operator_links WHERE expires <= ?", (now,))
    tx.run("DELETE FROM operator_sessions WHERE expires <= ?", (now,))
    tx.run("DELETE FROM operator_approvals WHERE date < ?", (approvals_before,))
    tx.run("DELETE FROM operator_attempts WHERE window_start < ?", (approvals_before,))


def end_trial(tx: Tx) -> None:
    """Parts played on trial have no role, session or token."""
    for table in ("operator_roles", "operator_sessions", "operator_tokens"):
        tx.run(f"DELETE FROM {table} WHERE operator_id IN (SELECT operator_id FROM operators WHERE trial = 1)")


def approve(tx: Tx, operator_id: int, approver_id: int, date: int) -> None:
    """The approver's word stands."""
    tx.run(
        "INSERT INTO operator_approvals (operator_id, approver_id, date) VALUES (?, ?, ?)"
        " ON CONFLICT (operator_id, approver_id) DO UPDATE SET date = excluded.date",
        (operator_id, approver_id, date),
    )


def approvers(rx: Reader, operator_id: int, since: int) -> list[int]:
    """The different operators who approved lately."""
    found = rx.all(
        "SELECT approver_id FROM operator_approvals WHERE operator_id = ? AND date > ? ORDER BY approver_id",
        (operator_id, since),
    )
    return [one for (one,) in found]


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
