"""Large files with Telethon: parts and stretches over several connections of one key, as fast programs do it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from telethon import connection, functions, types
from telethon.network import MTProtoSender

PART = 512 * 1024


@asynccontextmanager
async def lines(client: Any, address: tuple[str, int], number: int) -> AsyncIterator[list[Any]]:
    """So many connections besides the client's own, all with its key."""
    senders = [MTProtoSender(client.session.auth_key, loggers=client._log) for _ in range(number)]
    for sender in senders:
        await sender.connect(connection.ConnectionTcpFull(*address, client.session.dc_id, loggers=client._log))
    try:
        yield senders
    finally:
        for sender in senders:
            await sender.disconnect()


async def save_parts(client: Any, senders: list[Any], path: Path, file_id: int, first: int, last: int) -> None:
    """The parts from first to before last are on the server; each connection takes every so manieth."""
    total = -(-path.stat().st_size // PART)

    async def send(place: int) -> None:
        with path.open("rb") as file:
            for part in range(first + place, last, len(senders)):
                file.seek(part * PART)
                save = functions.upload.SaveBigFilePartRequest(file_id, part, total, file.read(PART))
                assert await client._call(senders[place], save)

    await asyncio.gather(*(send(place) for place in range(len(senders))))


async def fetch(client: Any, senders: list[Any], document: Any, target: Path) -> str:
    """The document is the target; its SHA-256. Each connection fetches one stretch of it."""
    parts = -(-document.size // PART)
    share = -(-parts // len(senders))
    location = types.InputDocumentFileLocation(document.id, document.access_hash, document.file_reference, "")

    async def receive(place: int) -> None:
        with target.open("r+b") as file:
            for part in range(place * share, min(parts, (place + 1) * share)):
                ask = functions.upload.GetFileRequest(location, part * PART, PART)
                got = await client._call(senders[place], ask)
                file.seek(part * PART)
                file.write(got.bytes)

    target.write_bytes(b"")
    await asyncio.gather(*(receive(place) for place in range(len(senders))))
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
