"""Source: api/end-to-end. After a secret conversation nothing of it is in the server: not in its database, not in its
files, not in its log, not in its memory.

The same search finds what is planted: a word said in the open, a key that was not wrapped, and the keys of the
connections, which a server must have in its memory.
"""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.kit import scan
from tests.kit.sealing import SealedBytes, SealedEnd
from tests.kit.server_process import ServerProcess, serving
from tests.kit.wire_client import WireClient

from chappe.tl import functions as f
from chappe.tl import types as t

PART = 512 * 1024
CHAT = 31337


@dataclass
class Side:
    """A person with an end of the chat; `heard` is what was read."""

    client: WireClient
    end: SealedEnd
    id: int = 0
    peer: Any = None
    heard: list[bytes] = field(default_factory=list)
    file: Any = None
    chat: Any = None
    sent: int = 0

    def hears(self, update: Any) -> None:
        for one in getattr(update, "updates", None) or (getattr(update, "update", update),):
            if isinstance(one, t.UpdateEncryption):
                self.chat = one.chat
                self.peer = t.InputEncryptedChat(chat_id=one.chat.id, access_hash=getattr(one.chat, "access_hash", 0))
            elif isinstance(one, t.UpdateNewEncryptedMessage):
                self.heard.append(self.end.opens(one.message.bytes))
                self.file = getattr(one.message, "file", None)

    async def whispers(self, text: str) -> None:
        self.sent += 1
        query = f.messages.SendEncrypted(peer=self.peer, random_id=self.sent, data=self.end.seals(text.encode()))
        await self.client.calls(query)

    async def passes(self, file: SealedBytes) -> None:
        """The file goes to the other side, its key inside the message."""
        self.sent += 1
        parts = [file.data[at : at + PART] for at in range(0, len(file.data), PART)]
        for number, part in enumerate(parts):
            await self.client.calls(
                f.upload.SaveBigFilePart(file_id=self.sent, file_part=number, file_total_parts=len(parts), bytes=part)
            )
        given = t.InputEncryptedFileBigUploaded(id=self.sent, parts=len(parts), key_fingerprint=file.fingerprint)
        sealed = self.end.seals(file.key + file.iv)
        await self.client.calls(
            f.messages.SendEncryptedFile(peer=self.peer, random_id=self.sent, data=sealed, file=given)
        )

    async def fetches(self) -> bytes:
        place = t.InputEncryptedFileLocation(id=self.file.id, access_hash=self.file.access_hash)
        out = b""
        while len(out) < self.file.size:
            out += (await self.client.calls(f.upload.GetFile(location=place, offset=len(out), limit=PART))).bytes
        return out


async def joins(server: ServerProcess, phone: str, asked: bool) -> Side:
    """Somebody new, connected."""
    client = WireClient(server.port, server.key)
    side = Side(client, SealedEnd(asked))
    client.hears = side.hears
    await client.connects()
    side.id = (await client.signs_up(phone, "Somebody")).id
    await client.calls(f.updates.GetState())
    return side


async def opened(server: ServerProcess) -> tuple[Side, Side]:
    """A secret chat with a key that two clients agreed upon."""
    alice, bob = await joins(server, "9996627001", True), await joins(server, "9996627002", False)
    found = (await alice.client.calls(f.contacts.ResolvePhone(phone="9996627002"))).users[0]
    user = t.InputUser(user_id=found.id, access_hash=found.access_hash)
    query = f.messages.RequestEncryption(user_id=user, random_id=CHAT, g_a=alice.end.half)
    asked = await alice.client.calls(query)
    alice.peer = t.InputEncryptedChat(chat_id=CHAT, access_hash=asked.access_hash)
    await bob.client.calls(f.updates.GetState())
    fingerprint = bob.end.agrees(bob.chat.g_a)
    accept = f.messages.AcceptEncryption(peer=bob.peer, g_b=bob.end.half, key_fingerprint=fingerprint)
    await bob.client.calls(accept)
    await alice.client.calls(f.updates.GetState())
    assert alice.end.agrees(alice.chat.g_a_or_b) == alice.chat.key_fingerprint == fingerprint
    return alice, bob


