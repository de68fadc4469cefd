"""Hashes to be looked up: exact ones in a table, PDQ by the bits in which they differ.

Source: requirements/hash-matching
A print of 256 bits is cut into 16 bands of 16. Two prints that differ in at most 31 bits have a band in which they
differ in at most one: so the index asks each band for its value and the 16 values next to it, and counts bits for what
it finds. Nothing within 31 bits is missed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BANDS = 16
MOST_BITS = 31
"""The farthest distance at which the index finds everything."""
_FLIPS = np.array([0] + [1 << bit for bit in range(16)], dtype=np.uint16)
_OFFSETS = (np.arange(BANDS, dtype=np.int64) * 65537)[:, None]


@dataclass(frozen=True, slots=True)
class Near:
    """One print that is near. Shape: place in the order in which the index was made."""

    place: int
    distance: int


class PrintIndex:
    """PDQ prints, each at its place."""

    def __init__(self, prints: Sequence[bytes]) -> None:
        count = len(prints)
        packed = np.frombuffer(b"".join(prints), dtype=np.uint8).reshape(count, 32)
        self._words: NDArray[np.uint64] = packed.view(np.uint64)
        bands = packed.view(np.uint16)
        places, starts = [], []
        for band in range(BANDS):
            order = np.argsort(bands[:, band], kind="stable").astype(np.int32)
            places.append(order)
            counts = np.bincount(bands[:, band], minlength=65536)
            starts.append(np.concatenate(([0], np.cumsum(counts))) + band * count)
        self._places = np.concatenate(places)
        self._starts: NDArray[np.int64] = np.concatenate(starts).astype(np.int64)

    def __len__(self) -> int:
        return len(self._words)

    def near(self, print_: bytes, distance: int = MOST_BITS) -> list[Near]:
        """Every print that differs in so many bits at most, the nearest first. Shape: distance up to 31."""
        if not len(self):
            return []
        own = np.frombuffer(print_, dtype=np.uint16)
        keys = (own[:, None] ^ _FLIPS).astype(np.int64) + _OFFSETS
        flat = keys.ravel()
        begins, ends = self._starts[flat], self._starts[flat + 1]
        lengths = ends - begins
        held = lengths > 0
        begins, lengths = begins[held], lengths[held]
        if not len(begins):
            return []
        steps = np.ones(int(lengths.sum()), dtype=np.int64)
        steps[0] = begins[0]
        turns = np.cumsum(lengths[:-1])
        steps[turns] = begins[1:] - begins[:-1] - lengths[:-1] + 1
        places = self._places[np.cumsum(steps)]
        words: Any = np.frombuffer(print_, dtype=np.uint64)
        apart = np.bitwise_count(self._words[places] ^ words).sum(axis=1, dtype=np.int64)
        close = apart <= min(distance, MOST_BITS)
        found = dict(zip(places[close].tolist(), apart[close].tolist(), strict=True))
        return [Near(place, bits) for place, bits in sorted(found.items(), key=lambda one: (one[1], one[0]))]


def build(prints: Iterable[bytes]) -> PrintIndex:
    """The index of the prints. Shape: each 32 bytes."""
    return PrintIndex(list(prints))
