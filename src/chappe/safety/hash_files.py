"""Lists of known media as their makers give them out: lines of text, or a table with a head.

Source: requirements/hash-matching
Read are the files of `threatexchange` (`pdq f8f8…` a line; its table with signal_type and signal_str), those of the
reference program of PDQ (`f8f8…,100,name`), and bare hashes a line when it is said what they are.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chappe.base.errors import Invalid

PDQ, SHA256, MD5 = "pdq", "sha256", "md5"
KINDS = {PDQ: 32, SHA256: 32, MD5: 16}
"""Kind → bytes of a hash."""
NAMES = {
    "pdq": PDQ, "photo_pdq": PDQ, "hash_pdq": PDQ, "sha256": SHA256, "photo_sha256": SHA256, "video_sha256": SHA256,
    "hash_sha256": SHA256, "md5": MD5, "photo_md5": MD5, "video_md5": MD5, "hash_md5": MD5,
}  # fmt: skip
"""What makers of lists call the kinds."""
MOST = 5_000_000
LINE = 4096
REF = 128


@dataclass(frozen=True, slots=True)
class Entry:
    """One hash of a list. Shape: ref is what the list's maker calls it."""

    kind: str
    value: bytes
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a file held: each hash once; how many lines were of kinds that are not compared here."""

    entries: tuple[Entry, ...]
    other: int


def read(text: str, kind: str = "") -> Read:
    """The hashes of the file. Shape: kind says what bare hashes are, for a file that does not.

    Errors: Invalid operator_list_line with the number of a line that is none; operator_list_empty, operator_list_long.
    """
    lines = [line for line in _plain(text) if line[1]]
    if not lines:
        raise Invalid("operator_list_empty")
    if len(lines) > MOST:
        raise Invalid("operator_list_long", most=MOST)
    head = [cell.strip().lower() for cell in lines[0][1].split(",")]
    rows = _table(lines, head, kind) if _is_head(head) else (_line(number, line, kind) for number, line in lines)
    found: dict[tuple[str, bytes], Entry] = {}
    other = 0
    for entry in rows:
        if entry is None:
            other += 1
        else:
            found.setdefault((entry.kind, entry.value), entry)
    if not found:
        raise Invalid("operator_list_empty")
    return Read(tuple(found.values()), other)


def _plain(text: str) -> Iterator[tuple[int, str]]:
    """(number, line) of the file, trimmed, comments and blank lines empty."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if len(line) > LINE:
            raise Invalid("operator_list_line", line=number)
        line = line.strip()
        yield number, "" if line.startswith("#") else line


def _is_head(head: list[str]) -> bool:
    return "signal_str" in head or (any(cell in NAMES for cell in head) and not any(" " in cell for cell in head))


def _table(lines: list[tuple[int, str]], head: list[str], kind: str) -> Iterator[Entry | None]:
    """Rows of a table: either the kind stands in each, or the columns are named after the kinds."""
    rows = csv.reader(line for _, line in lines[1:])
    columns = [(place, NAMES[name]) for place, name in enumerate(head) if name in NAMES]
    for (number, _), row in zip(lines[1:], _rows(rows, lines), strict=False):
        cells = dict(zip(head, (cell.strip() for cell in row), strict=False))
        if "signal_str" in cells:
            named = cells.get("signal_type", "").lower() or kind
            found = NAMES.get(named)
            ref = " ".join(filter(None, (cells.get("collab", ""), cells.get("category", ""), cells.get("tags", ""))))
            yield _entry(number, found, cells["signal_str"], ref) if found else None
            continue
        for place, one in columns:
            if place < len(row) and row[place].strip():
                yield _entry(number, one, row[place].strip(), cells.get("id", "") or cells.get("ref", ""))


def _rows(rows: Iterable[list[str]], lines: list[tuple[int, str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise Invalid("operator_list_line", line=lines[0][0]) from error


def _line(number: int, line: str, kind: str) -> Entry | None:
    """A line alone: a kind and a hash, a hash with its quality and a name, or a bare hash of the kind that was said."""
    first, _, rest = line.partition(" ")
    if "," not in first and rest:
        found = NAMES.get(first.lower())
        if found is None and not _hexadecimal(first):
            return None  # another program's kind of signal: a text, an address
        if found is not None:
            value, _, ref = rest.strip().partition(" ")
            return _entry(number, found, value, ref)
    cells = [cell.strip() for cell in line.split(",")]
    if not kind:
        kind = PDQ if len(cells) > 1 and cells[1].isdigit() and len(cells[0]) == 64 else ""
    if not kind and len(cells[0]) == 32:
        kind = MD5
    return _entry(number, NAMES.get(kind.lower()), cells[0].split(" ")[0], cells[-1] if len(cells) > 1 else "")


def _hexadecimal(text: str) -> bool:
    return len(text) in (32, 64) and all(letter in "0123456789abcdefABCDEF" for letter in text)


def _entry(number: int, kind: str | None, value: str, ref: str) -> Entry:
    """Errors: Invalid operator_list_line when it is no hash; operator_list_kind when nothing says of what kind."""
    if not _hexadecimal(value):
        raise Invalid("operator_list_line", line=number)
    if kind is None:
        raise Invalid("operator_list_kind", line=number)
    packed = bytes.fromhex(value)
    if len(packed) != KINDS[kind]:
        raise Invalid("operator_list_line", line=number)
    return Entry(kind, packed, ref[:REF])
