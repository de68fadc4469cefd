"""Records that the parts of the room speak of: what somebody files, what a case is, what was kept of an item."""

from dataclasses import dataclass
from hashlib import sha256

import msgspec

from chappe.base.ids import UserId
from chappe.domain.auth_keys import Wrapper
from chappe.domain.rulings import Item

NOBODY = UserId(0)
MENU, BUTTON, FORM, FLAGGER = "menu", "button", "form", "flagger"
WAYS = frozenset({MENU, BUTTON, FORM, FLAGGER})
"""How a notice came: a client's menu, a client's one-tap button, our web form, the interface for trusted flaggers."""
PUBLIC, CLOSED = "public", "closed"
RECEIVED, IN_REVIEW, DECIDED, DONE, REOPENED = "received", "in_review", "decided", "closed", "reopened"
STATES = frozenset({RECEIVED, IN_REVIEW, DECIDED, DONE, REOPENED})
MEASURE, NO_ACTION, UNFOUNDED, GONE = "measure", "no_action", "unfounded", "gone"
OUTCOMES = frozenset({MEASURE, NO_ACTION, UNFOUNDED, GONE})
"""What became of a case: a measure was taken, none was due, the notice was manifestly unfounded, nothing was left."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the room works with, handed in by who has it.

    Shape: links ends in a slash; `mails` where the server sends mail; `limited` where limits of rate hold.
    """

    wrapper: Wrapper
    links: str
    mails: bool = False
    limited: bool = True


@dataclass(frozen=True, slots=True)
class Notifier:
    """Who files a notice.

    Shape: user_id for who has an account, flagger_id for a trusted flagger, else name and email, or nothing at all;
    network is `limits.network` of the address, counted by and never stored; lang two letters; country two capitals.
    """

    user_id: UserId = NOBODY
    flagger_id: int = 0
    name: str = ""
    email: str = ""
    lang: str = "en"
    country: str = ""
    network: str = ""

    @property
    def subject(self) -> str:
        """How limits and the journal name an account or a flagger; empty for others."""
        if self.flagger_id:
            return f"flagger:{self.flagger_id}"
        return f"user:{self.user_id}" if self.user_id else ""


class Kept(msgspec.Struct, array_like=True, frozen=True):
    """A file that evidence shows. Shape: kind is photo, document or thumb; sha256 in hex."""

    kind: str
    file_id: int
    sha256: str
    mime_type: str
    size_bytes: int
    w: int = 0
    h: int = 0


class Evidence(msgspec.Struct, array_like=True, frozen=True):
    """What an item was when somebody noticed it. Fields are only ever added at the end, with a default.

    Shape: kind is the item's, or message for one that shows what an account wrote; text is plain, to be escaped where
    it is shown; content is the packed message (`domain.content`), empty for what is none.
    """

    kind: str
    date: int
    from_id: int = 0
    from_name: str = ""
    text: str = ""
    title: str = ""
    username: str = ""
    edit_date: int = 0
    message_id: int = 0
    peer_id: int = 0
    content: bytes = b""
    files: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Located:
    """An item that who files may see, with what the case keeps of it; made by `items` and nothing else.

    Shape: author_id is whose it is, 0 when nobody's; room_id the room it stands in, 0 for none; reach: how many saw it
    or could; surface public or closed.
    """

    item: Item
    author_id: int = 0
    room_id: int = 0
    surface: str = CLOSED
    reach: int = 1
    sha256: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def names_something(self) -> bool:
        """False for words that lead to nothing on this server."""
        return bool(self.item.peer_id or self.item.sha256)

    @property
    def key(self) -> str:
        """What duplicates are known by: the item's key; a digest of the words for what names nothing here."""
        if not self.item.peer_id and not self.item.sha256:
            return f"elsewhere:{sha256(self.item.extra.encode()).hexdigest()[:32]}"
        return self.item.key


@dataclass(frozen=True, slots=True)
class Filing:
    """What a notice says.

    Shape: category and keyword are of `domain.categories`; explanation is plain text, up to 5000 characters;
    good_faith is the statement of Article 16(2)(d), which who uses a client gives by its terms.
    """

    way: str
    category: str
    keyword: str
    explanation: str
    items: tuple[Located, ...]
    good_faith: bool = True


@dataclass(frozen=True, slots=True)
class Filed:
    """The receipt of a notice. Shape: link is where its state is shown, to who has the link alone."""

    notice_id: int
    link: str
    cases: tuple[int, ...]
    date: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as its status page and its cases show it. Shape: outcome is one of OUTCOMES, empty while it waits."""

    notice_id: int
    notifier_id: int
    notifier: str
    """`user:1`, `flagger:2` or `notifier:3`."""
    way: str
    category: str
    keyword: str
    explanation: str
    lang: str
    country: str
    precise: bool
    item_count: int
    received_at: int
    decided_at: int
    outcome: str
    told_at: int


@dataclass(frozen=True, slots=True)
class Case:
    """Notices and signals about the same items, seen to by one person at a time.

    Shape: state is one of STATES; claimed_by is 0 when nobody sees to it or the claim's time is over; place orders the
    queue, the lowest first; known_at is when a precise notice gave knowledge, acted_at when a measure was taken.
    """

    case_id: int
    state: str
    source: str
    category: str
    keyword: str
    child_safety: bool
    flagged: bool
    lang: str
    surface: str
    author_id: int
    room_id: int
    priority: int
    reach: int
    place: int
    due: int
    notice_count: int
    item_count: int
    received_at: int
    known_at: int
    acted_at: int
    decided_at: int
    outcome: str
    claimed_by: int
    claimed_until: int
    decided_by: str

    @property
    def is_open(self) -> bool:
        """True until it is decided."""
        return self.state in (RECEIVED, IN_REVIEW, REOPENED)

    @property
    def subject(self) -> str:
        """How the journal names it."""
        return f"case:{self.case_id}"


@dataclass(frozen=True, slots=True)
class Act:
    """One line of what happened to a case."""

    no: int
    date: int
    actor: str
    act: str
    detail: str
