"""Source: api/updates, api/channel. Whatever three members do in a room: who applies its updates knows what is true.

Played in a supergroup, a channel and a basic group. Each member has a device that acts, one that only hears, and one
that sleeps and asks for the difference now and then. In the end all know what a fresh reading shows.
"""

import asyncio
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.rooms import Hall, group, hall
from tests.kit.stage import Person, RpcFailure, Stage, raised
from tests.replay.room_model import RoomModel, snapshot
from tests.replay.whole_log import require_whole_log

from chappe import tl
from chappe.domain import auto_delete
from chappe.tl import functions as f
from chappe.tl import types as t

KINDS = (
    "say", "say", "say", "mention", "reply", "edit", "delete", "delete", "pin", "unpin", "unpin_all", "react", "read",
    "title", "quiet", "promote", "ttl", "wait", "type", "forward", "look",
)  # fmt: skip
ACTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 11), st.booleans()),
    min_size=10, max_size=50,
)  # fmt: skip
Act = tuple[int, str, int, int, bool]
OLDEST = tl.LAYERS[0]
OLDER = [("supergroup", layer) for layer in tl.LAYERS[:-1]]
SLOW = [*OLDER, ("group", OLDEST), ("group", tl.NEWEST)]
FAST = [("supergroup", tl.NEWEST), ("channel", tl.NEWEST)]
CASES = [*FAST, *(pytest.param(*one, marks=pytest.mark.slow) for one in SLOW)]


class Player:
    """A member with their clients."""

    def __init__(self, person: Person, ears: Person, peer: t.TypeInputPeer, models: list[RoomModel]) -> None:
        self.person, self.ears, self.peer = person, ears, peer
        self.pushed, self.asking = models

    @classmethod
    async def enters(cls, person: Person, ears: Person, room: Hall | t.InputPeerChat) -> "Player":
        """Somebody in the room with both clients up to date."""
        here = room if isinstance(room, Hall) else None
        models = [RoomModel(person.id, here, 1) for _ in range(2)]
        for model in models:
            await model.catches_up(person)
        ears.hears()
        return cls(person, ears, room.peer(person) if isinstance(room, Hall) else room, models)

    def listens(self) -> None:
        """What was pushed is applied."""
        for update in self.ears.hears():
            self.pushed.pushed(update)

    async def agrees(self) -> None:
        """Both clients know what is true."""
        self.listens()
        if self.pushed.behind:
            await self.pushed.catches_up(self.person)
        await self.asking.catches_up(self.person)
        truth = await snapshot(self.person, self.peer)
        assert self.asking.knows() == truth
        assert self.pushed.knows() == truth
        assert self.asking.pts == self.pushed.pts

    def picks(self, number: int) -> int:
        """Some message, counted from the newest."""
        ids = sorted(self.pushed.messages)
        return ids[-1 - number % len(ids)] if ids else 1

    async def does(self, kind: str, other: Person, number: int, flag: bool) -> None:
        """The call was made; a refusal is fine, a failure is not."""
        query = self.words(kind, other, number, flag) or self.sign(kind, number, flag)
        query = query or self.rule(kind, other, number, flag)
        if query is None:
            return
        try:
            await self.person.calls(query)
        except RpcFailure as refusal:
            assert refusal.code != 500, (query, refusal)

    def words(self, kind: str, other: Person, number: int, flag: bool) -> Any:
        """A call about messages."""
        one, fresh = self.picks(number), next(self.person.stage.numbers)
        hall = self.pushed.hall
        match kind:
            case "say":
                return f.messages.SendMessage(peer=self.peer, message=f"text {number}", random_id=fresh)
            case "mention":
                named = t.InputMessageEntityMentionName(offset=0, length=3, user_id=self.person.knows(other))
                return f.messages.SendMessage(peer=self.peer, message="you!", entities=[named], random_id=fresh)
            case "reply":
                reply = t.InputReplyToMessage(reply_to_msg_id=one)
                return f.messages.SendMessage(peer=self.peer, message="yes", random_id=fresh, reply_to=reply)
            case "edit":
                return f.messages.EditMessage(peer=self.peer, id=one, message=f"edited {number}")
            case "delete":
                ids = [one, self.picks(number + 1)]
                if hall is not None:
                    return f.channels.DeleteMessages(channel=hall.to(self.person), id=ids)
                return f.messages.DeleteMessages(id=ids, revoke=flag)
            case "forward":
                return f.messages.ForwardMessages(
                    from_peer=self.peer, to_peer=self.peer, id=[one], random_id=[fresh], drop_author=flag
                )
            case _:
                return None

    def sign(self, kind: str, number: int, flag: bool) -> Any:
        """A call about what is seen of messages."""
        one, hall = self.picks(number), self.pushed.hall
        match kind:
            case "pin" | "unpin":
                return f.messages.UpdatePinnedMessage(peer=self.peer, id=one, unpin=kind == "unpin")
            case "unpin_all":
                return f.messages.UnpinAllMessages(peer=self.peer)
            case "react":
                chosen = [t.ReactionEmoji(emoticon="👍")] if flag else []
                return f.messages.SendReaction(peer=self.peer, msg_id=one, reaction=chosen)
            case "look":
                return f.messages.ReadMentions(peer=self.peer)
            case "type":
                return f.messages.SetTyping(peer=self.peer, action=t.SendMessageTypingAction())
            case "read" if hall is not None:
                return f.channels.ReadHistory(channel=hall.to(self.person), max_id=one)
            case "read":
                return f.messages.ReadHistory(peer=self.peer, max_id=one)
            case _:
                return None

    def rule(self, kind: str, other: Person, number: int, flag: bool) -> Any:
        """A call about what is allowed."""
        hall = self.pushed.hall
        match kind:
            case "ttl":
                return f.messages.SetHistoryTTL(peer=self.peer, period=86400 * (number % 3))
            case "quiet":
                rights = t.ChatBannedRights(send_messages=flag and number > 8, until_date=0)
                return f.messages.EditChatDefaultBannedRights(peer=self.peer, banned_rights=rights)
            case "title" if hall is not None:
                return f.channels.EditTitle(channel=hall.to(self.person), title=f"Room {number}")
            case "title" if isinstance(self.peer, t.InputPeerChat):
                return f.messages.EditChatTitle(chat_id=self.peer.chat_id, title=f"Room {number}")
            case "promote" if hall is not None:
                given = t.ChatAdminRights(delete_messages=flag, pin_messages=True, post_messages=True)
                return f.channels.EditAdmin(
                    channel=hall.to(self.person), user_id=self.person.knows(other), admin_rights=given, rank=""
                )
            case _:
                return None


