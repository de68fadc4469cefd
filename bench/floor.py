"""The floor: what one private message costs if nothing is done but what must be, on the same interpreter and libraries.

One socket read, open, decode, the rows a send leaves behind, build and encode answer and update, two seals, two
writes. No loop, no tasks, no sessions, no checks, no acknowledgements. Rows are committed a batch at a time, in
batches as large as the server's were, synchronous=FULL, and the log is checkpointed as often as the server does it.
Both ends of its sockets that are not the floor's belong to a child that feeds and drains; only this process counts.

Shape: `python -m bench.floor --folder DIR --batch N --messages M` prints {"cpu_us": …, "messages": M, …}.
"""

import argparse
import json
import os
import shutil
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from bench.people import Person, encoded_send, text_of
from chappe import tl
from chappe.domain import content as contents
from chappe.domain import words
from chappe.domain.content import Text
from chappe.mtproto import AuthKey, wire
from chappe.mtproto.crypto import Pool, open_sealed, seal
from chappe.store.migrate import shipped
from chappe.store.sqlite import connect, prepare
from chappe.tl import types as t

PEOPLE = 64
FIRST_USER = 1_000_001
PADDING = 12
CHECKPOINT_S = 0.25
LOT = 1000
"""Messages whose words are written together, sorted, while the next lot goes on, as the server does it."""

