"""What is decided about, on what ground, with what effect: the records of a decision.

Source: dsa/17
"""

from dataclasses import dataclass

import msgspec

from chappe.base.ids import PeerId, UserId
from chappe.domain.territory_profiles import expand

KINDS = ("message", "media", "account", "room", "reaction", "profile_photo", "story")
"""What an item may be; `story` is reserved."""
MEASURES = (
    "label", "age_gate", "remove", "hide", "limit", "freeze", "suspend", "remove_room", "hide_room", "stop_bot",
)  # fmt: skip
BASES = ("law", "terms")
SOURCES = ("notice", "trusted_flagger", "own_initiative", "order", "rule")
AUTOMATED = ("none", "partial", "full")


class Item(msgspec.Struct, array_like=True, frozen=True):
    """One thing that a notice, a case or a decision is about.

    Shape: for a message in a private chat or basic group peer_id is the owner of the box it was reported from;
    sha256 in hex, of media alone; extra for what names the thing further (the sign of a reaction, the id of a photo).
    """

    kind: str
    peer_id: int = 0
    message_id: int = 0
    sha256: str = ""
    extra: str = ""

    @property
    def key(self) -> str:
        """The item in one word: `message:-1000000001003:5`, `account:1000`, `room:-100…`, `media:<sha256>`."""
        match self.kind:
            case "media":
                return f"media:{self.sha256}"
            case "message" | "story":
                return f"{self.kind}:{self.peer_id}:{self.message_id}"
            case "reaction":
                return f"reaction:{self.peer_id}:{self.message_id}:{self.extra}"
            case "profile_photo":
                return f"profile_photo:{self.peer_id}:{self.extra}"
            case _:
                return f"{self.kind}:{self.peer_id}"


class Ground(msgspec.Struct, frozen=True):
    """Why: a provision of law, or a clause of the terms, never both. Shape: version is that of the terms, 0 for law.

    Source: dsa/17(3)
    """

    basis: str
    clause: str
    version: int = 0
    text: str = ""
    """Why the item falls under the clause."""


class Said(msgspec.Struct, frozen=True):
    """The free words of a ruling in one language. Shape: lang en or fr; why the item falls under the clause; facts."""

    lang: str
    why: str
    facts: str


class Measure(msgspec.Struct, frozen=True):
    """What is done. Shape: territories are ISO 3166 codes, none for everywhere; until 0 for as long as it stands.

    A group of countries (EU) is written out: what is decided does not change when somebody joins or leaves it.
    detail: for limit mute, slow or no_links; for label its text, of an account or room also scam or fake.
    """

    kind: str
    territories: tuple[str, ...] = ()
    until: int = 0
    detail: str = ""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "territories", expand(self.territories))


class Ruling(msgspec.Struct, frozen=True):
    """All that a decision says, before it is one.

    Shape: seed: 16 random bytes at least, from which the statements' tokens are made; site: where the server's pages
    are, such as `https://chat.example/`; facts and ground.text without personal data. They are written in `lang`, empty
    where nobody said; `said` has the same in other languages. Who is hit reads their own language, and where it was not
    written the first, with a word about which that is.
    """

    items: tuple[Item, ...]
    measure: Measure
    ground: Ground
    category: str
    seed: bytes
    keywords: tuple[str, ...] = ()
    source: str = "own_initiative"
    automated_detection: bool = False
    automated_decision: str = "none"
    facts: str = ""
    case_id: int = 0
    site: str = ""
    hours: int = -1
    """Whole hours since the matter was known, -1 where nothing was waited for."""
    quiet: bool = False
    """True where secrecy was ordered: nobody whom it hits is told before `decisions.speak`, its leaf is sealed."""
    lang: str = ""
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it stands. Shape: state is in_force, undone or ended; actor as in the journal.

    pending counts items and copies' parts whose turn in the follow-up has not come.
    """

    decision_id: int
    date: int
    actor: str
    operator_id: int
    state: str
    measure: Measure
    ground: Ground
    category: str
    keywords: tuple[str, ...]
    source: str
    automated_detection: bool
    automated_decision: str
    facts: str
    case_id: int
    item_count: int
    journal_no: int
    undone_date: int = 0
    undone_by: str = ""
    undone_reason: str = ""
    pending: bool = False
    lang: str = ""
    said: tuple[Said, ...] = ()

    def words(self, lang: str) -> Said:
        """What was written in the language, or else what was written first."""
        first = Said(self.lang, self.ground.text, self.facts)
        return next((one for one in (first, *self.said) if one.lang == lang), first)


@dataclass(frozen=True, slots=True)
class Clash:
    """What an undoing left as it is, others having changed it meanwhile. Shape: what is gone or changed."""

    item: Item
    what: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undoing did. Shape: pending: parts of it follow in the background, their conflicts are read later."""

    decision: Decision
    conflicts: tuple[Clash, ...]
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision over many items would touch.

    Shape: sample: the first of them; taken: already so restricted; languages: in which how many people are told.
    """

    count: int
    people: int
    sample: tuple[Item, ...]
    taken: tuple[Item, ...]
    unknown: tuple[Item, ...]
    languages: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of reasons to one person. Source: dsa/17(3)"""

    decision: Decision
    person_id: UserId
    date: int
    complain_until: int
    lang_code: str
    items: tuple[Item, ...]
    token: str = ""
    """Only when it was just made: the store knows its digest alone."""

    @property
    def peer(self) -> PeerId:
        """Whose chat with the server holds it."""
        return PeerId(self.person_id)
