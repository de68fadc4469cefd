"""The statements about decisions: what was decided, about what, what was said to whom, what is still to be done."""

from collections.abc import Iterable, Sequence
from typing import Any

from chappe.store.protocol import Reader, Row, Tx

COLUMNS = (
    "decision_id, date, actor, operator_id, state, measure, territories, until, detail, basis, clause, clause_version,"
    " explanation, category, keywords, source, automated_detection, automated_decision, facts, case_id, site,"
    " lang, said, journal_no, undone_date, undone_by, undone_reason"
)
WRITTEN = COLUMNS.removesuffix(", journal_no, undone_date, undone_by, undone_reason")
ENFORCED = "item_key, measure, slot, decision_id, date, until, territories, detail, basis"
"""`slot` is empty but for orders of authorities, of which several may hide one thing, each where it was ordered."""


def insert(tx: Tx, values: Sequence[Any]) -> None:
    """The decision stands. Shape: values in the order of WRITTEN."""
    tx.run(f"INSERT INTO decisions ({WRITTEN}) VALUES ({', '.join('?' * len(values))})", tuple(values))


def set_journal_no(tx: Tx, decision_id: int, journal_no: int) -> None:
    """The decision is this entry of the journal."""
    tx.run("UPDATE decisions SET journal_no = ? WHERE decision_id = ?", (journal_no, decision_id))


def end(tx: Tx, decision_id: int, state: str, date: int, by: str, reason: str) -> None:
    """The decision is in force no more."""
    tx.run(
        "UPDATE decisions SET state = ?, undone_date = ?, undone_by = ?, undone_reason = ? WHERE decision_id = ?",
        (state, date, by, reason, decision_id),
    )


def one(rx: Reader, decision_id: int) -> Row | None:
    """The decision in the order of COLUMNS."""
    return rx.one(f"SELECT {COLUMNS} FROM decisions WHERE decision_id = ?", (decision_id,))


def some(rx: Reader, ids: Sequence[int]) -> list[Row]:
    """The decisions, newest first, in the order of COLUMNS."""
    marks = ", ".join("?" * len(ids))
    return rx.all(
        f"SELECT {COLUMNS} FROM decisions WHERE decision_id IN ({marks}) ORDER BY decision_id DESC", tuple(ids)
    )


def of_case(rx: Reader, case_id: int) -> list[Row]:
    """The decisions taken in a case, newest first."""
    return rx.all(
        f"SELECT {COLUMNS} FROM decisions WHERE case_id = ? AND case_id <> 0 ORDER BY decision_id DESC", (case_id,)
    )


def over(rx: Reader, now: int, limit: int) -> list[int]:
    """Decisions in force whose time is over."""
    found = rx.all(
        "SELECT decision_id FROM decisions WHERE until <> 0 AND state = 'in_force' AND until <= ? ORDER BY until"
        " LIMIT ?",
        (now, limit),
    )
    return [row[0] for row in found]


def next_end(rx: Reader) -> int | None:
    """When the next decision's time is over."""
    row = rx.one("SELECT MIN(until) FROM decisions WHERE until <> 0 AND state = 'in_force'")
    return row[0] if row else None


