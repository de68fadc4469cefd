"""One spelling only. Source: rfc/8785"""

import json

import pytest

from chappe.transparency.canonical import Value, canonical

# Sections 3.2.2 and 3.2.3 of the document, what of them our types can say.
KEYS = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}
SORTED = ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign"]
SORTED += ["Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"]


def test_names_are_sorted_as_utf_16() -> None:
    assert list(json.loads(canonical(KEYS)).values()) == SORTED


@pytest.mark.parametrize(
    ("value", "bytes_"),
    [
        ("\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\u002f", b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        (True, b"true"),
        (0, b"0"),
        (-(2**53) + 1, b"-9007199254740991"),
        (2**53, b'"9007199254740992"'),
        (-(2**63), b'"-9223372036854775808"'),
    ],
)
def test_values(value: Value, bytes_: bytes) -> None:
    assert canonical({"x": value}) == b'{"x":' + bytes_ + b"}"
    assert canonical({"x": {"y": value}}) == b'{"x":{"y":' + bytes_ + b"}}"
