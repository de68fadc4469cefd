"""Files that come with a notice: kept as they came, never opened here; pictures are drawn anew to be looked at.

Source: dsa/16(2)
While a notice is being written its files belong to a draft, known by its token; a day later, if it was never sent,
they go. Whoever looks at a case sees the drawn picture, or the name alone.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chappe.base import Invalid
from chappe.store import Reader, Store, Tx
from chappe.store.safety import attachments as rows

FILES = 5
SIZE_BYTES = 8_000_000
NAME_LENGTH = 120
DRAFT_S = 86_400
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was handed over. Shape: shown_sha256 None for what is no picture; mime_type by content."""

    file_no: int
    name: str
    mime_type: str
    size_bytes: int
    sha256: bytes
    shown_sha256: bytes | None = None
    shown_width: int = 0
    shown_height: int = 0


def add(tx: Tx, draft: str, file: Attachment) -> Attachment:
    """The draft has one more file; the same file again is no further one.

    Errors: Invalid notice_files_many.
    """
    there = of_draft(tx, draft)
    for one in there:
        if (one.sha256, one.name) == (file.sha256, file.name):
            return one
    if len(there) >= FILES:
        raise Invalid("notice_files_many")
    rows.add(
        tx, _digest(draft), file.name, file.mime_type, file.size_bytes, file.sha256, file.shown_sha256,
        file.shown_width, file.shown_height,
    )  # fmt: skip
    return of_draft(tx, draft)[-1]


def of_draft(rx: Reader, draft: str) -> list[Attachment]:
    """What the draft has."""
    return [_of_row(row) for row in rows.of_draft(rx, _digest(draft))] if draft else []


def of_notice(rx: Reader, notice_id: int) -> list[Attachment]:
    """What came with the notice."""
    return [_of_row(row) for row in rows.of_notice(rx, notice_id)]


def leave_out(tx: Tx, draft: str, file_no: int) -> None:
    """The draft has the file no more; nothing happens if it is not the draft's."""
    if any(one.file_no == file_no for one in of_draft(tx, draft)):
        rows.remove(tx, file_no)


def send(tx: Tx, draft: str, notice_id: int) -> None:
    """The draft's files came with the notice."""
    rows.send(tx, _digest(draft), notice_id)


def forget_unsent(tx: Tx) -> bool:
    """Files of drafts that were left alone for a day go; False when none was left."""
    found = rows.unsent(tx, tx.now - DRAFT_S, AT_ONCE)
    for file_no in found:
        rows.remove(tx, file_no)
    return bool(found)


def clearing(store: Store) -> Callable[[], Awaitable[None]]:
    """Work that lets go what was never sent."""

    async def clear() -> None:
        while await store.write(forget_unsent):
            pass

    return clear


def _of_row(row: tuple[Any, ...]) -> Attachment:
    shown = bytes(row[5]) if row[5] is not None else None
    return Attachment(row[0], row[1], row[2], row[3], bytes(row[4]), shown, row[6], row[7])


def _digest(draft: str) -> bytes:
    return sha256(b"draft\x00" + draft.encode("utf-8", "replace")).digest()
