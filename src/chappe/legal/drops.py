"""Certificates that other systems bring and fetch: an adapter, and the one that comes with it, a folder.

Source: evidence/19, requirements/legal-intake
National systems differ; whoever runs this server joins theirs by a `CertificateTransport`. The folder has `in`, where
certificates are put (each under a name of its own, its detached CMS signature beside it as `<name>.p7s`, made elsewhere
and renamed into place), and `out`, where receipt and answers of each case are put under its number.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from chappe.base.clock import Clock
from chappe.base.errors import Invalid
from chappe.domain import oncall
from chappe.legal import answers, certificates, envelope, intake, reading, receipts
from chappe.legal.intake import Arrival
from chappe.legal.letters import Body, as_pdf
from chappe.legal.reading import Form
from chappe.legal.records import DROP
from chappe.media import PaperProcess, PaperResult, SealResult
from chappe.store import Reader, Store, Tx
from chappe.store.blobs import Blobs
from chappe.store.legal import intake as rows

log = logging.getLogger("chappe.legal")
LOOK_S = 2.0
SIGNATURE_WAIT_S = 30
"""A certificate without its signature waits so long for it."""
LARGEST, AT_ONCE = 25 << 20, 50
STOPPED = ("intake_stopped", "drop")
"""The page for what cannot be taken, and what it is about."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A certificate as it was brought. Shape: signature empty where none came."""

    name: str
    data: bytes
    signature: bytes = b""


class CertificateTransport(Protocol):
    """How certificates come and answers go, in whatever system."""

    def incoming(self, now: float) -> Sequence[Dropped]:
        """What is there and whole. Blocking; the same again until `taken`."""
        ...

    def left(self) -> int:
        """How much of what was there at the last look cannot be taken: somebody must see to it."""
        ...

    def taken(self, dropped: Dropped, number: str) -> None:
        """It is a case of that number, durably. Blocking."""
        ...

    def missing(self, number: str, names: Sequence[str]) -> list[str]:
        """Which of these files have not gone out for the case. Blocking."""
        ...

    def put(self, number: str, name: str, data: bytes) -> None:
        """The file goes out, whole or not at all. Blocking."""
        ...


class DropFolder:
    """The adapter that is a folder."""

    def __init__(self, folder: Path) -> None:
        """The folder has its parts. Errors: OSError."""
        self._in, self._out, self._done = folder / "in", folder / "out", folder / "done"
        for part in (self._in, self._out, self._done):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._left: set[str] = set()

    def left(self) -> int:
        """Files that are larger than any certificate."""
        return len(self._left)

    def incoming(self, now: float) -> list[Dropped]:
        """Files in `in` by their names; what is larger than any certificate is left there, and counted."""
        found = []
        known, self._left = self._left, set()
        for path in sorted(self._in.iterdir(), key=lambda one: one.name):
            if path.name.startswith(".") or path.suffix in (".p7s", ".part") or not path.is_file():
                continue
            about, beside = path.stat(), path.with_name(f"{path.name}.p7s")
            if not beside.is_file() and now - about.st_mtime < SIGNATURE_WAIT_S:
                continue
            if about.st_size > LARGEST:
                if path.name not in known:
                    log.error("a dropped file is too large", extra={"size": about.st_size})
                self._left.add(path.name)
                continue
            made = beside.read_bytes()[:LARGEST] if beside.is_file() else b""
            found.append(Dropped(path.name, path.read_bytes(), made))
            if len(found) >= AT_ONCE:
                break
        return found

    def bring(self, name: str, data: bytes) -> None:
        """A certificate without signature is brought, as another system would; taken at once."""
        part = self._in / f"{name}.part"
        part.write_bytes(data)
        os.utime(part, (0, 0))
        part.replace(self._in / name)

    def taken(self, dropped: Dropped, number: str) -> None:
        """It lies in `done` under its number."""
        place = self._done / number
        place.mkdir(mode=0o700, exist_ok=True)
        for name in (f"{dropped.name}.p7s", dropped.name):
            if (self._in / name).is_file():
                (self._in / name).replace(place / name)
        (self._out / number).mkdir(mode=0o700, exist_ok=True)

    def missing(self, number: str, names: Sequence[str]) -> list[str]:
        """Those that are not in `out`."""
        return [name for name in names if not (self._out / number / name).exists()]

    def put(self, number: str, name: str, data: bytes) -> None:
        """The file is in `out`."""
        place = self._out / number
        place.mkdir(mode=0o700, exist_ok=True)
        part = place / f".{name}.part"
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place / name)


