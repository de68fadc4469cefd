"""A client process that does nothing but move files; commands as in `bench.load`."""

import asyncio
import os
import time
from typing import Any

import uvloop

from bench.commands import serve_commands
from bench.peer import Peer, connect, introduced, session_of
from bench.people import Person
from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t

PART_BYTES = 512 * 1024
FILE_BYTES = 100 * 1000 * 1000
PARTS = -(-FILE_BYTES // PART_BYTES)
UNDER_WAY = 2
"""Parts of one transfer asked for or sent at once."""


class Mover:
    """One person's connections for files."""

    def __init__(self, port: int, person: Person) -> None:
        self.port = port
        self.person = person
        self.moved = 0
        self.location: t.InputDocumentFileLocation | None = None

    async def open(self) -> Peer:
        """A connection of its own."""
        peer = await connect(self.port, session_of(self.person.auth_key))
        await peer.call(introduced(f.help.GetConfig()))
        return peer

    async def make_file(self) -> None:
        """A document of 100 MB stands in the person's saved messages."""
        peer = await self.open()
        file_id = int.from_bytes(os.urandom(7), "little")
        await self.up(peer, file_id, time.monotonic() + 60, repeat=False)
        file = t.InputFileBig(id=file_id, parts=PARTS, name="bench.bin")
        media = t.InputMediaUploadedDocument(file=file, mime_type="application/octet-stream", attributes=[])
        query = f.messages.SendMedia(peer=t.InputPeerSelf(), media=media, message="", random_id=file_id)
        updates = await peer.call(query)
        made = next(one.message.media.document for one in updates.updates if one.NAME == "updateNewMessage")
        self.location = t.InputDocumentFileLocation(
            id=made.id, access_hash=made.access_hash, file_reference=made.file_reference, thumb_size=""
        )
        peer.close()

    async def up(self, peer: Peer, file_id: int, until: float, repeat: bool = True) -> None:
        """The parts of a file are sent, again and again until the time is over."""
        data = os.urandom(PART_BYTES)

        async def part(n: int) -> None:
            # The last part is as long as the others: the file is a little over 100 MB.
            query = f.upload.SaveBigFilePart(file_id=file_id, file_part=n, file_total_parts=PARTS, bytes=data)
            await peer.ask(tl.encode(query, tl.NEWEST))
            self.moved += PART_BYTES

        await self._each(part, until, repeat)

    async def down(self, peer: Peer, until: float) -> None:
        """The file is fetched, again and again until the time is over."""

        assert self.location is not None
        location = self.location

        async def part(n: int) -> None:
            query = f.upload.GetFile(location=location, offset=n * PART_BYTES, limit=PART_BYTES)
            body = await peer.ask(tl.encode(query, tl.NEWEST))
            self.moved += PART_BYTES
            assert len(body) > PART_BYTES

        await self._each(part, until, repeat=True)

    async def _each(self, part: Any, until: float, repeat: bool) -> None:
        turn = iter(range(PARTS if not repeat else 1 << 30))

        async def worker() -> None:
            for n in turn:
                if repeat and time.monotonic() > until:
                    return
                await part(n % PARTS)

        await asyncio.gather(*(worker() for _ in range(UNDER_WAY)))


async def prepare(state: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Two people upload what will be fetched later; two more will upload."""
    state["movers"] = movers = [Mover(words["port"], Person(**person)) for person in words["people"]]
    begun = time.perf_counter()
    await asyncio.gather(*(mover.make_file() for mover in movers[:2]))
    return {"seconds": time.perf_counter() - begun}


async def transfer(state: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Two downloads and two uploads run for so long."""
    movers: list[Mover] = state["movers"]
    until = time.monotonic() + words["seconds"]
    peers = [await mover.open() for mover in movers]
    for mover in movers:
        mover.moved = 0
    begun = time.perf_counter()
    await asyncio.gather(
        *(mover.down(peer, until) for mover, peer in zip(movers[:2], peers[:2], strict=True)),
        *(mover.up(peer, n + 1, until) for n, (mover, peer) in enumerate(zip(movers[2:], peers[2:], strict=True))),
    )
    took = time.perf_counter() - begun
    for peer in peers:
        peer.close()
    return {"mb_s": [round(mover.moved / took / 1e6, 1) for mover in movers], "seconds": took}


DOES = {"prepare": prepare, "transfer": transfer}


if __name__ == "__main__":
    uvloop.run(serve_commands(DOES, {}))
