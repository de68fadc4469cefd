"""What the portal works with, handed in by whoever opens it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from chappe.base import Clock
from chappe.base.ids import Entropy
from chappe.legal.office import Office
from chappe.media import PaperResult
from chappe.store import Reader, Store, Tx
from chappe.store.blobs import Blobs

T = TypeVar("T")


class Proved(Protocol):
    """A proof that an entry is in the public log, or the promise of one."""

    @property
    def kind(self) -> str:
        """proof or promise."""
        ...

    @property
    def name(self) -> str:
        """What the file is called."""
        ...

    @property
    def text(self) -> str:
        """The file."""
        ...

    @property
    def opening(self) -> str:
        """What opens the leaf."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What every screen is given. Shape: address takes mail of authorities; hotline is a telephone number."""

    store: Store
    clock: Clock
    entropy: Entropy
    blobs: Blobs
    office: Office
    prove: Callable[[int], Awaitable[Proved | None]]
    """The proof of a journal entry, opened for whom it concerns."""
    paper: Callable[[bytes], Awaitable[PaperResult]] | None = None
    """Reads a document in its own process; None where there is none. Errors: Invalid."""
    address: str = ""
    hotline: str = ""
    limited: bool = True
    """False where limits of rate are lifted."""
    trial: bool = False
    """True where whoever comes may be an authority that is made up: demonstrations and test mode."""

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock.now())

    def read(self, query: Callable[[Reader], T]) -> Awaitable[T]:
        """What the query found."""
        return self.store.read(query)

    def write(self, act: Callable[[Tx], T]) -> Awaitable[T]:
        """The act was done."""
        return self.store.write(act)
