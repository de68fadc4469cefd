"""The statements of cases: what they are about, what was kept, what happened to them."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

COLUMNS = (
    "case_id, state, source, category, keyword, child_safety, flagged, lang, surface, author_id, room_id, priority,"
    " reach, place, due, notice_count, item_count, received_at, known_at, acted_at, decided_at, outcome, claimed_by,"
    " claimed_until, decided_by"
)
_PLACED = "category, keyword, child_safety, flagged, priority, reach, place, due, notice_count, item_count, known_at"


def add(tx: Tx, row: tuple[object, ...]) -> None:
    """The case stands, nobody's, open. Shape: `_FIRST` below."""
    marks = ", ".join("?" * len(row))
    tx.run(f"INSERT INTO cases ({_FIRST}, state, is_open) VALUES ({marks}, 'received', 1)", row)  # type: ignore[arg-type]


_FIRST = (
    "case_id, source, lang, surface, author_id, room_id, received_at, category, keyword, child_safety, flagged,"
    " priority, reach, place, due, notice_count, item_count, known_at"
)


def find(rx: Reader, case_id: int) -> Row | None:
    """The case's row."""
    return rx.one(f"SELECT {COLUMNS} FROM cases WHERE case_id = ?", (case_id,))


def replace(tx: Tx, case_id: int, row: tuple[object, ...]) -> None:
    """Where the case waits. Shape: the columns of `_PLACED`."""
    sets = ", ".join(f"{column} = ?" for column in _PLACED.split(", "))
    tx.run(f"UPDATE cases SET {sets} WHERE case_id = ?", (*row, case_id))  # type: ignore[arg-type]


def open_of(rx: Reader, item_keys: Sequence[str]) -> dict[str, int]:
    """Item → the open case it is in."""
    marks = ", ".join("?" * len(item_keys))
    return dict(rx.all(
        f"SELECT item_key, case_id FROM case_items WHERE is_open = 1 AND item_key IN ({marks})", tuple(item_keys)
    ))  # fmt: skip


def add_item(tx: Tx, case_id: int, item_key: str, item: bytes, author_id: int, sha256: str) -> None:
    """The case is about this, too."""
    tx.run(
        "INSERT INTO case_items (case_id, item_key, item, author_id, sha256, is_open) VALUES (?, ?, ?, ?, ?, 1)",
        (case_id, item_key, item, author_id, sha256),
    )


def items(rx: Reader, case_id: int) -> list[tuple[str, bytes, int, str]]:
    """(key, item, author, hash) of what the case is about."""
    return rx.all(
        "SELECT item_key, item, author_id, sha256 FROM case_items WHERE case_id = ? ORDER BY item_key", (case_id,)
    )


def clocks(rx: Reader, case_id: int) -> dict[str, tuple[int, int]]:
    """Item → (when a precise notice gave knowledge of it, when a measure was taken); 0 for never."""
    found = rx.all("SELECT item_key, known_at, acted_at FROM case_items WHERE case_id = ?", (case_id,))
    return {key: (known_at, acted_at) for key, known_at, acted_at in found}


def known(tx: Tx, case_id: int, item_keys: Sequence[str], date: int) -> None:
    """The server knows of these items of the case since then, unless it knew before."""
    sql = "UPDATE case_items SET known_at = ? WHERE case_id = ? AND item_key = ? AND known_at = 0"
    tx.many(sql, [(date, case_id, key) for key in item_keys])


def acted(tx: Tx, case_id: int, item_keys: Sequence[str], date: int) -> None:
    """A measure was taken then against these items of the case, the first."""
    sql = "UPDATE case_items SET acted_at = ? WHERE case_id = ? AND item_key = ? AND acted_at = 0"
    tx.many(sql, [(date, case_id, key) for key in item_keys])


def add_evidence(tx: Tx, case_id: int, item_key: str, digest: bytes, evidence: bytes) -> bool:
    """What the item was stands in the case; False if it stood there already."""
    return bool(tx.run(
        "INSERT INTO case_evidence (case_id, item_key, digest, date, evidence) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (case_id, item_key, digest) DO NOTHING",
        (case_id, item_key, digest, tx.now, evidence),
    ))  # fmt: skip


