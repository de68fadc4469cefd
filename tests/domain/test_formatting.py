"""Source: api/entities. What a text shows is marked, whatever the client marked itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.domain.content import Entity, utf16_len
from chappe.domain.formatting import first_url, formatted

FOUND: list[tuple[str, list[tuple[str, str]]]] = [
    ("plain words. With dots.", []),
    ("see example.com", [("Url", "example.com")]),
    ("see EXAMPLE.com/A(b)?x=1#y, then", [("Url", "EXAMPLE.com/A(b)?x=1#y")]),
    ("(https://example.com/a)", [("Url", "https://example.com/a")]),
    ("version 1.2.3 of file.py at 3.14", []),
    ("http://localhost:8080/x", [("Url", "http://localhost:8080/x")]),
    ("a@example.com and @alice", [("Email", "a@example.com"), ("Mention", "@alice")]),
    ("@al is too short, mail@alice too", []),
    ("#tag #123 #1a x#y", [("Hashtag", "#tag"), ("Hashtag", "#1a")]),
    ("/start and /stop@some_bot but not a/b", [("BotCommand", "/start"), ("BotCommand", "/stop@some_bot")]),
    ("$USD $usd 5$", [("Cashtag", "$USD")]),
    ("😀 t.me/x", [("Url", "t.me/x")]),
    ("https://example.com/@alice#tag", [("Url", "https://example.com/@alice#tag")]),
]


def marked(text: str, entities: tuple[Entity, ...]) -> list[tuple[str, str]]:
    units = text.encode("utf-16-le")
    return [(e.kind, units[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le")) for e in entities]


@pytest.mark.parametrize(("text", "found"), FOUND)
def test_what_is_found(text: str, found: list[tuple[str, str]]) -> None:
    assert marked(*formatted(text, ())) == found


def test_white_space_goes_and_marks_move_along() -> None:
    given_marks = [Entity("Bold", 0, 4), Entity("Italic", 4, 3), Entity("Code", 7, 2)]
    assert formatted("  \n one\t ", given_marks) == ("one", (Entity("Italic", 0, 3),))


def test_nothing_is_marked_inside_code_or_twice() -> None:
    code = Entity("Code", 0, 10)
    assert formatted("see @alice", [code]) == ("see @alice", (code,))
    known = Entity("Mention", 4, 6)
    assert formatted("see @alice", [known]) == ("see @alice", (known,))


def test_a_mark_out_of_bounds_stays_for_the_check() -> None:
    wrong = Entity("Bold", 3, 40)
    assert wrong in formatted(" abc ", [wrong])[1]


def test_the_first_link_with_its_scheme() -> None:
    assert first_url(*formatted("😀 look at example.org/a and b.com", ())) == "http://example.org/a"
    assert first_url("here", [Entity("TextUrl", 0, 4, "https://example.org/")]) == "https://example.org/"
    assert first_url("none", []) is None


@given(st.text(alphabet="ab.@#$/: \n😀é1", max_size=60))
def test_marks_always_fit(text: str) -> None:
    kept, entities = formatted(text, ())
    assert kept == text.strip()
    size = utf16_len(kept)
    assert all(0 <= e.offset < e.offset + e.length <= size for e in entities)
    assert formatted(kept, entities) == (kept, entities), "once is enough"


@pytest.mark.parametrize("end", [")", ",", " ", "é"])
def test_a_text_too_long_to_be_sent_is_not_looked_through(end: str) -> None:
    """A megabyte of what a link may end with was looked at once for each of its characters, for minutes."""
    text = f"http://a.com/{end * 1_000_000}!"
    assert formatted(text, ()) == (text, ())
    padded = f"{' ' * 9000}see a.com{' ' * 3000}"
    assert formatted(padded, ())[0] == "see a.com" and len(formatted(padded, ())[1]) == 1
