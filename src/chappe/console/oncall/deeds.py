"""Deeds about pages, shifts and people on call. Source: requirements/on-call"""

import base64
from collections.abc import Sequence

import msgspec

from chappe.console.deeds import Deeds, Nothing
from chappe.console.inside import Inside
from chappe.domain import drills, handovers, oncall, rota
from chappe.domain.drills import Drill
from chappe.domain.operators import Operator
from chappe.domain.rota import Handover, Person, Shift
from chappe.store import Reader

DEEDS = Deeds()
DAY_S, HOUR_S = 86_400, 3600
AHEAD_S = 28 * DAY_S
TOKEN_BYTES = 24


class CallLine(msgspec.Struct, frozen=True):
    """One try to reach somebody. Shape: way is chat, mail, sms or voice; state waiting, delivered, failed, declined."""

    name: str
    way: str
    date: int
    state: str
    failure: str


class PageLine(msgspec.Struct, frozen=True):
    """A page. Shape: seconds until it was taken, -1 while it was not; subject as in the journal."""

    page_id: int
    kind: str
    subject: str
    text: str
    date: int
    seconds: int
    taken_by: str
    how: str
    over: bool
    calls: tuple[CallLine, ...]
    called: bool
    """True if the one who asks was called for it."""


class Pages(msgspec.Struct, frozen=True):
    """The pages that nobody took, the longest open first, and the last that were. Shape: target in seconds."""

    now: int
    target: int
    open: tuple[PageLine, ...]
    past: tuple[PageLine, ...]


class OnePage(msgspec.Struct, frozen=True):
    """Which page."""

    page_id: int


class ThesePages(msgspec.Struct, frozen=True):
    """Which pages; those of them that ring no more are left as they are."""

    page_ids: tuple[int, ...]


class PersonLine(msgspec.Struct, frozen=True):
    """Somebody on call, and how they are reached. Shape: account is shown as a number; turn: it is theirs now."""

    operator_id: int
    name: str
    account: int
    mail: str
    phone: str
    lang: str
    turn: bool
    zone: str = ""


class ShiftLine(msgspec.Struct, frozen=True):
    """Somebody's turn. Shape: place 0 is asked first."""

    shift_id: int
    operator_id: int
    name: str
    place: int
    start: int
    until: int


class Gap(msgspec.Struct, frozen=True):
    """When it is nobody's turn."""

    start: int
    until: int


class HandoverLine(msgspec.Struct, frozen=True):
    """One asks another to take the rest of a shift."""

    handover_id: int
    shift_id: int
    from_id: int
    to_id: int
    note: str
    date: int
    mine: bool


class DrillLine(msgspec.Struct, frozen=True):
    """A drill that was held. Shape: seconds -1 where nobody answered; outcome in_time, late, missed."""

    date: int
    seconds: int
    outcome: str


class Rota(msgspec.Struct, frozen=True):
    """People, shifts and gaps of the weeks ahead, hand-overs that wait, and drills."""

    now: int
    people: tuple[PersonLine, ...]
    turn: tuple[ShiftLine, ...]
    shifts: tuple[ShiftLine, ...]
    gaps: tuple[Gap, ...]
    handovers: tuple[HandoverLine, ...]
    drills: tuple[DrillLine, ...]
    drill_runs: bool


class Reached(msgspec.Struct, frozen=True):
    """How somebody is reached. Shape: account is a username; phone international; lang en or fr; zone Europe/Paris."""

    operator_id: int
    account: str = ""
    mail: str = ""
    phone: str = ""
    lang: str = "en"
    zone: str = ""


class OnePerson(msgspec.Struct, frozen=True):
    """Who."""

    operator_id: int


class NewShift(msgspec.Struct, frozen=True):
    """Whose turn, from when to when. Shape: place 0 is asked first."""

    operator_id: int
    start: int
    until: int
    place: int = 0


class Plan(msgspec.Struct, frozen=True):
    """People who take turns. Shape: shifts of so many hours, so many of them."""

    people: tuple[int, ...]
    start: int
    hours: int
    count: int
    place: int = 0


class OneShift(msgspec.Struct, frozen=True):
    """Which shift."""

    shift_id: int


class Offer(msgspec.Struct, frozen=True):
    """Which shift is handed over to whom, and what they must know."""

    shift_id: int
    to_id: int
    note: str = ""


