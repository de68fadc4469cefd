"""Statements of reasons: what a person hit by a decision is told, why, and how to object.

Source: dsa/17(3)
Made by `decisions.decide` alone, in the same transaction; the page is `/statement/<token>`.
"""

from chappe.domain.rulings import Statement as Statement
from chappe.store import Reader


def by_token(rx: Reader, token: str) -> Statement | None:
    """The statement that the token opens, None when there is none; the token is compared as a digest.

    Shape: 32 hex digits.
    """
    raise NotImplementedError


def of_decision(rx: Reader, decision_id: int) -> list[Statement]:
    """The statements of a decision, one for each person hit."""
    raise NotImplementedError


def text(rx: Reader, statement: Statement, lang_code: str = "") -> str:
    """The statement in words, in its person's language or the given one (en, fr)."""
    raise NotImplementedError
