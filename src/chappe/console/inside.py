"""What the console works with, handed in by `app`."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from chappe import web
from chappe.base import Clock
from chappe.base.ids import Entropy
from chappe.domain import access
from chappe.domain.access import Moderator
from chappe.domain.kits import Kits
from chappe.domain.operators import Operator
from chappe.legal.office import Office
from chappe.safety import Desk
from chappe.safety.rulebook import Rule
from chappe.store import Reader, Store, Tx
from chappe.store.blobs import Blobs

T = TypeVar("T")
PLACE = "console"
IDLE_S = 1800
"""A session that nobody uses for so long is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What every deed is given. Shape: links is where the server's pages are, with a slash at its end."""

    store: Store
    clock: Clock
    entropy: Entropy
    links: str
    terms: tuple[web.Terms, ...] = ()
    """The terms of this server, the newest first."""
    blobs: Blobs | None = None
    """Where the bytes of files are."""
    safety: Desk | None = None
    """What the room of notices works with."""
    office: Office | None = None
    """Who answers authorities; None where there is no legal desk."""
    rules: Callable[[], Iterable[Rule]] = tuple
    """The rules as they are now."""
    rule_mode: Callable[[dict[str, Any]], Awaitable[object]] | None = None
    """Puts the rule `name` into the `mode`, on the word of the `actor`; None where no rules are."""
    headroom: Callable[[], Iterable[tuple[str, int, int]]] = tuple
    """(name, used, most) of what the machine has to give; most 0 where it is not bounded."""
    kits_fit: Callable[[Kits | None], bool] = lambda kits: False
    """True if these recovery kits hold the keys that are in use."""
    drill: Callable[[dict[str, Any]], Awaitable[object]] | None = None
    """Records a drill: its `record`, or why it `failed`, on the word of `by`; None where nothing could check it."""
    zone: str = ""
    """The time zone of this server, in which people on call are told times; empty for UTC."""
    trial: bool = False
    """True where whoever comes may play any part: demonstrations and test mode."""

    def desk(self) -> web.Desk:
        """Sign-in at this place."""
        return web.Desk(self.store, self.clock, self.entropy, PLACE, IDLE_S)

    @property
    def terms_version(self) -> int:
        """The version of the terms that a decision cites; 0 where there are none."""
        return int(self.terms[0].version) if self.terms and self.terms[0].version.isdecimal() else 0

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

    def as_role(self, me: Operator, role: str, act: Callable[[Tx, Moderator], T]) -> Awaitable[T]:
        """The act was done by somebody who does what the role does. Errors: NotAllowed operator_role_needed."""
        return self.store.write(lambda tx: act(tx, access.require_moderator(tx, me.operator_id, role)))

    def seen_as(self, me: Operator, role: str, query: Callable[[Reader, Moderator], T]) -> Awaitable[T]:
        """What the query found for them. Errors: NotAllowed operator_role_needed."""
        return self.store.read(lambda rx: query(rx, access.require_moderator(rx, me.operator_id, role)))
