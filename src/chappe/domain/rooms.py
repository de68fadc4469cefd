"""Rooms: what they are, who made them, how they are called; basic groups, supergroups and channels.

Source: api/channel
A basic group has up to 200 members, each with a copy of every message; a supergroup or channel has one box of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any

import msgspec

from chappe.base.errors import Invalid, NotAllowed, NotFound
from chappe.base.ids import CHANNEL_MARK, PeerId, UserId, channel_peer, chat_peer, is_channel
from chappe.domain import member_names, rights
from chappe.domain.content import Photo
from chappe.store import Reader, Tx
from chappe.store.queries import boxes, people
from chappe.store.queries import rooms as rows

TITLE_LENGTH = 128
ABOUT_LENGTH = 255
GROUP, SUPERGROUP, CHANNEL = "group", "supergroup", "channel"
GROUP_MEMBERS = 200
"""Members of a basic group at most. Source: api/config#chat-size-max"""
MEMBERS = 200_000
"""Members of a supergroup at most; a channel has no bound."""
READERS_TOLD = 100
"""In groups of so many members at most it is known who read a message.

Source: api/config#chat-read-mark-size-threshold
"""
FIRST_CHAT, FIRST_CHANNEL = 1, 1000
FIRST_BANNED = rights.banned("change_info", "pin_messages")
"""What ordinary members of a new supergroup may not do until they are let."""
REMOVED = 1
"""The bit of `held` for a room that a decision of the platform removed; `enforcement.WITHHELD` by another name."""


class Flag(IntFlag):
    """Switches of a room; the numbers are stored."""

    SIGNATURES = 1
    NOFORWARDS = 2
    HIDDEN_MEMBERS = 4
    HIDDEN_HISTORY = 8
    JOIN_TO_SEND = 16
    JOIN_REQUEST = 32
    FORUM = 64
    SIGNATURE_PROFILES = 128
    BOTS = 256
    LINKS_ASK = 512
    """Who comes by a link must be let in, whatever the link says."""


class Status(IntEnum):
    """What somebody is to a room; the numbers are stored. Positive ones are in it."""

    BANNED = -2
    LEFT = -1
    NOBODY = 0
    MEMBER = 1
    ADMIN = 2
    CREATOR = 3


class Settings(msgspec.Struct, array_like=True, frozen=True):
    """Choices about a room that nothing is sought by. Fields are only ever added at the end, with a default.

    Shape: reactions is all, some or none; allowed are the signs when it is some; reactions_limit 0 for the usual one.
    """

    reactions: str = "all"
    allowed: tuple[str, ...] = ()
    reactions_limit: int = 0


USUAL = Settings()


@dataclass(frozen=True, slots=True)
class Room:
    """A room as it is. Shape: id is the marked id; default_banned: bits of `rights.BANNED`; username '' for none."""

    id: PeerId
    kind: str
    title: str
    about: str
    username: str
    photo: Photo | None
    date: int
    creator_id: UserId
    default_banned: int
    flags: Flag
    slow_mode_s: int
    ttl_period_s: int
    linked_id: PeerId
    member_count: int
    version: int
    top_message: int
    top_date: int
    read_max_id: int
    migrated_to: PeerId
    migrated_from: PeerId
    migrated_from_max_id: int
    deleted: bool
    settings: Settings = USUAL
    held: int = 0
    """Bits of `enforcement`; a room that a decision removed counts as deleted."""

    @property
    def bare_id(self) -> int:
        """The id that TL shows."""
        return -self.id - CHANNEL_MARK if is_channel(self.id) else -self.id

    @property
    def broadcast(self) -> bool:
        """True for a channel, where only administrators post."""
        return self.kind == CHANNEL

    @property
    def own_box(self) -> bool:
        """True if the room has a box of its own; the members of a basic group have a copy each."""
        return self.kind != GROUP


