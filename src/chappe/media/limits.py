"""How much a worker may use, and how far one with a network may reach."""

from dataclasses import dataclass

MAX_PIXELS = 64_000_000
MAX_SIDES = 32_768
"""Width and height of anything we decode add up to at most this."""
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one kind of worker.

    Shape: memory is address space of one worker; cpu and wall are for one job; after `jobs` jobs a worker is
    replaced; `queue` jobs may wait, more are refused; a worker unused for `idle_s` is ended.
    """

    memory_bytes: int = 1 << 30
    cpu_s: int = 20
    wall_s: float = 40.0
    start_s: float = 30.0
    idle_s: float = 120.0
    jobs: int = 200
    queue: int = 64
    workers: int = 1
    open_files: int = 16
    reply_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a link preview may go.

    Shape: `allowed` are networks (CIDR) let through although they are not public, for tests; the page and its
    picture have a size limit each; `deadline_s` covers everything, redirects and picture included.
    """

    allowed: tuple[str, ...] = ()
    ports: tuple[int, ...] = (80, 443)
    redirects: int = 5
    page_bytes: int = 1 << 20
    picture_bytes: int = 2 << 20
    deadline_s: float = 5.0
    agent: str = "ChappeBot (like TwitterBot)"


DECODE = Limits()
HASH = Limits(cpu_s=30, wall_s=60.0, queue=8, reply_bytes=64 << 10)
PAPER = Limits(memory_bytes=768 << 20, cpu_s=10, wall_s=20.0, queue=200, reply_bytes=64 << 20)
PREVIEW = Limits(memory_bytes=512 << 20, cpu_s=5, wall_s=8.0, reply_bytes=4 << 20)
