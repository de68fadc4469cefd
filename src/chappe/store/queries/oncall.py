"""The statements about people on call: who they are, their shifts, and the pages that are sent to them."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

_PERSON = (
    "SELECT p.operator_id, o.name, p.user_id, p.mail, p.phone, p.lang_code, p.place, p.calendar IS NOT NULL, p.zone"
    " FROM oncall_people p JOIN operators o ON o.operator_id = p.operator_id"
)
_PAGE = (
    "SELECT page_id, kind, subject, text, urgent, lasting, date, due, rung, acked_at, acked_by, acked_how, over_at"
    " FROM pages"
)
_SHIFT = (
    "SELECT s.shift_id, s.operator_id, o.name, s.place, s.start, s.until, s.begun"
    " FROM oncall_shifts s JOIN operators o ON o.operator_id = s.operator_id"
)


def people(rx: Reader) -> list[Row]:
    """(operator_id, name, user_id, mail, phone, lang_code, place, has a calendar, zone) of all, in their order."""
    return rx.all(f"{_PERSON} ORDER BY p.place, p.operator_id")


def person(rx: Reader, operator_id: int) -> Row | None:
    """The same of one."""
    return rx.one(f"{_PERSON} WHERE p.operator_id = ?", (operator_id,))


def by_user(rx: Reader, user_id: int) -> list[int]:
    """The operators who are reached through this account."""
    found = rx.all("SELECT operator_id FROM oncall_people WHERE user_id = ? ORDER BY operator_id", (user_id,))
    return [operator_id for (operator_id,) in found]


def put_person(
    tx: Tx, operator_id: int, user_id: int, mail: str, phone: str, lang_code: str, zone: str, place: int, date: int
) -> None:
    """The operator is reached by these ways."""
    tx.run(
        "INSERT INTO oncall_people (operator_id, user_id, mail, phone, lang_code, zone, place, date)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (operator_id) DO UPDATE SET user_id = excluded.user_id,"
        " mail = excluded.mail, phone = excluded.phone, lang_code = excluded.lang_code, zone = excluded.zone,"
        " place = excluded.place",
        (operator_id, user_id, mail, phone, lang_code, zone, place, date),
    )


def next_place(rx: Reader) -> int:
    """The place behind all others."""
    row = rx.one("SELECT COALESCE(MAX(place), 0) + 1 FROM oncall_people")
    assert row is not None
    return int(row[0])


def remove_person(tx: Tx, operator_id: int) -> None:
    """The operator is reached no more."""
    tx.run("DELETE FROM oncall_people WHERE operator_id = ?", (operator_id,))


def set_calendar(tx: Tx, operator_id: int, digest: bytes | None) -> None:
    """This opens the operator's calendar, or nothing does."""
    tx.run("UPDATE oncall_people SET calendar = ? WHERE operator_id = ?", (digest, operator_id))


def by_calendar(rx: Reader, digest: bytes) -> int | None:
    """Whose calendar this opens."""
    row = rx.one("SELECT operator_id FROM oncall_people WHERE calendar = ?", (digest,))
    return int(row[0]) if row else None


def add_shift(tx: Tx, shift_id: int, operator_id: int, place: int, start: int, until: int, made_by: int) -> None:
    """It is the operator's turn in that time."""
    tx.run(
        "INSERT INTO oncall_shifts (shift_id, operator_id, place, start, until, made_by, date)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (shift_id, operator_id, place, start, until, made_by, tx.now),
    )


def shift(rx: Reader, shift_id: int) -> Row | None:
    """(shift_id, operator_id, name, place, start, until, begun) of one."""
    return rx.one(f"{_SHIFT} WHERE s.shift_id = ?", (shift_id,))


def shifts(rx: Reader, start: int, until: int, limit: int) -> list[Row]:
    """The same of all that touch the time, the first to begin first."""
    return rx.all(
        f"{_SHIFT} WHERE s.until > ? AND s.start < ? ORDER BY s.start, s.place, s.shift_id LIMIT ?",
        (start, until, limit),
    )


def running(rx: Reader, date: int) -> list[Row]:
    """The same of those that run at the date, who is asked first first."""
    return rx.all(
        f"{_SHIFT} WHERE s.until > ? AND s.start <= ? ORDER BY s.place, s.start, s.shift_id", (date, date)
    )


