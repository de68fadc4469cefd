"""Pages: something cannot wait, and people on call are reached one after the other until one of them takes it.

Source: requirements/on-call
A page is a row with a due time; `jobs.Paging` has `calling` make the call that is due. Who takes it says so by the
link of the call, in the console, or by writing to the server in its chat. Whoever finds that something cannot wait
calls `page`, in whatever transaction it is; nothing else is needed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from chappe.base.errors import Conflict, NotAllowed, NotFound
from chappe.base.ids import UserId
from chappe.domain import journal, outbox, rota, service_chat
from chappe.domain import oncall_words as w
from chappe.domain.rota import Person
from chappe.store import Reader, Row, Tx
from chappe.store.queries import oncall as rows
from chappe.store.queries.people import take_id

TARGET_S = 120
"""So long it may take at most until somebody has taken an urgent page."""
TEXT_MOST = 400
HANDOVER, SHIFT = SOFT = ("handover", "shift")
"""Kinds that say something to one person without a telephone's ringing."""
TEST, NEW_KEY, KEY_REPLACED, *_ = OWN = ("test", "new_key", "key_replaced", *SOFT)
"""Kinds of pages that call one person alone, by each of their ways once, and that nobody else can take."""
DRILL = "drill"
ALONE = (DRILL, *OWN)
"""Kinds that ring for themselves: what nothing has happened for is told with nothing that has."""
LISTED = 200


@dataclass(frozen=True, slots=True)
class Page:
    """Something that cannot wait. Shape: due is 0 when no call is to come; acked_at and over_at are 0 while not so."""

    page_id: int
    kind: str
    subject: str
    text: str
    urgent: bool
    lasting: bool
    date: int
    due: int
    rung: int
    acked_at: int
    acked_by: str
    acked_how: str
    over_at: int

    @property
    def seconds(self) -> int:
        """How long it took until somebody took it; -1 where nobody has."""
        return self.acked_at - self.date if self.acked_at else -1


@dataclass(frozen=True, slots=True)
class PageCall:
    """One try to reach somebody. Shape: state is waiting, delivered, failed or declined; no name for who is listed."""

    page_id: int
    no: int
    operator_id: int
    name: str
    way: str
    round: int
    date: int
    state: str
    failure: str


@dataclass(frozen=True, slots=True)
class Paged:
    """Announced when a page was made, or one has to go on at once: its runner need not wait."""


def page(tx: Tx, kind: str, subject: str, text: str, urgent: bool = True, lasting: bool = False) -> int:
    """Whoever is on call is told, and if it is urgent called until somebody takes it; the id of the page.

    Shape: kind is a word of `oncall_words.HEADLINES` (another one is shown as it is); subject says what it is about
    as the journal does (`order:12`); text is one line without personal data: it goes through the networks of others.
    While the page of a kind and subject is open, or lasts, it is the same one. One that lasts stays so after it was
    taken, until `over`: for what is wrong and stays wrong. What becomes urgent is called from then on.
    After: journal page_opened, once more where it becomes urgent.
    """
    page_id, found = 0, rows.standing(tx, kind, subject)
    if found is None:  # then once more with the number held: another server may tell of it in this very moment
        page_id = take_id(tx, "page", 1)
        found = rows.standing(tx, kind, subject)
    if found is not None:
        one = of_row(found)
        if urgent and not one.urgent and not one.acked_at:
            rows.set_urgent(tx, one.page_id, tx.now)
            journal.record(tx, "page_opened", "server", f"page:{one.page_id}", what=kind, about=subject, urgent=True)
            tx.announce(Paged())
        return one.page_id
    rows.add_page(tx, page_id, kind, subject, text[:TEXT_MOST], urgent, lasting, 0)
    journal.record(tx, "page_opened", "server", f"page:{page_id}", what=kind, about=subject, urgent=urgent)
    tx.announce(Paged())
    return page_id


def remind(tx: Tx, kind: str, subject: str, text: str, every_s: int) -> bool:
    """Who is on call is told of what stays undone: once, and once more each time so long has passed; True if now.

    After: as `page`, of one that lasts until `over` and rings nobody.
    """
    found = of_matter(tx, kind, subject)
    if found is not None and (tx.now - found.date < every_s or not rows.end_page(tx, found.page_id)):
        return False
    page(tx, kind, subject, text, urgent=False, lasting=True)
    return True