@dataclass(frozen=True, slots=True)
class Member:
    """What one person is to a room. Shape: rights and banned are bits; until 0 means for ever."""

    user_id: UserId
    status: Status
    rights: int = 0
    banned: int = 0
    until: int = 0
    rank: str = ""
    inviter_id: int = 0
    by_id: int = 0
    date: int = 0
    last_post: int = 0
    since_id: int = 0
    cleared_id: int = 0
    send_as: int = 0

    @property
    def inside(self) -> bool:
        """True if the person is in the room."""
        return self.status > 0

    @property
    def admin_rights(self) -> int:
        """The bits of what the person may do as an administrator."""
        if self.status == Status.CREATOR:
            return rights.CREATOR | self.rights
        return self.rights if self.status == Status.ADMIN else 0

    def may(self, right: str) -> bool:
        """True if the person has the administrator's right."""
        return bool(self.admin_rights & rights.admin(right))

    def restrictions(self, now: int) -> int:
        """The bits of what the person must not do now."""
        return self.banned if self.banned and (not self.until or self.until > now) else 0


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody came into a room or left it; announced after the commit so that push knows who hears the room."""

    user_id: UserId
    room_id: PeerId
    inside: bool


_photo_decoder: msgspec.msgpack.Decoder[Photo] = msgspec.msgpack.Decoder(Photo)
_settings_decoder: msgspec.msgpack.Decoder[Settings] = msgspec.msgpack.Decoder(Settings)
_encode = msgspec.msgpack.Encoder().encode


def of_row(row: tuple[Any, ...]) -> Room:
    """The record of a row in the order of `rows.COLUMNS`."""
    photo = _photo_decoder.decode(row[5]) if row[5] else None
    return Room(
        PeerId(row[0]), row[1], row[2], row[3], row[4], photo, row[6], UserId(row[7]), row[8], Flag(row[9]), row[10],
        row[11], PeerId(row[12]), row[13], row[14], row[15], row[16], row[17], PeerId(row[18]), PeerId(row[19]),
        row[20], bool(row[21] or row[23] & REMOVED), _settings_decoder.decode(row[22]) if row[22] else USUAL, row[23],
    )  # fmt: skip


def member_of_row(row: tuple[Any, ...]) -> Member:
    """The record of a row in the order of `rows.MEMBER_COLUMNS`."""
    return Member(UserId(row[0]), Status(row[1]), *row[2:])


def find(rx: Reader, room_id: PeerId) -> Room:
    """The room. Errors: NotFound peer_id_invalid, channel_invalid."""
    row = rows.room(rx, room_id)
    if row is None:
        raise NotFound("channel_invalid" if is_channel(room_id) else "peer_id_invalid")
    return of_row(row)


def keep_settings(tx: Tx, room: Room, settings: Settings) -> None:
    """The room has these settings."""
    rows.set_field(tx, room.id, "settings", _encode(settings))


def some(rx: Reader, ids: Iterable[int]) -> list[Room]:
    """Those of the rooms that exist."""
    wanted = sorted({i for i in ids if i < 0})
    return [of_row(row) for row in rows.some(rx, wanted)] if wanted else []


def member(rx: Reader, room_id: PeerId, user_id: UserId) -> Member:
    """What the person is to the room now; a ban whose time is over counts as having left."""
    row = rows.member(rx, room_id, user_id)
    if row is None:
        return Member(user_id, Status.NOBODY)
    found = member_of_row(row)
    if found.status == Status.BANNED and found.until and found.until <= rx.now:
        return Member(user_id, Status.LEFT, date=found.date)
    return found


def require_title(title: str) -> str:
    """The title, trimmed. Errors: Invalid chat_title_empty."""
    title = title.strip()[:TITLE_LENGTH]
    if not title:
        raise Invalid("chat_title_empty")
    return title


def create(tx: Tx, creator: UserId, kind: str, title: str, about: str = "", flags: Flag = Flag(0)) -> Room:
    """The room exists and its creator is in it.

    Source: method/channels.createChannel, method/messages.createChat
    After: a box for a supergroup or channel; nothing is posted yet.
    Errors: Invalid chat_title_empty, chat_about_too_long.
    """
    title = require_title(title)
    if len(about) > ABOUT_LENGTH:
        raise Invalid("chat_about_too_long")
    if kind == GROUP:
        room_id = chat_peer(people.take_id(tx, "chat", FIRST_CHAT))
    else:
        room_id = channel_peer(people.take_id(tx, "channel", FIRST_CHANNEL))
        boxes.open_box(tx, room_id)
    rows.insert(tx, room_id, kind, title, about, tx.now, creator, int(flags))
    if kind == SUPERGROUP:
        rows.set_field(tx, room_id, "default_banned", FIRST_BANNED)
    rows.put_member(tx, room_id, creator, Status.CREATOR, 0, 0, 0, "", creator, 0, tx.now)
    rows.count_members(tx, room_id, 1)
    rows.enter(tx, creator, room_id, tx.now)
    member_names.known(tx, room_id, creator)
    if kind != GROUP:
        rows.line(tx, creator, room_id, tx.now, 0)
    tx.announce(Moved(creator, room_id, inside=True))
    return find(tx, room_id)


def require_open(room: Room) -> None:
    """The room still lives. Errors: NotAllowed channel_private; Invalid chat_id_invalid when it became a supergroup."""
    if room.deleted:
        raise NotAllowed("channel_private")
    if room.migrated_to:
        raise Invalid("peer_id_invalid")


def require_right(room: Room, me: Member, right: str) -> None:
    """The person may do this as an administrator. Errors: NotAllowed chat_admin_required, channel_private."""
    require_open(room)
    if not me.inside:
        raise NotAllowed("channel_private")
    if not me.may(right):
        raise NotAllowed("chat_admin_required")


def require_free(room: Room, me: Member, restriction: str, now: int) -> None:
    """An ordinary member may do this here: neither the room nor a restriction of their own forbids it.

    Shape: restriction is a name of `rights.BANNED`. Errors: NotAllowed chat_admin_required.
    """
    require_open(room)
    if not me.inside:
        raise NotAllowed("channel_private")
    if me.status >= Status.ADMIN and (not room.own_box or me.may(restriction) or me.status == Status.CREATOR):
        return
    bit = rights.banned(restriction)
    if room.broadcast or room.default_banned & bit or me.restrictions(now) & bit:
        raise NotAllowed("chat_admin_required")
