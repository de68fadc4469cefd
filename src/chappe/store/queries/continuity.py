"""The statements about continuity: signs of life, rules of absence, takeovers and what they do."""

from collections.abc import Iterable

from chappe.store.protocol import Reader, Row, Tx

_RULE = "SELECT rule_no, hours, quorum, state, proposed_by, date, ready, ended FROM continuity_rules"
_TAKEOVER = "SELECT takeover_no, rule_no, state, absent_since, opened, began, ended FROM continuity_takeovers"
_ACT = (
    "SELECT act_no, takeover_no, kind, operator_id, detail, state, proposed_by, date, ready, ended"
    " FROM continuity_acts"
)


def set_sign(tx: Tx, operator_id: int, date: int, way: str) -> None:
    """The operator was there then."""
    tx.run(
        "INSERT INTO continuity_signs (operator_id, date, way) VALUES (?, ?, ?)"
        " ON CONFLICT (operator_id) DO UPDATE SET date = excluded.date, way = excluded.way",
        (operator_id, date, way),
    )


def signs(rx: Reader) -> list[Row]:
    """(operator_id, date, way) of all."""
    return rx.all("SELECT operator_id, date, way FROM continuity_signs ORDER BY operator_id")


def last_sign_of_rank(rx: Reader, rank: str) -> int:
    """When somebody of this rank was last there; 0 for never."""
    row = rx.one(
        "SELECT MAX(s.date) FROM continuity_signs s JOIN operators o ON o.operator_id = s.operator_id"
        " WHERE o.role = ?",
        (rank,),
    )
    return int(row[0] or 0) if row else 0


def add_rule(tx: Tx, hours: int, quorum: int, successors: Iterable[int], by: int, ready: int) -> int:
    """The rule is proposed; its number."""
    row = tx.one(
        "INSERT INTO continuity_rules (rule_no, hours, quorum, state, proposed_by, date, ready)"
        " SELECT COALESCE(MAX(rule_no), 0) + 1, ?, ?, 'proposed', ?, ?, ? FROM continuity_rules RETURNING rule_no",
        (hours, quorum, by, tx.now, ready),
    )
    assert row is not None
    rule_no = int(row[0])
    tx.many(
        "INSERT INTO continuity_successors (rule_no, operator_id) VALUES (?, ?)",
        [(rule_no, operator_id) for operator_id in successors],
    )
    return rule_no


def rule_in_state(rx: Reader, state: str) -> Row | None:
    """(rule_no, hours, quorum, state, proposed_by, date, ready, ended) of the newest rule in this state."""
    return rx.one(f"{_RULE} WHERE state = ? ORDER BY rule_no DESC LIMIT 1", (state,))


def rule(rx: Reader, rule_no: int) -> Row | None:
    """The same of one."""
    return rx.one(f"{_RULE} WHERE rule_no = ?", (rule_no,))


def set_rule_state(tx: Tx, rule_no: int, state: str, ended: int = 0) -> None:
    """The rule is in this state."""
    tx.run("UPDATE continuity_rules SET state = ?, ended = ? WHERE rule_no = ?", (state, ended, rule_no))


def successors(rx: Reader, rule_no: int) -> list[int]:
    """Who is named by the rule."""
    found = rx.all(
        "SELECT operator_id FROM continuity_successors WHERE rule_no = ? ORDER BY operator_id", (rule_no,)
    )
    return [operator_id for (operator_id,) in found]


def add_word(tx: Tx, subject: str, operator_id: int) -> bool:
    """The operator has said yes to it; False if they had."""
    return (
        tx.run(
            "INSERT INTO continuity_words (subject, operator_id, date) VALUES (?, ?, ?)"
            " ON CONFLICT (subject, operator_id) DO NOTHING",
            (subject, operator_id, tx.now),
        )
        > 0
    )


def words(rx: Reader, subject: str) -> list[int]:
    """Who said yes to it."""
    found = rx.all("SELECT operator_id FROM continuity_words WHERE subject = ? ORDER BY operator_id", (subject,))
    return [operator_id for (operator_id,) in found]


