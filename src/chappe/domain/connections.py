"""From which addresses a person's devices were in use, and when; and what stays known of an account that ended.

Source: evidence/3(10), cpce/L34-1
Both are kept because the law of some places asks it, for as long as the person's territory says and not a day longer:
what is past its date is not given out, even if it was not cleared away yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from struct import Struct

import msgspec

from chappe.base.ids import UserId
from chappe.domain import retention
from chappe.store import Reader, Row, Tx
from chappe.store.queries import accounts as account_rows
from chappe.store.queries import bots
from chappe.store.queries import connections as rows

SAME_STRETCH_S = 2 * 3600
"""Two signs of life from one address that are no further apart make one stretch; they are stored once an hour."""
ROW_S, PORTS_MOST = 86_400, 96
"""How long, and for how many ports, one row of a device at an address goes on: clients that reconnect every minute make
fifteen rows a day, and not a row each time."""
_USE = Struct(">HII")
"""A port in a row: its number, its first and its last use, in seconds from the row's beginning."""
AT_ONCE = 500
AT_MOST = 1000
"""People, or stretches, that one question about an address finds."""
EMAIL_FIELD = 6
"""Where `accounts.Settings` has the address; accounts itself builds on this file."""
FIRST = (-(2**63), -(2**63), 0, "", 0)

Key = tuple[int, int, int, str, int]
Old = tuple[int, int, int, str, int, int]
"""A stretch: its key, and when it ended."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One stretch: the device (its authorization's hash) was in use from this address between the two dates.

    Shape: port is that of the far end, which tells apart who shares the address; 0 where it was not seen.
    """

    user_id: UserId
    hash: int
    ip: str
    since: int
    until: int
    port: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """What is still kept of an account that ended; what is past its date is empty."""

    user_id: UserId
    phone: str
    first_name: str
    last_name: str
    username: str
    email: str
    made: int
    ended: int
    territory: str
    identity_until: int
    details_until: int
    person_id: int = 0
    """Who answered for it, where it was a bot."""


def seen(tx: Tx, user_id: UserId, hash_: int, ip: str, port: int = 0) -> None:
    """The device gave a sign of life from this address; nothing is kept where the territory keeps nothing."""
    if not ip or not retention.of_person(tx, user_id).connections_s:
        return
    found = rows.newest(tx, user_id, hash_, ip)
    if found is not None:
        since, until, before = found
        if until >= tx.now - SAME_STRETCH_S and 0 <= tx.now - since < ROW_S:
            after = _used(before, port, tx.now - since)
            if after and rows.join(tx, user_id, hash_, ip, since, before, after):
                return
    rows.begin(tx, user_id, hash_, ip, _USE.pack(port, 0, 0))


def _used(ports: bytes, port: int, moment: int) -> bytes:
    """The ports of a row with one used at that moment of it; empty where there is no room for another.

    Each use has its own beginning and end: behind one address a port is somebody else's a minute later.
    """
    for at in range(len(ports) - _USE.size, -1, -_USE.size):
        known, first, last = _USE.unpack_from(ports, at)
        if known == port:
            if last >= moment - SAME_STRETCH_S:
                return ports[:at] + _USE.pack(port, first, moment) + ports[at + _USE.size :]
            break
    return ports + _USE.pack(port, moment, moment) if len(ports) < PORTS_MOST * _USE.size else b""


def of_person(rx: Reader, user_id: UserId, since: int = 0, until: int = 2**53) -> list[Connection]:
    """The person's stretches that touch the time and are not past their date, oldest first, cut to what may be kept.

    Shape: both ends of a stretch lie inside what was asked for.
    """
    floor = max(since, rx.now - retention.of_person(rx, user_id).connections_s)
    found = [one for row in rows.of_person(rx, user_id, floor, until) for one in _stretches(row)]
    inside = [_cut(one, floor, until) for one in found if one.until >= floor and one.since <= until]
    return sorted(inside, key=lambda one: (one.since, one.hash, one.ip, one.port))


