"""The Merkle tree over the log's leaves: hashes, proofs, and the tiles they are published in. Pure.

Source: rfc/6962#2.1, tlog/tiles
Shape: hashes are SHA-256, 32 bytes; a tile is at most 256 hashes of one level, each over 256^level leaves.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH_BYTES = 32
EMPTY = sha256(b"").digest()

Hashes = Callable[[int, int], bytes]
"""(level, n) → the hash of the complete subtree over the leaves [n * 2^level, (n + 1) * 2^level)."""


class TreeError(Exception):
    """A proof or a tile does not fit; the text says how."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of a tile; level -1 is a bundle of entries, which is as wide as the tile of level 0 over it."""

    level: int
    n: int
    width: int

    @property
    def path(self) -> str:
        """Where it lies under the log's prefix, such as `tile/0/x001/x234/067.p/8`."""
        digits = f"{self.n:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        place = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        level = "entries" if self.level < 0 else str(self.level)
        return f"tile/{level}/{place}" + ("" if self.width == WIDTH else f".p/{self.width}")

    @property
    def full(self) -> "Tile":
        """The tile this one is, or will be, the beginning of."""
        return Tile(self.level, self.n, WIDTH)


def root_of_full(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


@dataclass(slots=True)
class Edge:
    """The right edge of a growing tree: the hashes of its partial tile in each level, the lowest first."""

    size: int = 0
    levels: list[list[bytes]] = field(default_factory=list)

    def copy(self) -> "Edge":
        """Another edge of the same tree."""
        return Edge(self.size, [list(level) for level in self.levels])

    def grow(self, hashes: Iterable[bytes]) -> list[tuple[Tile, bytes]]:
        """The tree has these leaves more; each tile that became full, with its bytes."""
        full: list[tuple[Tile, bytes]] = []
        for hash_ in hashes:
            self.size += 1
            self._push(0, hash_, full)
        return full

    def partial(self) -> Iterator[tuple[Tile, bytes]]:
        """Each partial tile of the tree as it is, with its bytes."""
        for level, hashes in enumerate(self.levels):
            if hashes:
                yield Tile(level, self.size >> (HEIGHT * (level + 1)), len(hashes)), b"".join(hashes)

    def root(self) -> bytes:
        """The root of the whole tree."""
        root = b""
        for hashes in self.levels:
            left = len(hashes)
            while left:
                width = left & -left
                node = root_of_full(hashes[left - width : left])
                root = node_hash(node, root) if root else node
                left -= width
        return root or EMPTY

    def _push(self, level: int, hash_: bytes, full: list[tuple[Tile, bytes]]) -> None:
        if level == len(self.levels):
            self.levels.append([])
        row = self.levels[level]
        row.append(hash_)
        if len(row) == WIDTH:
            full.append((Tile(level, (self.size >> (HEIGHT * (level + 1))) - 1, WIDTH), b"".join(row)))
            self.levels[level] = []
            self._push(level + 1, root_of_full(row), full)


def partial_tiles(size: int) -> Iterator[Tile]:
    """The partial tiles of a tree of this size, the lowest first."""
    level = 0
    while size:
        if size % WIDTH:
            yield Tile(level, size >> HEIGHT, size % WIDTH)
        size >>= HEIGHT
        level += 1


def edge_of(size: int, read: Callable[[Tile], bytes]) -> Edge:
    """The edge of a tree of this size out of its partial tiles. Errors: TreeError if one has not its width."""
    edge = Edge(size)
    for tile in partial_tiles(size):
        data = read(tile)
        if len(data) != tile.width * HASH_BYTES:
            raise TreeError(f"{tile.path} has {len(data)} bytes, not {tile.width * HASH_BYTES}")
        edge.levels += [[] for _ in range(tile.level + 1 - len(edge.levels))]
        edge.levels[tile.level] = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
    return edge


def hashes_of_tiles(size: int, read: Callable[[Tile], bytes]) -> Hashes:
    """Hashes of complete subtrees out of the tiles of a tree of this size, each tile read once."""
    known: dict[tuple[int, int], bytes] = {}

    def tile(level: int, n: int) -> bytes:
        if (level, n) not in known:
            width = min(WIDTH, (size >> (HEIGHT * level)) - n * WIDTH)
            known[level, n] = read(Tile(level, n, width))
        return known[level, n]

    def hashes(level: int, n: int) -> bytes:
        row, height = divmod(level, HEIGHT)
        first = n << height
        data = tile(row, first >> HEIGHT)
        at = (first % WIDTH) * HASH_BYTES
        stretch = data[at : at + (HASH_BYTES << height)]
        if len(stretch) != HASH_BYTES << height:
            raise TreeError(f"the tile over level {level}, {n} is too short")
        return root_of_full([stretch[i : i + HASH_BYTES] for i in range(0, len(stretch), HASH_BYTES)])

    return hashes


def root_of(size: int, hashes: Hashes) -> bytes:
    """The root of the tree of this size."""
    return _range(0, size, hashes) if size else EMPTY


def inclusion_proof(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """The audit path of the leaf, the sibling of the leaf first. Source: rfc/6962#2.1.1"""
    if not 0 <= index < size:
        raise TreeError(f"there is no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        split = low + _half(high - low)
        if index < split:
            path.append(_range(split, high, hashes))
            high = split
        else:
            path.append(_range(low, split, hashes))
            low = split
    return path[::-1]


def consistency_proof(old: int, new: int, hashes: Hashes) -> list[bytes]:
    """The proof that the tree of `old` leaves is the beginning of that of `new`. Source: rfc/6962#2.1.2"""
    if not 0 <= old <= new:
        raise TreeError(f"a tree of {old} leaves is no beginning of one of {new}")
    proof: list[bytes] = []
    low, high, whole = 0, new, True
    while old and old != high:
        split = low + _half(high - low)
        if old <= split:
            proof.append(_range(split, high, hashes))
            high = split
        else:
            proof.append(_range(low, split, hashes))
            low, whole = split, False
    if old and not whole:
        proof.append(_range(low, high, hashes))
    return proof[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that the proof leads to from this leaf's hash. Errors: TreeError if it has a wrong length."""
    if not 0 <= index < size:
        raise TreeError(f"there is no leaf {index} in a tree of {size}")
    root, last, left = leaf, size - 1, list(proof)
    while last:
        if index & 1 or index < last:
            if not left:
                raise TreeError("the proof is too short")
            other = left.pop(0)
            root = node_hash(other, root) if index & 1 else node_hash(root, other)
        index, last = index >> 1, last >> 1
    if left:
        raise TreeError("the proof is too long")
    return root


def require_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """The older tree is a beginning of the newer one. Errors: TreeError. Source: rfc/9162#2.1.4.2"""
    if old == 0 or old == new:
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY):
            raise TreeError("two trees of one size differ, or the proof should be empty")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path or not 0 < old < new:
        raise TreeError("the proof is too short")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path.pop(0)
    for other in path:
        if not last:
            raise TreeError("the proof is too long")
        if node & 1 or node == last:
            first, second = node_hash(other, first), node_hash(other, second)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, other)
        node, last = node >> 1, last >> 1
    if last or first != old_root or second != new_root:
        raise TreeError("the newer tree does not begin with the older one")


def _range(low: int, high: int, hashes: Hashes) -> bytes:
    """The hash over the leaves [low, high), as RFC 6962 splits them."""
    size = high - low
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return hashes(level, low >> level)
    split = low + _half(size)
    return node_hash(_range(low, split, hashes), _range(split, high, hashes))


def _half(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)