def add_items(tx: Tx, rows: Iterable[Sequence[Any]]) -> None:
    """The decision is about these. Shape: (decision_id, no, item_key, item, person_id, state, before)."""
    tx.many(
        "INSERT INTO decision_items (decision_id, no, item_key, item, person_id, state, before)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def items(rx: Reader, decision_id: int, after: int, limit: int) -> list[tuple[int, bytes, str, bytes | None, int]]:
    """(no, item, state, before, person_id) of the decision's items behind that number."""
    return rx.all(
        "SELECT no, item, state, before, person_id FROM decision_items WHERE decision_id = ? AND no > ? ORDER BY no"
        " LIMIT ?",
        (decision_id, after, limit),
    )


def items_named(rx: Reader, decision_id: int, keys: Sequence[str]) -> dict[str, tuple[int, bytes, str, int]]:
    """Item key → (no, item, state, person_id) of those of the decision's items that have these keys."""
    marks = ", ".join("?" * len(keys))
    found = rx.all(
        "SELECT item_key, no, item, state, person_id FROM decision_items WHERE decision_id = ?"
        f" AND item_key IN ({marks})",
        (decision_id, *keys),
    )
    return {key: (no, item, state, person_id) for key, no, item, state, person_id in found}


def stands_beside(rx: Reader, decision_id: int, keys: Sequence[str]) -> bool:
    """True if the decision holds, or will, for items other than these."""
    marks = ", ".join("?" * len(keys))
    return rx.one(
        "SELECT 1 FROM decision_items WHERE decision_id = ? AND state IN ('held', 'waiting')"
        f" AND item_key NOT IN ({marks}) LIMIT 1",
        (decision_id, *keys),
    ) is not None  # fmt: skip


def count_items(rx: Reader, decision_id: int) -> int:
    """How many items the decision is about."""
    row = rx.one("SELECT COUNT(*) FROM decision_items WHERE decision_id = ?", (decision_id,))
    return int(row[0]) if row else 0


def set_item(tx: Tx, decision_id: int, no: int, state: str, before: bytes | None, person_id: int) -> None:
    """So it stands with the item."""
    tx.run(
        "UPDATE decision_items SET state = ?, before = ?, person_id = ? WHERE decision_id = ? AND no = ?",
        (state, before, person_id, decision_id, no),
    )


def of_key(rx: Reader, item_key: str) -> list[int]:
    """The decisions about the item."""
    found = rx.all("SELECT DISTINCT decision_id FROM decision_items WHERE item_key = ?", (item_key,))
    return [row[0] for row in found]


def of_person(rx: Reader, person_id: int, limit: int) -> list[int]:
    """The newest decisions that hit the person."""
    found = rx.all(
        "SELECT decision_id FROM decision_items WHERE person_id = ? AND person_id <> 0"
        " UNION SELECT decision_id FROM statements WHERE person_id = ? ORDER BY decision_id DESC LIMIT ?",
        (person_id, person_id, limit),
    )
    return [row[0] for row in found]


def enforce(tx: Tx, keys: Sequence[str], values: Sequence[Any]) -> set[str]:
    """Those of the items that came under the measure now; the others were under it already.

    Shape: values are those of ENFORCED behind the key.
    """
    marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(keys))
    found = tx.all(
        f"INSERT INTO enforcements ({ENFORCED}) VALUES {marks} ON CONFLICT (item_key, measure, slot) DO NOTHING"
        " RETURNING item_key",
        tuple(one for key in keys for one in (key, *values)),
    )
    return {row[0] for row in found}


def set_quiet(tx: Tx, decision_id: int, quiet: bool) -> None:
    """While it is quiet nobody whom the decision hits is told."""
    tx.run("UPDATE decisions SET quiet = ? WHERE decision_id = ?", (int(quiet), decision_id))


def is_quiet(rx: Reader, decision_id: int) -> bool:
    """True while nobody whom the decision hits is told."""
    return rx.one("SELECT 1 FROM decisions WHERE decision_id = ? AND quiet = 1", (decision_id,)) is not None


def people_of(rx: Reader, decision_id: int) -> list[int]:
    """Whom the decision hits."""
    found = rx.all(
        "SELECT DISTINCT person_id FROM decision_items WHERE decision_id = ? AND person_id <> 0 ORDER BY person_id",
        (decision_id,),
    )
    return [row[0] for row in found]


def taken(rx: Reader, keys: Sequence[str], measure: str) -> dict[str, int]:
    """Those of the items that are under the measure already → by which decision."""
    marks = ", ".join("?" * len(keys))
    found = rx.all(
        f"SELECT item_key, decision_id FROM enforcements WHERE measure = ? AND item_key IN ({marks})",
        (measure, *keys),
    )
    return {row[0]: row[1] for row in found}


def release(tx: Tx, decision_id: int) -> list[str]:
    """Nothing is in force by this decision any more; the items' keys."""
    found = tx.all("SELECT item_key FROM enforcements WHERE decision_id = ? ORDER BY item_key", (decision_id,))
    tx.run("DELETE FROM enforcements WHERE decision_id = ?", (decision_id,))
    return [row[0] for row in found]


def release_keys(tx: Tx, decision_id: int, keys: Sequence[str]) -> None:
    """Nothing is in force for these by the decision any more."""
    marks = ", ".join("?" * len(keys))
    tx.run(f"DELETE FROM enforcements WHERE decision_id = ? AND item_key IN ({marks})", (decision_id, *keys))


def spare(tx: Tx, decision_id: int, item_key: str, person_id: int, item: bytes, by: tuple[str, str]) -> None:
    """The decision holds no more for the item, which is the person's. Shape: by = (actor, reason)."""
    tx.run(
        "INSERT INTO decision_spared (decision_id, item_key, person_id, item, date, actor, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (decision_id, item_key, person_id, item, tx.now, *by),
    )


