"""The statements of the yearly report and of the transparency database's records: counts over a year, and a page of
statements of reasons."""

from chappe.store.protocol import Reader, Row


def notices(rx: Reader, since: int, until: int) -> list[Row]:
    """(category, keyword, came from a flagger, notices, items, of which no person decided) of those received."""
    return rx.all(
        "SELECT category, keyword, CASE WHEN way = 'flagger' THEN 1 ELSE 0 END AS flagged, COUNT(*), SUM(item_count),"
        " SUM(CASE WHEN decided_at > 0 AND NOT EXISTS (SELECT 1 FROM notice_items i JOIN cases c ON c.case_id ="
        " i.case_id WHERE i.notice_id = notices.notice_id AND c.decided_by LIKE 'operator:%') THEN 1 ELSE 0 END)"
        " FROM notices WHERE received_at >= ? AND received_at < ? AND way <> 'button'"
        " GROUP BY category, keyword, CASE WHEN way = 'flagger' THEN 1 ELSE 0 END",
        (since, until),
    )


def notice_minutes(rx: Reader, since: int, until: int) -> list[Row]:
    """(category, keyword, from a flagger, minutes from receipt to action, notices) where something was done."""
    return rx.all(
        "SELECT category, keyword, flagged, (acted_at - received_at) / 60 AS minutes, COUNT(*) FROM ("
        "SELECT n.category, n.keyword, CASE WHEN n.way = 'flagger' THEN 1 ELSE 0 END AS flagged, n.received_at,"
        " MAX(c.acted_at) AS acted_at FROM notices n JOIN notice_items i ON i.notice_id = n.notice_id"
        " JOIN case_items c ON c.case_id = i.case_id AND c.item_key = i.item_key AND c.acted_at >= n.received_at"
        " WHERE n.received_at >= ? AND n.received_at < ? AND n.way <> 'button'"
        " GROUP BY n.notice_id, n.category, n.keyword, n.way, n.received_at) AS acted"
        " GROUP BY category, keyword, flagged, (acted_at - received_at) / 60",
        (since, until),
    )


def measures(rx: Reader, since: int, until: int) -> list[Row]:
    """(source, basis, category, keywords, measure, dated, found by a machine, decided by a machine, state, items)."""
    return rx.all(
        "SELECT d.source, d.basis, d.category, d.keywords, d.measure, CASE WHEN d.until > 0 THEN 1 ELSE 0 END,"
        " d.automated_detection, d.automated_decision, d.state, COUNT(*)"
        " FROM decisions d JOIN decision_items i ON i.decision_id = d.decision_id"
        " WHERE d.date >= ? AND d.date < ?"
        " GROUP BY d.source, d.basis, d.category, d.keywords, d.measure, CASE WHEN d.until > 0 THEN 1 ELSE 0 END,"
        " d.automated_detection, d.automated_decision, d.state",
        (since, until),
    )


def complaints_filed(rx: Reader, since: int, until: int) -> list[Row]:
    """(what about, how many) of the complaints received."""
    return rx.all(
        "SELECT about, COUNT(*) FROM complaints WHERE filed_at >= ? AND filed_at < ? GROUP BY about", (since, until)
    )


def complaints_decided(rx: Reader, since: int, until: int) -> list[Row]:
    """(what about, outcome, minutes it took, led to a new restriction, how many) of the complaints decided."""
    return rx.all(
        "SELECT about, outcome, (decided_at - filed_at) / 60 AS minutes,"
        " CASE WHEN new_decision_id > 0 THEN 1 ELSE 0 END, COUNT(*) FROM complaints"
        " WHERE decided_at >= ? AND decided_at < ?"
        " GROUP BY about, outcome, (decided_at - filed_at) / 60, CASE WHEN new_decision_id > 0 THEN 1 ELSE 0 END",
        (since, until),
    )


def journalled(rx: Reader, kind: str, since: int, until: int) -> int:
    """How many entries of the kind the journal has."""
    row = rx.one("SELECT COUNT(*) FROM journal WHERE kind = ? AND date >= ? AND date < ?", (kind, since, until))
    return int(row[0]) if row is not None else 0


STATEMENT = (
    "d.decision_id, d.date, d.measure, d.territories, d.until, d.basis, d.clause, d.clause_version,"
    " d.explanation, d.category, d.keywords, d.source, d.automated_detection, d.automated_decision, d.facts,"
    " d.case_id, s.token_digest, s.person_id"
)


def statements(rx: Reader, since: int, until: int, after: tuple[int, int], limit: int) -> list[Row]:
    """The next statements of reasons by (decision, person); orders of authorities have none."""
    return rx.all(
        f"SELECT {STATEMENT} FROM statements s JOIN decisions d ON d.decision_id = s.decision_id"
        " WHERE d.date >= ? AND d.date < ? AND d.source <> 'order'"
        " AND (d.decision_id > ? OR (d.decision_id = ? AND s.person_id > ?))"
        " ORDER BY d.decision_id, s.person_id LIMIT ?",
        (since, until, after[0], after[0], after[1], limit),
    )


