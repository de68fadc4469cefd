"""The statements of files in secret chats: opaque bytes, who is still to fetch them, when they may go."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx


def put(
    tx: Tx, file_id: int, uploader_id: int, sha256: bytes, size_bytes: int, fingerprint: int, expires: int
) -> None:
    """The file is known, its blob held; its size counts for its uploader."""
    tx.run(
        "INSERT INTO secret_files (file_id, uploader_id, sha256, size_bytes, fingerprint, date, expires)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (file_id, uploader_id, sha256, size_bytes, fingerprint, tx.now, expires),
    )
    tx.run("INSERT INTO file_blobs (sha256, file_id) VALUES (?, ?)", (sha256, file_id))
    tx.run("UPDATE accounts SET stored_bytes = stored_bytes + ? WHERE owner_id = ?", (size_bytes, uploader_id))


def get(rx: Reader, file_id: int) -> tuple[bytes, int, int, int] | None:
    """(sha256, size, fingerprint, date) of a file."""
    return rx.one("SELECT sha256, size_bytes, fingerprint, date FROM secret_files WHERE file_id = ?", (file_id,))


def keep_no_longer(tx: Tx, file_id: int) -> None:
    """The file is kept for those alone who are still to fetch it."""
    tx.run("UPDATE secret_files SET expires = ? WHERE file_id = ? AND expires > ?", (tx.now, file_id, tx.now))


def await_fetch(tx: Tx, file_id: int, holder_id: int, chat_id: int, expires: int) -> None:
    """The file is kept until then for the holder to fetch it."""
    tx.run(
        "INSERT INTO secret_fetches (file_id, holder_id, chat_id, expires) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (file_id, holder_id, chat_id) DO UPDATE SET expires = excluded.expires",
        (file_id, holder_id, chat_id, expires),
    )


def fetched(tx: Tx, file_id: int, holder_id: int, expires: int) -> None:
    """The holder has the file: it is kept no longer than this for them."""
    tx.run(
        "UPDATE secret_fetches SET expires = ? WHERE file_id = ? AND holder_id = ? AND expires > ?",
        (expires, file_id, holder_id, expires),
    )


def is_awaited(rx: Reader, file_id: int, holder_id: int, date: int) -> bool:
    """True if the file is kept for the holder beyond the date."""
    found = rx.one(
        "SELECT 1 FROM secret_fetches WHERE file_id = ? AND holder_id = ? AND expires > ?", (file_id, holder_id, date)
    )
    return found is not None


def forget_chat(tx: Tx, holder_id: int, chat_id: int) -> None:
    """Nothing is kept for the holder to fetch from the chat."""
    tx.run("DELETE FROM secret_fetches WHERE holder_id = ? AND chat_id = ?", (holder_id, chat_id))


_DUE = (
    "SELECT file_id FROM secret_files AS f WHERE expires <= ? AND NOT EXISTS"
    " (SELECT 1 FROM secret_fetches AS w WHERE w.file_id = f.file_id AND w.expires > ?)"
)


def due(rx: Reader, now: int, limit: int) -> list[int]:
    """Files that nobody is to fetch any more."""
    return [row[0] for row in rx.all(f"{_DUE} LIMIT ?", (now, now, limit))]


def is_due(rx: Reader, file_id: int, now: int) -> bool:
    """True if nobody is to fetch the file any more."""
    return rx.one(f"{_DUE} AND file_id = ?", (now, now, file_id)) is not None


def remove(tx: Tx, file_ids: Sequence[int]) -> list[bytes]:
    """The files are gone; the blobs that nothing holds any more."""
    free: list[bytes] = []
    for file_id in file_ids:
        row = tx.one("SELECT sha256, uploader_id, size_bytes FROM secret_files WHERE file_id = ?", (file_id,))
        if row is None:
            continue
        tx.run("DELETE FROM secret_files WHERE file_id = ?", (file_id,))
        tx.run("DELETE FROM secret_fetches WHERE file_id = ?", (file_id,))
        tx.run("DELETE FROM file_blobs WHERE sha256 = ? AND file_id = ?", (row[0], file_id))
        tx.run("UPDATE accounts SET stored_bytes = stored_bytes - ? WHERE owner_id = ?", (row[2], row[1]))
        if tx.one("SELECT 1 FROM file_blobs WHERE sha256 = ? LIMIT 1", (row[0],)) is None:
            free.append(row[0])
    return free
