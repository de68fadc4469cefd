"""Whatever the console may meet has words in both languages: refusals, codes, states.

Source: requirements/console
"""

import re
from importlib import resources

import pytest
from tests.house import test_refusals

from chappe.console.cases import DEEDS as CASES
from chappe.console.pages import deeds
from chappe.domain import operators, rulings
from chappe.domain.trial import PARTS
from chappe.safety import complaints, queues, records, rulebook
from chappe.web.language import load_texts

pytestmark = pytest.mark.slow

KNOWN = load_texts(("chappe.web", "chappe.console"))["en"].all
ELSEWHERE = (
    "operator_list_", "operator_rule_file", "operator_rule_untestable", "operator_password", "operator_passkey",
    "operator_name", "operator_recover", "operator_own_key", "operator_link_", "operator_notifier_unknown",
)  # fmt: skip
"""Reasons of the command line and of the operators' page."""


def test_every_reason_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_refusals, "ROOMS", ("domain", "safety", "console"))
    reasons = {one for one in test_refusals.reasons() if one.startswith(("operator_", "decision_", "asked_"))}
    assert len(reasons) > 40
    assert {one for one in reasons if f"refusal_{one}" not in KNOWN and not one.startswith(ELSEWHERE)} == set()


@pytest.mark.parametrize(
    ("before", "codes"),
    [
        ("item", rulings.KINDS),
        ("measure", rulings.MEASURES),
        ("basis", rulings.BASES),
        ("source", rulings.SOURCES),
        ("decision", ("in_force", "undone", "ended")),
        ("held", ("waiting", "held", "gone", "lifted", "changed")),
        ("state", sorted(records.STATES)),
        ("outcome", sorted(records.OUTCOMES)),
        ("way", sorted(records.WAYS)),
        ("surface", (records.PUBLIC, records.CLOSED)),
        ("queue", [name for name, _ in queues.FIRST]),
        ("verdict", complaints.OUTCOMES),
        ("complaint", (complaints.SUBMITTED, complaints.ASSIGNED, complaints.SETTLED)),
        ("rule", (rulebook.LIVE, rulebook.SHADOW, rulebook.OFF)),
        ("rule_then", [one for one in rulebook.THEN if one]),
        ("role", (*operators.ROLES, *PARTS)),
    ],
)
def test_every_code_has_a_word(before: str, codes: list[str]) -> None:
    assert {one for one in codes if f"{before}_{one}" not in KNOWN} == set()


def test_every_form_says_what_it_did() -> None:
    shown = {"make_token", "add_operator", "make_flagger_key", "decide_at_once"}  # their pages show what came of them
    acts = {one.name for one in deeds() if one.method != "GET"}
    assert {one for one in acts - shown - {"read_evidence"} if f"said_{one}" not in KNOWN} == set()
    assert "read_evidence" in CASES.all


def test_every_time_is_marked_so_that_browsers_can_say_it_in_their_zone() -> None:
    """Without script a moment says that it is UTC; `times.js` finds those in `<time datetime>`."""
    templates = resources.files("chappe.console") / "templates"
    for place in templates.iterdir():
        text = re.sub(r'<time[^<>]*datetime="[^"]*"[^<>]*>\{\{ moment\([^<]*</time>', "", place.read_text("utf-8"))
        text = re.sub(r'="[^"<>]*\{\{ moment\([^"<>]*"', "", text)
        assert re.search(r"\bmoment\(", text) is None, place.name
