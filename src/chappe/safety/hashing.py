"""Media on public surfaces is hashed after its upload and compared with every list, off the path of messages.

Source: requirements/hash-matching
What waits is a row: killed anywhere the work goes on from the rows. A file that a decoder cannot take still has its
digests; one that kills the worker is tried again a few times, then given up.
"""

import asyncio
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Protocol

from chappe.base.clock import Clock
from chappe.base.errors import Invalid, Refusal, TooMany
from chappe.domain import decisions, rooms
from chappe.domain.rulings import Ground, Item
from chappe.domain.updates import SHARD
from chappe.media import HashResult, Print
from chappe.safety import findings, lists, reading, watching
from chappe.safety.events import FAR, facts
from chappe.safety.findings import Follower, Found
from chappe.safety.gate import RuleGate
from chappe.safety.lists import Known, Match
from chappe.safety.rulebook import REMOVE_AGAIN, Rule
from chappe.store import Reader, Store, Tx
from chappe.store.safety import hashes as rows
from chappe.store.safety import signals

AT_ONCE = 20
TRIES = 3
RETRY_S = 60
REST_S = 2.0
PLACES = 100
"""Places of one media looked at together."""
REMATCH = 500
LARGE, RELOAD_S = 50_000, 60
READER_REMOVED = "removed"
JOURNAL_LOT = 200


class Hasher(Protocol):
    """The hashing process."""

    async def hashed(self, source: Path, /) -> HashResult: ...


class Blobs(Protocol):
    """Where the bytes of files lie."""

    def path(self, sha256: bytes, /) -> Path: ...


