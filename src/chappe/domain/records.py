"""Frozen records that several rooms of the domain speak of."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Self

import msgspec

from chappe.base.ids import MsgId, PeerId, UserId
from chappe.domain import content
from chappe.domain.content import Content, Photo


class Reaction(msgspec.Struct, array_like=True, frozen=True):
    """One person's reaction. Shape: emoji, or the id of a custom emoji in digits when `custom`."""

    user_id: int
    emoji: str
    date: int
    custom: bool = False
    big: bool = False
    unread: bool = False
    shown_as: int = 0
    """The room or channel in whose name it was given, 0 for the person's own."""

    @property
    def peer_id(self) -> int:
        """Who is named for it."""
        return self.shown_as or self.user_id


REACTIONS_KEPT = 50
"""Reactions that the row of a room's message holds at most, the newest; `tally` counts all when there are more."""

_reactions_decoder: msgspec.msgpack.Decoder[tuple[Reaction, ...]] = msgspec.msgpack.Decoder(tuple[Reaction, ...])


class Replies(msgspec.Struct, frozen=True):
    """How the thread of a message stands. Shape: group_id is where a post of a channel is discussed, 0 for others."""

    count: int = 0
    max_id: int = 0
    recent: tuple[PeerId, ...] = ()
    group_id: PeerId = PeerId(0)


class Message(msgspec.Struct, frozen=True):
    """A message as it stands in one box. Shape: ids are the box owner's; twin_id is its id in the peer's box."""

    owner_id: PeerId
    id: MsgId
    peer_id: PeerId
    from_id: PeerId
    out: bool
    date: int
    twin_id: int
    content: Content
    edit_date: int = 0
    pinned: bool = False
    media_unread: bool = False
    grouped_id: int = 0
    reactions: tuple[Reaction, ...] = ()
    views: int = 0
    forwards: int = 0
    replies: Replies | None = None
    tally: tuple[tuple[str, bool, int], ...] = ()
    """(sign, custom, how many) of a message in a room with more reactions than its row holds."""
    own_reactions: tuple[Reaction, ...] = ()
    """The viewer's, of such a message."""
    held: int = 0
    """Bits of `enforcement`: what a decision of the platform lays between the message and its readers."""

    @property
    def tallied(self) -> tuple[tuple[str, bool, int], ...]:
        """(sign, custom, how many) of all reactions."""
        if self.tally:
            return self.tally
        counted = Counter((r.emoji, r.custom) for r in self.reactions)
        return tuple((sign, custom, n) for (sign, custom), n in counted.items())

    @property
    def reaction_count(self) -> int:
        """How many reactions there are."""
        return sum(n for _, _, n in self.tallied)

    @property
    def has_unseen(self) -> bool:
        """True if there is a reaction that the owner has not seen."""
        return any(r.unread and r.user_id != self.owner_id for r in self.reactions)

    @classmethod
    def of_row(cls, row: tuple[Any, ...]) -> Self:
        """The record of a row in the order of `boxes.MESSAGE_COLUMNS`."""
        (
            owner_id, id_, peer_id, from_id, out, date, twin_id, edit_date, pinned, unread, grouped, reactions, held,
            blob,
        ) = row  # fmt: skip
        return cls(
            owner_id, id_, peer_id, from_id, bool(out), date, twin_id, content.unpack(blob), edit_date,
            bool(pinned), bool(unread), grouped, _reactions_decoder.decode(reactions) if reactions else (),
            held=held,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dialog:
    """One line of the chat list."""

    peer_id: PeerId
    top_message: MsgId
    date: int
    message_count: int
    read_inbox_max_id: int
    read_outbox_max_id: int
    unread_count: int
    unread_reactions: int
    unread_mark: bool
    pinned_order: int
    folder_id: int
    ttl_period: int
    draft: content.Text | None
    draft_date: int
    pts: int = 0
    """Where a supergroup's or channel's own box stands, 0 for others."""
    unread_mentions: int = 0
    as_messages: bool = False
    """The owner reads the forum as one conversation."""
    unread_votes: int = 0
    """Polls of the owner's with votes not looked at."""


@dataclass(frozen=True, slots=True)
class UserCard:
    """What one viewer may know of one person, privacy applied.

    Shape: phone None and photo None when hidden or absent; status is one of empty, online, offline, recently,
    last_week, last_month; status_date: expiry when online, last seen when offline.
    """

    id: UserId
    first_name: str
    last_name: str
    username: str
    phone: str | None
    photo: Photo | None
    status: str
    status_date: int
    is_self: bool = False
    contact: bool = False
    mutual_contact: bool = False
    deleted: bool = False
    official: bool = False
    mark: str = ""
    """A label that a decision of the platform put on the account: scam, fake, or words."""
    hidden: bool = False
    """True where a decision of the platform hides the account from the viewer."""
    bot: int = 0
    """Bits of `bots`, 0 for people."""
    version: int = 0
    """Which state of the account this is."""
