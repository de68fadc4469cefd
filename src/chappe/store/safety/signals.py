"""The statements of what rules found: signals, their daily counts, counts of acts in time, growth by the hour."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.people import take_id

COLUMNS = (
    "signal_id, date, kind, name, version, mode, item_key, subject, distance, facts, case_id, decision_id"
)


def insert(
    tx: Tx, kind: str, name: str, version: int, mode: str, item_key: str, subject: str, distance: int, facts: bytes,
    day: int,
) -> int:  # fmt: skip
    """The signal stands, once; its number, 0 if it stood before."""
    known = tx.one(
        "SELECT 1 FROM signals WHERE kind = ? AND name = ? AND version = ? AND mode = ? AND item_key = ?"
        " AND subject = ? AND day = ?",
        (kind, name, version, mode, item_key, subject, day),
    )
    if known is not None:
        return 0
    signal_id = take_id(tx, "signal", 1)
    tx.run(
        "INSERT INTO signals (signal_id, date, kind, name, version, mode, item_key, subject, distance, facts, day)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (signal_id, tx.now, kind, name, version, mode, item_key, subject, distance, facts, day),
    )
    return signal_id


def led_to(tx: Tx, signal_id: int, case_id: int, decision_id: int) -> None:
    """What the signal led to."""
    tx.run(
        "UPDATE signals SET case_id = ?, decision_id = ? WHERE signal_id = ?", (case_id, decision_id, signal_id)
    )


def of_rule(rx: Reader, kind: str, name: str, since: int, limit: int) -> list[Row]:
    """Signals of a rule or list since the date, newest first, in the order of COLUMNS."""
    return rx.all(
        f"SELECT {COLUMNS} FROM signals WHERE kind = ? AND name = ? AND date >= ?"
        " ORDER BY date DESC, signal_id DESC LIMIT ?",
        (kind, name, since, limit),
    )


def add_days(tx: Tx, rows: Sequence[tuple[str, int, str, int, int, int]]) -> None:
    """(rule, version, mode, day, how many events more, how many findings more) are counted."""
    tx.many(
        "INSERT INTO rule_days (name, version, mode, day, seen, found) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (name, version, mode, day) DO UPDATE SET seen = rule_days.seen + excluded.seen,"
        " found = rule_days.found + excluded.found",
        rows,
    )


def found_on(rx: Reader, name: str, version: int, mode: str, day: int) -> int:
    """How often the rule found something on the day."""
    row = rx.one(
        "SELECT found FROM rule_days WHERE name = ? AND version = ? AND mode = ? AND day = ?",
        (name, version, mode, day),
    )
    return row[0] if row else 0


def days(rx: Reader, name: str, since: int) -> list[Row]:
    """(day, version, mode, seen, found) of the rule since the day, oldest first."""
    return rx.all(
        "SELECT day, version, mode, seen, found FROM rule_days WHERE name = ? AND day >= ? ORDER BY day, version, mode",
        (name, since),
    )


def modes(rx: Reader) -> list[tuple[str, str]]:
    """(rule, mode) that operators chose."""
    return rx.all("SELECT name, mode FROM rule_modes ORDER BY name")


def set_mode(tx: Tx, name: str, mode: str) -> None:
    """The rule is in this mode until another is chosen."""
    tx.run(
        "INSERT INTO rule_modes (name, mode, date) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET mode = excluded.mode, date = excluded.date",
        (name, mode, tx.now),
    )


def count(tx: Tx, subject: str, slot: int) -> None:
    """The act was done once more in the slot."""
    tx.run(
        "INSERT INTO rates (subject, slot, n) VALUES (?, ?, 1)"
        " ON CONFLICT (subject, slot) DO UPDATE SET n = rates.n + 1",
        (subject, slot),
    )


def counted(rx: Reader, subject: str, since: int) -> list[tuple[int, int]]:
    """(slot, how often) of the subject since the slot."""
    return rx.all("SELECT slot, n FROM rates WHERE subject = ? AND slot >= ?", (subject, since))


def forget_rates(tx: Tx, before: int, limit: int) -> int:
    """Counts of slots before this one are gone, so many at most; how many that were."""
    old = tx.all("SELECT subject, slot FROM rates WHERE slot < ? LIMIT ?", (before, limit))
    tx.many("DELETE FROM rates WHERE subject = ? AND slot = ?", old)
    return len(old)


def forget_signals(tx: Tx, shadow_before: int, live_before: int, limit: int) -> int:
    """Signals before the dates are gone, so many at most; how many that were."""
    old = tx.all(
        "SELECT signal_id FROM signals WHERE (mode = 'shadow' AND date < ?) OR date < ? LIMIT ?",
        (shadow_before, live_before, limit),
    )
    tx.many("DELETE FROM signals WHERE signal_id = ?", old)
    return len(old)


def talks(rx: Reader, owner_id: int, peer_id: int) -> bool:
    """True if the owner has a dialog with the peer already, whoever began it."""
    return rx.one("SELECT 1 FROM dialogs WHERE owner_id = ? AND peer_id = ?", (owner_id, peer_id)) is not None


def saved(rx: Reader, owner_id: int, user_id: int) -> bool:
    """True if the owner has the person among their contacts."""
    return rx.one("SELECT 1 FROM contacts WHERE owner_id = ? AND user_id = ?", (owner_id, user_id)) is not None


def signed_up(rx: Reader, user_id: int) -> int:
    """When the account was made; 0 if there is none."""
    row = rx.one("SELECT date FROM accounts WHERE owner_id = ?", (user_id,))
    return row[0] if row else 0


def position(rx: Reader, reader: str, shard: int) -> int:
    """The number of the last event or entry the reader has seen to."""
    row = rx.one("SELECT no FROM event_readers WHERE reader = ? AND shard = ?", (reader, shard))
    return row[0] if row else 0


def move(tx: Tx, reader: str, shard: int, before: int, after: int) -> int:
    """The reader stands at `after`; 0 if another moved it meanwhile."""
    tx.run(
        "INSERT INTO event_readers (reader, shard, no) VALUES (?, ?, 0) ON CONFLICT (reader, shard) DO NOTHING",
        (reader, shard),
    )
    return tx.run(
        "UPDATE event_readers SET no = ? WHERE reader = ? AND shard = ? AND no = ?", (after, reader, shard, before)
    )


def events(rx: Reader, shard: int, after: int, limit: int) -> list[tuple[int, int, str, int, int]]:
    """(no, date, kind, box, message) of events after that one, oldest first."""
    return rx.all(
        "SELECT no, date, kind, box_id, message_id FROM events WHERE shard = ? AND no > ? ORDER BY no LIMIT ?",
        (shard, after, limit),
    )


def newest_event(rx: Reader, shard: int) -> int:
    """The number of the last event, 0 for none."""
    row = rx.one("SELECT MAX(no) FROM events WHERE shard = ?", (shard,))
    return row[0] or 0 if row else 0


def first_event_since(rx: Reader, shard: int, date: int) -> int:
    """The number before the first event since the date, found by halving; numbers rise with dates."""
    row = rx.one("SELECT MIN(no), MAX(no) FROM events WHERE shard = ?", (shard,))
    if row is None or row[0] is None:
        return 0
    low, high = row
    while low <= high:
        middle = (low + high) // 2
        found = rx.one(
            "SELECT no, date FROM events WHERE shard = ? AND no >= ? ORDER BY no LIMIT 1", (shard, middle)
        )
        if found is None or found[1] >= date:
            high = middle - 1
        else:
            low = found[0] + 1
    return int(low) - 1


def said(rx: Reader, owner_id: int, ids: Sequence[int]) -> list[tuple[int, int, int, bytes | None, bytes]]:
    """(id, date, from, media hash, content) of those of the box's messages that exist."""
    marks = ", ".join("?" * len(ids))
    return rx.all(
        f"SELECT id, date, from_id, media_hash, content FROM messages WHERE owner_id = ? AND id IN ({marks})"
        " ORDER BY id",
        (owner_id, *ids),
    )


