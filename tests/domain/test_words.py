"""Source: method/messages.search. The words of texts and questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.domain import words
from chappe.domain.content import Attribute, Document, MediaDocument, Service, Text

CASES: list[tuple[str, list[str]]] = [
    ("Hello, hello WORLD!", ["hello", "world"]),
    ("Crème brûlée", ["creme", "brulee"]),
    ("Straße STRASSE", ["strasse"]),
    ("ＡＢＣ ①", ["abc", "1"]),
    ("snake_case-and.dots", ["snake", "case", "and", "dots"]),
    ("Ёлка", ["елка"]),
    ("東京 tower", ["東", "京", "tower"]),
    ("x" * 100, ["x" * words.LENGTH]),
    ("😀 !?", []),
]


@pytest.mark.parametrize(("text", "found"), CASES)
def test_words(text: str, found: list[str]) -> None:
    assert words.words(text) == found


def test_files_are_found_by_their_names() -> None:
    named = Document(1, 0, "text/plain", 1, b"", (Attribute("Filename", "Annual_Report.pdf"),))
    assert words.matches(Text("caption", media=MediaDocument(named)), ["annual", "cap"])
    assert not words.matches(Service("PinMessage"), ["pin"])


def test_a_message_has_a_bounded_number_of_words() -> None:
    long = Text(" ".join(f"w{n}" for n in range(1000)))
    assert len(words.of_content(long)) == words.PER_MESSAGE
    assert len(words.asked("a " * 10 + " ".join(f"w{n}" for n in range(50)))) == words.ASKED


@given(st.text(max_size=80))
def test_a_text_is_found_by_each_of_its_words(text: str) -> None:
    for word in words.words(text)[:16]:
        assert words.matches(Text(text), words.asked(word)), word


@given(st.text(st.characters(max_codepoint=127), max_size=120))
def test_ascii_has_the_words_it_would_have_among_other_scripts(text: str) -> None:
    assert [*words.words(text), "ж"] == words.words(f"{text} ж")
