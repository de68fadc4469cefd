"""What every way out has in common."""

from dataclasses import dataclass
from typing import Protocol

from chappe.domain.outbox import Message


class Undelivered(Exception):
    """The letter did not get out.

    Shape: failure is one word of ours, safe to log and to store; final means that another try is no use;
    wait_s is how long the other side asked us to wait.
    """

    def __init__(self, failure: str, final: bool = False, wait_s: int = 0) -> None:
        super().__init__(failure)
        self.failure = failure
        self.final = final
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Parcel:
    """An opened letter; outbox_id is the same at each try, so that a receiver can drop repeats."""

    outbox_id: int
    address: str
    message: Message
    date: int


class Channel(Protocol):
    """One way out."""

    @property
    def kind(self) -> str:
        """The kind of letters this channel takes: mail, sms, console."""
        ...

    async def deliver(self, parcel: Parcel) -> None:
        """The other side has taken responsibility for the parcel.

        Errors: Undelivered.
        """
        ...
