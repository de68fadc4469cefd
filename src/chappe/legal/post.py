"""The mail of authorities: kept before it is answered, read in a limited process, and made a case each.

Source: requirements/legal-intake, tco/3(5), rfc/3834#2
What a mail says of its sender proves nothing; a signature by a registered certificate does. A mail that names a case
belongs to it if it is from who wrote before. What machines write back is set aside, and written down.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from chappe import jobs
from chappe.base.clock import Clock
from chappe.base.errors import Invalid, TooMany
from chappe.domain import journal, limits, oncall
from chappe.domain.limits import Rate
from chappe.legal import authorities, certificates, envelope, intake, reading
from chappe.legal.intake import Arrival, Proof, Received
from chappe.legal.reading import Form
from chappe.legal.records import MAIL, Order
from chappe.media import Enclosure, LetterResult, PaperProcess, PaperResult, SealResult
from chappe.store import Reader, Row, Store, StoreUnavailable, Tx
from chappe.store.blobs import Blobs
from chappe.store.legal import letters_in as rows

log = logging.getLogger("chappe.legal")
LOOK_S, AT_ONCE, AT_ONE_TIME = 1.0, 32, 4
RETRY_S, LONGEST_RETRY_S, TRIES = 3, 300, 3
LATE_S = 60
STOPPED = ("intake_stopped", "mail")
"""The page for letters that cannot be filed, and what it is about."""
AGAIN_S = 3600
"""The same letter after so long is a question what became of it: its receipt goes out again."""
OF_ONE_PLACE, MEGABYTES = Rate(5000, 3600), Rate(2000, 3600)
"""Letters of one network in an hour, and how much they hold."""
PARSED_S = 30.0
"""So long the attachments of one letter are looked at; what is left is for a person to read."""
FORMS, ENCLOSURES = 10, 40
READ = (".pdf", ".json", ".txt", ".xml")
READ_AS = ("application/pdf", "application/json", "text/plain", "application/xml", "text/xml")
_NUMBER = re.compile(r"\bL-[0-9]{4}-[0-9]{1,9}\b")
_TRACE = re.compile(
    rb"(?:^|\r?\n)(?:received|return-path|delivered-to|x-original-to):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.I
)
_EMPTY = LetterResult("", (), "", "", "", "", "", False, "", ())


@dataclass(frozen=True, slots=True)
class Kept:
    """What a letter is answered. Shape: a code of SMTP, and words."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Came:
    """Announced when a letter was kept: who reads them need not wait."""


