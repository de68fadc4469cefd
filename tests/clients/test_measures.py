"""What a real client tells the person whose account is limited, frozen or suspended by decision."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.clients import judging
from tests.clients.cast import KURIGRAM, MTCUTE, TDLIB, TELETHON
from tests.clients.conftest import Casting, cast_of
from tests.clients.island import Island
from tests.clients.plays import meet
from tests.clients.room_plays import hears_text, opened, refused, refused_soon
from tests.clients.stage import Actor, Kind, Server

Order = Callable[[Actor, str, str], None]
FOLDER = "court"
SOON_S = 120


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp(FOLDER)


@pytest.fixture(scope="module")
def court(island: Island, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casting]:
    """As `casting`, on a server on which decisions can be taken from outside."""
    server = Server(folder, island, "-c", Path(judging.__file__).read_text())
    yield from cast_of(server, island, tmp_path_factory)
    server.stop()


@pytest.fixture
def order(folder: Path) -> Order:
    """Takes a decision about somebody's account; `none` takes it back."""

    def give(actor: Actor, measure: str, detail: str = "") -> None:
        fresh = folder / "order.new"
        fresh.write_text(json.dumps({"user": actor.id, "measure": measure, "detail": detail}))
        fresh.replace(folder / judging.ORDERS)
        deadline = time.monotonic() + SOON_S
        while (folder / judging.ORDERS).exists():
            assert time.monotonic() < deadline, "no decision was taken"
            time.sleep(0.1)

    return give


@pytest.mark.parametrize("bob", [TELETHON, MTCUTE, TDLIB, KURIGRAM], ids=str)
def test_a_frozen_account_reads(bob: Kind, court: Casting, order: Order) -> None:
    ann, ben = court(MTCUTE if bob == TELETHON else TELETHON), court(bob)
    meet(ann, ben)
    room = opened(ann, ben)
    order(ben, "freeze", "")
    assert "FROZEN" in refused(ben, "send_text", peer=room, text="hello").upper()
    ann.does("send_text", peer=room, text="can you read this?")
    ben.hears_words("can you read this?")
    assert ben.does("history", peer=room, limit=1)[0]["text"] == "can you read this?"
    if bob == TDLIB:
        assert ben.hears_that(lambda event: bool(event["frozen"]), "frozen")
    order(ben, "none", "")
    ben.does("send_text", peer=room, text="and now I answer")
    hears_text(ann, room, "and now I answer")
    if bob == TDLIB:
        assert ben.hears_that(lambda event: not event["frozen"], "frozen")


@pytest.mark.parametrize("bob", [TELETHON, MTCUTE], ids=str)
def test_a_mute_account_writes_to_whom_it_knows(bob: Kind, court: Casting, order: Order) -> None:
    ann, ben = court(MTCUTE if bob == TELETHON else TELETHON), court(bob)
    meet(ann, ben)
    room = opened(ann, ben)
    order(ben, "limit", "mute")
    refused(ben, "send_text", peer=room, text="hello")
    ben.does("send_text", peer=ann.id, text="only you can hear me")
    ann.hears_words("only you can hear me")
    order(ben, "none", "")
    ben.does("send_text", peer=room, text="everybody can")
    hears_text(ann, room, "everybody can")


@pytest.mark.parametrize("bob", [KURIGRAM, MTCUTE, TELETHON, TDLIB], ids=str)
def test_a_suspended_account_is_shown_out(bob: Kind, court: Casting, order: Order) -> None:
    ben = court(bob)
    order(ben, "suspend", "")
    refused_soon(ben, "me" if bob != TDLIB else "dialogs")
    assert "BAN" in refused(ben, "sign_in", phone=ben.phone, code=ben.code).upper()
    order(ben, "none", "")
    assert ben.signs_in() == ben.id
