"""What real clients show of a post that a decision removed: at once, after they were away, and when it is undone."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.clients import judging
from tests.clients.cast import KURIGRAM, MTCUTE, PYROFORK, TDLIB, TELETHON
from tests.clients.conftest import Casting, cast_of
from tests.clients.island import Island
from tests.clients.room_plays import hears_text, opened
from tests.clients.stage import Actor, Kind, Server

from chappe.domain.enforcement import MARK

Order = Callable[[int, int, str], None]
SERVICE = 777_000
SOON_S = 120


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("removals")


@pytest.fixture(scope="module")
def court(island: Island, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casting]:
    """As `casting`, on a server on which decisions can be taken from outside."""
    server = Server(folder, island, "-c", Path(judging.__file__).read_text())
    yield from cast_of(server, island, tmp_path_factory)
    server.stop()


@pytest.fixture
def order(folder: Path) -> Order:
    """Takes a decision about a message; `none` takes it back."""

    def give(peer: int, message_id: int, measure: str) -> None:
        fresh = folder / "order.new"
        fresh.write_text(json.dumps({"user": peer, "message": message_id, "measure": measure}))
        fresh.replace(folder / judging.ORDERS)
        deadline = time.monotonic() + SOON_S
        while (folder / judging.ORDERS).exists():
            assert time.monotonic() < deadline, "no decision was taken"
            time.sleep(0.1)

    return give


def told(actor: Actor, words: str) -> None:
    """The server's account told the actor so."""
    actor.hears_that(lambda event: event["sender"] == SERVICE and words in event["text"])


@pytest.mark.parametrize("bob", [TELETHON, MTCUTE, KURIGRAM, PYROFORK, TDLIB], ids=str)
def test_a_post_is_removed_and_brought_back(bob: Kind, court: Casting, order: Order) -> None:
    ann, ben = court(MTCUTE if bob == TELETHON else TELETHON), court(bob)
    room = opened(ann, ben, kind="channel")
    post = ann.does("send_text", peer=room, text="pills for sale")
    hears_text(ben, room, "pills for sale")
    ann.forgets_events()

    order(room, post["id"], "remove")
    # COMPAT TDLib: without an edit date it is the content that changed, and no edit.
    seen = ben.hears_words(MARK, "changed" if bob == TDLIB else "edited")
    assert seen["id"] == post["id"]
    told(ann, "Statement of reasons")
    assert [m["text"] for m in ann.does("history", peer=room, limit=1)] == [MARK]
    assert [m["text"] for m in ben.does("history", peer=room, limit=1)] == [MARK]

    order(room, post["id"], "none")
    seen = ben.hears_words("pills for sale", "changed" if bob == TDLIB else "edited")
    assert seen["id"] == post["id"]
    told(ann, "holds no more")


@pytest.mark.parametrize("bob", [TELETHON, TDLIB], ids=str)
def test_who_was_away_sees_it_removed(bob: Kind, court: Casting, order: Order) -> None:
    ann, ben = court(MTCUTE), court(bob)
    room = opened(ann, ben, kind="channel")
    post = ann.does("send_text", peer=room, text="pills for sale")
    hears_text(ben, room, "pills for sale")
    ben.does("leave")
    order(room, post["id"], "remove")
    ben.forgets_events()
    ben.does("come_back")
    if bob == TDLIB:
        ben.hears_words(MARK, "changed")
    assert [m["text"] for m in ben.does("history", peer=room, limit=1)] == [MARK]
    order(room, post["id"], "none")
    ben.hears_words("pills for sale", "changed" if bob == TDLIB else "edited")
    assert [m["text"] for m in ben.does("history", peer=room, limit=1)] == ["pills for sale"]
