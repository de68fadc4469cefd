"""What a device hears of its secret chats. Source: api/end-to-end, type/Update"""

from dataclasses import dataclass

import msgspec


class SecretChanged(msgspec.Struct, array_like=True, frozen=True, tag="secret"):
    """A secret chat was asked for, accepted or ended; what it is now for a device is read from the chat."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file that only the two ends can read. Shape: fingerprint 32 bits, of the file's own key."""

    id: int
    size_bytes: int
    fingerprint: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that only the two ends can read waits for a device. Shape: data is ciphertext, passed on as it came."""

    qts: int
    chat_id: int
    random_id: int
    date: int
    service: bool
    file: SealedFile | None
    data: bytes


@dataclass(frozen=True, slots=True)
class SecretTyping:
    """The other side is typing in a secret chat."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class SecretRead:
    """The other side read what was sent up to max_date."""

    chat_id: int
    max_date: int
    date: int


@dataclass(frozen=True, slots=True)
class Unsure:
    """The device has not said for a while what it has; asking for the difference, it says so."""


Sealed = Arrived | SecretTyping | SecretRead
"""What one device alone is told at once."""
