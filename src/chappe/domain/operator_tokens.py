"""Keys for programs that do an operator's work in the console's API: made by the operator, kept as digests."""

from dataclasses import dataclass
from hashlib import sha256

from chappe.base import Invalid, NotFound
from chappe.domain import journal, operators
from chappe.domain.operators import Operator
from chappe.store import Reader, Tx
from chappe.store.queries import operators as rows

NAME_MOST = 64
DAYS_MOST = 366
TOKENS_MOST = 20
DAY_S = 86400


@dataclass(frozen=True, slots=True)
class Token:
    """A key as its operator sees it in the list; the key itself was shown once."""

    token_id: int
    name: str
    date: int
    used: int
    expires: int


def make(tx: Tx, by: Operator, token: bytes, name: str, days: int) -> int:
    """Who holds the token does the operator's work for so many days; the number of the token.

    Errors: Invalid operator_token_name_needed, operator_token_days, operator_tokens_too_many.
    After: journal operator_token_made.
    """
    name = " ".join(name.split())
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise Invalid("operator_token_name_needed")
    if not 1 <= days <= DAYS_MOST:
        raise Invalid("operator_token_days")
    if len(rows.tokens(tx, by.operator_id)) >= TOKENS_MOST:
        raise Invalid("operator_tokens_too_many")
    number = rows.add_token(tx, sha256(token).digest(), by.operator_id, name, tx.now, tx.now + days * DAY_S)
    actor = f"operator:{by.operator_id}"
    journal.record(tx, "operator_token_made", actor, actor, token=number, days=days)
    return number


def mine(rx: Reader, by: Operator) -> list[Token]:
    """The operator's keys, the newest first."""
    return [Token(*row) for row in rows.tokens(rx, by.operator_id)]


def holder(rx: Reader, token: bytes, now: int) -> tuple[Operator, int, int] | None:
    """(whose work the token does, its number, when it was last used), None if it is no token."""
    row = rows.token(rx, sha256(token).digest(), now)
    return (operators.require(rx, row[1]), row[0], row[2]) if row else None


def used(tx: Tx, token_id: int) -> None:
    """The token was used now."""
    rows.set_used(tx, token_id, tx.now)


def end(tx: Tx, by: Operator, token_id: int) -> None:
    """The token works no more. Errors: NotFound operator_token_unknown. After: journal operator_token_ended."""
    if not rows.remove_token(tx, token_id, by.operator_id):
        raise NotFound("operator_token_unknown")
    actor = f"operator:{by.operator_id}"
    journal.record(tx, "operator_token_ended", actor, actor, token=token_id)
