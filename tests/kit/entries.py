"""What acts left in the journal, and which of its kinds a play really sees there."""

import ast
from collections.abc import Callable, Iterable

from chappe.store import Reader

Entry = tuple[str, str, str]
"""The kind, the actor, the subject."""
READERS = frozenset({"entries", "kinds", "counted", "written", "after", "writes", "says"})
"""What functions are called that read the journal, or that a play hands an act and the entries it is to leave."""
Named = dict[str, list[ast.AST]]


def entries(*kinds: str) -> Callable[[Reader], list[Entry]]:
    """A query for the entries of these kinds, the first first."""

    def query(rx: Reader) -> list[Entry]:
        found = rx.all("SELECT kind, actor, subject FROM journal ORDER BY no")
        return [(kind, actor, subject) for kind, actor, subject in found if kind in kinds]

    return query


def seen_by(source: str) -> set[str]:
    """The words of asserts that read the journal and find something, in the text of a module of plays."""
    tree = ast.parse(source)
    found: set[str] = set()
    for play in ast.walk(tree):
        if not isinstance(play, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        known = _named(tree.body) | _named(ast.walk(play))
        for node in ast.walk(play):
            sees = isinstance(node, ast.Assert) and not _denies(node.test)
            parts = _whole(node, known) if sees or _is_reader(node, {"writes", "says"}) else []
            if any(_is_reader(part, READERS) or _asks(part) for part in parts):
                words = (part.value for part in parts if isinstance(part, ast.Constant))
                found |= {word for word in words if isinstance(word, str)}
    return found


def _named(nodes: Iterable[ast.AST]) -> Named:
    """What each name was given, by assignments and loops."""
    found: Named = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                pairs = [(target, value) for target in targets]
            case ast.AnnAssign(target=target, value=ast.AST() as value) | ast.For(target=target, iter=value):
                pairs = [(target, value)]
            case _:
                continue
        for target, value in pairs:
            for one in ast.walk(target):
                if isinstance(one, ast.Name):
                    found.setdefault(one.id, []).append(value)
    return found


def _whole(node: ast.AST, known: Named) -> list[ast.AST]:
    """Everything in the node, and in what its names were given."""
    parts, waiting, seen = list[ast.AST](), [node], set[str]()
    while waiting:
        for one in ast.walk(waiting.pop()):
            parts.append(one)
            if isinstance(one, ast.Name) and one.id in known and one.id not in seen:
                seen.add(one.id)
                waiting += known[one.id]
    return parts


def _is_reader(node: ast.AST, names: Iterable[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    func = node.func
    name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
    return name in names


def _asks(node: ast.AST) -> bool:
    """True for a question to the journal itself."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "FROM journal" in node.value


def _denies(test: ast.expr) -> bool:
    """True for `x not in y`, `not x` and `x == []`: what is not there was not seen."""
    if not isinstance(test, ast.Compare):
        return isinstance(test, ast.UnaryOp)
    empty = any(isinstance(one, ast.List | ast.Tuple | ast.Set) and not one.elts for one in test.comparators)
    return empty or any(isinstance(op, ast.NotIn) for op in test.ops)
