"""Source: api/push-updates, rfc/8030. A notification outlives a killed server, and the browser it is for reads it."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.kit.server_process import ServerProcess, serving
from tests.kit.wire_client import WireClient
from tests.outbound.test_webpush import Browser, service

from chappe.tl import functions as f
from chappe.tl import types as t

SOON_S = 240.0
"""For what hangs."""


async def until(true: Callable[[], bool]) -> None:
    """It is so, soon."""
    async with asyncio.timeout(SOON_S):
        while not true():
            await asyncio.sleep(0.1)


def looked_through(server: ServerProcess) -> bool:
    """Whoever was to be told of what was committed has a notification in the outbox."""
    with closing(sqlite3.connect(f"file:{server.data / 'chappe.sqlite'}?mode=ro", uri=True)) as database:
        at, newest = "SELECT MAX(no) FROM event_readers WHERE reader = 'push'", "SELECT MAX(no) FROM events"
        return bool(database.execute(at).fetchone() == database.execute(newest).fetchone())


def waking(server: ServerProcess) -> int:
    """How many devices are to be woken by push."""
    with closing(sqlite3.connect(f"file:{server.data / 'chappe.sqlite'}?mode=ro", uri=True)) as database:
        [count] = database.execute("SELECT COUNT(*) FROM push_tokens").fetchone()
    return int(count)


async def alone(server: ServerProcess) -> None:
    """The server has noticed that all lines but one are cut."""
    async with asyncio.timeout(SOON_S):
        while "\nchappe_mtproto_connections 1.0\n" not in (await server.get("/metrics")).text:
            await asyncio.sleep(0.1)


async def test_a_killed_server_tells_who_was_away_all_the_same(tmp_path: Path) -> None:
    laptop = Browser()
    async with service() as push, serving(tmp_path / "data", push_nets="127.0.0.0/8") as server:
        key = (await server.get("/app/config.json")).json()["push_key"]
        alice = await WireClient(server.port, server.key).connects()
        bob = await WireClient(server.port, server.key).connects()
        await alice.signs_up("9996610001", "Alice")
        await bob.signs_up("9996610002", "Bob")
        card = t.InputPhoneContact(client_id=1, phone="+9996610002", first_name="Bob", last_name="")
        (known,) = (await alice.calls(f.contacts.ImportContacts(contacts=[card]))).users
        to = t.InputPeerUser(user_id=known.id, access_hash=known.access_hash)
        token = laptop.subscribes(push.url)
        await bob.calls(
            f.account.RegisterDevice(token_type=10, token=token, app_sandbox=False, secret=b"", other_uids=[])
        )
        await bob.calls(f.updates.GetState())
        # While the device is connected it hears by itself, and its push service of nothing.
        await alice.calls(f.messages.SendMessage(peer=to, message="you are here", random_id=1))
        await until(lambda: looked_through(server))
        assert push.taken == []
        bob.cuts()
        push.status = "503 Busy"
        await alone(server)
        await alice.calls(f.messages.SendMessage(peer=to, message="you are away", random_id=2))
        await until(lambda: bool(push.taken))
        await asyncio.sleep(0.5)
        await server.kill()
        push.status, push.taken = "201 Created", []
        await server.start()
        await until(lambda: bool(push.taken))
        ((_, headers, body),) = push.taken
        told = json.loads(laptop.reads(body))
        assert (told["title"], told["description"]) == ("Alice", "you are away")
        assert f"k={key}" in headers["authorization"]
        # A browser that is gone is forgotten.
        push.status, push.taken = "410 Gone", []
        await alice.connects()
        await alice.calls(f.messages.SendMessage(peer=to, message="are you?", random_id=3))
        await until(lambda: not waking(server))
        await alice.calls(f.messages.SendMessage(peer=to, message="are you?", random_id=4))
        await until(lambda: looked_through(server))
        await asyncio.sleep(0.5)
        assert len(push.taken) == 1
        alice.cuts()
        assert server.troubles() == []
