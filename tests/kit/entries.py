"""What acts left in the journal."""

from collections.abc import Callable

from chappe.store import Reader

Entry = tuple[str, str, str]
"""The kind, the actor, the subject."""


def entries(*kinds: str) -> Callable[[Reader], list[Entry]]:
    """A query for the entries of these kinds, the first first."""

    def query(rx: Reader) -> list[Entry]:
        found = rx.all("SELECT kind, actor, subject FROM journal ORDER BY no")
        return [(kind, actor, subject) for kind, actor, subject in found if kind in kinds]

    return query
