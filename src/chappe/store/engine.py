"""What a database must offer to the writers: one connection, used by one thread at a time."""

from enum import Enum
from typing import Protocol

from chappe.store.protocol import Notes, Tx


class Trouble(Enum):
    """What an error means for the whole transaction."""

    FULL = "storage_full"
    """No room: nothing else of this batch will fit either."""
    AGAIN = "storage_busy"
    """Another writer stood in the way; the same acts may pass a moment later."""
    LOST = "storage_unavailable"
    """The connection or the file failed; nothing of the transaction is stored."""
    DOUBT = "storage_in_doubt"
    """The connection was lost while committing and nobody can be asked: it may be stored or not."""


class EngineTx(Tx, Protocol):
    """A Tx with what the batch runner needs besides."""

    notes: Notes
    failure: Exception | None
    """The first database error any statement of the running act met, even if the act swallowed it."""

    def start_act(self) -> None:
        """A new act begins: no failure yet, nothing touched."""
        ...

    def touched(self) -> bool:
        """True if the running act may have changed something."""
        ...


class Engine(Protocol):
    """One writing connection."""

    def begin(self, now: int) -> EngineTx:
        """A transaction is open; a connection that broke has been replaced."""
        ...

    def commit(self) -> None:
        """The transaction is durable. Any error but one of Trouble.DOUBT means that it is not."""
        ...

    def rollback(self) -> None:
        """No transaction is open. Never raises."""
        ...

    def savepoint(self) -> None:
        """What follows can be undone alone."""
        ...

    def release(self) -> None:
        """What followed the savepoint stays."""
        ...

    def undo(self) -> None:
        """What followed the savepoint is undone."""
        ...

    def trouble(self, error: Exception) -> Trouble | None:
        """What the error means for the transaction; None if it is the act's own fault."""
        ...

    def rest(self) -> None:
        """Housekeeping between two transactions, on the thread that committed. Never raises."""
        ...

    def close(self) -> None:
        """The connection is closed."""
        ...
