"""Bots as unmodified libraries know them: made, entered by token, started, answering, stopped by decision."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.clients import judging
from tests.clients.cast import KURIGRAM, TDLIB, TELETHON
from tests.clients.conftest import Casting, cast_of
from tests.clients.island import Island
from tests.clients.room_plays import refused
from tests.clients.stage import Actor, Kind, Server
from tests.clients.test_measures import FOLDER, Order, folder, order

__all__ = ["FOLDER", "folder", "order"]

Programs = Callable[[Kind], Actor]


@pytest.fixture(scope="module")
def place(island: Island, folder: Path) -> Iterator[Server]:
    """A server on which decisions can be taken from outside."""
    server = Server(folder, island, "-c", Path(judging.__file__).read_text())
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(place: Server, island: Island, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casting]:
    yield from cast_of(place, island, tmp_path_factory)


@pytest.fixture
def programs(place: Server, island: Island, tmp_path: Path) -> Iterator[Programs]:
    """Gives clients that are nobody yet."""
    made: list[Actor] = []
    numbers = itertools.count()

    def give(kind: Kind) -> Actor:
        made.append(Actor(kind, place, island, tmp_path / f"program{next(numbers)}"))
        return made[-1]

    yield give
    for actor in made:
        actor.quits()


@pytest.mark.parametrize("kind", [TELETHON, KURIGRAM, TDLIB], ids=str)
def test_a_bot_from_its_making_to_its_stopping(
    kind: Kind, people: Casting, programs: Programs, order: Order, tmp_path: Path
) -> None:
    ann, bot = people(TELETHON), programs(kind)
    username = f"{kind.client}_play_bot"
    token = ann.does("make_bot", username=username)
    me = bot.does("be_bot", token=token)
    assert (me["bot"], me["username"]) == (True, username)
    bot.id = me["id"]
    assert ann.does("start_bot", username=username, word="from-a_link") == bot.id
    assert bot.hears_words("/start from-a_link")["sender"] == ann.id
    said = bot.does("send_text", peer=ann.id, text="hello")
    ann.hears_words("hello")
    (tmp_path / "list.bin").write_bytes(bytes(range(256)) * 300)
    bot.does("send_file", peer=ann.id, path=str(tmp_path / "list.bin"))
    assert ann.hears_that(lambda event: bool(event["media"]))[-1]["size"] == 76_800
    bot.does("edit", peer=ann.id, id=said["id"], text="hello, mended")
    ann.hears_words("hello, mended", "edited")
    bot.does("offer", peer=ann.id, text="Shall I?")
    offered = ann.hears_words("Shall I?")
    assert ann.does("press", peer=bot.id, id=offered["id"]) == {"message": "you chose yes", "alert": True}
    in_a_group(ann, bot, username)
    assert bot.complaints() == []
    order(bot, "stop_bot", "")
    refused(bot, "send_text", peer=ann.id, text="still here?")
    assert "BAN" in refused(programs(kind), "be_bot", token=token).upper()
    assert "stopped" in ann.does("about", peer=bot.id)["description"]
    refused(ann, "send_text", peer=bot.id, text="there?")
    order(bot, "none", "")
    again = programs(kind)
    assert again.does("be_bot", token=token)["id"] == bot.id
    ann.does("send_text", peer=bot.id, text="back?")
    again.hears_words("back?")


def in_a_group(ann: Actor, bot: Actor, username: str) -> None:
    """There it hears what is meant for it, and nothing else."""
    room = int(ann.does("found", kind="supergroup", title="Hall"))
    ann.does("start_bot", username=username, word="cake", peer=room)
    bot.hears_words(f"/start@{username} cake")
    for text in ("between us", "/help", "between us again", f"thanks @{username}"):
        ann.does("send_text", peer=room, text=text)
    assert [one["text"] for one in bot.hears_from(room, at_least=2)] == ["/help", f"thanks @{username}"]
    bot.does("send_text", peer=room, text="at your service")
    ann.hears_words("at your service")
