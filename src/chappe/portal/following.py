"""What became of an order: state, clock, receipt and its proof, letters, words, sealed packages.

Source: requirements/legal-portal, dsa/9(1), dsa/10(1)
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from chappe.base import Conflict, Invalid, NotFound, Refusal
from chappe.domain import access, limits
from chappe.domain.limits import Rate
from chappe.legal import answers, envelope, intake, packages, receipts, removing
from chappe.legal.answers import Letter
from chappe.legal.approvals import Disclosure
from chappe.legal.intake import Said
from chappe.legal.letters import as_html, as_pdf
from chappe.legal.letters.html import STYLE
from chappe.legal.members import Member
from chappe.legal.receipts import Receipt
from chappe.legal.records import File, Order
from chappe.portal.filing import weigh
from chappe.portal.frame import Frame
from chappe.store import Reader

LISTED = 100
MACHINE = access.machine("withdrawn_by_authority@1")
LETTER_LOOKS = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
WORDS_BYTES = 64 << 10
WORDS = Rate(200, 3600)
"""Words of one authority about its orders in an hour."""
FILES, FILE_BYTES = 10, 20 << 20
CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Followed:
    """An order with all that its authority may see of it."""

    order: Order
    receipt: Receipt | None
    letters: tuple[Letter, ...]
    said: tuple[Said, ...]
    files: tuple[File, ...]
    packages: tuple[Disclosure, ...]

    @property
    def unread(self) -> int:
        """Letters and words that nobody of the authority has opened."""
        theirs = sum(not one.read_at for one in self.said if one.author.startswith("operator:"))
        return theirs + sum(not one.read_at for one in self.letters)


def following_routes(frame: Frame) -> list[Route]:
    """The list, an order, and what hangs on it."""
    desk = _Following(frame)
    inside = "/orders/{number}"
    return [
        Route("/orders", frame.signed_in(desk.all)),
        Route(inside, frame.signed_in(desk.one)),
        Route(f"{inside}/say", frame.signed_in(desk.say), methods=["POST"]),
        Route(f"{inside}/withdraw", frame.signed_in(desk.withdraw), methods=["POST"]),
        Route(f"{inside}/receipt", frame.signed_in(desk.receipt)),
        Route(f"{inside}/proof", frame.signed_in(desk.proof)),
        Route(f"{inside}/letters/{{letter:int}}", frame.signed_in(desk.letter)),
        Route(f"{inside}/letters/{{letter:int}}.pdf", frame.signed_in(desk.letter_pdf)),
        Route(f"{inside}/packages/{{package:int}}", frame.signed_in(desk.package)),
        Route(f"{inside}/packages/{{package:int}}/confirm", frame.signed_in(desk.confirm), methods=["POST"]),
    ]


class _Following:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def all(self, request: Request, me: Member) -> Response:
        """The authority's orders, the newest first."""
        said = request.query_params.get("before", "")
        before = int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else 0
        found = await self.inside.read(
            lambda rx: intake.of_authority(rx, me.authority.authority_id, before, LISTED + 1)
        )
        more = found[LISTED - 1].order_id if len(found) > LISTED else 0
        return self.frame.show(request, me, "portal_orders.html", {"orders": found[:LISTED], "more": more})

    async def one(self, request: Request, me: Member) -> Response:
        """All of one order."""
        found = await self._found(request, me)
        await self.inside.write(lambda tx: intake.read(tx, found.order.order_id, me.actor))
        facts = {"f": found, "o": found.order, "filed": bool(request.query_params.get("filed")),
                 "may_say": found.order.is_open,
                 "may_withdraw": found.order.is_open and self._may_withdraw(found, me)}  # fmt: skip
        return self.frame.show(request, me, "portal_order.html", facts)

    async def say(self, request: Request, me: Member) -> Response:
        """Words about the order, with files."""
        found = await self._found(request, me)
        subject = f"portal-words:{me.authority.authority_id}"
        if self.inside.limited:
            await self.inside.write(lambda tx: limits.take(tx, subject, WORDS))
        try:
            form = await request.form(max_files=FILES, max_fields=10, max_part_size=WORDS_BYTES)
        except (HTTPException, ClientDisconnect):
            return self.frame.notice(request, "portal_large", 413)
        await weigh(self.inside, request, me, form)
        files = await self._kept(form)
        text, draft = str(form.get("text", "")), str(form.get("draft", ""))[:100] or self.frame.token()
        said = sha256(repr((text, files)).encode()).hexdigest()[:16]  # other words are said anew
        ref = f"portal:{draft}:{said}"
        await self.inside.write(lambda tx: intake.say(tx, found.order.order_id, me.actor, text, ref, files))
        return RedirectResponse(f"/orders/{found.order.number}#said", 303)

    async def _kept(self, form: FormData) -> list[tuple[str, str, int]]:
        kept = []
        for one in form.getlist("files"):
            if not isinstance(one, UploadFile) or not one.size:
                continue
            if one.size > FILE_BYTES:
                raise Invalid("order_file_large")
            data = await one.read()
            digest = await asyncio.to_thread(self.inside.blobs.put, data)
            kept.append(((one.filename or "file")[:200], digest.hex(), len(data)))
        return kept

    async def withdraw(self, request: Request, me: Member) -> Response:
        """The authority takes its order back."""
        found = await self._found(request, me)
        if not self._may_withdraw(found, me):
            raise Conflict("authority_not_in_force")
        why = f"{me.person}: {str((await request.form()).get('why', '')).strip()[:500]}"
        await self.inside.write(lambda tx: removing.withdraw(tx, MACHINE, found.order.order_id, why))
        return RedirectResponse(f"/orders/{found.order.number}", 303)

    def _may_withdraw(self, found: Followed, me: Member) -> bool:
        """An order that may have taken effect is taken back by who is vouched for: a stolen key brings nothing back."""
        return me.authority.holds(self.inside.now) or not found.order.authenticity.stands

    async def receipt(self, request: Request, me: Member) -> Response:
        """The signed receipt, as a file."""
        found = await self._found(request, me)
        if found.receipt is None or not found.receipt.text:
            raise NotFound("order_receipt_waits")
        return _file(f"{found.order.number}.receipt.txt", found.receipt.text)

    async def proof(self, request: Request, me: Member) -> Response:
        """The proof that the order is in the public log, or the promise that it will be."""
        found = await self._found(request, me)
        entry = found.receipt.entry if found.receipt is not None else 0
        proved = await self.inside.prove(entry) if entry else None
        if proved is None:
            raise NotFound("order_receipt_waits")
        text = proved.text if proved.kind == "proof" else f"{proved.text}\n{proved.opening}\n"
        return _file(proved.name, text)

    async def letter(self, request: Request, me: Member) -> Response:
        """A letter to the authority."""
        page = as_html((await self._letter(request, me)).body)
        return HTMLResponse(page, headers={"content-security-policy": LETTER_LOOKS})

    async def letter_pdf(self, request: Request, me: Member) -> Response:
        """The same as PDF."""
        letter = await self._letter(request, me)
        data = await asyncio.to_thread(as_pdf, letter.body)
        head = {"content-disposition": f'attachment; filename="{request.path_params["number"]}-{letter.letter_id}.pdf"'}
        return Response(data, media_type="application/pdf", headers=head)

    async def _letter(self, request: Request, me: Member) -> Letter:
        found, letter_id = await self._found(request, me), request.path_params["letter"]
        if letter_id not in {one.letter_id for one in found.letters}:
            raise NotFound("order_unknown")
        return await self.inside.write(lambda tx: answers.opened(tx, me.authority.authority_id, letter_id))

    async def package(self, request: Request, me: Member) -> Response:
        """A sealed package: every reading of it stands in its log, refused ones too."""
        order_id, package = (await self._found(request, me)).order.order_id, request.path_params["package"]
        authority_id = me.authority.authority_id
        got = await self.inside.write(lambda tx: packages.fetch(tx, package, authority_id, me.actor, order_id))
        if isinstance(got, Refusal):
            raise got
        head = {"content-disposition": f'attachment; filename="{got.name}"', "content-length": str(got.size_bytes)}
        chunks = self._chunks(got.sha256, got.size_bytes)
        return StreamingResponse(chunks, media_type="application/octet-stream", headers=head)

    async def _chunks(self, digest: bytes, size: int) -> AsyncIterator[bytes]:
        for start in range(0, size, CHUNK_BYTES):
            yield await asyncio.to_thread(self.inside.blobs.read, digest, start, CHUNK_BYTES)

    async def confirm(self, request: Request, me: Member) -> Response:
        """The authority can read it: the package is destroyed now."""
        found, package = await self._found(request, me), request.path_params["package"]
        order_id, authority_id = found.order.order_id, me.authority.authority_id
        got = await self.inside.write(lambda tx: packages.confirm(tx, package, authority_id, me.actor, order_id))
        if isinstance(got, Refusal):
            raise got
        return RedirectResponse(f"/orders/{found.order.number}#packages", 303)

    async def _found(self, request: Request, me: Member) -> Followed:
        """The order of that number. Errors: NotFound order_unknown, for another authority's too, and written down."""
        number = request.path_params["number"]
        try:
            return await self.inside.read(lambda rx: look(rx, number, me))
        except NotFound:
            await self.inside.write(lambda tx: intake.strayed(tx, me.actor, number))
            raise


def look(rx: Reader, number: str, me: Member) -> Followed:
    """The order with all that its authority may see. Errors: NotFound order_unknown, for another's too."""
    order = envelope.by_number(rx, number)
    if order is None or not order.authority_id or order.authority_id != me.authority.authority_id:
        raise NotFound("order_unknown")
    authority_id, order_id = me.authority.authority_id, order.order_id
    return Followed(
        order, receipts.of_order(rx, order_id), tuple(answers.sent_to(rx, authority_id, order_id)),
        tuple(intake.messages(rx, order_id)), tuple(one for one in envelope.files(rx, order_id)),
        tuple(packages.for_authority(rx, authority_id, order_id)),
    )  # fmt: skip


def _file(name: str, text: str) -> Response:
    return PlainTextResponse(text, headers={"content-disposition": f'attachment; filename="{name}"'})