def evidence(rx: Reader, case_id: int, limit: int) -> list[tuple[str, bytes]]:
    """(item key, what it was), oldest first."""
    return rx.all(
        "SELECT item_key, evidence FROM case_evidence WHERE case_id = ? ORDER BY date, item_key, digest LIMIT ?",
        (case_id, limit),
    )


def hold_files(tx: Tx, case_id: int, file_ids: Sequence[int]) -> None:
    """The files stay as long as the case may need them."""
    tx.many(
        "INSERT INTO case_files (file_id, case_id) VALUES (?, ?) ON CONFLICT (file_id, case_id) DO NOTHING",
        [(file_id, case_id) for file_id in file_ids],
    )


def claim(tx: Tx, case_id: int, operator_id: int, now: int, until: int) -> bool:
    """Somebody sees to the open case; False if somebody else does."""
    return bool(tx.run(
        "UPDATE cases SET claimed_by = ?, claimed_until = ?, state = 'in_review' WHERE case_id = ? AND is_open = 1"
        " AND (claimed_by = ? OR claimed_by = 0 OR claimed_until <= ?)",
        (operator_id, until, case_id, operator_id, now),
    ))  # fmt: skip


def release(tx: Tx, case_id: int) -> None:
    """Nobody sees to the case; it waits as before."""
    tx.run(
        "UPDATE cases SET claimed_by = 0, claimed_until = 0,"
        " state = CASE WHEN decided_at > 0 THEN 'reopened' ELSE 'received' END WHERE case_id = ?",
        (case_id,),
    )


def decide(tx: Tx, case_id: int, outcome: str, decided_at: int, acted_at: int, by: str) -> bool:
    """The case is decided and nobody's, its items may be noticed anew; False if it was not open."""
    done = tx.run(
        "UPDATE cases SET state = 'decided', is_open = 0, outcome = ?, decided_at = ?, acted_at = ?, decided_by = ?,"
        " claimed_by = 0, claimed_until = 0, follow = 0 WHERE case_id = ? AND is_open = 1",
        (outcome, decided_at, acted_at, by, case_id),
    )
    if done:
        tx.run("UPDATE case_items SET is_open = 0 WHERE case_id = ?", (case_id,))
    return bool(done)


def reopen(tx: Tx, case_id: int) -> None:
    """The case waits again."""
    tx.run("UPDATE cases SET state = 'reopened', is_open = 1 WHERE case_id = ?", (case_id,))
    tx.run("UPDATE case_items SET is_open = 1 WHERE case_id = ?", (case_id,))


def measured(rx: Reader, item_keys: Sequence[str]) -> list[int]:
    """Decided cases about the items in which a measure was taken."""
    found: set[int] = set()
    for start in range(0, len(item_keys), 500):
        keys = tuple(item_keys[start : start + 500])
        marks = ", ".join("?" * len(keys))
        found |= {row[0] for row in rx.all(
            f"SELECT i.case_id FROM case_items i JOIN cases c ON c.case_id = i.case_id WHERE i.item_key IN ({marks})"
            " AND c.is_open = 0 AND c.outcome = 'measure'",
            keys,
        )}  # fmt: skip
    return sorted(found)


def overturn(tx: Tx, case_id: int, decided_at: int, by: str) -> None:
    """No measure stands any more in the decided case; whoever noticed will hear of it."""
    tx.run(
        "UPDATE cases SET state = 'decided', outcome = 'no_action', decided_at = ?, decided_by = ?, follow = 0"
        " WHERE case_id = ? AND is_open = 0",
        (decided_at, by, case_id),
    )


def move_notices(tx: Tx, older: int, newer: int) -> int:
    """The notices of the older case are in the newer one; how many were not there before."""
    row = tx.one(
        "SELECT COUNT(DISTINCT notice_id) FROM notice_items WHERE case_id = ? AND notice_id NOT IN"
        " (SELECT notice_id FROM notice_items WHERE case_id = ?)",
        (older, newer),
    )
    tx.run("UPDATE notice_items SET case_id = ? WHERE case_id = ?", (newer, older))
    tx.run("UPDATE cases SET notice_count = 0 WHERE case_id = ?", (older,))
    return int(row[0]) if row else 0


