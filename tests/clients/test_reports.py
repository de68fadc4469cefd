"""Source: api/report. Every client follows the menu of reports; the case is in the queue, the receipt in the chat."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.clients.cast import EACH_CLIENT, MTCUTE, TDLIB, TELETHON
from tests.clients.conftest import Casting
from tests.clients.room_plays import opened
from tests.clients.stage import Actor, Kind, Server

SERVICE = 777_000
VISIBLE_S = 60.0
"""From the client's first question to the case in the queue: a second where nobody else uses the machine."""


@pytest.fixture
def queue(server: Server) -> Iterator[sqlite3.Connection]:
    """The server's own database, read beside it."""
    path = next((server.log.parent / "data").glob("*.sqlite"))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        yield database


def cases(queue: sqlite3.Connection, room: int) -> list[tuple[str, str, int, int]]:
    return queue.execute(
        "SELECT category, keyword, notice_count, known_at > 0 FROM cases WHERE room_id = ? AND is_open = 1"
        " ORDER BY place",
        (room,),
    ).fetchall()


def is_given_a_receipt(actor: Actor, words: str) -> None:
    """The server's account wrote so to the actor, once."""
    [_] = actor.hears_that(lambda event: event["sender"] == SERVICE and words in event["text"])


@pytest.mark.parametrize("kind", EACH_CLIENT, ids=str)
def test_reports_through_the_menu(kind: Kind, casting: Casting, queue: sqlite3.Connection) -> None:
    alice, bob = casting(TELETHON if kind == MTCUTE else MTCUTE), casting(kind)
    room = opened(alice, bob)
    alice.does("send_text", peer=room, text="weapons, delivered <b>today</b>")
    [post] = bob.hears_from(room)
    titles = ["Drugs, weapons, forbidden goods", "Forbidden goods: drugs, weapons, forged papers, stolen cards"]
    begun = time.monotonic()
    answer = bob.does("report", peer=room, ids=[post["id"]], titles=titles, words="see for yourself")
    found, visible_s = cases(queue, room), time.monotonic() - begun
    assert answer["asked"] == ["What is wrong?", titles[0], "words"]
    assert found == [("UNSAFE_AND_PROHIBITED_PRODUCTS", "PROHIBITED_PRODUCTS", 1, 1)]
    assert visible_s < VISIBLE_S
    is_given_a_receipt(bob, "/notice/")
    print(f"{kind}: four calls, and the case is in the queue after {visible_s * 1000:.0f} ms")
    worst = ["Children in danger", "Sexual abuse of children"]
    again = bob.does("report", peer=room, ids=[post["id"]], titles=worst, words="")
    assert again["asked"] == ["What is wrong?", "Children in danger", "optional"]
    assert cases(queue, room) == [("PROTECTION_OF_MINORS", "CHILD_SEXUAL_ABUSE_MATERIAL", 2, 1)]
    assert bob.does("report_whole", peer=room, words="all of it")
    assert len(cases(queue, room)) == 2


@pytest.mark.parametrize("kind", [kind for kind in EACH_CLIENT if kind not in (MTCUTE, TDLIB)], ids=str)
def test_reports_spam(kind: Kind, casting: Casting, queue: sqlite3.Connection) -> None:
    alice, bob = casting(MTCUTE), casting(kind)
    bob.meets(alice)
    bob.forgets_events()
    assert bob.does("report_spam", peer=alice.id)
    is_given_a_receipt(bob, "Spam")
    found = queue.execute("SELECT category FROM cases WHERE author_id = ? AND room_id = 0", (alice.id,)).fetchall()
    assert found == [("OTHER_VIOLATION_TC",)]
