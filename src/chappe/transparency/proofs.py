"""Proofs that an entry of the journal is in the log, or will be: what a person keeps who was told of a decision.

Source: tlog/proof
Shape: a proof is a text as C2SP's tlog-proof has it; its `extra` line is JSON with `leaf`, and for whom the entry
concerns `private` (the canonical facts) and `salt` (hex), which together give the leaf's commitment. A promise is a
signed note of three lines: the log's origin and `/promise`, the commitment in hex, the date it will be in the log by.
A receipt is a signed note: the log's origin and `/receipt`, a line for each thing it says, then `commitment` with the
commitment and `logged-by` with that date.
"""

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chappe.base.ids import Entropy
from chappe.domain.journal import SHARD
from chappe.store import Reader, Store, Tx
from chappe.store import transparency as rows
from chappe.store.transparency import LeafRow, Waiting
from chappe.transparency import note
from chappe.transparency.canonical import canonical
from chappe.transparency.files import LogFolder
from chappe.transparency.growth import head_of
from chappe.transparency.keys import Keys
from chappe.transparency.leaves import SALT_BYTES, commitment, fact_salt, private, written_day
from chappe.transparency.tree import hashes_of_tiles, inclusion_proof

PROMISE_S = 600
"""What is promised is in the log this long after the act."""
FIRST_LINE = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person keeps; `opening` is what else they need to say what it is about, empty if they may not."""

    kind: str
    """proof, promise or receipt."""
    name: str
    """What the file is called."""
    text: str
    opening: str = ""
    """JSON with `private` and `salt`; within a proof it is in its `extra` line too."""


class Proofs:
    """Makes proofs out of the database and the published tiles."""

    def __init__(self, store: Store, entropy: Entropy, folder: LogFolder, keys: Keys) -> None:
        self._store = store
        self._entropy = entropy
        self._folder = folder
        self._keys = keys

    async def of_entry(self, no: int, opened: bool = False) -> Proof | None:
        """The proof of a journal entry, or the promise of one; None if it never becomes a leaf.

        Shape: opened adds the private facts with their salt, unless it was erased: only for whom the entry concerns.
        """

        def look(rx: Reader) -> tuple[Waiting | None, LeafRow | None]:
            return rows.entry(rx, SHARD, no), rows.leaf_of(rx, SHARD, no)

        entry, leaf = await self._store.read(look)
        if entry is None or entry.public is None:
            return None
        if leaf is not None:
            proof = await asyncio.to_thread(self._proof, entry, leaf, opened)
            if proof is not None:
                return proof
        salt = await self._store.write(lambda tx: self._salted(tx, no))
        if salt is None:
            return None
        return Proof("promise", f"entry-{no}.promise", self._promise(entry, salt), _opening(entry, salt, opened))

    async def receipt(self, no: int, lines: Sequence[str]) -> Proof | None:
        """A signed receipt that says these lines and promises that the entry will be in the log.

        None if the entry never becomes a leaf, or its salt was erased. Shape: lines are printable. Errors: NoteError.
        """

        def act(tx: Tx) -> tuple[Waiting | None, bytes | None]:
            return rows.entry(tx, SHARD, no), rows.salts(tx, SHARD, no, no).get(no) or self._salted(tx, no)

        entry, salt = await self._store.write(act)
        if entry is None or entry.public is None or salt is None:
            return None
        promised = [f"commitment {commitment(entry, salt)}", f"logged-by {written_date(entry.date + PROMISE_S)}"]
        text = "\n".join([f"{self._keys.origin}/receipt", *lines, *promised, ""])
        return Proof("receipt", f"entry-{no}.receipt", note.sign(text, self._keys.signers), _opening(entry, salt, True))

    def _proof(self, entry: Waiting, leaf: LeafRow, opened: bool) -> Proof | None:
        """The proof under the newest checkpoint; None while that does not reach so far."""
        checkpoint = self._folder.checkpoint()
        if checkpoint is None:
            return None
        head = head_of(self._keys.origin, note.opened(checkpoint, self._keys.verifiers)[0])
        if leaf.leaf_index >= head.size:
            return None
        path = inclusion_proof(leaf.leaf_index, head.size, hashes_of_tiles(head.size, self._folder.read))
        opening = _opening(entry, entry.salt, opened)
        said = {"leaf": leaf.leaf.decode()} | (msgspec.json.decode(opening, type=dict[str, str]) if opening else {})
        lines = [FIRST_LINE, f"extra {_base64(canonical(said))}", f"index {leaf.leaf_index}", *map(_base64, path), ""]
        return Proof("proof", f"entry-{entry.no}.tlog-proof", "\n".join(lines) + "\n" + checkpoint, opening)

    def _promise(self, entry: Waiting, salt: bytes) -> str:
        text = f"{self._keys.origin}/promise\n{commitment(entry, salt)}\n{written_date(entry.date + PROMISE_S)}\n"
        return note.sign(text, self._keys.signers)

    def _salted(self, tx: Tx, no: int) -> bytes | None:
        """The entry's salt, made if it never had one; None if it was erased."""
        found = rows.salts(tx, SHARD, no, no).get(no)
        if found is None and rows.leaf_of(tx, SHARD, no) is None:
            found = self._entropy(SALT_BYTES)
            rows.add_salts(tx, SHARD, [(no, found)])
        return found


def _opening(entry: Waiting, salt: bytes | None, opened: bool) -> str:
    if not opened or salt is None:
        return ""
    return canonical({"private": canonical(private(entry, salt)).decode(), "salt": fact_salt(salt).hex()}).decode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def written_date(date: int) -> str:
    """A date as `2026-11-22T05:25:00Z`."""
    day, second = divmod(date, 86_400)
    return f"{written_day(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"
