"""Gives the public entries of the journal their places in the log and publishes it, off the way of messages.

First the places are durable in the database, then the tiles on disk, then the head in the database, then the
checkpoint: a sequencer that is killed anywhere goes on with what is durable and comes to the same bytes. What does not
fit (a database older than the log, a second writer, a clock that leapt) stops it, and it says so: a log that waits
can go on, one that forked cannot.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from chappe.base.clock import Clock
from chappe.base.errors import Refusal
from chappe.base.ids import Entropy
from chappe.domain.journal import SHARD
from chappe.store import Reader, Store, Tx
from chappe.store import transparency as rows
from chappe.store.transparency import LeafRow, State, Waiting
from chappe.transparency.files import FilesError, LogFolder
from chappe.transparency.growth import (
    Growth,
    drop_beginnings,
    last_leaf,
    on_disk,
    published_head,
    signed,
)
from chappe.transparency.keys import Keys
from chappe.transparency.leaves import HOUR_S, SALT_BYTES, Opens, leaf, public_of
from chappe.transparency.note import NoteError
from chappe.transparency.tree import EMPTY, Edge, Tile, TreeError

log = logging.getLogger("chappe.transparency")

T = TypeVar("T")
LOOK_S = 1.0
"""The journal is looked at this often; whoever waits for a checkpoint waits about as long."""
AGAIN_S = 30.0
"""After a fault all is looked at anew."""
LOT = 128
"""Entries that are given their places by one act: about five milliseconds of the writing transaction."""
LEAP_S = 900.0
"""A clock that went this much further than the machine's own count of seconds was set, or is wrong."""
BEHIND_S = 120
"""So far the clock may be behind the newest leaf before it is worth a word."""
OTHER_WRITER = "another server writes this log; stop one of the two, then start this one anew"
CHANGED = "the database's log changed under the server; perhaps an older state of it was restored"


class LogFault(Exception):
    """The log does not go on; the text says why and what to do. `final`: not before the server starts anew."""

    def __init__(self, text: str, final: bool = False) -> None:
        super().__init__(text)
        self.final = final


