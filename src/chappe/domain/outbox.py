"""Letters to the outside: queued in the writing transaction, taken under a lease, tried again, given up, erased.

A letter is delivered at least once: whoever took it and died has lost it when the lease ends. Its payload is sealed
by whoever queues it, and erased in the commit that ends it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from chappe.store import Reader, Tx
from chappe.store.queries import outbound as rows
from chappe.store.queries.people import take_id

Seal = Callable[[bytes], bytes]
"""Encrypts (or, the other way, decrypts) with a key that lies outside the database."""

LEASE_S = 60
RETRY_S = 5
RETRY_FACTOR = 3
LONGEST_RETRY_S = 3600
TRIES = 10
KEPT_S = 86_400
_DELIVERED, _GIVEN_UP = 1, 2


class Message(msgspec.Struct, frozen=True, array_like=True):
    """What is said; SMS have no subject.

    Shape: reply_to is where mail is answered, empty for who sends it; paper is what the channel prints and encloses
    under that name, empty for nothing.
    """

    text: str
    subject: str = ""
    reply_to: str = ""
    paper: bytes = b""
    paper_name: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` tries for one address in `window_s` seconds; what is above waits."""

    count: int = 10
    window_s: int = 3600


PAGES = ("page_mail", "page_sms", "voice")
"""Kinds of letters to people on call: each has a runner of its own, which no other letter can keep busy."""
NOTICE_MAIL = "notice_mail"
"""Mail to an address that somebody wrote into a form: of its own kind, so that whoever writes that of another into many
forms keeps back none of the codes and warnings that go there."""
RATES = {"web_push": Rate(60, 60), "legal_mail": Rate(5000, 3600), **{kind: Rate(120, 3600) for kind in PAGES}}
"""Kinds that have a rate of their own."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter taken for delivery; `tries` counts this one."""

    outbox_id: int
    kind: str
    address: str
    payload: bytes
    tries: int
    date: int
    expires: int


@dataclass(frozen=True, slots=True)
class Queued:
    """Announced when a letter was queued: its runner need not wait."""

    kind: str


def pack(message: Message, seal: Seal) -> bytes:
    """The message as the payload of a letter."""
    return seal(msgspec.msgpack.encode(message))


def unpack(payload: bytes, unseal: Seal) -> Message:
    """The message in the payload.

    Errors: MsgspecError, and what `unseal` raises.
    """
    return msgspec.msgpack.decode(unseal(payload), type=Message)


def enqueue(tx: Tx, kind: str, address: str, payload: bytes, due: int | None = None, expires: int = 0) -> int:
    """A letter waits; after the commit a `Queued` is announced.

    Shape: kind names a channel (mail, sms, console); due and expires are dates, now and never if not given: after
    `expires` it is not sent any more (a login code that no longer works).
    """
    outbox_id = take_id(tx, "outbox", 1)
    rows.insert(tx, outbox_id, kind, address, payload, tx.now, tx.now if due is None else due, expires)
    tx.announce(Queued(kind))
    return outbox_id


def take_due(
    tx: Tx, limit: int = 32, rate: Rate = Rate(), lease_s: int = LEASE_S, pages: bool = False, kind: str = ""
) -> list[Letter]:
    """Letters whose time has come, each leased to the caller until it says how it went or the lease ends.

    Shape: `pages` takes those to people on call, a `kind` only such letters, else all but pages are taken.
    After: expired ones are given up, those above the rate of their address wait until there is room.
    """
    taken = []
    found = rows.due(tx, tx.now, limit, *_which(pages, kind))
    for outbox_id, way, address, payload, tries, date, was_due, expires in found:
        if expires and expires <= tx.now:
            rows.finish(tx, outbox_id, _GIVEN_UP, tx.now, "expired")
            continue
        allowed = RATES.get(way, rate)
        count, first = rows.tried_since(tx, way, address, tx.now - allowed.window_s, outbox_id)
        if count >= allowed.count:
            rows.postpone(tx, outbox_id, first + allowed.window_s)
        elif rows.lease(tx, outbox_id, was_due, tx.now, tx.now + lease_s):
            taken.append(Letter(outbox_id, way, address, bytes(payload), tries + 1, date, expires))
    return taken


def next_due(rx: Reader, pages: bool = False, kind: str = "") -> int | None:
    """When the next letter is due; None when none waits. Shape: as `take_due`."""
    return rows.next_due(rx, *_which(pages, kind))


def _which(pages: bool, kind: str) -> tuple[tuple[str, ...], bool]:
    """(kinds, whether all others are meant)."""
    return ((kind,), False) if kind else (PAGES, not pages)


def mark_done(tx: Tx, letter: Letter) -> None:
    """The letter is delivered and its content erased."""
    rows.finish(tx, letter.outbox_id, _DELIVERED, tx.now, "")


def mark_failed(tx: Tx, letter: Letter, failure: str, final: bool = False, wait_s: int = 0) -> bool:
    """True if the letter will be tried again, else it is given up and its content erased.

    Shape: waits of 5, 15, 45 … 3600 seconds, at least `wait_s`; ten tries; never past the letter's expiry.
    Failure is one word of ours, never text from outside.
    """
    due = tx.now + max(wait_s, retry_after_s(letter.tries))
    if final or letter.tries >= TRIES or (letter.expires and due >= letter.expires):
        rows.finish(tx, letter.outbox_id, _GIVEN_UP, tx.now, failure)
        return False
    rows.retry(tx, letter.outbox_id, letter.tries, due, failure)
    return True


def take_back(tx: Tx, outbox_id: int) -> None:
    """The letter is sent no more, if it has not gone out."""
    rows.finish(tx, outbox_id, _GIVEN_UP, tx.now, "taken_back")


def retry_after_s(tries: int) -> int:
    """How long to wait after that many tries."""
    wait_s: int = RETRY_S * RETRY_FACTOR ** (min(tries, 12) - 1)
    return min(wait_s, LONGEST_RETRY_S)


def forget(tx: Tx) -> int:
    """Letters that ended more than a day ago leave no trace; how many."""
    return rows.forget(tx, tx.now - KEPT_S)


def counts(rx: Reader) -> dict[tuple[str, str], int]:
    """How many letters there are by kind and state (waiting, delivered, given_up)."""
    names = ("waiting", "delivered", "given_up")
    return {(kind, names[state]): number for kind, state, number in rows.counts(rx)}
