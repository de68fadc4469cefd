"""A log in a folder of a test: its database, its sequencer, and what a stranger would make of it."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh

from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.store import Store
from chappe.transparency import growth, note, tree
from chappe.transparency.files import LogFolder, unbundled
from chappe.transparency.growth import Head
from chappe.transparency.keys import Keys, open_keys
from chappe.transparency.sequencer import Sequencer
from chappe.transparency.tree import WIDTH, Tile

ORIGIN = "chappe.example/log"
NOTICE = Public("notice", category="SCAMS_AND_FRAUD", source="notice", item="message")


class Logbook:
    """One log, whose parts can be exchanged under it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.store: Store = open_fresh(folder / "chappe.sqlite", self.clock)
        self.files = LogFolder(folder / "log")
        self.keys: Keys = open_keys(folder / "log.keys", ORIGIN, os.urandom)
        self.sequencer = self.begun()

    def begun(self) -> Sequencer:
        """Another process writes the log from now on."""
        self.files.unlock()
        self.files = LogFolder(self.folder / "log")
        self.sequencer = Sequencer(self.store, self.clock, os.urandom, self.files, self.keys)
        return self.sequencer

    async def acts(self, count: int, public: Public | None = NOTICE) -> int:
        """So many entries stand in the journal, half of them nobody's business; the number of the last."""
        last = 0
        for n in range(count):
            if n % 2:
                await self.store.write(lambda tx: journal.record(tx, "invite_made", "server", "server"))
            last = await self.store.write(lambda tx: journal.record(tx, "invite_used", "user:7", "user:7", public))
        return last

    async def sequenced(self) -> Head:
        """Everything that waits is in the log."""
        while await self.sequencer.step():
            pass
        return self.head()

    def head(self) -> Head:
        """What the checkpoint says, once its signature is checked."""
        found = self.files.checkpoint()
        assert found is not None
        return growth.head_of(ORIGIN, note.opened(found, self.keys.verifiers)[0])

    def leaves(self) -> list[bytes]:
        """Every leaf under the checkpoint, checked against its root."""
        head = self.head()
        tiles = [Tile(-1, n, min(WIDTH, head.size - n * WIDTH)) for n in range(-(-head.size // WIDTH))]
        leaves = [leaf for tile in tiles for leaf in unbundled(self.files.read(tile))]
        edge = tree.Edge()
        edge.grow(map(tree.leaf_hash, leaves))
        assert growth.Head(edge.size, edge.root()) == head
        proof = tree.hashes_of_tiles(head.size, self.files.read)
        assert tree.root_of(head.size, proof) == head.root
        return leaves

    def bytes(self) -> dict[str, bytes]:
        """Every published file."""
        places = [place for place in self.files.path.rglob("*") if place.is_file() and place.name not in ("id", "lock")]
        return {str(place.relative_to(self.files.path)): place.read_bytes() for place in places}

    async def stops(self) -> str:
        """What the sequencer says instead of going on."""
        await self.sequencer._turn()
        return self.sequencer.status.fault

    async def exchanged(self, database: Callable[[Path], None]) -> None:
        """The server was stopped, its database changed, and the server started anew."""
        await self.store.close()
        database(self.folder / "chappe.sqlite")
        self.store = open_fresh(self.folder / "chappe.sqlite", self.clock)
        self.begun()


@asynccontextmanager
async def logbook(folder: Path) -> AsyncIterator[Logbook]:
    """A log with nothing in it."""
    made = Logbook(folder)
    try:
        yield made
    finally:
        made.files.unlock()
        await made.store.close()
