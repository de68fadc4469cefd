"""How much the wire may hold: every bound of a server in one record."""

from dataclasses import dataclass

WINDOW_PAST_S = 300
WINDOW_FUTURE_S = 30
"""Source: mtproto/description#message-identifier-msg-id."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one server. Shape: ages and delays in seconds, sizes in bytes."""

    packet_bytes: int = (1 << 20) + (1 << 15)
    kept_count: int = 512
    """Unacknowledged answers and pushes a session keeps."""
    kept_bytes: int = 4 << 20
    all_kept_bytes: int = 512 << 20
    kept_age_s: float = 600.0
    resend_after_s: float = 60.0
    """An unacknowledged message is sent once more on the same connection after this time."""
    resend_bytes: int = 64 << 10
    """Larger ones are announced (msg_detailed_info) instead of sent again unasked."""
    seen_count: int = 1024
    """Message ids a session remembers; older ones are then refused with code 20."""
    detached_s: float = 900.0
    """How long a session without a connection is kept."""
    key_idle_s: float = 900.0
    ack_delay_s: float = 0.5
    """A call that runs longer than this is acknowledged by itself."""
    sessions_per_key: int = 128
    sessions_per_connection: int = 32
    waiting_packets: int = 64
    """Packets of one connection that wait for their key."""
    gzip_above: int = 2048
    unpacked_bytes: int = 2 << 20
    """What the packed objects of one packet may hold together: no more than it could carry unpacked, twice over."""
    container_messages: int = 1020
    container_bytes: int = 512 << 10
