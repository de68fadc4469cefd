"""Talk in secret chats: sealed bytes as large as an everyday sentence becomes, each receipt told to the server."""

import os
from typing import Any

import uvloop

from bench.commands import serve_commands
from bench.load import DOES, Clients, Talk, measured
from bench.peer import introduced
from bench.people import Person, mark_of
from chappe import tl
from chappe.domain import dh_group
from chappe.tl import functions as f
from chappe.tl import types as t

SEALED_BYTES = 24 + 144
"""A text of forty characters in its layers, with the least padding. Source: api/end-to-end"""
MARK_AT = 40
TOLD_TOGETHER = 16
"""Messages of which a device says together that it has them."""
_FILLING = os.urandom(SEALED_BYTES)


async def open_secrets(clients: Clients, words: dict[str, Any]) -> dict[str, Any]:
    """Each pair has a secret chat."""
    clients.chats = [await _opened(clients, pair) for pair in range(words["pairs"])]
    return {"open": len(clients.chats)}


async def _opened(clients: Clients, pair: int) -> t.InputEncryptedChat:
    asking, asked = clients.peers[pair * 2], clients.peers[pair * 2 + 1]
    heard: list[Any] = []
    before, asked.on_push = asked.on_push, lambda body: heard.append(tl.decode(body))
    person, number = clients.people[pair * 2], 1_000_000 + pair
    user = t.InputUser(user_id=person.peer_id, access_hash=person.peer_hash)
    half = (dh_group.MARGIN + 1).to_bytes(dh_group.SIZE, "big")
    chat = await asking.call(f.messages.RequestEncryption(user_id=user, random_id=number, g_a=half))
    await asked.call(introduced(f.updates.GetState()))
    while not heard:
        await asked.call(f.updates.GetState())
    asked.on_push = before
    mine = t.InputEncryptedChat(chat_id=number, access_hash=heard[-1].updates[0].chat.access_hash)
    await asked.call(f.messages.AcceptEncryption(peer=mine, g_b=half, key_fingerprint=1))
    return t.InputEncryptedChat(chat_id=number, access_hash=chat.access_hash)


class Whispers(Talk):
    """As Talk, in the pairs' secret chats; whoever receives says what they have."""

    def join(self) -> None:
        super().join()
        self.heard = [0] * self.pairs
        for pair in range(self.pairs):
            receiver = self.clients.peers[pair * 2 + 1]
            receiver.on_push = lambda body, pair=pair: self.hears(pair, body)
            receiver.on_answer = None

    def encoded(self, person: Person, number: int) -> bytes:
        """The next message of a pair. Shape: its mark lies among bytes that look sealed."""
        peer = self.clients.chats[self.clients.people.index(person) // 2]
        mark = mark_of(number).encode()
        data = _FILLING[:MARK_AT] + mark + _FILLING[MARK_AT + len(mark) :]
        return tl.encode(f.messages.SendEncrypted(peer=peer, random_id=(number << 20) + 1, data=data), tl.NEWEST)

    def hears(self, pair: int, body: bytes) -> None:
        """A message has arrived; now and then the server is told how far."""
        update = tl.decode(body)
        for one in getattr(update, "updates", None) or (update.update,):
            if isinstance(one, t.UpdateNewEncryptedMessage):
                self.arrived(bytes(one.message.bytes[MARK_AT : MARK_AT + 9]))
                self.heard[pair] += 1
                if self.heard[pair] % TOLD_TOGETHER == 0:
                    receiver = self.clients.peers[pair * 2 + 1]
                    receiver.send(f.messages.ReceivedQueue(max_qts=one.qts))


async def whisper(clients: Clients, words: dict[str, Any]) -> dict[str, Any]:
    """As `talk`, in secret chats."""
    return await measured(clients, words, Whispers)


if __name__ == "__main__":
    uvloop.run(serve_commands({**DOES, "secrets": open_secrets, "whisper": whisper}, Clients()))
