"""Packages: what was approved is read out, sealed to the authority's key, fetched by it alone, and destroyed.

Source: requirements/legal-packages, evidence/10, dsa/10(1)
Who builds is a job over rows: a restart in the middle begins that package anew, and leaves nothing of the first.
"""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from chappe.base.clock import Clock
from chappe.base.errors import Conflict, Invalid, NotFound, Refusal, TooMany
from chappe.base.ids import UserId
from chappe.domain import bots, journal, limits, oncall, outbox, retention
from chappe.domain.limits import Rate
from chappe.domain.outbox import Message
from chappe.domain.personal import Record
from chappe.legal import (
    approvals,
    authorities,
    collect,
    disclosure_words,
    envelope,
    holds,
    leaves,
    packing,
    straying,
    telling,
)
from chappe.legal.approvals import APPROVED, DESTROYED, EMPTY, FAILED, READY, WITHDRAWN, Disclosure
from chappe.legal.authorities import Authority
from chappe.legal.collect import Piece, Place
from chappe.legal.office import Office
from chappe.legal.packing import Packed
from chappe.legal.receipts import MAIL
from chappe.legal.records import EXECUTED, EXECUTING, IMPOSSIBLE, PARTIALLY_EXECUTED, Order
from chappe.legal.signing import Signing
from chappe.store import Reader, Store, Tx, Value
from chappe.store.legal import disclosures as rows

log = logging.getLogger("chappe.legal")
AT_ONCE = 20
TRIES = 5
RETRY_S = 60
LEAST_S = 7 * 86_400
"""An authority has a week at least to fetch a package."""
READINGS = Rate(100, 3600)
"""Readings of one package in an hour, each of which is written down."""
LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Fetched:
    """A package that an authority may read now. Shape: sha256 of the blob; name as the file is called."""

    disclosure_id: int
    sha256: bytes
    size_bytes: int
    name: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    found: Disclosure
    order: Order
    authority: Authority
    authors: set[UserId] = field(default_factory=set)
    """Who wrote the messages that are handed over by themselves: noted while they are read out."""

    def noted(self, piece: Piece, found: list[Record]) -> list[Record]:
        """The records, of a named message with who wrote it noted."""
        if piece.key.startswith("message:"):
            said = [str(one.data.get("written_by") or one.data.get("from", "")) for one in found]
            self.authors.update(UserId(int(one[5:])) for one in said if one.startswith("user:"))
        return found


