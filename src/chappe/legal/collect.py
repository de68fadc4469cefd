"""What an order reaches of what there is: only the categories and times ordered, only what exists.

Source: evidence/3(9), evidence/3(12), dsa/10(2), requirements/legal-packages
A scope is a list of pieces, each one person (or one message) with one category and one time; it is what two people
approve, and reading it out gives records. What a hold of the same order keeps comes along, also if it is gone since.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import personal
from chappe.domain.personal import CONTENT, IDENTIFICATION, SUBSCRIBER, TRAFFIC, Reached, Record
from chappe.legal import envelope
from chappe.legal.orders import of
from chappe.legal.orders.form import EMERGENCY, PRESERVATION
from chappe.legal.records import Order
from chappe.legal.targets import OWNER, Found, Match, asked_of_owner
from chappe.store import Reader, Tx

TIMED = (TRAFFIC, CONTENT)
"""Categories that nobody gets without saying of which time."""
MOST = 200
"""Pieces in one scope."""


class Piece(msgspec.Struct, array_like=True, frozen=True, order=True):
    """Data of one person, or one message, of one category and one time.

    Shape: key is `account:1` or `message:-100…:5`; since and until are seconds, both inside; no is the target's.
    """

    no: int
    key: str
    category: str
    since: int
    until: int

    @property
    def person_id(self) -> UserId:
        """Whose account it is, 0 for a message."""
        kind, _, rest = self.key.partition(":")
        return UserId(int(rest)) if kind == "account" else UserId(0)


class Place(msgspec.Struct, array_like=True, frozen=True):
    """How far the reading of a scope has come. Shape: piece counts from 0; part: 0 what is short, 1 the messages."""

    piece: int = 0
    part: int = 0
    reached: Reached = Reached()


class Scope(msgspec.Struct, array_like=True, frozen=True):
    """What is handed over, and what each target was found to be: approved as it stands here."""

    pieces: tuple[Piece, ...]
    matches: tuple[tuple[int, str, str, tuple[tuple[str, str], ...]], ...] = ()
    """(number of the target, key, how it was found, the facts in it)"""

    @property
    def packed(self) -> bytes:
        """The scope as bytes, the same for the same scope."""
        return _pack(self)

    @property
    def digest(self) -> bytes:
        """What the second person approves. Shape: SHA-256."""
        return sha256(self.packed).digest()

    @property
    def people(self) -> tuple[UserId, ...]:
        """Whose data it is, each once."""
        return tuple(sorted({one.person_id for one in self.pieces} - {UserId(0)}))


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Scope)


def unpacked(data: bytes) -> Scope:
    """The scope of its bytes."""
    return _unpack.decode(data)


def scope(order: Order, found: Sequence[Found], now: int) -> Scope:
    """The widest that the order reaches: each target's category and time of each match, never later than allowed.

    A message that was named is that message for its content, and its author for the other categories. A room that was
    named is who made it, for who that is and from where, and nobody for traffic and content. Who answers for a bot is
    told for who they are alone. Traffic and content of no time are left out, but for what is only kept.
    Errors: Invalid scope_time_needed, scope_everybody (too many), scope_nobody.
    """
    family = of(order.instrument).family
    last = now if family == EMERGENCY else min(now, order.received_at)
    pieces: dict[Piece, None] = {}
    timeless = False
    matches: list[tuple[int, str, str, tuple[tuple[str, str], ...]]] = []
    for one in found:
        target = one.target
        for match in one.matches:
            matches.append((match.no, match.key, match.how, match.facts))
            named = target.category == CONTENT and match.key.startswith("message:")
            if not target.category or not (named or match.person_id):
                continue
            if target.category in TIMED and match.key.startswith("room:"):
                continue  # what is said in a room is not what its maker says elsewhere
            if target.category in TIMED and not (named or target.since or family == PRESERVATION):
                timeless = True
                continue
            # Who asks by an address asks about that time alone.
            until = target.until or (target.since if target.kind == "ip" else 0)
            category = asked_of_owner(target.category) if match.key.startswith(f"{OWNER}:") else target.category
            pieces[_piece(match, category, target.since, until, last)] = None
    if len(pieces) > MOST:
        raise Invalid("scope_everybody")
    if not pieces:
        raise Invalid("scope_time_needed" if timeless else "scope_nobody")
    return Scope(tuple(sorted(pieces)), tuple(matches))


def remember(tx: Tx, order: Order, said: Scope) -> None:
    """What the targets were found to be stands with the order, if it did not: later looks find the same."""
    for one in order.targets:
        keys = [key for no, key, _, _ in said.matches if no == one.no]
        if keys and not one.matched:
            envelope.set_matched(tx, order.order_id, one.no, dict.fromkeys(keys))


def _piece(match: Match, category: str, since: int, until: int, last: int) -> Piece:
    if category == CONTENT and match.key.startswith("message:"):
        return Piece(match.no, match.key, category, 0, last)
    if category == SUBSCRIBER:
        return Piece(match.no, match.account, category, 0, 0)
    return Piece(match.no, match.account, category, since, min(until or last, last))


def require_inside(wide: Scope, narrow: Scope) -> None:
    """The second scope is part of the first. Errors: Invalid scope_too_wide."""
    for one in narrow.pieces:
        if not any(_holds(other, one) for other in wide.pieces):
            raise Invalid("scope_too_wide")
    if not narrow.pieces or not set(narrow.matches) <= set(wide.matches):
        raise Invalid("scope_too_wide")


def _holds(wide: Piece, one: Piece) -> bool:
    same = (wide.no, wide.key, wide.category) == (one.no, one.key, one.category)
    return same and wide.since <= one.since and one.until <= wide.until


def page(rx: Reader, said: Scope, place: Place) -> tuple[list[Record], Place | None]:
    """The next records of the scope and where to go on; None at the end. A page may be empty."""
    if place.piece >= len(said.pieces):
        return [], None
    one = said.pieces[place.piece]
    onward = Place(place.piece + 1) if place.piece + 1 < len(said.pieces) else None
    if one.key.startswith("message:"):
        return _one_message(rx, one), onward
    user = one.person_id
    if one.category == SUBSCRIBER:
        return personal.subscriber(rx, user), onward
    if one.category == IDENTIFICATION:
        return personal.identification(rx, user, one.since, one.until), onward
    if not place.part:
        short = personal.standing if one.category == TRAFFIC else personal.profile
        found = short(rx, user)
        return list(_within(one, found)), Place(place.piece, 1)
    messages, reached = personal.messages(rx, user, place.reached)
    made = personal.traffic_of if one.category == TRAFFIC else personal.content_of
    records = [made(message) for message in messages if one.since <= message.date <= one.until]
    return records, (onward if reached is None else Place(place.piece, 1, reached))


def _within(one: Piece, found: Iterable[Record]) -> Iterator[Record]:
    """Those of a date inside the piece's time; what has no date is of no time that could have been ordered."""
    for record in found:
        if one.since <= record.date <= one.until:
            yield record


def _one_message(rx: Reader, one: Piece) -> list[Record]:
    box, _, number = one.key.removeprefix("message:").rpartition(":")
    found = personal.message(rx, PeerId(int(box)), int(number))
    if found is None:
        return []
    return [personal.content_of(found) if one.category == CONTENT else personal.traffic_of(found)]
