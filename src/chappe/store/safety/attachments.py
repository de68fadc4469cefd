"""The statements of files that come with notices: first of a draft, then of the notice."""

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.people import take_id

_COLUMNS = "file_no, name, mime_type, size_bytes, sha256, shown_sha256, shown_width, shown_height"


def add(
    tx: Tx, draft_digest: bytes, name: str, mime_type: str, size_bytes: int, sha256: bytes, shown: bytes | None,
    width: int, height: int,
) -> int:  # fmt: skip
    """The draft has one more file; its number. What it holds is not swept away."""
    file_no = take_id(tx, "notice_file", 1)
    tx.run(
        "INSERT INTO notice_files (file_no, draft_digest, name, mime_type, size_bytes, sha256, shown_sha256,"
        " shown_width, shown_height, date) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (file_no, draft_digest, name, mime_type, size_bytes, sha256, shown, width, height, tx.now),
    )
    # A blob is held by whatever has a row here; numbers below zero are no files anybody can ask for.
    for blob in (sha256, shown):
        if blob is not None:
            tx.run(
                "INSERT INTO file_blobs (sha256, file_id) VALUES (?, ?) ON CONFLICT (sha256, file_id) DO NOTHING",
                (blob, -file_no),
            )
    return file_no


def of_draft(rx: Reader, draft_digest: bytes) -> list[Row]:
    """(file_no, name, mime_type, size_bytes, sha256, shown_sha256, width, height) of a draft's files, in order."""
    return rx.all(f"SELECT {_COLUMNS} FROM notice_files WHERE draft_digest = ? ORDER BY file_no", (draft_digest,))


def of_notice(rx: Reader, notice_id: int) -> list[Row]:
    """The same of a notice."""
    return rx.all(
        f"SELECT {_COLUMNS} FROM notice_files WHERE notice_id = ? AND notice_id <> 0 ORDER BY file_no", (notice_id,)
    )


def send(tx: Tx, draft_digest: bytes, notice_id: int) -> None:
    """The draft's files are the notice's."""
    tx.run(
        "UPDATE notice_files SET notice_id = ?, draft_digest = NULL WHERE draft_digest = ?", (notice_id, draft_digest)
    )


def unsent(rx: Reader, before: int, limit: int) -> list[int]:
    """Numbers of files whose notice was not sent and that came before the date."""
    return [
        row[0]
        for row in rx.all(
            "SELECT file_no FROM notice_files WHERE notice_id = 0 AND date < ? ORDER BY date LIMIT ?", (before, limit)
        )
    ]


def remove(tx: Tx, file_no: int) -> None:
    """The file is gone; what it held is swept away unless something else holds it."""
    tx.run("DELETE FROM file_blobs WHERE file_id = ?", (-file_no,))
    tx.run("DELETE FROM notice_files WHERE file_no = ?", (file_no,))
