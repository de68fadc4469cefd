"""Source: api/end-to-end. Two TDLib hold a secret chat over this server, with every check of theirs left on."""

import hashlib
import itertools
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.clients.cast import TDLIB
from tests.clients.island import Island
from tests.clients.stage import EVENT_S, Actor, Server
from tests.kit import scan

Facts = dict[str, Any]
People = tuple[Actor, Actor, Actor]
Chat = tuple[Facts, Actor, Facts]
TOO_LATE = "ENCRYPTION_ALREADY_ACCEPTED"
"""What the second of two devices that accept is told; TDLib calls it fatal, and closes the chat there as it should."""
CROSSED = "from on_send_secret_message_success"
"""TDLib numbers a secret chat by itself, and says so when something came before it heard that its own had gone."""
SERVICE = 777_000
ASKED_S = 240
"""In this time a connected device was asked what it has."""
IN_A_HURRY = (
    "import chappe.domain.secret as s; s.SURE_S = 4; import chappe.jobs.expiry as e; e.LOOK_S = 2.0;"
    " from chappe.__main__ import main; main()"
)
"""The server, but that it asks after four seconds what a device has, instead of a minute."""


@pytest.fixture(scope="module")
def asking(island: Island, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of these plays."""
    server = Server(tmp_path_factory.mktemp("asking"), island, "-c", IN_A_HURRY)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(asking: Server, island: Island, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """Alice; Bob on two devices."""
    cast: list[Actor] = []
    try:
        for name in ("alice", "bob", "desk"):
            cast.append(Actor(TDLIB, asking, island, tmp_path_factory.mktemp(name) / "client"))
        alice, bob, desk = cast
        alice.signs_up()
        bob.signs_up()
        desk.phone, desk.code, desk.name = bob.phone, bob.code, bob.name
        desk.id = desk.signs_in()
        hears_of_a_sign_in(bob)
        alice.meets(bob)
        bob.meets(alice)
        yield alice, bob, desk
        said = [line for one in cast for line in one.complaints()]
        assert [line for line in said if TOO_LATE not in line and CROSSED not in line] == []
    finally:
        for one in cast:
            one.quits()


def hears_of_a_sign_in(actor: Actor) -> None:
    """The device that was there is told of the new one, in the chat and in the list of devices."""
    [session] = actor.hears("session")
    assert session["device"] == "driver"
    assert actor.hears_that(lambda event: event["sender"] == SERVICE and "New login" in event["text"])


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file nobody else has."""
    path = tmp_path_factory.mktemp("pages") / "pages.bin"
    path.write_bytes(os.urandom(1_300_007))
    return path


@pytest.fixture(scope="module")
def chat(people: People) -> Chat:
    """Alice's end, who of Bob's devices has the other, and that end."""
    return opened(*people)


def opened(alice: Actor, bob: Actor, desk: Actor) -> Chat:
    """A new secret chat, accepted by one of Bob's devices: both try, as TDLib does."""
    asked = alice.does("secret_ask", user=bob.id)
    mine = alice.does("secret_state", secret=asked["secret"], state="ready")
    found = who(bob, desk, asked)
    ends = [(one, one.does("secret_state", secret=asked["secret"], state=state)) for one, state in found]
    [(device, theirs)] = [(one, end) for one, end in ends if end["state"] == "ready"]
    assert len(ends) == 2
    assert mine["key"] == theirs["key"]
    assert len(bytes.fromhex(mine["key"])) == 36
    assert (mine["asked"], theirs["asked"], mine["user"], theirs["user"]) == (True, False, bob.id, alice.id)
    return mine, device, theirs


def who(bob: Actor, desk: Actor, asked: Facts) -> list[tuple[Actor, str]]:
    """The states Bob's devices come to: one has the chat, for the other it is closed."""
    for one in itertools.cycle((bob, desk)):
        found = [chat["state"] for chat in one.does("secret_chats") if chat["secret"] == asked["secret"]]
        if found in (["ready"], ["closed"]):
            other = desk if one is bob else bob
            return [(one, found[0]), (other, "closed" if found == ["ready"] else "ready")]
    raise AssertionError


def test_words_go_both_ways(chat: Chat, people: People) -> None:
    mine, bob, theirs = chat
    alice = people[0]
    alice.does("secret_text", chat=mine["chat"], text="for your eyes alone 🤫")
    [heard] = bob.hears("secret_new")
    assert (heard["text"], heard["what"]) == ("for your eyes alone 🤫", "messageText")
    bob.does("secret_texts", chat=theirs["chat"], texts=[f"answer {n}" for n in range(30)])
    heard_ = alice.hears("secret_new", at_least=30)
    assert [one["text"] for one in heard_] == [f"answer {n}" for n in range(30)]
    other = people[2] if bob is people[1] else people[1]
    assert other.does("take", kinds=["secret_new"], at_least=0, timeout_s=1, settle_s=0.3) == []


def test_typing_and_reading_are_told(chat: Chat, people: People) -> None:
    mine, bob, theirs = chat
    alice = people[0]
    sent = alice.does("secret_text", chat=mine["chat"], text="read this")
    [heard] = bob.hears("secret_new")
    bob.does("secret_type", chat=theirs["chat"])
    assert alice.hears("secret_typing")[0]["doing"] == "chatActionTyping"
    bob.does("secret_open", chat=theirs["chat"], ids=[heard["id"]])
    assert alice.hears("secret_read")[-1]["max_id"] >= sent["id"]


def test_a_file_goes_both_ways_and_on(chat: Chat, people: People, pages: Path) -> None:
    mine, bob, theirs = chat
    alice = people[0]
    alice.does("secret_file", chat=mine["chat"], path=str(pages))
    [heard] = bob.hears("secret_new")
    got = bob.does("secret_download", chat=theirs["chat"], id=heard["id"])
    assert got == {"sha256": hashlib.sha256(pages.read_bytes()).hexdigest(), "size": pages.stat().st_size}
    bob.does("secret_pass_on", from_chat=theirs["chat"], id=heard["id"], chat=theirs["chat"])
    [back] = alice.hears("secret_new")
    assert alice.does("secret_download", chat=mine["chat"], id=back["id"]) == got


def test_a_message_destroys_itself_at_both_ends(chat: Chat, people: People) -> None:
    mine, bob, theirs = chat
    alice = people[0]
    alice.does("secret_timer", chat=mine["chat"], seconds=2)
    [set_] = bob.hears("secret_new")
    assert set_["what"] == "messageChatSetMessageAutoDeleteTime"
    sent = alice.does("secret_text", chat=mine["chat"], text="gone in two seconds")
    [heard] = bob.hears("secret_new")
    assert heard["timer"] == 2
    for one in (alice, bob):
        one.does("take", kinds=["secret_gone"], at_least=0, timeout_s=0, settle_s=0)
    bob.does("secret_open", chat=theirs["chat"], ids=[heard["id"]])
    assert heard["id"] in bob.hears("secret_gone")[0]["ids"]
    assert sent["id"] in alice.hears("secret_gone")[0]["ids"]
    alice.does("secret_timer", chat=mine["chat"], seconds=0)
    bob.hears("secret_new")


def test_who_was_away_finds_everything(chat: Chat, people: People) -> None:
    mine, bob, theirs = chat
    alice = people[0]
    bob.does("leave")
    alice.does("secret_texts", chat=mine["chat"], texts=[f"while away {n}" for n in range(130)])
    bob.does("come_back")
    heard = bob.hears("secret_new", at_least=130)
    assert [one["text"] for one in heard] == [f"while away {n}" for n in range(130)]
    bob.does("secret_text", chat=theirs["chat"], text="here again")
    [back] = alice.hears("secret_new")
    assert back["text"] == "here again"


def keys_in_use(server: Server) -> set[bytes]:
    """The fingerprints at the head of what waits here: all that can be told of the keys."""
    path = next((server.log.parent / "data").glob("*.sqlite"))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return {row[0] for row in database.execute("SELECT DISTINCT SUBSTR(data, 1, 8) FROM secret_queue")}


def test_after_many_messages_the_key_is_another(chat: Chat, people: People, asking: Server) -> None:
    mine, bob, theirs = chat
    alice, seen = people[0], set[bytes]()
    for number in range(40):
        alice.does("secret_texts", chat=mine["chat"], texts=[f"new keys {number}.{n}" for n in range(10)])
        bob.does("secret_text", chat=theirs["chat"], text=f"yes {number}")
        assert len(bob.hears("secret_new", at_least=10)) == 10
        alice.hears("secret_new")
        seen |= keys_in_use(asking)
        if len(seen) > 1:
            break
    print(f"{len(seen)} keys seen after {number + 1} rounds")
    assert len(seen) > 1


def test_a_killed_client_takes_up_its_chat(chat: Chat, people: People) -> None:
    mine, bob, _ = chat
    alice = people[0]
    texts = [f"through a lightning kill {n}" for n in range(60)]
    bob.is_killed_during("take", 0.3, kinds=["secret_new"], at_least=99, timeout_s=20, settle_s=0)
    alice.does("secret_texts", chat=mine["chat"], texts=texts)
    heard = [one["text"] for one in bob.hears("secret_new", at_least=60)]
    assert [text for text in heard if text in texts] == texts


def test_the_end_is_told_and_history_goes(chat: Chat, people: People) -> None:
    mine, bob, theirs = chat
    alice = people[0]
    alice.does("secret_close", secret=mine["secret"])
    assert bob.does("secret_state", secret=theirs["secret"], state="closed")["state"] == "closed"
    again, device, other = opened(*people)
    assert again["key"] != mine["key"]
    device.does("secret_text", chat=other["chat"], text="blue heron over the weir")
    alice.hears_words("blue heron over the weir", "secret_new")


def until_blocked(server: Server, count: int) -> None:
    """TDLib answers before it has told the server."""
    for _ in range(EVENT_S * 20):
        if counted(server, "blocked") == count:
            return
        time.sleep(0.05)
    raise AssertionError(count)


def test_who_is_blocked_is_not_heard(people: People, asking: Server) -> None:
    alice, bob, desk = people
    mine, device, theirs = opened(alice, bob, desk)
    before = counted(asking, "blocked")
    device.does("blocks", user=alice.id)
    until_blocked(asking, before + 1)
    assert "USER_IS_BLOCKED" in alice.does("secret_refused", chat=mine["chat"], text="are you there?")
    assert device.does("take", kinds=["secret_new"], at_least=0, timeout_s=1, settle_s=0.3) == []
    device.does("unblocks", user=alice.id)
    until_blocked(asking, before)
    alice.does("secret_text", chat=mine["chat"], text="and now?")
    device.hears_words("and now?", "secret_new")
    device.does("secret_text", chat=theirs["chat"], text="now I am")
    alice.hears_words("now I am", "secret_new")


def test_none_of_it_is_in_the_server(chat: Chat, pages: Path, asking: Server) -> None:
    """What TDLib said, sent and made keys of, looked for in the server's files and memory."""
    needles = {
        "words": scan.of_text("for your eyes alone 🤫"), "later words": scan.of_text("through a lightning kill 59"),
        "last words": scan.of_text("blue heron over the weir"),
        "a file": scan.of_key(pages.read_bytes()[600_000:600_256]),
        "what the key is compared by": scan.of_key(bytes.fromhex(chat[0]["key"])),
    }  # fmt: skip
    folder = asking.log.parent / "data"
    assert scan.in_folder(needles, folder, asking.log) == set()
    assert scan.in_memory(needles, asking.process.pid) == set()


def test_nothing_waits_any_more(people: People, asking: Server) -> None:
    """TDLib never calls messages.receivedQueue: asked, it tells by its next getDifference what it has."""
    for _ in range(2 * ASKED_S):
        if not counted(asking, "secret_queue"):
            break
        time.sleep(0.5)
    assert counted(asking, "secret_queue") == 0


def counted(server: Server, table: str) -> int:
    """How many rows the table has."""
    path = next((server.log.parent / "data").glob("*.sqlite"))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        [count] = database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
    return int(count)
