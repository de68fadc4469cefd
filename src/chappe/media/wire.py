"""The words between the server and a worker: length-prefixed msgpack over a socket pair, descriptors beside them."""

import socket
import struct
from typing import Any

import msgspec

from chappe.media.limits import Limits, Reach

HEAD = struct.Struct("<I")
JOB_BYTES = 64 << 10


class Setup(msgspec.Struct, frozen=True):
    """What a worker is told once, on its command line, as JSON."""

    kind: str
    work_dir: str
    limits: Limits
    reach: Reach


class Job(msgspec.Struct, frozen=True):
    """One piece of work; the file, if any, comes as a descriptor beside the length prefix."""

    act: str
    text: str = ""


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The worker has started; which of the confinements took hold."""

    confined: dict[str, bool]


class Done(msgspec.Struct, frozen=True, tag=True):
    """The job's result, still encoded."""

    body: bytes


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The job failed: reason for the caller (empty: the caller's own), cause in one word, detail for the log."""

    reason: str
    cause: str
    detail: str = ""


Answer = Ready | Done | Refused

encode = msgspec.msgpack.Encoder().encode
_answers = msgspec.msgpack.Decoder(Answer)
decode_job = msgspec.msgpack.Decoder(Job).decode


def decode_answer(body: bytes | bytearray) -> Answer:
    """The worker's message.

    Errors: MsgspecError; a worker is believed no further than its message has the right shape.
    """
    answer: Answer = _answers.decode(body)
    return answer


def framed(message: Any) -> bytes:
    """The message as it goes over the socket."""
    body = encode(message)
    return HEAD.pack(len(body)) + body


def receive_job(sock: socket.socket) -> tuple[Job, int | None] | None:
    """The next job and its descriptor, blocking; None when the server has gone."""
    head, fds, _flags, _address = socket.recv_fds(sock, HEAD.size, 1)
    fd = fds[0] if fds else None
    head += _exactly(sock, HEAD.size - len(head)) if head else b""
    if len(head) < HEAD.size:
        return None
    (length,) = HEAD.unpack(head)
    body = _exactly(sock, length) if length <= JOB_BYTES else b""
    return (decode_job(body), fd) if body else None


def _exactly(sock: socket.socket, count: int) -> bytes:
    """That many bytes, or fewer when the peer has closed."""
    parts = bytearray()
    while len(parts) < count and (part := sock.recv(count - len(parts))):
        parts += part
    return bytes(parts)