def to_begin(rx: Reader, date: int) -> list[Row]:
    """The same of those that have begun without that their person was told."""
    return rx.all(f"{_SHIFT} WHERE s.begun = 0 AND s.start <= ? ORDER BY s.start, s.shift_id", (date,))


def set_begun(tx: Tx, shift_id: int, date: int) -> bool:
    """The person was told; False if that was so before."""
    return tx.run("UPDATE oncall_shifts SET begun = ? WHERE shift_id = ? AND begun = 0", (date, shift_id)) > 0


def set_shift_times(tx: Tx, shift_id: int, start: int, until: int) -> None:
    """The shift runs in this time."""
    tx.run("UPDATE oncall_shifts SET start = ?, until = ? WHERE shift_id = ?", (start, until, shift_id))


def remove_shift(tx: Tx, shift_id: int) -> bool:
    """There is no such shift; False if there was none."""
    return tx.run("DELETE FROM oncall_shifts WHERE shift_id = ?", (shift_id,)) > 0


def remove_shifts_of(tx: Tx, operator_id: int, after: int) -> None:
    """The operator has no turn that begins after the date, and one that runs ends there."""
    tx.run("DELETE FROM oncall_shifts WHERE operator_id = ? AND start >= ?", (operator_id, after))
    tx.run("UPDATE oncall_shifts SET until = ? WHERE operator_id = ? AND until > ?", (after, operator_id, after))


def add_handover(tx: Tx, handover_id: int, shift_id: int, from_id: int, to_id: int, note: str) -> None:
    """One asks another to take the rest of the shift."""
    tx.run(
        "INSERT INTO oncall_handovers (handover_id, shift_id, from_id, to_id, note, date) VALUES (?, ?, ?, ?, ?, ?)",
        (handover_id, shift_id, from_id, to_id, note, tx.now),
    )


_HANDOVER = "SELECT handover_id, shift_id, from_id, to_id, note, date, answered, taken FROM oncall_handovers"


def handover(rx: Reader, handover_id: int) -> Row | None:
    """(handover_id, shift_id, from_id, to_id, note, date, answered, taken) of one."""
    return rx.one(f"{_HANDOVER} WHERE handover_id = ?", (handover_id,))


def handovers(rx: Reader, waiting: bool, limit: int) -> list[Row]:
    """The same of those that wait for an answer, or of those that have one, the newest first."""
    which = "answered = 0" if waiting else "answered > 0"
    return rx.all(f"{_HANDOVER} WHERE {which} ORDER BY handover_id DESC LIMIT ?", (limit,))


def answer_handover(tx: Tx, handover_id: int, taken: bool) -> bool:
    """The hand-over is taken or refused; False if it was answered before."""
    return (
        tx.run(
            "UPDATE oncall_handovers SET answered = ?, taken = ? WHERE handover_id = ? AND answered = 0",
            (tx.now, int(taken), handover_id),
        )
        > 0
    )


def add_page(
    tx: Tx, page_id: int, kind: str, subject: str, text: str, urgent: bool, lasting: bool, acked_at: int
) -> None:
    """The page is there, its first call due now."""
    tx.run(
        "INSERT INTO pages (page_id, kind, subject, text, urgent, lasting, date, due, acked_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (page_id, kind, subject, text, int(urgent), int(lasting), tx.now, tx.now, acked_at),
    )


def page(rx: Reader, page_id: int) -> Row | None:
    """All columns of a page."""
    return rx.one(f"{_PAGE} WHERE page_id = ?", (page_id,))


def standing(rx: Reader, kind: str, subject: str) -> Row | None:
    """The page of this matter that is not over."""
    return rx.one(
        f"{_PAGE} WHERE kind = ? AND subject = ? AND over_at = 0 ORDER BY page_id DESC LIMIT 1", (kind, subject)
    )


def open_pages(rx: Reader, limit: int) -> list[Row]:
    """Those that nobody took, the longest open first."""
    return rx.all(f"{_PAGE} WHERE acked_at = 0 AND over_at = 0 ORDER BY page_id LIMIT ?", (limit,))


def past_pages(rx: Reader, limit: int, before: int) -> list[Row]:
    """Urgent ones that were taken or are over, the newest first, below a page id."""
    return rx.all(
        f"{_PAGE} WHERE urgent = 1 AND (acked_at > 0 OR over_at > 0) AND page_id < ? ORDER BY page_id DESC LIMIT ?",
        (before, limit),
    )


