"""Groups, supergroups and channels: every feature with each client as the one who runs them and the one who comes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.clients import finer_plays as finer
from tests.clients import room_plays as plays
from tests.clients.cast import EACH_CLIENT, KURIGRAM, MTCUTE, PYROFORK, TDLIB, TELETHON
from tests.clients.conftest import Casting
from tests.clients.stage import Actor, Kind

PAIRS = [(TELETHON, MTCUTE), (MTCUTE, TELETHON), (TELETHON, TDLIB), (TDLIB, TELETHON)]
THREE = [
    (TELETHON, MTCUTE, KURIGRAM), (MTCUTE, KURIGRAM, TELETHON), (TELETHON, TDLIB, PYROFORK), (TDLIB, PYROFORK, MTCUTE),
]  # fmt: skip
TWO = [plays.divide, plays.vote, plays.grow, plays.hand_over]
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


@pytest.mark.parametrize(("alice", "bob"), PAIRS, ids=str)
def test_each_attends_to_the_other(alice: Kind, bob: Kind, casting: Casting) -> None:
    plays.attend(casting(alice), casting(bob))


@pytest.mark.parametrize(("alice", "bob"), PAIRS[:2], ids=str)
def test_a_list_is_worked_off(alice: Kind, bob: Kind, casting: Casting) -> None:
    finer.work_it_off(casting(alice), casting(bob))


@pytest.mark.parametrize(("alice", "bob"), [(TELETHON, TDLIB), (TDLIB, TELETHON)], ids=str)
def test_voters_add_answers(alice: Kind, bob: Kind, casting: Casting) -> None:
    finer.ask_openly(casting(alice), casting(bob))


@pytest.mark.parametrize("play", [finer.be_found, finer.guard])
@pytest.mark.parametrize(("alice", "bob"), PAIRS[:2], ids=str)
def test_a_room_does_more(
    play: Callable[[Actor, Actor, Actor], None], alice: Kind, bob: Kind, casting: Casting
) -> None:
    play(casting(alice), casting(bob), casting(KURIGRAM))


@pytest.mark.parametrize("bob", [kind for kind in EACH_CLIENT if kind != PYROFORK], ids=str)  # it asks for 100 only
def test_missed_posts_come_once(bob: Kind, casting: Casting) -> None:
    plays.miss_posts(casting(MTCUTE if bob == TELETHON else TELETHON), casting(bob))