class HandoverAnswer(msgspec.Struct, frozen=True):
    """Taken or not."""

    handover_id: int
    takes: bool = False


class CalendarLink(msgspec.Struct, frozen=True):
    """The address of a calendar, for a calendar program: shown this once."""

    path: str


@DEEDS.deed("GET", "/api/on-call/pages")
async def list_pages(inside: Inside, me: Operator, asked: Nothing) -> Pages:
    """The pages that ring now, with whom they rang, and the last that were taken."""

    def query(rx: Reader) -> Pages:
        ringing, past = oncall.open_pages(rx), oncall.past_pages(rx, limit=20)
        calls = oncall.calls_of(rx, [one.page_id for one in (*ringing, *past)])
        known = {f"operator:{one.operator_id}": one.name for one in rota.everyone(rx)}

        def line(one: oncall.Page) -> PageLine:
            made = calls.get(one.page_id, [])
            name = known.get(one.acked_by) or rota.name_of(rx, one.acked_by)
            return PageLine(
                one.page_id, one.kind, one.subject, one.text, one.date, one.seconds, name, one.acked_how,
                bool(one.over_at and not one.acked_at), tuple(map(_call_line, made)),
                any(call.operator_id == me.operator_id for call in made),
            )  # fmt: skip

        return Pages(rx.now, oncall.TARGET_S, tuple(map(line, ringing)), tuple(map(line, past)))

    return await inside.read(query)


@DEEDS.deed("POST", "/api/on-call/pages/{page_id}/take", to="/oncall")
async def take_page(inside: Inside, me: Operator, asked: OnePage) -> Nothing:
    """One has the page: nobody else is called for it."""
    await inside.write(lambda tx: oncall.acknowledge(tx, asked.page_id, f"operator:{me.operator_id}", "console"))
    return Nothing()


@DEEDS.deed("POST", "/api/on-call/pages/taken", to="/oncall")
async def take_pages(inside: Inside, me: Operator, asked: ThesePages) -> Nothing:
    """One has all of these pages: nobody else is called for them."""
    by = f"operator:{me.operator_id}"
    await inside.write(lambda tx: oncall.acknowledge_all(tx, asked.page_ids, by, "console"))
    return Nothing()


@DEEDS.deed("POST", "/api/on-call/pages/{page_id}/decline", to="/oncall")
async def decline_page(inside: Inside, me: Operator, asked: OnePage) -> Nothing:
    """One cannot take the page: the next person is called at once."""
    await inside.write(lambda tx: oncall.decline(tx, asked.page_id, me.operator_id))
    return Nothing()


@DEEDS.deed("GET", "/api/on-call")
async def list_on_call(inside: Inside, me: Operator, asked: Nothing) -> Rota:
    """Who is on call, whose turn it is, the shifts and gaps of four weeks, hand-overs and drills."""

    def query(rx: Reader) -> Rota:
        turn = rota.on_shift(rx)
        now_on = {one.operator_id for one in turn}
        people = tuple(_person_line(one, one.operator_id in now_on) for one in rota.everyone(rx))
        ahead = tuple(map(_shift_line, rota.shifts(rx, rx.now, rx.now + AHEAD_S)))
        last = max((one.until for one in ahead), default=rx.now)
        gaps = tuple(Gap(*one) for one in rota.gaps(rx, rx.now, last)) if ahead else ()
        waiting = tuple(_handover_line(one, me) for one in handovers.waiting(rx))
        held = tuple(map(_drill_line, drills.past(rx, 12)))
        running = drills.current(rx) is not None
        return Rota(rx.now, people, tuple(map(_shift_line, turn)), ahead, gaps, waiting, held, running)

    return await inside.read(query)


@DEEDS.deed("POST", "/api/on-call/people/{operator_id}", to="/oncall/people")
async def set_on_call(inside: Inside, me: Operator, asked: Reached) -> Nothing:
    """Somebody is on call and reached by these ways; everybody may say so of themself, owners and leads of all."""
    ways = (asked.account, asked.mail, asked.phone, asked.lang, asked.zone)
    await inside.write(lambda tx: rota.set_person(tx, me, asked.operator_id, *ways))
    return Nothing()


@DEEDS.deed("DELETE", "/api/on-call/people/{operator_id}", to="/oncall/people")
async def end_on_call(inside: Inside, me: Operator, asked: OnePerson) -> Nothing:
    """Somebody is on call no more, and has no shift."""
    await inside.write(lambda tx: rota.remove_person(tx, me, asked.operator_id))
    return Nothing()


