"""The pace of who speaks in public rooms, against a plain count of everything that was said.

Source: requirements/rules
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.safety import recent
from chappe.safety.recent import EACH, WINDOW_S, Pace, Recent

Post = tuple[int, int, str, int]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(
    st.integers(1, 3), st.integers(1, 3), st.sampled_from(["", "a", "b"]), st.integers(0, 400)
), max_size=60))  # fmt: skip
def test_the_pace_is_what_a_plain_count_says(steps: list[Post]) -> None:
    counted, said, now = Recent(), list[Post](), 1_000_000
    for person, room, text, passed in steps:
        now += passed
        mine = [one for one in said if one[0] == person and one[3] > now - WINDOW_S]
        same = sum(one[2] == text for one in mine) if text else 0
        wanted = Pace(len(mine) + 1, same + 1, len({one[1] for one in mine} | {room}))
        assert counted.would_be(person, room, text, now) == wanted
        assert counted.said(person, room, text, now) == wanted
        said.append((person, room, text, now))


def test_who_floods_costs_no_more_than_a_bounded_place() -> None:
    counted = Recent()
    for number in range(EACH * 3):
        pace = counted.said(1, number, f"text {number}", 1_000_000)
    assert pace.posts == EACH


def test_who_spoke_longest_ago_is_forgotten_first() -> None:
    counted = Recent()
    for person in range(1, recent.PEOPLE + 2):
        counted.said(person, 1, "hello", 1_000_000)
    assert counted.would_be(1, 1, "hello", 1_000_000).posts == 1
    assert counted.would_be(2, 1, "hello", 1_000_000).posts == 2
