"""Buttons that were pressed and wait for the bot's answer: in this process alone, for a few seconds.

Source: method/messages.getBotCallbackAnswer
"""

import asyncio
from dataclasses import dataclass

from chappe.base.errors import Invalid, Refusal
from chappe.base.ids import UserId

ANSWER_S = 15.0
"""How long a bot may take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who pressed is told."""

    message: str = ""
    alert: bool = False
    url: str = ""
    cache_s: int = 0


class Callbacks:
    """The questions that are open."""

    def __init__(self) -> None:
        self._open: dict[int, asyncio.Future[tuple[UserId, Answer]]] = {}

    def ask(self, query_id: int) -> None:
        """A bot is about to be asked."""
        self._open[query_id] = asyncio.get_running_loop().create_future()

    async def hear(self, query_id: int, bot: UserId) -> Answer:
        """What this bot answers. Errors: Refusal bot_response_timeout, also when another one knew of the question."""
        try:
            who, said = await asyncio.wait_for(self._open[query_id], ANSWER_S)
        except TimeoutError:
            raise Refusal("bot_response_timeout") from None
        if who != bot:
            raise Refusal("bot_response_timeout")
        return said

    def drop(self, query_id: int) -> None:
        """Nobody waits for the answer."""
        self._open.pop(query_id, None)

    def answer(self, query_id: int, bot: UserId, said: Answer) -> None:
        """The bot has answered. Errors: Invalid query_id_invalid."""
        waiting = self._open.get(query_id)
        if waiting is None or waiting.done():
            raise Invalid("query_id_invalid")
        waiting.set_result((bot, said))
