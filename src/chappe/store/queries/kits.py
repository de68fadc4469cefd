"""The statements about recovery kits and drills. No key and no share of one is stored."""

from chappe.store.protocol import Reader, Row, Tx

_KIT = "SELECT generation, needed, trustees, recipient, digest, made_by, date, ended FROM recovery_kits"


def add(tx: Tx, needed: int, trustees: int, recipient: str, digest: str, made_by: str) -> int:
    """These kits are the ones that hold, those before no more; their generation."""
    tx.run("UPDATE recovery_kits SET ended = ? WHERE ended = 0", (tx.now,))
    row = tx.one(
        "INSERT INTO recovery_kits (generation, needed, trustees, recipient, digest, made_by, date)"
        " SELECT COALESCE(MAX(generation), 0) + 1, ?, ?, ?, ?, ?, ? FROM recovery_kits RETURNING generation",
        (needed, trustees, recipient, digest, made_by, tx.now),
    )
    assert row is not None
    return int(row[0])


def current(rx: Reader) -> Row | None:
    """(generation, needed, trustees, recipient, digest, made_by, date, ended) of the kits that hold."""
    return rx.one(f"{_KIT} WHERE ended = 0 ORDER BY generation DESC LIMIT 1")


def add_drill(tx: Tx, record: str, generation: int, passed: bool, performed: int, recorded_by: str) -> int:
    """The drill is written down; its number, 0 if it was already."""
    row = tx.one(
        "INSERT INTO recovery_drills (drill_no, record, generation, passed, performed, recorded_by, date)"
        " SELECT COALESCE(MAX(drill_no), 0) + 1, ?, ?, ?, ?, ?, ? FROM recovery_drills WHERE true"
        " ON CONFLICT (record) DO NOTHING RETURNING drill_no",
        (record, generation, int(passed), performed, recorded_by, tx.now),
    )
    return int(row[0]) if row else 0


def drills(rx: Reader) -> list[Row]:
    """(drill_no, generation, passed, performed, recorded_by, date) of all, the newest first."""
    return rx.all(
        "SELECT drill_no, generation, passed, performed, recorded_by, date FROM recovery_drills ORDER BY drill_no DESC"
    )


def amounts(rx: Reader) -> tuple[int, int]:
    """(accounts that live, entries of the journal): what tells a whole database from an empty one."""
    row = rx.one(
        "SELECT (SELECT COUNT(*) FROM accounts WHERE deleted = 0), (SELECT COALESCE(MAX(no), 0) FROM journal"
        " WHERE shard = 0)"
    )
    return (int(row[0]), int(row[1])) if row else (0, 0)


def some_auth_key(rx: Reader) -> int | None:
    """The id of one of the keys that devices stay signed in with; None where there is none."""
    row = rx.one("SELECT MAX(auth_key_id) FROM auth_keys WHERE expires = 0")
    return row[0] if row else None
