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
    """The box of one person as one client sees it.

    Shape: `gone` are the messages that were deleted; `read` is how far (peer, inbox or outbox) was read; `signs` are
    the reactions to a message, by person.
    """

    def __init__(self) -> None:
        self.pts = 0
        self.date = 0
        self.texts: dict[int, str] = {}
        self.came: Counter[int] = Counter()
        self.by_pts: dict[int, object] = {}
        self.gone: set[int] = set()
        self.read: dict[tuple[int, str], int] = {}
        self.signs: dict[int, dict[int, str]] = {}
        self.faults: list[str] = []
        self.shortened = False
        """True once changes were edits or deletions: a difference then says less than happened."""
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
        if told > state.pts - self.pts or (told < state.pts - self.pts and not self._moved(found)):
            self.faults.append(f"a difference from pts {self.pts} to {state.pts} holds {told} changes")
        for message in found.new_messages:
            self._new(message.id, said(message), message)
        for update in found.other_updates:
            self._change(update)
        self.fetched += len(found.new_messages)
        self.pts, self.date = state.pts, state.date
        return final

    def _place(self, update: Any, text: str) -> None:
        pts, count = getattr(update, "pts", None), getattr(update, "pts_count", None)
        if isinstance(update, t.UpdateMessageReactions):
            self._change(update)
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
            self._new(update.message.id, said(update.message), update.message)
        elif isinstance(update, t.UpdateShortMessage):
            self._new(update.id, update.message)
        elif isinstance(update, t.UpdateShortSentMessage):
            self._new(update.id, text)
        else:
            self._change(update)
            return
        self.pushed += 1

    def _moved(self, found: Any) -> bool:
        """True if something may be told shorter: what was deleted or edited since needs no telling for itself."""
        self.shortened = (
            self.shortened
            or any(isinstance(u, t.UpdateDeleteMessages | t.UpdateEditMessage) for u in found.other_updates)
            or any(getattr(m, "edit_date", None) for m in found.new_messages)  # came as edited, all at once
        )
        return self.shortened

    def _change(self, update: Any) -> None:
        """Something that was there is different now."""
        match update:
            case t.UpdateEditMessage():
                self.texts[update.message.id] = said(update.message)
                self._reacted(update.message.id, update.message.reactions)
            case t.UpdateDeleteMessages():
                self.gone.update(update.messages)
                for one in update.messages:
                    self.texts.pop(one, None)
                    self.signs.pop(one, None)
            case t.UpdateReadHistoryInbox():
                self._reads(update.peer.user_id, "inbox", update.max_id)
            case t.UpdateReadHistoryOutbox():
                self._reads(update.peer.user_id, "outbox", update.max_id)
            case t.UpdateMessageReactions() if update.msg_id not in self.gone:
                self._reacted(update.msg_id, update.reactions)

    def _reads(self, peer: int, side: str, max_id: int) -> None:
        before = self.read.get((peer, side), 0)
        if max_id < before:
            self.faults.append(f"the {side} of {peer} was read to {before} and then to {max_id}")
        self.read[peer, side] = max_id

    def _reacted(self, message_id: int, reactions: Any) -> None:
        self.signs[message_id] = signs_of(reactions)

    def _new(self, message_id: int, text: str, message: Any = None) -> None:
        if message_id in self.gone:
            self.faults.append(f"message {message_id} came back after it was deleted")
        self._reacted(message_id, getattr(message, "reactions", None))
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


def signs_of(reactions: Any) -> dict[int, str]:
    """Who reacted with what, of those few that are named."""
    recent = (reactions.recent_reactions or []) if isinstance(reactions, t.MessageReactions) else []
    return {one.peer_id.user_id: one.reaction.emoticon for one in recent}


def said(message: t.TypeMessage) -> str:
    """The text of a message, empty for those that have none."""
    return message.message if isinstance(message, t.Message) else ""
