"""The real server and the real clients as child processes, and the words with which a play directs them."""

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

from tests.clients import prepare
from tests.clients.drivers.tdlib_copy import make_copy
from tests.clients.island import Island

DRIVERS = Path(__file__).parent / "drivers"
ANSWER_S = 300
EVENT_S = 120
READY_S = 180
"""For what hangs: a busy machine takes ten times as long as an idle one."""
SETTLE_S = 0.3
STOP_S = 10
VERBOSE = bool(os.environ.get("CLIENTS_VERBOSE"))
Message = dict[str, Any]


class StageError(Exception):
    """A client answered with an error or not at all; the text ends with what it wrote to its log."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A client with a transport; `label` names the play."""

    client: str
    transport: str = ""
    label: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.client}-{self.transport}" if self.transport else self.client


class Child:
    """A process on the island whose standard output is read line by line in the background."""

    def __init__(
        self, command: list[str], folder: Path, island: Island, environ: Mapping[str, str] | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "log.txt"
        self._lines: queue.Queue[str] = queue.Queue()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=folder,
                env={**os.environ, **(environ or {})},
                preexec_fn=island.enter(),
            )
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put("")

    def line(self, timeout_s: float) -> str:
        """The next line; empty when the process ended or said nothing in time."""
        try:
            return self._lines.get(timeout=timeout_s)
        except queue.Empty:
            return ""

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    def end(self) -> None:
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Server(Child):
    """`chappe serve --test-mode` on a port of the system's choice, ready. Shape: program is what Python runs."""

    def __init__(self, folder: Path, island: Island, *program: str) -> None:
        data = folder / "data"
        how = program or ("-m", "chappe")
        command = [sys.executable, *how, "serve", "--data", str(data), "--port", "0", "--test-mode"]
        super().__init__(command, folder, island, {"CHAPPE_HOST": "127.0.0.1"})
        said = self.line(READY_S)
        if '"ready"' not in said:
            self.process.kill()
            raise StageError(f"the server did not become ready; it said {said!r}\n{self.tail()}")
        self.port = int(json.loads(said)["port"])
        self.pem = (data / "mtproto.pub.pem").read_text()
        self.secret = (data / "keys" / "proxy.secret").read_bytes().hex()

    def stop(self) -> None:
        self.process.terminate()
        self.end()