def spared(rx: Reader, decision_id: int, limit: int) -> list[tuple[bytes, int, str, str]]:
    """(item, date, actor, reason) of what the decision holds no more for, the newest first."""
    return rx.all(
        "SELECT item, MAX(date), MAX(actor), MAX(reason) FROM decision_spared WHERE decision_id = ?"
        " GROUP BY item_key, item ORDER BY MAX(date) DESC, item_key LIMIT ?",
        (decision_id, limit),
    )


def is_spared(rx: Reader, decision_id: int, item_key: str) -> bool:
    """True if the decision holds no more for the item."""
    return rx.one(
        "SELECT 1 FROM decision_spared WHERE decision_id = ? AND item_key = ? LIMIT 1", (decision_id, item_key)
    ) is not None  # fmt: skip


def last_spared(rx: Reader, decision_id: int, person_id: int) -> int:
    """When something of the person's was spared last, 0 if nothing was."""
    row = rx.one(
        "SELECT COALESCE(MAX(date), 0) FROM decision_spared WHERE decision_id = ? AND person_id = ?",
        (decision_id, person_id),
    )
    return int(row[0]) if row else 0


def held_of_person(rx: Reader, decision_id: int, person_id: int) -> tuple[int, int]:
    """(how many of the decision's items are the person's, for how many of those it holds or will)."""
    row = rx.one(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN state IN ('held', 'waiting') THEN 1 ELSE 0 END), 0)"
        " FROM decision_items WHERE decision_id = ? AND person_id = ?",
        (decision_id, person_id),
    )
    return (int(row[0]), int(row[1])) if row else (0, 0)


def has_media(rx: Reader, decision_id: int) -> bool:
    """True if the decision is about a file, wherever it stands."""
    return rx.one(
        "SELECT 1 FROM decision_items WHERE decision_id = ? AND item_key LIKE 'media:%' LIMIT 1", (decision_id,)
    ) is not None  # fmt: skip


def copies_of(rx: Reader, decision_id: int, person_id: int, limit: int) -> list[tuple[int, int]]:
    """(owner_id, message_id) of what the decision withholds and the person wrote, or whose channel wrote it.

    Shape: of a private message or one in a basic group the place in the person's own box.
    """
    return rx.all(
        "SELECT w.owner_id, w.message_id FROM withheld_for w JOIN messages m ON m.owner_id = w.owner_id"
        " AND m.id = w.message_id WHERE w.decision_id = ? AND (m.from_id = ? AND (m.owner_id < 0 OR m.owner_id = ?)"
        " OR m.from_id <= 0 AND m.owner_id IN (SELECT owner_id FROM rooms WHERE creator_id = ?))"
        " ORDER BY w.owner_id, w.message_id LIMIT ?",
        (decision_id, person_id, person_id, person_id, limit),
    )


def follow(tx: Tx, decision_id: int, undoing: int, date: int) -> None:
    """The decision, or its undoing, has more to do; what it had to do before is dropped."""
    tx.run(
        "INSERT INTO decision_followups (decision_id, undoing, date) VALUES (?, ?, ?) ON CONFLICT (decision_id)"
        " DO UPDATE SET undoing = excluded.undoing, position = 0, part = 0, date = excluded.date",
        (decision_id, undoing, date),
    )


def next_followup(rx: Reader) -> tuple[int, int, int] | None:
    """(decision_id, undoing, position) of the oldest that has more to do."""
    return rx.one("SELECT decision_id, undoing, position FROM decision_followups ORDER BY date, decision_id LIMIT 1")


def followup_of(rx: Reader, decision_id: int) -> bool:
    """True if the decision has more to do."""
    return rx.one("SELECT 1 FROM decision_followups WHERE decision_id = ?", (decision_id,)) is not None


def advance(tx: Tx, decision_id: int, position: int) -> None:
    """Up to this item everything is done."""
    tx.run("UPDATE decision_followups SET position = ? WHERE decision_id = ?", (position, decision_id))


def done(tx: Tx, decision_id: int) -> None:
    """Nothing is left to do."""
    tx.run("DELETE FROM decision_followups WHERE decision_id = ?", (decision_id,))


def add_statement(
    tx: Tx, digest: bytes, decision_id: int, person_id: int, date: int, complain_until: int, lang_code: str
) -> bool:
    """The person was given a statement; False if they had it already."""
    return tx.run(
        "INSERT INTO statements (token_digest, decision_id, person_id, date, complain_until, lang_code)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (decision_id, person_id) DO NOTHING",
        (digest, decision_id, person_id, date, complain_until, lang_code),
    ) > 0  # fmt: skip


