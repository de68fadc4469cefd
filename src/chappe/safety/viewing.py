"""The bytes of what a case keeps: read under that case alone, each time with an entry in the journal."""

import msgspec

from chappe.base import NotFound
from chappe.domain import journal
from chappe.domain.access import Moderator
from chappe.safety import attachments, cases, notices
from chappe.safety.records import Evidence, Kept
from chappe.store import Reader, Tx
from chappe.store.safety import cases as rows

_decode = msgspec.msgpack.Decoder(Evidence).decode


def attached(rx: Reader, moderator: Moderator, case_id: int) -> list[tuple[int, Evidence]]:
    """(notice, what came with it) of a case: pictures as they were drawn anew, and every file as it came.

    Shape: the kind is attachment, the text the file's name; what came as it is is always of an unknown type, so that
    nothing shows it; a drawn picture's size is 0.
    Errors: NotFound operator_case_unknown.
    """
    cases.get(rx, moderator, case_id)
    found = []
    for notice in notices.of_case(rx, case_id, limit=cases.READ):
        for one in attachments.of_notice(rx, notice.notice_id):
            kept = [Kept("document", 0, one.sha256.hex(), "application/octet-stream", one.size_bytes)]
            if one.shown_sha256 is not None:
                shown = one.shown_sha256.hex()
                kept.insert(0, Kept("photo", 0, shown, "image/jpeg", 0, one.shown_width, one.shown_height))
            shown_as = Evidence("attachment", notice.received_at, text=one.name, files=tuple(kept))
            found.append((notice.notice_id, shown_as))
    return found


def file(tx: Tx, moderator: Moderator, case_id: int, sha256: str) -> Kept:
    """What the case keeps under that digest, which the moderator sees now.

    Errors: NotFound operator_case_unknown, operator_file_unknown. After: journal evidence_read.
    """
    found = cases.get(tx, moderator, case_id)
    pieces = [_decode(blob) for _, blob in rows.evidence(tx, case_id, cases.READ)]
    pieces += [piece for _, piece in attached(tx, moderator, case_id)]
    kept = next((one for piece in pieces for one in piece.files if one.sha256 == sha256), None)
    if kept is None:
        raise NotFound("operator_file_unknown")
    journal.record(tx, "evidence_read", moderator.actor, found.subject, pieces=1)
    return kept
