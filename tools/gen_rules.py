"""What the layers demand of the hand-written rules: a list of everything that can neither be derived nor is ruled."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from tools.gen_table import Row, newest_forms, served


class Rules(Protocol):
    """The tables of `chappe.tl.layers`."""

    UP: dict[str, tuple[int, Any]]
    DOWN: dict[str, tuple[int, Any]]
    NEWLY_REQUIRED: dict[tuple[str, str], Any]
    ONCE_REQUIRED: dict[tuple[str, str], Any]
    STAND_INS: dict[str, Any]
    LEFT_OUT: frozenset[str]
    REFUSED: frozenset[str]


def demands(rows: list[Row], rules: Rules) -> list[str]:
    """One line for each change between layers that has no rule; sorted."""
    canonical = {(row.kind, row.name): row for row in newest_forms(rows)}
    old = [row for row in rows if row.kind in "TF" and row is not canonical[row.kind, row.name]]
    found: list[str] = []
    for row in old:
        found += changed_fields(row, canonical[row.kind, row.name], rules, rows)
    found += vanished(rows, list(canonical.values()), rules)
    found += lacking(rows, rules)
    return sorted(set(found))


def changed_fields(row: Row, now: Row, rules: Rules, rows: list[Row]) -> Iterator[str]:
    up = ruled(rules.UP, row)
    down = ruled(rules.DOWN, row) or row.kind == "F"  # nothing of ours is sent as an old function
    where = f"layer {max(row.layers)}: {row.name}"
    if row.result != now.result and not (row.kind == "F" and all_down(now.result, row, rows, rules)):
        yield f"{where} was of {row.result}, is of {now.result}"
    for name, kind in row.wire.items():
        was, required = split(kind)
        is_, is_required = split(now.wire.get(name, ""))
        if not is_ and required and not down:
            yield f"{where} requires {name}, which is gone"
        if is_ and is_ != was and not (up and (down or same_members(was, is_, rules))):
            yield f"{where}: {name} was {was}, is {is_}"
        if is_ and required and not is_required and not down and (row.name, name) not in rules.ONCE_REQUIRED:
            yield f"{where} requires {name}, which is optional now"
    for name, kind in now.wire.items():
        if name not in row.wire and split(kind)[1] and not up and (row.name, name) not in rules.NEWLY_REQUIRED:
            yield f"{where} lacks {name}, which is required now"


def ruled(table: dict[str, tuple[int, Any]], row: Row) -> bool:
    return max(row.layers) <= table.get(row.name, (0, None))[0]


def same_members(was: str, is_: str, rules: Rules) -> bool:
    """A vector whose items became another type, each of which a rule turns back, needs no rule of its own."""
    item = re.fullmatch(r"Vector<(\w+)>", is_)
    return bool(item and item[1][:1].lower() + item[1][1:] in rules.DOWN and was.startswith("Vector<"))


def all_down(result: str, row: Row, rows: list[Row], rules: Rules) -> bool:
    """Each constructor of a function's new result that older layers may be sent is turned into an old one."""
    members = {member.name for member in rows if member.kind == "T" and member.result == result}
    return any(rules.DOWN.get(name, (0, None))[0] >= max(row.layers) for name in members)


def split(kind: str) -> tuple[str, bool]:
    """The kind without its condition, and whether it must be there."""
    condition, mark, bare = kind.partition("?")
    return (bare, False) if mark else (condition, bool(condition))


def vanished(rows: list[Row], canonical: list[Row], rules: Rules) -> Iterator[str]:
    """Constructors a client of an older layer can send, which the newest no longer has."""
    newest = max(served(rows))
    sent = reachable(rows, (kind for row in rows if row.kind == "F" for kind in row.wire.values()))
    for row in canonical:
        gone = newest not in row.layers and (row.kind == "F" or (row.kind == "T" and row.result in sent))
        if gone and not ruled(rules.UP, row):
            yield f"layer {max(row.layers)}: {row.name} is gone"


def lacking(rows: list[Row], rules: Rules) -> Iterator[str]:
    """Constructors the server may send, which an older layer lacks though it has their union."""
    results = [row.result for row in rows if row.kind == "F"]
    received = reachable(rows, [*results, "Update", "Updates"])
    received -= {*rules.STAND_INS, *rules.LEFT_OUT, *rules.REFUSED}
    types = [row for row in rows if row.kind == "T"]
    newest = max(served(rows))
    for layer in served(rows):
        known = {row.name for row in types if layer in row.layers}
        unions = {row.result for row in types if layer in row.layers} & received
        new = [row for row in types if newest in row.layers and row.name not in known and row.result in unions]
        for row in new:
            if rules.DOWN.get(row.name, (0, None))[0] < layer:
                yield f"layer {layer} has {row.result} without {row.name}"


def reachable(rows: list[Row], kinds: Iterable[str]) -> set[str]:
    """Every boxed type that can occur inside values of these kinds, in any layer."""
    inside: dict[str, set[str]] = {}
    for row in rows:
        if row.kind == "T":
            inside.setdefault(row.result, set()).update(boxed for kind in row.wire.values() for boxed in names(kind))
    seen: set[str] = set()
    waiting = [name for kind in kinds for name in names(kind)]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += inside.get(name, ())
    return seen


def names(kind: str) -> list[str]:
    """The boxed types a kind names: the last part of a boxed name starts with a capital."""
    return [name for name in re.findall(r"[\w.]+", split(kind)[0]) if name.rpartition(".")[2][0].isupper()]
