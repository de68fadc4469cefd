"""Whatever is done in whatever order, and whenever the server starts anew: every public entry is provable in the log.

Source: tlog/proof, dsa/17
"""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.transparency.logbook import Logbook

from chappe.base import Invalid
from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.store import Store, Tx, open_postgres
from chappe.transparency import note
from chappe.transparency.proofs import Proofs
from chappe_verify import check
from chappe_verify.formats import Key

__all__ = ["postgres_dsn", "postgres_server"]

WORDS = st.sampled_from(["", "remove", "law", "SCAMS_AND_FRAUD"])
PUBLIC = st.builds(
    Public, st.sampled_from(["notice", "decision", "order"]), country=st.sampled_from(["", "FR"]), category=WORDS,
    outcome=WORDS, hours=st.integers(-1, 3), count=st.integers(0, 3), sealed=st.booleans(),
)  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("act"), st.none() | PUBLIC),
        st.tuples(st.sampled_from(["open", "erase", "promise"]), st.integers(1, 30)),
        st.tuples(st.sampled_from(["sequence", "restart", "tick"]), st.none()),
    ),
    max_size=40,
)


class World:
    """A log, and what was done and promised in it."""

    def __init__(self, book: Logbook) -> None:
        self.book = book
        self.promised: dict[int, str] = {}

    async def does(self, step: str, what: object) -> None:
        book = self.book
        if step == "act":
            assert what is None or isinstance(what, Public)
            facts = {"x": "é" * 3, "n": 2**60}
            await book.store.write(lambda tx: journal.record(tx, "invite_used", "user:1", "user:2", what, **facts))
        elif step == "sequence":
            await book.sequenced()
        elif step == "restart":
            book.begun()
        elif step == "tick":
            book.clock.moves(1801)
        else:
            assert isinstance(what, int)
            await self.changes(step, what)

    async def changes(self, step: str, no: int) -> None:
        """An entry is opened, its salt is erased, or its place is promised."""
        if step == "promise":
            promise = await self.proofs().of_entry(no)
            if promise is not None and promise.kind == "promise":
                text = note.opened(promise.text, self.book.keys.verifiers)[0]
                self.promised[no] = text.split("\n")[1]
            return

        def act(tx: Tx) -> None:
            if step == "open":
                journal.open_sealed(tx, no, "operator:1")
            else:
                journal.erase_salt(tx, no, "operator:1")

        try:
            await self.book.store.write(act)
        except Invalid:
            return
        if step == "erase":
            self.promised.pop(no, None)

    def proofs(self) -> Proofs:
        return Proofs(self.book.store, os.urandom, self.book.files, self.book.keys)

    async def reckoned(self) -> None:
        """Every public entry is one leaf, in order, and has a proof; what was promised is what is there."""
        await self.book.sequenced()
        leaves = self.book.leaves()
        keys = [Key.parse(str(verifier)) for verifier in self.book.keys.verifiers]
        rows = await self.book.store.read(lambda rx: rx.all("SELECT no, public FROM journal ORDER BY no"))
        public = [no for no, shown in rows if shown is not None]
        assert len(leaves) == len(public)
        for no, shown in rows:
            proof = await self.proofs().of_entry(no, opened=True)
            assert (proof is None) == (shown is None)
            if proof is not None:
                found = check.one_proof(proof.text, keys)
                assert found["index"] == public.index(no)
                assert found.get("private", {"entry": no})["entry"] == no
                if no in self.promised:
                    assert found["leaf"]["commitment"] == self.promised[no]
        opened = {json.loads(leaf)["opens"] for leaf in leaves if b'"opens"' in leaf}
        assert all(b'"sealed"' in leaves[index] for index in opened)


def lived(steps: list[tuple[str, object]], opened: Callable[[Path, Logbook], Store] | None = None) -> None:
    async def life(folder: Path) -> None:
        book = Logbook(folder)
        if opened is not None:
            await book.store.close()
            book.store = opened(folder, book)
            book.begun()
        world = World(book)
        try:
            for step, what in steps:
                await world.does(step, what)
            await world.reckoned()
        finally:
            book.files.unlock()
            await book.store.close()

    with TemporaryDirectory() as folder:
        asyncio.run(life(Path(folder)))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_every_public_entry_is_provable(steps: list[tuple[str, object]]) -> None:
    lived(steps)


@pytest.mark.slow
def test_the_same_on_postgresql(postgres_dsn: str) -> None:
    steps: list[tuple[str, object]] = [("act", Public("order", sealed=True)), ("promise", 1), ("act", None)]
    steps += [("act", Public("notice")), ("sequence", None), ("open", 1), ("restart", None), ("act", Public("order"))]
    lived(steps, lambda folder, book: open_postgres(postgres_dsn, book.clock))
