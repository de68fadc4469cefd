"""Who is called next for a page, by which way, and when the one after: the ladder from the first person to everybody.

Source: requirements/on-call
Whose turn it is is tried in the chat, by mail, by SMS and by voice, then the next person, then all that the settings
name at once; then everybody again, until somebody takes the page. The ladder has no memory but the calls that were
made, so a hand-over, a restart or a clock that is set changes nothing else than the next call.

Several pages ring together: nobody is rung twice within `NEXT_WAY_S`, however many pages come, and each ring speaks of
all pages that nobody took. Each page keeps its own ladder, with the calls that spoke of it, so it goes on alone where
the others were taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b

from chappe.base.errors import Refusal
from chappe.base.ids import UserId
from chappe.domain import contacts, oncall, outbox, rota, service_chat
from chappe.domain import oncall_words as w
from chappe.domain.oncall import Page, PageCall
from chappe.domain.outbox import Message
from chappe.domain.rota import Person
from chappe.store import Reader, Tx
from chappe.store.queries import oncall as rows
from chappe.store.queries.people import take_id

CHAT, MAIL, SMS, VOICE = "chat", "mail", "sms", "voice"
WAYS = (CHAT, MAIL, SMS, VOICE)
"""In the order in which a person is tried."""
OUTLETS = {MAIL: "page_mail", SMS: "page_sms", VOICE: "voice"}
"""The kind of letter that each way is; nothing else goes by these, so nothing keeps a page waiting."""
NEXT_WAY_S, NEXT_PERSON_S, NEXT_ROUND_S = 15, 25, 60
LETTER_S = 900
"""A letter of a page that is older is not sent any more: other rounds are under way."""
GATHER_S = 120
"""What is not urgent is told at most so often, each kind; never longer than `due` takes for a clock set back."""
GATHERED, SHOWN = 1000, 20
TOGETHER = 2000
"""Pages that one ring speaks of at most; others ring after them."""
TOKEN_BYTES = 15
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Ways:
    """What `app` hands in. Shape: site and console end in a slash; outlets are those of mail, sms, voice that exist."""

    seal: outbox.Seal
    site: str
    console: str
    outlets: frozenset[str] = frozenset()
    listed: tuple[str, ...] = ()
    """Whom the settings name: @names of accounts, mail addresses, telephone numbers."""
    server: str = "Chappe"
    zone: str = ""
    """The server's, for who chose none."""


Next = tuple[Person, str, int]
"""(whom, by which way, in which round)."""


def due(rx: Reader, now: int) -> list[int]:
    """The pages whose next call is due, and those whose last call came to nothing, in the first round.

    Shape: a clock that was set back holds none up.
    """
    found = rows.due_pages(rx, now, now + 2 * NEXT_ROUND_S, AT_ONCE)
    waiting = [page_id for page_id in rows.waiting_pages(rx) if page_id not in found]
    calls = oncall.calls_of(rx, waiting[:AT_ONCE])
    return found + [page_id for page_id, made in calls.items() if made[-1].state == "failed" and not made[-1].round]


def call_due(tx: Tx, page_id: int, ways: Ways, seed: bytes) -> bool:
    """As `call`, if the page still waits for one: it may have rung with another a moment ago.

    One ring at a time, whichever server rings: the number of the ring is held until the commit.
    """
    if not _waits(tx, page_id):
        return False
    take_id(tx, "ring", 1)
    return _waits(tx, page_id) and call(tx, page_id, ways, seed)


def _waits(rx: Reader, page_id: int) -> bool:
    if _is_due(oncall.require(rx, page_id).due, rx.now):
        return True
    made = oncall.calls_of(rx, [page_id]).get(page_id, [])
    return bool(made) and made[-1].state == "failed" and not made[-1].round


def _is_due(due: int, now: int) -> bool:
    return due > 0 and not now < due <= now + 2 * NEXT_ROUND_S


