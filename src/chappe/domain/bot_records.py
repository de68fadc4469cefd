"""What a bot is to those who meet it: its bits, its commands, what everybody may read of it. Source: api/bots"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chappe.base.ids import UserId
from chappe.store import Reader
from chappe.store.queries import bots as rows

BOT, READS_ALL, NO_GROUPS = 1, 2, 4
"""Bits of a bot: it is one, it reads all that is said in its groups, it is in no groups."""
DEFAULT = "default"
"""The scope of commands that are shown where no narrower one has any."""


class Command(msgspec.Struct, array_like=True, frozen=True):
    """A word that the bot answers to, and what it is for."""

    command: str
    description: str


@dataclass(frozen=True, slots=True)
class Info:
    """What everybody may read of a bot. Source: type/BotInfo"""

    bot_id: UserId
    description: str
    commands: tuple[Command, ...]


pack = msgspec.msgpack.Encoder().encode
_unpack: msgspec.msgpack.Decoder[tuple[Command, ...]] = msgspec.msgpack.Decoder(tuple[Command, ...])


def commands_in(rx: Reader, bot_id: int, scope: str, lang_code: str) -> tuple[Command, ...]:
    """The commands set for exactly that scope and language."""
    packed = rows.commands(rx, bot_id).get((scope, lang_code))
    return _unpack.decode(packed) if packed else ()


def shown_commands(rx: Reader, bot_id: int, scopes: Sequence[str], language: str) -> tuple[Command, ...]:
    """The commands that somebody is shown. Shape: scopes, the narrowest first; language of two letters or empty.

    Source: api/bots
    """
    known = rows.commands(rx, bot_id)
    places = [(scope, code) for scope in scopes for code in dict.fromkeys((language, ""))]
    packed = next((known[place] for place in places if place in known), None)
    return _unpack.decode(packed) if packed else ()
