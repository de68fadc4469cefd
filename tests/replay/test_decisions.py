"""Source: dsa/17(1), dsa/20(4). Two worlds, one life: in the first, decisions come and are undone. They end the same.

What people see is compared: all but ids of private boxes, pts, dates, and what the conflicts of the undoings list.
Every restriction in force has, all the while, exactly one decision that is in force.
"""

import asyncio
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.moderation import ruling, somebody
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.rooms import Hall, group, hall, history
from tests.kit.stage import Person, RpcFailure, Stage, raised

from chappe import tl
from chappe.base.errors import Conflict, NotFound
from chappe.domain import decisions, rooms, sparing
from chappe.domain.access import SERVICE_USER, Moderator
from chappe.domain.enforcement import MARK, VEIL
from chappe.domain.rulings import Item, Measure
from chappe.jobs import Enforcing, Indexing
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["postgres_dsn", "postgres_server"]
DEEDS = (
    "say", "say", "say", "quote", "edit", "edit", "delete", "react", "pin", "unpin", "forward", "empty", "read",
)  # fmt: skip
RULINGS = (
    "remove", "remove", "remove", "label", "age_gate", "hide", "remove_room", "hide_room", "undo", "undo", "spare",
    "step",
)  # fmt: skip
PLACES = ("channel", "talk", "hall", "group", "private")
DEED = st.tuples(
    st.sampled_from(DEEDS), st.integers(0, 2), st.sampled_from(PLACES), st.integers(0, 9), st.booleans()
)
RULING = st.tuples(
    st.sampled_from(RULINGS), st.integers(0, 2), st.sampled_from(PLACES), st.integers(0, 9), st.booleans()
)
LIVES = st.lists(st.one_of(DEED, DEED, RULING), min_size=10, max_size=40)
Act = tuple[str, int, str, int, bool]
SLOW = [pytest.param("sqlite", layer, marks=pytest.mark.slow) for layer in tl.LAYERS[:-1]]
SLOW.append(pytest.param("postgres", tl.NEWEST, marks=pytest.mark.slow))
CASES = [("sqlite", tl.NEWEST), *SLOW]


