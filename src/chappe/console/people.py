"""Deeds about staff: who they are, which roles they hold, who joins them; and one's own tokens."""

import base64

import msgspec

from chappe.console.deeds import Deeds, Nothing
from chappe.console.inside import Inside
from chappe.console.views import Colleague, Me, colleague_view, me_view
from chappe.domain import operator_tokens, operators
from chappe.domain.operators import Operator

DEEDS = Deeds()
TOKEN_BYTES = 32
TOKEN_DAYS = 90


class Roles(msgspec.Struct, frozen=True):
    """The roles that somebody shall hold, and no others."""

    operator_id: int
    roles: tuple[str, ...] = ()


class Joining(msgspec.Struct, frozen=True):
    """Who shall join: with these roles."""

    roles: tuple[str, ...] = ()


class Link(msgspec.Struct, frozen=True):
    """An address that works once, for a day."""

    link: str


class Colleagues(msgspec.Struct, frozen=True):
    """Everybody on the staff."""

    operators: tuple[Colleague, ...]


class NewToken(msgspec.Struct, frozen=True):
    """What a token shall be called, and how long it shall work."""

    name: str
    days: int = TOKEN_DAYS


class MadeToken(msgspec.Struct, frozen=True):
    """A token: shown this once."""

    token_id: int
    token: str


class TokenLine(msgspec.Struct, frozen=True):
    """A token in the list. Shape: instants are seconds since 1970; used 0 for never."""

    token_id: int
    name: str
    date: int
    used: int
    expires: int


class Tokens(msgspec.Struct, frozen=True):
    """One's own tokens."""

    tokens: tuple[TokenLine, ...]


class OneToken(msgspec.Struct, frozen=True):
    """Which token."""

    token_id: int


@DEEDS.deed("GET", "/api/me")
async def who_am_i(inside: Inside, me: Operator, asked: Nothing) -> Me:
    """Who asks, and what they may do."""
    return me_view(me)


@DEEDS.deed("GET", "/api/operators")
async def list_operators(inside: Inside, me: Operator, asked: Nothing) -> Colleagues:
    """Everybody on the staff, with their roles."""
    found = await inside.read(operators.everyone)
    return Colleagues(tuple(map(colleague_view, found)))


@DEEDS.deed("POST", "/api/operators/{operator_id}/roles", to="/people")
async def set_roles(inside: Inside, me: Operator, asked: Roles) -> Colleague:
    """Somebody holds these roles and no others; owners alone may say so."""
    changed = await inside.write(lambda tx: operators.set_roles(tx, me, asked.operator_id, asked.roles))
    return colleague_view(changed)


@DEEDS.deed("POST", "/api/operators/links")
async def add_operator(inside: Inside, me: Operator, asked: Joining) -> Link:
    """A link makes whoever opens it an operator with these roles, once; owners alone may give it."""
    token = new_token(inside)
    await inside.write(lambda tx: operators.add_link(tx, me, token.encode(), roles=asked.roles))
    return Link(f"{inside.links}operator/{token}")


@DEEDS.deed("GET", "/api/tokens")
async def list_tokens(inside: Inside, me: Operator, asked: Nothing) -> Tokens:
    """One's own tokens, without what they are."""
    found = await inside.read(lambda rx: operator_tokens.mine(rx, me))
    return Tokens(tuple(TokenLine(one.token_id, one.name, one.date, one.used, one.expires) for one in found))


@DEEDS.deed("POST", "/api/tokens")
async def make_token(inside: Inside, me: Operator, asked: NewToken) -> MadeToken:
    """A program that bears the token does one's work here until it ends."""
    token = new_token(inside)
    act = operator_tokens.make
    number = await inside.write(lambda tx: act(tx, me, token.encode(), asked.name, asked.days))
    return MadeToken(number, token)


@DEEDS.deed("DELETE", "/api/tokens/{token_id}", to="/tokens")
async def end_token(inside: Inside, me: Operator, asked: OneToken) -> Nothing:
    """The token works no more."""
    await inside.write(lambda tx: operator_tokens.end(tx, me, asked.token_id))
    return Nothing()


def new_token(inside: Inside) -> str:
    """Chance that nobody guesses, as it stands in a link."""
    return base64.urlsafe_b64encode(inside.entropy(TOKEN_BYTES)).decode().rstrip("=")
