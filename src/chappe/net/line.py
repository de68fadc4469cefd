"""The side of a session that `rpc` holds: pushes through it, and knows which of its calls must wait for which.

Source: method/invokeAfterMsg
"""

import asyncio
from typing import TYPE_CHECKING

from chappe import mtproto

if TYPE_CHECKING:
    from chappe.net.hub import Hub

REMEMBERED = 64


class Line:
    """One session: a way to push, and how its latest calls ended (running ones as futures, ended ones by outcome)."""

    __slots__ = ("_ended", "_hub", "_running", "session")

    def __init__(self, hub: "Hub", session: mtproto.Session) -> None:
        self._hub = hub
        self.session = session
        self._running: dict[int, asyncio.Future[bool]] | None = None
        self._ended: dict[int, bool] | None = None

    def push(self, body: bytes, now: float, /) -> None:
        """The body leaves on this session's socket at the end of this loop turn, or waits for its next one."""
        self.session.push(body, now)
        self._hub.mark(self.session)

    def answer(self, msg_id: int, body: bytes, now: float) -> None:
        """The call's answer leaves likewise."""
        self.session.answer(msg_id, body, now)
        self._hub.mark(self.session)

    def begun(self, msg_id: int) -> None:
        """The call is on its way; who comes after it may wait for it."""
        if self._running is None:
            self._running = {}
        if msg_id not in self._running:
            self._running[msg_id] = self._hub.loop.create_future()

    def ended(self, msg_id: int, done: bool) -> None:
        """The call ended, well or not; who waited for it goes on."""
        future = self._running.pop(msg_id, None) if self._running else None
        if future is not None and not future.done():
            future.set_result(done)
        if self._ended is None:
            self._ended = {}
        self._ended[msg_id] = done
        if len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]

    def wait_for(self, msg_id: int) -> asyncio.Future[bool] | bool:
        """True or False if the call has ended so; else a future of that.

        A call older than all remembered ones is taken as done: only its failure, or a call that never arrived, would
        say otherwise, and both lie 64 calls back.
        """
        ended, running = self._ended or {}, self._running or {}
        if msg_id in ended:
            return ended[msg_id]
        if ended and msg_id not in running and msg_id < min(ended):
            return True
        self.begun(msg_id)
        assert self._running is not None
        return self._running[msg_id]

    def give_up(self, msg_id: int) -> None:
        """A call waited for in vain is not waited for any longer."""
        if self._running:
            self._running.pop(msg_id, None)

    def rest(self) -> None:
        """Idle: how earlier calls ended is forgotten, all but the newest."""
        if self._ended and not self._running:
            newest = max(self._ended)
            self._ended = {newest: self._ended[newest]}
