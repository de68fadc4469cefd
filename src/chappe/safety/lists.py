"""Lists of known media: added from files, kept with where they come from, looked up together.

Source: requirements/hash-matching
A list is added in portions and compared once it is whole; whatever is interrupted is done again without harm. Media
removed here by decisions are a list of their own, filled by `removed`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from chappe.base.errors import Conflict, Invalid, NotFound
from chappe.domain import journal
from chappe.domain.categories import known
from chappe.domain.rulings import Ground
from chappe.domain.updates import SHARD
from chappe.media import Print
from chappe.safety.hash_files import MD5, PDQ, SHA256, Read
from chappe.store import Reader, Row, Store, Tx
from chappe.store.safety import hashes as rows
from chappe.store.safety import signals

if TYPE_CHECKING:
    from chappe.safety.hash_index import PrintIndex

CASE, REMOVE = "case", "remove"
EFFECTS = (CASE, REMOVE)
NAME, PROVENANCE = 80, 400
PORTION = 500
"""Entries written in one act."""
READ_AT_ONCE = 20_000
DISTANCE = 31
QUALITY = 50
"""Of a picture in which less is to be seen the print says nothing."""
REMOVED_HERE = "removed here"
"""The name of the list of what decisions removed."""
LISTED = {
    "en": "The media is in a list of known media.", "fr": "Le média figure dans une liste de médias connus.",
}  # fmt: skip
"""Why a ground applies to what a list knows, where who added the list gave no words of their own."""
REMATCH = "rematch"
_encode = msgspec.json.Encoder().encode
_ground: msgspec.json.Decoder[Ground] = msgspec.json.Decoder(Ground)
_prints: msgspec.msgpack.Decoder[tuple[Print, ...]] = msgspec.msgpack.Decoder(tuple[Print, ...])
pack_prints = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class HashList:
    """A list. Shape: effect case or remove; size 0 until it is whole; distance in bits; added_by as in the journal."""

    list_id: int
    name: str
    provenance: str
    category: str
    keyword: str
    effect: str
    ground: Ground
    distance: int
    size: int
    added_by: str
    date: int


@dataclass(frozen=True, slots=True)
class Wish:
    """A list to be added: what it is called and comes from, what it is about, what a match leads to."""

    name: str
    provenance: str
    category: str
    keyword: str
    effect: str
    ground: Ground
    distance: int = DISTANCE


@dataclass(frozen=True, slots=True)
class Match:
    """Media is in a list. Shape: kind of the hash; distance 0 for equal bytes; frame of a film; ref the maker's."""

    list_id: int
    kind: str
    distance: int
    ref: str
    frame: int = 0


def require_wish(wish: Wish) -> None:
    """The list can be added. Errors: Invalid operator_list_name, operator_list_category, operator_list_effect."""
    if not 0 < len(wish.name.strip()) <= NAME or wish.name == REMOVED_HERE or len(wish.provenance) > PROVENANCE:
        raise Invalid("operator_list_name")
    if not wish.provenance.strip():
        raise Invalid("operator_list_name")
    if not known(wish.category, wish.keyword):
        raise Invalid("operator_list_category")
    if wish.effect not in EFFECTS or not 0 <= wish.distance <= DISTANCE or not wish.ground.clause:
        raise Invalid("operator_list_effect")


async def add(store: Store, wish: Wish, read: Read, actor: str) -> HashList:
    """The list is compared from now on; one of the same name with the same entries is gone on with, or left as it is.

    Errors: as `require_wish`; Conflict operator_list_exists. After: journal hash_list_added.
    """
    require_wish(wish)
    digest = _digest(read)
    list_id = await store.write(lambda tx: _begin(tx, wish, digest, actor))
    entries = [(one.kind, one.value, one.ref) for one in read.entries]
    for start in range(0, len(entries), PORTION):
        portion = entries[start : start + PORTION]
        await store.write(partial(rows.add_entries, list_id=list_id, entries=portion))
    await store.write(lambda tx: _end(tx, list_id, actor))
    return next(one for one in await store.read(all_lists) if one.list_id == list_id)


def _digest(read: Read) -> bytes:
    told = sha256()
    for one in sorted(read.entries, key=lambda entry: (entry.kind, entry.value)):
        told.update(one.kind.encode() + one.value)
    return told.digest()


def _begin(tx: Tx, wish: Wish, digest: bytes, actor: str) -> int:
    found = rows.named(tx, wish.name)
    if found is not None:
        if found[1] != digest:
            raise Conflict("operator_list_exists")
        return found[0]
    return rows.add_list(
        tx, wish.name, wish.provenance, wish.category, wish.keyword, wish.effect, _encode(wish.ground), wish.distance,
        digest, actor,
    )  # fmt: skip