class Packages:
    """Builds and destroys packages; `build_due` and `destroy_due` are steps of a job."""

    def __init__(
        self, store: Store, blobs: packing.Blobs, clock: Clock, signing: Signing, office: Office
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._signing = signing
        self._office = office

    async def build_due(self) -> bool:
        """Approved packages that are due are built, one after the other; True if there was one."""
        now = int(self._clock.now())
        due = await self._store.read(lambda rx: rows.to_build(rx, now, AT_ONCE))
        for disclosure_id in due:
            await self._build(disclosure_id)
        return bool(due)

    async def _build(self, disclosure_id: int) -> None:
        try:
            wanted = await self._store.read(partial(_wanted, disclosure_id=disclosure_id, office=self._office))
            head = _head(wanted, self._office, int(self._clock.now()))
            pages = partial(self._pages, asyncio.get_running_loop(), wanted)
            packed = await asyncio.to_thread(
                packing.pack, self._blobs, self._signing, wanted.authority.profile.age_key, head,
                wanted.found.scope.pieces, pages, wanted.order.language,
            )  # fmt: skip
        except Exception:
            log.exception("a package could not be built", extra={"disclosure": disclosure_id})
            await self._store.write(partial(_failed, disclosure_id=disclosure_id))
            return
        kept = await self._store.write(partial(_built, wanted=wanted, packed=packed, office=self._office))
        if not kept:
            await asyncio.to_thread(self._blobs.delete, packed.sha256, float("inf"))

    def _pages(self, loop: asyncio.AbstractEventLoop, wanted: _Wanted, number: int) -> Iterator[list[Record]]:
        """What there is of one piece, then what a hold kept of it that is gone since. Called on the packing thread."""
        piece, scope = wanted.found.scope.pieces[number], collect.Scope((wanted.found.scope.pieces[number],))
        seen: set[str] = set()
        place: Place | None = Place()
        while place is not None:
            found, place = self._asked(loop, partial(collect.page, said=scope, place=place))
            seen |= {one.key for one in found}
            yield wanted.noted(piece, found)
        authority_id = wanted.authority.authority_id
        for hold in self._asked(loop, partial(holds.kept_for, authority_id=authority_id, one=piece)):
            above, first = "", True
            while above or first:
                kept, above = self._asked(loop, partial(holds.page, hold=hold, one=piece, above=above))
                first = False
                fresh = [one for one in kept if one.key not in seen]
                seen |= {one.key for one in fresh}
                yield wanted.noted(piece, fresh)

    def _asked(self, loop: asyncio.AbstractEventLoop, query: Any) -> Any:
        async def ask() -> Any:
            return await self._store.read(query)

        return asyncio.run_coroutine_threadsafe(ask(), loop).result()

    async def end_void(self) -> bool:
        """What an order that was taken back, or was false, would have handed over is not; True if there was any."""
        void = await self._store.read(lambda rx: rows.void(rx, AT_ONCE))
        for disclosure_id in void:
            await self._store.write(partial(_ended, disclosure_id=disclosure_id))
        return bool(void)

    async def hasten(self) -> bool:
        """What waits for another authority is due once that has said that it does not object. Source: evidence/10"""
        now = int(self._clock.now())
        waiting = await self._store.read(lambda rx: rows.held_back(rx, now, AT_ONCE))
        for disclosure_id, _ in waiting:
            await self._store.write(partial(_hasten, disclosure_id=disclosure_id))
        return False

    async def destroy_due(self) -> bool:
        """Packages whose time is over are destroyed; True if there were some."""
        now = int(self._clock.now())
        over = await self._store.read(lambda rx: rows.to_destroy(rx, now, AT_ONCE))
        for disclosure_id, digest in over:
            # First the bytes: a crash between the two leaves a row that says where nothing is, never the reverse.
            await asyncio.to_thread(self._blobs.delete, digest, float("inf"))
            await self._store.write(partial(_destroyed, disclosure_id=disclosure_id))
        return bool(over)


def fetch(tx: Tx, disclosure_id: int, authority_id: int, actor: str, order_id: int = 0) -> Fetched | Refusal:
    """The authority reads the package now; that it did is in the package's log.

    Source: requirements/legal-packages
    Shape: actor is authority:N; order_id the order it is asked for under, 0 for any of its own.
    Errors: returned: NotFound disclosure_unknown, for another's and for none alike; Conflict authority_not_in_force,
    disclosure_not_ready, disclosure_over, order_withdrawn, order_not_authentic; TooMany flood_wait_x.
    After: journal disclosure_fetched, or disclosure_denied.
    """
    found = _theirs(tx, disclosure_id, authority_id, order_id)
    if found is None:
        return _unknown(tx, disclosure_id, actor)
    refusal: Refusal | None = None
    if not authorities.get(tx, authority_id).holds(tx.now):
        refusal = Conflict("authority_not_in_force")
    elif found.state == DESTROYED or (found.state == READY and found.expires <= tx.now):
        refusal = Conflict("disclosure_over")
    elif rows.is_void(tx, found.order_id):
        refusal = Conflict("order_withdrawn")
    elif found.state != READY:
        refusal = Conflict("disclosure_not_ready")
    elif not envelope.get(tx, found.order_id).authenticity.stands:
        refusal = Conflict("order_not_authentic")
    if refusal is not None:
        return _denied(tx, found, actor, refusal)
    try:
        limits.take(tx, f"package:{disclosure_id}", READINGS)
    except TooMany as often:
        return often
    rows.add_act(tx, disclosure_id, actor, "fetched", "")
    if not found.taken_at:
        rows.change(tx, disclosure_id, READY, {"taken_at": tx.now})
    journal.record(tx, "disclosure_fetched", actor, found.subject, order=found.order_id)
    number = envelope.get(tx, found.order_id).number
    return Fetched(disclosure_id, found.sha256, found.size_bytes, f"{number}-{disclosure_id}.zip.age")


def confirm(tx: Tx, disclosure_id: int, authority_id: int, actor: str, order_id: int = 0) -> Disclosure | Refusal:
    """The authority has it and can read it: the package is destroyed now and not at its date.

    Errors: returned: as `fetch`; Invalid disclosure_not_fetched. After: journal disclosure_confirmed.
    """
    found = _theirs(tx, disclosure_id, authority_id, order_id)
    if found is None:
        return _unknown(tx, disclosure_id, actor)
    refusal: Refusal | None = None
    if found.state != READY:
        refusal = Conflict("disclosure_over" if found.state == DESTROYED else "disclosure_not_ready")
    elif not found.taken_at:
        refusal = Invalid("disclosure_not_fetched")
    if refusal is not None:
        return _denied(tx, found, actor, refusal)
    rows.change(tx, disclosure_id, READY, {"expires": tx.now})
    rows.add_act(tx, disclosure_id, actor, "confirmed", "")
    journal.record(tx, "disclosure_confirmed", actor, found.subject, order=found.order_id)
    return approvals.get(tx, disclosure_id)


def _theirs(rx: Reader, disclosure_id: int, authority_id: int, order_id: int) -> Disclosure | None:
    """The package, if it is one of that authority's, and of that order."""
    if not 0 < disclosure_id <= LARGEST:
        return None
    try:
        found = approvals.get(rx, disclosure_id)
    except NotFound:
        return None
    return found if found.authority_id == authority_id and order_id in (0, found.order_id) else None


def _unknown(tx: Tx, disclosure_id: int, actor: str) -> Refusal:
    """One answer, whether there is such a package or not; what is written down says which it was."""
    refusal = NotFound("disclosure_unknown")
    row = rows.find(tx, disclosure_id) if 0 < disclosure_id <= LARGEST else None
    if row is None:
        straying.written(tx, "disclosure_denied", actor, actor, refusal.reason)
    elif straying.written(tx, "disclosure_denied", actor, f"disclosure:{disclosure_id}", "disclosure_not_yours"):
        rows.add_act(tx, disclosure_id, actor, "denied", "disclosure_not_yours")
    return refusal


def _denied(tx: Tx, found: Disclosure, actor: str, refusal: Refusal) -> Refusal:
    if straying.written(tx, "disclosure_denied", actor, found.subject, refusal.reason):
        rows.add_act(tx, found.disclosure_id, actor, "denied", refusal.reason)
    return refusal


def for_authority(rx: Reader, authority_id: int, order_id: int) -> list[Disclosure]:
    """What the authority finds at its order: packages that are ready or were."""
    found = approvals.of_order(rx, order_id)
    return [one for one in found if one.authority_id == authority_id and one.state in (READY, DESTROYED)]


def _wanted(rx: Reader, disclosure_id: int, office: Office) -> _Wanted:
    found = approvals.get(rx, disclosure_id)
    order = envelope.get(rx, found.order_id)
    authority = authorities.get(rx, found.authority_id)
    if not authority.holds(rx.now):
        raise Conflict("authority_not_in_force")
    if rows.is_void(rx, order.order_id):
        raise Conflict("order_withdrawn")
    approvals.require_standing(rx, found, order, authority, office)
    return _Wanted(found, order, authority)


def _head(wanted: _Wanted, office: Office, now: int) -> dict[str, Any]:
    """The beginning of the manifest: for whom, by which order, what each target was found to be."""
    order, authority, scope = wanted.order, wanted.authority, wanted.found.scope
    return {
        "format": packing.FORMAT,
        "server": office.name,
        "case": order.number,
        "reference": order.external_ref,
        "instrument": order.instrument,
        "legal_basis": order.legal_basis,
        "authority": {"name": authority.name, "country": authority.country, "kind": authority.kind},
        "received": order.received_at,
        "made": now,
        "disclosure": wanted.found.disclosure_id,
        "approved_by_two": [wanted.found.proposed_at, wanted.found.decided_at],
        "targets": [
            {
                "no": one.no, "kind": one.kind, "text": one.text, "category": one.category, "since": one.since,
                "until": one.until,
                "matches": [
                    {"key": key, "how": how, "facts": dict(facts)} for no, key, how, facts in scope.matches
                    if no == one.no
                ],
            }
            for one in order.targets
        ],
        "not_held": "secret chats are end to end: this server holds no key and no text of them",
        "key_published": f"{office.links}authorities.pub",
    }  # fmt: skip


def _built(tx: Tx, wanted: _Wanted, packed: Packed, office: Office) -> bool:
    """The package is there to be fetched, or there was nothing; False if somebody was quicker.

    After: effect and state of the order; its people are told, or will be; journal disclosure_built with a leaf.
    """
    found, order = wanted.found, envelope.get(tx, wanted.order.order_id)
    if not packed.records:
        if not rows.change(tx, found.disclosure_id, APPROVED, {"state": EMPTY, "built_at": tx.now}):
            return False
        rows.add_act(tx, found.disclosure_id, "server", "empty", "")
        journal.record(tx, "disclosure_built", "server", found.subject, order=order.order_id, records=0)
        if order.state == EXECUTING and not _others(tx, found):
            envelope.walk(tx, order, "server", IMPOSSIBLE)
        return False
    life_s = max(LEAST_S, retention.of_country(tx, office.home).package_s)
    values: dict[str, Value] = {
        "state": READY, "manifest": packed.manifest, "signature": packed.signature, "sha256": packed.sha256,
        "size_bytes": packed.size_bytes, "records": packed.records, "built_at": tx.now, "expires": tx.now + life_s,
    }  # fmt: skip
    if not rows.change(tx, found.disclosure_id, APPROVED, values):
        return False
    rows.add_act(tx, found.disclosure_id, "server", "built", f"{packed.records}")
    people = bots.answerable(tx, {*found.scope.people, *wanted.authors})
    envelope.add_act(tx, order.order_id, "server", "disclosure_built", f"{found.disclosure_id}")
    if not order.effect_at:
        order = envelope.set_instant(tx, order, "effect_at")
    leaves.say(
        tx, order, "disclosure_built", "effect", "server", since=order.received_at, count=len(people),
        disclosure=found.disclosure_id, sha256=packed.sha256.hex(),
    )  # fmt: skip
    if order.state == EXECUTING:
        asked, met = {one.no for one in order.targets if one.category}, {one.no for one in found.scope.pieces}
        order = envelope.move(tx, order, EXECUTED if asked <= met else PARTIALLY_EXECUTED, "server")
    envelope.set_outcome(tx, order, order.outcome, order.reason, max(order.people, len(people)))
    telling.schedule(tx, order, telling.DISCLOSURE, people, [one.category for one in found.scope.pieces])
    _tell_authority(tx, wanted, tx.now + life_s, office)
    return True


def _others(rx: Reader, found: Disclosure) -> bool:
    """True if something else was, or is still to be, handed over for the order."""
    states = [one.state for one in approvals.of_order(rx, found.order_id) if one.disclosure_id != found.disclosure_id]
    return bool({READY, APPROVED, DESTROYED} & set(states))


def _tell_authority(tx: Tx, wanted: _Wanted, expires: int, office: Office) -> None:
    """A letter says that it is there, and nothing of what it is."""
    address, order = wanted.authority.profile.email, wanted.order
    if not (office.mails and address):
        return
    said = disclosure_words.of(order.language)
    text = said["ready"].format(
        number=order.number, reference=order.external_ref or "–", date=disclosure_words.moment(expires),
        link=office.portal or office.links,
    )  # fmt: skip
    message = Message(text, said["ready_subject"].format(number=order.number))
    outbox.enqueue(tx, MAIL, address, outbox.pack(message, office.wrapper.seal))


def _failed(tx: Tx, disclosure_id: int) -> None:
    """It is tried again, later each time; after five times people are told by the state that it is stuck."""
    found = approvals.get(tx, disclosure_id)
    tries = found.tries + 1
    values: dict[str, Value] = {"tries": tries, "due": tx.now + RETRY_S * 2**tries}
    if tries >= TRIES:
        values["state"] = FAILED
        rows.add_act(tx, disclosure_id, "server", "failed", "")
        envelope.add_act(tx, found.order_id, "server", "disclosure_failed", f"{disclosure_id}")
        order = envelope.get(tx, found.order_id)
        oncall.page(tx, "order", order.subject, order.number, urgent=True)
    rows.change(tx, disclosure_id, APPROVED, values)


def _ended(tx: Tx, disclosure_id: int) -> None:
    found = approvals.get(tx, disclosure_id)
    if found.state == READY:
        rows.change(tx, disclosure_id, READY, {"expires": 1})  # destroyed with the next look
    else:
        rows.change(tx, disclosure_id, found.state, {"state": WITHDRAWN})
    rows.add_act(tx, disclosure_id, "server", "order_withdrawn", "")
    journal.record(tx, "disclosure_withdrawn", "server", found.subject, order=found.order_id)


def _hasten(tx: Tx, disclosure_id: int) -> None:
    found = approvals.get(tx, disclosure_id)
    if approvals.not_before(envelope.get(tx, found.order_id), found.scope, tx.now) <= tx.now:
        rows.change(tx, disclosure_id, APPROVED, {"due": tx.now})


def _destroyed(tx: Tx, disclosure_id: int) -> None:
    """The package is gone, and that is written down. After: journal disclosure_destroyed."""
    found = approvals.get(tx, disclosure_id)
    if rows.change(tx, disclosure_id, READY, {"state": DESTROYED, "sha256": None, "destroyed_at": tx.now}):
        rows.add_act(tx, disclosure_id, "server", "destroyed", "")
        journal.record(tx, "disclosure_destroyed", "server", found.subject, order=found.order_id)
