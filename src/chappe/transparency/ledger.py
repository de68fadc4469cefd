"""The log as the other rooms see it: what runs, what is served, what can be proved."""

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType

from chappe.base.clock import Clock
from chappe.base.ids import Entropy
from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.store import Store, Tx
from chappe.store import transparency as rows
from chappe.transparency.files import FilesError, LogFolder
from chappe.transparency.growth import Head, head_of
from chappe.transparency.keys import Keys, open_keys
from chappe.transparency.leaves import HOUR_S
from chappe.transparency.proofs import Proof, Proofs
from chappe.transparency.reports import Announce, Measures, Reports, nobody
from chappe.transparency.sequencer import Sequencer, Status, status_of
from chappe.transparency.tree import HEIGHT, WIDTH, Tile

NOTHING: Measures = MappingProxyType({})


class Ledger:
    """One server's log; hand `run` and `reports.run` to the tasks that live as long as it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        data_dir: Path,
        origin: str,
        measures: Measures = NOTHING,
        announce: Announce = nobody,
        counted: Callable[[], float] | None = None,
    ) -> None:
        """Shape: the folder is `log`, the keys are `keys/log.keys`; counted as a sequencer takes it.

        Errors: KeysError, OSError.
        """
        self.keys: Keys = open_keys(data_dir / "keys" / "log.keys", origin, entropy)
        self.folder = LogFolder(data_dir / "log")
        self._store = store
        self._sequencer = Sequencer(store, clock, entropy, self.folder, self.keys, counted)
        self._proofs = Proofs(store, entropy, self.folder, self.keys)
        self.reports = Reports(store, clock, measures, announce)

    async def run(self) -> None:
        """Entries become leaves within seconds, until the task is cancelled."""
        await self._sequencer.run()

    def close(self) -> None:
        """Another may write the log in this folder from now on."""
        self.folder.unlock()

    async def catch_up(self) -> None:
        """Everything that waits is in the log, and every day that is due is counted; for who does not `run` it."""
        while await self._sequencer.step() or await self.reports.step():
            pass

    async def status(self) -> Status:
        """How the log is."""
        return await status_of(self._store, self._sequencer.status)

    async def said(self, facts: dict[str, object]) -> object:
        """The status, for commands that ask a running server."""
        return dataclasses.asdict(await self.status())

    async def accept_clock(self, facts: dict[str, object]) -> object:
        """The clock is right, a person says, although it leapt: the log goes on by it.

        After: journal log_clock_accepted.
        """

        def act(tx: Tx) -> None:
            rows.accept(tx, tx.now // HOUR_S)
            journal.record(tx, "log_clock_accepted", "server", "log", Public("clock", outcome="accepted"))

        await self._store.write(act)
        return {}

    @property
    def last_status(self) -> Status:
        """The same without the database's word on what waits."""
        return self._sequencer.status

    async def proof(self, no: int, opened: bool = False) -> Proof | None:
        """The proof of a journal entry, or the promise of one; None if it never becomes a leaf.

        Shape: opened adds the private facts with their salt: only for whom the entry concerns.
        """
        return await self._proofs.of_entry(no, opened)

    async def receipt(self, no: int, lines: Sequence[str]) -> Proof | None:
        """A signed receipt of these lines, with the promise of the journal entry. Errors: as `Proofs.receipt`."""
        return await self._proofs.receipt(no, lines)

    async def checkpoint(self) -> str | None:
        """The signed checkpoint, or None before the first."""
        return await asyncio.to_thread(self.folder.checkpoint)

    def head(self, checkpoint: str) -> Head:
        """What our own checkpoint says."""
        return head_of(self.keys.origin, checkpoint.partition("\n\n")[0] + "\n")

    async def tile(self, tile: Tile) -> bytes | None:
        """The bytes of a tile or bundle that the checkpoint covers, or None."""
        checkpoint = await self.checkpoint()
        if checkpoint is None:
            return None
        leaves = (tile.n * WIDTH + tile.width) << (HEIGHT * max(tile.level, 0))
        if leaves > self.head(checkpoint).size:
            return None
        try:
            return await asyncio.to_thread(self.folder.read, tile)
        except FilesError:
            return None