class Post:
    """Keeps letters and makes cases of them; let it `listen` and run `run` as a task."""

    def __init__(self, store: Store, blobs: Blobs, clock: Clock, papers: PaperProcess) -> None:
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._papers = papers
        self._woken = jobs.Woken(LOOK_S)

    async def keep(
        self, sender: str, recipients: Sequence[str], data: bytes, peer: str, helo: str, *, secure: bool
    ) -> Kept:
        """The letter is durable and will be a case, or is answered that it is not; the same one is kept once."""
        ref = ref_of(data)
        try:
            await self._store.read(lambda rx: _require_room(rx, ref, peer))  # before anything of it lies on the disk
            digest = await asyncio.to_thread(self._blobs.put, data)
            facts = (sender[:300], " ".join(recipients)[:1000], peer, helo[:255])
            await self._store.write(lambda tx: _keep(tx, ref, digest, len(data), facts, secure))
        except TooMany:
            return Kept(451, "4.7.1 Too many letters from there, try again later")
        except StoreUnavailable:
            log.error("a letter could not be kept: no room")
            return Kept(452, "4.3.1 No room now, try again later")
        return Kept(250, f"2.0.0 Kept as {ref[:16]}")

    def listen(self) -> None:
        """From now on a letter that came wakes the work."""
        self._woken.listen(self._store, Came)

    async def run(self) -> None:
        """Letters become cases as they come, until the task is cancelled."""
        await self._woken.run(self.step)

    async def step(self) -> bool:
        """Letters whose turn it is are read; True if there may be more.

        After: a page that lasts while letters cannot be filed: who took it is not called for it at every try.
        """
        now = int(self._clock.now())
        waiting = await self._store.read(lambda rx: rows.waiting(rx, now, AT_ONCE))
        for start in range(0, len(waiting), AT_ONE_TIME):
            await asyncio.gather(*(self._file(row) for row in waiting[start : start + AT_ONE_TIME]))
        mended = await self._store.read(_mended) if waiting else False
        if mended:
            await self._store.write(lambda tx: oncall.over(tx, *STOPPED))
        return len(waiting) == AT_ONCE

    async def _file(self, row: Row) -> None:
        """One letter is a case, or tried again; people are told if that goes on for a minute."""
        digest, size, tries = row[1], row[2], row[12]
        try:
            raw = await asyncio.to_thread(self._blobs.read, bytes.fromhex(digest), 0, size)
            read = await self._read(raw, tries)
            files = [("letter.eml", digest, size), *await self._keep_enclosures(read.enclosures)]
            came = _Letter(row, read, await self._inside(read), tuple(files))
            await self._store.write(lambda tx: _file(tx, came))
        except Exception as error:
            if not isinstance(error, TooMany):
                log.exception("a letter could not be filed")
            wait_s, why = min(RETRY_S * 2 ** min(tries, 10), LONGEST_RETRY_S), type(error).__name__
            await self._store.write(lambda tx: _later(tx, row, wait_s, why))

    async def _read(self, raw: bytes, tries: int) -> LetterResult:
        """The mail taken apart; one that no process can read is a letter that says nothing but is there."""
        try:
            return await self._papers.letter(raw)
        except Invalid as refusal:
            if refusal.facts.get("cause") in ("crash", "time") and tries < TRIES - 1:
                raise
            return _EMPTY

    async def _inside(self, read: LetterResult) -> "_Inside":
        """What the letter holds: orders in its text, else in what is enclosed; documents that only people read."""
        parts = [_Part(reading.of_text(read.text))]
        beside = {one.name.lower(): one.data for one in read.enclosures}
        unread, papers = [], []
        began = self._clock.monotonic()
        for one in read.enclosures[:ENCLOSURES]:
            if one.name.lower().endswith(".p7s"):
                continue
            in_time = self._clock.monotonic() - began <= PARSED_S  # others wait behind what takes long
            paper = await self._paper(one) if in_time else None
            if _readable(one) and (paper is None or paper.silent):
                unread.append(one.name)
            if paper is not None and paper.kind == "xml":
                papers.append(intake.paper(one.name, paper))
            made = beside.get(f"{one.name.lower()}.p7s", b"") if read.seal is None else b""
            form = reading.of_paper(paper.kind, paper.text, paper.fields) if paper is not None else Form()
            parts.append(_Part(form, await self._seal(one.data, made), sha256(one.data).hexdigest()))
        named = [one for one in parts if one.form.instrument][:FORMS]
        sealed = [one for one in parts if one.seal is not None]
        return _Inside(
            named or [one for one in parts if one.form.asked][:1] or sealed[:1], tuple(unread), tuple(papers)
        )

    async def _paper(self, one: Enclosure) -> PaperResult | None:
        """What is enclosed, None where nothing here looks into such a file, or cannot."""
        if not _readable(one):
            return None
        try:
            return await self._papers.paper(one.data)
        except Invalid:
            return None

    async def _seal(self, data: bytes, made: bytes) -> SealResult | None:
        if not made:
            return None
        try:
            return await self._papers.seal(data, made)
        except Invalid:
            return SealResult(state="broken")

    async def _keep_enclosures(self, enclosed: Sequence[Enclosure]) -> list[tuple[str, str, int]]:
        kept = []
        for one in enclosed[:ENCLOSURES]:
            digest = await asyncio.to_thread(self._blobs.put, one.data)
            kept.append((one.name, digest.hex(), len(one.data)))
        return kept


@dataclass(frozen=True, slots=True)
class _Part:
    """A form, with the detached signature that came beside it; covered is the digest of what that signs."""

    form: Form
    seal: SealResult | None = None
    covered: str = ""


