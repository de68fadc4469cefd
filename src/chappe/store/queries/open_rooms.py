"""The statements about what strangers see of public rooms."""

from collections.abc import Sequence

from chappe.store.protocol import Reader


def mark(rx: Reader, username: str) -> tuple[int, ...] | None:
    """What changes with the room of this name: id, version and pts of it and of the group that discusses it.

    Shape: username in lower case; None when no room has it.
    """
    return rx.one(
        "SELECT r.owner_id, r.version, b.pts, r.linked_id, COALESCE(g.version, 0), COALESCE(d.pts, 0)"
        " FROM usernames u JOIN rooms r ON r.owner_id = u.peer_id JOIN boxes b ON b.owner_id = r.owner_id"
        " LEFT JOIN rooms g ON g.owner_id = r.linked_id AND r.linked_id <> 0"
        " LEFT JOIN boxes d ON d.owner_id = r.linked_id AND r.linked_id <> 0"
        " WHERE u.username = ?",
        (username,),
    )


def marks(rx: Reader, ids: Sequence[int]) -> list[tuple[int, int, int]]:
    """(room, version, pts) of the rooms."""
    signs = ", ".join("?" * len(ids))
    return rx.all(
        "SELECT r.owner_id, r.version, b.pts FROM rooms r JOIN boxes b ON b.owner_id = r.owner_id"
        f" WHERE r.owner_id IN ({signs}) ORDER BY r.owner_id",
        tuple(ids),
    )


def names_from(rx: Reader, after: str, limit: int) -> list[tuple[str, int]]:
    """(username in lower case, room) of public rooms in the order of their names, behind the given one."""
    return rx.all(
        "SELECT username, peer_id FROM usernames WHERE username > ? AND peer_id < 0 ORDER BY username LIMIT ?",
        (after, limit),
    )
