"""The rules every table keeps from the first migration on; they are what makes boxes movable between databases."""

import re
import sqlite3

import pytest

from chappe.store.migrate import shipped
from chappe.store.sql import split, tokens

FORBIDDEN = {
    "FOREIGN": "a foreign key would cross boxes",
    "REFERENCES": "a foreign key would cross boxes",
    "TRIGGER": "what happens is written in an act",
    "AUTOINCREMENT": "ids come from the box row or the directory",
    "SERIAL": "ids come from the box row or the directory",
    "BIGSERIAL": "ids come from the box row or the directory",
    "SEQUENCE": "ids come from the box row or the directory",
    "IDENTITY": "ids come from the box row or the directory",
    "NEXTVAL": "ids come from the box row or the directory",
    "VIEW": "a view hides a join across boxes",
}
TYPES = {"INTEGER", "TEXT", "BLOB", "REAL"}
MESSAGE_COLUMNS = {"size_bytes", "date", "media_hash"}
_DIRECTORY = re.compile(r"CREATE TABLE (\w+) \( -- directory\b")


def broken_rules(script: str) -> list[str]:
    """Every rule that this schema breaks, in plain words; SQLite itself reads the schema."""
    words = {text.upper() for kind, text in tokens(script) if kind == "word"}
    found = [f"{word}: {why}" for word, why in FORBIDDEN.items() if word in words]
    database = sqlite3.connect(":memory:")
    for statement in split(script):
        database.execute(statement)
    directories = set(_DIRECTORY.findall(script))
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
        found += broken_by(database, table, table in directories)
    database.close()
    return found


def broken_by(database: sqlite3.Connection, table: str, directory: bool) -> list[str]:
    """Every rule that one table breaks."""
    columns = database.execute(f"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{table}')").fetchall()
    names = {name for name, *_ in columns}
    found = [f"{table}.{name} has the type {kind}" for name, kind, *_ in columns if kind not in TYPES]
    keys = {"its primary key": [name for name, _, _, pk in sorted(columns, key=lambda c: c[3]) if pk]}
    for index, unique in database.execute(f"SELECT name, \"unique\" FROM pragma_index_list('{table}')"):
        if unique:
            rows = database.execute(f"SELECT name FROM pragma_index_info('{index}') ORDER BY seqno")
            keys[index] = [name for (name,) in rows]
    if not keys["its primary key"]:
        found.append(f"{table} has no primary key")
    if directory:
        return found + [f"{table} is marked directory but has an owner_id"] * ("owner_id" in names)
    if "owner_id" not in names:
        return [*found, f"{table} has no owner_id and is not marked: CREATE TABLE {table} ( -- directory"]
    found += [
        f"{table}: {key} begins with {first[0]}" for key, first in keys.items() if first[:1] not in ([], ["owner_id"])
    ]
    if ("owner_id", 1) not in {(name, notnull) for name, _, notnull, _ in columns}:
        found.append(f"{table}.owner_id may be NULL")
    if "content" in names and not names >= MESSAGE_COLUMNS:
        found.append(f"{table} holds messages but lacks {sorted(MESSAGE_COLUMNS - names)}")
    return found


def test_the_shipped_schema_keeps_every_rule():
    assert broken_rules("\n".join(migration.sql for migration in shipped())) == []


def test_shipped_migrations_are_numbered_without_a_gap():
    assert [migration.number for migration in shipped()] == list(range(1, len(shipped()) + 1))


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("CREATE TABLE a (x INTEGER PRIMARY KEY)", "a has no owner_id and is not marked"),
        ("CREATE TABLE a ( -- directory\nowner_id INTEGER PRIMARY KEY)", "marked directory but has an owner_id"),
        ("CREATE TABLE a ( -- directory\nx INTEGER)", "a has no primary key"),
        ("CREATE TABLE a (owner_id INTEGER PRIMARY KEY)", "a.owner_id may be NULL"),
        (
            "CREATE TABLE a (owner_id INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (id, owner_id))",
            "a: its primary key begins with id",
        ),
        (
            "CREATE TABLE a (owner_id INTEGER NOT NULL PRIMARY KEY, name TEXT); CREATE UNIQUE INDEX n ON a (name)",
            "a: n begins with name",
        ),
        ("CREATE TABLE a (owner_id INTEGER NOT NULL PRIMARY KEY, name TEXT UNIQUE)", "begins with name"),
        ("CREATE TABLE a (owner_id INTEGER NOT NULL PRIMARY KEY, b VARCHAR(5))", "a.b has the type VARCHAR(5)"),
        ("CREATE TABLE a (owner_id INTEGER NOT NULL PRIMARY KEY, b INTEGER REFERENCES a (owner_id))", "REFERENCES: "),
        ("CREATE TABLE a ( -- directory\nb INTEGER PRIMARY KEY AUTOINCREMENT)", "AUTOINCREMENT: "),
        (
            "CREATE TABLE a (owner_id INTEGER NOT NULL PRIMARY KEY, date INTEGER, content BLOB)",
            "a holds messages but lacks ['media_hash', 'size_bytes']",
        ),
        (
            "CREATE TABLE a (owner_id INTEGER NOT NULL PRIMARY KEY); ALTER TABLE a ADD COLUMN b FLOAT",
            "a.b has the type FLOAT",
        ),
    ],
)
def test_a_broken_rule_is_found(script, complaint):
    assert any(complaint in broken for broken in broken_rules(script))


def test_words_in_comments_and_texts_break_nothing():
    assert (
        broken_rules("CREATE TABLE a ( -- directory; no TRIGGER\nx INTEGER PRIMARY KEY, y TEXT DEFAULT 'REFERENCES')")
        == []
    )
