"""Deeds about authorities: who they are, how somebody made sure of them, until when it holds.

Source: requirements/legal-authorities
"""

from collections.abc import Callable

import msgspec

from chappe.console.deeds import Deeds
from chappe.console.desk import views as v
from chappe.console.desk.orders import role_of
from chappe.console.inside import Inside
from chappe.domain.access import Moderator
from chappe.domain.operators import DESK, Operator
from chappe.legal import authorities
from chappe.legal.authorities import Authority, Profile
from chappe.store import Reader, Tx

DEEDS = Deeds()
DAY_S = 86_400


class WhichAuthorities(msgspec.Struct, frozen=True):
    """Which authorities: those whose name holds these words, after that name."""

    q: str = ""
    after: str = ""


class AuthorityList(msgspec.Struct, frozen=True):
    """Authorities by name. Shape: after is empty at the end."""

    authorities: tuple[v.AuthorityLine, ...]
    after: str


class OneAuthority(msgspec.Struct, frozen=True):
    """Which authority."""

    authority_id: int


class SaidAuthority(msgspec.Struct, frozen=True):
    """What an authority says of itself. Shape: country two capitals; age_key a recipient of age, or nothing."""

    name: str
    country: str
    kind: str
    person: str = ""
    post: str = ""
    address: str = ""
    email: str = ""
    mail_domain: str = ""
    phone: str = ""
    language: str = "en"
    age_key: str = ""
    note: str = ""
    authority_id: int = 0


class VouchedAuthority(msgspec.Struct, frozen=True):
    """How somebody made sure, what the authority may use, and for how long."""

    authority_id: int
    checks: tuple[str, ...] = ()
    mandates: tuple[str, ...] = ()
    days: int = 365


class EndedAuthority(msgspec.Struct, frozen=True):
    """That an authority is suspended, ended or refused, and why."""

    authority_id: int
    state: str
    reason: str = ""


@DEEDS.deed("GET", "/api/authorities")
async def list_authorities(inside: Inside, me: Operator, asked: WhichAuthorities) -> AuthorityList:
    """Authorities by name."""

    def query(rx: Reader, who: Moderator) -> AuthorityList:
        found = authorities.some(rx, asked.q, asked.after)
        after = found[-1].name if len(found) == 50 else ""
        return AuthorityList(tuple(v.authority_line(one, rx.now) for one in found), after)

    return await inside.seen_as(me, role_of(me), query)


@DEEDS.deed("GET", "/api/authorities/{authority_id}")
async def look_at_authority(inside: Inside, me: Operator, asked: OneAuthority) -> v.AuthorityLine:
    """An authority, and how it was checked."""
    return await inside.seen_as(
        me, role_of(me), lambda rx, _: v.authority_line(authorities.get(rx, asked.authority_id), rx.now)
    )


@DEEDS.deed("POST", "/api/authorities", to="/authorities/{authority_id}")
async def register_authority(inside: Inside, me: Operator, asked: SaidAuthority) -> v.AuthorityLine:
    """An authority is known here; nobody has vouched for it yet."""
    return await _does(inside, me, lambda tx, who: authorities.register(tx, who.actor, _profile(asked)))


@DEEDS.deed("POST", "/api/authorities/{authority_id}")
async def change_authority(inside: Inside, me: Operator, asked: SaidAuthority) -> v.AuthorityLine:
    """The authority says this of itself; what weighs is to be checked anew."""
    return await _does(inside, me, lambda tx, who: authorities.change(tx, who, asked.authority_id, _profile(asked)))


@DEEDS.deed("POST", "/api/authorities/{authority_id}/verify")
async def verify_authority(inside: Inside, me: Operator, asked: VouchedAuthority) -> v.AuthorityLine:
    """I vouch for the authority: I made sure in two ways, and take no part in what is handed to it."""

    def act(tx: Tx, who: Moderator) -> Authority:
        until = tx.now + min(max(asked.days, 1), 800) * DAY_S
        return authorities.verify(tx, who, asked.authority_id, asked.checks, asked.mandates, until)

    return await _does(inside, me, act)


@DEEDS.deed("POST", "/api/authorities/{authority_id}/end")
async def end_authority(inside: Inside, me: Operator, asked: EndedAuthority) -> v.AuthorityLine:
    """Nothing of the authority's is taken for authentic any more."""
    return await _does(
        inside, me, lambda tx, who: authorities.end(tx, who, asked.authority_id, asked.state, asked.reason)
    )


@DEEDS.deed("POST", "/api/authorities/{authority_id}/contact")
async def note_first_contact(inside: Inside, me: Operator, asked: OneAuthority) -> v.AuthorityLine:
    """The authority has explained procedure and deadlines, now."""

    def act(tx: Tx, who: Moderator) -> Authority:
        authorities.contacted(tx, asked.authority_id, tx.now)
        return authorities.get(tx, asked.authority_id)

    return await _does(inside, me, act)


def _profile(said: SaidAuthority) -> Profile:
    return Profile(**{name: getattr(said, name) for name in Profile.__slots__})


async def _does(inside: Inside, me: Operator, act: Callable[[Tx, Moderator], Authority]) -> v.AuthorityLine:
    def acting(tx: Tx, who: Moderator) -> v.AuthorityLine:
        return v.authority_line(act(tx, who), tx.now)

    return await inside.as_role(me, DESK, acting)