def call(tx: Tx, page_id: int, ways: Ways, seed: bytes) -> bool:
    """The next call for the page is made and the one after it has its time; False if there is none to make.

    After: a message in a chat or a letter in the outbox; where nobody can be called it is tried again a minute later.
    """
    one = oncall.require(tx, page_id)
    if not one.due or one.acked_at or one.over_at:
        return False
    if not one.urgent:
        _say_once(tx, one, ways, seed)
        return True
    calls = oncall.calls_of(tx, [page_id]).get(page_id, [])
    order = ladder(tx, calls, ways)
    if one.kind in oncall.OWN:
        order = [step for step in order if one.subject == f"operator:{step[0].operator_id}" and not step[2]]
        order = [step for step in order if step[1] != VOICE or one.kind not in oncall.SOFT]
        if not order:
            oncall.over(tx, one.kind, one.subject)
            return True
    step = [order[0]] if order and order[0][0].operator_id > 0 else _together(order)
    if one.kind not in oncall.ALONE:
        rung = dict(rows.rung_since(tx, tx.now - NEXT_WAY_S, oncall.ALONE))
        free = [each for each in step if each[0].operator_id not in rung]
        if step and not free:
            until = max(rung[each[0].operator_id] for each in step) + NEXT_WAY_S
            rows.set_call(tx, page_id, one.rung, until)
            return False
        step = free
    due = tx.now + _rest_s(step, order)
    for no, (person, way, round_) in enumerate(step, len(calls) + 1):
        _reach(tx, one, no, person, way, round_, ways, seed, due)
    rows.set_call(tx, page_id, one.rung + 1, due)
    return bool(step)


def ladder(rx: Reader, calls: Iterable[PageCall], ways: Ways) -> list[Next]:
    """The calls to come, the next one first: nobody a second time before everybody was called once.

    Whose turn it is comes first, then the others on call, then those whom the settings name; who declined comes last.
    """
    made = list(calls)
    rounds: dict[tuple[int, str], int] = {}
    for one in made:
        rounds[one.operator_id, one.way] = max(rounds.get((one.operator_id, one.way), 0), one.round + 1)
    declined = {one.operator_id for one in made if one.state == "declined"}
    people = sorted([*rota.reachable(rx), *listed(rx, ways)], key=lambda person: person.operator_id in declined)
    steps = [(one, way, rounds.get((one.operator_id, way), 0)) for one in people for way in ways_to(one, ways)]
    return sorted(steps, key=lambda step: step[2])


def ways_to(person: Person, ways: Ways) -> list[str]:
    """By which ways the person can be reached, in the order in which they are tried."""
    known = {CHAT: person.user_id, MAIL: person.mail, SMS: person.phone, VOICE: person.phone}
    return [way for way in WAYS if known[way] and (way == CHAT or way in ways.outlets)]


def listed(rx: Reader, ways: Ways) -> list[Person]:
    """Those whom the settings name, as far as they can be found. Shape: their ids are -1, -2, …"""
    found = []
    for no, said in enumerate(ways.listed, 1):
        if said.startswith("@"):
            try:
                user_id = max(contacts.resolve_username(rx, said), 0)
            except Refusal:
                continue  # nobody has the name any more; the others are called all the same
            found.append(Person(-no, said, UserId(user_id)))
        elif "@" in said:
            found.append(Person(-no, said, mail=said))
        else:
            found.append(Person(-no, said, phone=said))
    return found


def _together(order: list[Next]) -> list[Next]:
    """Those whom the settings name are called all at once, by every way of theirs that is due in this round."""
    return [one for one in order if one[0].operator_id < 0 and one[2] == order[0][2]]


def _rest_s(step: list[Next], order: list[Next]) -> int:
    """How long until the call after these: longer once everybody was called."""
    after = [one for one in order if one not in step]
    if not step or not after or after[0][2] > step[0][2]:
        return NEXT_ROUND_S
    return NEXT_WAY_S if after[0][0] == step[0][0] else NEXT_PERSON_S


