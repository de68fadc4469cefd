"""Killed while media of a public channel is hashed and compared, the server misses none and says nothing twice.

Source: requirements/hash-matching
"""

import asyncio
import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from random import Random

from tests.kit.server_process import ServerProcess, chappe
from tests.survive.conftest import crowd
from tests.survive.people import Person

from chappe.tl import functions as f
from chappe.tl import types as t

POSTS, KILLS = 12, 4


async def files(person: Person, channel: t.InputChannel, count: int) -> list[str]:
    """Digests of files posted in the channel, one a post."""
    peer = t.InputPeerChannel(channel_id=channel.channel_id, access_hash=channel.access_hash)
    digests = []
    for number in range(count):
        data = f"film {number} ".encode() * 3000
        assert await person.client.calls(f.upload.SaveFilePart(file_id=number + 1, file_part=0, bytes=data))
        media = t.InputMediaUploadedDocument(
            file=t.InputFile(id=number + 1, parts=1, name="film.bin", md5_checksum=""), mime_type="video/mp4",
            attributes=[], force_file=True,
        )  # fmt: skip
        await person.client.calls(f.messages.SendMedia(peer=peer, media=media, message="", random_id=number + 1))
        digests.append(sha256(data).hexdigest())
    return digests


def found(server: ServerProcess) -> list[tuple[str, int, int]]:
    """(item, case, decision) of the signals of the list."""
    with sqlite3.connect(f"file:{server.data / 'chappe.sqlite'}?mode=ro", uri=True) as database:
        return database.execute(
            "SELECT item_key, case_id, decision_id FROM signals WHERE name = 'Films' ORDER BY item_key"
        ).fetchall()


async def test_nothing_is_missed_and_nothing_said_twice(server: ServerProcess, tmp_path: Path) -> None:
    chance = Random(5)
    async with crowd(server, 2, chance) as (alice, _bob):
        made = await alice.client.calls(f.channels.CreateChannel(title="Films", about="", broadcast=True))
        channel = t.InputChannel(channel_id=made.chats[0].id, access_hash=made.chats[0].access_hash)
        await alice.client.calls(f.channels.UpdateUsername(channel=channel, username="filmsforall"))
        digests = await files(alice, channel, POSTS)
        listed = tmp_path / "films.txt"
        listed.write_text("".join(f"sha256 {digest}\n" for digest in digests[: POSTS // 2]))
        words = ("--data", str(server.data), "--name", "Films", "--provenance", "a neighbour", "--category",
                 "SCAMS_AND_FRAUD", "--clause", "3.5@1", "--effect", "remove", "--json")  # fmt: skip
        code, out, errors = await chappe("lists", "add", str(listed), *words)
        assert code == 0, errors
        assert json.loads(out)["size"] == POSTS // 2
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.1, 1.5))
            await server.kill()
            await server.start()
        for _ in range(900):
            if len(found(server)) == POSTS // 2:
                break
            await asyncio.sleep(0.2)
        signals = found(server)
        assert len({item for item, _, _ in signals}) == len(signals) == POSTS // 2
        assert all(case and decision for _, case, decision in signals)
        assert len({decision for _, _, decision in signals}) == POSTS // 2
        peer = t.InputPeerChannel(channel_id=channel.channel_id, access_hash=channel.access_hash)
        page = await alice.client.calls(f.messages.GetHistory(
            peer=peer, offset_id=0, offset_date=0, add_offset=0, limit=50, max_id=0, min_id=0, hash=0
        ))  # fmt: skip
        assert sum(isinstance(getattr(m, "media", None), t.MessageMediaDocument) for m in page.messages) == POSTS // 2
        code, out, _ = await chappe("rules", "test", "carding", "--data", str(server.data), "--json")
        assert (code, json.loads(out)["seen"]) == (0, POSTS)
        code, out, errors = await chappe("rules", "mode", "carding", "loud", "--data", str(server.data))
        assert code == 1
        assert "live, shadow or off" in errors
    assert not server.troubles(), server.troubles()
