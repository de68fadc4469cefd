"""The bytes of what a case keeps: read under that case alone, each time with an entry in the journal."""

import msgspec

from chappe.base import NotFound
from chappe.domain import journal
from chappe.domain.access import Moderator
from chappe.safety import cases
from chappe.safety.records import Evidence, Kept
from chappe.store import Tx
from chappe.store.safety import cases as rows

_decode = msgspec.msgpack.Decoder(Evidence).decode


def file(tx: Tx, moderator: Moderator, case_id: int, sha256: str) -> Kept:
    """What the case keeps under that digest, which the moderator sees now.

    Errors: NotFound operator_case_unknown, operator_file_unknown. After: journal evidence_read.
    """
    found = cases.get(tx, moderator, case_id)
    pieces = (_decode(blob) for _, blob in rows.evidence(tx, case_id, cases.READ))
    kept = next((one for piece in pieces for one in piece.files if one.sha256 == sha256), None)
    if kept is None:
        raise NotFound("operator_file_unknown")
    journal.record(tx, "evidence_read", moderator.actor, found.subject, pieces=1)
    return kept
