"""The statements that erase what came with notices and complaints, when its time is over."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Tx
from chappe.store.safety import attachments


def erase_belongings(tx: Tx, notice_ids: Sequence[int]) -> None:
    """Nothing is left of the files and the written addresses of the notices."""
    for notice_id in notice_ids:
        for row in attachments.of_notice(tx, notice_id):
            attachments.remove(tx, row[0])
        tx.run("DELETE FROM notice_addresses WHERE notice_id = ?", (notice_id,))


def complaints(rx: Reader, before: int, limit: int) -> list[int]:
    """Complaints decided before the date of which words are left."""
    return [row[0] for row in rx.all(
        "SELECT complaint_id FROM complaints WHERE decided_at > 0 AND decided_at < ? AND (said <> '' OR reasons <> '')"
        " ORDER BY complaint_id LIMIT ?",
        (before, limit),
    )]  # fmt: skip


def erase_complaints(tx: Tx, complaint_ids: Sequence[int]) -> None:
    """The complaints say nothing but codes."""
    tx.many("UPDATE complaints SET said = '', reasons = '' WHERE complaint_id = ?", [(one,) for one in complaint_ids])


def entries_of_notices(rx: Reader, notice_ids: Sequence[int]) -> list[int]:
    """The entries of the journal that the notices are."""
    found = [rx.one("SELECT journal_no FROM notices WHERE notice_id = ?", (one,)) for one in notice_ids]
    return [row[0] for row in found if row is not None and row[0]]


def entries_of_complaints(rx: Reader, complaint_ids: Sequence[int]) -> list[int]:
    """The entries of the journal by which the complaints were filed."""
    found = [rx.one("SELECT journal_no FROM complaints WHERE complaint_id = ?", (one,)) for one in complaint_ids]
    return [row[0] for row in found if row is not None and row[0]]
