"""Source: method/messages.search. What the index finds is what reading every message would find, on both engines."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.stage import Person, Stage
from tests.replay.engines import on_stage

from chappe.domain import words
from chappe.domain.content import Text
from chappe.jobs import Indexing
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["postgres_dsn", "postgres_server"]

WORD = st.sampled_from(["a", "ab", "abc", "Äb", "b\u0301a", "ba", "zz", "zz\u00ff", "東京", "京", "42", "b-a"])
TEXT = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
ACT = st.one_of(
    st.tuples(st.just("say"), TEXT),
    st.tuples(st.just("edit"), TEXT),
    st.tuples(st.just("delete"), st.integers(0, 9)),
    st.tuples(st.just("index"), st.just(0)),
)


async def play(stage: Stage, acts: list[tuple[str, object]], questions: list[str], offsets: tuple[int, int]) -> None:
    """After the acts each question is answered as a reader of the whole history would."""
    alice, bob = await stage.people("alice", "bob")
    said: dict[int, str] = {}
    for kind, value in acts:
        if kind == "say":
            await alice.says(bob, str(value))
            said[max(said, default=len(said)) + 1 if said else 1] = str(value)
        elif kind == "index":
            await Indexing().step(stage.store)
        elif said and kind == "edit":
            last = max(said)
            if said[last] != value:
                await alice.calls(f.messages.EditMessage(peer=alice.sees(bob), id=last, message=str(value)))
                said[last] = str(value)
        elif said and isinstance(value, int) and len(said) > 1:
            gone = sorted(said)[value % (len(said) - 1)]
            await alice.calls(f.messages.DeleteMessages(revoke=True, id=[gone]))
            del said[gone]
    for question in questions:
        await require_same(bob, alice, said, question, offsets)


async def require_same(
    reader: Person, writer: Person, said: dict[int, str], question: str, offsets: tuple[int, int]
) -> None:
    """The page is the stretch of the list that a patient reader would make."""
    add_offset, limit = offsets
    every = [i for i in sorted(said, reverse=True) if words.matches(Text(said[i]), words.asked(question))]
    middle = every[len(every) // 2] if every else 0
    page = await reader.calls(f.messages.Search(
        peer=reader.sees(writer), q=question, filter=t.InputMessagesFilterEmpty(), min_date=0, max_date=0,
        offset_id=middle, add_offset=add_offset, limit=limit, max_id=0, min_id=0, hash=0,
    ))  # fmt: skip
    start = (len(every) // 2 + 1 if every else 0) + add_offset
    assert [m.id for m in page.messages] == every[max(0, start) : max(0, start + limit)], (question, said)
    assert getattr(page, "count", len(page.messages)) == len(every)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_the_index_finds_what_reading_finds(request: pytest.FixtureRequest, tmp_path: Path, engine: str) -> None:
    runs = on_stage(request, engine, tmp_path)

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(ACT, min_size=1, max_size=20), st.lists(TEXT, min_size=1, max_size=5),
        st.tuples(st.integers(-5, 3), st.integers(1, 5)),
    )  # fmt: skip
    def replay(acts: list[tuple[str, object]], questions: list[str], offsets: tuple[int, int]) -> None:
        runs(lambda stage: play(stage, acts, questions, offsets))

    replay()
