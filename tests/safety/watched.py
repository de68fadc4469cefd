"""A server whose public surfaces are looked at: gate, watcher and hasher, taken step by step."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.kit.rooms import Hall, hall
from tests.kit.stage import Person, Stage

from chappe.domain import territory_profiles
from chappe.media import HashProcess
from chappe.safety import findings, lists, rulebook
from chappe.safety.findings import Follower, Signal
from chappe.safety.gate import RuleGate
from chappe.safety.hashing import Hashing
from chappe.safety.rulebook import Rulebook
from chappe.safety.scanning import Looking
from chappe.safety.watching import Watching
from chappe.store import FileStore
from chappe.tl import functions as f


class Watch:
    """What looks at the stage."""

    def __init__(self, stage: Stage, folder: Path, book: Rulebook | None = None, hasher: Any = None) -> None:
        self.stage = stage
        self.shelf = FileStore(folder, stage.clock)
        self.gate = RuleGate(book or rulebook.load(rulebook.shipped()))
        self.follower = Follower(stage.store, stage.entropy, "https://chat.example/")
        self.watching = Watching(self.gate, self.follower, Looking(territory_profiles.shipped()))
        self.hashing = Hashing(hasher, self.shelf, self.gate, self.follower)
        stage.services.gate = self.gate
        self.gate.listen(stage.store)

    async def looks(self) -> None:
        """Everything that waits was looked at."""
        while not await self.watching.step(self.stage.store, self.stage.clock):
            pass

    async def hashes(self) -> None:
        """Everything that waits was looked at, hashed and compared."""
        await self.looks()
        while await self.hashing.step(self.stage.store, int(self.stage.clock.now())):
            pass

    async def signals(self, kind: str, name: str) -> list[Signal]:
        """Signals of the rule or list, oldest first."""
        found = await self.stage.reads(lambda rx: findings.samples(rx, kind, name, 0))
        return found[::-1]

    async def days(self, name: str) -> list[findings.Day]:
        """The daily results of the rule."""
        return await self.stage.reads(lambda rx: findings.results(rx, name, 0))

    async def lists(self) -> list[lists.HashList]:
        """Every list."""
        return await self.stage.reads(lists.all_lists)


async def market(stage: Stage, owner: Person, *members: Person, name: str = "market", **kind: Any) -> Hall:
    """A room with a public name."""
    room = await hall(stage, owner, *members, title=name.capitalize(), **kind)
    await owner.calls(f.channels.UpdateUsername(channel=room.to(owner), username=name))
    return room


@asynccontextmanager
async def watched(stage: Stage, folder: Path, book: Rulebook | None = None) -> AsyncIterator[Watch]:
    """The stage with everything that looks at it, the real hashing process included."""
    async with HashProcess(folder / "hash") as hasher:
        yield Watch(stage, folder, book, hasher)