def test(tx: Tx, operator_id: int) -> int:
    """One person alone is called by all their ways, once each or until they take it; the id of the page.

    Errors: NotFound oncall_unknown. After: journal page_opened.
    """
    if rota.find(tx, operator_id) is None:
        raise NotFound("oncall_unknown")
    return page(tx, TEST, f"operator:{operator_id}", "")


def say(tx: Tx, person: Person, kind: str, text: str, line: str) -> None:
    """The person hears it in the chat; who has no account here by their other ways, a telephone's voice aside.

    Shape: kind is one of SOFT; line is what may go through the networks of others.
    """
    if person.user_id:
        service_chat.tell(tx, UserId(person.user_id), text)
    else:
        page(tx, kind, f"operator:{person.operator_id}", line)


def of_matter(rx: Reader, kind: str, subject: str) -> Page | None:
    """The page of this matter that is not over."""
    found = rows.standing(rx, kind, subject)
    return None if found is None else of_row(found)


def stands(rx: Reader, kind: str, subject: str) -> bool:
    """True if there is a page of this matter that is not over."""
    return of_matter(rx, kind, subject) is not None


def over(tx: Tx, kind: str, subject: str) -> bool:
    """What the page was about is over: nobody is called any more, who was called is told; False if there is none.

    After: journal page_over.
    """
    found = rows.standing(tx, kind, subject)
    if found is None or not rows.end_page(tx, of_row(found).page_id):
        return False
    one = of_row(found)
    _quiet(tx, one.page_id)
    journal.record(tx, "page_over", "server", f"page:{one.page_id}", what=one.kind)
    _tell_called(tx, [one], lambda person, pages: w.over(person.lang_code, one.page_id, one.kind))
    return True


def acknowledge(tx: Tx, page_id: int, by: str, how: str) -> Page:
    """Somebody took the page: nobody else is called for it, and who was called is told who has it.

    Shape: by is an actor (`operator:3`, `server` for one of the settings' list); how is console, link, chat or voice.
    Errors: NotFound oncall_page_unknown; Conflict oncall_page_taken with `by`, when somebody was faster or it is over;
    NotAllowed oncall_page_own for what is told to one person. After: journal page_taken.
    """
    return acknowledge_all(tx, [page_id], by, how)[0]


def acknowledge_all(tx: Tx, page_ids: Sequence[int], by: str, how: str) -> list[Page]:
    """Somebody took those of the pages that still ring, each of them in its own name; they are told of at once.

    Errors: as `acknowledge`; Conflict only if none of them rings any more. After: journal page_taken for each.
    """
    asked = [require(tx, page_id) for page_id in page_ids]
    if any(one.kind in OWN and one.subject != by for one in asked):
        raise NotAllowed("oncall_page_own")
    taken = [require(tx, one.page_id) for one in asked if rows.take_page(tx, one.page_id, by, how)]
    if not taken:
        raise Conflict("oncall_page_taken", by=asked[0].acked_by if asked else "")
    for one in taken:
        _quiet(tx, one.page_id)
        journal.record(tx, "page_taken", by, f"page:{one.page_id}", what=one.kind, how=how, seconds=one.seconds)
    name = rota.name_of(tx, by) or "?"

    def told(person: Person, pages: Sequence[Page]) -> str:
        mine = by == f"operator:{person.operator_id}"
        said = [(one.page_id, one.kind) for one in pages]
        return w.taken(person.lang_code, said, "" if mine else name, max(one.seconds for one in pages))

    _tell_called(tx, taken, told)
    return taken


def decline(tx: Tx, page_id: int, operator_id: int) -> None:
    """This person cannot take it: the next one is called at once.

    Errors: NotFound oncall_page_unknown; Conflict oncall_page_taken, also for what is not urgent: nobody is called.
    After: journal page_declined.
    """
    one = require(tx, page_id)
    if one.acked_at or one.over_at or not one.urgent:
        raise Conflict("oncall_page_taken", by=one.acked_by)
    rows.decline(tx, page_id, operator_id)
    rows.set_call(tx, page_id, one.rung, tx.now)
    by = f"operator:{operator_id}" if operator_id > 0 else "server"
    journal.record(tx, "page_declined", by, f"page:{page_id}", what=one.kind)
    tx.announce(Paged())


