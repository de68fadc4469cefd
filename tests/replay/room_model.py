"""A client of one room, reduced to its messages: it applies updates, pushed or asked for, and nothing else.

Source: api/updates
"""

from dataclasses import dataclass, field
from typing import Any

from tests.kit.rooms import Hall
from tests.kit.stage import Person

from chappe.tl import functions as f
from chappe.tl import types as t

Shown = tuple[Any, ...]


def shown(m: Any) -> Shown:
    """What a message says, whatever way it came."""
    reply = m.reply_to.reply_to_msg_id if m.reply_to else None
    head = (m.id, bool(m.out), m.date, reply, bool(m.post), m.from_id)
    if isinstance(m, t.MessageService):
        return (*head, type(m.action).__name__)
    return (*head, m.message, m.edit_date, bool(m.pinned), bool(m.mentioned), m.post_author)


@dataclass
class RoomModel:
    """What one client knows of the room. Shape: `hall` None for a basic group, whose messages lie in one's own box."""

    me: int
    hall: Hall | None
    pts: int
    date: int = 0
    messages: dict[int, Any] = field(default_factory=dict)
    behind: bool = False

    def pushed(self, update: Any) -> None:
        """An update came in by itself: its pts must follow on the last one."""
        if isinstance(update, t.UpdatesTooLong | t.UpdateChannelTooLong):
            self.behind = True
            return
        if getattr(update, "pts", None) is not None and not self.behind and self.counts(update):
            assert update.pts == self.pts + update.pts_count, (self.pts, update)
            self.pts = update.pts
        self.applies(update)

    def counts(self, update: Any) -> bool:
        """True if the pts of the update is that of the box in question."""
        of_channel = "Channel" in type(update).__name__
        return of_channel == (self.hall is not None) and hasattr(update, "pts_count")

    def applies(self, update: Any) -> None:
        """The update is part of what the client knows."""
        match update:
            case (
                t.UpdateNewChannelMessage() | t.UpdateEditChannelMessage() | t.UpdateNewMessage()
                | t.UpdateEditMessage()
            ):
                if not isinstance(update.message.peer_id, t.PeerUser):
                    self.messages[update.message.id] = update.message
            case t.UpdateDeleteChannelMessages() | t.UpdateDeleteMessages():
                for i in update.messages:
                    self.messages.pop(i, None)
            case t.UpdatePinnedChannelMessages() | t.UpdatePinnedMessages():
                for i in update.messages:
                    if i in self.messages:
                        self.messages[i].pinned = bool(update.pinned)

    async def catches_up(self, person: Person) -> None:
        """The client asks for what it missed, in slices of ten."""
        final = False
        while not final:
            final = await (self.asks_room(person, self.hall) if self.hall else self.asks_box(person))
        self.behind = False

    async def asks_room(self, person: Person, hall: Hall) -> bool:
        """One slice of the room's difference is applied; True if it was the last."""
        got = await person.calls(f.updates.GetChannelDifference(
            channel=hall.to(person), filter=t.ChannelMessagesFilterEmpty(), pts=self.pts, limit=10
        ))  # fmt: skip
        if not isinstance(got, t.updates.ChannelDifferenceEmpty):
            self.takes(got)
        self.pts = got.pts
        return bool(got.final)

    async def asks_box(self, person: Person) -> bool:
        """One slice of the person's own difference is applied; True if it was the last."""
        got = await person.calls(f.updates.GetDifference(pts=self.pts, pts_limit=10, date=self.date, qts=0))
        if isinstance(got, t.updates.DifferenceEmpty):
            return True
        self.takes(got)
        state = got.state if isinstance(got, t.updates.Difference) else got.intermediate_state
        self.pts, self.date = state.pts, state.date
        return isinstance(got, t.updates.Difference)

    def takes(self, got: Any) -> None:
        """New messages first, then what happened to them."""
        for message in got.new_messages:
            if not isinstance(message.peer_id, t.PeerUser):
                self.messages[message.id] = message
        for update in got.other_updates:
            self.applies(update)

    def knows(self) -> dict[int, Shown]:
        """All of it, in a form that can be compared with a fresh reading."""
        return {i: shown(m) for i, m in self.messages.items()}


async def snapshot(person: Person, peer: t.TypeInputPeer) -> dict[int, Shown]:
    """The same, read afresh from the server in pages of seven."""
    out: dict[int, Shown] = {}
    below = 0
    while True:
        page = await person.calls(f.messages.GetHistory(
            peer=peer, offset_id=below, offset_date=0, add_offset=0, limit=7, max_id=0, min_id=0, hash=0
        ))  # fmt: skip
        if not page.messages:
            return out
        out |= {m.id: shown(m) for m in page.messages}
        below = page.messages[-1].id