class World:
    """Three people, four rooms and a private chat; `said` are the messages of each place as all know them."""

    def __init__(self, stage: Stage, people: list[Person], rooms: dict[str, Hall], group: t.InputPeerChat) -> None:
        self.stage, self.people, self.rooms, self.group = stage, people, rooms, group
        self.said: dict[str, list[dict[int, int]]] = {place: [] for place in PLACES}
        """For each message its id as each of the people has it."""
        self.fresh = 10_000

    @classmethod
    async def begins(cls, stage: Stage, layer: int) -> "World":
        """The same beginning everywhere."""
        people = await stage.people("alice", "bob", "carol", layer=layer)
        alice = people[0]
        names = {"channel": True, "talk": False, "hall": False}
        rooms = {
            name: await hall(stage, *people, title=name.title(), broadcast=broadcast)
            for name, broadcast in names.items()
        }
        link = f.channels.SetDiscussionGroup(broadcast=rooms["channel"].to(alice), group=rooms["talk"].to(alice))
        await alice.calls(link)
        await alice.calls(f.channels.UpdateUsername(channel=rooms["channel"].to(alice), username="the_channel"))
        return cls(stage, people, rooms, await group(*people))

    def peer(self, who: int, place: str) -> Any:
        """The place as the person names it; the private chat is between the first two."""
        if place == "private":
            return self.people[who].sees(self.people[1 - who if who < 2 else 0])
        return self.group if place == "group" else self.rooms[place].peer(self.people[who])

    def box(self, who: int, place: str) -> int:
        """In whose box the person finds the place's messages."""
        return self.rooms[place].marked if place in self.rooms else self.people[who].id

    def one(self, who: int, place: str, number: int) -> int:
        """The id of some message as the person has it, 0 for none."""
        known = self.said[place]
        return known[-1 - number % len(known)].get(who, 0) if known else 0

    async def does(self, act: Act) -> str:
        """The act was done: '' or why it was refused."""
        kind, who, place, number, flag = act
        who = who % 2 if place == "private" else who
        query = self.query(kind, who, place, number, flag)
        if query is None:
            return "nothing to do"
        try:
            await self.people[who].calls(query)
        except RpcFailure as refusal:
            assert refusal.code != 500, (act, refusal)
            return str(refusal)
        if kind in ("say", "quote", "forward"):
            await self.learns(place, who)
        return ""

    def query(self, kind: str, who: int, place: str, number: int, flag: bool) -> Any:
        """The call of an act, None when there is nothing it could be about."""
        one, peer, self.fresh = self.one(who, place, number), self.peer(who, place), self.fresh + 1
        if kind == "say":
            return f.messages.SendMessage(peer=peer, message=f"word{number} #tag{number % 3}", random_id=self.fresh)
        if not one:
            return None
        match kind:
            case "quote":
                reply = t.InputReplyToMessage(reply_to_msg_id=one, quote_text="word" if flag else None)
                return f.messages.SendMessage(peer=peer, message="yes", random_id=self.fresh, reply_to=reply)
            case "edit":
                return f.messages.EditMessage(peer=peer, id=one, message=f"word{number} edited")
            case "delete" if place in self.rooms:
                return f.channels.DeleteMessages(channel=self.rooms[place].to(self.people[who]), id=[one])
            case "delete":
                return f.messages.DeleteMessages(id=[one], revoke=flag)
            case "forward":
                return f.messages.ForwardMessages(
                    from_peer=peer, to_peer=peer, id=[one], random_id=[self.fresh], drop_author=flag
                )
            case "empty" if place in ("private", "group") and number == 0:
                return f.messages.DeleteHistory(peer=peer, max_id=0, just_clear=flag)
            case _:
                return self.sign(kind, who, place, number, flag)

    def sign(self, kind: str, who: int, place: str, number: int, flag: bool) -> Any:
        """The call of an act that leaves the words as they are."""
        one, peer = self.one(who, place, number), self.peer(who, place)
        match kind:
            case "react":
                chosen = [t.ReactionEmoji(emoticon="👍")] if flag else []
                return f.messages.SendReaction(peer=peer, msg_id=one, reaction=chosen)
            case "pin" | "unpin":
                return f.messages.UpdatePinnedMessage(peer=peer, id=one, unpin=kind == "unpin", silent=True)
            case "read" if place not in self.rooms:
                return f.messages.ReadHistory(peer=peer, max_id=one)
            case _:
                return None

    async def learns(self, place: str, who: int) -> None:
        """The newest message of the place is known by everybody's id of it."""
        if place in self.rooms:
            top = (await self.stage.reads(lambda rx: rooms.find(rx, self.rooms[place].marked))).top_message
            self.said[place].append(dict.fromkeys((0, 1, 2), top))
            if place == "channel":
                await self.learns("talk", who)
            return
        asked = (0, 1) if place == "private" else (0, 1, 2)
        found = {w: (await history(self.people[w], self.peer(w, place), limit=1)).messages for w in asked}
        self.said[place].append({w: page[0].id for w, page in found.items() if page})

    async def sight(self) -> dict[str, list[Any]]:
        """What each of the people sees of each place, and what strangers and searches find."""
        await Indexing().step(self.stage.store)
        seen: dict[str, list[Any]] = {}
        for who, person in enumerate(self.people):
            for place in PLACES:
                if place == "private" and who == 2:
                    continue
                page = await history(person, self.peer(who, place), limit=100)
                seen[f"{person.name} in {place}"] = [looks(m) for m in page.messages]
            words = f.messages.SearchGlobal(
                q="word", filter=t.InputMessagesFilterEmpty(), min_date=0, max_date=0, offset_rate=0,
                offset_peer=t.InputPeerEmpty(), offset_id=0, limit=100,
            )  # fmt: skip
            found = (await person.calls(words)).messages
            seen[f"{person.name} finds"] = sorted(looks(m)[0] for m in found if isinstance(m, t.Message))
            listed = await person.calls(f.messages.GetDialogs(
                offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=20, hash=0
            ))  # fmt: skip
            seen[f"{person.name} lists"] = sorted(
                (str(d.peer), d.unread_count, d.unread_reactions_count)
                for d in listed.dialogs if d.peer != t.PeerUser(user_id=SERVICE_USER)
            )  # fmt: skip
        tags = [
            await self.people[2].calls(f.channels.SearchPosts(
                hashtag=f"tag{n}", offset_rate=0, offset_peer=t.InputPeerEmpty(), offset_id=0, limit=50
            )) for n in range(3)
        ]  # fmt: skip
        seen["tags"] = [sorted(m.message for m in page.messages) for page in tags]
        return seen


