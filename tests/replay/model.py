"""A client reduced to what it must know: it applies updates, from pushes or from differences, and nothing else.

Source: api/updates
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.kit.stage import Person

from chappe.tl import functions as f
from chappe.tl import types as t

Shown = tuple[Any, ...]


def shown(m: t.TypeMessage) -> Shown:
    """What a message says, whatever the form it came in."""
    assert isinstance(m, t.Message | t.MessageService)
    reply = m.reply_to.reply_to_msg_id if m.reply_to else None
    head = (m.id, m.peer_id.user_id, bool(m.out), m.date, reply)
    if isinstance(m, t.MessageService):
        return (*head, type(m.action).__name__)
    forward = (m.fwd_from.from_id, m.fwd_from.from_name, m.fwd_from.date) if m.fwd_from else None
    entities = [(type(e).__name__, e.offset, e.length) for e in m.entities or ()]
    return (*head, m.message, entities, forward, m.edit_date, bool(m.pinned), m.grouped_id, reactions(m.reactions))


def reactions(value: t.TypeMessageReactions | None) -> Shown:
    """Who reacted how."""
    recent = value.recent_reactions or () if value else ()
    return tuple((r.peer_id.user_id, r.reaction.emoticon, bool(r.unread)) for r in recent)


@dataclass
class Line:
    """A dialog as a client keeps it beside its messages."""

    read_inbox: int = 0
    read_outbox: int = 0
    marked: bool = False
    folder: int = 0
    draft: str = ""


@dataclass
class Model:
    """One client of a person. Shape: pts as in updates.State; `pins` has the topmost dialog first, by folder."""

    me: int
    pts: int
    date: int
    messages: dict[int, Any] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)
    pins: dict[int, list[int]] = field(default_factory=lambda: {0: [], 1: []})
    stale: bool = False

    def line(self, peer: Any) -> Line:
        """The dialog with a TL peer."""
        return self.lines.setdefault(peer.user_id, Line())

    def unread(self, peer_id: int) -> int:
        """Messages of the peer above the read mark; what one keeps for oneself is read."""
        if peer_id == self.me:
            return 0
        read = self.lines.setdefault(peer_id, Line()).read_inbox
        return sum(m.peer_id.user_id == peer_id and not m.out and m.id > read for m in self.messages.values())

    def pushed(self, update: Any) -> None:
        """An update came in by itself: its pts must follow on the last one."""
        if isinstance(update, t.UpdatesTooLong):
            self.stale = True
            return
        if getattr(update, "pts", None) is not None:
            assert update.pts == self.pts + update.pts_count, (self.pts, update)
            self.pts = update.pts
        self.applies(update)

    def applies(self, update: Any) -> None:
        """The update is part of what the client knows."""
        match update:
            case t.UpdateShortMessage():
                self.messages[update.id] = self.unshortened(update)
            case t.UpdateNewMessage() | t.UpdateEditMessage():
                self.messages[update.message.id] = update.message
            case t.UpdateDeleteMessages():
                self.forgets(update.messages)
            case t.UpdatePinnedMessages():
                for i in update.messages:
                    if isinstance(self.messages.get(i), t.Message):  # not one that was emptied meanwhile
                        self.messages[i].pinned = bool(update.pinned)
            case t.UpdateMessageReactions():
                if update.msg_id in self.messages:
                    self.messages[update.msg_id].reactions = update.reactions
            case _:
                self.applies_to_line(update)

    def applies_to_line(self, update: Any) -> None:
        """The update is about a dialog."""
        match update:
            case t.UpdateReadHistoryInbox():
                self.line(update.peer).read_inbox = update.max_id
                self.still_unread = (update.peer.user_id, update.still_unread_count)
            case t.UpdateReadHistoryOutbox():
                self.line(update.peer).read_outbox = update.max_id
            case t.UpdateDialogUnreadMark():
                self.line(update.peer.peer).marked = bool(update.unread)
            case t.UpdateDraftMessage():
                self.line(update.peer).draft = getattr(update.draft, "message", "")
            case t.UpdateFolderPeers():
                for one in update.folder_peers:
                    self.line(one.peer).folder = one.folder_id
                    self.unpins(one.peer.user_id)
            case t.UpdateDialogPinned():
                self.unpins(update.peer.peer.user_id)
                if update.pinned:
                    self.pins[update.folder_id or 0].insert(0, update.peer.peer.user_id)
            case t.UpdatePinnedDialogs():
                self.pins[update.folder_id or 0] = [p.peer.user_id for p in update.order]

    def unpins(self, peer_id: int) -> None:
        """The dialog is pinned nowhere."""
        for order in self.pins.values():
            if peer_id in order:
                order.remove(peer_id)

    def forgets(self, ids: Iterable[int]) -> None:
        """The messages are gone."""
        for i in ids:
            self.messages.pop(i, None)

    def unshortened(self, u: t.UpdateShortMessage) -> t.Message:
        """The short form as the full one."""
        return t.Message(
            out=u.out, id=u.id, peer_id=t.PeerUser(user_id=u.user_id), date=u.date, message=u.message,
            from_id=t.PeerUser(user_id=self.me if u.out else u.user_id), entities=u.entities, reply_to=u.reply_to,
            fwd_from=u.fwd_from,
        )  # fmt: skip

    async def catches_up(self, person: Person) -> None:
        """The client asks for what it missed, in slices of ten."""
        while True:
            got = await person.calls(f.updates.GetDifference(pts=self.pts, pts_limit=10, date=self.date, qts=0))
            if isinstance(got, t.updates.DifferenceEmpty):
                self.date = got.date
                return
            for message in got.new_messages:
                self.messages[message.id] = message
            last = self.pts
            for update in got.other_updates:
                if getattr(update, "pts", None) is not None:
                    assert last < update.pts, "entries of a difference come in order"
                    last = update.pts
                self.applies(update)
            final = isinstance(got, t.updates.Difference)
            state = got.state if final else got.intermediate_state
            assert state.pts >= last
            self.pts, self.date = state.pts, state.date
            if final:
                return

    def knows(self) -> dict[str, Any]:
        """All of it, in a form that can be compared with a snapshot."""
        peers = {m.peer_id.user_id for m in self.messages.values()}
        lines = {}
        for peer_id in peers:
            line = self.lines.setdefault(peer_id, Line())
            mine = [m for m in self.messages.values() if m.peer_id.user_id == peer_id]
            unseen = sum(any(r[2] for r in reactions(getattr(m, "reactions", None))) for m in mine)
            own = peer_id == self.me
            top = max(m.id for m in mine)
            lines[peer_id] = (
                top, top if own else line.read_inbox, top if own else line.read_outbox, self.unread(peer_id), unseen,
                line.marked, line.folder, line.draft,
            )  # fmt: skip
        pins = {folder: [p for p in order if p in peers] for folder, order in self.pins.items()}
        return {"messages": {i: shown(m) for i, m in self.messages.items()}, "lines": lines, "pins": pins}


async def snapshot(person: Person) -> dict[str, Any]:
    """The same, read afresh from the server page by page."""
    lines: dict[int, Shown] = {}
    pins: dict[int, list[int]] = {0: [], 1: []}
    messages: dict[int, Shown] = {}
    for folder in (0, 1):
        found = await person.calls(f.messages.GetDialogs(
            folder_id=folder, offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=100, hash=0
        ))  # fmt: skip
        for one in found.dialogs:
            if isinstance(one, t.Dialog):
                lines[one.peer.user_id] = (
                    one.top_message, one.read_inbox_max_id, one.read_outbox_max_id, one.unread_count,
                    one.unread_reactions_count, bool(one.unread_mark), one.folder_id or 0,
                    getattr(one.draft, "message", ""),
                )  # fmt: skip
                pins[folder] += [one.peer.user_id] * bool(one.pinned)
    for peer_id in lines:
        messages |= await history(person, peer_id)
    return {"messages": messages, "lines": lines, "pins": pins}


async def history(person: Person, peer_id: int) -> dict[int, Shown]:
    """Every message of a dialog, in pages of seven."""
    peer = t.InputPeerUser(user_id=peer_id, access_hash=person.stage.access.hash_for(person.id, peer_id))
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
