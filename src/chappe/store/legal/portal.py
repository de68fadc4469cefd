"""The statements of the portal's people: passkeys, links that make them, sessions; and of certificates that sign."""

from chappe.store.protocol import Reader, Row, Tx


def add_key(tx: Tx, credential_id: bytes, authority_id: int, person: str, public_key: bytes, sign_count: int) -> bool:
    """The passkey is somebody's of the authority; False if it is known."""
    return bool(
        tx.run(
            "INSERT INTO authority_keys (credential_id, authority_id, person, public_key, sign_count, added_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (credential_id) DO NOTHING",
            (credential_id, authority_id, person, public_key, sign_count, tx.now),
        )
    )


def key(rx: Reader, credential_id: bytes) -> Row | None:
    """(authority_id, person, public_key, sign_count) of a passkey that was not ended."""
    return rx.one(
        "SELECT authority_id, person, public_key, sign_count FROM authority_keys"
        " WHERE credential_id = ? AND ended_at = 0",
        (credential_id,),
    )


def keys_of(rx: Reader, authority_id: int) -> list[Row]:
    """(credential_id, person, added_at, used_at, ended_at), the first first."""
    return rx.all(
        "SELECT credential_id, person, added_at, used_at, ended_at FROM authority_keys WHERE authority_id = ?"
        " ORDER BY added_at, credential_id",
        (authority_id,),
    )


def key_used(tx: Tx, credential_id: bytes, sign_count: int) -> None:
    """The passkey has signed so often."""
    tx.run(
        "UPDATE authority_keys SET sign_count = ?, used_at = ? WHERE credential_id = ?",
        (sign_count, tx.now, credential_id),
    )


def end_key(tx: Tx, credential_id: bytes, authority_id: int) -> bool:
    """The passkey opens nothing any more, and neither do sessions it opened."""
    ended = tx.run(
        "UPDATE authority_keys SET ended_at = ? WHERE credential_id = ? AND authority_id = ? AND ended_at = 0",
        (tx.now, credential_id, authority_id),
    )
    tx.run("DELETE FROM portal_sessions WHERE credential_id = ? AND authority_id = ?", (credential_id, authority_id))
    return bool(ended)


def add_link(tx: Tx, digest: bytes, authority_id: int, person: str, made_by: str, expires: int) -> None:
    """Who holds the link makes a passkey for the authority, once."""
    tx.run("DELETE FROM portal_links WHERE expires <= ?", (tx.now,))
    tx.run(
        "INSERT INTO portal_links (digest, authority_id, person, made_by, expires) VALUES (?, ?, ?, ?, ?)",
        (digest, authority_id, person, made_by, expires),
    )


def link(rx: Reader, digest: bytes, now: int) -> Row | None:
    """(authority_id, person, made_by) of a link that holds."""
    return rx.one(
        "SELECT authority_id, person, made_by FROM portal_links WHERE digest = ? AND expires > ?", (digest, now)
    )


def remove_link(tx: Tx, digest: bytes) -> bool:
    """The link is used up; False if somebody was quicker."""
    return bool(tx.run("DELETE FROM portal_links WHERE digest = ?", (digest,)))


def add_session(
    tx: Tx, digest: bytes, authority_id: int, credential_id: bytes, person: str, expires: int
) -> None:
    """The token stands for that person of the authority."""
    tx.run("DELETE FROM portal_sessions WHERE expires <= ?", (tx.now,))
    tx.run(
        "INSERT INTO portal_sessions (digest, authority_id, credential_id, person, seen, expires)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (digest, authority_id, credential_id, person, tx.now, expires),
    )


def session(rx: Reader, digest: bytes, now: int) -> Row | None:
    """(authority_id, person, credential_id, seen) of a session that is not over."""
    return rx.one(
        "SELECT authority_id, person, credential_id, seen FROM portal_sessions WHERE digest = ? AND expires > ?",
        (digest, now),
    )


def seen(tx: Tx, digest: bytes) -> None:
    """The session was used now."""
    tx.run("UPDATE portal_sessions SET seen = ? WHERE digest = ?", (tx.now, digest))


def remove_session(tx: Tx, digest: bytes) -> None:
    """The session is over."""
    tx.run("DELETE FROM portal_sessions WHERE digest = ?", (digest,))


def add_certificate(
    tx: Tx, fingerprint: str, authority_id: int, subject: str, certificate: bytes, span: tuple[int, int], actor: str
) -> bool:
    """What this key signs is the authority's; False if the key is known already."""
    return bool(
        tx.run(
            "INSERT INTO authority_certificates (fingerprint, authority_id, subject, certificate, not_before,"
            " not_after, added_by, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (fingerprint) DO NOTHING",
            (fingerprint, authority_id, subject, certificate, *span, actor, tx.now),
        )
    )


def certificate(rx: Reader, fingerprint: str) -> Row | None:
    """(authority_id, subject, not_before, not_after, ended_at) of a key."""
    return rx.one(
        "SELECT authority_id, subject, not_before, not_after, ended_at FROM authority_certificates"
        " WHERE fingerprint = ?",
        (fingerprint,),
    )


def certificates_of(rx: Reader, authority_id: int) -> list[Row]:
    """(fingerprint, subject, not_before, not_after, added_at, ended_at), the first first."""
    return rx.all(
        "SELECT fingerprint, subject, not_before, not_after, added_at, ended_at FROM authority_certificates"
        " WHERE authority_id = ? ORDER BY added_at, fingerprint",
        (authority_id,),
    )


def end_certificate(tx: Tx, fingerprint: str, authority_id: int) -> bool:
    """Nothing that the key signs from now on is the authority's."""
    return bool(
        tx.run(
            "UPDATE authority_certificates SET ended_at = ? WHERE fingerprint = ? AND authority_id = ?"
            " AND ended_at = 0",
            (tx.now, fingerprint, authority_id),
        )
    )
