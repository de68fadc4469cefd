"""The statements of complaints: one about a decision and person, one about a refused notice."""

from chappe.store.protocol import Reader, Row, Tx
from chappe.store.queries.people import take_id

_COLUMNS = (
    "complaint_id, about, decision_id, notice_id, complainant, category, basis, lang, said, filed_at, first_by, state,"
    " assigned_to, assigned_at, outcome, reasons, decided_by, decided_at, new_decision_id,"
    " journal_no"
)


def add(
    tx: Tx, about: str, decision_id: int, notice_id: int, complainant: str, category: str, basis: str, lang: str,
    said: str, first_by: str, state: str,
) -> int:  # fmt: skip
    """A complaint stands; its number."""
    complaint_id = take_id(tx, "complaint", 1)
    tx.run(
        "INSERT INTO complaints (complaint_id, about, decision_id, notice_id, complainant, category, basis, lang, said,"
        " filed_at, first_by, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            complaint_id, about, decision_id, notice_id, complainant, category, basis, lang, said, tx.now, first_by,
            state,
        ),
    )  # fmt: skip
    return complaint_id


def recorded(tx: Tx, complaint_id: int, journal_no: int) -> None:
    """The complaint's filing is this entry of the journal."""
    tx.run("UPDATE complaints SET journal_no = ? WHERE complaint_id = ?", (journal_no, complaint_id))


def find(rx: Reader, complaint_id: int) -> Row | None:
    """All columns of a complaint."""
    return rx.one(f"SELECT {_COLUMNS} FROM complaints WHERE complaint_id = ?", (complaint_id,))


def of_decision(rx: Reader, decision_id: int, complainant: str) -> Row | None:
    """The person's complaint about a decision."""
    return rx.one(
        f"SELECT {_COLUMNS} FROM complaints WHERE decision_id = ? AND complainant = ? AND decision_id <> 0",
        (decision_id, complainant),
    )


def of_person(rx: Reader, complainant: str) -> list[Row]:
    """Every complaint of the person, oldest first."""
    return rx.all(f"SELECT {_COLUMNS} FROM complaints WHERE complainant = ? ORDER BY complaint_id", (complainant,))


def of_notice(rx: Reader, notice_id: int) -> Row | None:
    """The complaint about the refusal of a notice."""
    return rx.one(f"SELECT {_COLUMNS} FROM complaints WHERE notice_id = ? AND notice_id <> 0", (notice_id,))


def waiting(rx: Reader, above: int, limit: int) -> list[Row]:
    """Complaints that are not decided, the oldest first."""
    return rx.all(
        f"SELECT {_COLUMNS} FROM complaints WHERE decided_at = 0 AND complaint_id > ? ORDER BY complaint_id LIMIT ?",
        (above, limit),
    )


def decided(rx: Reader, below: int, limit: int) -> list[Row]:
    """Complaints that were decided, the newest first."""
    return rx.all(
        f"SELECT {_COLUMNS} FROM complaints WHERE decided_at <> 0 AND complaint_id < ?"
        " ORDER BY complaint_id DESC LIMIT ?",
        (below, limit),
    )


def assign(tx: Tx, complaint_id: int, state: str, operator_id: int) -> None:
    """The complaint is the operator's, or nobody's (0)."""
    tx.run(
        "UPDATE complaints SET state = ?, assigned_to = ?, assigned_at = ? WHERE complaint_id = ?",
        (state, operator_id, tx.now if operator_id else 0, complaint_id),
    )


def decide(
    tx: Tx, complaint_id: int, state: str, outcome: str, reasons: str, operator_id: int, new_decision_id: int
) -> None:
    """The complaint has this outcome."""
    tx.run(
        "UPDATE complaints SET state = ?, outcome = ?, reasons = ?, decided_by = ?, decided_at = ?,"
        " new_decision_id = ? WHERE complaint_id = ?",
        (state, outcome, reasons, operator_id, tx.now, new_decision_id, complaint_id),
    )


def notifier_email(rx: Reader, notice_id: int) -> bytes | None:
    """The sealed address of who filed the notice, None where they gave none."""
    row = rx.one(
        "SELECT f.email FROM notices n JOIN notifiers f ON f.notifier_id = n.notifier_id WHERE n.notice_id = ?",
        (notice_id,),
    )
    return bytes(row[0]) if row and row[0] is not None else None