def set_watch(tx: Tx, due: int, step: int, since: int) -> None:
    """The next step of the rule in force is due then."""
    tx.run(
        "INSERT INTO continuity_watch (watch_no, due, step, since) VALUES (1, ?, ?, ?)"
        " ON CONFLICT (watch_no) DO UPDATE SET due = excluded.due, step = excluded.step, since = excluded.since",
        (due, step, since),
    )


def end_watch(tx: Tx) -> None:
    """No step is due."""
    tx.run("DELETE FROM continuity_watch")


def watch(rx: Reader) -> Row | None:
    """(due, step, since), None where no step is due."""
    return rx.one("SELECT due, step, since FROM continuity_watch WHERE watch_no = 1")


def open_takeover(tx: Tx, rule_no: int, absent_since: int) -> int:
    """The successors may take over; the number of it."""
    row = tx.one(
        "INSERT INTO continuity_takeovers (takeover_no, rule_no, state, absent_since, opened)"
        " SELECT COALESCE(MAX(takeover_no), 0) + 1, ?, 'open', ?, ? FROM continuity_takeovers RETURNING takeover_no",
        (rule_no, absent_since, tx.now),
    )
    assert row is not None
    return int(row[0])


def takeover_now(rx: Reader) -> Row | None:
    """(takeover_no, rule_no, state, absent_since, opened, began, ended) of the one that is not over."""
    return rx.one(f"{_TAKEOVER} WHERE ended = 0 ORDER BY takeover_no DESC LIMIT 1")


def takeovers(rx: Reader) -> list[Row]:
    """The same of all, the newest first."""
    return rx.all(f"{_TAKEOVER} ORDER BY takeover_no DESC")


def set_takeover(tx: Tx, takeover_no: int, state: str, began: int, ended: int) -> None:
    """The takeover is in this state."""
    tx.run(
        "UPDATE continuity_takeovers SET state = ?, began = ?, ended = ? WHERE takeover_no = ?",
        (state, began, ended, takeover_no),
    )


def add_act(tx: Tx, takeover_no: int, kind: str, operator_id: int, detail: str, by: int, ready: int) -> int:
    """The act is proposed; its number."""
    row = tx.one(
        "INSERT INTO continuity_acts (act_no, takeover_no, kind, operator_id, detail, state, proposed_by, date, ready)"
        " SELECT COALESCE(MAX(act_no), 0) + 1, ?, ?, ?, ?, 'waiting', ?, ?, ? FROM continuity_acts RETURNING act_no",
        (takeover_no, kind, operator_id, detail, by, tx.now, ready),
    )
    assert row is not None
    return int(row[0])


def act(rx: Reader, act_no: int) -> Row | None:
    """(act_no, takeover_no, kind, operator_id, detail, state, proposed_by, date, ready, ended) of one."""
    return rx.one(f"{_ACT} WHERE act_no = ?", (act_no,))


def acts(rx: Reader, takeover_no: int) -> list[Row]:
    """The same of all of a takeover, in order."""
    return rx.all(f"{_ACT} WHERE takeover_no = ? ORDER BY act_no", (takeover_no,))


def set_act(tx: Tx, act_no: int, state: str) -> None:
    """The act is done or dropped, now."""
    tx.run("UPDATE continuity_acts SET state = ?, ended = ? WHERE act_no = ?", (state, tx.now, act_no))


def drop_acts(tx: Tx, takeover_no: int) -> None:
    """What still waits of the takeover is dropped."""
    tx.run(
        "UPDATE continuity_acts SET state = 'dropped', ended = ? WHERE takeover_no = ? AND state = 'waiting'",
        (tx.now, takeover_no),
    )


def last_said(rx: Reader) -> Row | None:
    """(date, text) of the newest notice of a takeover that is not over."""
    return rx.one(
        "SELECT a.ended, a.detail FROM continuity_acts a JOIN continuity_takeovers t ON t.takeover_no = a.takeover_no"
        " WHERE a.kind = 'say' AND a.state = 'done' AND t.ended = 0 ORDER BY a.act_no DESC LIMIT 1"
    )