def newest_ids(rx: Reader, room_id: int, limit: int) -> list[int]:
    """Ids of the newest messages of a room's own box."""
    return [row[0] for row in rx.all(
        "SELECT id FROM messages WHERE owner_id = ? ORDER BY id DESC LIMIT ?", (room_id, limit)
    )]  # fmt: skip


def hour(rx: Reader, what: str, hours: Sequence[int]) -> dict[int, int]:
    """Hour → figure, of those hours of which there is one."""
    marks = ", ".join("?" * len(hours))
    rows = rx.all(f"SELECT hour, n FROM growth_hours WHERE what = ? AND hour IN ({marks})", (what, *hours))
    return {row[0]: row[1] for row in rows}


def set_hours(tx: Tx, figures: Sequence[tuple[str, int, int]]) -> None:
    """(what, hour, figure) stand written."""
    tx.many(
        "INSERT INTO growth_hours (what, hour, n) VALUES (?, ?, ?)"
        " ON CONFLICT (what, hour) DO UPDATE SET n = excluded.n",
        figures,
    )


def first_account(rx: Reader) -> int:
    """When the first account was made, 0 if there is none."""
    row = rx.one("SELECT MIN(date) FROM accounts")
    return row[0] or 0 if row else 0


def active_at(rx: Reader, hour_no: int) -> int:
    """How many people were active when it was last counted before the end of the hour, 0 if it never was."""
    row = rx.one(
        "SELECT n FROM growth_hours WHERE what = 'active' AND hour <= ? ORDER BY hour DESC LIMIT 1", (hour_no,)
    )
    return row[0] if row else 0


