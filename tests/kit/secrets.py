"""Two ends of secret chats for plays over the relay: what the server must pass on, byte for byte.

The bytes only look like sealed messages: the server cannot tell the difference, and must not try.
"""

from typing import Any

from tests.kit.stage import Person

from chappe.domain import dh_group
from chappe.tl import functions as f
from chappe.tl import types as t


def half(number: int) -> bytes:
    """A public half in the safe range."""
    return (dh_group.MARGIN + number).to_bytes(dh_group.SIZE, "big")


def sealed(person: Person, size: int = 88) -> bytes:
    """Bytes of the outer shape of a sealed message, new each time."""
    return (person.stage.entropy(64) * (size // 64 + 1))[:size]


def end(person: Person, chat_id: int) -> t.InputEncryptedChat:
    """How this person's clients name the chat."""
    return t.InputEncryptedChat(chat_id=chat_id, access_hash=person.stage.access.hash_for(person.id, 2**62 + chat_id))


async def asks(one: Person, other: Person, chat_id: int) -> Any:
    """The answer to a request for a secret chat."""
    return await one.calls(f.messages.RequestEncryption(user_id=one.knows(other), random_id=chat_id, g_a=half(chat_id)))


async def accepts(one: Person, chat_id: int) -> Any:
    """The answer to an acceptance."""
    query = f.messages.AcceptEncryption(peer=end(one, chat_id), g_b=half(chat_id + 1), key_fingerprint=chat_id * 7)
    return await one.calls(query)


async def opened(one: Person, other: Person, chat_id: int = 1234) -> int:
    """The id of a secret chat of these two devices, both of which have heard all there is, a minute ago."""
    await asks(one, other, chat_id)
    await accepts(other, chat_id)
    one.stage.clock.moves(60)
    one.hears()
    other.hears()
    return chat_id


async def whispers(one: Person, chat_id: int, data: bytes | None = None, random_id: int = 0) -> bytes:
    """What was passed on."""
    data = data or sealed(one)
    number = random_id or next(one.stage.numbers)
    await one.calls(f.messages.SendEncrypted(peer=end(one, chat_id), random_id=number, data=data))
    return data


async def missed(one: Person, state: Any) -> Any:
    """The difference since a state."""
    return await one.calls(f.updates.GetDifference(pts=state.pts, date=state.date, qts=state.qts))
