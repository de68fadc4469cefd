"""Filing an order: the instrument, its form as the law asks it, a receipt at once.

Source: requirements/legal-portal, dsa/9(2), dsa/10(2), tco/annex-1
What the form lacks is named before it is filed; who is in a hurry files it all the same, and is asked back.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import Invalid, NotFound
from chappe.domain import limits
from chappe.domain.limits import Rate
from chappe.legal import intake, reading, synthetic_orders, words
from chappe.legal.intake import Arrival, Paper, Proof, paper
from chappe.legal.members import Member
from chappe.legal.orders import INSTRUMENTS, Instrument, missing
from chappe.legal.orders.form import AT_EXECUTION, Field
from chappe.legal.records import PORTAL, New, Target
from chappe.portal.door import OURS, mandates
from chappe.portal.frame import Frame
from chappe.portal.inside import Inside
from chappe.store import Tx

BODY_BYTES = 100 << 20
FILES, FILE_BYTES = 10, 20 << 20
READ_S = 10.0
"""So long documents of one order are looked into, while its receipt waits."""
PART_BYTES, FIELDS = 64 << 10, 60
FILED = Rate(3000, 3600)
"""Orders of one authority in an hour."""
FILED_UNKNOWN = Rate(30, 3600)
"""Of one that nobody has vouched for: anybody can say to be one."""
MEGABYTES = Rate(500, 3600)
"""Of files in an hour, from one network for authorities that nobody has vouched for."""
APART = frozenset({"authority", "targets", "data"})
"""Fields that the page asks in its own way."""
DATED = frozenset({"answer_by", "secrecy_until"})


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote into the form."""

    fields: Mapping[str, str]
    targets: str = ""
    data: tuple[str, ...] = ()
    draft: str = ""

    def found(self) -> tuple[Target, ...]:
        """The targets it names."""
        return reading.of_lines(self.targets.splitlines(), self.data)


def filing_routes(frame: Frame) -> list[Route]:
    """The choice of an instrument, and its form."""
    desk = _Filing(frame)
    return [
        Route("/file", frame.signed_in(desk.choose)),
        Route("/file/{instrument}", frame.signed_in(desk.form), methods=["GET", "POST"]),
        Route("/forms/{instrument}.txt", desk.template),
        Route("/synthetic", desk.synthetic, methods=["POST"]),
    ]


class _Filing:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def choose(self, request: Request, me: Member) -> Response:
        """The instruments this authority may use; the urgent ones first."""
        known = [INSTRUMENTS[code] for code in mandates(me, self.inside.now)]
        first = sorted(known, key=lambda one: one.clock.within_s or one.clock.own_s or 1 << 40)
        return self.frame.show(request, me, "portal_choose.html", {"instruments": first})

    async def form(self, request: Request, me: Member) -> Response:
        """The form of one instrument, and what it sends."""
        code = request.path_params["instrument"]
        if code not in mandates(me, self.inside.now):
            raise NotFound("order_instrument_unknown")
        instrument = INSTRUMENTS[code]
        if request.method == "GET":
            return self._page(request, me, instrument, Written({}, draft=self.frame.token()))
        subject, rate = self._measure(me)
        if self.inside.limited:  # before anything of it lies on the disk
            await self.inside.read(lambda rx: limits.require(rx, subject, rate))
        try:
            form = await request.form(max_files=FILES, max_fields=FIELDS, max_part_size=PART_BYTES)
        except (HTTPException, ClientDisconnect):
            return self.frame.notice(request, "portal_large", 413)
        written = _written(instrument, form)
        lacking = [one.name for one in missing(_new(instrument, me, written))]
        if lacking and not form.get("anyway"):
            return self._page(request, me, instrument, written, lacking)
        await weigh(self.inside, request, me, form)
        kept, papers = await self._kept(form)
        return await self._file(me, instrument, written, kept, papers)

    def _page(
        self, request: Request, me: Member, instrument: Instrument, written: Written, lacking: Sequence[str] = ()
    ) -> Response:
        facts = {"i": instrument, "asked": asked(instrument), "said": written, "lacking": lacking, "files": FILES,
                 "most": FILE_BYTES, "host": self.inside.office.links}  # fmt: skip
        return self.frame.show(request, me, "portal_form.html", facts, 400 if lacking else 200)

    async def _kept(self, form: FormData) -> tuple[list[tuple[str, str, int]], list[Paper]]:
        """The files that came, durable, and the XML documents among them. Errors: Invalid order_file_large."""
        kept: list[tuple[str, str, int]] = []
        papers: list[Paper] = []
        until = self.inside.clock.monotonic() + READ_S
        for one in form.getlist("files"):
            if not isinstance(one, UploadFile) or not one.size:
                continue
            if one.size > FILE_BYTES:
                raise Invalid("order_file_large")
            data = await one.read()
            digest = await asyncio.to_thread(self.inside.blobs.put, data)
            name = one.filename or "file"
            kept.append((name, digest.hex(), len(data)))
            if name.lower().endswith(".xml") or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5] == b"<?xml":
                papers.append(await self._read(name, data, until))
        return kept, papers

    async def _read(self, name: str, data: bytes, until: float) -> Paper:
        """What a process of its own could read of the XML document; nothing keeps the receipt waiting for long."""
        rest_s = until - self.inside.clock.monotonic()
        if self.inside.paper is None or rest_s <= 0:
            return Paper(name, "")
        try:
            async with asyncio.timeout(rest_s):
                found = await self.inside.paper(data)
        except (Invalid, TimeoutError):
            return Paper(name, "")
        return paper(name, found) if found.kind == "xml" else Paper(name, "")

    async def _file(
        self, me: Member, instrument: Instrument, written: Written, files: Sequence[tuple[str, str, int]],
        papers: Sequence[Paper],
    ) -> Response:  # fmt: skip
        # The same form sent twice is one order; what was changed before it was sent again is another.
        said = repr((instrument.code, sorted(written.fields.items()), written.targets, written.data, files))
        ref = f"{me.authority.authority_id}:{written.draft or self.frame.token()}:{_digest(said)}"
        arrival = Arrival(
            channel=PORTAL, message_ref=ref, sender=me.person, instrument=instrument.code,
            authority_id=me.authority.authority_id, fields=written.fields, targets=written.found(), files=files,
            proof=Proof(how="passkey"), actor=me.actor, language=me.authority.profile.language,
            reply_to=me.authority.profile.email, papers=papers,
        )  # fmt: skip

        subject, rate = self._measure(me)

        def act(tx: Tx) -> str:
            if self.inside.limited:
                limits.take(tx, subject, rate)
            return intake.arrive(tx, arrival).number

        number = await self.inside.write(act)
        return RedirectResponse(f"/orders/{number}?filed=1", 303)

    def _measure(self, me: Member) -> tuple[str, Rate]:
        """By what this authority's orders are counted, and how many it may file in an hour."""
        rate = FILED if me.authority.holds(self.inside.now) else FILED_UNKNOWN
        return f"portal-orders:{me.authority.authority_id}", rate

    async def synthetic(self, request: Request) -> Response:
        """The daily test order: only who knows its token can send it, and that is this server."""
        token = str((await request.form(max_files=0, max_fields=3, max_part_size=1000)).get("token", ""))[:100]
        if not await self.inside.read(lambda rx: synthetic_orders.waits(rx, token)):
            return self.frame.notice(request, "missing", 404)
        arrival = Arrival(channel=PORTAL, message_ref=f"synthetic:{token}", sender="server",
                          instrument=intake.TEST_ORDER, fields={"token": token})  # fmt: skip
        await self.inside.write(lambda tx: intake.arrive(tx, arrival))
        return PlainTextResponse("ok\n")

    async def template(self, request: Request) -> Response:
        """The form as lines, to be sent by mail."""
        instrument = INSTRUMENTS.get(request.path_params["instrument"])
        if instrument is None or instrument.code in OURS:
            return self.frame.notice(request, "missing", 404)
        return PlainTextResponse(lines(instrument, web.language_of(request)))


