"""Everything that looks at public surfaces, joined: gate, watcher, hasher, growth guard, capacity.

Source: requirements/rules, requirements/growth-guard
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from chappe.base.clock import Clock
from chappe.base.ids import Entropy
from chappe.domain import territory_profiles
from chappe.domain.territory_profiles import Book
from chappe.jobs import Tasks
from chappe.media import HashProcess
from chappe.safety import findings, gate, growth, modes, rulebook
from chappe.safety.capacity import Capacity, Headroom
from chappe.safety.findings import Follower
from chappe.safety.gate import RuleGate
from chappe.safety.growth import Growing
from chappe.safety.hands import SignalHands
from chappe.safety.hashing import Blobs, Hashing, forget_gone
from chappe.safety.rulebook import Rulebook, RuleError
from chappe.safety.scanning import Looking
from chappe.safety.watching import Watching
from chappe.store import Store

log = logging.getLogger("chappe.safety")
HOURLY_S = 3600.0
DAILY_S = 86_400.0
MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Given:
    """What `app` hands in. Shape: site ends in a slash; ceiling in messages/s."""

    store: Store
    clock: Clock
    entropy: Entropy
    site: str
    folder: Path
    ceiling_s: float = 0.0
    profiles: Book = field(default_factory=territory_profiles.shipped)


def load_book(clauses: Collection[str], folder: Path | None = None) -> Rulebook:
    """The shipped rules and those of the operator's folder, which take the place of shipped ones of the same name.

    Shape: clauses as `3.6@1`. A shipped rule whose clause these terms lack is left out.
    Errors: RuleError for a file of the folder.
    """
    rules = {}
    own = rulebook.of_folder(folder) if folder is not None else {}
    for name, text in rulebook.shipped().items():
        if name not in own:
            try:
                rules[name] = rulebook.parse(name, text, clauses)
            except RuleError as error:
                log.warning("left out: %s", error)
    for name, text in own.items():
        rules[name] = rulebook.parse(name, text, clauses)
    return Rulebook(rules.values(), clauses)


class Lookout:
    """One for the whole server: `gate` is handed to the domain, `start` begins the work beside it."""

    def __init__(self, given: Given, book: Rulebook, hasher: HashProcess, blobs: Blobs) -> None:
        self.hasher = hasher
        self._given = given
        self._book = book
        self.gate = RuleGate(book)
        self.capacity = Capacity(given.clock, given.folder, given.ceiling_s)
        follower = Follower(given.store, given.entropy, given.site)
        self._watching = Watching(self.gate, follower, Looking(given.profiles))
        self._hashing = Hashing(hasher, blobs, self.gate, follower)
        self._growing = Growing(self.gate)
        self.hands = SignalHands(given.store, given.clock, book, self.choose)

    async def choose(self) -> None:
        """Rules are in the modes that were chosen; limits are tight if a guard is on."""
        book = await self._given.store.read(partial(modes.chosen, book=self._book))
        if book.rules != self.gate.book.rules:
            self.gate.use(book)
        self.gate.tight = bool(await self._given.store.read(growth.guards))

    def start(self, running: Tasks) -> None:
        """Public surfaces are looked at from now on."""
        store, clock = self._given.store, self._given.clock
        self.gate.listen(store)
        self._watching.listen(store)
        self.capacity.listen(store)
        running.start("public posts", partial(self._watching.run, store, clock))
        running.start("media on public surfaces", partial(self._hashing.run, store, clock))
        running.start("growth guard", partial(self._growing.watch, store, clock), MINUTE_S)
        running.start("modes of rules", self.choose, MINUTE_S)
        running.start("old counts and signals", self._forget, HOURLY_S)
        running.start("prints of media that are gone", partial(forget_gone, store), DAILY_S)

    async def watch_growth(self) -> None:
        """The growth guard looks now; for who does not `start` it."""
        await self._growing.watch(self._given.store, self._given.clock)

    def headroom(self) -> Headroom:
        """How much of what this machine can carry is in use."""
        return self.capacity.headroom()

    def figures(self) -> Iterable[tuple[str, str, Mapping[tuple[str, ...], float]]]:
        """(name, meaning, value) for `/metrics`."""
        now = self.headroom()
        yield "messages_per_second", "Messages a second over the last minute.", {(): now.messages_s}
        yield "messages_per_second_highest", "The fullest minute since the start.", {(): now.highest_s}
        yield "messages_per_second_ceiling", "What was measured at most; 0 if nothing was.", {(): now.ceiling_s}
        yield "disk_bytes_left", "Bytes free where the data lie.", {(): float(now.disk_left)}
        yield "growth_guard_on", "1 while limits are tightened.", {(): float(self.gate.tight)}

    async def _forget(self) -> None:
        for work in (gate.forget_counts, findings.forget_old):
            while await self._given.store.write(work):
                pass
