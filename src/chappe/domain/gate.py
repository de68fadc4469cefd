"""What may be said before an act is done: rules reach the domain through a gate that `app` hands in.

Source: api/errors#420-flood
The domain knows neither rules nor figures: it asks, and what the gate raises is the answer.
"""

from typing import Protocol

from chappe.base.ids import UserId
from chappe.domain.access import Grant
from chappe.domain.content import Content
from chappe.domain.rooms import Room
from chappe.store import Tx


class Gate(Protocol):
    """Speaks before something is stored: raises a Refusal or returns. It writes through the act's Tx alone."""

    def message(self, tx: Tx, grant: Grant, content: Content, /) -> None:
        """Somebody is about to say this. Errors: NotAllowed peer_flood; TooMany flood_wait_x."""
        ...

    def join(self, tx: Tx, room: Room, user: UserId, /) -> None:
        """Somebody is about to come into the room. Errors: TooMany flood_wait_x."""
        ...

    def invite(self, tx: Tx, room: Room, inviter: UserId, user: UserId, /) -> None:
        """Somebody is about to bring another into the room. Errors: NotAllowed peer_flood; TooMany flood_wait_x."""
        ...

    def make_room(self, tx: Tx, maker: UserId, kind: str, /) -> None:
        """Somebody is about to make a room. Errors: TooMany flood_wait_x."""
        ...

    def sign_up(self, tx: Tx, /) -> None:
        """Somebody is about to sign up. Errors: TooMany flood_wait_x."""
        ...


class OpenGate:
    """Lets everything through: where no limits hold, and for what the server itself says."""

    def message(self, tx: Tx, grant: Grant, content: Content, /) -> None:
        """Nothing stands in the way."""

    def join(self, tx: Tx, room: Room, user: UserId, /) -> None:
        """Nothing stands in the way."""

    def invite(self, tx: Tx, room: Room, inviter: UserId, user: UserId, /) -> None:
        """Nothing stands in the way."""

    def make_room(self, tx: Tx, maker: UserId, kind: str, /) -> None:
        """Nothing stands in the way."""

    def sign_up(self, tx: Tx, /) -> None:
        """Nothing stands in the way."""


OPEN = OpenGate()
