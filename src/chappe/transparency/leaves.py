"""What a leaf says: the public part and the hour, and a commitment to the rest that only a salt can open.

Source: rfc/8785
Shape: one JSON object; `commitment` is HMAC-SHA256 in hex over the canonical private facts, keyed with a salt of its
own for each entry. A sealed leaf has `sealed`, the same over its public part, instead of it; the leaf that opens it
shows that part, names its index and gives the seal's salt, so that anybody can check that nothing was exchanged.

Three salts come from the one that is stored, so that each can be given away alone: for the facts, for the name of
who acted (a number of few digits, which could be guessed), for the seal.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import msgspec

from chappe.domain.journal import Public
from chappe.store.transparency import Waiting
from chappe.transparency.canonical import Value, canonical

VERSION = 1
SALT_BYTES = 32
HOUR_S = 3600
_EPOCH = date(1970, 1, 1).toordinal()
_WORDS = ("instrument", "country", "category", "keyword", "ground", "automation", "outcome", "item", "source")
_FACTS = msgspec.json.Decoder(dict[str, str | int | bool])
_PUBLIC = msgspec.json.Decoder(Public)


@dataclass(frozen=True, slots=True)
class Opens:
    """What an opening leaf needs of the sealed one."""

    leaf_index: int
    salt: bytes


def public_of(entry: Waiting) -> Public | None:
    """The public part of an entry, or None if it becomes no leaf."""
    return None if entry.public is None else _PUBLIC.decode(entry.public)


def leaf(entry: Waiting, public: Public, salt: bytes, hour: int, opens: Opens | None = None) -> bytes:
    """The leaf of an entry. Shape: hour in hours since 1970."""
    said: dict[str, Value] = {"v": VERSION, "hour": written_hour(hour), "commitment": commitment(entry, salt)}
    if public.sealed:
        return canonical(said | {"sealed": seal(public, seal_salt(salt))})
    said |= shown(public)
    if opens is not None:
        said |= {"opens": opens.leaf_index, "seal_salt": seal_salt(opens.salt).hex()}
    return canonical(said)


def shown(public: Public) -> dict[str, Value]:
    """The public part as it stands in a leaf: what says nothing is left out."""
    said: dict[str, Value] = {name: getattr(public, name) for name in _WORDS if getattr(public, name)}
    if public.hours >= 0:
        said["hours"] = public.hours
    if public.items > 1:
        said["items"] = public.items
    if public.count:
        said["count"] = public.count
    return said


def private(entry: Waiting, salt: bytes) -> dict[str, Value | Mapping[str, Value]]:
    """The facts that the commitment is about; who acted is in them as a commitment again."""
    return {
        "entry": entry.no,
        "date": entry.date,
        "kind": entry.kind,
        "subject": entry.subject,
        "actor": _mac(_derived(salt, b"actor"), entry.actor.encode()),
        "facts": _FACTS.decode(entry.data),
    }


def commitment(entry: Waiting, salt: bytes) -> str:
    """The commitment to the private facts, in hex."""
    return _mac(fact_salt(salt), canonical(private(entry, salt)))


def fact_salt(salt: bytes) -> bytes:
    """What opens the commitment; for the person or authority whom the entry concerns."""
    return _derived(salt, b"facts")


def seal_salt(salt: bytes) -> bytes:
    """What opens the seal; published by the opening leaf."""
    return _derived(salt, b"seal")


def seal(public: Public, salt: bytes) -> str:
    """The commitment to a public part that is not shown yet."""
    return _mac(salt, canonical(shown(public)))


def written_hour(hour: int) -> str:
    """Hours since 1970 as `2026-11-22T05Z`."""
    days, clock = divmod(hour, 24)
    return f"{written_day(days)}T{clock:02d}Z"


def written_day(day: int) -> str:
    """Days since 1970 as `2026-11-22`."""
    return date.fromordinal(day + _EPOCH).isoformat()


def _derived(salt: bytes, use: bytes) -> bytes:
    return hmac.digest(salt, b"chappe log salt: " + use, "sha256")


def _mac(key: bytes, data: bytes) -> str:
    return hmac.digest(key, data, "sha256").hex()


class _Hour(msgspec.Struct):
    hour: str


_hour = msgspec.json.Decoder(_Hour)


def hour_of(leaf: bytes) -> int:
    """The hour that a leaf says, in hours since 1970."""
    day, _, clock = _hour.decode(leaf).hour.rstrip("Z").partition("T")
    return (date.fromisoformat(day).toordinal() - _EPOCH) * 24 + int(clock)