class Hashing:
    """The hasher of one server; run `run` as a task."""

    def __init__(self, hasher: Hasher, blobs: Blobs, gate: RuleGate, follower: Follower) -> None:
        self._hasher = hasher
        self._blobs = blobs
        self._gate = gate
        self._follower = follower
        self._known = Known((), ())
        self._stamp: tuple[tuple[int, int], ...] | None = None
        self._loaded = 0
        self._stale = False

    async def run(self, store: Store, clock: Clock) -> None:
        """What waits is hashed and compared, until the task is cancelled."""
        while True:
            while await self.step(store, int(clock.now())):
                pass
            await asyncio.sleep(REST_S)

    async def step(self, store: Store, now: int) -> bool:
        """Some media are hashed and compared; True if more may wait."""
        learnt = await learn_removed(store)
        self._stale = self._stale or learnt
        await self._refresh(store, now)
        due = await store.read(lambda rx: rows.waiting(rx, now, AT_ONCE))
        for digest, tries, md5, packed in due:
            try:
                if md5 is None:
                    md5, packed = await self._hash(store, digest)
                await self._compare(store, digest, md5, lists.prints_of(packed), now)
            except TooMany:
                return False
            except Refusal as refusal:
                cause = str(refusal.facts.get("cause", refusal.reason))
                await store.write(partial(_failed, digest=digest, tries=tries + 1, cause=cause, now=now))
        return learnt or len(due) == AT_ONCE

    async def _hash(self, store: Store, digest: bytes) -> tuple[bytes, bytes]:
        """(MD5, prints) of the media, kept. Errors: Invalid with its cause; TooMany when the worker is busy."""
        try:
            found = await self._hasher.hashed(self._blobs.path(digest))
        except OSError as error:
            raise Invalid("media_invalid", cause="gone") from error
        if found.sha256 != digest:
            raise Invalid("media_invalid", cause="changed")
        packed = lists.pack_prints(found.prints)
        await store.write(lambda tx: rows.hashed(tx, digest, found.md5, packed, found.cause))
        if await store.read(lambda rx: rows.removed_as(rx, digest)):
            await store.write(lambda tx: _print_removed(tx, digest, found.prints))
            self._stale = True
        return found.md5, packed

    async def _refresh(self, store: Store, now: int) -> None:
        """The lists in memory are those of the store; after a new list all that is hashed waits to be compared anew."""
        stamp = await store.read(lists.stamp)
        # More was removed here: with large lists that waits a minute.
        patient = len(self._known) > LARGE and now < self._loaded + RELOAD_S
        if stamp != self._stamp or (self._stale and not patient):
            self._stale = False
            self._known, self._stamp, self._loaded = await lists.load(store), stamp, now
        if await store.read(lists.rematch_due):
            await _compare_all_again(store)

    async def _compare(self, store: Store, digest: bytes, md5: bytes, prints: tuple[Print, ...], now: int) -> None:
        """Every place of the media that a list or a rule speaks of has its signal, and what follows is done."""
        matches = self._known.matches(await store.read(partial(lists.exact, digest=digest, md5=md5)), prints)
        found = {match.list_id: match for match in matches}
        again = found.pop(rows.REMOVED, None)
        wanted = [(self._known.lists[match.list_id], match) for match in found.values()]
        quality = max((one.quality for one in prints), default=0)
        after = ""
        while places := await store.read(partial(rows.sightings, sha256=digest, after=after, limit=PLACES)):
            still = await store.read(partial(_public, room_ids={room_id for _, room_id in places}))
            for key, room_id in places:
                if room_id not in still:
                    continue
                item = watching.item_of(key)
                for known, match in wanted:
                    await self._follower.follow(_by_list(known, match, item))
                await self._by_rules(store, item, room_id, again, quality, now)
            after = places[-1][0]
        await store.write(lambda tx: rows.compared(tx, digest, now))

    async def _by_rules(
        self, store: Store, item: Item, room_id: int, again: Match | None, quality: int, now: int
    ) -> None:
        """What rules about media find; what was removed before has the ground of that decision."""
        compiled = self._gate.book.read["media"]
        if not compiled.rules:
            return
        distance = again.distance if again is not None else FAR
        event = facts("media", quality=quality, removed_distance=distance)
        found = compiled.found(event)
        day = now // findings.DAY_S
        hit = {rule.name for rule in found}
        await store.write(lambda tx: findings.count(tx, [
            (rule.name, rule.version, rule.mode, day, 1, int(rule.name in hit)) for rule in compiled.rules
        ]))  # fmt: skip
        for rule in found:
            one = findings.by_rule(rule, item, f"room:{room_id}", event)
            if rule.effect.then == REMOVE_AGAIN and again is not None:
                earlier = await store.read(partial(_as_before, match=again, rule=rule, item=item, event=event))
                if earlier is None:
                    continue
                one = earlier
            await self._follower.follow(one)


def _as_before(rx: Reader, match: Match, rule: Rule, item: Item, event: dict[str, bool | int | str]) -> Found | None:
    """The finding with category and ground of the decision that removed the media; None if it removed this item."""
    decision = decisions.find(rx, int(match.ref))
    if any(one.decision_id == decision.decision_id for one in decisions.about(rx, item)):
        return None
    ground = Ground(decision.ground.basis, decision.ground.clause, decision.ground.version, rule.ground.text)
    keyword = next(iter(decision.keywords), "")
    return Found(
        "rule", rule.name, rule.version, rule.mode, item, f"room:{item.peer_id}",
        {**event, "decision": decision.decision_id, "hash": match.kind}, decision.category, keyword, ground,
        rule.effect.then, distance=match.distance, reasons=rule.reasons,
    )  # fmt: skip


def _by_list(known: lists.HashList, match: Match, item: Item) -> Found:
    """A match, with where the list comes from and how far the media is from it."""
    told: dict[str, bool | int | str] = {
        "list": known.name, "provenance": known.provenance, "hash": match.kind, "ref": match.ref, "frame": match.frame,
    }  # fmt: skip
    return Found(
        "hash", known.name, known.list_id, "live", item, f"room:{item.peer_id}", told, known.category, known.keyword,
        known.ground, known.effect, distance=match.distance,
        reasons=lists.LISTED if known.ground.text == lists.LISTED["en"] else None,
    )  # fmt: skip


