"""Every client reacts to a message and sees the other side's reaction; TDLib shows and fetches the drawings."""

import pytest
from tests.clients.cast import EACH_CLIENT, TDLIB, TELETHON
from tests.clients.conftest import Casting
from tests.clients.plays import react
from tests.clients.stage import Kind

WEBP, GZIP = b"RIFF".hex(), b"\x1f\x8b\x08\x00".hex()


@pytest.mark.parametrize("kind", EACH_CLIENT, ids=str)
def test_reacts_and_sees_reactions(kind: Kind, casting: Casting) -> None:
    react(casting(TDLIB if kind == TELETHON else TELETHON), casting(kind))


@pytest.mark.parametrize("kind", [TDLIB], ids=str)
def test_drawings_are_shown_and_fetched(kind: Kind, casting: Casting) -> None:
    for sign in ("👍", "❤", "🤝"):
        drawings = casting(kind).does("drawings", sign=sign)
        assert drawings.count(WEBP) == 1 and drawings.count(GZIP) == len(drawings) - 1 >= 4
