"""The bounds `net` keeps; their defaults and meanings stand in `config`, which `app` copies here."""

import resource
from dataclasses import dataclass

SPARE_FILES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on connections and calls; named as the settings they come from."""

    max_connections: int
    max_connections_per_address: int
    handshake_timeout_s: float
    idle_timeout_s: float
    write_buffer_bytes: int
    calls_per_connection: int
    calls_at_once: int
    max_http_head_bytes: int
    stop_timeout_s: float


def raise_file_limit() -> int:
    """The soft limit of open files equals the hard one; returns it.

    Errors: none: where the system refuses, the limit that holds is returned.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (ValueError, OSError):
            return soft
    return hard if hard != resource.RLIM_INFINITY else 1 << 20


def connections_allowed(wanted: int, open_files: int) -> int:
    """How many connections may be held: as wanted, but never so many that no file is left for the database."""
    room = max(open_files - SPARE_FILES, open_files // 2)
    return min(wanted, room) if wanted else room
