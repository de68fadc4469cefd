"""Telethon's own export: `client.takeout()` wraps every call, and is finished when the block ends."""

import hashlib
import json
from typing import Any

from talking import Facts
from telethon import functions, types


class Takeout:
    """A part of the driver: `takes_out` exports a chat, the saved numbers and the file of what is known."""

    client: Any

    async def takes_out(self, peer: int) -> Facts:
        async with self.client.takeout(contacts=True, users=True, files=True, max_file_size=1 << 30) as export:
            saved = await export(functions.contacts.GetSavedRequest())
            ranges = await export(functions.messages.GetSplitRangesRequest())
            dialogs = [one.id async for one in export.iter_dialogs()]
            texts, digests = [], []
            async for message in export.iter_messages(peer):
                texts.append(message.message or "")
                if message.file:
                    digests.append(hashlib.sha256(await message.download_media(bytes)).hexdigest())
            data = b""
            while True:
                place = types.InputTakeoutFileLocation()
                part = await export(functions.upload.GetFileRequest(place, len(data), 4096))
                data += part.bytes
                if len(part.bytes) < 4096:
                    break
        return {
            "known": json.loads(data), "texts": texts, "digests": digests, "dialogs": dialogs,
            "saved": [one.phone for one in saved], "ranges": [[one.min_id, one.max_id] for one in ranges],
            "over": self.client.session.takeout_id is None,
        }  # fmt: skip
