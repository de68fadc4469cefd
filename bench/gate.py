"""What the gate costs: fifty live rules of which ten trigger, and a plain private message that meets none.

The rules are asked as in the act of sending, over a real database; what the message costs besides is not measured.
"""

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.figures import Run
from bench.report import Figure
from chappe.base.errors import Refusal
from chappe.base.ids import PeerId, UserId
from chappe.domain.access import Grant
from chappe.domain.content import Entity, Text
from chappe.domain.messages import Outgoing, send
from chappe.domain.rooms import SUPERGROUP, Room, create, find
from chappe.domain.rulings import Ground
from chappe.safety.gate import RuleGate
from chappe.safety.rulebook import LIVE, WAIT, Effect, Rule, Rulebook
from chappe.store import Tx, open_sqlite
from chappe.store.queries import boxes, people, rooms

RULES, TRIGGERED = 50, 10
MESSAGES = 2000
SLICES = 7
ANSWERED_US, EACH_US, PLAIN_US = 25.0, 10.0, 2.0
WORDS = "The market is open on Saturday from nine to one, bring your own bags; who has a van? https://example.org/van"


class FixedClock:
    """A clock that stands still."""

    def now(self) -> float:
        return 1_800_000_000.0

    def monotonic(self) -> float:
        return 1000.0


@dataclass(frozen=True, slots=True)
class _Scene:
    public: Grant
    private: Grant
    stranger: Grant
    post: Text
    word: Text


def rules(triggered: int) -> Rulebook:
    """Fifty live rules about public posts, of the kind that is shipped, of which so many find this post."""
    out = []
    for number in range(RULES):
        yes = number < triggered
        bound = "links >= 1" if yes else "posts_10m > 20"
        expression = f"{bound} && (tight ? account_age_s < {3600 + number} : member_count < {100_000 + number})"
        out.append(_rule(f"post-{number}", "message", expression, Effect(WAIT, 60)))
    out.append(_rule("stranger", "first_contact", "!saved && contacts_10m > 20", Effect(WAIT, 60)))
    return Rulebook(out)


def _rule(name: str, event: str, expression: str, effect: Effect) -> Rule:
    ground = Ground("terms", "3.6", 1, "measured")
    said = {"en": name, "fr": name}
    return Rule(
        name, 1, "2026-01-01", said, said, event, LIVE, "SCAMS_AND_FRAUD", "OTHER", ground, expression, effect, said
    )


def gate(run: Run) -> None:
    """CPU of one look by the gate, in the thread that writes."""
    clock = FixedClock()
    folder = run.place("gate")
    folder.mkdir(parents=True)
    scenes: list[_Scene] = []
    found: dict[str, list[float]] = {"ten": [], "none": [], "plain": [], "first": []}

    def measured(tx: Tx) -> None:
        if not scenes:
            scenes.append(_scene(tx))
        scene = scenes[0]
        for name, how_many in (("ten", TRIGGERED), ("none", 0)):
            open_ = RuleGate(rules(how_many))
            found[name].append(_each_us(lambda gate=open_: _asked(gate, tx, scene.public, scene.post)))  # type: ignore[misc]
        open_ = RuleGate(rules(TRIGGERED))
        found["plain"].append(_each_us(lambda: open_.message(tx, scene.private, scene.word)))
        found["first"].append(_each_us(lambda: _asked(open_, tx, scene.stranger, scene.word)))

    async def played() -> None:
        store = open_sqlite(folder / "chappe.sqlite", clock)
        for _ in range(SLICES):
            await store.write(measured)
        await store.close()

    asyncio.run(played())
    bar = ANSWERED_US + EACH_US * TRIGGERED
    run.report.figures += [
        Figure(f"gate, {RULES} live rules of which {TRIGGERED} trigger", "µs", found["ten"], bar,
               note=f"{ANSWERED_US:.0f} + {EACH_US:.0f} for each triggered; a public post of {len(WORDS)} letters"),
        Figure(f"gate, {RULES} live rules of which none triggers", "µs", found["none"], ANSWERED_US),
        Figure("gate, a plain private message", "µs", found["plain"], PLAIN_US, note="people who talk already"),
        Figure("gate, a first letter to a stranger", "µs", found["first"], note="counted in the act; not read"),
    ]  # fmt: skip


def _scene(tx: Tx) -> _Scene:
    """Two people who talk, and a public group in which one of them writes."""
    for user in (1, 2, 3):
        people.insert_account(tx, user, f"9996600{user:04}", "N", "", tx.now - 90_000)
        boxes.open_box(tx, user)
    room = create(tx, UserId(1), SUPERGROUP, "Market")
    rooms.set_field(tx, room.id, "username", "market")
    known: Room = find(tx, room.id)
    send(tx, Grant(UserId(1), PeerId(2), may_write=True), Outgoing(Text("hello"), 0))
    post = Text(WORDS, (Entity("Url", WORDS.index("https"), 23),))
    me = UserId(1)
    return _Scene(
        Grant(me, known.id, True, known), Grant(me, PeerId(2), True), Grant(me, PeerId(3), True), post,
        Text("on my way"),
    )  # fmt: skip


def _asked(gate: RuleGate, tx: Tx, grant: Grant, content: Text) -> None:
    try:
        gate.message(tx, grant, content)
    except Refusal:
        return


def _each_us(look: Callable[[], None]) -> float:
    """CPU microseconds of one look, the first ones not counted."""
    for _ in range(200):
        look()
    gc.collect()
    begun = time.process_time()
    for _ in range(MESSAGES):
        look()
    return (time.process_time() - begun) / MESSAGES * 1e6
