"""Files of known media: what makers give out is read, what is broken is refused, nothing breaks the reader.

Source: requirements/hash-matching
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.base.errors import Invalid
from chappe.safety.hash_files import Entry, read
from chappe.safety.hash_index import MOST_BITS, build

ONE, TWO = "f8" * 32, "0a" * 32
SHORT = "0b" * 16


@pytest.mark.parametrize(
    ("text", "kind", "entries", "other"),
    [
        (f"pdq {ONE}\nvideo_md5 {SHORT}\n", "", [
            Entry("pdq", bytes.fromhex(ONE)), Entry("md5", bytes.fromhex(SHORT))
        ], 0),
        (f"# a comment\n\nsha256 {ONE} bad.jpg", "", [Entry("sha256", bytes.fromhex(ONE), "bad.jpg")], 0),
        (f"{ONE},100,bridge.jpg\n{TWO},87,b.jpg", "", [
            Entry("pdq", bytes.fromhex(ONE), "bridge.jpg"), Entry("pdq", bytes.fromhex(TWO), "b.jpg")
        ], 0),
        (f"{ONE}\n{ONE.upper()}", "sha256", [Entry("sha256", bytes.fromhex(ONE))], 0),
        (SHORT, "", [Entry("md5", bytes.fromhex(SHORT))], 0),
        (f"collab,signal_type,signal_str,category,tags\nSample,pdq,{ONE},POSITIVE_CLASS,a b\nSample,raw_text,bad,,\n",
         "", [Entry("pdq", bytes.fromhex(ONE), "Sample POSITIVE_CLASS a b")], 1),
        (f"id,md5,sha256,pdq\n7,{SHORT},{ONE},{TWO}\n8,,,{ONE}\n", "", [
            Entry("md5", bytes.fromhex(SHORT), "7"), Entry("sha256", bytes.fromhex(ONE), "7"),
            Entry("pdq", bytes.fromhex(TWO), "7"), Entry("pdq", bytes.fromhex(ONE), "8"),
        ], 0),
        (f"raw_text bad words\npdq {ONE}", "", [Entry("pdq", bytes.fromhex(ONE))], 1),
        (f"\ufeffpdq {ONE}\r\n", "", [Entry("pdq", bytes.fromhex(ONE))], 0),
    ],
)  # fmt: skip
def test_lists_are_read_as_their_makers_write_them(text: str, kind: str, entries: list[Entry], other: int) -> None:
    found = read(text, kind)
    assert list(found.entries) == entries
    assert found.other == other


@pytest.mark.parametrize(
    ("text", "kind", "reason", "line"),
    [
        ("", "", "operator_list_empty", None),
        ("# nothing\n\n", "", "operator_list_empty", None),
        (ONE, "", "operator_list_kind", 1),
        (f"pdq {ONE}\npdq {ONE[:-1]}", "", "operator_list_line", 2),
        (f"pdq {SHORT}", "", "operator_list_line", 1),
        (f"md5 {ONE}", "", "operator_list_line", 1),
        ("pdq " + "z" * 64, "", "operator_list_line", 1),
        ("x" * 5000, "", "operator_list_line", 1),
        ("raw_text only words here", "", "operator_list_empty", None),
    ],
)
def test_a_broken_list_is_refused_whole(text: str, kind: str, reason: str, line: int | None) -> None:
    with pytest.raises(Invalid) as refused:
        read(text, kind)
    assert refused.value.reason == reason
    assert refused.value.facts.get("line") == line


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["", "pdq", "md5", "sha256", "nonsense"]))
def test_no_file_breaks_the_reader(text: str, kind: str) -> None:
    try:
        read(text, kind)
    except Invalid as refusal:
        assert refusal.reason.startswith("operator_list_")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 200), st.text(max_size=5), st.integers(0, 5))
def test_no_damage_breaks_the_reader(place: int, put: str, cut: int) -> None:
    whole = f"collab,signal_type,signal_str,category,tags\nSample,pdq,{ONE},\"POSITIVE\",a\nSample,md5,{SHORT},,\n"
    try:
        read(whole[:place] + put + whole[place + cut :])
    except Invalid as refusal:
        assert refusal.reason.startswith("operator_list_")


def flipped(print_: bytes, bits: list[int]) -> bytes:
    value = int.from_bytes(print_, "big")
    for bit in bits:
        value ^= 1 << bit
    return value.to_bytes(32, "big")


def test_the_index_misses_nothing_and_adds_nothing() -> None:
    chance = random.Random(7)
    listed = [chance.randbytes(32) for _ in range(3000)]
    listed += [flipped(listed[0], chance.sample(range(256), 5)), listed[1]]
    index = build(listed)
    assert len(index) == len(listed)
    for _ in range(400):
        place = chance.randrange(len(listed))
        asked = flipped(listed[place], chance.sample(range(256), chance.randrange(45)))
        slow = {
            n: apart for n, one in enumerate(listed)
            if (apart := (int.from_bytes(one, "big") ^ int.from_bytes(asked, "big")).bit_count()) <= MOST_BITS
        }  # fmt: skip
        assert {one.place: one.distance for one in index.near(asked)} == slow


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 255), max_size=31, unique=True), st.binary(min_size=32, max_size=32))
def test_whatever_is_near_is_found(bits: list[int], print_: bytes) -> None:
    index = build([print_])
    assert [one.distance for one in index.near(flipped(print_, bits))] == [len(bits)]
    assert index.near(flipped(print_, bits), len(bits) - 1) == []


def test_an_empty_index_finds_nothing() -> None:
    assert build([]).near(bytes(32)) == []
