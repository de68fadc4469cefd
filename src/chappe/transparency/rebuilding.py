"""Makes the published log anew from the database, and the database's leaves anew from the published log.

Both only ever make what was published before: each head that is known (the old folder's, the database's, one that
somebody kept) must come out again, or nothing is changed.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chappe.base.ids import Entropy
from chappe.store import Store, Tx
from chappe.store import transparency as rows
from chappe.store.transparency import LeafRow, State
from chappe.transparency import note
from chappe.transparency.files import ENTRIES, LogFolder, unbundled
from chappe.transparency.growth import Growth, Head, head_of, published_head, signed
from chappe.transparency.keys import Keys
from chappe.transparency.leaves import hour_of
from chappe.transparency.sequencer import LogFault
from chappe.transparency.tree import EMPTY, WIDTH, Edge, Tile, leaf_hash

LOT = 16 * WIDTH
ADOPTED = -1
"""The shard of leaves whose entries the database lost."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done."""

    size: int
    adopted: int


async def rebuild(
    store: Store,
    data_dir: Path,
    keys: Keys,
    entropy: Entropy,
    kept: str = "",
    adopt: bool = False,
    unchecked: bool = False,
) -> Rebuilt:
    """The folder `log` is made anew out of the database; the one before is `log.before`.

    Shape: kept is a checkpoint from outside; adopt takes leaves that only the old folder has into the database;
    unchecked goes on where neither an old folder nor a kept checkpoint says what was published.
    Errors: LogFault if what comes out is not what was published; FilesError, TreeError, NoteError, OSError.
    """
    old = LogFolder(data_dir / "log")
    if not old.lock():
        raise LogFault("the server of this data folder runs: stop it first")
    try:
        known = _known(old, keys, kept)
        if not known and not unchecked:
            raise LogFault(
                "nothing here says what was published last. Give a checkpoint that somebody kept (--checkpoint), or "
                "say that the database is the newest there ever was (--unchecked)"
            )
        adopted = await _adopted(store, old, keys, entropy) if adopt else 0
        state = await store.read(rows.state)
        if state is None:
            raise LogFault("the database has no log; if the folder has one, take its leaves with --adopt")
        size = await _made(store, data_dir, keys, state, known)
    finally:
        old.unlock()
    _exchange(data_dir)
    return Rebuilt(size, adopted)


def _known(old: LogFolder, keys: Keys, kept: str) -> list[Head]:
    """The heads that were published, as far as they are known here."""
    heads = [published_head(old, keys)]
    if kept:
        heads.append(head_of(keys.origin, note.opened(kept, keys.verifiers)[0]))
    return [head for head in heads if head is not None]


async def _made(store: Store, data_dir: Path, keys: Keys, state: State, known: Sequence[Head]) -> int:
    """A folder `log.new` has all that was signed; its size."""
    shutil.rmtree(data_dir / "log.new", ignore_errors=True)
    new = LogFolder(data_dir / "log.new")
    new.name(state.folder)
    stops = {head.size: head.root for head in known} | {state.signed_size: state.signed_root}
    if any(stops[head.size] != head.root for head in known) or max(stops) > state.signed_size:
        raise LogFault(
            f"the published log has {max(stops)} leaves or others than the database, which knows of "
            f"{state.signed_size}: an older state of it was restored. "
            "Put the published leaves into its `log`, and take them with --adopt"
        )
    growth = Growth(Edge(), [])
    _require(stops, growth.head)
    while growth.edge.size < state.signed_size:
        size = growth.edge.size
        end = min(size + LOT, *(stop for stop in stops if stop > size))
        found = await store.read(lambda rx, size=size, end=end: rows.leaves(rx, size, end - size))  # type: ignore[misc]
        if len(found) != end - size:
            raise LogFault(f"the database does not have all leaves from {size} to {end}")
        growth, tiles = growth.grown([row.leaf for row in found])
        last = end == state.signed_size
        new.put((tile, data) for tile, data in tiles if last or tile.width == WIDTH)
        _require(stops, growth.head)
    new.publish(signed(keys, growth.head))
    return growth.edge.size


def _require(stops: dict[int, bytes], head: Head) -> None:
    if stops.get(head.size, head.root) != head.root:
        raise LogFault(f"the first {head.size} leaves of the database are not those that were published")


async def _adopted(store: Store, old: LogFolder, keys: Keys, entropy: Entropy) -> int:
    """Leaves that only the folder has are in the database too, in their places; how many."""
    head = published_head(old, keys)
    if head is None:
        raise LogFault("there is no published log in the folder to take leaves from")
    state = await store.read(rows.state)
    if state is None:
        origin, folder = keys.origin, old.id or entropy(16).hex()
        await store.write(lambda tx: rows.create(tx, origin, folder, EMPTY))
        state = await store.read(rows.state)
        assert state is not None
    edge = Edge()
    for n in range(-(-head.size // WIDTH)):
        first = n * WIDTH
        leaves = unbundled(old.read(Tile(ENTRIES, n, min(WIDTH, head.size - first))))
        edge.grow(map(leaf_hash, leaves))
        have = await store.read(lambda rx, first=first: rows.leaves(rx, first, WIDTH))  # type: ignore[misc]
        same = min(len(have), len(leaves))
        if [row.leaf for row in have[:same]] != leaves[:same]:
            raise LogFault(f"the leaves from {first} on differ between the database and the published log")
        more = [
            LeafRow(first + at, first + at, hour_of(leaves[at]), leaves[at]) for at in range(len(have), len(leaves))
        ]
        if more:
            await store.write(lambda tx, more=more: _take(tx, more))  # type: ignore[misc]
    if edge.root() != head.root:
        raise LogFault("the leaves in the folder do not give the root that was signed over them")
    after = await store.read(rows.state)
    assert after is not None
    if head.size > after.signed_size:
        await store.write(lambda tx: rows.sign(tx, head.size, head.root))
    return max(after.size - state.size, 0)


def _take(tx: Tx, more: Sequence[LeafRow]) -> None:
    state = rows.state(tx)
    assert state is not None
    rows.add_leaves(tx, ADOPTED, more)
    rows.advance(tx, state.journal_no, more[-1].leaf_index + 1, max(state.hour, more[-1].hour))


def _exchange(data_dir: Path) -> None:
    """`log.new` is `log`, what was there is `log.before`."""
    before, here, new = (data_dir / name for name in ("log.before", "log", "log.new"))
    shutil.rmtree(before, ignore_errors=True)
    if here.exists():
        here.rename(before)
    new.rename(here)
