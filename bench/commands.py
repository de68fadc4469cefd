"""How a process of the bench is spoken to: one command a line on standard input, one line of JSON as the answer."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Command = Callable[[Any, dict[str, Any]], Awaitable[dict[str, Any]]]


async def serve_commands(does: Mapping[str, Command], state: object) -> None:
    """Commands are carried out one after the other until standard input ends. Shape: {"do": name, …}."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        words = json.loads(line)
        try:
            answer = await does[words.pop("do")](state, words)
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
