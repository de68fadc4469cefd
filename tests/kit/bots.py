"""Bots of a play: made by talking to the account that makes them, and entered by their tokens."""

import re
from dataclasses import dataclass
from typing import Any

from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.domain.access import BOT_FATHER
from chappe.tl import functions as f
from chappe.tl import types as t

TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{35}")


@dataclass(frozen=True)
class Made:
    """A bot that somebody made."""

    token: str
    username: str

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])


def father(person: Person) -> t.InputPeerUser:
    """How the person's clients name who makes bots."""
    return t.InputPeerUser(user_id=BOT_FATHER, access_hash=person.stage.access.hash_for(person.id, BOT_FATHER))


def named(person: Person, bot: int) -> t.InputUser:
    """How the person's clients name the bot."""
    return t.InputUser(user_id=bot, access_hash=person.stage.access.hash_for(person.id, bot))


def peer(person: Person, bot: int) -> t.InputPeerUser:
    """The same as a peer."""
    return t.InputPeerUser(user_id=bot, access_hash=person.stage.access.hash_for(person.id, bot))


async def asks(person: Person, *texts: str) -> str:
    """What the maker of bots answers to the last of the words."""
    answer = ""
    for text in texts:
        person.hears()
        number = next(person.stage.numbers)
        await person.calls(f.messages.SendMessage(peer=father(person), message=text, random_id=number))
        answer = hears(person)
    return answer


def hears(person: Person) -> str:
    """The words of the one message that came."""
    said: list[Any] = [one for one in person.hears() if isinstance(one, t.UpdateNewMessage | t.UpdateShortMessage)]
    assert len(said) == 1, said
    return str(said[0].message.message if isinstance(said[0], t.UpdateNewMessage) else said[0].message)


async def makes(person: Person, username: str, name: str = "Bot") -> Made:
    """A new bot of the person."""
    found = TOKEN.search(await asks(person, "/newbot", name, username))
    assert found is not None
    return Made(found[0], username)


def entering(token: str, api_id: int = 4) -> f.auth.ImportBotAuthorization:
    """The call by which a program speaks for a bot."""
    return f.auth.ImportBotAuthorization(flags=0, api_id=api_id, api_hash="stage", bot_auth_token=token)


async def enters(stage: Stage, made: Made, layer: int = tl.NEWEST) -> Person:
    """A program that speaks for the bot and listens."""
    device = await stage.device(layer)
    answer = await device.calls(entering(made.token))
    bot = Person(stage, device, made.username, "", answer.user)
    await bot.listens()
    return bot
