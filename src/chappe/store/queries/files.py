"""The statements about files: what they are, which blobs they hold, who still shows them."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx


def put(
    tx: Tx, file_id: int, uploader_id: int, sha256: bytes, size_bytes: int, date: int, description: bytes,
    blobs: Sequence[bytes],
) -> None:  # fmt: skip
    """The file is known, with every blob that belongs to it; its size counts for its uploader."""
    tx.run(
        "INSERT INTO files (file_id, uploader_id, sha256, size_bytes, date, description) VALUES (?, ?, ?, ?, ?, ?)",
        (file_id, uploader_id, sha256, size_bytes, date, description),
    )
    tx.many(
        "INSERT INTO file_blobs (sha256, file_id) VALUES (?, ?) ON CONFLICT (sha256, file_id) DO NOTHING",
        [(blob, file_id) for blob in blobs],
    )
    tx.run("UPDATE accounts SET stored_bytes = stored_bytes + ? WHERE owner_id = ?", (size_bytes, uploader_id))


def get(rx: Reader, file_id: int) -> tuple[int, bytes, int] | None:
    """(date, description, held by a decision) of a file."""
    return rx.one("SELECT date, description, held FROM files WHERE file_id = ?", (file_id,))


def stored_bytes(rx: Reader, owner_id: int) -> int:
    """Bytes of all files the owner uploaded that still exist."""
    row = rx.one("SELECT stored_bytes FROM accounts WHERE owner_id = ?", (owner_id,))
    return row[0] if row else 0


def before(rx: Reader, date: int, above: int, limit: int) -> list[int]:
    """Ids above `above` of files made before the date, lowest first."""
    rows = rx.all(
        "SELECT file_id FROM files WHERE file_id > ? AND date < ? ORDER BY file_id LIMIT ?", (above, date, limit)
    )
    return [row[0] for row in rows]


def shown(rx: Reader, file_id: int) -> bool:
    """True if a message, a profile or a case shows the file, or will, or if a decision that may be undone took it."""
    return rx.one(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM messages WHERE media_id = ? AND media_id <> 0)"
        " OR EXISTS (SELECT 1 FROM profile_photos WHERE file_id = ?)"
        " OR EXISTS (SELECT 1 FROM edits WHERE media_id = ? AND media_id <> 0)"
        " OR EXISTS (SELECT 1 FROM withheld WHERE media_id = ? AND media_id <> 0)"
        " OR EXISTS (SELECT 1 FROM files WHERE file_id = ? AND held <> 0)"
        " OR EXISTS (SELECT 1 FROM case_files WHERE file_id = ?)"
        " OR EXISTS (SELECT 1 FROM file_blobs b JOIN scheduled s ON s.media_hash = b.sha256 WHERE b.file_id = ?)",
        (file_id,) * 7,
    ) is not None  # fmt: skip


def remove(tx: Tx, file_id: int) -> list[bytes]:
    """The file is gone; the blobs that no other file holds."""
    row = tx.one("SELECT uploader_id, size_bytes FROM files WHERE file_id = ?", (file_id,))
    if row is None:
        return []
    mine = [r[0] for r in tx.all("SELECT sha256 FROM file_blobs WHERE file_id = ?", (file_id,))]
    tx.run("DELETE FROM file_blobs WHERE file_id = ?", (file_id,))
    tx.run("DELETE FROM files WHERE file_id = ?", (file_id,))
    tx.run("UPDATE accounts SET stored_bytes = stored_bytes - ? WHERE owner_id = ?", (row[1], row[0]))
    return [blob for blob in mine if not held(tx, blob)]


def held(rx: Reader, sha256: bytes) -> bool:
    """True if some file holds the blob, or an order: as its original, as kept for it, as what is handed over."""
    return rx.one(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM file_blobs WHERE sha256 = ?)"
        " OR EXISTS (SELECT 1 FROM hold_blobs WHERE sha256 = ?)"
        " OR EXISTS (SELECT 1 FROM disclosures WHERE sha256 = ?)"
        " OR EXISTS (SELECT 1 FROM order_files WHERE sha256 = ?)",
        (sha256, sha256, sha256, sha256.hex()),
    ) is not None  # fmt: skip


def add_profile_photo(tx: Tx, owner_id: int, file_id: int, date: int, photo: bytes) -> None:
    """The photo is the newest of the owner's profile photos."""
    tx.run(
        "INSERT INTO profile_photos (owner_id, file_id, date, photo) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (owner_id, file_id) DO UPDATE SET date = excluded.date",
        (owner_id, file_id, date, photo),
    )


def profile_photos(rx: Reader, owner_id: int) -> list[tuple[int, bytes]]:
    """(file id, photo) of the owner's profile photos, newest first."""
    rows = rx.all(
        "SELECT file_id, photo FROM profile_photos WHERE owner_id = ? AND held = 0 ORDER BY date DESC, file_id DESC",
        (owner_id,),
    )
    return [(row[0], row[1]) for row in rows]


def remove_profile_photo(tx: Tx, owner_id: int, file_id: int) -> int:
    """The photo is no longer among the owner's; 0 when it was not."""
    return tx.run("DELETE FROM profile_photos WHERE owner_id = ? AND file_id = ?", (owner_id, file_id))


def set_account_photo(tx: Tx, owner_id: int, photo: bytes | None) -> None:
    """What the owner's profile shows."""
    tx.run("UPDATE accounts SET photo = ?, version = version + 1 WHERE owner_id = ?", (photo, owner_id))
