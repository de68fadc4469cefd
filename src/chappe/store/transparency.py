"""The statements of the log and its reports: what of the journal waits, leaves, and how far they are published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chappe.store.protocol import Reader, Tx

LOG = 1
_STATE = "origin, folder, writer, journal_no, size, hour, accepted, signed_size, signed_root, signed_date"


@dataclass(frozen=True, slots=True)
class State:
    """How far the log is, and who writes it."""

    origin: str
    folder: str
    writer: str
    journal_no: int
    size: int
    hour: int
    """The hour of the newest leaf, in hours since 1970."""
    accepted: int
    """How often a person said that the clock is right although it leapt."""
    signed_size: int
    signed_root: bytes
    signed_date: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A journal entry, with its salt if it has one."""

    no: int
    date: int
    kind: str
    actor: str
    subject: str
    data: bytes
    public: bytes | None
    salt: bytes | None


@dataclass(frozen=True, slots=True)
class LeafRow:
    """A leaf as it is stored."""

    leaf_index: int
    no: int
    hour: int
    leaf: bytes


def state(rx: Reader) -> State | None:
    """The log's row, or None before its first start."""
    row = rx.one(f"SELECT {_STATE} FROM log_state WHERE log = ?", (LOG,))
    return None if row is None else State(*row)


def create(tx: Tx, origin: str, folder: str, root: bytes) -> None:
    """The log exists and is empty."""
    tx.run(
        f"INSERT INTO log_state (log, {_STATE}) VALUES (?, ?, ?, '', 0, 0, 0, 0, 0, ?, 0)", (LOG, origin, folder, root)
    )


def take(tx: Tx, writer: str) -> None:
    """This process writes the log from now on."""
    tx.run("UPDATE log_state SET writer = ? WHERE log = ?", (writer, LOG))


def accept(tx: Tx, hour: int) -> bool:
    """Leaves may be of this hour again; False if there is no log."""
    return tx.run("UPDATE log_state SET hour = ?, accepted = accepted + 1 WHERE log = ?", (hour, LOG)) > 0


def waiting(rx: Reader, shard: int, no: int, limit: int) -> list[Waiting]:
    """Entries above no, oldest first, those without a public part too."""
    rows = rx.all(
        "SELECT j.no, j.date, j.kind, j.actor, j.subject, j.data, j.public, s.salt FROM journal j"
        " LEFT JOIN journal_salts s ON s.shard = j.shard AND s.no = j.no"
        " WHERE j.shard = ? AND j.no > ? ORDER BY j.no LIMIT ?",
        (shard, no, limit),
    )
    return [Waiting(*row) for row in rows]


def entry(rx: Reader, shard: int, no: int) -> Waiting | None:
    """One entry, or None."""
    found = waiting(rx, shard, no - 1, 1)
    return found[0] if found and found[0].no == no else None


def oldest_waiting(rx: Reader, shard: int, no: int) -> int | None:
    """The date of the oldest entry above no that will be a leaf."""
    row = rx.one(
        "SELECT date FROM journal WHERE shard = ? AND no > ? AND public IS NOT NULL ORDER BY no LIMIT 1", (shard, no)
    )
    return None if row is None else int(row[0])


def salts(rx: Reader, shard: int, first: int, last: int) -> dict[int, bytes]:
    """Entry → its salt, from the first to the last number."""
    rows = rx.all("SELECT no, salt FROM journal_salts WHERE shard = ? AND no BETWEEN ? AND ?", (shard, first, last))
    return dict(rows)


def add_salts(tx: Tx, shard: int, made: Iterable[tuple[int, bytes]]) -> None:
    """The entries have these salts."""
    tx.many("INSERT INTO journal_salts (shard, no, salt) VALUES (?, ?, ?)", [(shard, no, salt) for no, salt in made])


def add_leaves(tx: Tx, shard: int, leaves: Sequence[LeafRow]) -> None:
    """The leaves are at the end of the log."""
    rows = [(one.leaf_index, shard, one.no, one.hour, one.leaf) for one in leaves]
    tx.many("INSERT INTO log_leaves (leaf_index, shard, no, hour, leaf) VALUES (?, ?, ?, ?, ?)", rows)


def advance(tx: Tx, journal_no: int, size: int, hour: int) -> None:
    """The log has so many leaves, made of the journal up to this entry."""
    tx.run("UPDATE log_state SET journal_no = ?, size = ?, hour = ? WHERE log = ?", (journal_no, size, hour, LOG))


def sign(tx: Tx, size: int, root: bytes) -> None:
    """A checkpoint of this size and root is about to be published."""
    tx.run(
        "UPDATE log_state SET signed_size = ?, signed_root = ?, signed_date = ? WHERE log = ?",
        (size, root, tx.now, LOG),
    )


