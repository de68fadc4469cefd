"""Any two clients talk both ways: text, a reply, a photo, a file, edits, deletions and read marks."""

import itertools
from pathlib import Path

import pytest
from tests.clients.cast import EACH_CLIENT, MTCUTE, OTHER_TRANSPORTS, TELETHON
from tests.clients.conftest import Casting
from tests.clients.plays import burst, talk
from tests.clients.stage import Kind

PAIRS = list(itertools.combinations(EACH_CLIENT, 2))
TURNED = [(b, a) if index % 2 else (a, b) for index, (a, b) in enumerate(PAIRS)]


@pytest.mark.parametrize(("alice", "bob"), TURNED, ids=str)
def test_each_pair_of_clients(alice: Kind, bob: Kind, casting: Casting, props: Path) -> None:
    talk(casting(alice), casting(bob), props)


@pytest.mark.parametrize("kind", OTHER_TRANSPORTS, ids=str)
def test_each_other_transport(kind: Kind, casting: Casting, props: Path) -> None:
    talk(casting(kind), casting(TELETHON), props)


@pytest.mark.parametrize("kind", EACH_CLIENT, ids=str)
def test_hears_a_burst_once(kind: Kind, casting: Casting) -> None:
    burst(casting(MTCUTE if kind == TELETHON else TELETHON), casting(kind))
