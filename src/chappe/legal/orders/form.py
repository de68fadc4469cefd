"""What an instrument is, as data: its form, who may issue it, what it reaches, its clock, its answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

REMOVAL, INFORMATION, PRESERVATION, EMERGENCY = "removal", "information", "preservation", "emergency"
INQUIRY, DATA_SUBJECT, DECLARATION, WISH, TEST, UNSORTED = (
    "inquiry", "data_subject", "declaration", "wish", "test", "unsorted",
)  # fmt: skip
RESTART, GO_ON = "restart", "go_on"
"""After a stop the whole time runs anew, or what was left of it."""
AT_EXECUTION, NEVER, NOT_DUE = "at_execution", "never", "not_due"
"""When we tell the person: at execution unless secrecy was ordered; never (the authority does); not at all."""
UNION, EVIDENCE, HOME, ISSUER, ANY, FRANCE, THIRD, NOWHERE = (
    "union", "evidence", "home", "issuer", "any", "france", "third", "nowhere",
)  # fmt: skip
"""Countries: of the Union, of it without Denmark, where we are established, of the authority itself, any, France,
outside the European Economic Area, none."""
ANYBODY = "anybody"
"""A kind of authority that is none: a person who writes for themselves, or whoever is not registered."""
ENVELOPE = frozenset(
    {
        "external_ref", "authority", "country", "territories", "legal_basis", "reasons", "redress", "targets",
        "category", "language", "data",
    }
)  # fmt: skip
"""Names of fields that stand in the envelope itself; `data` is a category of data at every target."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that the form of an instrument asks.

    Shape: kind is text, long, date, hours, flag or choice; `source` says which provision asks it.
    """

    name: str
    source: str
    required: bool = True
    kind: str = "text"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """How long there is. Shape: seconds; 0 where the law says only without undue delay: then `own_s` is our own aim.

    `own_date`: the order may say a date of its own, which holds. `first_contact_s`: the shortest time between an
    authority's explanation of the procedure and its first order; with `waits` the clock begins after it, and an order
    that comes without any explanation is the explanation.
    """

    rule: str
    within_s: int = 0
    within_months: int = 0
    extend_months: int = 0
    urgent_rule: str = ""
    urgent_s: int = 0
    own_s: int = 0
    own_date: bool = False
    resume: str = GO_ON
    first_contact_s: int = 0
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Instrument:
    """One kind of order.

    Shape: issuers maps a category of data, or '' where none is asked for, to the kinds of authority that may order
    it; from_where and reach are of the words above; answers maps what may be answered to the reasons it may give.
    """

    code: str
    family: str
    sources: tuple[str, ...]
    fields: tuple[Field, ...]
    issuers: Mapping[str, frozenset[str]]
    from_where: str
    reach: str
    clock: Clock
    answers: Mapping[str, tuple[str, ...]]
    effect_first: bool = False
    public_alone: bool = False
    """True where it reaches what anybody can read, and nothing else. Source: tco/2(3)"""
    tells: str = NOT_DUE
    longest_secrecy_s: int = 0
    hold_s: int = 0
    hold_more_s: int = 0
    checklist: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def categories(self) -> tuple[str, ...]:
        """Categories of data that it can reach, with somebody entitled to each."""
        return tuple(one for one in self.issuers if one)

    @property
    def discloses(self) -> bool:
        """True if data about people may be handed over by it."""
        return bool(self.categories)


HOUR_S, DAY_S = 3600, 86_400
