"""Looks for known words and keys wherever a server could keep them: its folder, its log, its memory.

A needle is looked for as it is and in the forms in which programs hold and write such things: UTF-16, hex, base64, and,
for keys, the digits of Python's integers. What was deleted but not overwritten is found, too: files and pages are read
as bytes, not by their meaning.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

CHUNK = 16 * 1024 * 1024
PIECE = 24
"""Bytes of a key that are looked for together, from its beginning, its middle and its end."""
_DIGIT_BITS = 30


def of_text(text: str) -> list[bytes]:
    """The forms of a text."""
    raw = text.encode()
    return [raw, text.encode("utf-16-le"), raw.hex().encode(), *_base64(raw)]


def of_key(key: bytes) -> list[bytes]:
    """The forms of a key or of other bytes nobody can guess: pieces of it, and of it as a number."""
    pieces = [key[start : start + PIECE] for start in (0, (len(key) - PIECE) // 2, len(key) - PIECE)]
    forms = [form for piece in pieces for form in (piece, piece[::-1], piece.hex().encode(), *_base64(piece))]
    number, digits = int.from_bytes(key, "big"), b""
    while number:
        digits += (number & (1 << _DIGIT_BITS) - 1).to_bytes(4, "little")
        number >>= _DIGIT_BITS
    return [*forms, *(digits[start : start + PIECE] for start in (0, len(digits) // 8 * 4, len(digits) - PIECE))]


def _base64(raw: bytes) -> list[bytes]:
    """What of it stands in base64, whatever stands before it."""
    return [base64.b64encode(bytes(shift) + raw)[4 if shift else 0 : -4] for shift in range(3)]


def in_folder(needles: Mapping[str, Iterable[bytes]], *places: Path) -> set[tuple[str, str]]:
    """(name of the needle, file) of everything found in files and in all files below folders."""
    files = [one for place in places for one in ([place] if place.is_file() else place.rglob("*")) if one.is_file()]
    return {(name, path.name) for path in files for name in _found(needles, _chunks_of_file(path))}


def in_memory(needles: Mapping[str, Iterable[bytes]], *pids: int) -> set[tuple[str, str]]:
    """(name of the needle, process) of everything found in the memory of running processes."""
    return {(name, f"memory of {pid}") for pid in pids for name in _found(needles, _chunks_of_process(pid))}


def _found(needles: Mapping[str, Iterable[bytes]], chunks: Iterable[bytes]) -> set[str]:
    every = {form: name for name, forms in needles.items() for form in forms if len(form) >= 8}
    overlap = max(map(len, every))
    found: set[str] = set()
    tail = b""
    for chunk in chunks:
        looked_at = tail + chunk
        found |= {name for form, name in every.items() if name not in found and form in looked_at}
        tail = looked_at[-overlap:]
    return found


def _chunks_of_file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _chunks_of_process(pid: int) -> Iterator[bytes]:
    """Every readable page of the process."""
    maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            place = re.match(r"([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+\s*(.*)", line)
            if place is None or place[3] in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
                continue
            start, end = int(place[1], 16), int(place[2], 16)
            for at in range(start, end, CHUNK):
                with suppress(OSError):
                    memory.seek(at)
                    yield memory.read(min(CHUNK, end - at))
