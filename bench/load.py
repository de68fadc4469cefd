"""The clients: a process of its own that takes one command a line on standard input and answers each with a line.

Shape: {"do": name, …} → a JSON object; names are the keys of `DOES`. Connections stay open between commands.
"""

import asyncio
import base64
import gc
import os
import resource
import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

from bench.commands import serve_commands
from bench.peer import CallError, Peer, connect, introduced, session_of
from bench.people import Person, encoded_send, mark_of
from bench.server import cpu_s, settle
from chappe import tl
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t

SHORT = (t.UpdateShortMessage.ID & 0xFFFFFFFF).to_bytes(4, "little")
RPC_ERROR = (s.RpcError.ID & 0xFFFFFFFF).to_bytes(4, "little")
MARK_AT = 21
"""Where the text of an updateShortMessage begins."""
PATIENCE_S = 10.0
PING_EVERY_S = 60.0
CONNECTING = 64


class Clients:
    """All open connections of this process."""

    def __init__(self) -> None:
        self.port = 0
        self.pid = 0
        self.data = ""
        self.people: list[Person] = []
        self.peers: list[Peer] = []
        self.idle: list[Peer] = []
        self.pinging: asyncio.Task[None] | None = None
        self.number = int.from_bytes(os.urandom(3), "little") << 7
        self.chats: list[t.InputEncryptedChat] = []
        """The secret chat of each pair."""


async def open_people(clients: Clients, words: dict[str, Any]) -> dict[str, Any]:
    """Everybody is connected, greeted and subscribed to updates."""
    clients.port, clients.pid, clients.data = words["port"], words["pid"], words["data"]
    clients.people = [Person(**person) for person in words["people"]]
    clients.peers = await _connect(clients.port, [person.auth_key for person in clients.people])
    return {"open": len(clients.peers)}


async def _connect(port: int, keys: list[bytes]) -> list[Peer]:
    room = asyncio.Semaphore(CONNECTING)

    async def one(key: bytes) -> Peer:
        async with room:
            peer = await connect(port, session_of(key))
            await peer.call(introduced(f.updates.GetState()))
            peer.acknowledge()
            return peer

    return list(await asyncio.gather(*(one(key) for key in keys)))


class Talk:
    """Pairs talking: each has one message under way, or messages leave at a fixed rate whatever happens to them."""

    def __init__(self, clients: Clients, pairs: int) -> None:
        self.clients = clients
        self.pairs = pairs
        self.begun: dict[bytes, float] = {}
        self.waits: list[float] = []
        self.acked = 0
        self.delivered = 0
        self.errors: list[str] = []
        self.going = False
        self.closed_loop = True
        self.unanswered = 0

    def join(self) -> None:
        """What the connections hear comes here."""
        for pair in range(self.pairs):
            sender, receiver = self.clients.peers[pair * 2], self.clients.peers[pair * 2 + 1]
            sender.on_answer = lambda _, body, pair=pair: self.on_answer(pair, body)
            receiver.on_push = self.on_push

    def say(self, pair: int) -> None:
        """The pair's next message is sealed and leaves with the next flush of its sender."""
        clients = self.clients
        clients.number += 1
        body = self.encoded(clients.people[pair * 2], clients.number)
        self.unanswered += 1
        self.begun[mark_of(clients.number).encode()] = time.perf_counter()
        clients.peers[pair * 2].send(body)

    def encoded(self, person: Person, number: int) -> bytes:
        """The next message of a pair."""
        return encoded_send(person, number)

    def on_answer(self, pair: int, body: bytes) -> None:
        """A send is acknowledged by its rpc_result."""
        self.unanswered -= 1
        if body[:4] == RPC_ERROR:
            self.errors.append(repr(tl.decode(body)))
            self.going = False
            return
        self.acked += 1
        if self.going and self.closed_loop:
            self.say(pair)

    def on_push(self, body: bytes) -> None:
        """A message has arrived, decrypted; its acknowledgement is queued by the session."""
        for mark in [body[MARK_AT : MARK_AT + 9]] if body[:4] == SHORT else _marks(body):
            self.arrived(mark)

    def arrived(self, mark: bytes) -> None:
        """The message with this mark is there."""
        begun = self.begun.pop(mark, None)
        if begun is not None:
            self.delivered += 1
            self.waits.append(time.perf_counter() - begun)

    async def run(self, seconds: float, rate: float = 0.0) -> None:
        """Messages flow for so long, then everything under way has arrived or patience ran out."""
        self.join()
        self.going = True
        self.closed_loop = not rate
        if rate:
            await self._paced(seconds, rate)
        else:
            for pair in range(self.pairs):
                self.say(pair)
                self.clients.peers[pair * 2].flush()
            await asyncio.sleep(seconds)
        self.going = False
        until = time.monotonic() + PATIENCE_S
        while (self.begun or self.unanswered) and not self.errors and time.monotonic() < until:
            await asyncio.sleep(0.01)

    async def _paced(self, seconds: float, rate: float) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        sent = 0
        while (now := loop.time()) - begun < seconds:
            while sent < (now - begun) * rate:
                self.say(sent % self.pairs)
                self.clients.peers[sent % self.pairs * 2].flush()
                sent += 1
            await asyncio.sleep(max(begun + (sent + 1) / rate - loop.time(), 0.0005))


def _marks(body: bytes) -> list[bytes]:
    """The marks of a push in any other form."""
    update = tl.decode(body)
    found = [update.message] if isinstance(update, t.UpdateShortMessage) else []
    if isinstance(update, t.Updates):
        found = [
            one.message.message
            for one in update.updates
            if isinstance(one, t.UpdateNewMessage) and isinstance(one.message, t.Message)
        ]
    return [text[:9].encode() for text in found]


