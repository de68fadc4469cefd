"""Source: requirements/legal-intake

What is written, and what is read of it: lines in two languages, JSON, targets, dates. Nothing is guessed.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.paper import FORM

from chappe.legal import reading
from chappe.legal.orders import INSTRUMENTS
from chappe.legal.records import CATEGORIES, TARGET_KINDS, Target
from chappe.portal.door import OURS
from chappe.portal.filing import lines


def test_a_form_says_what_it_says() -> None:
    form = reading.of_text(FORM + "\nYours sincerely,\nA clerk\n-- \nTarget: https://elsewhere.example\n")
    assert form.instrument == "tco_removal"
    assert form.fields["external_ref"] == "TCO-7" and form.fields["material"] == "incites"
    assert form.targets == (Target("link", "https://chat.example.org/room/12"),)


@pytest.mark.parametrize("code", sorted(set(INSTRUMENTS) - OURS))
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_an_empty_form_says_nothing_but_its_kind(code: str, lang: str) -> None:
    form = reading.of_text(lines(INSTRUMENTS[code], lang))
    assert (form.instrument, dict(form.fields), form.targets) == (code, {}, ())


def test_long_answers_go_on_until_the_next_question() -> None:
    form = reading.of_text("Instrument: dsa_order9\nReasons: One.\nTwo: three.\n\nFour.\nLegal basis: Law")
    assert form.fields == {"reasons": "One.\nTwo: three.\n\nFour.", "legal_basis": "Law"}


@pytest.mark.parametrize("label", ["Numéro de dossier", "File number", "external_ref", "Reference"])
def test_labels_in_two_languages(label: str) -> None:
    assert reading.of_text(f"Instrument: epoc\n{label} : 7/2026").fields == {"external_ref": "7/2026"}


@pytest.mark.parametrize(
    ("line", "targets"),
    [
        ("@alice", [("username", "@alice", "", 0, 0)]),
        ("+33 6 12 34 56 78 | subscriber", [("phone", "+33 6 12 34 56 78", "subscriber", 0, 0)]),
        ("192.0.2.7 | identification, traffic | 2026-01-01 08:00 .. 2026-01-01 09:30Z",
         [("ip", "192.0.2.7", one, 1767254400, 1767259800) for one in ("identification", "traffic")]),
        ("2001:db8::7", [("ip", "2001:db8::7", "", 0, 0)]),
        ("192.0.2.7:50000", [("ip", "192.0.2.7:50000", "", 0, 0)]),
        ("[2001:db8::7]:50000", [("ip", "[2001:db8::7]:50000", "", 0, 0)]),
        ("https://t.example/x", [("link", "https://t.example/x", "", 0, 0)]),
        ("777000", [("user_id", "777000", "", 0, 0)]),
        ("the man with the dog | everything", [("text", "the man with the dog", "", 0, 0)]),
        ("| subscriber", []),
        ("@alice | traffic | 2026-01-01", [("username", "@alice", "traffic", 1767225600, 1767311999)]),
        ("@alice | traffic | 2026-01-01 .. 02/01/2026", [("username", "@alice", "traffic", 1767225600, 1767398399)]),
        ("@alice | traffic | last week", [("text", "@alice | traffic | last week", "traffic", 0, 0)]),
        ("@alice | traffic | 2026-01-02 .. 2026-01-01",
         [("text", "@alice | traffic | 2026-01-02 .. 2026-01-01", "traffic", 0, 0)]),
        ("@alice | traffic | 2026-01-02 .. then", [("text", "@alice | traffic | 2026-01-02 .. then", "traffic", 0, 0)]),
    ],
)  # fmt: skip
def test_targets(line: str, targets: list[tuple[str, str, str, int, int]]) -> None:
    assert list(reading.of_lines([line])) == [Target(*one) for one in targets]


def test_a_time_that_cannot_be_read_is_no_time_at_all() -> None:
    """Of all of it nobody asked."""
    said = '{"instrument": "dsa_order10", "targets": [{"text": "@alice", "category": "identification", "since": "%s"}]}'
    assert reading.of_json(said % "in spring").targets == (Target("text", "@alice | in spring .. ", "identification"),)
    assert reading.of_json(said % "2026-01-01").targets == (Target("username", "@alice", "identification", 1767225600),)


@pytest.mark.parametrize(
    ("said", "date"),
    [("2026-11-22", 1795305600), ("22/11/2026", 1795305600), ("2026-11-22T01:00:00+0100", 1795305600),
     ("2026-11-22 00:00 UTC", 1795305600), ("1795305600", 1795305600), ("tomorrow", 0), ("99999999999999", 0),
     ("0000-00-00", 0), ("1900-01-01", 0)],
)  # fmt: skip
def test_dates(said: str, date: int) -> None:
    assert reading.date_of(said) == date


@pytest.mark.parametrize("text", ["", "Hello.", "Instrument: wish\nTarget: @alice", "Instrument: unknown", "{", "[]"])
def test_what_names_no_instrument_is_no_form(text: str) -> None:
    assert reading.of_text(text).instrument == "" and reading.of_json(text).instrument == ""


@given(st.text(max_size=400), st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60)), max_size=5))
def test_whatever_is_written_is_read_without_fault(text: str, pairs: list[tuple[str, str]]) -> None:
    forms = [reading.of_text(text), reading.of_text(f"Instrument: epoc\nTarget: {text}"), reading.of_json(text),
             reading.of_pairs(pairs), reading.of_text(f"Instrument: epoc\nAnswer by: {text}")]  # fmt: skip
    for form in forms:
        for one in form.targets:
            assert one.kind in TARGET_KINDS and one.text.strip() and (not one.category or one.category in CATEGORIES)