@dataclass(frozen=True, slots=True)
class Status:
    """How the log is; `fault` is empty while it goes on."""

    size: int = 0
    signed_date: int = 0
    waiting_since: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Lot:
    """Leaves to be added to a log in this state, and the salts that were made for them."""

    state: State
    journal_no: int
    hour: int
    leaves: tuple[LeafRow, ...]
    known_salts: dict[int, bytes]
    new_salts: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What waits in the journal, and the sealed leaves that it opens."""

    state: State
    now_hour: int
    waiting: list[Waiting]
    sealed: dict[int, Opens]


class Sequencer:
    """The writer of the log; run `run` as a task."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        folder: LogFolder,
        keys: Keys,
        counted: Callable[[], float] | None = None,
    ) -> None:
        """Shape: counted gives seconds that never go back, those too that the machine slept; else the clock's are."""
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._folder = folder
        self._keys = keys
        self._counted = counted or clock.monotonic
        self._writer = entropy(16).hex()
        self._growth: Growth | None = None
        self._taken = False
        self._pace: tuple[float, float, int] | None = None
        self.status = Status()

    async def run(self) -> None:
        """The log goes on until the task is cancelled; after a final fault it only waits for that."""
        try:
            while (pause_s := await self._turn()) is not None:
                await asyncio.sleep(pause_s)
            await asyncio.get_running_loop().create_future()
        finally:
            self._folder.unlock()

    async def _turn(self) -> float | None:
        """Everything that waits is published; how long to rest, None for ever."""
        try:
            while await self.step():
                pass
            return LOOK_S
        except LogFault as fault:
            self._growth = None
            self._said(str(fault))
            return None if fault.final else AGAIN_S
        except (FilesError, TreeError, NoteError) as error:
            self._growth = None
            self._said(f"the log's folder is damaged: {error}; stop the server and run `chappe log rebuild`")
        except (Refusal, OSError) as error:
            self._growth = None
            self._said(f"the log waits: {error}", logging.WARNING)
        return AGAIN_S

    async def step(self) -> bool:
        """One lot of entries is in the log and published; True if more may wait.

        Errors: LogFault, FilesError, TreeError, NoteError, Refusal, OSError.
        """
        if self._growth is None:
            await self._resume()
        found = await self._store.read(_look)
        self._require_mine(found.state, None)
        lot = await self._thread(lambda: self._lot(found))
        self._require_pace(lot.state)
        if lot.journal_no > lot.state.journal_no:
            self._require_hour(lot.state)
            if not await self._store.write(lambda tx: self._place(tx, lot)):
                return True
        if lot.leaves:
            await self._publish([row.leaf for row in lot.leaves])
        self._went_on(lot)
        return lot.journal_no > lot.state.journal_no

    def _said(self, fault: str, level: int = logging.ERROR) -> None:
        if fault != self.status.fault:
            log.log(level, "%s", fault)
        self.status = replace(self.status, fault=fault)

    def _went_on(self, lot: Lot) -> None:
        assert self._growth is not None
        if self.status.fault:
            log.warning("the log goes on")
        date = self.status.signed_date if not lot.leaves else int(self._clock.now())
        self.status = Status(self._growth.edge.size, date or lot.state.signed_date)

    async def _resume(self) -> None:
        """The tree on disk is known to fit the database, and what was placed before is published."""
        if not await self._thread(self._folder.lock):
            raise LogFault("another process writes the log in this folder")
        state = await self._store.read(rows.state) or await self._created()
        self._require_place(state)
        growth = await self._thread(lambda: self._on_disk(state))
        await self._require_same_leaves(state, growth)
        if state.writer not in ("", self._writer) and self._taken:
            raise LogFault(OTHER_WRITER, final=True)
        await self._store.write(lambda tx: rows.take(tx, self._writer))
        self._growth, self._taken = growth, True
        while self._growth.edge.size < state.size:
            await self._catch_up(state)
        if self._folder.checkpoint() != (note := signed(self._keys, self._growth.head)):
            await self._publish([])
            await self._thread(lambda: self._folder.publish(note))
        self.status = Status(self._growth.edge.size, state.signed_date)

    async def _created(self) -> State:
        """The row of a log that never was; a folder that knows better is a fault."""
        if self._folder.checkpoint() is not None:
            raise LogFault(
                "the log's folder has leaves and the database knows of none: it was replaced. Restore the database, "
                "or stop the server and run `chappe log rebuild --adopt`"
            )
        id_ = self._folder.id or self._entropy(16).hex()
        await self._thread(lambda: self._folder.name(id_))
        await self._store.write(lambda tx: rows.create(tx, self._keys.origin, id_, EMPTY))
        state = await self._store.read(rows.state)
        assert state is not None
        return state

    def _require_place(self, state: State) -> None:
        if state.origin != self._keys.origin:
            raise LogFault(f"the database's log is {state.origin}, the keys are those of {self._keys.origin}")
        if not self._folder.id:
            raise LogFault(
                "the log's folder is gone. If nothing was published after the last entry of this database, stop the "
                "server and run `chappe log rebuild`; if the database was restored, something may have been"
            )
        if state.folder != self._folder.id:
            raise LogFault("the database's log is written into another folder, perhaps by another server")

    def _on_disk(self, state: State) -> Growth:
        head = published_head(self._folder, self._keys)
        if head is None:
            return Growth(Edge(), [])
        if head.size > state.signed_size:
            raise LogFault(
                f"the published log has {head.size} leaves, the database knows of {state.signed_size}: an older state "
                "of it was restored. Stop the server and run `chappe log rebuild --adopt`"
            )
        if head.size == state.signed_size and head.root != state.signed_root:
            raise LogFault("the database and the published log were signed over different leaves")
        return on_disk(self._folder, head)

    async def _require_same_leaves(self, state: State, growth: Growth) -> None:
        """The newest leaf of both is one, and the database has as many as it says."""
        size = growth.edge.size
        last = await self._store.read(lambda rx: rows.leaves(rx, max(state.size - 1, 0), 2))
        if len(last) != min(state.size, 1):
            raise LogFault(f"the database does not have the {state.size} leaves that it says")
        if size:
            same = await self._store.read(lambda rx: rows.leaves(rx, size - 1, 1))
            if same[0].leaf != await self._thread(lambda: last_leaf(self._folder, size)):
                raise LogFault(f"leaf {size - 1} of the database is not the one that was published")

    async def _catch_up(self, state: State) -> None:
        """Leaves that have their place are published, a lot at a time, halting where a head was decided already."""
        assert self._growth is not None
        size = self._growth.edge.size
        end = state.signed_size if size < state.signed_size else state.size
        found = await self._store.read(lambda rx: rows.leaves(rx, size, min(8 * LOT, end - size)))
        if not found:
            raise LogFault(f"the database does not have leaf {size}")
        await self._publish([row.leaf for row in found])

    def _lot(self, found: Found) -> Lot:
        """What waits next, as leaves."""
        state, waiting = found.state, found.waiting
        hour = state.hour
        leaves: list[LeafRow] = []
        known = {entry.no: entry.salt for entry in waiting if entry.salt is not None}
        made: dict[int, bytes] = {}
        for entry in waiting:
            public = public_of(entry)
            if public is None:
                continue
            salt = known.get(entry.no) or made.setdefault(entry.no, self._entropy(SALT_BYTES))
            hour = max(hour, min(entry.date // HOUR_S, found.now_hour))
            opens = _opens(public.opens, leaves, known | made, found.sealed) if public.opens else None
            row = LeafRow(state.size + len(leaves), entry.no, hour, leaf(entry, public, salt, hour, opens))
            leaves.append(row)
        end = waiting[-1].no if waiting else state.journal_no
        return Lot(state, end, hour, tuple(leaves), known, tuple(made.items()))

    def _place(self, tx: Tx, lot: Lot) -> bool:
        """The leaves have their places; False if a salt was made elsewhere meanwhile."""
        self._require_mine(rows.state(tx), lot.state)
        if rows.salts(tx, SHARD, lot.state.journal_no + 1, lot.journal_no) != lot.known_salts:
            return False
        rows.add_salts(tx, SHARD, lot.new_salts)
        rows.add_leaves(tx, SHARD, lot.leaves)
        rows.advance(tx, lot.journal_no, lot.state.size + len(lot.leaves), lot.hour)
        return True

    async def _publish(self, leaves: Sequence[bytes]) -> None:
        """The leaves are in the published tree. A head that was decided before is not passed by, only reached."""
        assert self._growth is not None
        before = self._growth
        grown, tiles = await self._thread(lambda: before.grown(leaves))
        await self._thread(lambda: self._folder.put(tiles))
        head = grown.head
        if await self._store.write(lambda tx: self._sign(tx, before.edge.size, head.size, head.root)):
            await self._thread(lambda: self._folder.publish(signed(self._keys, head)))
            await self._thread(lambda: drop_beginnings(self._folder, _names(tiles)))
        self._growth = grown

    def _sign(self, tx: Tx, before: int, size: int, root: bytes) -> bool:
        """The head may be signed, as nothing else was; False on the way to a head that was decided before."""
        state = rows.state(tx)
        self._require_mine(state, None)
        assert state is not None
        if state.signed_size == size:
            if size and state.signed_root != root:
                raise LogFault("the leaves of the database do not give the root that was signed over them")
            return True
        if state.signed_size > size:
            return False
        if state.signed_size != before or state.size < size:
            raise LogFault(CHANGED)
        rows.sign(tx, size, root)
        return True

    def _require_mine(self, found: State | None, known: State | None) -> None:
        """The row is as this process left it."""
        if found is None or found.writer != self._writer:
            raise LogFault(OTHER_WRITER, final=True)
        if known is not None and (found.journal_no, found.size) != (known.journal_no, known.size):
            raise LogFault(CHANGED)

    def _require_pace(self, state: State) -> None:
        """The clock went as far as the seconds that were counted, or a person said that it is right."""
        now, counted = self._clock.now(), self._counted()
        if self._pace is not None and self._pace[2] == state.accepted:
            leap = now - self._pace[0] - (counted - self._pace[1])
            if leap > LEAP_S:
                raise LogFault(
                    f"the clock leapt forward by {int(leap)} s; set it right, or run `chappe log accept-clock`"
                )
            if leap < -LEAP_S:
                return  # it went back: to be set right again shall be no leap
        self._pace = (now, counted, state.accepted)

    def _require_hour(self, state: State) -> None:
        """The clock is not before the newest leaf."""
        behind = state.hour * HOUR_S - int(self._clock.now())
        if behind > BEHIND_S:
            raise LogFault(
                f"the clock is {behind} s before the newest leaf; set it right, or run `chappe log accept-clock`"
            )

    async def _thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(None, work)


def _look(rx: Reader) -> Found:
    """What waits next, as it stands in the database."""
    state = rows.state(rx)
    assert state is not None
    waiting = rows.waiting(rx, SHARD, state.journal_no, LOT)
    opened = [public.opens for entry in waiting if (public := public_of(entry)) is not None and public.opens]
    sealed: dict[int, Opens] = {}
    for no in opened:
        row, salt = rows.leaf_of(rx, SHARD, no), rows.salts(rx, SHARD, no, no).get(no)
        if row is not None and salt is not None:
            sealed[no] = Opens(row.leaf_index, salt)
    return Found(state, rx.now // HOUR_S, waiting, sealed)


def _opens(no: int, leaves: Sequence[LeafRow], salts: dict[int, bytes], sealed: dict[int, Opens]) -> Opens | None:
    """What an opening leaf needs; None where the sealed entry has no salt any more."""
    here = next((row for row in leaves if row.no == no), None)
    return sealed.get(no) if here is None else Opens(here.leaf_index, salts[no])


def _names(tiles: Sequence[tuple[Tile, bytes]]) -> list[Tile]:
    return [tile for tile, _ in tiles]


async def status_of(store: Store, status: Status) -> Status:
    """The status with the date since when the oldest entry waits, 0 if none does."""

    def look(rx: Reader) -> int:
        state = rows.state(rx)
        return rows.oldest_waiting(rx, SHARD, 0 if state is None else state.journal_no) or 0

    return replace(status, waiting_since=await store.read(look))