@dataclass(frozen=True, slots=True)
class _Inside:
    """What a letter holds. Shape: as `Arrival` names what no machine here reads."""

    parts: list[_Part]
    unread: tuple[str, ...] = ()
    papers: tuple[intake.Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter with all that was found in it."""

    row: Row
    read: LetterResult
    inside: _Inside
    files: tuple[tuple[str, str, int], ...]

    @property
    def ordered(self) -> bool:
        """True if it holds an order that names its instrument."""
        return any(one.form.instrument for one in self.inside.parts)

    @property
    def letter_no(self) -> int:
        return int(self.row[0])

    @property
    def received_at(self) -> int:
        return int(self.row[8])


def ref_of(data: bytes) -> str:
    """The digest of a letter without the lines that transport adds: sent again, by another way, it is the same."""
    head, gap, body = data.partition(b"\r\n\r\n")
    return sha256(_TRACE.sub(b"", head[:200_000]).strip() + head[200_000:] + gap + body).hexdigest()


def oldest_waiting(rx: Reader) -> int:
    """When the oldest letter came that is no case yet; 0 without one."""
    return rows.oldest_waiting(rx)


def _keep(tx: Tx, ref: str, digest: bytes, size: int, facts: tuple[str, str, str, str], secure: bool) -> None:
    known = rows.by_ref(tx, ref)
    if known:
        _came_again(tx, known)
        return
    sender, recipients, peer, helo = facts
    if _is_far(peer):
        limits.take(tx, f"legal-mail:{limits.network(peer)}", OF_ONE_PLACE)
        limits.take(tx, f"legal-mail-mb:{limits.network(peer)}", MEGABYTES, -(-size // 2**20))
    rows.add(tx, ref, digest, size, sender, recipients, peer, helo, secure)
    tx.announce(Came())


def _require_room(rx: Reader, ref: str, peer: str) -> None:
    """One more letter from there may be kept. Errors: TooMany flood_wait_x."""
    if _is_far(peer) and not rows.by_ref(rx, ref):
        limits.require(rx, f"legal-mail:{limits.network(peer)}", OF_ONE_PLACE)
        limits.require(rx, f"legal-mail-mb:{limits.network(peer)}", MEGABYTES)


def _is_far(peer: str) -> bool:
    return not peer.startswith("127.") and peer != "::1"


def _came_again(tx: Tx, letter_no: int) -> None:
    """Soon after, the sender did not hear our answer; long after, it asks what became of it."""
    row = rows.find(tx, letter_no)
    if row is not None and row[9] == "filed" and tx.now - row[8] >= AGAIN_S:
        rows.wait_again(tx, letter_no)
        tx.announce(Came())


def _file(tx: Tx, came: _Letter) -> None:
    """The letter is a word about an order, one or more orders, or set aside. After: journal letter_set_aside."""
    row = rows.find(tx, came.letter_no)
    if row is None or row[9] != "waiting":
        return
    authority_id, proof = _sender(tx, came, came.read.seal)
    known = bool(authority_id) or bool(proof.how or proof.doubt)
    if not known and not came.inside.parts and not came.inside.papers and _by_machine(came):
        rows.settle(tx, came.letter_no, "set_aside", 0, "automatic")
        journal.record(tx, "letter_set_aside", "server", f"letter:{came.letter_no}", reason="automatic")
        return
    order = _belongs_to(tx, came, authority_id)
    if order is not None and not came.ordered:
        _join(tx, came, order, authority_id if proof.how else 0)
        return
    received = [intake.arrive(tx, one) for one in _arrivals(tx, came)]
    _thread(tx, came, received)
    rows.settle(tx, came.letter_no, "filed", received[0].order.order_id, "")


def _sender(rx: Reader, came: _Letter, seal: SealResult | None) -> tuple[int, Proof]:
    """(which authority it is, or says it is; how that is proven)."""
    signer, proof = certificates.judged(rx, seal, rx.now)
    said = authorities.by_email(rx, came.read.sender) if came.read.sender else None
    if signer and said is not None and said.authority_id != signer:
        return signer, Proof(doubt="sender_other")
    return signer or (said.authority_id if said is not None else 0), proof


def _by_machine(came: _Letter) -> bool:
    """True for answers of machines: a bounce has no sender to answer to. Source: rfc/3834#2"""
    return came.read.automatic or not came.row[3]


def _belongs_to(rx: Reader, came: _Letter, authority_id: int) -> Order | None:
    """The case that the letter names, if it is from who wrote before."""
    for number in dict.fromkeys(_NUMBER.findall(f"{came.read.subject}\n{came.read.text[:2000]}".upper())):
        order = envelope.by_number(rx, number)
        if order is None:
            continue
        theirs = authority_id and order.authority_id == authority_id
        if theirs or (came.read.sender and order.sender.lower() == came.read.sender.lower()):
            return order
    return None


def _join(tx: Tx, came: _Letter, order: Order, proven: int) -> None:
    """The letter is a word about the order; by whom is only said where it is proven."""
    author = f"authority:{proven}" if proven else "sender"
    said = f"{came.read.subject}\n\n{came.read.text}".strip() or "…"
    intake.say(tx, order.order_id, author, said, f"letter:{came.letter_no}", came.files)
    rows.settle(tx, came.letter_no, "joined", order.order_id, "")


def _arrivals(rx: Reader, came: _Letter) -> list[Arrival]:
    """Each order in the letter as it comes in; a letter without one is one of kind `unknown`."""
    made = []
    for no, part in enumerate(came.inside.parts or [_Part(Form())]):
        authority_id, proof = _sender(rx, came, part.seal or came.read.seal)
        own = certificates.ref_of(part.seal, proof, part.covered)
        ref = certificates.ref_of(came.read.seal, proof, came.read.covered) or f"letter:{came.letter_no}"
        made.append(Arrival(
            channel=MAIL, message_ref=own or (f"{ref}#{no}" if no else ref), sender=came.read.sender or came.row[3],
            instrument=part.form.instrument or part.form.asked or intake.UNKNOWN, authority_id=authority_id,
            fields=part.form.fields, targets=part.form.targets, files=came.files, proof=proof,
            actor=f"authority:{authority_id}" if proof.how else "server", language=_language(came.read),
            reply_to=_answers_to(came), reply_ref=came.read.message_id, received_at=came.received_at,
            unread=came.inside.unread, papers=came.inside.papers,
        ))  # fmt: skip
    return made


def _thread(tx: Tx, came: _Letter, received: Sequence[Received]) -> None:
    """What the letter says in words stands beside the case, where no form said it."""
    said = f"{came.read.subject}\n\n{came.read.text}".strip()
    first = received[0]
    if said and not first.again and not any(one.form.instrument for one in came.inside.parts):
        intake.say(tx, first.order.order_id, "sender", said, f"letter:{came.letter_no}")


def _readable(one: Enclosure) -> bool:
    """True for a file in which an order is looked for."""
    return one.name.lower().endswith(READ) or one.mime_type in READ_AS


def _answers_to(came: _Letter) -> str:
    """Where a receipt is sent: who says to have written it, but never what must not be answered."""
    address = came.read.sender
    if came.read.automatic and not (came.inside.parts or came.inside.papers):
        return ""
    ours = {one.lower() for one in str(came.row[4]).split()}
    return address if address and address.lower() not in ours and address.count("@") == 1 else ""


def _language(read: LetterResult) -> str:
    """French or English, by what the mail says of itself, else by its commonest words."""
    if read.language[:2].lower() in ("fr", "en"):
        return read.language[:2].lower()
    words = f" {read.subject} {read.text[:4000]} ".casefold().split()
    french = sum(words.count(one) for one in ("le", "la", "les", "de", "des", "du", "et", "vous", "une", "est"))
    english = sum(words.count(one) for one in ("the", "of", "and", "to", "in", "you", "is", "for", "that", "we"))
    return "fr" if french > english else "en"


def _later(tx: Tx, row: Row, wait_s: int, why: str) -> None:
    rows.later(tx, row[0], tx.now + wait_s, why)
    if tx.now - row[8] >= LATE_S:
        oncall.page(tx, *STOPPED, f"letter {row[0]}", urgent=True, lasting=True)


def _mended(rx: Reader) -> bool:
    """True if people were called for letters, and none fails any more."""
    return oncall.stands(rx, *STOPPED) and not rows.failing(rx)
