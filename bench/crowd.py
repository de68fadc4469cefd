"""Clients who are in one room: some post, all listen. Commands as in `bench.load`.

Opening every delivery whole would cost a client's core more than it cost the server's to send it. Most listeners open
the head of each packet alone (message id, length, what it holds), enough to count and acknowledge it; every sixteenth
opens, decodes and reads everything, and must have heard each post once.
"""

import asyncio
import collections
import gc
import os
import resource
import time
from typing import Any

import uvloop

from bench.commands import serve_commands
from bench.load import CONNECTING, PATIENCE_S, RPC_ERROR, at
from bench.peer import Peer, introduced, session_of
from bench.people import Person, mark_of, text_of
from bench.server import cpu_s, settle
from chappe import tl
from chappe.mtproto import wire
from chappe.mtproto.client import ClientSession
from chappe.mtproto.crypto import aes_parts, ige_decrypt, open_sealed
from chappe.tl import functions as f
from chappe.tl import types as t

WHOLE = 16
"""Every so many listeners open everything."""
HEAD_BYTES = 48
"""The envelope and the first block of the body."""
POSTS = frozenset(
    (kind.ID & 0xFFFFFFFF).to_bytes(4, "little") for kind in (t.Updates, t.UpdateShortMessage, t.UpdateShortChatMessage)
)
UPDATES = (t.Updates.ID & 0xFFFFFFFF).to_bytes(4, "little")
ACKS_AT_ONCE = 16


class Listener(Peer):
    """A member's connection. `heard` counts posts; a light one opens heads only, another keeps the posts' marks."""

    __slots__ = ("heard", "light", "marks")

    def __init__(self, session: ClientSession, light: bool) -> None:
        super().__init__(session)
        self.heard = 0
        self.light = light
        self.marks: collections.Counter[str] = collections.Counter()
        self.on_push = self._pushed

    def data_received(self, data: bytes) -> None:
        session = self.conn.session
        if not self.light or session is None or session.pending:
            super().data_received(data)
            return
        for packet, _ in self.conn.transport.receive(data):
            self._glance(session, packet)
        if len(session.to_ack) >= ACKS_AT_ONCE:
            self.acknowledge()

    def _glance(self, session: ClientSession, packet: bytes) -> None:
        """The packet is counted by its head; a container is opened."""
        side = session.key.to_client
        head = ige_decrypt(packet[24 : 24 + HEAD_BYTES], *aes_parts(side, packet[8:24]))
        _, session_id, msg_id, seqno, size = wire.ENVELOPE.unpack_from(head)
        assert session_id == session.session_id
        messages = [(msg_id, seqno, head[32:48])]
        if head[32:36] == wire.MSG_CONTAINER:
            messages = tl.split_container(open_sealed(side, packet)[0][32 : 32 + size])
        for inner_id, inner_seqno, body in messages:
            if inner_seqno & 1:
                session.to_ack.append(inner_id)
                self.heard += _posts(body)

    def _pushed(self, body: bytes) -> None:
        self.heard += _posts(body)
        if body[:4] in POSTS:
            self.marks.update(text[:9] for text in _texts(tl.decode(body)))


def _posts(body: bytes) -> int:
    """How many posts a push holds, told by its first twelve bytes."""
    if bytes(body[:4]) not in POSTS:
        return 0
    return int.from_bytes(body[8:12], "little") if body[:4] == UPDATES else 1


def _texts(update: Any) -> list[str]:
    """What a push says."""
    if not isinstance(update, t.Updates):
        return [str(update.message)]
    return [str(one.message.message) for one in update.updates]


