"""The statements about lists of known media, how media on public surfaces look, and where they stand."""

from collections.abc import Iterable, Sequence

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.people import take_id

REMOVED = 0
"""The list of what decisions removed here."""
_LIST = "list_id, name, provenance, category, keyword, effect, ground, distance, size, added_by, date"


def add_list(
    tx: Tx, name: str, provenance: str, category: str, keyword: str, effect: str, ground: bytes, distance: int,
    digest: bytes, added_by: str,
) -> int:  # fmt: skip
    """The list exists, still empty; its number."""
    list_id = take_id(tx, "hash_list", 1)
    tx.run(
        "INSERT INTO hash_lists (list_id, name, provenance, category, keyword, effect, ground, distance, digest, size,"
        " added_by, date) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
        (list_id, name, provenance, category, keyword, effect, ground, distance, digest, added_by, tx.now),
    )
    return list_id


def add_entries(tx: Tx, list_id: int, entries: Iterable[tuple[str, bytes, str]]) -> None:
    """(kind, value, ref) are in the list."""
    tx.many(
        "INSERT INTO hash_entries (list_id, kind, value, ref) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(list_id, *entry) for entry in entries],
    )


def set_size(tx: Tx, list_id: int, size: int) -> None:
    """The list is whole with so many entries, and compared from now on."""
    tx.run("UPDATE hash_lists SET size = ? WHERE list_id = ?", (size, list_id))


def lists(rx: Reader) -> list[Row]:
    """(number, name, provenance, category, keyword, effect, ground, distance, size, added by, date), oldest first."""
    return rx.all(f"SELECT {_LIST} FROM hash_lists ORDER BY list_id")


def named(rx: Reader, name: str) -> tuple[int, bytes, int] | None:
    """(number, digest, size) of the list of this name."""
    row = rx.one("SELECT list_id, digest, size FROM hash_lists WHERE name = ?", (name,))
    return (row[0], row[1], row[2]) if row else None


def drop_list(tx: Tx, list_id: int) -> None:
    """The list is gone; its entries go with `drop_entries`."""
    tx.run("DELETE FROM hash_lists WHERE list_id = ?", (list_id,))


def drop_entries(tx: Tx, list_id: int, limit: int) -> int:
    """So many entries of the list at most are gone; how many that were."""
    rows = tx.all("SELECT list_id, kind, value FROM hash_entries WHERE list_id = ? LIMIT ?", (list_id, limit))
    tx.many("DELETE FROM hash_entries WHERE list_id = ? AND kind = ? AND value = ?", rows)
    return len(rows)


def orphan(rx: Reader) -> int:
    """A list that is gone and whose entries are not; 0 for none."""
    row = rx.one(
        "SELECT DISTINCT list_id FROM hash_entries WHERE list_id <> 0 AND list_id NOT IN"
        " (SELECT list_id FROM hash_lists) LIMIT 1"
    )
    return row[0] if row else 0


def prints(rx: Reader, list_id: int, after: bytes, limit: int) -> list[tuple[bytes, str]]:
    """(print, ref) of the list behind that print, in order."""
    return rx.all(
        "SELECT value, ref FROM hash_entries WHERE list_id = ? AND kind = 'pdq' AND value > ? ORDER BY value LIMIT ?",
        (list_id, after, limit),
    )


def having(rx: Reader, kind: str, value: bytes) -> list[tuple[int, str]]:
    """(list, ref) of the lists that have the hash, that of removed media among them."""
    return rx.all(
        "SELECT list_id, ref FROM hash_entries WHERE list_id IN (SELECT list_id FROM hash_lists UNION SELECT 0)"
        " AND kind = ? AND value = ? ORDER BY list_id",
        (kind, value),
    )


def count_entries(rx: Reader, list_id: int) -> int:
    """How many entries the list has."""
    row = rx.one("SELECT COUNT(*) FROM hash_entries WHERE list_id = ?", (list_id,))
    return row[0] if row else 0


def drop_removed(tx: Tx, decision: str) -> int:
    """What the decision removed is none of the removed media any more."""
    return tx.run("DELETE FROM hash_entries WHERE list_id = 0 AND ref = ?", (decision,))


def removed_as(rx: Reader, sha256: bytes) -> str:
    """The decision that removed the media, as it is named; empty for none."""
    row = rx.one("SELECT ref FROM hash_entries WHERE list_id = 0 AND kind = 'sha256' AND value = ?", (sha256,))
    return row[0] if row else ""


def sight(tx: Tx, rows: Sequence[tuple[bytes, str, int, int]]) -> None:
    """(sha256, item, room, date): the media stands there, and waits to be hashed or compared."""
    tx.many(
        "INSERT INTO media_sightings (sha256, item_key, room_id, date) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        rows,
    )
    wait(tx, [row[0] for row in rows])


