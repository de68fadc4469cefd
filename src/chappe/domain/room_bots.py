"""Bots in rooms: which there are, and what those hear that are not to hear everything.

Source: api/bots#privacy-mode
A room that never had a bot costs no question: Flag.BOTS says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chappe.base.errors import Invalid
from chappe.base.ids import UserId
from chappe.domain.access import Grant
from chappe.domain.bot_records import DEFAULT, NO_GROUPS, READS_ALL, Info, shown_commands
from chappe.domain.content import Text, utf16_slice
from chappe.domain.records import Message
from chappe.domain.rooms import Flag, Member, Room, Status
from chappe.store import Reader, Tx
from chappe.store.queries import bots as bot_rows
from chappe.store.queries import room_bots as rows
from chappe.store.queries import rooms as room_rows

MOST = 20
"""Bots of one room."""


@dataclass(frozen=True, slots=True)
class RoomBot:
    """A bot in a room."""

    id: UserId
    status: int
    bits: int
    username: str

    @property
    def deaf(self) -> bool:
        """True if it hears only what is meant for it."""
        return self.status < Status.ADMIN and not self.bits & READS_ALL


def require_invitable(rx: Reader, room: Room, user: UserId, *, as_admin: bool) -> bool:
    """True for a bot, which may come into the room; False for a person.

    Errors: Invalid bot_groups_blocked, bots_too_much; user_bot for a channel, where bots are administrators.
    """
    bits = bot_rows.bits(rx, user)
    if not bits:
        return False
    if bits & NO_GROUPS and not room.broadcast:
        raise Invalid("bot_groups_blocked")
    if room.broadcast and not as_admin:
        raise Invalid("user_bot")
    if len(of_room(rx, room)) >= MOST:
        raise Invalid("bots_too_much")
    return True


def came(tx: Tx, room: Room, bot: UserId) -> None:
    """The bot is in the room."""
    rows.put(tx, room.id, bot)
    if Flag.BOTS not in room.flags:
        room_rows.set_field(tx, room.id, "flags", int(room.flags | Flag.BOTS))


def went(tx: Tx, room: Room, user: UserId) -> None:
    """If it was a bot, it is not in the room any more."""
    if Flag.BOTS in room.flags:
        rows.remove(tx, room.id, user)


def of_room(rx: Reader, room: Room) -> list[RoomBot]:
    """The bots in the room."""
    return [RoomBot(*row) for row in rows.of_room(rx, room.id)] if Flag.BOTS in room.flags else []


def passed_over(rx: Reader, room: Room, message: Message) -> set[UserId]:
    """The bots in the room that do not hear the message. Source: api/bots#privacy-mode"""
    return {bot.id for bot in of_room(rx, room) if not _hears(bot, message)}


def heard(rx: Reader, grant: Grant, found: Sequence[Message]) -> list[Message]:
    """Those of the messages that the viewer is to hear: all, unless they are a bot that is not to.

    A bot reads no room that it is not in, whoever else may.
    """
    room = grant.room
    if room is None or not room.own_box or not found:
        return list(found)
    if grant.me is None or not grant.me.inside:
        return [] if bot_rows.bits(rx, grant.viewer) else list(found)
    me = next((bot for bot in of_room(rx, room) if bot.id == grant.viewer), None)
    return list(found) if me is None else [one for one in found if _hears(me, one)]


def _hears(bot: RoomBot, message: Message) -> bool:
    """True if the bot hears everything, or this is its own, an event, a command, or names or answers it."""
    content = message.content
    if not bot.deaf or not isinstance(content, Text) or bot.id in (message.from_id, content.author_id):
        return True
    return bot.id in content.mentions or any(_is_for(bot, one) for one in _commands(content))


def _commands(content: Text) -> Iterable[str]:
    return (
        utf16_slice(content.message, one.offset, one.length) for one in content.entities if one.kind == "BotCommand"
    )  # fmt: skip


def _is_for(bot: RoomBot, command: str) -> bool:
    """True for a command to every bot, or to this one."""
    _, sign, name = command.partition("@")
    return not sign or name.lower() == bot.username.lower()


def infos(rx: Reader, room: Room, me: Member, language: str) -> tuple[Info, ...]:
    """What the member reads of the room's bots: none in a channel, where they only post.

    Source: type/BotInfo, type/BotCommandScope
    """
    if room.broadcast:
        return ()
    admin = me.status >= Status.ADMIN
    mine = (f"peer_user:{room.id}:{me.user_id}", *((f"peer_admins:{room.id}",) if admin else ()), f"peer:{room.id}")
    scopes = (*mine, *(("chat_admins",) if admin else ()), "chats", DEFAULT)
    return tuple(Info(bot.id, "", shown_commands(rx, bot.id, scopes, language)) for bot in of_room(rx, room))
