"""Neutral SQL text: split into statements, translated for PostgreSQL. No database is touched here."""

import re
from collections.abc import Iterator
from itertools import count

_TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)
      | (?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | (?P<mark>[?])
      | (?P<end>;)
      | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
      | (?P<other>\s+|\d+|.)""",
    re.VERBOSE | re.DOTALL,
)
_TYPES = {"INTEGER": "BIGINT", "BLOB": "BYTEA", "REAL": "DOUBLE PRECISION"}
_TABLE_OPTIONS = re.compile(r"\)\s*(?:WITHOUT\s+ROWID|STRICT)(?:\s*,\s*(?:WITHOUT\s+ROWID|STRICT))?\s*$", re.IGNORECASE)


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Each token's kind (comment, quoted, mark, end, word, other) and its text; joined they are the input."""
    for match in _TOKEN.finditer(text):
        yield str(match.lastgroup), match.group()


def split(script: str) -> list[str]:
    """The statements of a script, without comments and closing semicolons."""
    statements, current = [], ""
    for kind, text in tokens(script):
        if kind == "end":
            statements.append(current.strip())
            current = ""
        elif kind != "comment":
            current += text
    statements.append(current.strip())
    return [statement for statement in statements if statement]


def postgres_query(statement: str) -> str:
    """The statement with `$1`, `$2` … for its placeholders; a question mark in quotes stays one."""
    numbers = count(1)
    return "".join(f"${next(numbers)}" if kind == "mark" else text for kind, text in tokens(statement))


def writes(statement: str) -> bool:
    """False only for a plain SELECT."""
    words = (text.upper() for kind, text in tokens(statement) if kind == "word")
    return next(words, "") != "SELECT"


def postgres_schema(statement: str) -> str:
    """A statement of a migration with PostgreSQL's types and without SQLite's table options."""
    parts = [_TYPES.get(text.upper(), text) if kind == "word" else text for kind, text in tokens(statement)]
    return _TABLE_OPTIONS.sub(")", "".join(parts))
