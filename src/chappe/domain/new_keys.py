"""A lost passkey is replaced by two other operators, after a day in which whose it is hears of it and may refuse.

Source: requirements/continuity
Two operators together must not be a third without that person's knowing. So the second word makes a link that opens
nothing for a day; the person is told at once by all their ways, and again when it was used; one click of theirs ends
it. For an owner's key one of the words must be an owner's: two operators would be owners otherwise, and the rule of
absence (`continuity`) nothing worth. Who cannot wait uses a code of the recovery kit.
"""

from datetime import UTC, datetime

from chappe.base import NotAllowed, NotFound
from chappe.domain import journal, oncall, operators, rota
from chappe.domain.operators import LINK_S, OWNER, REPLACE, Operator
from chappe.store import Reader, Tx
from chappe.store.queries import operators as rows

WORDS_NEEDED = 2
WAIT_S = 86_400
"""From the second word until the link opens."""


def approve(tx: Tx, by: Operator, operator_id: int, token: bytes) -> int:
    """The word of one operator for another's new key; with the second the token is the link to it: from when, else 0.

    Errors: NotFound operator_unknown; NotAllowed operator_own_key.
    After: journal operator_key_approved; with the second word the person is called by all their ways, and people on
    call are told where there is none.
    """
    if by.operator_id == operator_id:
        raise NotAllowed("operator_own_key")
    lost = operators.require(tx, operator_id)
    rows.approve(tx, operator_id, by.operator_id, tx.now)
    journal.record(tx, "operator_key_approved", f"operator:{by.operator_id}", f"operator:{operator_id}")
    ranks = [operators.require(tx, one).role for one in rows.approvers(tx, operator_id, tx.now - LINK_S)]
    if len(ranks) < WORDS_NEEDED or (lost.role == OWNER and OWNER not in ranks):
        return 0
    rows.clear_approvals(tx, operator_id)
    operators.replace_link(tx, lost, token, by.operator_id, WAIT_S)
    ready = tx.now + WAIT_S
    _tell(tx, operator_id, oncall.NEW_KEY, f"{datetime.fromtimestamp(ready, UTC):%Y-%m-%d %H:%M} UTC")
    return ready


def refuse(tx: Tx, by: Operator, operator_id: int) -> None:
    """The link to the operator's new key opens nothing; the person may say so, and any owner.

    Errors: NotAllowed operator_own_key; NotFound operator_link_gone where there is none.
    After: journal operator_key_refused.
    """
    if by.operator_id != operator_id and operators.require(tx, by.operator_id).role != OWNER:
        raise NotAllowed("operator_own_key")
    if not rows.remove_links(tx, REPLACE, operator_id):
        raise NotFound("operator_link_gone")
    rows.clear_approvals(tx, operator_id)
    journal.record(tx, "operator_key_refused", f"operator:{by.operator_id}", f"operator:{operator_id}")
    oncall.over(tx, oncall.NEW_KEY, f"operator:{operator_id}")


def used(tx: Tx, operator_id: int) -> None:
    """The person hears that their key was replaced, by the ways by which they were always reached."""
    oncall.over(tx, oncall.NEW_KEY, f"operator:{operator_id}")
    _tell(tx, operator_id, oncall.KEY_REPLACED, "")


def waiting(rx: Reader) -> dict[int, int]:
    """Operators for whom a link to a new key waits, or is open, and from when it opens."""
    return {operator_id: ready for operator_id, ready in rows.waiting_links(rx, REPLACE, rx.now) if ready}


def _tell(tx: Tx, operator_id: int, kind: str, text: str) -> None:
    if rota.find(tx, operator_id) is not None:
        oncall.page(tx, kind, f"operator:{operator_id}", text)
    else:  # others can tell them, and a third person knows
        oncall.page(tx, "key_given", f"operator:{operator_id}", operators.require(tx, operator_id).name, urgent=False)
