"""Source: api/updates, api/rights. Who comes, goes, is banned, restricted and let in again knows what they may see.

Alice runs a supergroup or channel and Bob writes there too. Carol's client applies what is pushed to it while she is in
the room, and asks for the difference when she comes. Whenever she is inside, it knows what a fresh reading shows; while
she is outside, nothing reaches it.
"""

import asyncio
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.rooms import Hall, hall
from tests.kit.stage import Person, RpcFailure, Stage, raised
from tests.replay.room_model import RoomModel, snapshot

from chappe.tl import functions as f
from chappe.tl import types as t

KINDS = (
    "say", "say", "say", "edit", "delete", "pin", "react", "title", "ban", "ban_for", "pardon", "forbid", "free",
    "leave", "join", "join", "carol_says", "hide", "show", "wait",
)  # fmt: skip
ACTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9)), min_size=10, max_size=45)
BAN_S = 3600


class Comings:
    """The room, those who are always there, and Carol with a client that listens."""

    def __init__(self, stage: Stage, room: Hall, people: list[Person], ears: Person, link: str) -> None:
        self.stage, self.room, self.ears, self.link = stage, room, ears, link
        self.alice, self.bob, self.carol = people
        self.model = RoomModel(self.carol.id, room, 1)
        self.inside = False
        self.floor = 0
        """The highest message ever hidden from Carol while inside: a client reads anew what is shown again."""

    def listens(self) -> None:
        """What was pushed to Carol is applied; of a room that she is not in, nothing is."""
        for update in self.ears.hears():
            if not self.inside:
                about = getattr(getattr(getattr(update, "message", None), "peer_id", None), "channel_id", None)
                assert about != self.room.id, update
                continue
            self.model.pushed(update)

    async def catches_up(self) -> None:
        """Carol's client asks where the room stands, as one that joined anew does."""
        self.listens()
        await self.hidden()
        await self.model.catches_up(self.carol)

    async def hidden(self) -> t.ChannelFull:
        """How far back Carol may see is noted."""
        full = (await self.carol.calls(f.channels.GetFullChannel(channel=self.room.to(self.carol)))).full_chat
        self.floor = max(self.floor, full.available_min_id or 0)
        return full

    async def agrees(self) -> None:
        """What the client knows is what may be seen, as far back as that goes."""
        self.listens()
        if not self.inside:
            await self.is_kept_out()
            return
        await self.model.catches_up(self.carol)
        full = await self.hidden()
        truth = await snapshot(self.carol, self.room.peer(self.carol))
        assert min(truth, default=2**31) > (full.available_min_id or 0), "nothing that is hidden is shown"
        assert self.above(self.model.knows()) == self.above(truth)
        assert self.model.pts == full.pts

    def above(self, said: dict[int, Any]) -> dict[int, Any]:
        """What was never hidden."""
        return {i: one for i, one in said.items() if i > self.floor}

    async def is_kept_out(self) -> None:
        """No way leads to what is said in the room."""
        here = self.room.to(self.carol)
        ask = f.updates.GetChannelDifference(
            channel=here, filter=t.ChannelMessagesFilterEmpty(), pts=self.model.pts, limit=10
        )
        assert await self.carol.fails(ask) == "400 CHANNEL_PRIVATE"
        with pytest.raises(RpcFailure):
            await snapshot(self.carol, self.room.peer(self.carol))

    def bans(self, bits: dict[str, bool], until: int = 0) -> f.channels.EditBanned:
        """What Alice calls to forbid Carol something."""
        rights = t.ChatBannedRights(until_date=until, **bits)
        return f.channels.EditBanned(
            channel=self.room.to(self.alice), participant=self.alice.sees(self.carol), banned_rights=rights
        )

    async def does(self, kind: str, number: int) -> None:
        """One act; a refusal is fine, a failure is not. What came of it is looked up afterwards."""
        self.listens()
        query, person = self.query(kind, number)
        if kind == "wait":
            self.stage.clock.moves(number * 900)
        if query is not None:
            try:
                await person.calls(query)
            except RpcFailure as refusal:
                assert refusal.code != 500, (query, refusal)
        await self.looks_round()

    async def looks_round(self) -> None:
        """Carol is in the room or not, as the server sees it; coming in, she asks for the difference."""
        who = f.channels.GetParticipant(
            channel=self.room.to(self.alice), participant=self.alice.sees(self.carol)
        )
        is_ = (await self.alice.calls(who)).participant
        inside = not isinstance(is_, t.ChannelParticipantLeft) and not getattr(is_, "left", False)
        if inside and not self.inside:
            self.ears.hears()  # the event of coming in; the difference has it too
            self.inside = True
            await self.catches_up()
        else:
            self.listens()
            self.inside = inside

    def query(self, kind: str, number: int) -> tuple[Any, Person]:
        """The call, and whose it is."""
        if kind in ("leave", "join", "carol_says"):
            return self.of_carol(kind), self.carol
        if kind == "react":
            sign = [t.ReactionEmoji(emoticon="👍")]
            where = self.room.peer(self.bob)
            return f.messages.SendReaction(peer=where, msg_id=self.picks(number), reaction=sign), self.bob
        return self.about_messages(kind, number) or self.about_carol(kind), self.alice

    def picks(self, number: int) -> int:
        """Some message, counted from the newest that Carol knows."""
        ids = sorted(self.model.messages)
        return ids[-1 - number % len(ids)] if ids else 1

    def of_carol(self, kind: str) -> Any:
        """What Carol does herself."""
        if kind == "leave":
            return f.channels.LeaveChannel(channel=self.room.to(self.carol))
        if kind == "join":
            return f.messages.ImportChatInvite(hash=self.link)
        number = next(self.stage.numbers)
        return f.messages.SendMessage(peer=self.room.peer(self.carol), message="me", random_id=number)

    def about_messages(self, kind: str, number: int) -> Any:
        """What Alice does to messages and to the room."""
        here, one, fresh = self.room.peer(self.alice), self.picks(number), next(self.stage.numbers)
        match kind:
            case "say":
                return f.messages.SendMessage(peer=here, message=f"text {number}", random_id=fresh)
            case "edit":
                return f.messages.EditMessage(peer=here, id=one, message=f"edited {number}")
            case "delete":
                return f.channels.DeleteMessages(channel=self.room.to(self.alice), id=[one])
            case "pin":
                return f.messages.UpdatePinnedMessage(peer=here, id=one, unpin=number > 6)
            case "title":
                return f.channels.EditTitle(channel=self.room.to(self.alice), title=f"Room {number}")
            case "hide" | "show":
                return f.channels.TogglePreHistoryHidden(channel=self.room.to(self.alice), enabled=kind == "hide")
            case _:
                return None

    def about_carol(self, kind: str) -> Any:
        """What Alice does to Carol."""
        match kind:
            case "ban":
                return self.bans({"view_messages": True})
            case "ban_for":
                return self.bans({"view_messages": True}, int(self.stage.clock.now()) + BAN_S)
            case "pardon" | "free":
                return self.bans({})
            case "forbid":
                return self.bans({"send_messages": True})
            case _:
                return None


async def play(stage: Stage, broadcast: bool, acts: list[tuple[str, int]]) -> None:
    """The acts are played; Carol's client agrees again and again."""
    people = list(await stage.people("alice", "bob", "carol"))
    room = await hall(stage, people[0], people[1], people[2], broadcast=broadcast)
    made = await people[0].calls(f.messages.ExportChatInvite(peer=room.peer(people[0])))
    ears = await people[2].brings()
    comings = Comings(stage, room, people, ears, made.link.rpartition("+")[2])
    await comings.looks_round()
    assert comings.inside
    for place, (kind, number) in enumerate(acts):
        await comings.does(kind, number)
        if place % 5 == 4:
            await comings.agrees()
    await comings.agrees()


@pytest.mark.parametrize(
    "broadcast", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["supergroup", "channel"]
)
def test_who_comes_and_goes_knows_what_they_may_see(tmp_path: Path, broadcast: bool) -> None:
    async def on_a_stage(acts: list[tuple[str, int]]) -> None:
        async with raised(Path(mkdtemp(dir=tmp_path))) as stage:
            await play(stage, broadcast, acts)

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def replay(acts: list[tuple[str, int]]) -> None:
        asyncio.run(on_a_stage(acts))

    replay()
