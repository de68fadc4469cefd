"""Notices: filed, counted, joined to cases, shown to who has the secret link.

Source: dsa/16
"""

from dataclasses import replace
from hashlib import sha256

from chappe.base import Invalid, NotFound
from chappe.base.ids import Entropy
from chappe.domain import categories, journal, limits, outbox, service_chat
from chappe.domain.journal import Public
from chappe.domain.limits import Rate
from chappe.safety import caretaking, intake, letters, notifiers
from chappe.safety.records import (
    BUTTON,
    FLAGGER,
    MEASURE,
    NO_ACTION,
    WAYS,
    Case,
    Desk,
    Filed,
    Filing,
    Located,
    Notice,
    Notifier,
)
from chappe.store import Reader, Row, Tx
from chappe.store.safety import notices as rows

EXPLANATION_LENGTH = 5000
ITEMS = 100
"""Items of one notice at most."""
TOKEN_BYTES = 16
PER_PERSON = Rate(30, 3600)
PER_PLACE = Rate(100, 3600)
PEOPLE_PER_PLACE = Rate(1000, 3600)
"""Of those who have accounts: a whole house may share an address."""
CHILD_ABUSE_PER_PERSON = Rate(100, 3600)
CHILD_ABUSE_PER_PLACE = Rate(500, 3600)
"""What is said of children is counted apart, so that other notices never use it up."""


def token(entropy: Entropy) -> str:
    """A fresh token for `file`. Shape: 32 hex digits."""
    return entropy(TOKEN_BYTES).hex()


def file(tx: Tx, desk: Desk, notifier: Notifier, filing: Filing, token: str) -> Filed:
    """The notice stands, each of its items in exactly one open case, and its receipt is on its way.

    Source: dsa/16(4)
    Shape: token is fresh, of `token`. The receipt goes to the service chat of an account, by mail to an address.
    Errors: TooMany flood_wait_x; NotAllowed notices_limited while the notifier is limited (never for child abuse);
    Invalid option_invalid (no such category), message_too_long, message_id_invalid (no item, or too many).
    After: journal notice_filed, case_opened for a new case.
    """
    _require_whole(filing)
    child_abuse = categories.is_child_abuse(filing.keyword)
    if desk.limited:
        _take(tx, notifier, child_abuse=child_abuse)
    notifier_id = notifiers.known(tx, desk, notifier, child_abuse=child_abuse)
    notice_id = rows.take_id(tx, "notice", 1)
    found = list({one.key: one for one in filing.items}.values())
    precise = _precise(notifier, filing)
    source = "trusted_flagger" if filing.way == FLAGGER else "notice"
    joined = intake.open_for(
        tx, found, source, filing.category, filing.keyword, notifier.lang, flagged=filing.way == FLAGGER,
        precise=precise, notices=1,
    )  # fmt: skip
    rows.add(tx, (
        notice_id, _digest(token), notifier_id, filing.way, filing.category, filing.keyword, filing.explanation.strip(),
        notifier.lang, notifier.country, int(precise), len(found), tx.now, desk.wrapper.wrap(token.encode(), _LINK),
    ))  # fmt: skip
    for one, case in zip(found, joined, strict=True):
        rows.add_item(tx, notice_id, one.key, case.case_id)
    rows.filed(tx, notifier_id)
    public = Public(
        "notice", notifier.country, filing.category, filing.keyword, item=found[0].item.kind, source=source,
        items=len(found),
    )  # fmt: skip
    entry = journal.record(
        tx, "notice_filed", notifier.subject or f"notifier:{notifier_id}", f"notice:{notice_id}", public,
        way=filing.way, keyword=filing.keyword, items=len(found), precise=precise, case=joined[0].case_id,
    )  # fmt: skip
    rows.recorded(tx, notice_id, entry)
    caretaking.note(tx, notifier, filing, notice_id)
    filed = Filed(notice_id, link(desk, token), tuple(dict.fromkeys(one.case_id for one in joined)), tx.now)
    _receive(tx, desk, notifier, filing, filed, len(found))
    return filed


_LINK = b"notice link"


def link(desk: Desk, token: str) -> str:
    """Where the state of the notice is shown."""
    return f"{desk.links}notice/{token}"


def link_of(rx: Reader, desk: Desk, notice_id: int) -> str:
    """The same link again, for who noticed alone; empty when it cannot be known any more."""
    sealed = rows.sealed_token(rx, notice_id)
    opened = desk.wrapper.unwrap(sealed, _LINK) if sealed else None
    return link(desk, opened.decode()) if opened else ""


def by_token(rx: Reader, token: str) -> Notice | None:
    """The notice whose secret link this is. Shape: any text may be given."""
    row = rows.by_token(rx, _digest(token))
    return of_row(row) if row else None


