"""Every reason a refusal in the code may give to a Telegram client has a row in the error table."""

import ast
from pathlib import Path

from chappe.rpc.errors import table

ROOT = Path(__file__).parents[2] / "src" / "chappe"
KINDS = {"Refusal", "NotFound", "NotAllowed", "Invalid", "Conflict", "TooMany", "Restricted", "StoreUnavailable"}
ROOMS = ("domain", "rpc", "store", "media")
FOR_OPERATORS_ONLY = ("operator_", "outbox_", "backup_", "journal_", "decision_", "oncall_", "territory_")


def reasons() -> dict[str, str]:
    """Reason → a file that gives it, told from literal first arguments."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for place in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(place.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                    found |= {reason: str(place) for reason in literals(node.args[:1])}
    return found


def literals(nodes: list[ast.expr]) -> list[str]:
    """The strings an expression may be."""
    parts = (part for node in nodes for part in ast.walk(node))
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def test_every_reason_has_a_row() -> None:
    assert len(reasons()) > 50
    missing = {
        reason: place
        for reason, place in reasons().items()
        if reason.upper() not in table()
        and reason.upper().removesuffix("_X") + "_X" not in table()
        and not reason.startswith(FOR_OPERATORS_ONLY)
    }
    assert not missing
