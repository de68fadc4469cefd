"""What a client knows of its box when it follows the rules of pts, and every breach of them it notices.

Source: api/updates
It applies each change once, asks for the difference when something is missing, and keeps count: which message a pts
stood for, how often a message came as new. Two messages under one pts, a pts that goes back, a difference that does
not hold as many changes as pts rose by: each is written down in `faults`.
"""

from collections import Counter
from typing import Any

from chappe.tl import types as t


class Mailbox:
    """The box of one person as one client sees it."""

    def __init__(self) -> None:
        self.pts = 0
        self.date = 0
        self.texts: dict[int, str] = {}
        self.came: Counter[int] = Counter()
        self.by_pts: dict[int, object] = {}
        self.faults: list[str] = []
        self.pushed = 0
        self.fetched = 0
        self._ahead: dict[int, tuple[int, Any]] = {}
        self._fetching = False

    @property
    def behind(self) -> bool:
        """True while a change is missing: the client must ask for the difference."""
        return bool(self._ahead)

    def begins(self, state: t.updates.State) -> None:
        """The box stands here now; what came before is of no interest."""
        self.pts, self.date = state.pts, state.date
        self._ahead.clear()

    def takes(self, updates: Any, text: str = "") -> bool:
        """Something was pushed or answered; False if only the difference can tell what it was.

        Shape: `text` is what an updateShortSentMessage does not repeat.
        """
        if isinstance(updates, t.UpdatesTooLong):
            return False
        if isinstance(updates, t.UpdateShort):
            self._place(updates.update, text)
        elif isinstance(updates, t.Updates | t.UpdatesCombined):
            for update in updates.updates:
                self._place(update, text)
        else:
            self._place(updates, text)
        return not self.behind

    def fetches(self, fetching: bool) -> None:
        """While the difference is fetched, what is pushed waits: the difference may hold it too."""
        self._fetching = fetching
        self._settle()

    def takes_difference(self, found: Any) -> bool:
        """A slice of the difference was fetched; True if it was the last one."""
        if isinstance(found, t.updates.DifferenceEmpty):
            return True
        if isinstance(found, t.updates.DifferenceTooLong):
            self.faults.append("the difference is too long")
            self.pts = found.pts
            return True
        final = isinstance(found, t.updates.Difference)
        state = found.state if final else found.intermediate_state
        others = [u for u in found.other_updates if getattr(u, "pts_count", 0)]
        told = len(found.new_messages) + sum(u.pts_count for u in others)
        if told != state.pts - self.pts:
            self.faults.append(f"a difference from pts {self.pts} to {state.pts} holds {told} changes")
        for message in found.new_messages:
            self._new(message.id, said(message))
        self.fetched += len(found.new_messages)
        self.pts, self.date = state.pts, state.date
        return final

    def _place(self, update: Any, text: str) -> None:
        pts, count = getattr(update, "pts", None), getattr(update, "pts_count", None)
        if pts is None or count is None:
            return
        if count == 0:
            return  # an answer to a repeated random_id: nothing new
        what = _what(update, text)
        if self.by_pts.setdefault(pts, what) != what:
            self.faults.append(f"pts {pts} stands for {self.by_pts[pts]} and for {what}")
        if pts <= self.pts:
            return  # told before, by a push sent again or by the difference
        self._ahead[pts] = (count, (update, text))
        self._settle()

    def _settle(self) -> None:
        """Every change that follows on what is known is applied; those already known are dropped."""
        for pts in () if self._fetching else sorted(self._ahead):
            count, (update, text) = self._ahead[pts]
            if pts <= self.pts:
                del self._ahead[pts]
            elif self.pts + count == pts:
                del self._ahead[pts]
                self.pts = pts
                self._apply(update, text)
            elif self.pts + count > pts:
                self.faults.append(f"pts {pts} with {count} changes overlaps {self.pts}")
                del self._ahead[pts]

    def _apply(self, update: Any, text: str) -> None:
        if isinstance(update, t.UpdateNewMessage):
            self._new(update.message.id, said(update.message))
        elif isinstance(update, t.UpdateShortMessage):
            self._new(update.id, update.message)
        elif isinstance(update, t.UpdateShortSentMessage):
            self._new(update.id, text)
        else:
            return
        self.pushed += 1

    def _new(self, message_id: int, text: str) -> None:
        self.came[message_id] += 1
        if self.came[message_id] > 1:
            self.faults.append(f"message {message_id} came {self.came[message_id]} times")
        known = self.texts.setdefault(message_id, text)
        if known != text:
            self.faults.append(f"message {message_id} says {known!r} and {text!r}")


def _what(update: Any, text: str) -> object:
    """A name for the change, the same however it is told."""
    if isinstance(update, t.UpdateNewMessage):
        return "message", update.message.id, said(update.message)
    if isinstance(update, t.UpdateShortMessage | t.UpdateShortSentMessage):
        return "message", update.id, text or getattr(update, "message", "")
    return type(update).NAME, repr(update)


def said(message: t.TypeMessage) -> str:
    """The text of a message, empty for those that have none."""
    return message.message if isinstance(message, t.Message) else ""
