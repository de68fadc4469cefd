"""Signs people up through real calls, as a client would, and writes down the keys with which they come back."""

import asyncio
import base64
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.peer import Peer, connect, introduced, public_key
from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t

AT_ONCE = 8


@dataclass(slots=True)
class Person:
    """Somebody with a signed-in device. Shape: key is base64; peer is who they write to, with the hash they know."""

    user_id: int
    key: str
    peer_id: int = 0
    peer_hash: int = 0

    @property
    def auth_key(self) -> bytes:
        """The 256 bytes."""
        return base64.b64decode(self.key)

    def plain(self) -> dict[str, Any]:
        """For a line of JSON."""
        return asdict(self)


async def sign_up(port: int, data: Path, pairs: int) -> list[Person]:
    """So many pairs who know each other; neighbours in the list belong together."""
    key = public_key(data)
    phones = [f"99966{1 + n // 10000}{n % 10000:04}{os.getpid() % 1000:03}" for n in range(pairs * 2)]
    room = asyncio.Semaphore(AT_ONCE)

    async def one(phone: str) -> tuple[Peer, Person]:
        async with room:
            return await _sign_up(port, key, phone)

    made = await asyncio.gather(*(one(phone) for phone in phones))
    for n, (peer, person) in enumerate(made):
        other = n ^ 1
        # Without updates: what is measured is a device that listens with one session.
        found = await peer.call(f.InvokeWithoutUpdates(query=f.contacts.ResolvePhone(phone=phones[other])))
        user = next(user for user in found.users if user.id == made[other][1].user_id)
        person.peer_id, person.peer_hash = user.id, user.access_hash
    for peer, _ in made:
        peer.close()
    await asyncio.sleep(0.05)
    return [person for _, person in made]


async def _sign_up(port: int, key: Any, phone: str) -> tuple[Peer, Person]:
    peer = await connect(port)
    await peer.make_key(key)
    settings = t.CodeSettings()
    sent = await peer.call(
        introduced(f.auth.SendCode(phone_number=phone, api_id=4, api_hash="bench", settings=settings))
    )
    proof = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
    answer = await peer.call(f.auth.SignIn(**proof, phone_code=phone[5] * 5))
    if isinstance(answer, t.auth.AuthorizationSignUpRequired):
        answer = await peer.call(f.auth.SignUp(**proof, first_name="Bench", last_name=phone[-4:]))
    session = peer.conn.session
    assert session is not None
    return peer, Person(answer.user.id, base64.b64encode(session.key.key).decode())


def text_of(number: int) -> str:
    """A sentence of everyday length, different each time. Shape: six words, about 40 characters, first its mark."""
    words = [WORDS[(number * step + step) % len(WORDS)] for step in (1, 31, 127, 511, 8191)]
    return f"{mark_of(number)} {' '.join(words)}"


def mark_of(number: int) -> str:
    """Found in the bytes of a delivered message. Shape: nine characters."""
    return f"m{number:08x}"


def _words() -> tuple[str, ...]:
    """Two thousand made-up words of three to nine letters."""
    first = ("ba", "ce", "di", "fo", "gu", "la", "me", "no", "pi", "ru", "sa", "te", "vo")
    middle = ("", "n", "r", "lan", "mer", "tin", "sol", "vud", "par", "ges", "com", "ne")
    last = ("a", "e", "on", "us", "ir", "et", "al", "os", "ant", "ing", "ter", "ly", "ment")
    return tuple(a + b + c for a in first for b in middle for c in last)


WORDS = _words()


def encoded_send(person: Person, number: int) -> bytes:
    """A call of messages.sendMessage, ready to be sealed. Shape: random_id and text are the number's own."""
    peer = t.InputPeerUser(user_id=person.peer_id, access_hash=person.peer_hash)
    query = f.messages.SendMessage(peer=peer, message=text_of(number), random_id=(number << 20) + 1)
    return tl.encode(query, tl.NEWEST)