def at_address(rx: Reader, ip: str, since: int, until: int, port: int = 0) -> list[Connection]:
    """The stretches of everybody at the address in that time, as far as they may be kept; at most 1,000.

    Shape: port 0 for any.
    """
    floors: dict[int, int] = {}
    out: list[Connection] = []
    above: tuple[int, int, int, int] | None = (-(2**63), -(2**63), -(2**63), -1)
    while above is not None and len(out) < AT_MOST:
        page = rows.at_address(rx, ip, since, until, above, AT_MOST)
        last = page[-1] if len(page) == AT_MOST else None
        above = None if last is None else (last[0], last[3], last[1], last[5])
        for one in (one for row in page for one in _stretches(row)):
            if one.user_id not in floors:
                floors[one.user_id] = rx.now - retention.of_person(rx, one.user_id).connections_s
            floor = max(since, floors[one.user_id])
            if port in (0, one.port) and one.until >= floor and one.since <= until:
                out.append(_cut(one, floor, until))
    return out[:AT_MOST]


def _stretches(row: Row) -> Iterator[Connection]:
    """What a row says: of each port its own stretches."""
    owner, hash_, ip, since, until, port, ports = row
    if ports is None:
        yield Connection(UserId(owner), hash_, ip, since, until, port)
        return
    for known, first, last in _USE.iter_unpack(bytes(ports)):
        yield Connection(UserId(owner), hash_, ip, since + first, since + last, known)


def _cut(one: Connection, since: int, until: int) -> Connection:
    return replace(one, since=max(one.since, since), until=min(one.until, until))


def ended(tx: Tx, user_id: UserId) -> None:
    """The account is about to end: what its territory obliges to keep of it is kept, until its dates.

    Source: gdpr/17
    Where nothing obliges, its addresses are gone with it. Of a bot it is what its owner's territory obliges to.
    """
    row = account_rows.account(tx, user_id)
    person = bots.people_of(tx, [user_id]).get(user_id, 0)
    policy = retention.of_person(tx, UserId(person or user_id))
    if not (policy.identity_s or policy.details_s):
        rows.forget_person(tx, user_id)
        return
    assert row is not None
    settings = account_rows.settings(tx, user_id)
    email = _login_email(settings)
    names = (row[1], row[2], row[3]) if policy.identity_s else ("", "", "")
    details = (row[4].lower(), email) if policy.details_s else ("", "")
    dates = (tx.now + policy.identity_s, tx.now + policy.details_s)
    owner = person if policy.identity_s else 0
    rows.keep_identity(tx, (user_id, *names, *details, row[8], tx.now, policy.territory, *dates, owner))


def _login_email(settings: bytes | None) -> str:
    fields = msgspec.msgpack.decode(settings) if settings else ()
    return str(fields[EMAIL_FIELD]) if len(fields) > EMAIL_FIELD else ""


def kept(rx: Reader, user_id: UserId) -> Kept | None:
    """What is kept of the ended account, None when nothing is."""
    row = rows.kept(rx, user_id, rx.now)
    return Kept(*row) if row is not None else None


def kept_by_phone(rx: Reader, phone: str) -> list[Kept]:
    """Ended accounts that had the number. Shape: digits alone, as in accounts."""
    return [Kept(*row) for row in rows.kept_by(rx, "phone", phone, rx.now)]


def kept_by_username(rx: Reader, username: str) -> list[Kept]:
    """Ended accounts that had the username when they ended."""
    return [Kept(*row) for row in rows.kept_by(rx, "username", username.lower(), rx.now)]


def overdue(rx: Reader, now: int, above: Key) -> tuple[list[Key], list[Old]]:
    """([the key to go on above, if there are more], stretches past their date); found outside the writer."""
    found = rows.ended_before(rx, now - retention.shortest_connections_s(rx), above, AT_ONCE)
    floors: dict[int, int] = {}
    old = []
    for row in found:
        if row[0] not in floors:
            floors[row[0]] = now - retention.of_person(rx, UserId(row[0])).connections_s
        if row[5] < floors[row[0]]:
            old.append((row[0], row[1], row[2], row[3], row[4], row[5]))
    last = found[-1] if len(found) == AT_ONCE else None
    return [] if last is None else [(last[0], last[1], last[2], last[3], last[4])], old


def forget(tx: Tx, old: list[Old]) -> int:
    """These stretches are gone; how many were."""
    return sum(map(partial(_forget, tx), old))


def _forget(tx: Tx, one: Old) -> int:
    return rows.forget(tx, *one)


def forget_identities(tx: Tx) -> int:
    """What is kept of ended accounts beyond its dates is gone; how many rows changed."""
    return rows.forget_identities(tx, AT_ONCE)
