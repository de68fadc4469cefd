"""What the Python drivers share: one JSON command a line on standard input, one JSON answer a line on standard output.

Runs inside a client's own environment, so it imports nothing but the standard library. A driver subclasses `Talker`;
the method names are the command names, and every driver answers in the same words:

- a person: `{"id", "phone", "first_name"}`;
- a message: `{"id", "peer", "sender", "out", "text", "media": null|"photo"|"document", "size", "reply_to"}`;
- an event: a message with `kind` "new", "own" (sent by this account), "event" (told by a room itself) or "edited", or
  `{"kind": "deleted", "ids"}`, or `{"kind": "read", "peer", "max_id"}` (the other side has read), or
  `{"kind": "reacted", "id", "signs"}` (all reactions to that message).

A room is named by its marked id. What is done in rooms is in `telethon_rooms.py`, which the others follow word by word.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

Facts = dict[str, object]
LINE_LIMIT = 1 << 24


class Talker:
    """One person with one client: collects events; a subclass carries out the commands with its library."""

    def __init__(self, settings: Facts) -> None:
        self.port = int(settings["port"])
        self.pem = str(settings["pem"])
        self.folder = Path(str(settings["folder"]))
        self.transport = str(settings["transport"])
        self.secret = str(settings["secret"])
        self._events: list[Facts] = []
        numbers = (path.name.split("-")[1].split(".")[0] for path in self.folder.glob("session-*"))
        self._sessions = max(map(int, numbers), default=0)

    def happened(self, event: Facts) -> None:
        self._events.append(event)

    def session(self) -> str:
        """The path of this person's present session; a sign-in starts a new one."""
        return str(self.folder / f"session-{self._sessions}")

    def new_session(self) -> str:
        self._sessions += 1
        return self.session()

    async def take(self, kinds: list[str], at_least: int, timeout_s: float, settle_s: float) -> list[Facts]:
        """Remove and give the events of these kinds, once there are enough and none more came for `settle_s`."""
        deadline = time.monotonic() + timeout_s
        seen, since = -1, time.monotonic()
        while True:
            found = [event for event in self._events if event["kind"] in kinds]
            now = time.monotonic()
            if len(found) != seen:
                seen, since = len(found), now
            if now > deadline or (seen >= at_least and now - since >= settle_s):
                self._events = [event for event in self._events if event["kind"] not in kinds]
                return found
            await asyncio.sleep(0.02)

    async def quit(self) -> None:
        """Nothing is left to close."""


async def _commands() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LINE_LIMIT)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _obey(talker: Talker, order: Facts) -> Facts:
    do: Callable[..., Awaitable[object]] = getattr(talker, str(order.pop("do")))
    try:
        return {"ok": await do(**order)}
    except Exception as error:  # noqa: BLE001 (the play judges it)
        return {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}


async def _serve(make: Callable[[Facts], Talker], answers: int) -> None:
    talker = make(json.loads(sys.argv[1]))
    reader = await _commands()
    while line := await reader.readline():
        order = json.loads(line)
        last = order["do"] == "quit"
        os.write(answers, json.dumps(await _obey(talker, order)).encode() + b"\n")
        if last:
            break


def run(make: Callable[[Facts], Talker]) -> None:
    """Serve until `quit` or the end of input; whatever a library prints goes to standard error."""
    answers = os.dup(1)
    os.dup2(2, 1)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    with contextlib.suppress(KeyboardInterrupt):
        loop.run_until_complete(_serve(make, answers))
    sys.stderr.flush()
    os._exit(0)
