"""Deeds about trusted flaggers: who they are, what they know, and the keys of their programs.

Source: dsa/22
"""

import base64

import msgspec

from chappe.console.deeds import Deeds, Nothing
from chappe.console.inside import Inside
from chappe.domain.access import Moderator
from chappe.domain.operators import LEAD, Operator
from chappe.safety import flaggers
from chappe.safety.flaggers import Flagger
from chappe.store import Reader, Tx

DEEDS = Deeds()
DAY_S = 86400


class KeyView(msgspec.Struct, frozen=True):
    """A key without what it is. Shape: used 0 for never; revoked 0 while it works."""

    key_id: int
    name: str
    date: int
    used: int
    revoked: int


class FlaggerView(msgspec.Struct, frozen=True):
    """A trusted flagger. Shape: categories are those it is trusted in; until and ended 0 for neither."""

    flagger_id: int
    name: str
    email: str
    country: str
    categories: tuple[str, ...]
    date: int
    until: int
    ended: int
    keys: tuple[KeyView, ...]


class Flaggers(msgspec.Struct, frozen=True):
    """All trusted flaggers, also those that were."""

    flaggers: tuple[FlaggerView, ...]


class NewFlagger(msgspec.Struct, frozen=True):
    """Who is trusted, in what, and for how long. Shape: days 0 for as long as nobody ends it."""

    name: str
    email: str
    country: str
    categories: tuple[str, ...]
    days: int = 0


class OneFlagger(msgspec.Struct, frozen=True):
    """Which flagger."""

    flagger_id: int


class NewKey(msgspec.Struct, frozen=True):
    """A key for a flagger's program, by its name."""

    flagger_id: int
    name: str


class MadeKey(msgspec.Struct, frozen=True):
    """A key: shown this once."""

    key_id: int
    key: str


class OneKey(msgspec.Struct, frozen=True):
    """Which key."""

    key_id: int


@DEEDS.deed("GET", "/api/flaggers")
async def list_flaggers(inside: Inside, me: Operator, asked: Nothing) -> Flaggers:
    """Trusted flaggers and their keys; leads see them."""

    def query(rx: Reader, moderator: Moderator) -> Flaggers:
        return Flaggers(tuple(_view(rx, moderator, one) for one in flaggers.everyone(rx, moderator)))

    return await inside.seen_as(me, LEAD, query)


@DEEDS.deed("POST", "/api/flaggers", to="/flaggers")
async def make_flagger(inside: Inside, me: Operator, asked: NewFlagger) -> FlaggerView:
    """An organisation is trusted within what it knows; leads alone may say so."""

    def act(tx: Tx, moderator: Moderator) -> FlaggerView:
        until = tx.now + asked.days * DAY_S if asked.days else 0
        country = asked.country.upper()
        made = flaggers.make(tx, moderator, asked.name, asked.email, country, asked.categories, until)
        return _view(tx, moderator, made)

    return await inside.as_role(me, LEAD, act)


@DEEDS.deed("POST", "/api/flaggers/{flagger_id}/end", to="/flaggers")
async def end_flagger(inside: Inside, me: Operator, asked: OneFlagger) -> Nothing:
    """The flagger is trusted no more, and none of its keys works."""
    await inside.as_role(me, LEAD, lambda tx, moderator: flaggers.end(tx, moderator, asked.flagger_id))
    return Nothing()


@DEEDS.deed("POST", "/api/flaggers/{flagger_id}/keys")
async def make_flagger_key(inside: Inside, me: Operator, asked: NewKey) -> MadeKey:
    """A key works for the flagger's program; it is shown this once."""
    key = base64.urlsafe_b64encode(inside.entropy(flaggers.KEY_BYTES)).decode().rstrip("=")

    def act(tx: Tx, moderator: Moderator) -> MadeKey:
        return MadeKey(flaggers.add_key(tx, moderator, asked.flagger_id, asked.name, key), key)

    return await inside.as_role(me, LEAD, act)


@DEEDS.deed("DELETE", "/api/flaggers/keys/{key_id}", to="/flaggers")
async def revoke_flagger_key(inside: Inside, me: Operator, asked: OneKey) -> Nothing:
    """The key works no more."""
    await inside.as_role(me, LEAD, lambda tx, moderator: flaggers.revoke_key(tx, moderator, asked.key_id))
    return Nothing()


def _view(rx: Reader, moderator: Moderator, one: Flagger) -> FlaggerView:
    keys = flaggers.keys_of(rx, moderator, one.flagger_id)
    same = {name: getattr(one, name) for name in FlaggerView.__struct_fields__ if name != "keys"}
    return FlaggerView(
        **same, keys=tuple(KeyView(key.key_id, key.name, key.date, key.used, key.revoked) for key in keys)
    )
