"""Records that the parts of the room speak of: an order with its targets, files and clock, and who ordered.

Source: dsa/9(2), dsa/10(2), requirements/legal-envelope
"""

from dataclasses import dataclass
from datetime import UTC, datetime

PORTAL, MAIL, DROP, PAPER, PHONE, OWN, SYNTHETIC = "portal", "mail", "drop", "paper", "phone", "own", "synthetic"
CHANNELS = (PORTAL, MAIL, DROP, PAPER, PHONE, OWN, SYNTHETIC)
"""How an order came; `own` is what we found ourselves."""
SUBSCRIBER, IDENTIFICATION, TRAFFIC, CONTENT = "subscriber", "identification", "traffic", "content"
CATEGORIES = (SUBSCRIBER, IDENTIFICATION, TRAFFIC, CONTENT)
"""Categories of data, the mildest first. Source: evidence/3"""
TARGET_KINDS = ("username", "link", "message_link", "phone", "ip", "user_id", "text")

RECEIVED, ACKNOWLEDGED, AUTHENTICATING, IN_REVIEW = "received", "acknowledged", "authenticating", "in_review"
ACCEPTED, EXECUTING, EXECUTED, PARTIALLY_EXECUTED = "accepted", "executing", "executed", "partially_executed"
REPLIED, CLOSED, CLARIFICATION_REQUESTED = "replied", "closed", "clarification_requested"
REJECTED_INAUTHENTIC, IMPOSSIBLE, CONTESTED = "rejected_inauthentic", "impossible", "contested"
UPHELD, REVERSED, WITHDRAWN = "upheld", "reversed", "withdrawn_by_authority"

STATES: dict[str, tuple[str, ...]] = {
    RECEIVED: (ACKNOWLEDGED, WITHDRAWN),
    ACKNOWLEDGED: (AUTHENTICATING, IMPOSSIBLE, WITHDRAWN),
    AUTHENTICATING: (IN_REVIEW, CLARIFICATION_REQUESTED, REJECTED_INAUTHENTIC, IMPOSSIBLE, WITHDRAWN),
    IN_REVIEW: (ACCEPTED, CLARIFICATION_REQUESTED, REJECTED_INAUTHENTIC, IMPOSSIBLE, REPLIED, WITHDRAWN),
    CLARIFICATION_REQUESTED: (IN_REVIEW, IMPOSSIBLE, REJECTED_INAUTHENTIC, REPLIED, WITHDRAWN),
    ACCEPTED: (EXECUTING, PARTIALLY_EXECUTED, CLARIFICATION_REQUESTED, IMPOSSIBLE, REPLIED, WITHDRAWN),
    EXECUTING: (EXECUTED, PARTIALLY_EXECUTED, IMPOSSIBLE, WITHDRAWN),
    EXECUTED: (REPLIED, CONTESTED, WITHDRAWN),
    PARTIALLY_EXECUTED: (REPLIED, CONTESTED, WITHDRAWN),
    IMPOSSIBLE: (REPLIED, WITHDRAWN),
    CONTESTED: (UPHELD, REVERSED, WITHDRAWN),
    UPHELD: (REPLIED, CLOSED),
    REVERSED: (REPLIED, CLOSED),
    REPLIED: (CLOSED, CONTESTED, AUTHENTICATING, WITHDRAWN),
    REJECTED_INAUTHENTIC: (CLOSED,),
    WITHDRAWN: (CLOSED,),
    CLOSED: (CONTESTED,),
}
"""The one table of legal transitions. A refusal goes from review to `replied`; an answered order whose authority sends
what was lacking is looked at from the beginning; what is closed can still be contested."""
OPEN_STATES = frozenset(STATES) - {CLOSED}

PROVEN, CONFIRMED, DOUBTED, FORGED = "proven", "confirmed", "doubted", "refused"
"""Authenticity: proven by its channel, confirmed by a person, in doubt, refused as false."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something an order is about, as it was written, and the data that is asked of it.

    Shape: kind is one of TARGET_KINDS; category one of CATEGORIES or empty; since and until 0 where nothing is said;
    matched holds keys of what it was found to be, empty until it was looked for or when nothing was found.
    """

    kind: str
    text: str
    category: str = ""
    since: int = 0
    until: int = 0
    matched: tuple[str, ...] = ()
    no: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """A file of an order, kept as it came. Shape: origin is original, message or answer; sha256 in hex."""

    no: int
    origin: str
    name: str
    sha256: str
    size_bytes: int
    date: int


@dataclass(frozen=True, slots=True)
class Authenticity:
    """How far it is known who an order is from. Shape: state is empty, proven, confirmed, doubted or refused.

    Source: tco/3(5)
    """

    state: str = ""
    how: str = ""
    by: str = ""
    at: int = 0

    @property
    def stands(self) -> bool:
        """True if the order is known to be its authority's: nothing is done before."""
        return self.state in (PROVEN, CONFIRMED)


@dataclass(frozen=True, slots=True)
class New:
    """An order as it comes in, before it is a case.

    Shape: message_ref is unique within the channel; received_at 0 for now; territories two capitals each; fields are
    what else the form of its instrument asks, by name; files (name, sha256, size_bytes).
    """

    instrument: str
    channel: str
    sender: str = ""
    message_ref: str = ""
    authority_id: int = 0
    external_ref: str = ""
    urgent: bool = False
    country: str = ""
    territories: tuple[str, ...] = ()
    language: str = "en"
    category: str = ""
    keywords: tuple[str, ...] = ()
    legal_basis: str = ""
    reasons: str = ""
    redress: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    targets: tuple[Target, ...] = ()
    files: tuple[tuple[str, str, int], ...] = ()
    received_at: int = 0
    secrecy_until: int = 0
    secrecy_basis: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A case of the legal desk. Shape: dates 0 for what has not happened; deadline_at 0 for none or while stopped."""

    order_id: int
    year: int
    year_no: int
    instrument: str
    authority_id: int
    sender: str
    external_ref: str
    channel: str
    urgent: bool
    state: str
    is_open: bool
    outcome: str
    reason: str
    country: str
    territories: tuple[str, ...]
    language: str
    category: str
    keywords: tuple[str, ...]
    legal_basis: str
    reasons: str
    redress: str
    fields: dict[str, str]
    received_at: int
    ack_at: int
    effect_at: int
    replied_at: int
    informed_at: int
    closed_at: int
    reviewed_at: int
    reviewed_by: int
    deadline_at: int
    deadline_rule: str
    stopped_at: int
    left_s: int
    owner_id: int
    secrecy_until: int
    secrecy_basis: str
    authenticity: Authenticity
    people: int
    sealed: bool
    targets: tuple[Target, ...] = ()

    @property
    def number(self) -> str:
        """The case number that every letter quotes: `L-2026-17`."""
        return f"L-{self.year}-{self.year_no}"

    @property
    def subject(self) -> str:
        """How the journal names it."""
        return f"order:{self.order_id}"

    def is_secret(self, now: int) -> bool:
        """True while nobody it concerns may be told of it."""
        return self.secrecy_until > now


@dataclass(frozen=True, slots=True)
class Act:
    """One line of what happened to an order."""

    no: int
    date: int
    actor: str
    act: str
    detail: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A time in which the clock stood still. Shape: to_at 0 while it does."""

    from_at: int
    to_at: int
    reason: str


def year_of(date: int) -> int:
    """The year of a date, by the clock of the whole world."""
    return datetime.fromtimestamp(date, UTC).year
