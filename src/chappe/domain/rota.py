"""People on call: how each is reached, whose turn it is, and how one hands over to another.

Source: requirements/on-call
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from chappe.base.ids import UserId
from chappe.domain import accounts, contacts, journal, operators, service_chat
from chappe.domain import oncall_words as w
from chappe.domain.access import SERVICE_USER
from chappe.domain.operators import LEAD, Operator
from chappe.store import Reader, Tx
from chappe.store.queries import oncall as rows
from chappe.store.queries.people import take_id

LONGEST_S = 31 * 86_400
"""Of one shift."""
AHEAD_S = 400 * 86_400
LISTED = 1000
AT_ONCE = 500
"""Shifts that one plan makes at most."""
PLACES = 3
"""First, second and third who is asked."""
NOBODY = UserId(0)
_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be reached. Shape: id below 0 for one of the settings' list; ways there are not are empty."""

    operator_id: int
    name: str
    user_id: UserId = NOBODY
    mail: str = ""
    phone: str = ""
    lang_code: str = "en"
    place: int = 0
    has_calendar: bool = False
    zone: str = ""
    """As the tz database names it; empty for the server's."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's turn. Shape: place 0 is asked first; begun is when they were told, 0 before."""

    shift_id: int
    operator_id: int
    name: str
    place: int
    start: int
    until: int
    begun: int = 0


@dataclass(frozen=True, slots=True)
class Handover:
    """One asks another to take the rest of a shift. Shape: answered 0 while it waits."""

    handover_id: int
    shift_id: int
    from_id: int
    to_id: int
    note: str
    date: int
    answered: int
    taken: int


def everyone(rx: Reader) -> list[Person]:
    """All people on call, in the order in which they are asked when it is nobody's turn."""
    return [_person(row) for row in rows.people(rx)]


def find(rx: Reader, operator_id: int) -> Person | None:
    """How the operator is reached, None if they are not on call."""
    row = rows.person(rx, operator_id)
    return None if row is None else _person(row)


def _person(row: Sequence[object]) -> Person:
    operator_id, name, user_id, mail, phone, lang_code, place, has_calendar, zone = row
    return Person(operator_id, name, UserId(user_id), mail, phone, lang_code, place, bool(has_calendar), zone)  # type: ignore[arg-type]


def on_shift(rx: Reader) -> list[Shift]:
    """The shifts that run now, who is asked first first."""
    return [Shift(*row) for row in rows.running(rx, rx.now)]


def reachable(rx: Reader) -> list[Person]:
    """Whose turn it is, in their order, then everybody else on call."""
    turns = dict.fromkeys(one.operator_id for one in on_shift(rx))
    known = {one.operator_id: one for one in everyone(rx)}
    return [known[one] for one in turns if one in known] + [one for key, one in known.items() if key not in turns]


def shifts(rx: Reader, start: int, until: int) -> list[Shift]:
    """The shifts that touch this time, the first to begin first."""
    return [Shift(*row) for row in rows.shifts(rx, start, until, LISTED)]


def gaps(rx: Reader, start: int, until: int) -> list[tuple[int, int]]:
    """When in this time it is nobody's turn, from whom to whom in dates."""
    found, reached = [], start
    for one in shifts(rx, start, until):
        if one.start > reached:
            found.append((reached, one.start))
        reached = max(reached, one.until)
    if reached < until:
        found.append((reached, until))
    return found


def name_of(rx: Reader, actor: str) -> str:
    """Who an actor of the journal is, in words; empty for the server."""
    kind, _, number = actor.partition(":")
    found = [one.name for one in operators.everyone(rx) if kind == "operator" and str(one.operator_id) == number]
    return found[0] if found else ""


def account_name(rx: Reader, user_id: int) -> str:
    """The username of an account that somebody is reached through, its number where it has none; empty for 0."""
    if not user_id:
        return ""
    try:
        return accounts.get(rx, UserId(user_id)).username or str(user_id)
    except NotFound:
        return str(user_id)


def set_person(
    tx: Tx, by: Operator, operator_id: int, account: str = "", mail: str = "", phone: str = "", lang_code: str = "en",
    zone: str = "",
) -> Person:  # fmt: skip
    """The operator is on call and reached by these ways; everybody says so of themself, owners and leads of all.

    Shape: account is the username of a person; phone is international, `+33…`; zone as in `Person`.
    Errors: NotAllowed operator_role_needed; NotFound operator_unknown; Invalid oncall_no_way, oncall_account_unknown,
    oncall_account_nobody, oncall_mail_wrong, oncall_phone_wrong, oncall_zone_unknown.
    After: journal oncall_changed; a message in the chat of an account that was not reached before: it may be the wrong.
    """
    _require_theirs(by, operator_id)
    operators.require(tx, operator_id)
    mail, phone = mail.strip(), re.sub(r"[ ().-]", "", phone)
    if mail and not _MAIL.fullmatch(mail):
        raise Invalid("oncall_mail_wrong")
    if phone and not _PHONE.fullmatch(phone):
        raise Invalid("oncall_phone_wrong")
    if not w.is_zone(zone := zone.strip()):
        raise Invalid("oncall_zone_unknown")
    before = find(tx, operator_id)
    kept = before.user_id if before is not None and account.strip() == str(before.user_id) else NOBODY
    user_id = kept or _account(tx, account.strip())
    if not (user_id or mail or phone):
        raise Invalid("oncall_no_way")
    place = before.place if before else rows.next_place(tx)
    lang_code = w.language(lang_code)
    rows.put_person(tx, operator_id, user_id, mail, phone, lang_code, zone, place, tx.now)
    _record(tx, by, operator_id, chat=bool(user_id), mail=bool(mail), phone=bool(phone))
    found = find(tx, operator_id)
    assert found is not None
    if user_id and (before is None or before.user_id != user_id):
        service_chat.tell(tx, user_id, w.reached(found.lang_code, found.name))
    return found