class Crowd:
    """The members of the room who are connected."""

    def __init__(self, words: dict[str, Any]) -> None:
        self.port, self.pid, self.data = words["port"], words["pid"], words["data"]
        self.people = [Person(**person) for person in words["people"]]
        self.room: int = words["room"]
        self.is_group: bool = words["group"]
        self.listeners: list[Listener] = []
        self.number = int.from_bytes(os.urandom(3), "little") << 7
        self.posted: list[int] = []
        self.waits: list[float] = []
        self.errors: list[str] = []

    async def open(self) -> None:
        """Everybody is connected and subscribed."""
        turn = asyncio.Semaphore(CONNECTING)

        async def one(n: int, person: Person) -> Listener:
            async with turn:
                session = session_of(person.auth_key)
                loop = asyncio.get_running_loop()
                made = loop.create_connection(lambda: Listener(session, bool(n % WHOLE)), "127.0.0.1", self.port)
                _, peer = await made
                await peer.call(introduced(f.updates.GetState()))
                peer.acknowledge()
                return peer

        self.listeners = list(await asyncio.gather(*(one(n, person) for n, person in enumerate(self.people))))

    def _query(self, person: Person, number: int) -> bytes:
        peer: Any = t.InputPeerChat(chat_id=self.room)
        if not self.is_group:
            peer = t.InputPeerChannel(channel_id=self.room, access_hash=person.peer_hash)
        return tl.encode(f.messages.SendMessage(peer=peer, message=text_of(number), random_id=number), tl.NEWEST)

    async def say(self, n: int) -> None:
        """One post of a member is accepted."""
        self.number += 1
        number = self.number
        begun = time.perf_counter()
        body = await self.listeners[n].ask(self._query(self.people[n], number))
        self.waits.append(time.perf_counter() - begun)
        self.posted.append(number)
        if body[:4] == RPC_ERROR:
            self.errors.append(repr(tl.decode(body)))

    async def post(self, seconds: float, posters: int, under_way: int, rate: float) -> None:
        """Members post for so long, `under_way` each at once, or `rate` a second in all; then all is heard."""
        until = time.perf_counter() + seconds
        gap = 1 / rate if rate else 0.0

        async def one(n: int) -> None:
            while time.perf_counter() < until and not self.errors:
                await self.say(n)
                if gap:
                    await asyncio.sleep(gap)

        await asyncio.gather(*(one(n * WHOLE) for n in range(posters) for _ in range(under_way)))
        patience = time.monotonic() + PATIENCE_S
        while self.missing() and time.monotonic() < patience:
            await asyncio.sleep(0.005)

    def missing(self) -> int:
        """Deliveries that have not come: everybody hears every post but whoever said it."""
        return len(self.posted) * (len(self.listeners) - 1) - sum(one.heard for one in self.listeners)

    def mistaken(self) -> list[str]:
        """What those who read everything heard wrongly, or more than once."""
        said = {mark_of(number) for number in self.posted}
        wrong = [mark for one in self.listeners for mark, times in one.marks.items() if times > 1 or mark not in said]
        return [f"heard wrongly or twice: {wrong[:3]}"] if wrong else []

    def forget(self) -> None:
        """A new count begins."""
        self.posted, self.waits, self.errors = [], [], []
        for one in self.listeners:
            one.heard = 0
            one.marks.clear()


async def gather(state: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """The members who are online have connected."""
    state["crowd"] = crowd = Crowd(words)
    await crowd.open()
    gc.collect()
    gc.freeze()
    return {"open": len(crowd.listeners)}


async def post(state: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Some post for `seconds`; how many deliveries a second that made."""
    crowd: Crowd = state["crowd"]
    await asyncio.to_thread(settle, crowd.pid, crowd.data)
    crowd.forget()
    theirs, mine, begun = cpu_s(crowd.pid), time.process_time(), time.perf_counter()
    await crowd.post(words["seconds"], words.get("posters", 1), words.get("under_way", 1), words.get("rate", 0.0))
    took = time.perf_counter() - begun
    deliveries = sum(one.heard for one in crowd.listeners)
    waits = sorted(crowd.waits)
    missing = crowd.missing()
    return {
        "posts": len(crowd.posted),
        "rate": deliveries / took,
        "cpu_us": (cpu_s(crowd.pid) - theirs) / max(deliveries, 1) * 1e6,
        "client_cpu": (time.process_time() - mine) / took,
        "p50_ms": at(waits, 0.50) * 1e3,
        "p99_ms": at(waits, 0.99) * 1e3,
        "errors": crowd.errors[:3] + crowd.mistaken() + ([f"{missing} deliveries are missing"] if missing else []),
    }


async def difference(state: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Members ask what happened in the last hundred pts, one request under way each."""
    crowd: Crowd = state["crowd"]
    asked, counts = 0, set()
    end = time.perf_counter() + words["seconds"]

    async def one(n: int) -> None:
        nonlocal asked
        person, peer = crowd.people[n], crowd.listeners[n]
        channel = t.InputChannel(channel_id=crowd.room, access_hash=person.peer_hash)

        def query(pts: int) -> f.updates.GetChannelDifference:
            empty = t.ChannelMessagesFilterEmpty()
            return f.updates.GetChannelDifference(channel=channel, filter=empty, pts=pts, limit=100)

        while (now := (await peer.call(query(1 << 30))).dialog.pts) <= 100:
            await crowd.say(0)
        encoded = tl.encode(query(now - 100), tl.NEWEST)
        counts.add(len((await peer.call(encoded)).new_messages))
        while time.perf_counter() < end:
            await peer.ask(encoded)
            asked += 1

    theirs, begun = cpu_s(crowd.pid), time.perf_counter()
    await asyncio.gather(*(one(n) for n in range(words["clients"])))
    took = time.perf_counter() - begun
    spent = cpu_s(crowd.pid) - theirs
    return {"rate": asked / took, "cpu_us": spent / max(asked, 1) * 1e6, "messages": sorted(counts)}


async def leave(state: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Everybody has hung up."""
    crowd: Crowd = state.pop("crowd")
    for one in crowd.listeners:
        one.close()
    await asyncio.sleep(0.1)
    return {}


DOES = {"gather": gather, "post": post, "difference": difference, "leave": leave}


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(serve_commands(DOES, {}))