def newest_hour(rx: Reader, what: str) -> int:
    """The last hour of which there is a figure, 0 for none."""
    row = rx.one("SELECT MAX(hour) FROM growth_hours WHERE what = ?", (what,))
    return row[0] or 0 if row else 0


def grown(rx: Reader, what: str, since: int, until: int) -> int:
    """How many accounts, rooms or notices there came between the dates. Shape: what is sign_ups, rooms or reports."""
    table, column = {
        "sign_ups": ("(SELECT date FROM accounts WHERE bot = 0) AS people", "date"), "rooms": ("rooms", "date"),
        "reports": ("notices", "received_at"),
    }[what]  # fmt: skip
    row = rx.one(f"SELECT COUNT(*) FROM {table} WHERE {column} >= ? AND {column} < ?", (since, until))
    return row[0] if row else 0


def active(rx: Reader, since: int) -> int:
    """How many accounts were there since the date."""
    row = rx.one("SELECT COUNT(*) FROM accounts WHERE deleted = 0 AND last_seen >= ?", (since,))
    return row[0] if row else 0


def guards(rx: Reader) -> list[Row]:
    """(number, what, since, until, figure, usual, most) of the guards that are on."""
    return rx.all(
        "SELECT guard_id, what, since, until, figure, usual, most FROM growth_guards WHERE lifted_at = 0"
        " ORDER BY guard_id"
    )


def past_guards(rx: Reader, since: int, limit: int) -> list[Row]:
    """(number, what, since, until, figure, usual, most, lifted_at) of the guards since the date, newest first."""
    return rx.all(
        "SELECT guard_id, what, since, until, figure, usual, most, lifted_at FROM growth_guards WHERE since >= ?"
        " ORDER BY guard_id DESC LIMIT ?",
        (since, limit),
    )


def put_guard(tx: Tx, what: str, until: int, figure: int, usual: int, most: int) -> int:
    """A guard is on; its number."""
    guard_id = take_id(tx, "growth_guard", 1)
    tx.run(
        "INSERT INTO growth_guards (guard_id, what, since, until, figure, usual, most) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (guard_id, what, tx.now, until, figure, usual, most),
    )
    return guard_id


def prolong_guard(tx: Tx, guard_id: int, until: int, figure: int) -> None:
    """The guard stays on; the figure is the highest seen."""
    tx.run(
        "UPDATE growth_guards SET until = ?, figure = CASE WHEN figure > ? THEN figure ELSE ? END WHERE guard_id = ?",
        (until, figure, figure, guard_id),
    )


def lift_guard(tx: Tx, guard_id: int) -> int:
    """The guard is off; 0 if it was already."""
    return tx.run(
        "UPDATE growth_guards SET lifted_at = ? WHERE guard_id = ? AND lifted_at = 0", (tx.now, guard_id)
    )
