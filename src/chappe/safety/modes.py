"""In which mode each rule is: what it says of itself, or what an operator chose instead.

Source: requirements/rules
"""

from chappe.base.errors import Invalid, NotFound
from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.safety.rulebook import LIVE, OFF, SHADOW, Rulebook
from chappe.store import Reader, Tx
from chappe.store.safety import signals as rows

MODES = (LIVE, SHADOW, OFF)


def choose(tx: Tx, book: Rulebook, name: str, mode: str, actor: str) -> None:
    """The rule is in this mode from now on.

    Errors: NotFound operator_rule_unknown; Invalid operator_rule_mode. After: journal rule_mode_changed.
    """
    rule = book.rules.get(name)
    if rule is None:
        raise NotFound("operator_rule_unknown")
    if mode not in MODES:
        raise Invalid("operator_rule_mode")
    rows.set_mode(tx, name, mode)
    journal.record(
        tx, "rule_mode_changed", actor, f"rule:{rule.label}", Public("rule", category=rule.category, outcome=mode)
    )


def chosen(rx: Reader, book: Rulebook) -> Rulebook:
    """The book with every rule in the mode that was chosen for it."""
    for name, mode in rows.modes(rx):
        if name in book.rules and book.rules[name].mode != mode:
            book = book.in_mode(name, mode)
    return book