async def weigh(inside: Inside, request: Request, me: Member, form: FormData) -> None:
    """The files of a form are counted, before anything of them is kept. Errors: TooMany flood_wait_x."""
    size = sum(one.size or 0 for one in form.getlist("files") if isinstance(one, UploadFile))
    if not size or not inside.limited or me.authority.holds(inside.now):
        return
    place = limits.network(request.client.host if request.client else "")
    await inside.write(lambda tx: limits.take(tx, f"portal-mb:{place}", MEGABYTES, -(-size // 2**20)))


def asked(instrument: Instrument) -> list[Field]:
    """What the page asks, in its order: what must be said first."""
    known = [one for one in instrument.fields if one.name not in APART]
    names = {one.name for one in known}
    more = [] if "external_ref" in names else [Field("external_ref", "", False)]
    if instrument.tells == AT_EXECUTION:  # whom we would tell, the law of the authority may keep from being told
        more += [Field("secrecy_until", "", False, "date"), Field("secrecy_basis", "", False)]
    return sorted([*known, *more], key=lambda one: not one.required)


def lines(instrument: Instrument, lang: str) -> str:
    """The form as a mail says it: one line each, with what it asks after a sign that ends it."""
    said = [f"Instrument: {instrument.code}"]
    for one in asked(instrument):
        hint = " / ".join(one.choices) if one.choices else words.texts(lang).get(f"order_field_{one.name}", "")
        label = reading.LABELS.get(one.name, (one.name,))[-1 if lang == "fr" else 0]
        said.append(f"{label.capitalize()}: <{hint}>" if hint else f"{label.capitalize()}: ")
    if any(one.name == "data" for one in instrument.fields):
        said.append(f"Data: <{', '.join(instrument.categories)}>")
    said.append("Target: <@name | https://… | +33… | 192.0.2.1:50000 | 2026-01-31 08:00 .. 2026-01-31 09:00>")
    return "\n".join([*said, "---", ""])


def _digest(said: str) -> str:
    return sha256(said.encode()).hexdigest()[:16]


def _written(instrument: Instrument, form: FormData) -> Written:
    said: dict[str, str] = {}
    for one in asked(instrument):
        value = str(form.get(one.name, "")).strip()
        if value and one.name in DATED:
            value = str(reading.date_of(value) or value)
        if value:
            said[one.name] = value
    if form.get("urgent"):
        said["urgent"] = "yes"
    data = tuple(str(one) for one in form.getlist("data") if isinstance(one, str))
    return Written(said, str(form.get("targets", "")), data, str(form.get("draft", ""))[:100])


def _new(instrument: Instrument, me: Member, written: Written) -> New:
    """What would be filed, as far as the form looks at it."""
    said = dict(written.fields)
    new = New(instrument.code, PORTAL, authority_id=me.authority.authority_id, country=me.authority.country,
              targets=written.found(), fields=tuple(said.items()))  # fmt: skip
    return replace(
        new, external_ref=said.get("external_ref", ""), legal_basis=said.get("legal_basis", ""),
        reasons=said.get("reasons", ""), redress=said.get("redress", ""),
        territories=tuple(said.get("territories", "").split()),
    )  # fmt: skip
