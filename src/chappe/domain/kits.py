"""What is known of recovery kits and drills: how many sheets, for which keys, and when it was last tried out.

Source: requirements/continuity
The kits themselves are made and read by the room `recovery`; nothing of them is here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from chappe.base import Conflict, Invalid
from chappe.domain import auth_keys, journal, oncall
from chappe.domain.auth_keys import Wrapper
from chappe.domain.journal import Public
from chappe.store import Reader, Row, Tx
from chappe.store.queries import kits as rows

REASON_MOST = 500
DRILL_S = 183 * 86_400
"""A drill is due half a year after the last one, or after the kits were made."""
REMINDED_S = 7 * 86_400
"""People on call hear of one that is overdue, and again so long after."""
LATE = "recovery_drill"
"""The kind, and the subject, of the page that says so."""


@dataclass(frozen=True, slots=True)
class Kits:
    """One generation. Shape: digest is that of the keys that were sealed; ended 0 for those that hold."""

    generation: int
    needed: int
    trustees: int
    recipient: str
    digest: str
    made_by: str
    date: int
    ended: int


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill. Shape: performed and date (when it was written down) are seconds since 1970."""

    drill_no: int
    generation: int
    passed: bool
    performed: int
    recorded_by: str
    date: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How things are. Shape: drill_due is 0 where there are no kits."""

    kits: Kits | None
    drills: tuple[Drill, ...]
    drill_due: int


@dataclass(frozen=True, slots=True)
class Sound:
    """What a database holds, and whether the key beside it opens what it wrapped (True where nothing is wrapped)."""

    accounts: int
    entries: int
    opens: bool


def made(tx: Tx, needed: int, trustees: int, recipient: str, digest: str, by: str) -> Kits:
    """These kits hold, the earlier ones no more.

    Errors: Invalid operator_recovery_numbers.
    After: journal recovery_kits_made, public.
    """
    if not 2 <= needed <= trustees <= 16 or not recipient.startswith("age1") or len(digest) != 64:
        raise Invalid("operator_recovery_numbers")
    generation = rows.add(tx, needed, trustees, recipient, digest, by)
    public = Public("continuity", outcome="kits_made")
    journal.record(tx, "recovery_kits_made", by, f"kits:{generation}", public, needed=needed, trustees=trustees)
    found = current(tx)
    assert found is not None
    return found


def record_drill(tx: Tx, record: str, passed: bool, performed: int, digest: str, by: str) -> int:
    """The drill is in the journal and public; its number.

    Shape: record is the signed record, or of a drill that failed the reason in words; digest that of the keys it found.
    Errors: Conflict operator_recovery_drill_known, operator_recovery_other_keys; Invalid operator_recovery_reason.
    After: journal recovery_drill_recorded, public.
    """
    kits = current(tx)
    if passed and (kits is None or kits.digest != digest):
        raise Conflict("operator_recovery_other_keys")
    if not passed and not 0 < len(record.strip()) <= REASON_MOST:
        raise Invalid("operator_recovery_reason")
    generation = kits.generation if kits is not None else 0
    drill_no = rows.add_drill(tx, record, generation, passed, performed, by)
    if not drill_no:
        raise Conflict("operator_recovery_drill_known")
    public = Public("continuity", outcome="drill_passed" if passed else "drill_failed")
    subject = f"recovery_drill:{drill_no}"
    journal.record(tx, "recovery_drill_recorded", by, subject, public, generation=generation, performed=performed)
    return drill_no


def to_remind(rx: Reader) -> bool:
    """True if something is to be said of a drill that is overdue, or that is not any more."""
    page = oncall.of_matter(rx, LATE, LATE)
    due = standing(rx).drill_due
    if not 0 < due <= rx.now:
        return page is not None
    return page is None or rx.now - page.date >= REMINDED_S


def remind(tx: Tx) -> None:
    """People on call hear of a drill that is overdue, once a week and not by a ringing; or that it is over.

    After: as `oncall.page` and `oncall.over`.
    """
    due = standing(tx).drill_due
    if 0 < due <= tx.now:
        oncall.remind(tx, LATE, LATE, f"{datetime.fromtimestamp(due, UTC):%Y-%m-%d}", REMINDED_S)
    else:
        oncall.over(tx, LATE, LATE)


def current(rx: Reader) -> Kits | None:
    """The kits that hold."""
    row = rows.current(rx)
    return _kits(row) if row is not None else None


def standing(rx: Reader) -> Standing:
    """How things are now."""
    kits = current(rx)
    drills = tuple(Drill(no, kit, bool(passed), *rest) for no, kit, passed, *rest in rows.drills(rx))
    last = max((one.performed for one in drills if one.passed), default=0)
    due = max(last, kits.date) + DRILL_S if kits is not None else 0
    return Standing(kits, drills, due)


def sound(rx: Reader, wrapper: Wrapper) -> Sound:
    """What this database holds, and whether this key is its own."""
    accounts, entries = rows.amounts(rx)
    key_id = rows.some_auth_key(rx)
    opens = key_id is None or auth_keys.find(rx, wrapper, key_id, rx.now) is not None
    return Sound(accounts, entries, opens)


def _kits(row: Row) -> Kits:
    generation, needed, trustees, recipient, digest, made_by, date, ended = row
    return Kits(generation, needed, trustees, recipient, digest, made_by, date, ended)
