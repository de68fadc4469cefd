"""Runs in the worker alone: `python -m chappe.media.worker SETUP`, the socket to the server as standard input.

Order matters: the network is cut before any thread can exist, libraries are loaded while they can be read, rights
are given up last, and only then does the first byte of anybody's file come near.
"""

import os
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import msgspec

from chappe.base.errors import Refusal
from chappe.media import confine
from chappe.media.wire import Done, Job, Ready, Refused, Setup, encode, framed, receive_job

RESOLVER = ("/etc", "/run/systemd/resolve", "/run/resolvconf", "/usr", "/lib", "/lib64")
"""What the C library reads to resolve names."""
Act = Callable[[BinaryIO | None, str], Any]


def main(argument: str) -> None:
    """Jobs are answered until the server closes its end."""
    setup = msgspec.json.decode(argument, type=Setup)
    sock = socket.socket(fileno=os.dup(0))
    confined = {} if setup.kind == "preview" else {"no_network": confine.cut_network()}
    acts = _acts(setup)
    _silence()
    confined |= confine.give_up_rights(setup.work_dir, RESOLVER if setup.kind == "preview" else ())
    confine.limit(setup.limits)
    sock.sendall(framed(Ready(confined)))
    while (item := receive_job(sock)) is not None:
        confine.limit_job(setup.limits.cpu_s)
        sock.sendall(framed(_answer(acts, *item)))


def _acts(setup: Setup) -> Mapping[str, Act]:
    """The acts of this kind of worker, with every library they need already loaded."""
    if setup.kind == "preview":
        from chappe.media import fetch

        return fetch.acts(setup.reach)
    if setup.kind == "hash":
        os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy would start threads, which are forbidden soon
        from chappe.media import prints

        return prints.acts()
    if setup.kind == "paper":
        from chappe.media import papers

        return papers.acts()
    from chappe.media import decode

    return decode.acts()


def _silence() -> None:
    """What decoders print goes nowhere: it may quote people's files."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.close(sink)


def _answer(acts: Mapping[str, Act], job: Job, fd: int | None) -> Done | Refused:
    """The job's result; whatever goes wrong inside is an answer too."""
    file = os.fdopen(fd, "rb") if fd is not None else None
    try:
        return Done(encode(acts[job.act](file, job.text)))
    except Refusal as refusal:
        return Refused(refusal.reason, str(refusal.facts.get("cause", "refused")))
    except MemoryError:
        return Refused("", "memory")
    except Exception as error:  # noqa: BLE001  (a decoder may raise anything; here it is the file's fault)
        return Refused("", "format", type(error).__name__)
    finally:
        if file is not None:
            file.close()


if __name__ == "__main__":
    main(sys.argv[1])