def statement(rx: Reader, digest: bytes) -> tuple[int, int, int, int, str] | None:
    """(decision_id, person_id, date, complain_until, lang_code) of the statement the token opens."""
    columns = "s.decision_id, s.person_id, s.date, s.complain_until, s.lang_code"
    return rx.one(f"SELECT {columns} FROM statements s WHERE s.token_digest = ?", (digest,)) or rx.one(
        f"SELECT {columns} FROM statement_letters l JOIN statements s"
        " ON s.decision_id = l.decision_id AND s.person_id = l.person_id WHERE l.token_digest = ?",
        (digest,),
    )


def write_to(tx: Tx, decision_id: int, person_id: int) -> None:
    """The person is written to about the decision, again if they were before."""
    tx.run(
        "INSERT INTO statement_letters (decision_id, person_id) VALUES (?, ?)"
        " ON CONFLICT (decision_id, person_id) DO UPDATE SET token_digest = NULL",
        (decision_id, person_id),
    )


def unwritten(rx: Reader, limit: int) -> list[tuple[int, int, str]]:
    """(decision_id, person_id, lang_code) of people who are still to be written to, some of them."""
    return rx.all(
        "SELECT l.decision_id, l.person_id, s.lang_code FROM statement_letters l JOIN statements s"
        " ON s.decision_id = l.decision_id AND s.person_id = l.person_id"
        " WHERE l.token_digest IS NULL ORDER BY l.decision_id, l.person_id LIMIT ?",
        (limit,),
    )


def written(tx: Tx, decision_id: int, person_id: int, digest: bytes) -> None:
    """The person's letter is on its way, with a link that this is the digest of."""
    tx.run(
        "UPDATE statement_letters SET token_digest = ? WHERE decision_id = ? AND person_id = ?",
        (digest, decision_id, person_id),
    )


def statements_of(rx: Reader, decision_id: int) -> list[tuple[int, int, int, int, str]]:
    """(decision_id, person_id, date, complain_until, lang_code) of a decision's statements."""
    return rx.all(
        "SELECT decision_id, person_id, date, complain_until, lang_code FROM statements WHERE decision_id = ?"
        " ORDER BY person_id",
        (decision_id,),
    )


def language_of_statement(rx: Reader, decision_id: int, person_id: int) -> str:
    """The language of the person's statement, empty if they have none."""
    row = rx.one(
        "SELECT lang_code FROM statements WHERE decision_id = ? AND person_id = ?", (decision_id, person_id)
    )
    return row[0] if row else ""


def statements_to(rx: Reader, person_id: int) -> list[tuple[int, int, int, int, str]]:
    """(decision_id, person_id, date, complain_until, lang_code) of the statements given to the person, in order."""
    return rx.all(
        "SELECT decision_id, person_id, date, complain_until, lang_code FROM statements WHERE person_id = ?"
        " ORDER BY date, decision_id",
        (person_id,),
    )


def items_of_person(rx: Reader, decision_id: int, person_id: int, limit: int) -> list[bytes]:
    """The decision's items that are the person's, the first of them."""
    found = rx.all(
        "SELECT item FROM decision_items WHERE decision_id = ? AND person_id = ? ORDER BY no LIMIT ?",
        (decision_id, person_id, limit),
    )
    return [row[0] for row in found]


def language(rx: Reader, user_id: int) -> str:
    """The language of the device the person used last, empty when none said."""
    row = rx.one("SELECT lang_code FROM authorizations WHERE owner_id = ? ORDER BY active DESC LIMIT 1", (user_id,))
    return row[0] if row else ""


def count_since(rx: Reader, date: int, most: int) -> int:
    """How many decisions were made since then, at most so many."""
    row = rx.one("SELECT COUNT(*) FROM (SELECT 1 FROM decisions WHERE date >= ? LIMIT ?) counted", (date, most))
    return int(row[0]) if row else 0


def newest_id(rx: Reader) -> int:
    """The number of the newest decision."""
    row = rx.one("SELECT COALESCE(MAX(decision_id), 0) FROM decisions")
    return int(row[0]) if row else 0


def add_clash(tx: Tx, decision_id: int, item_key: str, item: bytes, what: str) -> None:
    """Undoing the decision left this as it is."""
    tx.run(
        "INSERT INTO decision_clashes (decision_id, item_key, item, what) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (decision_id, item_key, item, what),
    )


def clashes(rx: Reader, decision_id: int) -> list[tuple[bytes, str]]:
    """(item, what) that undoing the decision left as it is."""
    return rx.all("SELECT item, what FROM decision_clashes WHERE decision_id = ? ORDER BY item_key", (decision_id,))


def site(rx: Reader, decision_id: int) -> str:
    """Where the server's pages are, as the decision was told."""
    row = rx.one("SELECT site FROM decisions WHERE decision_id = ?", (decision_id,))
    return row[0] if row else ""