def _say_once(tx: Tx, one: Page, ways: Ways, seed: bytes) -> None:
    """What is not urgent is said once, in the chat and by mail, to whose turn it is and to the settings' list.

    Pages of one kind that come within two minutes are one message: a thousand orders are no thousand mails.
    """
    told = rows.quiet_told(tx, one.kind)
    if told <= tx.now < told + GATHER_S:
        rows.set_call(tx, one.page_id, 0, told + GATHER_S)
        return
    together = [oncall.of_row(row) for row in rows.quiet_waiting(tx, one.kind, GATHERED)]
    said = replace(one, text=_listed_texts([each.text for each in together]))
    people = [*rota.reachable(tx)[:1], *listed(tx, ways)]
    steps = [(person, way) for person in people for way in ways_to(person, ways) if way in (CHAT, MAIL)]
    for no, (person, way) in enumerate(steps, 1):
        _reach(tx, said, no, person, way, 0, ways, seed)
    for each in together:
        rows.set_call(tx, each.page_id, 1, 0)
        if not each.lasting:
            rows.end_page(tx, each.page_id)


def _listed_texts(texts: list[str]) -> str:
    """The different texts, one a line, the first of them where there are many."""
    lines = list(dict.fromkeys(text for text in texts if text))
    more = [f"… +{len(lines) - SHOWN}"] if len(lines) > SHOWN else []
    return "\n".join([*lines[:SHOWN], *more])


def _reach(
    tx: Tx, one: Page, no: int, person: Person, way: str, round_: int, ways: Ways, seed: bytes, due: int = 0
) -> None:
    """The person is called by that way; with a `due` for all pages that ring, and those that were due are due then."""
    token = blake2b(b"%d.%d" % (one.page_id, no), key=seed, digest_size=TOKEN_BYTES).hexdigest()
    together = _ringing(tx, one, person, way) if due and one.kind not in oncall.ALONE else []
    zone = person.zone or ways.zone
    others = tuple((each.page_id, each.kind, w.local(each.text, zone)) for each in together)
    said = w.Said(
        one.page_id, one.kind, w.local(one.text, zone), one.date, f"{ways.site}on-call/{token}", ways.console,
        ways.server, others, zone,
    )  # fmt: skip
    lang, letter_id = person.lang_code, 0
    if way == CHAT:
        text = w.chat(lang, said) if one.urgent else w.note(lang, said)
        service_chat.tell(tx, person.user_id, text, w.title(lang, said))
    else:
        address = person.mail if way == MAIL else person.phone
        message = _letter(lang, way, said, one.urgent)
        letter_id = outbox.enqueue(
            tx, OUTLETS[way], address, outbox.pack(message, ways.seal), expires=tx.now + LETTER_S
        )
    digest = oncall.digest(token)
    rows.add_call(tx, one.page_id, no, person.operator_id, way, round_, letter_id, digest, "")
    for each in together:
        rows.add_call(tx, each.page_id, each.made + 1, person.operator_id, way, each.round, letter_id, digest, "")
        if _is_due(each.due, tx.now):
            rows.set_call(tx, each.page_id, each.rung + 1, due)


@dataclass(frozen=True, slots=True)
class _Ringing:
    """A page that rings besides. Shape: made: calls so far; round: the next one of the person by the way."""

    page_id: int
    kind: str
    text: str
    due: int
    rung: int
    made: int
    round: int
    declined: int


def _ringing(rx: Reader, one: Page, person: Person, way: str) -> list[_Ringing]:
    """Pages besides this one that nobody took, and that the person has not said no to."""
    found = [_Ringing(*row) for row in rows.ringing(rx, person.operator_id, way, oncall.ALONE, TOGETHER)]
    return [each for each in found if each.page_id != one.page_id and not each.declined]


def _letter(lang: str, way: str, said: w.Said, urgent: bool) -> Message:
    if way == SMS:
        return Message(w.sms(lang, said))
    if way == VOICE:  # the channel reads language and link out of what is a subject elsewhere
        return Message(w.voice(lang, said), f"{lang} {said.link}")
    return Message(w.chat(lang, said) if urgent else w.note(lang, said), w.subject(lang, said))