def looks(m: Any) -> tuple[Any, ...]:
    """What is seen of a message, but for ids and dates."""
    if not isinstance(m, t.Message):
        return (type(m).__name__, str(getattr(m, "action", "")))
    signs = [(str(r.reaction), r.count) for r in m.reactions.results] if m.reactions else []
    reply = m.reply_to
    return (
        m.message, [type(e).__name__ for e in m.entities or ()], str(m.from_id), signs, m.pinned,
        m.edit_date is not None, m.fwd_from is not None and str(m.fwd_from.from_id), m.noforwards,
        str(m.restriction_reason), str(m.factcheck),
        reply is not None and (reply.quote_text, bool(reply.reply_to_msg_id)), m.replies and m.replies.replies, m.media,
    )  # fmt: skip


class Bench:
    """Who decides in the first of the worlds."""

    def __init__(self, world: World, moderator: Moderator) -> None:
        self.world, self.moderator, self.made = world, moderator, []  # type: ignore[var-annotated]

    async def rules(self, act: Act) -> None:
        """A decision was taken, or one of those taken was undone, or some of what follows was done."""
        kind, who, place, number, flag = act
        stage = self.world.stage
        if kind == "step":
            await Enforcing(stage.entropy, stage.wrapper.seal).step(stage.store, int(stage.clock.now()))
        elif kind == "undo":
            if self.made:
                await self.undoes(self.made.pop(number % len(self.made)))
        elif kind == "spare":
            await self.spares(number)
        else:
            await self.decides(kind, who, place, number, flag)
        await stage.reads(require_one_decision_each)

    async def decides(self, kind: str, who: int, place: str, number: int, flag: bool) -> None:
        """A decision was taken, unless there is none to take."""
        world, measure = self.world, Measure(kind, ("FR",) if kind == "hide" else (), detail="A label.")
        if kind in ("remove_room", "hide_room"):
            if place not in world.rooms:
                return
            items = [Item("room", world.rooms[place].marked)]
        else:
            who = who % 2 if place == "private" else who
            count = 20 if flag else 1
            ids = {world.one(who, place, number + n) for n in range(count)} - {0}
            items = [Item("message", world.box(who, place), i) for i in sorted(ids)]
        if not items:
            return
        try:
            made = await world.stage.writes(
                lambda tx: decisions.decide(tx, self.moderator, ruling(*items, measure=measure))
            )
        except (Conflict, NotFound):
            return
        self.made.append(made.decision_id)

    async def undoes(self, decision_id: int) -> None:
        """The decision is undone, as far as one act goes."""
        await self.world.stage.writes(lambda tx: decisions.undo(tx, self.moderator, decision_id, "a mistake"))

    async def spares(self, number: int) -> None:
        """The newest decision holds no more for one of its items."""
        stage, made = self.world.stage, self.made[-1:]
        for decision_id in made:
            items = await stage.reads(lambda rx, one=decision_id: decisions.items_of(rx, one))  # type: ignore[misc]
            left = [item.key for item, state in items if state != "lifted"]
            key = left[number % len(left)]
            undone = await stage.writes(
                lambda tx, one=decision_id, key=key: sparing.spare(tx, self.moderator, one, [key], "a mistake")  # type: ignore[misc]
            )
            if undone.decision.state != "in_force":
                self.made.pop()

    async def ends(self) -> set[str]:
        """Everything is undone, to its end; what was listed as left."""
        runner, stage = Enforcing(self.world.stage.entropy, self.world.stage.wrapper.seal), self.world.stage
        for decision_id in self.made:
            await self.undoes(decision_id)
        while await runner.step(stage.store, int(stage.clock.now())):
            pass
        rows = await stage.reads(lambda rx: rx.all("SELECT item_key, what FROM decision_clashes"))
        for table in ("enforcements", "withheld", "withheld_for", "decision_followups"):
            assert await stage.reads(lambda rx, table=table: rx.all(f"SELECT * FROM {table}")) == []  # type: ignore[misc]
        for table in ("messages", "rooms", "accounts", "files"):
            held = await stage.reads(lambda rx, table=table: rx.all(f"SELECT * FROM {table} WHERE held <> 0"))  # type: ignore[misc]
            assert held == []
        return {what for _, what in rows}


