"""Source: api/updates. Whatever people do: pts has no gap and no repeat, and who applies updates knows what is true.

Three people act at random. Each has one device that acts, one that only hears pushes, and one that sleeps and asks
for the difference now and then. In the end both know exactly what a fresh read of dialogs and histories shows.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.stage import Person, Stage
from tests.replay.acts import ACTS, Act, Actor
from tests.replay.engines import on_stage
from tests.replay.model import Model, snapshot
from tests.replay.whole_log import require_whole_log

from chappe import tl
from chappe.domain import auto_delete
from chappe.tl import functions as f

__all__ = ["postgres_dsn", "postgres_server"]

OLDER = [pytest.param("sqlite", layer, marks=pytest.mark.slow) for layer in tl.LAYERS[:-1]]
CASES = [*OLDER, ("sqlite", tl.NEWEST), ("postgres", tl.NEWEST)]


class Player:
    """A person on the stage with their two clients beside the acting device."""

    def __init__(self, person: Person, ears: Person, pushed: Model, asking: Model) -> None:
        self.person, self.ears = person, ears
        self.pushed, self.asking = pushed, asking
        self.actor = Actor(person, pushed)

    @classmethod
    async def enters(cls, stage: Stage, layer: int) -> "Player":
        """Somebody new with two devices, both up to date."""
        person = await stage.person("somebody", layer)
        ears = await person.brings(layer)
        state = await person.calls(f.updates.GetState())
        models = [Model(person.id, 1, 0), Model(person.id, 1, 0)]
        for model in models:
            await model.catches_up(person)
            assert model.pts == state.pts
        ears.hears()
        return cls(person, ears, *models)

    def listens(self) -> None:
        """What was pushed is applied."""
        for update in self.ears.hears():
            self.pushed.pushed(update)

    async def agrees(self) -> None:
        """Both clients know what is true."""
        self.listens()
        if self.pushed.stale:  # an older layer was sent to the difference
            await self.pushed.catches_up(self.person)
        await self.asking.catches_up(self.person)
        truth = await snapshot(self.person)
        assert self.asking.knows() == truth
        assert self.pushed.knows() == truth
        assert self.asking.pts == self.pushed.pts == (await self.person.calls(f.updates.GetState())).pts


async def play(stage: Stage, layer: int, acts: list[Act]) -> None:
    """The acts are played, and everybody knows what became of them."""
    players = [await Player.enters(stage, layer) for _ in range(3)]
    for who, other in ((0, 1), (1, 0), (2, 0), (0, 2), (0, 0), (1, 2)):
        await players[who].actor.does("say", players[other].person, who, False)
        for player in players:
            player.listens()
    for place, (who, kind, other, number, flag) in enumerate(acts):
        if kind == "wait":
            stage.clock.moves(number * 3600)
            await stage.writes(auto_delete.expire)
        await players[who].actor.does(kind, players[other].person, number, flag)
        for player in players:
            player.listens()
        if place % 9 == 8:
            await players[who].asking.catches_up(players[who].person)
    for player in players:
        await player.agrees()
        await stage.reads(lambda rx, owner=player.person.id: require_whole_log(rx, owner))


@pytest.mark.parametrize(("engine", "layer"), CASES)
def test_updates_lead_to_the_truth(request: pytest.FixtureRequest, tmp_path: Path, engine: str, layer: int) -> None:
    runs = on_stage(request, engine, tmp_path)

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def replay(acts: list[Act]) -> None:
        runs(lambda stage: play(stage, layer, acts))

    replay()
