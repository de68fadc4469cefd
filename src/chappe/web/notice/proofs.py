"""The file that proves that something is in the public log, or will be, for who holds a secret link.

Source: tlog/proof
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from chappe.transparency import Ledger
from chappe.web.page import Pages
from chappe.web.public import clean

PROOF, COMPLAINT_PROOF = "proof", "complaint-proof"
"""What stands behind the token in the address of such a file."""


async def proof_answer(pages: Pages, request: Request, log: Ledger | None, no: int) -> Response:
    """The proof of the journal's entry with what opens it; without a log or an entry, what a forged link answers."""
    proof = await log.proof(no, opened=True) if log is not None and no else None
    if proof is None:
        return pages.notice(request, "gone", 404)
    text = proof.text if proof.kind == "proof" else f"{proof.text}\n{proof.opening}\n"
    headers = {"content-disposition": clean.disposition("attachment", proof.name), "x-robots-tag": "noindex"}
    return PlainTextResponse(text, headers=headers)