def find(rx: Reader, notice_id: int) -> Notice:
    """The notice. Errors: NotFound operator_notice_unknown."""
    row = rows.find(rx, notice_id)
    if row is None:
        raise NotFound("operator_notice_unknown")
    return of_row(row)


def entry_of(rx: Reader, notice_id: int) -> int:
    """The number of the journal's entry about it; 0 when there is none."""
    return rows.entry(rx, notice_id)


def items_of(rx: Reader, notice_id: int) -> list[tuple[Located, Case]]:
    """What the notice is about, and in which case each item is; without evidence.

    Shape: the case's outcome is the item's: `no_action` where the measure of the case spared it.
    """
    found = rows.items_of(rx, notice_id)
    known = {case_id: intake.read(rx, case_id) for case_id in {row[1] for row in found}}
    return [
        (_placed(blob, author, hash_, known[case_id]), _for_item(known[case_id], acted_at))
        for _, case_id, blob, author, hash_, acted_at in found
    ]


def _for_item(case: Case, acted_at: int) -> Case:
    return replace(case, outcome=NO_ACTION) if case.outcome == MEASURE and not acted_at else case


def _placed(blob: bytes, author: int, sha256: str, case: Case) -> Located:
    return Located(intake.item(blob), author, case.room_id, case.surface, sha256=sha256)


def of_case(rx: Reader, case_id: int, after: int = 0, limit: int = 50) -> list[Notice]:
    """The notices joined in a case above that number, oldest first."""
    return [of_row(row) for row in rows.of_case(rx, case_id, after, limit)]


def of_notifier(rx: Reader, notifier_id: int, below: int = 2**62, limit: int = 50) -> list[Notice]:
    """What somebody filed, newest first."""
    return [of_row(row) for row in rows.of_notifier(rx, notifier_id, below, limit)]


def between(rx: Reader, since: int, until: int, after: int = 0, limit: int = 1000) -> list[Notice]:
    """Notices received in a stretch of time, in the order of their numbers: for reports and exports."""
    return [of_row(row) for row in rows.between(rx, since, until, after, limit)]


def of_row(row: Row) -> Notice:
    """The record of a row."""
    notice_id, notifier_id, subject, *said = row
    who = subject if subject.startswith(("user:", "flagger:")) else f"notifier:{notifier_id}"
    return replace(Notice(notice_id, notifier_id, who, *said), precise=bool(said[6]))


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()


def _require_whole(filing: Filing) -> None:
    if filing.way not in WAYS or not categories.known(filing.category, filing.keyword):
        raise Invalid("option_invalid")
    if len(filing.explanation) > EXPLANATION_LENGTH:
        raise Invalid("message_too_long")
    if not 0 < len(filing.items) <= ITEMS:
        raise Invalid("message_id_invalid")


def _take(tx: Tx, notifier: Notifier, *, child_abuse: bool) -> None:
    """Flaggers are let in by their keys. Errors: TooMany flood_wait_x."""
    sort, per_person, per_place = "notice", PER_PERSON, PEOPLE_PER_PLACE if notifier.user_id else PER_PLACE
    if child_abuse:
        sort, per_person, per_place = "notice_child", CHILD_ABUSE_PER_PERSON, CHILD_ABUSE_PER_PLACE
    if notifier.network and not notifier.flagger_id:
        limits.take(tx, f"{sort}:{'house' if notifier.user_id else 'place'}:{notifier.network}", per_place)
    if notifier.user_id:
        limits.take(tx, f"{sort}:user:{notifier.user_id}", per_person)


def _precise(notifier: Notifier, filing: Filing) -> bool:
    """True if the notice gives knowledge: where, what and why, by somebody who stands by it. Source: dsa/16(3)"""
    located = any(one.names_something for one in filing.items)
    if not located or not filing.good_faith or filing.way == BUTTON or filing.category == categories.UNSPECIFIED:
        return False
    named = bool(notifier.subject or (notifier.name and notifier.email))
    return categories.is_child_abuse(filing.keyword) or (named and bool(filing.explanation.strip()))


def _receive(tx: Tx, desk: Desk, notifier: Notifier, filing: Filing, filed: Filed, items: int) -> None:
    """The receipt is on its way. Source: dsa/16(4)"""
    what = (filing.category, filing.keyword)
    text = letters.receipt(notifier.lang, filed.notice_id, what, items, filed.link)
    if notifier.user_id:
        service_chat.tell(tx, notifier.user_id, text)
    elif notifier.email and desk.mails and not notifier.flagger_id:
        subject = letters.subject(notifier.lang, "receipt", filed.notice_id)
        letter = outbox.pack(outbox.Message(text, subject), desk.wrapper.seal)
        outbox.enqueue(tx, outbox.NOTICE_MAIL, notifier.email, letter)
