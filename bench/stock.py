"""Fills a data folder before its server starts, through the acts of the domain: many accounts, many messages.

Synchronous writing is off and nothing is announced; rows, counters, journal and text index are those of real sends.
"""

import base64
import os
import random
import time
from dataclasses import dataclass
from pathlib import Path

from bench.people import Person, text_of
from chappe import tl
from chappe.base.ids import CHANNEL_MARK, PeerId, UserId
from chappe.datadir import open_data_dir
from chappe.domain import accounts, auth_keys, authorizations, indexing, members, messages, rooms
from chappe.domain.access import Access, Grant
from chappe.domain.authorizations import Authorization
from chappe.domain.content import Text
from chappe.domain.messages import Outgoing
from chappe.mtproto import AuthKey
from chappe.store.migrate import shipped
from chappe.store.sqlite import SqliteTx, connect, prepare

COMMIT_EVERY = 5000
DEEP = 100
"""Messages that each measured dialog gets first, so that the last hundred can be asked for."""
MEASURED = 32


@dataclass(slots=True)
class Stocked:
    """A folder with so many accounts and message rows; neighbours in `people` know each other."""

    folder: Path
    people: list[Person]
    stored: int = 0


class Filler:
    """Acts on the database of a folder whose server does not run."""

    def __init__(self, data: Path) -> None:
        self.folder = open_data_dir(data, os.urandom)
        prepare(self.folder.database, shipped(), int(time.time()))
        self.connection = connect(self.folder.database)
        self.connection.execute("PRAGMA synchronous = OFF")
        self.tx = SqliteTx(self.connection)
        self.tx.now = int(time.time())
        self.access = Access(self.folder.server_secret)
        self.wrapper = auth_keys.Wrapper(self.folder.server_secret, os.urandom)
        self._acts = 0
        self.connection.execute("BEGIN IMMEDIATE")

    def acted(self) -> None:
        """One more act; now and then a commit."""
        self._acts += 1
        if not self._acts % COMMIT_EVERY:
            self.tx.notes.clear()
            self.connection.execute("COMMIT")
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self.connection.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Everything is in the file."""
        self.connection.execute("COMMIT")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self.connection.close()


def add_accounts(stock: Stocked, count: int, devices: int | None = None) -> None:
    """The folder has `count` accounts, each, or the first `devices` of them, with a signed-in device."""
    filler = Filler(stock.folder)
    if not stock.people:
        accounts.prepare(filler.tx)
    for n in range(len(stock.people), count):
        user_id = accounts.create(filler.tx, f"99966{1 + n % 3}{n:07}", "Bench", str(n), quiet=True)
        key = _device(filler, user_id) if devices is None or n < devices else b""
        stock.people.append(Person(user_id, base64.b64encode(key).decode()))
        filler.acted()
    for n, person in enumerate(stock.people):
        person.peer_id = stock.people[n ^ 1].user_id
        person.peer_hash = filler.access.hash_for(person.user_id, person.peer_id)
    filler.close()


def _device(filler: Filler, user_id: UserId) -> bytes:
    key = AuthKey(os.urandom(256))
    auth_keys.keep(filler.tx, filler.wrapper, key.id, key.key, None)
    now = filler.tx.now
    authorizations.sign_in(
        filler.tx,
        user_id,
        Authorization(key.id, key.id ^ 1, 4, "bench", "Linux", "Linux", "1", "en", "127.0.0.1", now, now),
    )
    authorizations.set_layer(filler.tx, key.id, tl.NEWEST)
    return key.key


def add_room(stock: Stocked, kind: str, count: int) -> int:
    """The first `count` people are in a room of the first one's, and know its hash. Shape: its id as TL has it."""
    filler = Filler(stock.folder)
    made = rooms.create(filler.tx, UserId(stock.people[0].user_id), kind, "Bench")
    for person in stock.people[1:count]:
        members.enter(filler.tx, rooms.find(filler.tx, made.id), UserId(person.user_id))
        filler.acted()
    for person in stock.people:
        person.peer_id, person.peer_hash = made.id, filler.access.hash_for(person.user_id, made.id)
    filler.close()
    return -made.id if kind == rooms.GROUP else -made.id - CHANNEL_MARK


def add_messages(stock: Stocked, count: int) -> None:
    """The folder has `count` message rows: a hundred in each measured dialog, the others spread over all pairs."""
    filler = Filler(stock.folder)
    chance = random.Random(count)
    pairs = len(stock.people) // 2
    deep = MEASURED * DEEP if not stock.stored else 0
    for n in range(stock.stored // 2, count // 2):
        pair = n % MEASURED if n < deep else chance.randrange(pairs)
        sender = stock.people[pair * 2 + chance.randrange(2)]
        grant = Grant(UserId(sender.user_id), PeerId(sender.peer_id), may_write=True)
        messages.send(filler.tx, grant, Outgoing(Text(text_of(n)), (n << 20) + 2))
        filler.acted()
    while lot := indexing.waiting(filler.tx, 20 * indexing.LOT):
        for portion in lot.portions:
            indexing.index(filler.tx, portion)
        indexing.reached(filler.tx, lot.last)
    filler.close()
    stock.stored = count
