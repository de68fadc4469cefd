"""Who files notices, how theirs turn out, and what follows for who cries wolf: a warning, then a time without.

Source: dsa/23
Counted is what turned out plainly unfounded, as a share of what was decided since the last step; a notice about the
abuse of children is always taken.
"""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime

from chappe.base import NotAllowed, NotFound
from chappe.base.ids import UserId
from chappe.domain import accounts, journal, outbox, service_chat
from chappe.safety import letters
from chappe.safety.records import UNFOUNDED, Desk, Notice, Notifier
from chappe.store import Reader, Tx
from chappe.store.safety import notices as rows

DECIDED_LEAST = 10
"""Notices that must be decided before anybody is warned, and again before anybody is limited."""
UNFOUNDED_SHARE = 0.8
LIMITED_DAYS = 30
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Record:
    """How somebody's notices turned out. Shape: founded and unfounded since the last step; dates 0 for never."""

    notifier_id: int
    subject: str
    filed: int
    founded: int
    unfounded: int
    warned_at: int
    limited_until: int

    @property
    def cries_wolf(self) -> bool:
        """True if most of what was decided was plainly unfounded."""
        decided = self.founded + self.unfounded
        return decided >= DECIDED_LEAST and self.unfounded >= UNFOUNDED_SHARE * decided


def known(tx: Tx, desk: Desk, notifier: Notifier, *, child_abuse: bool) -> int:
    """The number of who files, a new one for who never did or gives no name.

    Errors: NotAllowed notices_limited, with the date until when.
    """
    subject = notifier.subject
    if not subject and notifier.email:
        subject = f"mail:{desk.wrapper.digest(notifier.email.strip().lower().encode(), b'notifier').hex()[:32]}"
    row = rows.notifier_of(tx, subject)
    email = desk.wrapper.seal(notifier.email.encode()) if notifier.email else None
    if row is None:
        notifier_id = rows.take_id(tx, "notifier", 1)
        rows.add_notifier(tx, notifier_id, subject, notifier.name, email, tx.now)
        return notifier_id
    if row[9] > tx.now and not child_abuse:
        day = datetime.fromtimestamp(row[9], UTC).date().isoformat()
        raise NotAllowed("notices_limited", until=row[9], day=day)
    if email is not None:
        rows.set_contact(tx, row[0], notifier.name, email)
    return int(row[0])


def record(rx: Reader, notifier_id: int) -> Record:
    """How the notifier's notices turned out. Errors: NotFound operator_notifier_unknown."""
    row = rows.notifier(rx, notifier_id)
    if row is None:
        raise NotFound("operator_notifier_unknown")
    return Record(row[0], row[1], *row[5:10])


def email(rx: Reader, desk: Desk, notifier_id: int) -> str:
    """The address the notifier gave, empty for none."""
    row = rows.notifier(rx, notifier_id)
    return desk.wrapper.unseal(row[3]).decode() if row and row[3] else ""


def count(tx: Tx, desk: Desk, notice: Notice, outcome: str, link: str) -> None:
    """The notice turned out so; who cries wolf is warned, and limited when it goes on.

    Source: dsa/23
    After: journal notifier_warned or notifier_limited.
    """
    before = record(tx, notice.notifier_id)
    if not before.subject or before.subject.startswith("flagger:"):
        return
    unfounded = outcome == UNFOUNDED
    now = Record(
        before.notifier_id, before.subject, before.filed, before.founded + (not unfounded),
        before.unfounded + unfounded, before.warned_at, before.limited_until,
    )  # fmt: skip
    if not unfounded or not now.cries_wolf:
        rows.set_record(tx, now.notifier_id, now.founded, now.unfounded, now.warned_at, now.limited_until)
        return
    decided = now.founded + now.unfounded
    if not now.warned_at:
        rows.set_record(tx, now.notifier_id, 0, 0, tx.now, 0)
        text = letters.warned(notice.lang, now.unfounded, decided, LIMITED_DAYS)
        journal.record(tx, "notifier_warned", "server", notice.notifier, unfounded=now.unfounded, decided=decided)
    else:
        until = tx.now + LIMITED_DAYS * _DAY_S
        rows.set_record(tx, now.notifier_id, 0, 0, now.warned_at, until)
        text = letters.limited(notice.lang, now.unfounded, decided, until, link)
        journal.record(
            tx, "notifier_limited", "server", notice.notifier, unfounded=now.unfounded, decided=decided, until=until
        )
    tell(tx, desk, notice, text, letters.subject(notice.lang, "warning"))


def tell(tx: Tx, desk: Desk, notice: Notice, text: str, subject: str) -> None:
    """Whoever filed the notice hears it by the channel it came by; flaggers read it there themselves."""
    kind, _, number = notice.notifier.partition(":")
    if kind == "user":
        # Who cannot be told any more stops nobody else from being told.
        with contextlib.suppress(NotFound):
            if not accounts.get(tx, UserId(int(number))).deleted:
                service_chat.tell(tx, UserId(int(number)), text)
    elif kind == "notifier" and desk.mails and (address := email(tx, desk, notice.notifier_id)):
        outbox.enqueue(tx, outbox.NOTICE_MAIL, address, outbox.pack(outbox.Message(text, subject), desk.wrapper.seal))
