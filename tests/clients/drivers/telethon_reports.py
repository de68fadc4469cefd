"""How Telethon reports: raw calls, following the menu that the server serves."""

from typing import Any

from talking import Facts
from telethon import functions, types


class Reports:
    """A part of the talker; `client` comes from the whole."""

    client: Any

    async def report(self, peer: int, ids: list[int], titles: list[str], words: str) -> Facts:
        """What was asked on the way, and whether it ended with a report."""
        asked, option, said, wanted = [], b"", "", list(titles)
        while True:
            answer = await self.client(functions.messages.ReportRequest(peer, ids, option, said))
            match answer:
                case types.ReportResultChooseOption():
                    asked.append(answer.title)
                    title = wanted.pop(0)
                    option = next(one.option for one in answer.options if one.text == title)
                case types.ReportResultAddComment():
                    asked.append("optional" if answer.optional else "words")
                    option, said = answer.option, words
                case types.ReportResultReported():
                    return {"asked": asked}

    async def report_spam(self, peer: int) -> bool:
        return bool(await self.client(functions.messages.ReportSpamRequest(peer)))

    async def report_whole(self, peer: int, words: str) -> bool:
        reason = types.InputReportReasonOther()
        return bool(await self.client(functions.account.ReportPeerRequest(peer, reason, words)))
