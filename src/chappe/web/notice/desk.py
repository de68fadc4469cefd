"""Who does a notifier's acts for the pages: the store, the blobs, the process that draws pictures anew.

Source: dsa/16
"""

import asyncio
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.datastructures import UploadFile

from chappe.base import Clock, Invalid, Refusal, TooMany
from chappe.base.ids import Entropy
from chappe.domain import decisions, limits
from chappe.domain.limits import Rate
from chappe.domain.rulings import Item
from chappe.media import MediaProcess, Size
from chappe.safety import Case, Desk, Filing, Notice, Notifier, attachments, complaints, items, locations, notices
from chappe.safety.attachments import Attachment
from chappe.safety.complaints import Complaint
from chappe.safety.locations import Found, Named
from chappe.safety.records import FORM, IN_REVIEW, MEASURE, REOPENED
from chappe.store import Reader, Store, Tx
from chappe.store.blobs import Blobs
from chappe.web import formats
from chappe.web.language import Texts
from chappe.web.notice import form
from chappe.web.notice.form import Faults, Written
from chappe.web.public import clean

SENT = Rate(1200, 3600)
"""Forms from one address, looked over or sent: twice as many as notices about children that are taken from one."""
MEGABYTES = Rate(1000, 3600)
"""Of files that come with forms from one address."""
COMPLAINED = Rate(30, 3600)
DRAFT_BYTES = 16
LARGEST_SHOWN = 1280
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/avif")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the form says, found again on this server. Shape: faults empty when it may be sent."""

    written: Written
    found: tuple[Found, ...] = ()
    files: tuple[Attachment, ...] = ()
    faults: Faults = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a notice stands, for who has its link.

    Shape: outcome is acted, partly, refused, gone or empty; automated none, partial or full; appeal_until is 0 where
    there is nothing to object to.
    """

    notice: Notice
    state: str
    outcome: str
    automated: str
    places: tuple[Named, ...]
    files: tuple[Attachment, ...]
    complaint: Complaint | None
    appeal_until: int
    entry: int
    """The journal's entry about it."""


class NoticeDesk:
    """The acts as the pages call them; every refusal is the domain's or the room's."""

    def __init__(
        self, store: Store, blobs: Blobs, clock: Clock, entropy: Entropy, desk: Desk, media: MediaProcess | None = None
    ) -> None:
        """`media` None where pictures are not drawn anew: then files have names alone."""
        self.store = store
        self._blobs = blobs
        self.clock = clock
        self.entropy = entropy
        self._media = media
        self.desk = desk

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock.now())

    async def require_turn(self, network: str) -> None:
        """A form may come from there now; before its body is read. Errors: TooMany flood_wait_x."""
        if self.desk.limited:
            await self.store.read(lambda rx: limits.require(rx, f"notice-form:{network}", SENT))

    async def check(self, written: Written, network: str, hosts: frozenset[str], t: Texts) -> Checked:
        """What the form says and what is wrong with it; its files are kept with its draft.

        Errors: TooMany flood_wait_x.
        """
        if self.desk.limited:
            await self.store.write(lambda tx: _count(tx, network, sum(one.size or 0 for one in written.files)))
        draft = written.draft or self.entropy(DRAFT_BYTES).hex()
        wrong = form.faults(written, t)
        files, refused = await self._keep_files(written, draft, t)
        if refused:
            wrong["files"] = refused
        found, lost = await self.store.read(lambda rx: _find(rx, written, hosts, t))
        if lost:
            wrong["where"] = lost
        clear = Written(
            **{name: getattr(written, name) for name in form.FIELDS}, faith=written.faith, draft=draft
        )  # fmt: skip
        return Checked(clear, tuple(found), tuple(files), wrong)

    async def send(self, checked: Checked, network: str, lang: str) -> str:
        """The notice stands; the token of its page. The same draft sent again is the same notice.

        Errors: as `notices.file`.
        """
        written, token = checked.written, _token_of(checked.written.draft)
        notifier = Notifier(name=written.name, email=written.email, lang=lang, network=network)

        def act(tx: Tx) -> None:
            if notices.by_token(tx, token) is not None:
                return
            named = [(one.address, items.named(tx, one.item)) for one in checked.found]
            said = (written.category, written.keyword, written.explanation)
            filed = notices.file(tx, self.desk, notifier, Filing(FORM, *said, tuple(one for _, one in named)), token)
            locations.keep(tx, filed.notice_id, named)
            attachments.send(tx, written.draft, filed.notice_id)

        await self.store.write(act)
        return token

    async def look(self, token: str) -> Standing | None:
        """How the notice stands; None for a link that is none."""
        return await self.store.read(lambda rx: _by_token(rx, token))

    async def complain(self, token: str, said: str, network: str) -> Complaint:
        """The refusal is objected to. Errors: as `complaints.file_about_notice`; TooMany flood_wait_x."""

        def act(tx: Tx) -> Complaint:
            self._count_complaint(tx, network)
            return complaints.file_about_notice(tx, token, said)

        return await self.store.write(act)

    def _count_complaint(self, tx: Tx, network: str) -> None:
        if self.desk.limited:
            limits.take(tx, f"complaint-form:{network}", COMPLAINED)

    async def _keep_files(self, written: Written, draft: str, t: Texts) -> tuple[list[Attachment], list[str]]:
        """(the draft's files now, what was wrong with those that came)."""
        wrong: list[str] = []
        for file_no in written.drop:
            await self.store.write(lambda tx, file_no=file_no: attachments.leave_out(tx, draft, file_no))  # type: ignore[misc]
        for upload in written.files:
            name = clean.file_name(upload.filename or "", "file")[: attachments.NAME_LENGTH]
            if not upload.size:
                wrong.append(t.notice_wrong_files_empty.format(name=form.line(name)))
            elif upload.size > attachments.SIZE_BYTES:
                most = formats.size(t, attachments.SIZE_BYTES)
                wrong.append(t.notice_wrong_files_size.format(name=form.line(name), size=most))
            elif not await self._kept(upload, name, draft):
                wrong.append(t.notice_wrong_files_many.format(most=attachments.FILES))
                break
        return await self.store.read(lambda rx: attachments.of_draft(rx, draft)), wrong

    async def _kept(self, upload: UploadFile, name: str, draft: str) -> bool:
        """True if the file is the draft's, False if the draft has too many."""
        there = await self.store.read(lambda rx: attachments.of_draft(rx, draft))
        data = await upload.read()
        digest = sha256(data).digest()
        if (digest, name) in {(one.sha256, one.name) for one in there}:
            return True
        if len(there) >= attachments.FILES:
            return False
        await asyncio.to_thread(self._blobs.put, data)
        mime_type, shown = await self._drawn(data)
        drawn = await asyncio.to_thread(self._blobs.put, shown.jpeg) if shown else None
        width, height = (shown.width, shown.height) if shown else (0, 0)
        file = Attachment(0, name, mime_type, len(data), digest, drawn, width, height)
        await self.store.write(lambda tx: attachments.add(tx, draft, file))
        return True

    async def _drawn(self, data: bytes) -> tuple[str, Size | None]:
        """(the type by content, the picture drawn anew); nothing is decoded in this process."""
        if self._media is None:
            return "application/octet-stream", None
        try:
            mime_type = await self._media.sniff(data)
            if mime_type not in PICTURES:
                return mime_type, None
            sizes = (await self._media.photo(data)).sizes
        except (Invalid, TooMany):
            return "application/octet-stream", None
        fitting = [size for size in sizes if max(size.width, size.height) <= LARGEST_SHOWN]
        return mime_type, (fitting or list(sizes))[-1]