def to_follow(rx: Reader) -> tuple[int, int, str] | None:
    """(case, the notice reached, who decided) of one whose notifiers have not all heard of it."""
    return rx.one("SELECT case_id, follow, decided_by FROM cases WHERE state = 'decided' ORDER BY case_id LIMIT 1")


def followed(tx: Tx, case_id: int, notice_id: int, done: bool) -> None:
    """Notices up to this one have heard of the decision, and with `done` all have."""
    tx.run(
        "UPDATE cases SET follow = ?, state = CASE WHEN ? = 1 THEN 'closed' ELSE state END WHERE case_id = ?",
        (notice_id, int(done), case_id),
    )


def add_act(tx: Tx, case_id: int, actor: str, act: str, detail: str) -> None:
    """The line stands at the end of the case's history."""
    tx.run(
        "INSERT INTO case_acts (case_id, no, date, actor, act, detail)"
        " SELECT ?, COALESCE(MAX(no), 0) + 1, ?, ?, ?, ? FROM case_acts WHERE case_id = ?",
        (case_id, tx.now, actor, act, detail, case_id),
    )


def acts(rx: Reader, case_id: int, limit: int) -> list[tuple[int, int, str, str, str]]:
    """(no, date, actor, act, detail), the newest of them, oldest first."""
    return rx.all(
        "SELECT no, date, actor, act, detail FROM case_acts WHERE case_id = ? ORDER BY no DESC LIMIT ?",
        (case_id, limit),
    )[::-1]


def same_items(rx: Reader, case_id: int, limit: int) -> list[int]:
    """Other cases about one of the same items, newest first."""
    return [row[0] for row in rx.all(
        "SELECT DISTINCT o.case_id FROM case_items m JOIN case_items o ON o.item_key = m.item_key"
        " WHERE m.case_id = ? AND o.case_id <> ? ORDER BY o.case_id DESC LIMIT ?",
        (case_id, case_id, limit),
    )]  # fmt: skip


def same_hashes(rx: Reader, case_id: int, limit: int) -> list[int]:
    """Other cases about one of the same files, newest first."""
    return [row[0] for row in rx.all(
        "SELECT DISTINCT o.case_id FROM case_items m JOIN case_items o ON o.sha256 = m.sha256 AND o.sha256 <> ''"
        " WHERE m.case_id = ? AND m.sha256 <> '' AND o.case_id <> ? ORDER BY o.case_id DESC LIMIT ?",
        (case_id, case_id, limit),
    )]  # fmt: skip


def of_author(rx: Reader, author_id: int, limit: int) -> list[Row]:
    """Cases about what somebody wrote or is, newest first."""
    return rx.all(
        f"SELECT {COLUMNS} FROM cases WHERE author_id = ? AND author_id <> 0 ORDER BY case_id DESC LIMIT ?",
        (author_id, limit),
    )


def of_room(rx: Reader, room_id: int, limit: int) -> list[Row]:
    """Cases about a room or what stands in it, newest first."""
    return rx.all(
        f"SELECT {COLUMNS} FROM cases WHERE room_id = ? AND room_id <> 0 ORDER BY case_id DESC LIMIT ?",
        (room_id, limit),
    )


def some(rx: Reader, case_ids: Sequence[int]) -> list[Row]:
    """Rows of those cases, newest first."""
    marks = ", ".join("?" * len(case_ids))
    return rx.all(
        f"SELECT {COLUMNS} FROM cases WHERE case_id IN ({marks}) ORDER BY case_id DESC", tuple(case_ids)
    ) if case_ids else []  # fmt: skip


def erasable(rx: Reader, before: int, limit: int) -> list[int]:
    """Cases decided before the date of which evidence is left."""
    return [row[0] for row in rx.all(
        "SELECT case_id FROM cases WHERE is_open = 0 AND decided_at > 0 AND decided_at < ?"
        " AND EXISTS (SELECT 1 FROM case_evidence WHERE case_evidence.case_id = cases.case_id)"
        " ORDER BY decided_at LIMIT ?",
        (before, limit),
    )]  # fmt: skip


def erase(tx: Tx, case_id: int) -> None:
    """The case has no evidence, and holds no files."""
    tx.run("DELETE FROM case_evidence WHERE case_id = ?", (case_id,))
    tx.run("DELETE FROM case_files WHERE case_id = ?", (case_id,))
