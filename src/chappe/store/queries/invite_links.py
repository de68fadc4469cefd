"""The statements about invite links, who came by them, and who asks to come in."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

COLUMNS = (
    "hash, admin_id, title, date, start_date, expires, usage_limit, usage, requested, request_needed, permanent,"
    " revoked, owner_id"
)
IMPORTER_COLUMNS = "user_id, date, requested, approved_by, about, hash"


def insert(
    tx: Tx, room_id: int, hash_: str, admin_id: int, title: str, expires: int, usage_limit: int, request_needed: int,
    permanent: int,
) -> None:  # fmt: skip
    """The link exists and is found by its hash."""
    tx.run(
        "INSERT INTO invite_links (owner_id, hash, admin_id, title, date, expires, usage_limit, request_needed,"
        " permanent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (room_id, hash_, admin_id, title, tx.now, expires, usage_limit, request_needed, permanent),
    )
    tx.run("INSERT INTO invite_hashes (hash, room_id) VALUES (?, ?)", (hash_, room_id))


def room_of(rx: Reader, hash_: str) -> int | None:
    """The room that the hash leads to."""
    row = rx.one("SELECT room_id FROM invite_hashes WHERE hash = ?", (hash_,))
    return row[0] if row else None


def link(rx: Reader, room_id: int, hash_: str) -> Row | None:
    """The link in the order of COLUMNS."""
    return rx.one(f"SELECT {COLUMNS} FROM invite_links WHERE owner_id = ? AND hash = ?", (room_id, hash_))


def primary(rx: Reader, room_id: int, admin_id: int) -> Row | None:
    """The administrator's own permanent link."""
    return rx.one(
        f"SELECT {COLUMNS} FROM invite_links WHERE owner_id = ? AND admin_id = ? AND permanent = 1 AND revoked = 0",
        (room_id, admin_id),
    )


def links(
    rx: Reader, room_id: int, admin_id: int, revoked: int, before: tuple[int, str], limit: int
) -> list[Row]:
    """The administrator's links, newest first, below (date, hash)."""
    date, hash_ = before
    return rx.all(
        f"SELECT {COLUMNS} FROM invite_links WHERE owner_id = ? AND admin_id = ? AND revoked = ?"
        " AND (date < ? OR date = ? AND hash < ?) ORDER BY date DESC, hash DESC LIMIT ?",
        (room_id, admin_id, revoked, date, date, hash_, limit),
    )


def counts(rx: Reader, room_id: int) -> list[tuple[int, int, int]]:
    """(administrator, links in use, revoked links) of everybody who has some."""
    rows = rx.all(
        "SELECT admin_id, SUM(1 - revoked), SUM(revoked) FROM invite_links WHERE owner_id = ?"
        " GROUP BY admin_id ORDER BY admin_id",
        (room_id,),
    )
    return [(admin, int(used), int(revoked)) for admin, used, revoked in rows]


def edit(
    tx: Tx, room_id: int, hash_: str, title: str, expires: int, usage_limit: int, request_needed: int, revoked: int
) -> None:
    """The link has these properties now."""
    tx.run(
        "UPDATE invite_links SET title = ?, expires = ?, usage_limit = ?, request_needed = ?, revoked = ?,"
        " start_date = ? WHERE owner_id = ? AND hash = ?",
        (title, expires, usage_limit, request_needed, revoked, tx.now, room_id, hash_),
    )


def take_use(tx: Tx, room_id: int, hash_: str) -> int:
    """The link was used once more; 0 when it may not be used any more."""
    return tx.run(
        "UPDATE invite_links SET usage = usage + 1 WHERE owner_id = ? AND hash = ? AND revoked = 0"
        " AND (expires = 0 OR expires > ?) AND (usage_limit = 0 OR usage < usage_limit)",
        (room_id, hash_, tx.now),
    )


def count_requests(tx: Tx, room_id: int, hash_: str, more: int) -> None:
    """So many more people wait for being let in by the link."""
    tx.run(
        "UPDATE invite_links SET requested = requested + ? WHERE owner_id = ? AND hash = ?", (more, room_id, hash_)
    )


def delete(tx: Tx, room_id: int, hashes: Sequence[str]) -> None:
    """The links are gone; those who came by them stay."""
    for hash_ in hashes:
        tx.run("DELETE FROM invite_links WHERE owner_id = ? AND hash = ?", (room_id, hash_))
        tx.run("DELETE FROM importers WHERE owner_id = ? AND hash = ? AND requested = 0", (room_id, hash_))
        tx.run("DELETE FROM invite_hashes WHERE hash = ?", (hash_,))


def put_importer(
    tx: Tx, room_id: int, hash_: str, user_id: int, requested: int, approved_by: int, about: str
) -> None:
    """The person came, or asks to come, by the link."""
    tx.run(
        "INSERT INTO importers (owner_id, hash, user_id, date, requested, approved_by, about)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner_id, hash, user_id) DO UPDATE SET date = excluded.date,"
        " requested = excluded.requested, approved_by = excluded.approved_by, about = excluded.about",
        (room_id, hash_, user_id, tx.now, requested, approved_by, about),
    )


def request(rx: Reader, room_id: int, user_id: int) -> Row | None:
    """The person's open request in the order of IMPORTER_COLUMNS."""
    return rx.one(
        f"SELECT {IMPORTER_COLUMNS} FROM importers WHERE owner_id = ? AND user_id = ? AND requested = 1",
        (room_id, user_id),
    )


def drop_request(tx: Tx, room_id: int, hash_: str, user_id: int) -> None:
    """The person does not ask any more."""
    tx.run(
        "DELETE FROM importers WHERE owner_id = ? AND hash = ? AND user_id = ? AND requested = 1",
        (room_id, hash_, user_id),
    )


def importers(
    rx: Reader, room_id: int, hash_: str | None, requested: int, before: tuple[int, int], limit: int
) -> list[Row]:
    """Who came by a link (None: by any), or asks to; newest first, below (date, user_id)."""
    date, user_id = before
    which, values = ("hash = ? AND ", (hash_,)) if hash_ is not None else ("", ())
    return rx.all(
        f"SELECT {IMPORTER_COLUMNS} FROM importers WHERE owner_id = ? AND {which}requested = ?"
        " AND (date < ? OR date = ? AND user_id < ?) ORDER BY date DESC, user_id DESC LIMIT ?",
        (room_id, *values, requested, date, date, user_id, limit),
    )


def count_importers(rx: Reader, room_id: int, hash_: str | None, requested: int) -> int:
    """How many came by a link (None: by any), or ask to."""
    which, values = ("hash = ? AND ", (hash_,)) if hash_ is not None else ("", ())
    row = rx.one(
        f"SELECT COUNT(*) FROM importers WHERE owner_id = ? AND {which}requested = ?", (room_id, *values, requested)
    )
    return row[0] if row else 0