class Drops:
    """Takes certificates and brings answers; run `run` as a task."""

    def __init__(
        self, store: Store, blobs: Blobs, clock: Clock, papers: PaperProcess, transport: CertificateTransport
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._papers = papers
        self._transport = transport

    async def run(self) -> None:
        """Until the task is cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(LOOK_S)

    async def step(self) -> int:
        """What is there is taken, what is to go out goes out; how many came.

        After: a page that lasts while something cannot be taken: who took it is not called for it at every look.
        """
        try:
            found = await asyncio.to_thread(self._transport.incoming, self._clock.now())
        except OSError:
            log.exception("dropped files cannot be read")
            await self._store.write(_stopped)
            return 0
        whole = not self._transport.left()
        if not whole:
            await self._store.write(_stopped)
        for one in found:
            try:
                await self._take(one)
            except Exception:
                log.exception("a dropped file could not be taken")
                await self._store.write(_stopped)
                whole = False
        if whole and await self._store.read(lambda rx: oncall.stands(rx, *STOPPED)):
            await self._store.write(lambda tx: oncall.over(tx, *STOPPED))
        await self._bring()
        return len(found)

    async def _take(self, one: Dropped) -> None:
        """One certificate is a case; whatever it says, its original is kept."""
        name = _shown(one.name)
        files = [await self._kept(name, one.data)]
        if one.signature:
            files.append(await self._kept(f"{name}.p7s", one.signature))
        seal, (form, paper) = await self._seal(one), await self._form(one)
        number = await self._store.write(lambda tx: _arrive(tx, one, seal, form, paper, files))
        await asyncio.to_thread(self._transport.taken, one, number)

    async def _kept(self, name: str, data: bytes) -> tuple[str, str, int]:
        digest = await asyncio.to_thread(self._blobs.put, data)
        return name, digest.hex(), len(data)

    async def _seal(self, one: Dropped) -> SealResult | None:
        if not one.signature:
            return None
        try:
            return await self._papers.seal(one.data, one.signature)
        except Invalid:
            return SealResult(state="broken")

    async def _form(self, one: Dropped) -> tuple[Form, PaperResult | None]:
        try:
            paper = await self._papers.paper(one.data)
        except Invalid:
            return Form(), None
        return reading.of_paper(paper.kind, paper.text, paper.fields), paper

    async def _bring(self) -> None:
        """Receipts and letters that have not gone out go out."""
        waiting = await self._store.read(_to_bring)
        for number, files in waiting:
            names = await asyncio.to_thread(self._transport.missing, number, list(files))
            for name in names:
                made = files[name]
                data = made.encode() if isinstance(made, str) else await asyncio.to_thread(as_pdf, made)
                await asyncio.to_thread(self._transport.put, number, name, data)


def _shown(name: str) -> str:
    """The name of a file as it can be written down: not every one is text."""
    return name.encode("utf-8", "replace").decode()


def _stopped(tx: Tx) -> None:
    oncall.page(tx, *STOPPED, "drop", urgent=True, lasting=True)


def _arrive(
    tx: Tx, one: Dropped, seal: SealResult | None, form: Form, paper: PaperResult | None,
    files: Sequence[tuple[str, str, int]],
) -> str:  # fmt: skip
    authority_id, proof = certificates.judged(tx, seal, tx.now)
    covered, name = sha256(one.data).hexdigest(), _shown(one.name)
    arrival = Arrival(
        channel=DROP, message_ref=certificates.ref_of(seal, proof, covered) or f"drop:{covered}", sender=name,
        instrument=form.instrument or form.asked or intake.UNKNOWN, authority_id=authority_id, fields=form.fields,
        targets=form.targets, files=files, proof=proof,
        actor=f"authority:{authority_id}" if proof.how else "server",
        unread=(name,) if paper is None or paper.silent else (),
        papers=(intake.paper(name, paper),) if paper is not None and paper.kind == "xml" else (),
    )  # fmt: skip
    return intake.arrive(tx, arrival).number


def _to_bring(rx: Reader) -> list[tuple[str, dict[str, str | Body]]]:
    """(number, files by name) of open dropped cases, and of those closed lately."""
    found = []
    for order_id in rows.dropped(rx, rx.now - 7 * 86_400):
        order = envelope.get(rx, order_id)
        receipt = receipts.of_order(rx, order_id)
        files: dict[str, str | Body] = {}
        if receipt is not None and receipt.text:
            files["receipt.txt"] = receipt.text
        sent = [one for one in answers.of_order(rx, order_id) if one.state == answers.SENT]
        files |= {f"letter-{one.letter_id}.pdf": one.body for one in sent}
        found.append((order.number, files))
    return found
