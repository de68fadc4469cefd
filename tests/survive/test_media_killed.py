"""Source: api/files. The media process is killed while it decodes: one photo may be refused, nothing else notices."""

import asyncio
import os
import signal
from contextlib import suppress
from io import BytesIO
from random import Random

from PIL import Image
from tests.kit.server_process import ServerProcess
from tests.kit.stage import RpcFailure
from tests.survive.conftest import crowd
from tests.survive.people import Person
from tests.survive.test_kill import talking

from chappe.tl import functions as f
from chappe.tl import types as t

ROUNDS = 5


def picture() -> bytes:
    """A photo that takes a while to read."""
    made = BytesIO()
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(made, "JPEG", quality=85)
    return made.getvalue()


async def upload(person: Person, data: bytes) -> t.InputFileBig:
    """The picture lies on the server, in parts."""
    file_id = person.chance.getrandbits(60)
    parts = [data[at : at + 512 * 1024] for at in range(0, len(data), 512 * 1024)]
    for number, part in enumerate(parts):
        assert await person.client.calls(
            f.upload.SaveBigFilePart(file_id=file_id, file_part=number, file_total_parts=len(parts), bytes=part)
        )
    return t.InputFileBig(id=file_id, parts=len(parts), name="photo.jpg")


def workers(server: ServerProcess) -> list[int]:
    """The processes that decode."""
    return server.children()


async def killing(server: ServerProcess, chance: Random) -> None:
    """Whatever decodes now is killed, soon after it begins."""
    await asyncio.sleep(chance.uniform(0.0, 0.3))
    for pid in workers(server):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def test_a_killed_media_process_comes_back(server: ServerProcess) -> None:
    chance, data = Random(11), picture()
    async with crowd(server, 3, chance) as (alice, bob, carol):
        async with talking([alice, bob], pause_s=0.01):
            for number in range(ROUNDS):
                file = await upload(carol, data)
                media = t.InputMediaUploadedPhoto(file=file)
                query = f.messages.SendMedia(peer=carol.peers["alice"], media=media, message="", random_id=number + 1)
                killer = asyncio.create_task(killing(server, chance))
                try:
                    await carol.client.calls(query)
                except RpcFailure as failure:
                    assert failure.message != "INTERNAL_SERVER_ERROR", failure
                    await killer
                    await carol.client.calls(query)
                await killer
        await alice.has_all()
        photos = [m for m in await alice.history(carol) if isinstance(m.media, t.MessageMediaPhoto)]
        assert len(photos) == ROUNDS
        await asyncio.gather(alice.has_all(), bob.has_all())
        assert not alice.mailbox.faults + bob.mailbox.faults
        assert server.running
    assert not server.troubles(), server.troubles()
