"""The export of Pyrogram's heirs: a client made with `takeout=True` wraps every call, and finishes when it stops."""

import json
from typing import Any

from pyrogram import raw
from talking import Facts


class Takeout:
    """A part of the driver: `takes_out` exports a chat and the file of what is known."""

    client: Any

    def make_client(self) -> Any:
        raise NotImplementedError

    async def connect(self) -> None:
        raise NotImplementedError

    async def takes_out(self, peer: int) -> Facts:
        await self.client.stop()
        export = self.make_client()
        export.takeout = True
        await export.start()
        began = export.takeout_id is not None
        texts = [one.text or one.caption or "" async for one in export.get_chat_history(peer)]
        data = b""
        while True:
            place = raw.types.InputTakeoutFileLocation()
            part = await export.invoke(raw.functions.upload.GetFile(location=place, offset=len(data), limit=4096))
            data += part.bytes
            if len(part.bytes) < 4096:
                break
        ranges = await export.invoke(raw.functions.messages.GetSplitRanges())
        await export.stop()
        await self.connect()
        return {
            "known": json.loads(data), "texts": texts, "ranges": [[one.min_id, one.max_id] for one in ranges],
            "over": began,
        }  # fmt: skip
