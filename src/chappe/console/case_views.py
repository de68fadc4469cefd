"""Records of cases, as the console shows them and its API sends them."""

from collections.abc import Container, Iterable, Mapping

import msgspec

from chappe.domain import bots
from chappe.domain.rulings import Item
from chappe.safety import Act, Case, Evidence, Kept, Notice
from chappe.store import Reader


class ItemView(msgspec.Struct, frozen=True):
    """One thing that a case or a decision is about.

    Shape: key names it in every form of the console; of a case's: known_at is when a precise notice gave knowledge of
    it, acted_at when a measure was taken against it, 0 for never.
    """

    key: str
    kind: str
    peer_id: int = 0
    message_id: int = 0
    sha256: str = ""
    extra: str = ""
    bot: bool = False
    """True for the account of a bot."""
    known_at: int = 0
    acted_at: int = 0


class CaseView(msgspec.Struct, frozen=True):
    """A case. Shape: instants are seconds since 1970, 0 for never; mine says that it is claimed by who asks."""

    case_id: int
    state: str
    is_open: bool
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
    due: int
    overdue: bool
    notice_count: int
    item_count: int
    received_at: int
    known_at: int
    acted_at: int
    decided_at: int
    outcome: str
    decided_by: str
    claimed_by: int
    claimed_until: int
    mine: bool
    room_name: str = ""
    """In lists, by which name everybody finds the room; empty where it has none."""


class NoticeView(msgspec.Struct, frozen=True):
    """A notice of a case: what was said. Shape: notifier is a number of its own, or a trusted flagger's."""

    notice_id: int
    notifier: str
    way: str
    category: str
    keyword: str
    explanation: str
    lang: str
    country: str
    precise: bool
    received_at: int


class ActView(msgspec.Struct, frozen=True):
    """A line of what happened to a case. Shape: act is claimed, released, noted, read, sorted, decided, reopened, …"""

    date: int
    actor: str
    act: str
    detail: str


class RelatedView(msgspec.Struct, frozen=True):
    """Another case, and why it belongs here: item, hash, author or room."""

    why: str
    case: CaseView


class WholeCase(msgspec.Struct, frozen=True):
    """A case with all that may be known without reading what it is about.

    Shape: told_in is the language, en or fr, in which whom a measure would hit is told of it; media are the files that
    the items carry, which a decision may name: it reaches every copy.
    """

    case: CaseView
    items: tuple[ItemView, ...]
    notices: tuple[NoticeView, ...]
    acts: tuple[ActView, ...]
    related: tuple[RelatedView, ...]
    told_in: str
    media: tuple[ItemView, ...]


class FileView(msgspec.Struct, frozen=True):
    """A file that evidence shows. Shape: path is where its bytes are, each reading of which is written down."""

    kind: str
    file_id: int
    sha256: str
    mime_type: str
    size_bytes: int
    w: int
    h: int
    path: str


class EvidenceView(msgspec.Struct, frozen=True):
    """What an item was when somebody noticed it, in plain text. Shape: from_id 0 where nobody is to be named."""

    item_key: str
    kind: str
    date: int
    from_id: int
    from_name: str
    text: str
    title: str
    username: str
    edit_date: int
    message_id: int
    peer_id: int
    files: tuple[FileView, ...]


class CaseEvidence(msgspec.Struct, frozen=True):
    """All that a case keeps of what it is about."""

    evidence: tuple[EvidenceView, ...]


def item_view(item: Item) -> ItemView:
    """The item by name."""
    return ItemView(item.key, item.kind, item.peer_id, item.message_id, item.sha256, item.extra)


def item_views(
    rx: Reader, items: Iterable[Item], clocks: Mapping[str, tuple[int, int]] | None = None
) -> tuple[ItemView, ...]:
    """The items by name, which of them are bots, and how the clock of each stands."""
    found = [item_view(item) for item in items]
    owned = bots.owners(rx, {one.peer_id for one in found if one.kind == "account"})
    said = clocks or {}
    return tuple(_timed(one, owned, said.get(one.key, (0, 0))) for one in found)


def _timed(one: ItemView, owned: Container[int], clock: tuple[int, int]) -> ItemView:
    is_bot = one.kind == "account" and one.peer_id in owned
    return msgspec.structs.replace(one, bot=is_bot, known_at=clock[0], acted_at=clock[1])


def case_view(case: Case, operator_id: int, now: int, room_name: str = "") -> CaseView:
    """The case as this operator sees it now."""
    claimed = case.claimed_by if case.claimed_until > now else 0
    same = {name: getattr(case, name) for name in _SAME}
    return CaseView(
        **same,
        overdue=case.is_open and case.due < now,
        claimed_by=claimed,
        claimed_until=case.claimed_until if claimed else 0,
        mine=claimed == operator_id,
        room_name=room_name,
    )


_OWN = ("overdue", "claimed_by", "claimed_until", "mine", "room_name")
_SAME = [name for name in CaseView.__struct_fields__ if name not in _OWN]


def notice_view(notice: Notice) -> NoticeView:
    """The notice to staff, who need not know which account it came from."""
    who = notice.notifier if notice.notifier.startswith("flagger:") else f"notifier:{notice.notifier_id}"
    same = {name: getattr(notice, name) for name in NoticeView.__struct_fields__ if name != "notifier"}
    return NoticeView(notifier=who, **same)


def act_view(act: Act) -> ActView:
    """The line as it stands."""
    return ActView(act.date, act.actor, act.act, act.detail)


def evidence_view(case_id: int, item_key: str, one: Evidence) -> EvidenceView:
    """The evidence with addresses for its files."""
    files = tuple(_file_view(case_id, kept) for kept in one.files)
    same = [name for name in EvidenceView.__struct_fields__ if name not in ("item_key", "files")]
    return EvidenceView(item_key=item_key, files=files, **{name: getattr(one, name) for name in same})


def _file_view(case_id: int, kept: Kept) -> FileView:
    path = f"/api/cases/{case_id}/files/{kept.sha256}"
    return FileView(
        kept.kind, kept.file_id, kept.sha256, kept.mime_type, kept.size_bytes, kept.w, kept.h, path
    )
