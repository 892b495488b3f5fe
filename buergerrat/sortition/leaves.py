"""The committed register as a Merkle tree, and sets of digests that stay small.

A Python set of four million digests takes half a gigabyte; here a digest takes its own bytes and
four to eight more. The exact format is described in docs/losprotokoll.md, section 2.
"""

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

LEAF_SIZE = 32  # bytes
_FEW = 1 << 10
_BLOCK = 1 << 16

Path = tuple[str, ...]
"""Neighbours from the leaf up: "l" or "r" (the side the neighbour stands on) and hash in hex."""


class Digests:
    """Different digests of one size (at least 8 bytes), numbered in the order they came."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.data = bytearray()
        self._slots = array("I", bytes(4 * _FEW))  # number of the digest plus one; 0 is free
        self._mask = _FEW - 1
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def _slot(self, digest: bytes) -> int:
        """Return the place in `_slots` where a digest is, or where it would be put."""
        slots, mask, size, data = self._slots, self._mask, self.size, self.data
        slot = int.from_bytes(digest[:8], "little") & mask
        while number := slots[slot]:
            if data[(number - 1) * size : number * size] == digest:
                break
            slot = (slot + 1) & mask
        return slot

    def add(self, digest: bytes) -> bool:
        """Add a digest; False when it is there already."""
        slot = self._slot(digest)
        if self._slots[slot]:
            return False
        self.data += digest
        self._count += 1
        self._slots[slot] = self._count
        if 3 * self._count > 2 * self._mask:
            self._widen()
        return True

    def number(self, digest: bytes) -> int | None:
        """Return how many digests came before this one; None when it is not there."""
        found = self._slots[self._slot(digest)]
        return found - 1 if found else None

    def _widen(self) -> None:
        size, data = self.size, self.data
        self._mask = mask = 2 * self._mask + 1
        self._slots = slots = array("I", bytes(4 * (mask + 1)))
        for number in range(self._count):
            slot = int.from_bytes(data[number * size : number * size + 8], "little") & mask
            while slots[slot]:
                slot = (slot + 1) & mask
            slots[slot] = number + 1


class LeafSet:
    """The committed register, fed row by row; keeps about 40 bytes a row and nothing else.

    Leaves are sorted before hashing, so the root does not depend on the order of the extract.
    """

    def __init__(self) -> None:
        self._leaves = Digests(LEAF_SIZE)

    def __len__(self) -> int:
        return len(self._leaves)

    def __iter__(self) -> Iterator[bytes]:
        """The leaves in the order they came."""
        data = self._leaves.data
        return (bytes(data[at : at + LEAF_SIZE]) for at in range(0, len(data), LEAF_SIZE))

    def add(self, new: bytes) -> bool:
        """Add a leaf; False when the very same row is already there (a duplicate)."""
        return self._leaves.add(new)

    def number(self, row_id: str) -> int:
        """Return how many leaves were added before this one. Raises KeyError without it."""
        number = self._leaves.number(bytes.fromhex(row_id))
        if number is None:
            raise KeyError(row_id)
        return number

    def root(self) -> str:
        """Return the Merkle root in hex; of an empty set, the hash of nothing."""
        return self.proofs(())[0]

    def path(self, row_id: str) -> Path:
        """Return the proof that a row is in the set. Raises KeyError when it is not."""
        return self.proofs([row_id])[1][row_id]

    def proofs(self, row_ids: Iterable[str]) -> tuple[str, dict[str, Path]]:
        """Return the root and the proofs of some rows, in one walk through the tree.

        Holds one level at a time, beside the leaves. Raises KeyError as `path` does.
        """
        wanted = list(row_ids)
        for row_id in wanted:
            self.number(row_id)
        if not len(self):
            return hashlib.sha256(b"").hexdigest(), {}
        level = bytearray(self._leaves.data)
        ordered = np.frombuffer(level, f"S{LEAF_SIZE}")
        ordered.sort()
        leaves = np.array([bytes.fromhex(row_id) for row_id in wanted], ordered.dtype)
        places = np.searchsorted(ordered, leaves).tolist()
        del ordered  # a view; the walk shortens what it looks at
        root, paths = _walk(level, places)
        return root, dict(zip(wanted, map(tuple, paths), strict=True))


def _walk(level: bytearray, places: list[int]) -> tuple[str, list[list[str]]]:
    """Hash sorted leaves up to the root; `level` is used up."""
    paths: list[list[str]] = [[] for _place in places]
    _hash(level, LEAF_SIZE, b"\0")
    while (nodes := len(level) // LEAF_SIZE) > 1:
        for path, place in zip(paths, places, strict=True):
            if (other := place ^ 1) < nodes:
                neighbour = level[other * LEAF_SIZE : (other + 1) * LEAF_SIZE].hex()
                path.append(("l" if other < place else "r") + neighbour)
        places = [place // 2 for place in places]
        _hash(level, 2 * LEAF_SIZE, b"\1")
    return level.hex(), paths


def _hash(level: bytearray, width: int, label: bytes) -> None:
    """Put in place of every `width` bytes their hash; a shorter rest moves up as it is.

    So a last node without a neighbour rises unchanged, as in RFC 6962.
    """
    whole, end = len(level) // width * width, 0
    for start in range(0, whole, _BLOCK):
        block = bytes(level[start : min(start + _BLOCK, whole)])
        parts = [block[place : place + width] for place in range(0, len(block), width)]
        hashes = b"".join([hashlib.sha256(label + part).digest() for part in parts])
        level[end : end + len(hashes)] = hashes
        end += len(hashes)
    rest = level[whole:]
    level[end:] = rest


def root_from_path(row_id: str, path: Sequence[str]) -> str:
    """Return the root to which a row and its proof lead."""
    node = hashlib.sha256(b"\0" + bytes.fromhex(row_id)).digest()
    for step in path:
        other = bytes.fromhex(step[1:])
        pair = other + node if step[0] == "l" else node + other
        node = hashlib.sha256(b"\1" + pair).digest()
    return node.hex()