def require_one_decision_each(rx: Reader) -> None:
    """Everything in force is so by one decision, and that is in force."""
    live = {row[0] for row in rx.all("SELECT decision_id FROM decisions WHERE state = 'in_force'")}
    enforced = rx.all("SELECT item_key, measure, decision_id FROM enforcements")
    assert {row[2] for row in enforced} <= live
    assert len({row[:2] for row in enforced}) == len(enforced)
    ending = {row[0] for row in rx.all("SELECT decision_id FROM decision_followups WHERE undoing = 1")}
    holders = rx.all("SELECT owner_id, message_id, decision_id FROM withheld_for")
    assert {row[2] for row in holders} <= live | ending
    marked = rx.all("SELECT owner_id, id FROM messages WHERE held IN (1, 3)")
    assert {tuple(row) for row in marked} <= {tuple(row[:2]) for row in holders}
    removed = {row[0] for row in rx.all("SELECT owner_id FROM rooms WHERE held IN (1, 3)")}
    assert removed <= {int(row[0].split(":")[1]) for row in enforced if row[1] == "remove_room"}


async def play(ruled: Stage, free: Stage, layer: int, acts: list[Act]) -> None:
    """The life is lived in both worlds; what was refused in the first is not tried in the second."""
    one, other = await World.begins(ruled, layer), await World.begins(free, layer)
    bench = Bench(one, await ruled.writes(somebody))
    for act in acts:
        if act[0] in RULINGS:
            await bench.rules(act)
            continue
        refused = await one.does(act)
        if not refused:
            assert await other.does(act) == "", act
        else:
            other.fresh += 1
            one.fresh = other.fresh = max(one.fresh, other.fresh)
    left = await bench.ends()
    assert left <= {"gone", "changed"}
    seen, truth = await one.sight(), await other.sight()
    assert not [text for text in str(seen).split("'") if text in (MARK, VEIL)]
    assert seen == truth




@pytest.mark.parametrize(("engine", "layer"), CASES)
def test_an_undone_decision_leaves_no_trace(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str, layer: int
) -> None:
    postgres = request.getfixturevalue("postgres_server") if engine == "postgres" else None

    async def on_stages(acts: list[Act]) -> None:
        folder, dsn = Path(mkdtemp(dir=tmp_path)), postgres.for_tests() if postgres else ""
        if postgres:
            postgres.empty(dsn)
        (folder / "free").mkdir()
        async with raised(folder, dsn=dsn) as ruled, raised(folder / "free") as free:
            await play(ruled, free, layer, acts)

    @settings(max_examples=2 if postgres else 6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(LIVES)
    def replay(acts: list[Act]) -> None:
        asyncio.run(on_stages(acts))

    replay()
