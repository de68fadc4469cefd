"""The bench's hold on its client processes: one command in, one answer out."""

import json
import os
import subprocess
import sys
from typing import Any

from bench.machine import Cores


class ClientFault(RuntimeError):
    """A client process could not do what it was told."""


class Client:
    """A child process that runs a module of the bench and answers commands."""

    def __init__(self, cores: Cores, module: str = "bench.load", *, idle: bool = False) -> None:
        def prepare() -> None:
            if cores.clients:
                os.sched_setaffinity(0, set(cores.clients))
            if idle:  # it runs when no other client wants the core: a nicer one would still make them wait their turn
                os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))

        self._process = subprocess.Popen(
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=prepare
        )

    def tell(self, do: str, **words: Any) -> None:
        """The command is under way; `hear` has its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **words}) + "\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """The answer to the oldest command. Errors: ClientFault."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ClientFault("a client process ended")
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise ClientFault(answer["failed"])
        return answer

    def does(self, do: str, **words: Any) -> dict[str, Any]:
        """The answer to the command."""
        self.tell(do, **words)
        return self.hear()

    def close(self) -> None:
        """The process has ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
