"""Which calls of a session must wait for which (invokeAfterMsg): how its latest calls ended.

Source: method/invokeAfterMsg
"""

import asyncio

REMEMBERED = 64


class Order:
    """The latest calls of one session: running ones as futures, ended ones by their outcome."""

    __slots__ = ("_ended", "_running")

    def __init__(self) -> None:
        self._running: dict[int, asyncio.Future[bool] | None] = {}
        self._ended: dict[int, bool] = {}

    def begun(self, msg_id: int) -> None:
        """The call is on its way; who comes after it may wait for it."""
        self._running.setdefault(msg_id, None)

    def ended(self, msg_id: int, done: bool) -> None:
        """The call ended, well or not; who waited for it goes on."""
        future = self._running.pop(msg_id, None)
        if future is not None and not future.done():
            future.set_result(done)
        self._ended[msg_id] = done
        if len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]

    def wait_for(self, msg_id: int) -> asyncio.Future[bool] | bool:
        """True or False if the call has ended so; else a future of that.

        A call older than all remembered ones is taken as done: only its failure, or a call that never arrived, would
        say otherwise, and both lie 64 calls back.
        """
        if msg_id in self._ended:
            return self._ended[msg_id]
        if self._ended and msg_id not in self._running and msg_id < min(self._ended):
            return True
        future = self._running.get(msg_id)
        if future is None:
            future = self._running[msg_id] = asyncio.get_running_loop().create_future()
        return future

    def give_up(self, msg_id: int) -> None:
        """A call that never came is not waited for any longer."""
        self._running.pop(msg_id, None)

    def rest(self) -> None:
        """Idle: how earlier calls ended is forgotten, all but the newest."""
        if len(self._ended) > 1 and not self._running:
            newest = max(self._ended)
            self._ended = {newest: self._ended[newest]}
