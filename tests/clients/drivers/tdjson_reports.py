"""How TDLib reports: its own option flow over the menu that the server serves."""

from typing import Any

from talking import Facts

Object = dict[str, Any]
SHIFT = 20


class Reports:
    """A part of the talker; `call` comes from the whole."""

    async def call(self, kind: str, **fields: Any) -> Object:
        raise NotImplementedError

    async def report(self, peer: int, ids: list[int], titles: list[str], words: str) -> Facts:
        """What was asked on the way, and whether it ended with a report."""
        asked, option, said, wanted = [], "", "", list(titles)
        messages = [id << SHIFT for id in ids]
        while True:
            answer = await self.call("reportChat", chat_id=peer, option_id=option, message_ids=messages, text=said)
            match answer["@type"]:
                case "reportChatResultOptionRequired":
                    asked.append(answer["title"])
                    title = wanted.pop(0)
                    option = next(one["id"] for one in answer["options"] if one["text"] == title)
                case "reportChatResultTextRequired":
                    asked.append("optional" if answer["is_optional"] else "words")
                    option, said = answer["option_id"], words
                case "reportChatResultOk":
                    return {"asked": asked}
                case other:
                    raise ValueError(other)

    async def report_whole(self, peer: int, words: str) -> bool:
        answer = await self.report(peer, [], ["Something else"], words)
        return bool(answer["asked"])
