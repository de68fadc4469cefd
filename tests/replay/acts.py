"""What people do to each other, at random: each act is a row of small numbers, so that a failing play shrinks."""

from typing import Any

from hypothesis import strategies as st
from tests.kit.stage import Person, RpcFailure
from tests.replay.model import Model

from chappe.tl import functions as f
from chappe.tl import types as t

EMOJI = ("👍", "🔥", "👏")
KINDS = (
    "say", "say", "say", "say", "reply", "edit", "delete", "revoke", "empty", "read", "read", "pin", "unpin",
    "unpin_all", "forward", "save", "react", "see", "draft", "say_draft", "type", "block", "unblock", "pin_dialog",
    "unpin_dialog", "order", "archive", "back", "mark", "wait", "ttl",
)  # fmt: skip

ACTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 11), st.booleans()),
    min_size=12,
    max_size=60,
)
Act = tuple[int, str, int, int, bool]


class Actor:
    """Turns rows of numbers into calls of one person's device."""

    def __init__(self, person: Person, model: Model) -> None:
        self.person = person
        self.model = model

    async def does(self, kind: str, other: Person, number: int, flag: bool) -> None:
        """The call was made; a refusal is fine, a failure is not."""
        query = self.query(kind, other, number, flag)
        if query is None:
            return
        try:
            await self.person.calls(query)
        except RpcFailure as refusal:
            assert refusal.code != 500, (query, refusal)

    def peer(self, other: Person) -> Any:
        """How the other one is named."""
        return t.InputPeerSelf() if other.id == self.person.id else self.person.sees(other)

    def picks(self, other: Person, number: int) -> int:
        """Some message of the dialog, counted from the newest; 1 when there is none."""
        ids = sorted(i for i, m in self.model.messages.items() if m.peer_id.user_id == other.id)
        return ids[-1 - number % len(ids)] if ids else 1

    def query(self, kind: str, other: Person, number: int, flag: bool) -> Any:
        """The call of an act."""
        peer, dialog = self.peer(other), t.InputDialogPeer(peer=self.peer(other))
        one, fresh = self.picks(other, number), next(self.person.stage.numbers)
        match kind:
            case "say":
                return f.messages.SendMessage(peer=peer, message=f"text {number}", random_id=fresh, silent=flag)
            case "say_draft":
                return f.messages.SendMessage(peer=peer, message="at last", random_id=fresh, clear_draft=True)
            case "reply":
                reply = t.InputReplyToMessage(reply_to_msg_id=one)
                return f.messages.SendMessage(peer=peer, message="@all yes", random_id=fresh, reply_to=reply)
            case "edit":
                return f.messages.EditMessage(peer=peer, id=one, message=f"edited {number}")
            case "delete" | "revoke":
                return f.messages.DeleteMessages(id=[one, self.picks(other, number + 1)], revoke=kind == "revoke")
            case "empty":
                return f.messages.DeleteHistory(peer=peer, max_id=0, just_clear=flag, revoke=number % 2 == 0)
            case "read":
                return f.messages.ReadHistory(peer=peer, max_id=one if flag else 0)
            case "forward" | "save":
                to = t.InputPeerSelf() if kind == "save" else peer
                ids = sorted({one, self.picks(other, number + 1)})
                numbers = [next(self.person.stage.numbers) for _ in ids]
                return f.messages.ForwardMessages(
                    from_peer=peer, id=ids, random_id=numbers, to_peer=to, drop_author=flag
                )
            case _:
                return self.smaller(kind, peer, dialog, one, number, flag)

    def smaller(self, kind: str, peer: Any, dialog: Any, one: int, number: int, flag: bool) -> Any:
        """The call of an act that leaves texts alone."""
        match kind:
            case "pin" | "unpin":
                return f.messages.UpdatePinnedMessage(peer=peer, id=one, unpin=kind == "unpin", pm_oneside=flag)
            case "unpin_all":
                return f.messages.UnpinAllMessages(peer=peer)
            case "react":
                chosen = [t.ReactionEmoji(emoticon=EMOJI[number % 3])] if flag else []
                return f.messages.SendReaction(peer=peer, msg_id=one, reaction=chosen)
            case "see":
                return f.messages.ReadReactions(peer=peer)
            case "draft":
                return f.messages.SaveDraft(peer=peer, message=f"about {number}" if flag else "")
            case "type":
                return f.messages.SetTyping(peer=peer, action=t.SendMessageTypingAction())
            case "ttl":
                return f.messages.SetHistoryTTL(peer=peer, period=86400 * (number % 3)) if number > 8 else None
            case "block" | "unblock":
                call = f.contacts.Block if kind == "block" and number > 8 else f.contacts.Unblock
                return call(id=peer)
            case _:
                return self.to_the_list(kind, peer, dialog, flag)

    def to_the_list(self, kind: str, peer: Any, dialog: Any, flag: bool) -> Any:
        """The call of an act on the chat list."""
        match kind:
            case "pin_dialog" | "unpin_dialog":
                return f.messages.ToggleDialogPin(peer=dialog, pinned=kind == "pin_dialog")
            case "order":
                return f.messages.ReorderPinnedDialogs(folder_id=0, force=flag, order=[dialog])
            case "archive" | "back":
                folder = t.InputFolderPeer(peer=peer, folder_id=int(kind == "archive"))
                return f.folders.EditPeerFolders(folder_peers=[folder])
            case "mark":
                return f.messages.MarkDialogUnread(peer=dialog, unread=flag)
            case _:
                return None
