"""A client that was away gets exactly what it missed."""

from pathlib import Path

import pytest
from tests.clients.cast import EACH_CLIENT, MTCUTE, TELETHON
from tests.clients.conftest import Casting
from tests.clients.plays import miss, miss_slices
from tests.clients.stage import Kind


@pytest.mark.parametrize("kind", EACH_CLIENT, ids=str)
def test_gets_what_it_missed_once(kind: Kind, casting: Casting, props: Path) -> None:
    miss(casting(MTCUTE if kind == TELETHON else TELETHON), casting(kind), props)


@pytest.mark.parametrize("kind", EACH_CLIENT, ids=str)
def test_gets_more_than_one_answer_holds(kind: Kind, casting: Casting) -> None:
    miss_slices(casting(MTCUTE if kind == TELETHON else TELETHON), casting(kind))
