"""The statements about addresses from which devices were in use."""

from chappe.store.protocol import Reader, Row, Tx

_COLUMNS = "owner_id, hash, ip, since, until, port, ports"
_KEY = "owner_id, hash, since, ip, port"


def newest(rx: Reader, owner_id: int, hash_: int, ip: str) -> tuple[int, int, bytes] | None:
    """(since, until, ports) of the device's newest row at the address, of those that have ports."""
    row = rx.one(
        "SELECT since, until, ports FROM connections WHERE owner_id = ? AND hash = ? AND ip = ? AND ports IS NOT NULL"
        " ORDER BY since DESC LIMIT 1",
        (owner_id, hash_, ip),
    )
    return (row[0], row[1], bytes(row[2])) if row else None


def join(tx: Tx, owner_id: int, hash_: int, ip: str, since: int, before: bytes, ports: bytes) -> bool:
    """The row goes on until now, with these ports; False where somebody else has changed it."""
    return tx.run(
        "UPDATE connections SET until = ?, ports = ? WHERE owner_id = ? AND hash = ? AND since = ? AND ip = ?"
        " AND port = 0 AND ports = ?",
        (tx.now, ports, owner_id, hash_, since, ip, before),
    ) > 0  # fmt: skip


def begin(tx: Tx, owner_id: int, hash_: int, ip: str, ports: bytes) -> None:
    """A row of the device at this address begins."""
    tx.run(
        "INSERT INTO connections (owner_id, hash, since, ip, port, until, ports) VALUES (?, ?, ?, ?, 0, ?, ?)"
        " ON CONFLICT (owner_id, hash, since, ip, port) DO UPDATE SET until = excluded.until, ports = excluded.ports",
        (owner_id, hash_, tx.now, ip, tx.now, ports),
    )


def of_person(rx: Reader, owner_id: int, since: int, until: int) -> list[Row]:
    """(owner, hash, ip, since, until, port, ports) of the person's rows that touch the time."""
    return rx.all(
        f"SELECT {_COLUMNS} FROM connections WHERE owner_id = ? AND until >= ? AND since <= ?",
        (owner_id, since, until),
    )


def at_address(
    rx: Reader, ip: str, since: int, until: int, above: tuple[int, int, int, int], limit: int
) -> list[Row]:
    """The same of everybody at the address in that time. Shape: above (owner, since, hash, port), in whose order."""
    return rx.all(
        f"SELECT {_COLUMNS} FROM connections WHERE ip = ? AND until >= ? AND since <= ?"
        " AND (owner_id, since, hash, port) > (?, ?, ?, ?) ORDER BY owner_id, since, hash, port LIMIT ?",
        (ip, since, until, *above, limit),
    )


def ended_before(rx: Reader, date: int, above: Row, limit: int) -> list[Row]:
    """(owner, hash, since, ip, port, until) of stretches that ended before then, above a key, in the order of keys."""
    return rx.all(
        f"SELECT {_KEY}, until FROM connections WHERE until < ? AND ({_KEY}) > (?, ?, ?, ?, ?) ORDER BY {_KEY} LIMIT ?",
        (date, *above, limit),
    )


def forget(tx: Tx, owner_id: int, hash_: int, since: int, ip: str, port: int, until: int) -> int:
    """The stretch is gone, unless it went on."""
    return tx.run(
        "DELETE FROM connections WHERE owner_id = ? AND hash = ? AND since = ? AND ip = ? AND port = ? AND until = ?",
        (owner_id, hash_, since, ip, port, until),
    )


def forget_person(tx: Tx, owner_id: int) -> int:
    """No stretch of the person is left."""
    return tx.run("DELETE FROM connections WHERE owner_id = ?", (owner_id,))


def keep_identity(tx: Tx, values: Row) -> None:
    """What is kept of an account that ended."""
    tx.run(
        "INSERT INTO kept_identities (user_id, phone, first_name, last_name, username, email, made, ended, territory,"
        " identity_until, details_until, person_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (user_id) DO NOTHING",
        values,
    )


_KEPT = (
    "user_id, phone, first_name, last_name, username, email, made, ended, territory, identity_until, details_until,"
    " person_id"
)


def kept(rx: Reader, user_id: int, now: int) -> Row | None:
    """What is kept of the ended account, as far as its dates allow."""
    return _allowed(rx.one(f"SELECT {_KEPT} FROM kept_identities WHERE user_id = ?", (user_id,)), now)


def kept_by(rx: Reader, column: str, value: str, now: int) -> list[Row]:
    """The ended accounts of a phone or a username, the newest end first."""
    assert column in ("phone", "username"), column
    found = rx.all(f"SELECT {_KEPT} FROM kept_identities WHERE {column} = ? ORDER BY ended DESC LIMIT 50", (value,))
    until = 9 if column == "phone" else 10
    return [row for one in found if one[until] > now and (row := _allowed(one, now)) is not None]


def _allowed(row: Row | None, now: int) -> Row | None:
    """The row without what is past its date, None if that is all of it."""
    if row is None or max(row[9], row[10]) <= now:
        return None
    names = row[1:4] if row[9] > now else ("", "", "")
    details = row[4:6] if row[10] > now else ("", "")
    return (row[0], *names, *details, *row[6:11], row[11] if row[9] > now else 0)


def forget_identities(tx: Tx, limit: int) -> int:
    """Identities whose time is over are gone, and of others what is past its date; how many rows changed."""
    gone = tx.run(
        "DELETE FROM kept_identities WHERE user_id IN (SELECT user_id FROM kept_identities WHERE identity_until <= ?"
        " AND details_until <= ? LIMIT ?)",
        (tx.now, tx.now, limit),
    )
    gone += tx.run(
        "UPDATE kept_identities SET phone = '', first_name = '', last_name = '', person_id = 0"
        " WHERE identity_until <= ? AND (phone <> '' OR first_name <> '' OR last_name <> '' OR person_id <> 0)",
        (tx.now,),
    )
    return gone + tx.run(
        "UPDATE kept_identities SET username = '', email = '' WHERE details_until <= ?"
        " AND (username <> '' OR email <> '')",
        (tx.now,),
    )