def leaves(rx: Reader, first: int, limit: int) -> list[LeafRow]:
    """Leaves from this index on, in order."""
    rows = rx.all(
        "SELECT leaf_index, no, hour, leaf FROM log_leaves WHERE leaf_index >= ? ORDER BY leaf_index LIMIT ?",
        (first, limit),
    )
    return [LeafRow(*row) for row in rows]


def leaf_of(rx: Reader, shard: int, no: int) -> LeafRow | None:
    """The leaf of a journal entry, or None."""
    row = rx.one("SELECT leaf_index, no, hour, leaf FROM log_leaves WHERE shard = ? AND no = ?", (shard, no))
    return None if row is None else LeafRow(*row)


@dataclass(frozen=True, slots=True)
class DayRow:
    """One version of a day's figures, as they were counted."""

    day: int
    version: int
    date: int
    first_leaf: int
    end_leaf: int
    figures: bytes
    changes: bytes


_DAY = "day, version, date, first_leaf, end_leaf, figures, changes"


def first_date(rx: Reader, shard: int) -> int | None:
    """The date of the oldest entry of the journal."""
    row = rx.one("SELECT date FROM journal WHERE shard = ? ORDER BY no LIMIT 1", (shard,))
    return None if row is None else int(row[0])


def waits_since_before(rx: Reader, shard: int, no: int, date: int) -> bool:
    """True if an entry above no, from before the date, has still to become a leaf."""
    sql = "SELECT 1 FROM journal WHERE shard = ? AND no > ? AND date < ? AND public IS NOT NULL LIMIT 1"
    return rx.one(sql, (shard, no, date)) is not None


def leaves_of_hours(
    rx: Reader, first: int, end: int, after: tuple[int, int], limit: int
) -> list[tuple[int, int, bytes]]:
    """(hour, index, leaf) of the hours [first, end), above the (hour, index) given, in order."""
    return rx.all(
        "SELECT hour, leaf_index, leaf FROM log_leaves WHERE hour >= ? AND hour < ? AND (hour, leaf_index) > (?, ?)"
        " ORDER BY hour, leaf_index LIMIT ?",
        (first, end, *after, limit),
    )


def count_of_hours(rx: Reader, first: int, end: int) -> int:
    """How many leaves are of the hours [first, end)."""
    row = rx.one("SELECT COUNT(*) FROM log_leaves WHERE hour >= ? AND hour < ?", (first, end))
    return int(row[0]) if row else 0


def newest_day(rx: Reader) -> int | None:
    """The latest day that has a report."""
    row = rx.one("SELECT MAX(day) FROM report_days")
    return None if row is None or row[0] is None else int(row[0])


def versions(rx: Reader, day: int) -> list[DayRow]:
    """Every version of a day, the oldest first."""
    return [DayRow(*row) for row in rx.all(f"SELECT {_DAY} FROM report_days WHERE day = ? ORDER BY version", (day,))]


def days(rx: Reader, first: int, end: int) -> list[DayRow]:
    """The newest version of each day of [first, end) that has a report, in order."""
    rows = rx.all(
        f"SELECT {_DAY} FROM report_days r WHERE day >= ? AND day < ? AND version ="
        " (SELECT MAX(version) FROM report_days s WHERE s.day = r.day) ORDER BY day",
        (first, end),
    )
    return [DayRow(*row) for row in rows]


def day_list(rx: Reader) -> list[tuple[int, int]]:
    """(day, newest version) of every day that has a report, in order."""
    return rx.all("SELECT day, MAX(version) FROM report_days GROUP BY day ORDER BY day")


def add_day(tx: Tx, row: DayRow) -> None:
    """The version of the day is published."""
    tx.run(
        f"INSERT INTO report_days ({_DAY}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row.day, row.version, row.date, row.first_leaf, row.end_leaf, row.figures, row.changes),
    )


def measured(rx: Reader, day: int) -> bool:
    """True if the day was measured at its end."""
    return rx.one("SELECT 1 FROM report_measured WHERE day = ?", (day,)) is not None


def set_measured(tx: Tx, day: int) -> None:
    """The day was measured."""
    tx.run("INSERT INTO report_measured (day, date) VALUES (?, ?)", (day, tx.now))


def people_since(rx: Reader, date: int) -> int:
    """How many accounts were here since the date."""
    row = rx.one("SELECT COUNT(*) FROM accounts WHERE last_seen >= ? AND deleted = 0 AND owner_id > 0", (date,))
    return int(row[0]) if row else 0


def people_elsewhere_since(rx: Reader, date: int, territories: Sequence[str]) -> int:
    """How many accounts were here since the date that are known to be in none of the territories."""
    marks = ", ".join("?" * len(territories))
    row = rx.one(
        "SELECT COUNT(*) FROM accounts a JOIN person_territories p ON p.owner_id = a.owner_id WHERE a.last_seen >= ?"
        f" AND a.deleted = 0 AND a.owner_id > 0 AND p.territory <> '' AND p.territory NOT IN ({marks})",
        (date, *territories),
    )
    return int(row[0]) if row else 0