def _count(tx: Tx, network: str, size: int) -> None:
    """One more form came from there, with so many bytes of files. Errors: TooMany flood_wait_x."""
    limits.take(tx, f"notice-form:{network}", SENT)
    if size:
        limits.take(tx, f"notice-mb:{network}", MEGABYTES, -(-size // 2**20))


def _token_of(draft: str) -> str:
    """The token of the notice that a draft becomes, so that sending twice makes one."""
    return sha256(b"notice\x00" + draft.encode()).hexdigest()[:32]


def _find(rx: Reader, written: Written, hosts: frozenset[str], t: Texts) -> tuple[list[Found], list[str]]:
    """(what the addresses mean, what is wrong with them)."""
    wrong = form.too_many_places(written, t)
    found: list[Found] = []
    said = {"location_malformed": t.notice_wrong_where_bad, "location_elsewhere": t.notice_wrong_where_elsewhere}
    for address in written.places[: form.PLACES]:
        try:
            found.append(locations.look(rx, address, locations.read(address, hosts)))
        except Refusal as refusal:
            text = said.get(refusal.reason, t.notice_wrong_where_missing)
            wrong.append(text.format(line=form.line(address)))
    return found, wrong


def _by_token(rx: Reader, token: str) -> Standing | None:
    notice = notices.by_token(rx, token)
    return standing(rx, notice) if notice is not None else None


def standing(rx: Reader, notice: Notice) -> Standing:
    """How the notice stands."""
    there = notices.items_of(rx, notice.notice_id)
    cases = {case.case_id: case for _, case in there}
    acted = [case for _, case in there if case.outcome == MEASURE]
    complaint = complaints.of_notice(rx, notice.notice_id)
    refused = complaints.refused_cases(rx, notice)
    until = notice.decided_at + complaints.WINDOW_S if refused and complaint is None else 0
    files = tuple(attachments.of_notice(rx, notice.notice_id))
    outcome = _outcome(notice, len(acted), len(there))
    automated = _automated(rx, [located.item for located, _ in there]) if acted else "none"
    places = tuple(locations.of_notice(rx, notice.notice_id, there))
    return Standing(notice, _state(notice, list(cases.values())), outcome, automated, places, files, complaint, until,
                    notices.entry_of(rx, notice.notice_id))  # fmt: skip


def _state(notice: Notice, found: list[Case]) -> str:
    states = {case.state for case in found}
    if REOPENED in states:
        return "reopened"
    if notice.decided_at:
        return "decided"
    return "in_review" if IN_REVIEW in states or any(case.claimed_by for case in found) else "received"


def _outcome(notice: Notice, acted: int, items: int) -> str:
    if not notice.decided_at:
        return ""
    if acted:
        return "acted" if acted == items else "partly"
    return "gone" if notice.outcome == "gone" else "refused"


def _automated(rx: Reader, found: list[Item]) -> str:
    """How much of it a machine decided. Source: dsa/16(6)"""
    known = {one.automated_decision for item in found for one in decisions.about(rx, item)[:1]}
    return next((word for word in ("full", "partial") if word in known), "none")
