"""A stage with people, and the notices and moderators of its plays."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.kit.moderation import somebody
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.rooms import Hall, hall
from tests.kit.stage import Person, Stage, raised

from chappe.base.ids import UserId
from chappe.domain import access
from chappe.domain.access import Moderator
from chappe.domain.operators import ROLES
from chappe.safety import Desk, Filed, Filing, Notifier, items, notices
from chappe.safety.telling import Telling
from chappe.store import Tx
from chappe.tl import types as t

__all__ = ["postgres_dsn", "postgres_server"]


@pytest.fixture
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """A server in test mode, with nobody on it but its owner; on PostgreSQL when CHAPPE_PLAY_ENGINE says so."""
    dsn = request.getfixturevalue("postgres_dsn") if os.environ.get("CHAPPE_PLAY_ENGINE") == "postgres" else ""
    async with raised(tmp_path, dsn=dsn) as made:
        await made.writes(lambda tx: somebody(tx, "owner"))
        yield made


class Scene:
    """A public channel of alice's that bob and carol read, and what is noticed there."""

    def __init__(self, stage: Stage, alice: Person, bob: Person, carol: Person, room: Hall) -> None:
        self.stage, self.alice, self.bob, self.carol, self.room = stage, alice, bob, carol, room
        self.desk = Desk(stage.wrapper, "http://localhost/", mails=True, limited=False)
        self.telling = Telling(self.desk)

    async def says(self, text: str) -> int:
        """The id of a new post."""
        made: t.Message = await self.room.says(self.alice, text)
        return made.id

    async def notices(
        self, who: Person | Notifier, *ids: int, category: str = "SCAMS_AND_FRAUD", keyword: str = "PHISHING",
        words: str = "look", way: str = "menu",
    ) -> Filed:  # fmt: skip
        """A notice about the posts."""
        notifier = Notifier(UserId(who.id)) if isinstance(who, Person) else who
        reader = UserId(who.id if isinstance(who, Person) else self.bob.id)

        def act(tx: Tx) -> Filed:
            found = items.messages(tx, access.require_read(tx, reader, self.room.marked), ids)
            filing = Filing(way, category, keyword, words, found)
            return notices.file(tx, self.desk, notifier, filing, notices.token(self.stage.entropy))

        return await self.stage.writes(act)

    async def moderator(self, name: str, *roles: str) -> Moderator:
        """A new operator with these roles, all when none is given."""
        return await self.stage.writes(lambda tx: somebody(tx, name, roles or ROLES))

    async def does(self, act: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """The result of an act of the room."""
        return await self.stage.writes(lambda tx: act(tx, *args, **named))

    async def asks(self, query: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """The answer to a question of the room."""
        return await self.stage.reads(lambda rx: query(rx, *args, **named))

    async def tells(self) -> None:
        """Everybody who has to be told of something was."""
        while await self.telling.step(self.stage.store):
            pass


@pytest.fixture
async def scene(stage: Stage) -> Scene:
    """Alice's channel, read by bob and carol."""
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    return Scene(stage, alice, bob, carol, await hall(stage, alice, bob, carol, broadcast=True))