def due_pages(rx: Reader, date: int, far: int, limit: int) -> list[int]:
    """Those whose next call is due, or so far off that the clock must have been set back."""
    found = rx.all(
        "SELECT page_id FROM pages WHERE due > 0 AND (due <= ? OR due > ?) ORDER BY due, page_id LIMIT ?",
        (date, far, limit),
    )
    return [page_id for (page_id,) in found]


def waiting_pages(rx: Reader) -> list[int]:
    """Those with a call still to come."""
    return [page_id for (page_id,) in rx.all("SELECT page_id FROM pages WHERE due > 0 ORDER BY due, page_id")]


def quiet_waiting(rx: Reader, kind: str, limit: int) -> list[Row]:
    """Pages of a kind that are not urgent and were not told yet, the oldest first."""
    return rx.all(
        f"{_PAGE} WHERE due > 0 AND urgent = 0 AND kind = ? ORDER BY due, page_id LIMIT ?", (kind, limit)
    )


def quiet_told(rx: Reader, kind: str) -> int:
    """When a page of the kind that is not urgent was told last, 0 for never."""
    row = rx.one(
        "SELECT p.page_id, c.date FROM pages p JOIN page_calls c ON c.page_id = p.page_id AND c.no = 1"
        " WHERE p.kind = ? AND p.urgent = 0 ORDER BY p.page_id DESC LIMIT 1",
        (kind,),
    )
    return int(row[1]) if row else 0


def set_call(tx: Tx, page_id: int, rung: int, due: int) -> None:
    """So many calls were made, and the next is due then; 0 for never."""
    tx.run("UPDATE pages SET rung = ?, due = ? WHERE page_id = ?", (rung, due, page_id))


def set_urgent(tx: Tx, page_id: int, due: int) -> None:
    """The page is urgent, its next call due then."""
    tx.run("UPDATE pages SET urgent = 1, due = ? WHERE page_id = ?", (due, page_id))


def take_page(tx: Tx, page_id: int, by: str, how: str) -> bool:
    """Somebody took the page; False if somebody had."""
    return (
        tx.run(
            "UPDATE pages SET acked_at = ?, acked_by = ?, acked_how = ?, due = 0,"
            " over_at = CASE WHEN lasting = 1 THEN over_at ELSE ? END"
            " WHERE page_id = ? AND acked_at = 0 AND over_at = 0",
            (tx.now, by, how, tx.now, page_id),
        )
        > 0
    )


def end_page(tx: Tx, page_id: int) -> bool:
    """The matter is over, and nobody is called any more; False if it was over before."""
    return tx.run("UPDATE pages SET over_at = ?, due = 0 WHERE page_id = ? AND over_at = 0", (tx.now, page_id)) > 0


def add_call(
    tx: Tx, page_id: int, no: int, operator_id: int, way: str, round_: int, outbox_id: int, token: bytes, failure: str
) -> None:
    """A call went out."""
    tx.run(
        "INSERT INTO page_calls (page_id, no, operator_id, way, round, date, outbox_id, token, failure)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (page_id, no, operator_id, way, round_, tx.now, outbox_id, token, failure),
    )


def calls(rx: Reader, page_ids: Sequence[int]) -> list[Row]:
    """(page_id, no, operator_id, name, way, round, date, state of its letter, its failure) of the calls of pages.

    Shape: state 0 waits, 1 delivered, 2 given up, NULL where no letter was needed or it was forgotten since.
    """
    if not page_ids:
        return []
    marks = ", ".join("?" * len(page_ids))
    return rx.all(
        "SELECT c.page_id, c.no, c.operator_id, COALESCE(o.name, ''), c.way, c.round, c.date, b.state,"
        " COALESCE(NULLIF(c.failure, ''), b.failure, '') FROM page_calls c"
        " LEFT JOIN operators o ON o.operator_id = c.operator_id LEFT JOIN outbox b ON b.outbox_id = c.outbox_id"
        f" WHERE c.page_id IN ({marks}) ORDER BY c.page_id, c.no",
        tuple(page_ids),
    )


def decline(tx: Tx, page_id: int, operator_id: int) -> None:
    """The operator cannot take the page."""
    tx.run(
        "UPDATE page_calls SET failure = 'declined' WHERE page_id = ? AND operator_id = ?", (page_id, operator_id)
    )