TAKE = "UPDATE boxes SET pts = pts + 1, last_id = last_id + 1 WHERE owner_id = ? RETURNING pts, last_id"
EVENT = (
    "INSERT INTO events (shard, no, date, kind, box_id, message_id, other_box_id, other_message_id)"
    " VALUES (0, ?, ?, 'message', ?, ?, ?, ?)"
)
DIALOG = (
    "INSERT INTO dialogs (owner_id, peer_id, top_message, date, message_count, unread_count) VALUES (?, ?, ?, ?, 1, ?)"
    " ON CONFLICT (owner_id, peer_id) DO UPDATE SET top_message = excluded.top_message, date = excluded.date,"
    " message_count = dialogs.message_count + 1, unread_count = dialogs.unread_count + excluded.unread_count"
)
MESSAGE = (
    "INSERT INTO messages (owner_id, id, peer_id, from_id, out, date, twin_id, pts, size_bytes, content)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
SEND = "INSERT INTO sends (owner_id, sender_id, random_id, message_id, date) VALUES (?, ?, ?, ?, ?)"
TOGETHER = 40
WORDS, WORD = (
    f"INSERT INTO search_words (owner_id, word, message_id) VALUES {', '.join(['(?, ?, ?)'] * count)}"
    for count in (TOGETHER, 1)
)


class Rows:
    """The writer: the same rows as `domain.messages.send` and `domain.indexing` leave."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.execute = connection.execute
        self.connection = connection
        self.event = 0
        self.words: list[tuple[int, bytes, int]] = []
        self.sorted: list[tuple[int, bytes, int]] = []

    def send(self, sender: int, peer: int, content: Text, random_id: int, now: int) -> tuple[int, int, int, int]:
        """(the sender's pts and id, the peer's)."""
        execute = self.execute
        my_pts, my_id = execute(TAKE, (sender,)).fetchone()
        their_pts, their_id = execute(TAKE, (peer,)).fetchone()
        self.event += 1
        execute(EVENT, (self.event, now, sender, my_id, peer, their_id))
        blob = contents.pack(content)
        execute(DIALOG, (peer, sender, their_id, now, 1))
        execute(MESSAGE, (peer, their_id, sender, sender, 0, now, my_id, their_pts, len(blob), blob))
        execute(DIALOG, (sender, peer, my_id, now, 0))
        execute(MESSAGE, (sender, my_id, peer, sender, 1, now, their_id, my_pts, len(blob), blob))
        execute(SEND, (sender, sender, random_id, my_id, now))
        return my_pts, my_id, their_pts, their_id

    def index(self, owners: tuple[tuple[int, int], ...], text: str) -> None:
        """The words of a message wait for the next lot. Shape: owners are (box, message id)."""
        found = [word.encode() for word in words.words(text)]
        self.words += [(owner, word, message_id) for owner, message_id in owners for word in found]

    def end_lot(self) -> None:
        """The words that wait are sorted, to be written in parts."""
        self.write_words(len(self.sorted))
        self.sorted = sorted(self.words, reverse=True)
        self.words = []

    def write_words(self, count: int) -> None:
        """So many more of the sorted words can be found."""
        part = [self.sorted.pop() for _ in range(min(count, len(self.sorted)))]
        whole = len(part) - len(part) % TOGETHER
        for start in range(0, whole, TOGETHER):
            self.execute(WORDS, tuple(chain.from_iterable(part[start : start + TOGETHER])))
        if whole < len(part):
            self.connection.executemany(WORD, part[whole:])


class Floor:
    """Sockets, keys and the writer."""

    def __init__(self, folder: Path, indexed: bool) -> None:
        prepare(folder / "floor.sqlite", shipped(), int(time.time()))
        self.connection = connect(folder / "floor.sqlite")
        self.rows = Rows(self.connection)
        self.indexed = indexed
        self.entropy = Pool(os.urandom)
        self.keys = [AuthKey(os.urandom(256)) for _ in range(PEOPLE)]
        self.pairs = _joined(PEOPLE)
        self.execute = self.connection.execute
        self.execute("BEGIN")
        for n in range(PEOPLE):
            self.execute("INSERT INTO boxes (owner_id) VALUES (?)", (FIRST_USER + n,))
        self.execute("COMMIT")

    def packet(self, sender: int, number: int) -> bytes:
        """A sealed send as it comes from a client."""
        body = encoded_send(Person(FIRST_USER + sender, "", FIRST_USER + (sender ^ 1), 1), number)
        padding = os.urandom(PADDING + (-(len(body) + PADDING) & 15))
        plain = wire.ENVELOPE.pack(0, 1, int(time.time()) << 32, 1, len(body)) + body + padding
        key = self.keys[sender]
        return seal(key.id_bytes, key.to_server, plain)

    def feed(self, messages: int, batch: int) -> None:
        """The child's part: a batch of packets out, two packets in for each."""
        packets = [_framed(self.packet(n % PEOPLE, n)) for n in range(messages)]
        heard = [theirs.makefile("rb") for _, theirs in self.pairs]
        for begin in range(0, messages, batch):
            lot = range(begin, min(begin + batch, messages))
            for n in lot:
                self.pairs[n % PEOPLE][1].send(packets[n])
            for n in lot:
                for place in (n % PEOPLE, n % PEOPLE ^ 1):
                    heard[place].read(int.from_bytes(heard[place].read(4), "little"))

    def run(self, messages: int, batch: int) -> float:
        """CPU seconds of `messages` sends in transactions of `batch`."""
        begun, checkpointed = time.process_time(), time.monotonic()
        per_message = 2 * len(words.words(text_of(1)))
        for begin in range(0, messages, batch):
            outs: list[tuple[int, bytes, bytes]] = []
            self.execute("BEGIN IMMEDIATE")
            for n in range(begin, min(begin + batch, messages)):
                outs.append(self._one(n % PEOPLE))
            self.rows.write_words(per_message * batch)
            if len(self.rows.words) >= per_message * LOT:
                self.rows.end_lot()
            self.execute("COMMIT")
            for sender, answer, update in outs:
                self.pairs[sender][0].send(answer)
                self.pairs[sender ^ 1][0].send(update)
            if time.monotonic() - checkpointed > CHECKPOINT_S:
                self.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                checkpointed = time.monotonic()
        self.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            self.rows.end_lot()
        self.execute("COMMIT")
        return time.process_time() - begun

    def _one(self, sender: int) -> tuple[int, bytes, bytes]:
        packet = self.pairs[sender][0].recv(4096)[4:]
        now = time.time()
        plain, _ = open_sealed(self.keys[sender].to_server, packet)
        _, session_id, msg_id, _, size = wire.ENVELOPE.unpack_from(plain)
        query: Any = tl.decode(plain[32 : 32 + size])
        user_id, peer_id = FIRST_USER + sender, query.peer.user_id
        content = Text(query.message)
        my_pts, my_id, their_pts, their_id = self.rows.send(user_id, peer_id, content, query.random_id, int(now))
        if self.indexed:
            self.rows.index(((user_id, my_id), (peer_id, their_id)), query.message)
        sent = t.UpdateShortSentMessage(out=True, id=my_id, pts=my_pts, pts_count=1, date=int(now))
        told = t.UpdateShortMessage(
            id=their_id, user_id=user_id, message=query.message, pts=their_pts, pts_count=1, date=int(now)
        )
        answer = wire.rpc_result(msg_id, tl.encode(sent, tl.NEWEST))
        update = tl.encode(told, tl.NEWEST)
        ids = int(now * 4294967296.0) & -4
        return (
            sender,
            self._sealed(self.keys[sender], session_id, ids | 1, answer),
            self._sealed(self.keys[sender ^ 1], session_id, ids | 3, update),
        )

    def _sealed(self, key: AuthKey, session_id: int, msg_id: int, body: bytes) -> bytes:
        padding = self.entropy(PADDING + (-(len(body) + PADDING) & 15))
        plain = wire.ENVELOPE.pack(0, session_id, msg_id, 1, len(body)) + body + padding
        return _framed(seal(key.id_bytes, key.to_client, plain))


def _framed(packet: bytes) -> bytes:
    """The intermediate framing."""
    return len(packet).to_bytes(4, "little") + packet


def _joined(count: int) -> list[tuple[socket.socket, socket.socket]]:
    """Pairs of TCP sockets on the loopback device, (ours, the child's)."""
    out: list[tuple[socket.socket, socket.socket]] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for _ in range(count):
            theirs = socket.create_connection(listener.getsockname())
            ours, _ = listener.accept()
            for one in (ours, theirs):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            out.append((ours, theirs))
    return out


def measure(folder: Path, messages: int, batch: int, indexed: bool) -> dict[str, float]:
    """One slice in a database of its own."""
    place = Path(tempfile.mkdtemp(dir=folder, prefix="floor-"))
    try:
        floor = Floor(place, indexed)
        child = os.fork()
        if not child:
            try:
                floor.feed(messages, batch)
            finally:
                os._exit(0)
        for _, theirs in floor.pairs:
            theirs.close()
        spent = floor.run(messages, batch)
        os.waitpid(child, 0)
        floor.connection.close()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return {"cpu_us": spent / messages * 1e6, "messages": messages, "batch": batch}


def main(words_: Sequence[str]) -> None:
    """One slice; its figure on standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--no-index", dest="indexed", action="store_false")
    given = parser.parse_args(words_)
    print(json.dumps(measure(given.folder, given.messages, max(1, min(given.batch, PEOPLE)), given.indexed)))


if __name__ == "__main__":
    main(sys.argv[1:])
