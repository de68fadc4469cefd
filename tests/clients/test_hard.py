"""What ends by itself, what is too much, and what changes under somebody's hands, with real clients."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.clients import hard_plays as plays
from tests.clients.cast import KURIGRAM, MTCUTE, TDLIB, TELETHON
from tests.clients.conftest import Casting, cast_of
from tests.clients.island import Island
from tests.clients.stage import Actor, Kind, Server

PAIRS = [(TELETHON, MTCUTE), (MTCUTE, TELETHON)]
FORGETFUL = "import chappe.domain.updates as u; u.TOO_LONG = 300; from chappe.__main__ import main; main()"
"""The server, but that a difference reaches back 300 changes instead of a hundred thousand."""


@pytest.fixture(scope="module")
def forgetful(island: Island, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casting]:
    """As `casting`, on a server whose differences are short."""
    server = Server(tmp_path_factory.mktemp("forgetful"), island, "-c", FORGETFUL)
    yield from cast_of(server, island, tmp_path_factory)
    server.stop()


@pytest.mark.parametrize("bob", [TELETHON, MTCUTE, TDLIB, KURIGRAM], ids=str)
def test_who_missed_too_much_begins_anew(bob: Kind, forgetful: Casting) -> None:
    # TDLib takes the end of a box that is too far behind, but asks for nothing it missed there; of rooms it reads all.
    plays.miss_too_much(forgetful(MTCUTE if bob == TELETHON else TELETHON), forgetful(bob), talked=bob != TDLIB)


@pytest.mark.parametrize("play", [plays.await_a_date, plays.outlast])
@pytest.mark.parametrize(("alice", "bob"), PAIRS, ids=str)
def test_what_ends_by_itself(play: Callable[[Actor, Actor], None], alice: Kind, bob: Kind, casting: Casting) -> None:
    play(casting(alice), casting(bob))


@pytest.mark.parametrize("play", [plays.keep_an_old_name, plays.lose_a_right_midway])
@pytest.mark.parametrize(("alice", "bob"), PAIRS, ids=str)
def test_what_changes_meanwhile(
    play: Callable[[Actor, Actor, Path], None], alice: Kind, bob: Kind, casting: Casting, props: Path
) -> None:
    play(casting(alice), casting(bob), props)


@pytest.mark.parametrize(
    ("alice", "bob", "carol"), [(KURIGRAM, TELETHON, MTCUTE), (TELETHON, TDLIB, KURIGRAM)], ids=str
)
def test_two_administrators_contend(alice: Kind, bob: Kind, carol: Kind, casting: Casting) -> None:
    plays.contend(casting(alice), casting(bob), casting(carol))
