"""Source: dsa/17(3). What follows of a list names a clause that the terms have, or a provision of law."""

from pathlib import Path

import pytest
from tests.kit.stage import Stage
from tests.safety.conftest import stage

from chappe.base import Invalid
from chappe.safety import rulebook
from chappe.safety.hands import SignalHands
from chappe.safety.lookout import load_book

__all__ = ["stage"]


async def nobody() -> None:
    """No server has to hear of it."""


async def test_a_list_names_a_clause_of_the_terms(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("a" * 64 + "\n")
    assert rulebook.shipped()
    hands = SignalHands(stage.store, stage.clock, load_book({"3.1@1", "3.5@1"}), nobody)
    said = {
        "path": str(file), "name": "known", "provenance": "a neighbour", "category": "PROTECTION_OF_MINORS",
        "keyword": "CHILD_SEXUAL_ABUSE_MATERIAL", "effect": "remove", "kind": "sha256",
    }  # fmt: skip
    for clause in ("9.9@1", "3.1@2", "3.1", "", "3.1@x"):
        with pytest.raises(Invalid, match="operator_list_ground"):
            await hands.acts["list_add"](said | {"clause": clause})
    assert await hands.acts["lists"]({}) == []
    await hands.acts["list_add"](said | {"clause": "3.1@1"})
    await hands.acts["list_add"](said | {"name": "by law", "law": "code pénal, art. 227-23"})
    assert len(await hands.acts["lists"]({})) == 2  # type: ignore[arg-type]
