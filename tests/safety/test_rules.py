"""Rules: each shipped one finds what its table says; what refers to nothing is refused with a sentence.

Source: requirements/rules
"""

import time
import tomllib
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe import web
from chappe.safety import rulebook
from chappe.safety.events import EVENTS, facts
from chappe.safety.rulebook import LIVE, SHADOW, RuleError

FOLDER = resources.files("chappe.safety") / "rules"
NAMES = sorted(rulebook.shipped())
CLAUSES = {
    f"{clause.number}@{terms.version}"
    for terms in web.load_terms(None) for part in terms.parts for clause in part.clauses
}  # fmt: skip
PLAIN = rulebook.shipped()["carding"]


def table(name: str) -> list[dict]:
    return tomllib.loads((FOLDER / f"{name}.cases.toml").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_finds_what_its_table_says(name: str) -> None:
    book = rulebook.load(rulebook.shipped(), CLAUSES)
    rule = book.rules[name]
    cases = table(name)
    compiled = (book.asked if rule.asked else book.read)[rule.on]
    for case in cases:
        found = rule in compiled.found(facts(rule.on, **case["event"]))
        assert found is case["finds"], case["what"]
    assert {case["finds"] for case in cases} == {True, False}, "a table shows both"


def test_what_reads_words_begins_in_the_shadow() -> None:
    book = rulebook.load(rulebook.shipped(), CLAUSES)
    assert {book.rules[name].mode for name in ("drug-sale", "carding")} == {SHADOW}
    wanted = {"unsolicited-messages", "join-flood", "invite-flood", "removed-again", "young-accounts", "drug-sale",
              "carding"}  # fmt: skip
    assert wanted <= set(book.rules)


def test_words_exist_in_events_of_public_surfaces_alone() -> None:
    assert {event for event, fields in EVENTS.items() if {"text", "folded"} & {field.name for field in fields}} == {
        "message"
    }


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("links > 0", "lynx > 0", "undeclared reference to 'lynx'"),
        ("links > 0", "links > 'many'", "no matching overload"),
        ("links > 0", "links > ", "Syntax error"),
        ("cvv2?s?|", "cvv2?s?(|", "is no pattern"),
        ('on = "message"', 'on = "whisper"', "no event whisper"),
        ('on = "message"', 'on = "join"', "undeclared reference to 'folded'"),
        ('mode = "shadow"', 'mode = "loud"', "not loud"),
        ('category = "SCAMS_AND_FRAUD"', 'category = "SCAMS"', "no category SCAMS"),
        ('keyword = "PHISHING"', 'keyword = "FISHING"', "no keyword FISHING"),
        ('clause = "3.5"', 'clause = "9.9"', "no clause 9.9"),
        ('basis = "terms"', 'basis = "both"', "law or terms"),
        ('then = "case"', 'then = "burn"', "called burn"),
        ('then = "case"', 'then = "remove_again"', "only media"),
        ('then = "case"', 'answer = "refuse"', "a decision must follow"),
        ('then = "case"', 'answer = "wait"', "a wait needs wait_s"),
        ("version = 1\ndate", "version = 0\ndate", "begins at 1"),
        ("version = 1\ndate", "date", "lacks or misspells"),
        ("[title]", "[titel]", "lacks or misspells"),
        ("[effect]", "[effect]\nvolume = 3", "effect.volume"),
        ("version = 1\ndate", "version = = 1\ndate", "no TOML"),
    ],
)
def test_what_refers_to_nothing_is_refused_with_a_sentence(before: str, after: str, sentence: str) -> None:
    assert before in PLAIN
    with pytest.raises(RuleError, match=r"carding\.toml") as refused:
        rulebook.parse("carding", PLAIN.replace(before, after, 1), CLAUSES)
    assert sentence in str(refused.value)


def test_an_expression_that_says_no_yes_or_no_is_refused() -> None:
    begin, _, rest = PLAIN.partition("expression = '''")
    text = begin + "expression = '''links + mentions'''" + rest.partition("'''")[2]
    with pytest.raises(RuleError, match="must say true or false"):
        rulebook.parse("carding", text)


def test_an_expression_that_fails_finds_nothing_and_stops_no_other() -> None:
    begin, _, rest = PLAIN.partition("expression = '''")
    broken = begin + "expression = '''10 / links > 1'''" + rest.partition("'''")[2]
    always = begin + "expression = '''true // said so'''" + rest.partition("'''")[2]
    book = rulebook.load({"broken": broken, "always": always})
    assert [rule.name for rule in book.read["message"].found(facts("message"))] == ["always"]
    assert [rule.name for rule in book.read["message"].found(facts("message", links=1))] == ["always", "broken"]


def test_a_live_rule_can_be_put_into_the_shadow_and_back() -> None:
    book = rulebook.load(rulebook.shipped())
    event = facts("message", same_10m=9, rooms_10m=9)
    assert [rule.name for rule in book.asked["message"].found(event)] == ["repeated-posts"]
    shadow = book.in_mode("repeated-posts", SHADOW)
    assert shadow.asked["message"].found(event) == []
    assert [rule.name for rule in shadow.read["message"].found(event)] == ["repeated-posts"]
    assert shadow.in_mode("repeated-posts", LIVE).rules == book.rules
    with pytest.raises(RuleError):
        book.in_mode("nobody", LIVE)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_no_file_breaks_the_loader(text: str) -> None:
    with pytest.raises(RuleError):
        rulebook.parse("any", text)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(PLAIN)), st.text(max_size=8), st.integers(0, 12))
def test_a_damaged_rule_is_refused_or_still_a_rule(place: int, put: str, cut: int) -> None:
    try:
        rule = rulebook.parse("any", PLAIN[:place] + put + PLAIN[place + cut :], CLAUSES)
    except RuleError:
        return
    rulebook.Rulebook([rule])


def test_the_handbook_tells_every_field_of_every_event() -> None:
    page = (Path(__file__).parents[2] / "docs" / "signals.md").read_text("utf-8")
    table = page.partition("<!-- events -->")[2].partition("<!-- end of events -->")[0]
    wanted = [
        f"| {event} | `{one.name}` | {one.type} | {one.meaning} |" for event, fields in EVENTS.items() for one in fields
    ]
    assert table.strip().splitlines()[2:] == wanted


def test_a_pattern_takes_time_in_proportion_to_the_text() -> None:
    begin, _, rest = PLAIN.partition("expression = '''")
    slow = begin + "expression = '''folded.finds('^(a+)+$')'''" + rest.partition("'''")[2]
    book = rulebook.load({"slow": slow})
    began = time.process_time()
    assert book.read["message"].found(facts("message", folded="a" * 4000 + "!")) == []
    assert time.process_time() - began < 5
