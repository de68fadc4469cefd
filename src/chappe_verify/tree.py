"""The Merkle tree of RFC 6962, grown leaf by leaf from the leaves alone: no tile of the server is believed."""

import hashlib
from collections.abc import Sequence

from chappe_verify.formats import Wrong

_sha256 = hashlib.sha256


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf."""
    return _sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return _sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that grows; it keeps one hash for each binary digit of its size, the largest subtree first."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """One leaf more."""
        made, size = _sha256(b"\x00" + leaf).digest(), self.size
        while size & 1:
            made = _sha256(b"\x01" + self._peaks.pop() + made).digest()
            size >>= 1
        self._peaks.append(made)
        self.size += 1

    def root(self) -> bytes:
        """The hash over all leaves."""
        if not self._peaks:
            return _sha256(b"").digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def followed(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that the path leads to from this leaf. Errors: Wrong if it has a wrong length."""
    if not 0 <= index < size:
        raise Wrong(f"The proof is about leaf {index}, but its checkpoint has only {size} leaves.")
    steps = iter(path)
    root, at, last = leaf_hash(leaf), index, size - 1
    try:
        while last > 0:
            if at % 2:
                root = node_hash(next(steps), root)
            elif at < last:
                root = node_hash(root, next(steps))
            at, last = at // 2, last // 2
    except StopIteration:
        raise Wrong("The proof is too short.") from None
    if next(steps, None) is not None:
        raise Wrong("The proof is too long.")
    return root