class Actor:
    """One person with one real client. Commands and their answers are those of `drivers/talking.py`."""

    _numbers = itertools.count(1)

    def __init__(self, kind: Kind, server: Server, island: Island, folder: Path) -> None:
        number = next(self._numbers)
        digit = number % 9 + 1
        self.kind = kind
        self.phone = f"99966{digit}{os.getpid() % 10000:04d}{number:03d}"
        self.code = str(digit) * 5
        self.name = ("Alice", "Bob", "Carol")[number % 3]
        self.id = 0
        settings = {
            "port": server.port,
            "pem": server.pem,
            "folder": str(folder),
            "transport": kind.transport,
            "secret": server.secret if kind.transport == "mtproxy" else f"dd{server.secret}",
            "verbose": VERBOSE,
        }
        folder.mkdir(parents=True)
        command, more = _command(kind.client, folder, server.pem)
        self._start = partial(Child, [*command, json.dumps({**settings, **more})], folder, island)
        self._child = self._start()

    def __str__(self) -> str:
        return f"{self.name} with {self.kind}"

    def does(self, command: str, **facts: Any) -> Any:
        """The answer of the client to this command; its error is raised here, with the end of its log."""
        timeout_s = facts.get("timeout_s", 0) + ANSWER_S
        self._child.tell(json.dumps({"do": command, **facts}))
        line = self._child.line(timeout_s)
        answer = json.loads(line) if line else {"error": "no answer", "trace": ""}
        if "error" in answer:
            where = f"{self}: {command} {facts}"
            raise StageError(f"{where}\n{answer['error']}\n{answer['trace']}\n--- its log\n{self._child.tail()}")
        return answer["ok"]

    def signs_up(self) -> None:
        me = self.does("sign_up", phone=self.phone, code=self.code, first_name=self.name)
        assert (str(me["phone"]).lstrip("+"), me["first_name"]) == (self.phone, self.name)
        self.id = int(me["id"])

    def signs_in(self, **more: str) -> int:
        return int(self.does("sign_in", phone=self.phone, code=self.code, **more)["id"])

    def meets(self, other: "Actor") -> None:
        assert self.does("add_contact", phone="+" + other.phone, first_name=other.name) == other.id

    def says(self, other: "Actor", text: str, reply_to: int | None = None) -> Message:
        sent: Message = self.does("send_text", peer=other.id, text=text, reply_to=reply_to)
        return sent

    def hears(self, *kinds: str, at_least: int = 1) -> list[Message]:
        """The events of these kinds (new messages, unless said otherwise) since last asked, once there are enough."""
        wanted = list(kinds or ("new",))
        limits = {"timeout_s": EVENT_S, "settle_s": SETTLE_S}
        events: list[Message] = self.does("take", kinds=wanted, at_least=at_least, **limits)
        return events

    def hears_that(self, so: Callable[[Message], bool], kind: str = "new", at_least: int = 1) -> list[Message]:
        """The events of this kind that are so, once there are enough; others come among them as they like."""
        deadline, heard = time.monotonic() + EVENT_S, list[Message]()
        while True:
            found = [event for event in heard if so(event)]
            if len(found) >= at_least:
                return found
            assert time.monotonic() < deadline, f"{self} did not hear it, but {heard}"
            heard += self.hears(kind, at_least=at_least - len(found))

    def hears_from(self, peer: int, at_least: int = 1) -> list[Message]:
        """The new messages of this chat, once there are enough."""
        return self.hears_that(lambda event: event["peer"] == peer, at_least=at_least)

    def hears_words(self, text: str, kind: str = "new") -> Message:
        """The event that says this."""
        return self.hears_that(lambda event: event["text"] == text, kind)[-1]

    def forgets_events(self) -> None:
        kinds = ["new", "own", "event", "edited", "deleted", "read", "reacted"]
        self.does("take", kinds=kinds, at_least=0, timeout_s=EVENT_S, settle_s=SETTLE_S)

    def complaints(self) -> list[str]:
        """Answers of the server that the client could not make sense of, in its own words."""
        return list(self.does("complaints")) if self.kind.client == "tdjson" else []

    def is_killed_during(self, command: str, after_s: float, **facts: Any) -> None:
        """The client's process ends without warning while it carries this out; another one takes up its session."""
        self._child.tell(json.dumps({"do": command, **facts}))
        assert self._child.line(after_s) == "", "it was over before"
        self._child.process.kill()
        self._child.end()
        self._child = self._start()
        self.does("come_back")

    def quits(self) -> None:
        if self._child.process.poll() is None:
            self._child.tell('{"do": "quit"}')
            self._child.end()


def _command(client: str, folder: Path, pem: str) -> tuple[list[str], dict[str, str]]:
    """How to start the driver of this client, and what it must know besides."""
    if client == "mtcute":
        return [str(prepare.node()), str(prepare.scripts() / "mtcute_node_driver.mjs")], {}
    if client == "mtcute-web":
        more = {"page": str(prepare.page()), "chromium": str(prepare.headless())}
        return [str(prepare.node()), str(prepare.scripts() / "mtcute_web_driver.mjs")], more
    more = {}
    python = prepare.python(client)
    if client == "tdjson":
        more["library"] = str(folder / "library")
        make_copy(next((python.parents[1] / "lib").glob("python*/site-packages")), folder / "library", pem)
    return [str(python), "-u", str(DRIVERS / f"{client}_driver.py")], more
