"""How the published tree grows: from what lies on disk to the tiles of more leaves. No database, no clock.

Source: tlog/checkpoint, tlog/tiles
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chappe.transparency import note
from chappe.transparency.files import ENTRIES, FilesError, LogFolder, bundle, unbundled
from chappe.transparency.keys import Keys
from chappe.transparency.note import NoteError
from chappe.transparency.tree import HASH_BYTES, WIDTH, Edge, Tile, TreeError, edge_of, leaf_hash


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says of the tree."""

    size: int
    root: bytes


@dataclass(slots=True)
class Growth:
    """The tree so far: its edge, and the leaves of the bundle that is not full yet."""

    edge: Edge
    tail: list[bytes]

    @property
    def head(self) -> Head:
        """Size and root."""
        return Head(self.edge.size, self.edge.root())

    def grown(self, leaves: Sequence[bytes]) -> "tuple[Growth, list[tuple[Tile, bytes]]]":
        """The tree with more leaves, and every tile and bundle that this one lacks; this one stays as it is."""
        edge = self.edge.copy()
        tiles = edge.grow(map(leaf_hash, leaves))
        tiles += edge.partial()
        known = [*self.tail, *leaves]
        first = self.edge.size // WIDTH
        for at in range(0, len(known), WIDTH):
            part = known[at : at + WIDTH]
            tiles.append((Tile(ENTRIES, first + at // WIDTH, len(part)), bundle(part)))
        return Growth(edge, known[len(known) - edge.size % WIDTH :]), tiles


def checkpoint_text(origin: str, head: Head) -> str:
    """The text that is signed. Source: tlog/checkpoint"""
    return f"{origin}\n{head.size}\n{base64.b64encode(head.root).decode()}\n"


def head_of(origin: str, text: str) -> Head:
    """What a checkpoint's text says. Errors: NoteError if it is none of this log."""
    lines = text.split("\n")
    try:
        if lines[0] == origin and lines[1].isascii() and str(int(lines[1])) == lines[1]:
            root = base64.b64decode(lines[2], validate=True)
            if len(root) == HASH_BYTES and int(lines[1]) >= 0:
                return Head(int(lines[1]), root)
    except (IndexError, ValueError, binascii.Error):
        pass
    raise NoteError(f"this is no checkpoint of {origin}")


def signed(keys: Keys, head: Head) -> str:
    """The checkpoint, signed by every key; the same bytes each time."""
    return note.sign(checkpoint_text(keys.origin, head), keys.signers)


def published_head(folder: LogFolder, keys: Keys) -> Head | None:
    """What the checkpoint on disk says, or None if there is none. Errors: NoteError if none of our keys signed it."""
    found = folder.checkpoint()
    return None if found is None else head_of(keys.origin, note.opened(found, keys.verifiers)[0])


def on_disk(folder: LogFolder, head: Head) -> Growth:
    """The tree of this head, out of its tiles. Errors: FilesError, TreeError if they do not give its root."""
    edge = edge_of(head.size, folder.read)
    width = head.size % WIDTH
    tail = unbundled(folder.read(Tile(ENTRIES, head.size // WIDTH, width))) if width else []
    if edge.root() != head.root:
        raise TreeError("the tiles do not give the root that the checkpoint says")
    if width and [leaf_hash(leaf) for leaf in tail] != edge.levels[0]:
        raise FilesError("the last bundle of entries is not what the tile over it says")
    return Growth(edge, tail)


def last_leaf(folder: LogFolder, size: int) -> bytes:
    """The last of so many leaves, at least one. Errors: FilesError."""
    width = (size - 1) % WIDTH + 1
    return unbundled(folder.read(Tile(ENTRIES, (size - 1) // WIDTH, width)))[-1]


def drop_beginnings(folder: LogFolder, tiles: Iterable[Tile]) -> None:
    """Of the tiles that are full, the partial ones are gone; each can be cut from its full one."""
    for tile in tiles:
        if tile.width == WIDTH:
            folder.drop_partial(tile)