@DEEDS.deed("POST", "/api/on-call/test", to="/oncall/people")
async def test_ways(inside: Inside, me: Operator, asked: Nothing) -> OnePage:
    """One is called by all one's own ways, one after the other, to see that each works."""
    return OnePage(await inside.write(lambda tx: oncall.test(tx, me.operator_id)))


@DEEDS.deed("POST", "/api/on-call/shifts", to="/oncall/calendar")
async def add_shift(inside: Inside, me: Operator, asked: NewShift) -> OneShift:
    """It is somebody's turn in that time; owners and leads plan."""
    facts = (asked.operator_id, asked.start, asked.until, asked.place)
    return OneShift(await inside.write(lambda tx: rota.add_shift(tx, me, *facts)))


@DEEDS.deed("POST", "/api/on-call/plan", to="/oncall/calendar")
async def plan_shifts(inside: Inside, me: Operator, asked: Plan) -> Nothing:
    """People take turns, one shift after the other; owners and leads plan."""
    facts = (asked.people, asked.start, asked.hours * HOUR_S, asked.count, asked.place)
    await inside.write(lambda tx: rota.plan(tx, me, *facts))
    return Nothing()


@DEEDS.deed("DELETE", "/api/on-call/shifts/{shift_id}", to="/oncall/calendar")
async def remove_shift(inside: Inside, me: Operator, asked: OneShift) -> Nothing:
    """There is no such shift; one that runs ends now."""
    await inside.write(lambda tx: rota.remove_shift(tx, me, asked.shift_id))
    return Nothing()


@DEEDS.deed("POST", "/api/on-call/hand-overs", to="/oncall")
async def hand_over(inside: Inside, me: Operator, asked: Offer) -> Nothing:
    """Somebody is asked to take the rest of a shift; until they say yes it is not theirs."""
    await inside.write(lambda tx: handovers.offer(tx, me, asked.shift_id, asked.to_id, asked.note, inside.zone))
    return Nothing()


@DEEDS.deed("POST", "/api/on-call/hand-overs/{handover_id}", to="/oncall")
async def answer_hand_over(inside: Inside, me: Operator, asked: HandoverAnswer) -> Nothing:
    """One takes the rest of the shift from now on, or does not."""
    await inside.write(lambda tx: handovers.answer(tx, me, asked.handover_id, asked.takes))
    return Nothing()


@DEEDS.deed("POST", "/api/on-call/drill", to="/oncall")
async def hold_drill(inside: Inside, me: Operator, asked: Nothing) -> Nothing:
    """A drill begins now, and what comes of it is published like that of any other; owners and leads may."""
    await inside.write(lambda tx: drills.begin_now(tx, me))
    return Nothing()


@DEEDS.deed("POST", "/api/on-call/calendar")
async def make_calendar(inside: Inside, me: Operator, asked: Nothing) -> CalendarLink:
    """A calendar program that knows the address shows one's shifts; an older address shows nothing any more."""
    token = base64.urlsafe_b64encode(inside.entropy(TOKEN_BYTES)).decode().rstrip("=")
    await inside.write(lambda tx: rota.set_calendar(tx, me, token))
    return CalendarLink(f"/calendar/{token}.ics")


def _call_line(one: oncall.PageCall) -> CallLine:
    return CallLine(one.name, one.way, one.date, one.state, one.failure)


def _person_line(one: Person, turn: bool) -> PersonLine:
    return PersonLine(one.operator_id, one.name, one.user_id, one.mail, one.phone, one.lang_code, turn, one.zone)


def _shift_line(one: Shift) -> ShiftLine:
    return ShiftLine(one.shift_id, one.operator_id, one.name, one.place, one.start, one.until)


def _handover_line(one: Handover, me: Operator) -> HandoverLine:
    mine = one.to_id == me.operator_id
    return HandoverLine(one.handover_id, one.shift_id, one.from_id, one.to_id, one.note, one.date, mine)


def _drill_line(one: Drill) -> DrillLine:
    return DrillLine(one.due, one.seconds, one.outcome)


def mark(pages: Sequence[PageLine]) -> str:
    """A word that changes whenever what the screen shows of open pages does."""
    return ".".join(f"{one.page_id}-{len(one.calls)}-{''.join(call.state[0] for call in one.calls)}" for one in pages)