def _public(rx: Reader, room_ids: Collection[int]) -> set[int]:
    """Those of the rooms that anybody may read now: one that was closed meanwhile is not looked into."""
    return {room.id for room in rooms.some(rx, room_ids) if reading.public(room)}


def _failed(tx: Tx, digest: bytes, tries: int, cause: str, now: int) -> None:
    if tries >= TRIES or cause in ("gone", "changed"):
        rows.give_up(tx, digest, cause)
    else:
        rows.put_off(tx, digest, now + RETRY_S * tries, cause)


async def _compare_all_again(store: Store) -> None:
    """All hashed media wait to be compared anew; an interrupted round begins again."""
    last = b""
    while some := await store.read(partial(rows.after, sha256=last, limit=REMATCH)):
        await store.write(partial(rows.wait, digests=some))
        last = some[-1]
    await store.write(partial(lists.mark_rematch, due=False))


async def forget_gone(store: Store) -> None:
    """Of media that no file holds any more it is forgotten what they looked like; lists keep what is theirs."""
    last = b""
    while True:
        gone, last = await store.read(partial(rows.unheld, after_digest=last, limit=REMATCH))
        if gone:
            await store.write(partial(rows.forget, digests=gone))
        if not last:
            return


async def learn_removed(store: Store) -> bool:
    """Media that people decided to remove, or gave back, are in the list of removed media, or out of it.

    Shape: True if there were entries of the journal to read. What a machine removed teaches nothing: a copy of a copy
    would lead ever further from what a person saw.
    """
    before, after, decided = await store.read(_decided)
    for decision_id, removed in decided:
        if not removed:
            await store.write(partial(rows.drop_removed, decision=str(decision_id)))
            continue
        last = 0
        while some := await store.read(partial(decisions.items_of, decision_id=decision_id, after=last)):
            await store.write(partial(_learn, decision_id=decision_id, items=[item for item, _ in some]))
            last += len(some)
    if after > before:
        await store.write(partial(signals.move, reader=READER_REMOVED, shard=SHARD, before=before, after=after))
    return after > before


def _decided(rx: Reader) -> tuple[int, int, list[tuple[int, bool]]]:
    """(where the reader stands, where it will, (decision, True if it removes and False if it is over))."""
    before = signals.position(rx, READER_REMOVED, SHARD)
    entries = rows.journal_after(rx, SHARD, before, JOURNAL_LOT)
    out: list[tuple[int, bool]] = []
    for _, kind, subject in entries:
        if kind not in ("decision_made", "decision_undone", "decision_ended"):
            continue
        found = decisions.find(rx, int(subject.partition(":")[2]))
        if found.measure.kind == "remove" and found.operator_id:
            out.append((found.decision_id, kind == "decision_made" and found.state == "in_force"))
    return before, entries[-1][0] if entries else before, out


def _learn(tx: Tx, decision_id: int, items: list[Item]) -> None:
    """The media of the items are removed media, and wait to be hashed where they are not."""
    for item in items:
        if item.kind == "media":
            digests = [bytes.fromhex(item.sha256)]
        else:
            one = rows.hash_in(tx, item.peer_id, item.message_id) if item.kind == "message" else None
            digests = [one] if one is not None else rows.media_of(tx, item.key)
        for digest in digests:
            rows.add_entries(tx, rows.REMOVED, [("sha256", digest, str(decision_id))])
            known = rows.print_of(tx, digest)
            if known is None:
                rows.wait(tx, [digest])
            else:
                _print_removed(tx, digest, lists.prints_of(known[2]))


def _print_removed(tx: Tx, digest: bytes, prints: tuple[Print, ...]) -> None:
    """What looks like the removed media is known by its prints too, where enough is to be seen."""
    ref = rows.removed_as(tx, digest)
    rows.add_entries(
        tx, rows.REMOVED, [("pdq", one.pdq, ref) for one in prints if one.quality >= lists.QUALITY]
    )