def items(rx: Reader, decision_id: int, person_id: int, limit: int) -> list[bytes]:
    """The first items of the decision that are the person's, else of those that are nobody's own."""
    found = rx.all(
        "SELECT item FROM decision_items WHERE decision_id = ? AND person_id IN (?, 0)"
        " ORDER BY person_id DESC, no LIMIT ?",
        (decision_id, person_id, limit),
    )
    return [row[0] for row in found]


def message(rx: Reader, owner_id: int, message_id: int) -> Row | None:
    """(date, media kind) of a message, also of one that is withheld."""
    return rx.one(
        "SELECT date, media_kind FROM withheld WHERE owner_id = ? AND message_id = ?", (owner_id, message_id)
    ) or rx.one("SELECT date, media_kind FROM messages WHERE owner_id = ? AND id = ?", (owner_id, message_id))


def account_date(rx: Reader, user_id: int) -> int:
    """When the account was made; 0 if it is not known."""
    row = rx.one("SELECT date FROM accounts WHERE owner_id = ?", (user_id,))
    return int(row[0]) if row is not None else 0


def room(rx: Reader, room_id: int) -> Row | None:
    """(date, 1 if it has a name that strangers find it by)."""
    return rx.one(
        "SELECT date, CASE WHEN username <> '' THEN 1 ELSE 0 END FROM rooms WHERE owner_id = ?", (room_id,)
    )


def surface(rx: Reader, case_id: int) -> str:
    """`public` or `closed`, as it was when the case was opened; empty without one."""
    row = rx.one("SELECT surface FROM cases WHERE case_id = ?", (case_id,))
    return str(row[0]) if row is not None else ""


def orders(rx: Reader, since: int, until: int) -> list[Row]:
    """(instrument, country, category, keywords, minutes to the receipt, minutes to effect, orders, targets).

    Minutes are -1 where there was none yet; what turned out to be forged, and what came of our own, are left out.
    """
    return rx.all(
        "SELECT instrument, country, category, keywords, receipt, effect, COUNT(*), SUM(targets) FROM ("
        "SELECT o.instrument, o.country, o.category, o.keywords,"
        " CASE WHEN o.ack_at > 0 THEN (o.ack_at - o.received_at) / 60 ELSE -1 END AS receipt,"
        " CASE WHEN o.effect_at > 0 THEN (o.effect_at - o.received_at) / 60 ELSE -1 END AS effect,"
        " (SELECT COUNT(*) FROM order_targets t WHERE t.order_id = o.order_id) AS targets"
        " FROM orders o WHERE o.received_at >= ? AND o.received_at < ? AND o.outcome <> 'forged'"
        " AND o.channel NOT IN ('own', 'synthetic')) AS counted"
        " GROUP BY instrument, country, category, keywords, receipt, effect",
        (since, until),
    )


def order_outcomes(rx: Reader, instrument: str, since: int, until: int) -> list[Row]:
    """(outcome, reason, took effect, orders, targets) of the orders of one instrument, forged ones too."""
    return rx.all(
        "SELECT outcome, reason, effect, COUNT(*), SUM(targets) FROM ("
        "SELECT o.outcome, o.reason, CASE WHEN o.effect_at > 0 THEN 1 ELSE 0 END AS effect,"
        " (SELECT COUNT(*) FROM order_targets t WHERE t.order_id = o.order_id) AS targets"
        " FROM orders o WHERE o.instrument = ? AND o.received_at >= ? AND o.received_at < ?) AS counted"
        " GROUP BY outcome, reason, effect",
        (instrument, since, until),
    )


def order_minutes(rx: Reader, instrument: str, since: int, until: int) -> list[int]:
    """How many minutes each order of the instrument took to its effect, the quickest first."""
    found = rx.all(
        "SELECT (effect_at - received_at) / 60 AS minutes FROM orders"
        " WHERE instrument = ? AND received_at >= ? AND received_at < ? AND effect_at > 0 ORDER BY minutes",
        (instrument, since, until),
    )
    return [int(minutes) for (minutes,) in found]


def measures_of_keyword(rx: Reader, keyword: str, since: int, until: int) -> list[Row]:
    """(source, state, items) of measures whose first keyword this is."""
    return rx.all(
        "SELECT d.source, d.state, COUNT(*) FROM decisions d JOIN decision_items i ON i.decision_id = d.decision_id"
        " WHERE d.date >= ? AND d.date < ? AND (d.keywords = ? OR d.keywords LIKE ?) GROUP BY d.source, d.state",
        (since, until, keyword, f"{keyword} %"),
    )


def complaints_of_keyword(rx: Reader, keyword: str, since: int, until: int) -> list[Row]:
    """(outcome, empty while not decided, how many) of complaints about such measures that were filed then."""
    return rx.all(
        "SELECT c.outcome, COUNT(*) FROM complaints c JOIN decisions d ON d.decision_id = c.decision_id"
        " WHERE c.filed_at >= ? AND c.filed_at < ? AND (d.keywords = ? OR d.keywords LIKE ?) GROUP BY c.outcome",
        (since, until, keyword, f"{keyword} %"),
    )
