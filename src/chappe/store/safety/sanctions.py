"""Lists of sanctions, the names on them, and which public rooms they met."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx


def next_list(rx: Reader) -> int:
    """The number of the next list."""
    row = rx.one("SELECT COALESCE(MAX(list_id), 0) + 1 FROM sanctions_lists")
    return int(row[0]) if row else 1


def put_list(tx: Tx, list_id: int, name: str, made: str, sha256: bytes, actor: str, entities: int) -> None:
    """The list takes its place among the lists; no room was looked at since."""
    tx.run(
        "INSERT INTO sanctions_lists (list_id, name, made, sha256, date, actor, entities, checked)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        (list_id, name, made, sha256, tx.now, actor, entities),
    )


def drop_list(tx: Tx, list_id: int) -> None:
    """The list and its names are gone; what they met is remembered."""
    tx.run("DELETE FROM sanctions_names WHERE list_id = ?", (list_id,))
    tx.run("DELETE FROM sanctions_lists WHERE list_id = ?", (list_id,))


def lists(rx: Reader) -> list[Row]:
    """(list_id, name, made, sha256, date, actor, entities, checked)."""
    return rx.all(
        "SELECT list_id, name, made, sha256, date, actor, entities, checked FROM sanctions_lists ORDER BY name"
    )


def put_names(tx: Tx, list_id: int, names: Sequence[tuple[str, str, str, str, str, str]]) -> None:
    """The names are on the list. Shape: folded, reference, name, kind, programme, basis."""
    tx.many(
        "INSERT INTO sanctions_names (list_id, folded, reference, name, kind, programme, basis)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(list_id, *one) for one in names],
    )


def meeting(rx: Reader, folded: Sequence[str]) -> list[Row]:
    """(list_id, list's name, folded, reference, name, kind, programme, basis) of names that are one of these."""
    marks = ", ".join("?" * len(folded))
    return rx.all(
        "SELECT n.list_id, l.name, n.folded, n.reference, n.name, n.kind, n.programme, n.basis"
        f" FROM sanctions_names n JOIN sanctions_lists l ON l.list_id = n.list_id WHERE n.folded IN ({marks})"
        " AND l.entities > 0 ORDER BY n.folded, n.reference",
        tuple(folded),
    )


def whole(tx: Tx, list_id: int, entities: int) -> None:
    """Every name of the list is there: it is compared from now on."""
    tx.run("UPDATE sanctions_lists SET entities = ? WHERE list_id = ?", (entities, list_id))


def checked(tx: Tx, date: int) -> None:
    """Every public room was looked at."""
    tx.run("UPDATE sanctions_lists SET checked = ?", (date,))


def match(tx: Tx, room_id: int, list_name_id: int, folded: str, reference: str) -> bool:
    """The room met the name; False if that was known."""
    return bool(
        tx.run(
            "INSERT INTO sanctions_matches (room_id, list_id, folded, reference, date) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (room_id, list_name_id, folded, reference, tx.now),
        )
    )


def known(rx: Reader, room_id: int) -> frozenset[tuple[int, str, str]]:
    """(list_id, folded, reference) of what the room met."""
    return frozenset(rx.all("SELECT list_id, folded, reference FROM sanctions_matches WHERE room_id = ?", (room_id,)))


def public_rooms(rx: Reader, above: int, limit: int, last: int = 1 << 62) -> list[tuple[int, str, str]]:
    """(id, title, username) of public rooms above the id and not above the last, some of them."""
    return rx.all(
        "SELECT r.owner_id, r.title, r.username FROM rooms r WHERE r.owner_id > ? AND r.owner_id <= ?"
        " AND r.username <> '' AND r.deleted = 0 ORDER BY r.owner_id LIMIT ?",
        (above, last, limit),
    )