def letters(rx: Reader, page_id: int) -> list[int]:
    """The letters of a page that still wait, and speak of no other page that rings."""
    found = rx.all(
        "SELECT c.outbox_id FROM page_calls c JOIN outbox b ON b.outbox_id = c.outbox_id"
        " WHERE c.page_id = ? AND b.state = 0 AND NOT EXISTS (SELECT 1 FROM page_calls o"
        " JOIN pages p ON p.page_id = o.page_id"
        " WHERE o.token = c.token AND o.page_id <> c.page_id AND p.acked_at = 0 AND p.over_at = 0)",
        (page_id,),
    )
    return [outbox_id for (outbox_id,) in found]


def by_token(rx: Reader, digest: bytes) -> list[tuple[int, int, str]]:
    """(page_id, operator_id, way) of each page that the ring with this link spoke of, the oldest first."""
    return rx.all("SELECT page_id, operator_id, way FROM page_calls WHERE token = ? ORDER BY page_id", (digest,))


_RINGS = "p.acked_at = 0 AND p.over_at = 0 AND p.urgent = 1 AND p.kind NOT IN ({alone})"


def ringing(rx: Reader, operator_id: int, way: str, alone: Sequence[str], limit: int) -> list[Row]:
    """(page_id, kind, text, due, rung, calls made, next round of the operator by the way, they declined it).

    Shape: of all pages that nobody took, but those of the kinds that ring alone; the oldest first.
    """
    return rx.all(
        "SELECT p.page_id, p.kind, p.text, p.due, p.rung, COALESCE(MAX(c.no), 0),"
        " COALESCE(MAX(CASE WHEN c.operator_id = ? AND c.way = ? THEN c.round + 1 ELSE 0 END), 0),"
        " COALESCE(MAX(CASE WHEN c.operator_id = ? AND c.failure = 'declined' THEN 1 ELSE 0 END), 0)"
        " FROM pages p LEFT JOIN page_calls c ON c.page_id = p.page_id"
        f" WHERE {_RINGS.format(alone=', '.join('?' * len(alone)))}"
        " GROUP BY p.page_id, p.kind, p.text, p.due, p.rung ORDER BY p.page_id LIMIT ?",
        (operator_id, way, operator_id, *alone, limit),
    )


def rung_since(rx: Reader, after: int, alone: Sequence[str]) -> list[tuple[int, int]]:
    """(operator_id, when they were last rung) after the date, for a page that nobody took yet; not what failed."""
    return rx.all(
        "SELECT c.operator_id, MAX(c.date) FROM page_calls c JOIN pages p ON p.page_id = c.page_id"
        " LEFT JOIN outbox b ON b.outbox_id = c.outbox_id"
        f" WHERE {_RINGS.format(alone=', '.join('?' * len(alone)))} AND c.failure = ''"
        " AND COALESCE(b.failure, '') = '' AND c.date > ? AND c.date <= ? GROUP BY c.operator_id",
        (*alone, after, rx.now),
    )


def last_ring(rx: Reader, operator_id: int) -> list[int]:
    """Pages that nobody took of those of which the newest ring of the operator spoke that spoke of any."""
    found = rx.all(
        "SELECT p.page_id FROM page_calls c JOIN pages p ON p.page_id = c.page_id"
        " WHERE p.acked_at = 0 AND p.over_at = 0 AND p.urgent = 1 AND c.token = (SELECT n.token FROM page_calls n"
        " JOIN pages q ON q.page_id = n.page_id WHERE q.acked_at = 0 AND q.over_at = 0 AND q.urgent = 1"
        " AND n.operator_id = ? ORDER BY n.date DESC, n.page_id DESC, n.no DESC LIMIT 1) ORDER BY p.page_id",
        (operator_id,),
    )
    return [page_id for (page_id,) in found]


def called_open(rx: Reader, operator_id: int) -> list[int]:
    """Pages that nobody took and this operator was called for, the newest first."""
    found = rx.all(
        "SELECT DISTINCT p.page_id FROM pages p JOIN page_calls c ON c.page_id = p.page_id"
        " WHERE p.acked_at = 0 AND p.over_at = 0 AND p.urgent = 1 AND c.operator_id = ? ORDER BY p.page_id DESC",
        (operator_id,),
    )
    return [page_id for (page_id,) in found]


def called(rx: Reader, page_id: int) -> list[int]:
    """The operators who were called for a page."""
    found = rx.all(
        "SELECT DISTINCT operator_id FROM page_calls WHERE page_id = ? AND operator_id > 0 ORDER BY operator_id",
        (page_id,),
    )
    return [operator_id for (operator_id,) in found]