def sent_and_kept(server: ServerProcess) -> tuple[Path, Path]:
    """Everything a server writes."""
    return server.data, server.log


async def test_nothing_of_a_secret_conversation_is_in_the_server(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", log_level="debug") as server:
        alice, bob = await opened(server)
        words = [f"meet me at the old mill {os.urandom(6).hex()}" for _ in range(20)]
        for number, word in enumerate(words):
            await (alice, bob)[number % 2].whispers(word)
        pages = os.urandom(3_000_000)
        file = SealedBytes(pages)
        await alice.passes(file)
        await bob.client.calls(f.updates.GetState())
        assert file.opens(await bob.fetches()) == pages
        heard = [text.decode() for text in bob.heard[:-1] + alice.heard]
        assert sorted(heard) == sorted(words)
        secret = {
            **{f"words {n}": scan.of_text(word) for n, word in enumerate(words)},
            "the key": scan.of_key(alice.end.key.key),
            "her exponent": scan.of_key(alice.end.exponent),
            "his exponent": scan.of_key(bob.end.exponent),
            "the file": scan.of_key(pages[1_000_000:1_000_256]),
            "the file's key": scan.of_key(file.key + file.iv),
        }
        processes = (server.pid, *server.children())
        assert scan.in_folder(secret, *sent_and_kept(server)) == set()
        assert scan.in_memory(secret, *processes) == set()
        assert waiting(server) == 21
        await finds_what_is_planted(server, alice, bob)
        for side in (alice, bob):
            side.client.cuts()


async def finds_what_is_planted(server: ServerProcess, alice: Side, bob: Side) -> None:
    """The same search, in the same places, has eyes."""
    said, drawn = f"this is said in the open {os.urandom(6).hex()}", os.urandom(200_000)
    found = (await alice.client.calls(f.contacts.ResolvePhone(phone="9996627002"))).users[0]
    peer = t.InputPeerUser(user_id=found.id, access_hash=found.access_hash)
    await alice.client.calls(f.messages.SendMessage(peer=peer, message=said, random_id=77))
    await alice.client.calls(f.upload.SaveFilePart(file_id=99, file_part=0, bytes=drawn))
    media = t.InputMediaUploadedDocument(
        file=t.InputFile(id=99, parts=1, name="plan.bin", md5_checksum=""), mime_type="application/octet-stream",
        attributes=[], force_file=True,
    )  # fmt: skip
    await alice.client.calls(f.messages.SendMedia(peer=peer, media=media, message="", random_id=78))
    assert alice.client.session is not None
    line = alice.client.session.key.key
    planted = {
        "open words": scan.of_text(said), "open file": scan.of_key(drawn[1000:1256]), "line key": scan.of_key(line),
        "the key": scan.of_key(alice.end.key.key),
    }  # fmt: skip
    folder = {name for name, _ in scan.in_folder(planted, *sent_and_kept(server))}
    assert folder == {"open words", "open file"}
    assert {name for name, _ in scan.in_memory(planted, server.pid)} >= {"line key"}
    database = server.data / "chappe.sqlite"
    with closing(sqlite3.connect(database, timeout=20)) as beside:
        beside.execute("INSERT INTO auth_keys (auth_key_id, wrapped, date) VALUES (1, ?, 0)", (alice.end.key.key,))
        beside.execute("INSERT INTO auth_keys (auth_key_id, wrapped, date) VALUES (2, ?, 0)", (line,))
        beside.commit()
    folder = {name for name, _ in scan.in_folder(planted, *sent_and_kept(server))}
    assert folder == {"open words", "open file", "the key", "line key"}
    hexed = alice.end.key.key.hex()
    await bob.client.calls(f.messages.SendMessage(peer=t.InputPeerSelf(), message=hexed, random_id=79))
    assert "the key" in {name for name, _ in scan.in_memory(planted, server.pid)}


def waiting(server: ServerProcess) -> int:
    """How much ciphertext lies in the server: nobody has acknowledged any."""
    with closing(sqlite3.connect(f"file:{server.data / 'chappe.sqlite'}?mode=ro", uri=True)) as database:
        [count] = database.execute("SELECT COUNT(*) FROM secret_queue").fetchone()
    return int(count)
