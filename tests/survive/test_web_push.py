"""Source: api/push-updates, rfc/8030. A notification outlives a killed server, and the browser it is for reads it."""

import asyncio
import json
from pathlib import Path

from tests.kit.server_process import serving
from tests.kit.wire_client import WireClient
from tests.outbound.test_webpush import Browser, service

from chappe.tl import functions as f
from chappe.tl import types as t

SOON_S = 30.0


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
        await asyncio.sleep(2)
        assert push.taken == []
        bob.cuts()
        push.status = "503 Busy"
        await asyncio.sleep(1)
        await alice.calls(f.messages.SendMessage(peer=to, message="you are away", random_id=2))
        async with asyncio.timeout(SOON_S):
            while not push.taken:
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        await server.kill()
        push.status, push.taken = "201 Created", []
        await server.start()
        async with asyncio.timeout(SOON_S):
            while not push.taken:
                await asyncio.sleep(0.1)
        ((_, headers, body),) = push.taken
        told = json.loads(laptop.reads(body))
        assert (told["title"], told["description"]) == ("Alice", "you are away")
        assert f"k={key}" in headers["authorization"]
        # A browser that is gone is forgotten.
        push.status, push.taken = "410 Gone", []
        await alice.connects()
        for number in (3, 4):
            await alice.calls(f.messages.SendMessage(peer=to, message="are you?", random_id=number))
            await asyncio.sleep(3)
        assert len(push.taken) == 1
        alice.cuts()
        assert server.troubles() == []
