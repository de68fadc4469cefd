"""Groups, supergroups and channels: every feature with each client as the one who runs them and the one who comes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.clients import room_plays as plays
from tests.clients.cast import KURIGRAM, MTCUTE, TELETHON
from tests.clients.conftest import Casting
from tests.clients.stage import Actor, Kind

PAIRS = [(TELETHON, MTCUTE), (MTCUTE, TELETHON)]
THREE = [(TELETHON, MTCUTE, KURIGRAM), (MTCUTE, KURIGRAM, TELETHON)]
TWO = [plays.divide, plays.vote, plays.attend, plays.grow, plays.hand_over, plays.miss_posts]
MANY = [plays.found_and_enter, plays.ask_to_enter, plays.keep_order, plays.share_the_work, plays.publish]


@pytest.mark.parametrize("play", TWO)
@pytest.mark.parametrize(("alice", "bob"), PAIRS, ids=str)
def test_two_in_a_room(play: Callable[[Actor, Actor], None], alice: Kind, bob: Kind, casting: Casting) -> None:
    play(casting(alice), casting(bob))


@pytest.mark.parametrize("play", MANY)
@pytest.mark.parametrize(("alice", "bob", "carol"), THREE, ids=str)
def test_three_in_a_room(
    play: Callable[[Actor, Actor, Actor], None], alice: Kind, bob: Kind, carol: Kind, casting: Casting
) -> None:
    play(casting(alice), casting(bob), casting(carol))


@pytest.mark.parametrize(("alice", "bob"), PAIRS, ids=str)
def test_a_room_is_dressed(alice: Kind, bob: Kind, casting: Casting, props: Path) -> None:
    plays.dress(casting(alice), casting(bob), props)
