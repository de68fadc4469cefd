"""Source: requirements/leave. A country is left and come back to, as clients that nobody changed live through it."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.clients.cast import KURIGRAM, MTCUTE, PYROFORK, TDLIB, TELETHON
from tests.clients.island import Island
from tests.clients.stage import Actor, Kind, Server, StageError
from tests.kit.mmdb import write_table

from chappe import control

SOON_S = 120
COUNTRY = "XX"
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("leaving")


@pytest.fixture(scope="module")
def there(folder: Path, island: Island) -> Iterator[Server]:
    """A server to which everybody here comes from the country that is none."""
    table = write_table(folder / "countries.mmdb", {"127.0.0.0/8": COUNTRY, "::1/128": COUNTRY})
    os.environ["CHAPPE_COUNTRY_TABLE"] = str(table)
    try:
        server = Server(folder, island)
    finally:
        del os.environ["CHAPPE_COUNTRY_TABLE"]
    yield server
    server.stop()


@pytest.fixture
def ask(folder: Path) -> Iterator[Ask]:
    """Asks the server as the command `chappe leave` does; at the end the country is open again."""

    def given(part: str, **facts: Any) -> dict[str, Any]:
        asked = {"act": "leave", "territory": COUNTRY, "part": part, "note": "a drill", **facts}
        answer = asyncio.run(control.ask(folder / "data", asked))
        assert isinstance(answer, dict)
        return answer

    yield given
    state: Any = asyncio.run(control.ask(folder / "data", {"act": "territory", "territory": COUNTRY}))
    if state["state"]["step"] != "open":
        given("open")


def refused(actor: Actor, command: str, **facts: Any) -> str:
    with pytest.raises(StageError) as caught:
        actor.does(command, **facts)
    return str(caught.value).partition("--- its log")[0]


def says_at_last(actor: Actor, other: Actor, text: str) -> None:
    """The message is sent, once the client is back and the server knows."""
    deadline = time.monotonic() + SOON_S
    while True:
        try:
            actor.says(other, text)
            return
        except StageError:
            assert time.monotonic() < deadline
            time.sleep(0.5)


def told(actor: Actor, words: str) -> None:
    """The server says so in its chat with the person."""
    deadline = time.monotonic() + SOON_S
    heard: list[str] = []
    while not any(words in text for text in heard):
        assert time.monotonic() < deadline, f"{actor} was not told {words!r}: {heard}"
        heard += [one["text"] for one in actor.hears(at_least=0)]


@pytest.mark.parametrize("kind", [TELETHON, KURIGRAM, PYROFORK, MTCUTE, TDLIB], ids=str)
def test_a_country_is_left_and_come_back_to(
    kind: Kind, there: Server, island: Island, ask: Ask, tmp_path: Path
) -> None:
    alice = Actor(kind, there, island, tmp_path / "alice")
    bob = Actor(TELETHON, there, island, tmp_path / "bob")
    carol = Actor(kind, there, island, tmp_path / "carol")
    try:
        alice.signs_up(), bob.signs_up()
        alice.meets(bob), bob.meets(alice)
        alice.says(bob, "before")
        alice.forgets_events()

        ask("notice")
        told(alice, "going to leave your country")
        ask("closed_to_new")
        said = refused(carol, "sign_up", phone=carol.phone, code=carol.code, first_name="Carol")
        assert "APP_SIGNUP_FORBIDDEN" in said.upper().replace(" ", "_") or "sign up" in said, said
        alice.says(bob, "I am here already")
        ask("export")
        told(alice, "Take your data with you")

        ask("read_only")
        assert "FROZEN" in refused(alice, "send_text", peer=bob.id, text="too late", reply_to=None).upper()
        texts = [one["text"] for one in alice.does("history", peer=bob.id, limit=2)]
        assert "I am here already" in texts  # TDLib keeps what failed before it

        ask("closed")
        if kind is not TDLIB:  # has the history at hand and does not ask
            assert "FROZEN" in refused(alice, "history", peer=bob.id, limit=1).upper()
        if kind in (TELETHON, KURIGRAM, PYROFORK):
            taken = alice.does("takes_out", peer=bob.id)
            assert "I am here already" in taken["texts"] and taken["known"]["account"][0]["phone"] == alice.phone
        assert alice.does("sign_in", phone=alice.phone, code=alice.code)["id"] == alice.id

        ask("open")
        told(alice, "stays in your country")
        alice.meets(bob)
        says_at_last(alice, bob, "we are back")
        assert bob.does("history", peer=alice.id, limit=1)[0]["text"] == "we are back"
    finally:
        alice.quits(), bob.quits(), carol.quits()