async def play(stage: Stage, kind: str, layer: int, acts: list[Act]) -> None:
    """The acts are played, and everybody knows what became of them."""
    people = await stage.people("alice", "bob", "carol", layer=layer)
    ears = [await person.brings(layer) for person in people]
    room: Hall | t.InputPeerChat
    if kind == "group":
        room = await group(*people)
    else:
        room = await hall(stage, *people, broadcast=kind == "channel")
    players = [await Player.enters(person, ear, room) for person, ear in zip(people, ears, strict=True)]
    for place, (who, act, other, number, flag) in enumerate(acts):
        if act == "wait":
            stage.clock.moves(number * 3600)
            await stage.writes(auto_delete.expire)
        await players[who].does(act, players[other].person, number, flag)
        for player in players:
            player.listens()
        if place % 9 == 8:
            await players[who].asking.catches_up(players[who].person)
    for player in players:
        await player.agrees()
    boxes = [room.marked] if isinstance(room, Hall) else [player.person.id for player in players]
    for box in boxes:
        await stage.reads(lambda rx, box=box: require_whole_log(rx, box))  # type: ignore[misc]


@pytest.mark.parametrize(("kind", "layer"), CASES)
def test_updates_of_a_room_lead_to_the_truth(tmp_path: Path, kind: str, layer: int) -> None:
    async def on_a_stage(acts: list[Act]) -> None:
        async with raised(Path(mkdtemp(dir=tmp_path))) as stage:
            await play(stage, kind, layer, acts)

    @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def replay(acts: list[Act]) -> None:
        asyncio.run(on_a_stage(acts))

    replay()
