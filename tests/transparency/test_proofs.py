"""A proof leads from the leaf to the checkpoint; before that, a promise is kept. Source: tlog/proof"""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.transparency.logbook import ORIGIN, Logbook, logbook

from chappe.domain import journal
from chappe.transparency import growth, note, tree
from chappe.transparency.proofs import Proof, Proofs


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Logbook]:
    async with logbook(tmp_path) as made:
        yield made


def proofs(book: Logbook) -> Proofs:
    return Proofs(book.store, lambda n: b"s" * n, book.files, book.keys)


def checked(book: Logbook, proof: Proof) -> dict[str, str]:
    """What the extra line says, once the proof is followed to the signed root."""
    above, _, checkpoint = proof.text.partition("\n\n")
    first, extra, index, *path = above.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    said: dict[str, str] = json.loads(base64.b64decode(extra.removeprefix("extra ")))
    head = growth.head_of(ORIGIN, note.opened(checkpoint, book.keys.verifiers)[0])
    leaf = tree.leaf_hash(said["leaf"].encode())
    steps = [base64.b64decode(line) for line in path]
    assert tree.root_of_inclusion(leaf, int(index.removeprefix("index ")), head.size, steps) == head.root
    return said


async def test_a_proof_leads_to_the_checkpoint(book: Logbook) -> None:
    last = await book.acts(300)
    await book.sequenced()
    proof = await proofs(book).of_entry(last)
    assert proof is not None and proof.kind == "proof"
    assert set(checked(book, proof)) == {"leaf"}


async def test_whom_it_concerns_can_open_it(book: Logbook) -> None:
    last = await book.acts(3)
    await book.sequenced()
    proof = await proofs(book).of_entry(last, opened=True)
    assert proof is not None
    said = checked(book, proof)
    made = hmac.digest(bytes.fromhex(said["salt"]), said["private"].encode(), "sha256").hex()
    assert json.loads(said["leaf"])["commitment"] == made
    assert json.loads(said["private"])["subject"] == "user:7"
    await book.store.write(lambda tx: journal.erase_salt(tx, last, "server"))
    again = await proofs(book).of_entry(last, opened=True)
    assert again is not None and again.opening == ""
    assert set(checked(book, again)) == {"leaf"}


async def test_a_promise_comes_before_and_is_kept(book: Logbook) -> None:
    await book.sequenced()
    last = await book.acts(1)
    promise = await proofs(book).of_entry(last, opened=True)
    assert promise is not None and promise.kind == "promise"
    text = note.opened(promise.text, book.keys.verifiers)[0]
    origin, commitment, by = text.splitlines()
    assert (origin, by) == (f"{ORIGIN}/promise", "2025-06-15T15:16:40Z")
    assert await proofs(book).of_entry(last, opened=True) == promise
    await book.sequenced()
    proof = await proofs(book).of_entry(last, opened=True)
    assert proof is not None and proof.kind == "proof"
    assert json.loads(checked(book, proof)["leaf"])["commitment"] == commitment
    assert proof.opening == promise.opening


async def test_nobody_proves_what_is_nobodys_business(book: Logbook) -> None:
    last = await book.acts(2, public=None)
    assert await proofs(book).of_entry(last) is None
    assert await proofs(book).of_entry(last + 7) is None