def wait(tx: Tx, digests: Sequence[bytes]) -> None:
    """The media wait to be hashed, or to be compared anew if they are already."""
    tx.many(
        "INSERT INTO media_prints (sha256, state, due, date) VALUES (?, 'waiting', ?, ?) ON CONFLICT (sha256)"
        " DO UPDATE SET state = 'waiting', due = excluded.due WHERE media_prints.state = 'done'",
        [(digest, tx.now, tx.now) for digest in digests],
    )


def waiting(rx: Reader, now: int, limit: int) -> list[tuple[bytes, int, bytes | None, bytes | None]]:
    """(sha256, tries, md5, prints) of media that are due, longest due first; md5 None until they are hashed."""
    return rx.all(
        "SELECT sha256, tries, md5, prints FROM media_prints WHERE state = 'waiting' AND due <= ?"
        " ORDER BY due, sha256 LIMIT ?",
        (now, limit),
    )


def hashed(tx: Tx, sha256: bytes, md5: bytes, prints: bytes, cause: str) -> None:
    """What the media looks like; it is compared next."""
    tx.run(
        "UPDATE media_prints SET md5 = ?, prints = ?, cause = ? WHERE sha256 = ?", (md5, prints, cause, sha256)
    )


def compared(tx: Tx, sha256: bytes, due: int) -> None:
    """The media was compared with every list, unless it was sighted anew since it was due."""
    tx.run(
        "UPDATE media_prints SET state = 'done', tries = 0 WHERE sha256 = ? AND state = 'waiting' AND due <= ?",
        (sha256, due),
    )


def put_off(tx: Tx, sha256: bytes, due: int, cause: str) -> None:
    """The media is tried again then."""
    tx.run(
        "UPDATE media_prints SET tries = tries + 1, due = ?, cause = ? WHERE sha256 = ?", (due, cause, sha256)
    )


def give_up(tx: Tx, sha256: bytes, cause: str) -> None:
    """The media cannot be hashed."""
    tx.run("UPDATE media_prints SET state = 'failed', cause = ? WHERE sha256 = ?", (cause, sha256))


def print_of(rx: Reader, sha256: bytes) -> tuple[str, bytes | None, bytes | None, str] | None:
    """(state, md5, prints, cause) of the media."""
    row = rx.one("SELECT state, md5, prints, cause FROM media_prints WHERE sha256 = ?", (sha256,))
    return (row[0], row[1], row[2], row[3]) if row else None


def sightings(rx: Reader, sha256: bytes, after: str, limit: int) -> list[tuple[str, int]]:
    """(item, room) where the media stands, behind that item."""
    return rx.all(
        "SELECT item_key, room_id FROM media_sightings WHERE sha256 = ? AND item_key > ? ORDER BY item_key LIMIT ?",
        (sha256, after, limit),
    )


def media_of(rx: Reader, item_key: str) -> list[bytes]:
    """The media that stood in the item."""
    return [row[0] for row in rx.all("SELECT sha256 FROM media_sightings WHERE item_key = ?", (item_key,))]


def after(rx: Reader, sha256: bytes, limit: int) -> list[bytes]:
    """Hashed media behind that one, in order."""
    return [
        row[0]
        for row in rx.all(
            "SELECT sha256 FROM media_prints WHERE sha256 > ? AND state = 'done' ORDER BY sha256 LIMIT ?",
            (sha256, limit),
        )
    ]


def hash_in(rx: Reader, owner_id: int, message_id: int) -> bytes | None:
    """The media of a message, which a decision may have put away."""
    for table in ("messages", "withheld"):
        row = rx.one(
            f"SELECT media_hash FROM {table} WHERE owner_id = ? AND id = ?" if table == "messages"
            else f"SELECT media_hash FROM {table} WHERE owner_id = ? AND message_id = ?",
            (owner_id, message_id),
        )  # fmt: skip
        if row is not None and row[0] is not None:
            found: bytes = row[0]
            return found
    return None


def journal_after(rx: Reader, shard: int, no: int, limit: int) -> list[tuple[int, str, str]]:
    """(no, kind, subject) of the journal's entries behind that one."""
    return rx.all(
        "SELECT no, kind, subject FROM journal WHERE shard = ? AND no > ? ORDER BY no LIMIT ?", (shard, no, limit)
    )


def unheld(rx: Reader, after_digest: bytes, limit: int) -> tuple[list[bytes], bytes]:
    """(media behind that one that no file holds any more, the last that was looked at; empty at the end)."""
    some = rx.all(
        "SELECT p.sha256, EXISTS (SELECT 1 FROM file_blobs b WHERE b.sha256 = p.sha256) FROM media_prints p"
        " WHERE p.sha256 > ? ORDER BY p.sha256 LIMIT ?",
        (after_digest, limit),
    )
    return [digest for digest, held in some if not held], some[-1][0] if some else b""


def forget(tx: Tx, digests: Sequence[bytes]) -> None:
    """Nothing is known any more of what these media look like and where they stood."""
    rows = [(digest,) for digest in digests]
    tx.many("DELETE FROM media_sightings WHERE sha256 = ?", rows)
    tx.many("DELETE FROM media_prints WHERE sha256 = ?", rows)
