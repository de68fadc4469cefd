"""The form for an order by hand: on paper, by telephone, or read by a person out of an unclear letter."""

import asyncio
from collections.abc import Mapping

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from chappe import web
from chappe.base import Refusal
from chappe.console.deeds import asked
from chappe.console.desk import form
from chappe.console.desk import orders as deeds
from chappe.console.desk import views as v
from chappe.console.frame import Frame
from chappe.domain import categories
from chappe.domain.operators import DESK, Operator
from chappe.legal import authorities, words
from chappe.legal.authorities import Authority
from chappe.legal.orders import INSTRUMENTS, of
from chappe.legal.orders.form import ENVELOPE
from chappe.legal.records import CATEGORIES, PAPER, PHONE
from chappe.store import Reader

LISTED = 500
HIDDEN = ("synthetic",)


class Entry:
    """The screens of the form."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def new(self, request: Request, me: Operator) -> Response:
        """An order by hand; what was typed stays where it is refused."""
        typed: dict[str, str] = dict(request.query_params)
        error = ""
        if request.method == "POST":
            pairs, files = await self._given(request)
            typed = dict(pairs)
            try:
                fields, targets = form.read(pairs)
                facts = {
                    **_split(fields), "targets": targets, "files": files, "sender": fields.get("sender", ""),
                    "channel": fields.get("channel", PAPER), "received_at": form.moment(fields.get("received_at", "")),
                }  # fmt: skip
                done = await form.enter_order(self.inside, me, asked(form.EnteredOrder, facts))
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                return self.frame.go(f"/orders/{done.order_id}?said=enter_order")
        return await self._show(request, me, typed, error, None)

    async def correct(self, request: Request, me: Operator) -> Response:
        """The form of an order that is here, filled in by a person."""
        one = await deeds.look_at_order(self.inside, me, asked(deeds.OneOrder, request.path_params))
        error, typed = "", _typed(one)
        if request.method == "POST":
            pairs, _ = await self._given(request)
            typed = dict(pairs)
            try:
                fields, targets = form.read(pairs)
                facts = {**_split(fields), "targets": targets, "order_id": one.line.order_id}
                await form.correct_order(self.inside, me, asked(form.CorrectedOrder, facts))
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                return self.frame.go(f"/orders/{one.line.order_id}?said=correct_order")
        elif "instrument" in request.query_params:
            typed["instrument"] = request.query_params["instrument"]
        return await self._show(request, me, typed, error, one)

    async def _given(self, request: Request) -> tuple[list[tuple[str, str]], list[tuple[str, str, int]]]:
        """(fields, files) of the form; the bytes of files are kept as they came."""
        given = await request.form(max_part_size=form.FILE_BYTES)
        pairs: list[tuple[str, str]] = []
        files: list[tuple[str, str, int]] = []
        for name, value in given.multi_items():
            if isinstance(value, str):
                pairs.append((name, value))
            elif isinstance(value, UploadFile) and self.inside.blobs is not None and len(files) < form.FILES:
                data = await value.read()
                if data:
                    digest = await asyncio.to_thread(self.inside.blobs.put, data)
                    files.append(((value.filename or "file")[:200], digest.hex(), len(data)))
        return pairs, files

    async def _show(
        self, request: Request, me: Operator, typed: Mapping[str, str], error: str, one: v.WholeOrder | None
    ) -> Response:
        code = typed.get("instrument", "")
        instrument = INSTRUMENTS.get(code)
        found = await self.inside.seen_as(me, DESK, _known)
        lang = web.language_of(request)
        facts = {
            "w": words.texts(words.language(lang)), "typed": typed, "error": error, "one": one,
            "instrument": instrument,
            "instruments": [key for key in INSTRUMENTS if key not in HIDDEN], "authorities": found,
            "fields": [] if instrument is None else [kind for kind in instrument.fields if kind.name not in ENVELOPE],
            "envelope": set() if instrument is None else {kind.name for kind in instrument.fields} & ENVELOPE,
            "needed": set() if instrument is None else {kind.name for kind in instrument.fields if kind.required},
            "rows": range(1, form.ROWS + 1), "data": () if instrument is None else instrument.categories or (),
            "channels": (PAPER, PHONE), "categories": sorted(categories.OF_DECISIONS), "all_data": CATEGORIES,
        }  # fmt: skip
        return self.frame.show(request, me, "order_form.html", facts, 400 if error else 200)


def _known(rx: Reader, _: object) -> list[Authority]:
    return authorities.some(rx, limit=LISTED)


def _split(fields: dict[str, str]) -> dict[str, object]:
    """What of the form is a field of its own, and the rest."""
    aside = ("instrument", "authority_id", "sender", "channel", "received_at")
    of(fields.get("instrument", ""))
    rest = {name: value for name, value in fields.items() if name not in aside}
    number = fields.get("authority_id", "0") or "0"
    return {"instrument": fields.get("instrument", ""), "authority_id": number, "fields": rest}


def _typed(one: v.WholeOrder) -> dict[str, str]:
    """The order as its form shows it."""
    line = one.line
    said = {
        **one.fields, "instrument": line.instrument, "authority_id": str(line.authority_id or ""),
        "external_ref": line.external_ref, "country": line.country, "territories": " ".join(one.territories),
        "language": one.language, "category": one.category, "keywords": " ".join(one.keywords),
        "legal_basis": one.legal_basis, "reasons": one.reasons, "redress": one.redress,
        "secrecy_until": form.written(one.secrecy_until), "secrecy_basis": one.secrecy_basis,
        "urgent": "1" if line.urgent else "",
    }  # fmt: skip
    for name in ("issued_at", "answer_by"):
        if said.get(name, "").isdecimal():
            said[name] = form.written(int(said[name]))
    return said | form.typed_targets(one.targets)
