"""Records of a room's running: its invite links, who came by them, what its administrators did.

Source: api/invites
"""

from dataclasses import dataclass

import msgspec

from chappe.base.ids import PeerId, UserId
from chappe.domain.content import Photo
from chappe.domain.records import Message
from chappe.domain.rooms import Member, Settings


@dataclass(frozen=True, slots=True)
class InviteLink:
    """A link into a room. Shape: expires and usage_limit 0 for none; hash is what the link ends in."""

    hash: str
    admin_id: UserId
    title: str
    date: int
    start_date: int
    expires: int
    usage_limit: int
    usage: int
    requested: int
    request_needed: bool
    permanent: bool
    revoked: bool
    room_id: PeerId

    def usable(self, now: int) -> bool:
        """True if somebody may come in by it."""
        if self.revoked or (self.expires and self.expires <= now):
            return False
        return not self.usage_limit or self.usage < self.usage_limit


@dataclass(frozen=True, slots=True)
class Importer:
    """Somebody who came by a link, or asks to. Shape: hash '' for a public room."""

    user_id: UserId
    date: int
    requested: bool
    approved_by: UserId
    about: str
    hash: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is. Shape: pinned_order 0 when it is not pinned; unread and read_max_id are one viewer's."""

    id: int
    title: str
    icon_color: int
    icon_emoji_id: int
    from_id: UserId
    date: int
    closed: bool
    hidden: bool
    pinned_order: int
    top_message: int
    read_max_id: int = 0
    unread: int = 0


class Logged(msgspec.Struct, array_like=True, frozen=True):
    """What an administrative act changed: from the first of each pair to the second."""

    values: tuple[int | str, ...] = ()
    members: tuple[Member, ...] = ()
    messages: tuple[Message, ...] = ()
    links: tuple[InviteLink, ...] = ()
    photos: tuple[Photo | None, ...] = ()
    topics: tuple[Topic, ...] = ()
    settings: tuple[Settings, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a room's admin log. Shape: action is TL's name without `channelAdminLogEventAction`."""

    no: int
    date: int
    user_id: UserId
    action: str
    logged: Logged