def _end(tx: Tx, list_id: int, actor: str) -> None:
    found = next(one for one in all_lists(tx) if one.list_id == list_id)
    if not found.size:
        size = rows.count_entries(tx, list_id)
        rows.set_size(tx, list_id, size)
        mark_rematch(tx, due=True)
        journal.record(
            tx, "hash_list_added", actor, f"hash_list:{list_id}", category=found.category, effect=found.effect,
            entries=size,
        )  # fmt: skip


def mark_rematch(tx: Tx, *, due: bool) -> None:
    """All that is hashed has to be compared anew, or was told to. It is a row: a kill loses nothing."""
    signals.move(tx, REMATCH, SHARD, signals.position(tx, REMATCH, SHARD), int(due))


def rematch_due(rx: Reader) -> bool:
    """True if all that is hashed has to be compared anew."""
    return signals.position(rx, REMATCH, SHARD) > 0


async def remove(store: Store, name: str, actor: str) -> None:
    """The list is compared no more. Errors: NotFound operator_list_unknown. After: journal hash_list_removed."""
    await store.write(lambda tx: _drop(tx, name, actor))
    await sweep(store)


def _drop(tx: Tx, name: str, actor: str) -> None:
    found = rows.named(tx, name)
    if found is None:
        raise NotFound("operator_list_unknown")
    rows.drop_list(tx, found[0])
    journal.record(tx, "hash_list_removed", actor, f"hash_list:{found[0]}")


async def sweep(store: Store) -> None:
    """Entries of lists that are gone are gone too."""
    while list_id := await store.read(rows.orphan):
        while await store.write(partial(rows.drop_entries, list_id=list_id, limit=PORTION)):
            pass


def all_lists(rx: Reader) -> list[HashList]:
    """Every list, oldest first."""
    return [_of_row(row) for row in rows.lists(rx)]


def _of_row(row: Row) -> HashList:
    list_id, name, provenance, category, keyword, effect, ground, distance, size, added_by, date = row
    return HashList(
        list_id, name, provenance, category, keyword, effect, _ground.decode(ground), distance, size, added_by, date
    )


class Known:
    """The prints of all lists, in memory; equal bytes are looked up in the store (`exact`).

    Shape: entries are (list, print, ref).
    """

    def __init__(self, known: Sequence[HashList], entries: Sequence[tuple[int, bytes, str]]) -> None:
        self.lists = {one.list_id: one for one in known}
        self._named = [(list_id, ref) for list_id, _, ref in entries]
        self._index: PrintIndex | None = None
        if entries:
            # numpy takes a tenth of a second to import: only who has prints to compare waits for it.
            from chappe.safety.hash_index import build

            self._index = build([value for _, value, _ in entries])

    def __len__(self) -> int:
        return len(self._named)

    def matches(self, equal: Sequence[Match], prints: Sequence[Print]) -> list[Match]:
        """The nearest match of each list that has the media, the most certain first."""
        best: dict[int, Match] = {}
        for match in equal:
            if match.list_id in self.lists or match.list_id == rows.REMOVED:
                _better(best, match)
        for one in prints:
            if self._index is not None and one.quality >= QUALITY:
                for near in self._index.near(one.pdq):
                    list_id, ref = self._named[near.place]
                    if near.distance <= (self.lists[list_id].distance if list_id in self.lists else DISTANCE):
                        _better(best, Match(list_id, PDQ, near.distance, ref, one.frame))
        return sorted(best.values(), key=lambda match: (match.distance, match.kind == PDQ, match.list_id))


def exact(rx: Reader, digest: bytes, md5: bytes) -> list[Match]:
    """The lists that have a file of these bytes."""
    wanted = ((SHA256, digest), (MD5, md5))
    return [Match(list_id, kind, 0, ref) for kind, value in wanted for list_id, ref in rows.having(rx, kind, value)]


def _better(best: dict[int, Match], match: Match) -> None:
    before = best.get(match.list_id)
    if before is None or (match.distance, match.kind == PDQ) < (before.distance, before.kind == PDQ):
        best[match.list_id] = match


def stamp(rx: Reader) -> tuple[tuple[int, int], ...]:
    """What changes whenever a list does. Shape: (number, size) of each; the list of removed media is not among them."""
    return tuple((one.list_id, one.size) for one in all_lists(rx))


async def load(store: Store) -> Known:
    """The prints of all whole lists, read a portion at a time."""
    whole = [one for one in await store.read(all_lists) if one.size]
    entries: list[tuple[int, bytes, str]] = []
    for list_id in (rows.REMOVED, *(one.list_id for one in whole)):
        after = b""
        while some := await store.read(partial(rows.prints, list_id=list_id, after=after, limit=READ_AT_ONCE)):
            entries += [(list_id, value, ref) for value, ref in some]
            after = some[-1][0]
    return Known(whole, entries)


def prints_of(packed: bytes | None) -> tuple[Print, ...]:
    """Prints as they were kept."""
    return _prints.decode(packed) if packed else ()