def leave_out(tx: Tx, page_id: int, operator_id: int) -> None:
    """This person is called last, as if they had declined: they found it, and another one is needed."""
    made = len(rows.calls(tx, [page_id])) + 1
    rows.add_call(tx, page_id, made, operator_id, "chat", 0, 0, digest(f"{page_id} {made} left out"), "declined")


def require(rx: Reader, page_id: int) -> Page:
    """The page of this id. Errors: NotFound oncall_page_unknown."""
    row = rows.page(rx, page_id)
    if row is None:
        raise NotFound("oncall_page_unknown")
    return of_row(row)


def open_pages(rx: Reader) -> list[Page]:
    """Urgent ones that nobody has taken, the longest open first."""
    return [one for one in map(of_row, rows.open_pages(rx, LISTED)) if one.urgent]


def past_pages(rx: Reader, before: int = 1 << 60, limit: int = 50) -> list[Page]:
    """Urgent ones that were taken or are over, the newest first."""
    return [of_row(row) for row in rows.past_pages(rx, limit, before)]


def calls_of(rx: Reader, page_ids: Sequence[int]) -> dict[int, list[PageCall]]:
    """What was tried for each of the pages, in its order."""
    found: dict[int, list[PageCall]] = {}
    for page_id, no, operator_id, name, way, round_, date, letter, failure in rows.calls(rx, page_ids):
        state = failure if failure == "declined" else "failed" if failure else "delivered"
        state = "waiting" if letter == 0 and not failure else state
        one = PageCall(page_id, no, operator_id, name, way, round_, date, state, failure)
        found.setdefault(one.page_id, []).append(one)
    return found


def by_token(rx: Reader, token: str) -> tuple[list[Page], int, str]:
    """(the pages it spoke of, the operator called, the way) of the ring whose link holds the token.

    Shape: the oldest page first; the operator is below 0 for one of the settings' list.
    Errors: NotFound oncall_page_unknown.
    """
    found = rows.by_token(rx, digest(token))
    if not found:
        raise NotFound("oncall_page_unknown")
    return [require(rx, page_id) for page_id, _, _ in found], found[0][1], found[0][2]


def take_by_token(tx: Tx, token: str, how: str = "link") -> list[Page]:
    """Who holds the link of a ring has taken the pages it spoke of. Errors: as `by_token` and `acknowledge`."""
    pages, operator_id, _ = by_token(tx, token)
    by = f"operator:{operator_id}" if operator_id > 0 else "server"
    return acknowledge_all(tx, [one.page_id for one in pages], by, how)


def decline_by_token(tx: Tx, token: str) -> None:
    """Who holds the link of a ring cannot take what it spoke of. Errors: as `by_token` and `decline`."""
    pages, operator_id, _ = by_token(tx, token)
    ringing = [one for one in pages if one.urgent and not one.acked_at and not one.over_at] or pages[:1]
    for one in ringing:
        decline(tx, one.page_id, operator_id)


def of_row(row: Row) -> Page:
    """The record of a row of `pages`."""
    page_id, kind, subject, text, urgent, lasting, *rest = row
    return Page(page_id, kind, subject, text, bool(urgent), bool(lasting), *rest)


def _quiet(tx: Tx, page_id: int) -> None:
    """Letters of the page that did not go out yet stay here."""
    for outbox_id in rows.letters(tx, page_id):
        outbox.take_back(tx, outbox_id)


def _tell_called(tx: Tx, pages: Sequence[Page], text: Callable[[Person, Sequence[Page]], str]) -> None:
    """Everybody who was called hears in the chat, once, what became of the pages they were called for."""
    heard: dict[int, list[Page]] = {}
    for one in pages:
        for operator_id in rows.called(tx, one.page_id):
            heard.setdefault(operator_id, []).append(one)
    for operator_id, theirs in heard.items():
        person = rota.find(tx, operator_id)
        if person is not None and person.user_id:
            service_chat.tell(tx, UserId(person.user_id), text(person, theirs))


def digest(token: str) -> bytes:
    """As what the token of a link is kept."""
    return sha256(token.encode()).digest()