def _account(rx: Reader, username: str) -> UserId:
    if not username.lstrip("@"):
        return NOBODY
    try:
        found = contacts.resolve_username(rx, username)
        is_person = found > 0 and int(found) != SERVICE_USER and not accounts.get(rx, UserId(found)).deleted
    except Refusal:
        raise Invalid("oncall_account_unknown") from None
    if not is_person:
        raise Invalid("oncall_account_nobody")
    return UserId(found)


def remove_person(tx: Tx, by: Operator, operator_id: int) -> None:
    """The operator is on call no more, and has no shift. Errors: as `set_person`; Conflict oncall_last.

    After: journal oncall_changed.
    """
    _require_theirs(by, operator_id)
    if find(tx, operator_id) is None:
        raise NotFound("operator_unknown")
    if len(everyone(tx)) == 1:
        raise Conflict("oncall_last")
    rows.remove_shifts_of(tx, operator_id, tx.now)
    rows.remove_person(tx, operator_id)
    _record(tx, by, operator_id, chat=False, mail=False, phone=False)


def add_shift(tx: Tx, by: Operator, operator_id: int, start: int, until: int, place: int = 0) -> int:
    """It is the person's turn in that time; the id of the shift. Owners and leads plan.

    Errors: NotAllowed operator_role_needed; NotFound oncall_unknown; Invalid oncall_times_wrong, oncall_place_wrong.
    After: journal shift_changed.
    """
    require_planner(by)
    if find(tx, operator_id) is None:
        raise NotFound("oncall_unknown")
    _require_times(tx, start, until)
    if not 0 <= place < PLACES:
        raise Invalid("oncall_place_wrong")
    shift_id = take_id(tx, "shift", 1)
    rows.add_shift(tx, shift_id, operator_id, place, start, until, by.operator_id)
    _record(tx, by, operator_id, "shift_changed", shift=shift_id, start=start, until=until, place=place)
    return shift_id


def plan(
    tx: Tx, by: Operator, people: Sequence[int], start: int, shift_s: int, count: int, place: int = 0
) -> list[int]:
    """The people take turns, one shift after the other; the ids of the shifts. Errors: as `add_shift`."""
    if not people or not 1 <= count <= AT_ONCE or not 3600 <= shift_s <= LONGEST_S:
        raise Invalid("oncall_times_wrong")
    return [
        add_shift(tx, by, people[no % len(people)], start + no * shift_s, start + (no + 1) * shift_s, place)
        for no in range(count)
    ]


def remove_shift(tx: Tx, by: Operator, shift_id: int) -> None:
    """There is no such shift; one that runs ends now. Errors: as `add_shift`; NotFound oncall_shift_unknown.

    After: journal shift_changed.
    """
    require_planner(by)
    one = require_shift(tx, shift_id)
    if one.start < tx.now < one.until:
        rows.set_shift_times(tx, shift_id, one.start, tx.now)
    else:
        rows.remove_shift(tx, shift_id)
    _record(tx, by, one.operator_id, "shift_changed", shift=shift_id, removed=True)


def require_shift(rx: Reader, shift_id: int) -> Shift:
    """The shift of this id. Errors: NotFound oncall_shift_unknown."""
    row = rows.shift(rx, shift_id)
    if row is None:
        raise NotFound("oncall_shift_unknown")
    return Shift(*row)


def set_calendar(tx: Tx, me: Operator, token: str) -> None:
    """The token opens one's own calendar; an older one opens nothing. Errors: NotFound oncall_unknown."""
    if find(tx, me.operator_id) is None:
        raise NotFound("oncall_unknown")
    rows.set_calendar(tx, me.operator_id, sha256(token.encode()).digest())


def by_calendar(rx: Reader, token: str) -> int:
    """Whose calendar the token opens. Errors: NotFound oncall_unknown."""
    found = rows.by_calendar(rx, sha256(token.encode()).digest())
    if found is None:
        raise NotFound("oncall_unknown")
    return found


def _require_times(tx: Tx, start: int, until: int) -> None:
    if not start < until <= start + LONGEST_S or until <= tx.now or start > tx.now + AHEAD_S:
        raise Invalid("oncall_times_wrong")


def _require_theirs(by: Operator, operator_id: int) -> None:
    if by.operator_id != operator_id:
        require_planner(by)


def require_planner(by: Operator) -> None:
    """Leads and owners plan. Errors: NotAllowed operator_role_needed."""
    if not by.may(LEAD):
        raise NotAllowed("operator_role_needed")


def require_anybody(rx: Reader) -> None:
    """Somebody is on call. Errors: NotFound oncall_unknown."""
    if not everyone(rx):
        raise NotFound("oncall_unknown")


def _record(tx: Tx, by: Operator, about: int, kind: str = "oncall_changed", **facts: int) -> None:
    journal.record(tx, kind, f"operator:{by.operator_id}", f"operator:{about}", None, **facts)
