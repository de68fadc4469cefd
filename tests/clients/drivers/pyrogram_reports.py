"""How Kurigram and Pyrofork report: raw calls, following the menu that the server serves."""

from typing import Any

from pyrogram import raw
from talking import Facts


class Reports:
    """A part of the talker; `client` comes from the whole."""

    client: Any

    async def report(self, peer: int, ids: list[int], titles: list[str], words: str) -> Facts:
        """What was asked on the way, and whether it ended with a report."""
        asked, option, said, wanted = [], b"", "", list(titles)
        where = await self.client.resolve_peer(peer)
        while True:
            ask = raw.functions.messages.Report(peer=where, id=ids, option=option, message=said)
            answer = await self.client.invoke(ask)
            match answer:
                case raw.types.ReportResultChooseOption():
                    asked.append(answer.title)
                    title = wanted.pop(0)
                    option = next(one.option for one in answer.options if one.text == title)
                case raw.types.ReportResultAddComment():
                    asked.append("optional" if answer.optional else "words")
                    option, said = answer.option, words
                case raw.types.ReportResultReported():
                    return {"asked": asked}

    async def report_spam(self, peer: int) -> bool:
        return bool(await self.client.invoke(
            raw.functions.messages.ReportSpam(peer=await self.client.resolve_peer(peer))
        ))  # fmt: skip

    async def report_whole(self, peer: int, words: str) -> bool:
        where, reason = await self.client.resolve_peer(peer), raw.types.InputReportReasonOther()
        ask = raw.functions.account.ReportPeer(peer=where, reason=reason, message=words)
        return bool(await self.client.invoke(ask))