async def talk(clients: Clients, words: dict[str, Any]) -> dict[str, Any]:
    """Pairs talk for `seconds` after `warm_s`; with `rate`, at so many messages a second over all of them."""
    return await measured(clients, words, Talk)


async def measured(clients: Clients, words: dict[str, Any], kind: type[Talk]) -> dict[str, Any]:
    """What a slice of talk cost and how long its messages took."""
    rate = words.get("rate", 0.0)
    if words.get("warm_s"):
        await kind(clients, words["pairs"]).run(words["warm_s"], rate)
        await asyncio.to_thread(settle, clients.pid, clients.data)
    slice_ = kind(clients, words["pairs"])
    gc.collect()
    gc.freeze()
    mine, theirs, begun = time.process_time(), cpu_s(clients.pid), time.perf_counter()
    await slice_.run(words["seconds"], rate)
    took, mine_s = time.perf_counter() - begun, time.process_time() - mine
    for peer in clients.peers[: words["pairs"] * 2]:
        peer.acknowledge()
    settled = await asyncio.to_thread(settle, clients.pid, clients.data)
    gc.unfreeze()
    waits = sorted(slice_.waits)
    return {
        "acked": slice_.acked,
        "delivered": slice_.delivered,
        "lost": len(slice_.begun),
        "errors": slice_.errors[:3] or ([] if settled else ["the text index did not catch up"]),
        "seconds": took,
        "rate": min(slice_.acked, slice_.delivered) / took,
        "p50_ms": at(waits, 0.50) * 1e3,
        "p99_ms": at(waits, 0.99) * 1e3,
        "max_ms": at(waits, 1.0) * 1e3,
        "server_cpu_s": cpu_s(clients.pid) - theirs,
        "client_cpu": mine_s / took,
    }


def at(waits: list[float], share: float) -> float:
    return waits[min(int(len(waits) * share), len(waits) - 1)] if waits else 0.0


async def history(clients: Clients, words: dict[str, Any]) -> dict[str, Any]:
    """Clients ask for the last hundred messages of a dialog, one request under way each."""
    count, seconds = words["clients"], words["seconds"]
    asked, counts, sizes = 0, set(), set()
    end = time.perf_counter() + seconds

    async def one(n: int) -> None:
        nonlocal asked
        person, peer = clients.people[n * 2], clients.peers[n * 2]
        other = t.InputPeerUser(user_id=person.peer_id, access_hash=person.peer_hash)
        query = tl.encode(
            f.messages.GetHistory(
                peer=other, offset_id=0, offset_date=0, add_offset=0, limit=100, max_id=0, min_id=0, hash=0
            ),
            tl.NEWEST,
        )
        first = await peer.call(query)
        counts.add(len(first.messages))
        while time.perf_counter() < end:
            sizes.add(len(await peer.ask(query)) >> 10)
            asked += 1

    theirs, mine, begun = cpu_s(clients.pid), time.process_time(), time.perf_counter()
    await asyncio.gather(*(one(n) for n in range(count)))
    took = time.perf_counter() - begun
    return {
        "rate": asked / took,
        "messages": sorted(counts),
        "answer_kib": max(sizes, default=0),
        "cpu_us": (cpu_s(clients.pid) - theirs) / max(asked, 1) * 1e6,
        "client_cpu": (time.process_time() - mine) / took,
    }


async def open_idle(clients: Clients, words: dict[str, Any]) -> dict[str, Any]:
    """So many more signed-in connections do nothing but ping once a minute."""
    keys = [base64.b64decode(key) for key in words["keys"]]
    clients.port = words["port"]
    begun = time.perf_counter()
    clients.idle += await _connect(words["port"], keys)
    if clients.pinging is None:
        clients.pinging = asyncio.ensure_future(_ping(clients))
    return {"open": len(clients.idle), "seconds": time.perf_counter() - begun}


async def _ping(clients: Clients) -> None:
    """Each idle connection says ping_delay_disconnect once a minute, spread evenly over it."""
    ping = tl.encode(s.PingDelayDisconnect(ping_id=1, disconnect_delay=75), tl.NEWEST)
    while True:
        for peer in list(clients.idle):
            peer.conn.send_service(ping, time.time())
            peer.flush()
            await asyncio.sleep(PING_EVERY_S / max(len(clients.idle), 1))


async def count_idle(clients: Clients, words: dict[str, Any]) -> dict[str, Any]:
    """How many of the idle connections are still there, and whether one of them is answered."""
    alive = [peer for peer in clients.idle if peer.lost is None]
    answered = 0
    for peer in alive[:: max(len(alive) // 50, 1)]:
        try:
            await peer.call(f.updates.GetState())
            answered += 1
        except (CallError, ConnectionError, TimeoutError):
            pass
    return {"alive": len(alive), "answered": answered}


async def close(clients: Clients, words: dict[str, Any]) -> dict[str, Any]:
    """Every connection is closed."""
    if clients.pinging is not None:
        clients.pinging.cancel()
        clients.pinging = None
    for peer in (*clients.peers, *clients.idle):
        peer.close()
    await asyncio.sleep(0.1)
    clients.peers, clients.idle = [], []
    return {}


DOES: dict[str, Callable[[Clients, dict[str, Any]], Awaitable[dict[str, Any]]]] = {
    "open": open_people,
    "talk": talk,
    "history": history,
    "idle": open_idle,
    "count": count_idle,
    "close": close,
}


if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(serve_commands(DOES, Clients()))
