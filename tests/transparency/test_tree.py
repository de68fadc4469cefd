"""The tree against published roots, and proofs against the tree, for many sizes. Source: rfc/6962#2.1, tlog/tiles"""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.transparency import tree
from chappe.transparency.tree import Edge, Tile, TreeError

# The test data of the Certificate Transparency implementations.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def reference(hashes: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + reference(hashes[:split]) + reference(hashes[split:])).digest()


def grown(size: int) -> tuple[Edge, dict[Tile, bytes], list[bytes]]:
    """A tree of so many leaves: its edge, all tiles that ever were full or are partial, the hashes of its leaves."""
    hashes = [tree.leaf_hash(b"%d" % n) for n in range(size)]
    edge = Edge()
    tiles = dict(edge.grow(hashes))
    return edge, tiles | dict(edge.partial()), hashes


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    edge = Edge()
    edge.grow(map(tree.leaf_hash, LEAVES[:size]))
    assert edge.root().hex() == ROOTS[size]


def test_published_proofs() -> None:
    edge = Edge()
    edge.grow(map(tree.leaf_hash, LEAVES))
    tiles = dict(edge.partial())
    hashes = tree.hashes_of_tiles(8, tiles.__getitem__)
    inclusion = [one.hex() for one in tree.inclusion_proof(5, 8, hashes)]
    assert inclusion == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    consistency = [one.hex() for one in tree.consistency_proof(6, 8, hashes)]
    assert consistency == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 70_000])
def test_an_edge_is_whatever_its_tiles_say(size: int) -> None:
    edge, tiles, hashes = grown(size)
    assert edge.root() == reference(hashes)
    assert [tile for tile, _ in edge.partial()] == list(tree.partial_tiles(size))
    again = tree.edge_of(size, tiles.__getitem__)
    assert again.root() == edge.root()
    again.grow([b"x" * 32])
    edge.grow([b"x" * 32])
    assert again.root() == edge.root() == reference([*hashes, b"x" * 32])


def test_the_tiles_of_the_example_in_the_specification() -> None:
    tiles = grown(70_000)[1]
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    assert sorted((tile.level, tile.width) for tile in tiles if tile.width < 256) == [(0, 112), (1, 17), (2, 1)]
    assert sum(tile.level == 1 and tile.width == 256 for tile in tiles) == 1


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0, 256), "tile/0/000"),
        (Tile(1, 999, 3), "tile/1/999.p/3"),
        (Tile(2, 1234067, 256), "tile/2/x001/x234/067"),
        (Tile(-1, 1000, 255), "tile/entries/x001/000.p/255"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path == path


@given(st.integers(1, 700), st.data())
def test_every_leaf_is_provable_and_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    edge, tiles, hashes = grown(size)
    proof = tree.inclusion_proof(index, size, tree.hashes_of_tiles(size, tiles.__getitem__))
    assert tree.root_of_inclusion(hashes[index], index, size, proof) == edge.root()
    assert tree.root_of_inclusion(b"y" * 32, index, size, proof) != edge.root()
    with pytest.raises(TreeError):
        tree.root_of_inclusion(hashes[index], index, size, [*proof, b"z" * 32])


@given(st.integers(0, 600), st.integers(0, 600))
def test_a_tree_is_consistent_with_its_beginnings_alone(old: int, more: int) -> None:
    new = old + more
    edge, tiles, hashes = grown(new)
    beginning = reference(hashes[:old])
    proof = tree.consistency_proof(old, new, tree.hashes_of_tiles(new, tiles.__getitem__))
    tree.require_consistent(old, beginning, new, edge.root(), proof)
    with pytest.raises(TreeError):
        tree.require_consistent(old, b"x" * 32, new, edge.root(), proof)
    if old and more:
        for wrong in (proof[:-1], [*proof, b"z" * 32], [b"z" * 32, *proof[1:]]):
            with pytest.raises(TreeError):
                tree.require_consistent(old, beginning, new, edge.root(), wrong)
