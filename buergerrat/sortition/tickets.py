"""Tickets of the invitation draw: canonical rows, salted leaves, Merkle root, smallest tickets.

Bytes and integers only: no random generator, no float, no remainder of a hash.
The exact format is described in docs/losprotokoll.md, sections 2 and 3.
"""

import hashlib
import heapq
import hmac
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

LEAF_LABEL = b"buergerrat/blatt/1\0"


class Entry(NamedTuple):
    """An eligible row of the register: its stratum, its row id, and who shares its household."""

    stratum: str
    row_id: str
    household: str | None = None


def canonical_row(values: Sequence[str]) -> bytes:
    """Return the one byte string of a row: count, then each value in NFC, length before text.

    Lengths are four bytes, big-endian, so that ("ab", "c") and ("a", "bc") differ.
    """
    encoded = [unicodedata.normalize("NFC", value.strip()).encode() for value in values]
    parts = [len(encoded).to_bytes(4, "big")]
    parts += [len(text).to_bytes(4, "big") + text for text in encoded]
    return b"".join(parts)


def leaf(salt_key: bytes, row: bytes) -> bytes:
    """Return the salted leaf (32 bytes) of a canonical row; its hex form is the row id."""
    return hmac.digest(salt_key, LEAF_LABEL + row, "sha256")


def _leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _next_level(level: list[bytes]) -> list[bytes]:
    """Join neighbours; a last one without a neighbour moves up as it is (as in RFC 6962)."""
    joined = [_node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return joined + level[len(joined) * 2 :]


class LeafSet:
    """The committed register, fed row by row; keeps 32 bytes a row and nothing else.

    Leaves are sorted before hashing, so the root does not depend on the order of the extract.
    """

    def __init__(self) -> None:
        self._leaves: set[bytes] = set()
        self._levels: list[list[bytes]] = []
        self._position: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._leaves)

    def add(self, new: bytes) -> bool:
        """Add a leaf; False when the very same row is already there (a duplicate)."""
        if new in self._leaves:
            return False
        self._leaves.add(new)
        self._levels = []
        return True

    def _build(self) -> list[list[bytes]]:
        if not self._levels:
            ordered = sorted(self._leaves)
            self._position = {item: index for index, item in enumerate(ordered)}
            self._levels = [[_leaf_hash(item) for item in ordered]]
            while len(self._levels[-1]) > 1:
                self._levels.append(_next_level(self._levels[-1]))
        return self._levels

    def root(self) -> str:
        """Return the Merkle root in hex; of an empty set, the hash of nothing."""
        if not self._leaves:
            return hashlib.sha256(b"").hexdigest()
        return self._build()[-1][0].hex()

    def path(self, row_id: str) -> tuple[str, ...]:
        """Return the proof that a row is in the set: neighbours from the leaf up to the root.

        Each is "l" or "r" (the side the neighbour stands on) and its hash in hex.
        Raises KeyError when the row is not in the set.
        """
        levels = self._build()
        index = self._position[bytes.fromhex(row_id)]
        steps: list[str] = []
        for level in levels[:-1]:
            neighbour = index ^ 1
            if neighbour < len(level):
                steps.append(("l" if neighbour < index else "r") + level[neighbour].hex())
            index //= 2
        return tuple(steps)


def root_from_path(row_id: str, path: Sequence[str]) -> str:
    """Return the root to which a row and its proof lead."""
    node = _leaf_hash(bytes.fromhex(row_id))
    for step in path:
        other = bytes.fromhex(step[1:])
        node = _node_hash(other, node) if step[0] == "l" else _node_hash(node, other)
    return node.hex()


def ticket(seed: bytes, draw_id: str, row_id: str) -> bytes:
    """Return the ticket (32 bytes) of a row in a draw; smaller tickets come first."""
    return hmac.digest(seed, draw_id.encode() + b"\0" + row_id.encode(), "sha256")


def _one_per_household(
    entries: Iterable[Entry], seed: bytes, draw_id: str
) -> Iterable[tuple[bytes, Entry]]:
    """Yield (ticket, entry); of each household only the entry with the smallest ticket."""
    best: dict[str, tuple[bytes, Entry]] = {}
    for entry in entries:
        drawn = (ticket(seed, draw_id, entry.row_id), entry)
        if entry.household is None:
            yield drawn
        elif entry.household not in best or drawn < best[entry.household]:
            best[entry.household] = drawn
    yield from best.values()


class _Largest(NamedTuple):
    """A heap entry whose smallest is the largest ticket, so that it can be pushed out."""

    key: int
    row_id: str


def draw_invitations(
    entries: Iterable[Entry],
    letters: Mapping[str, int],
    seed: bytes,
    draw_id: str,
    skip: Collection[str] = frozenset(),
) -> dict[str, tuple[str, ...]]:
    """Return, per stratum of `letters`, the row ids with the smallest tickets, in ticket order.

    Keeps only as many rows a stratum as there are letters. Where entries carry a household,
    at most one person of it gets a letter: the one with the smallest ticket over all strata.
    For a further wave pass the same seed and draw id, and in `skip` the row ids drawn so far;
    households that already have a letter stay out by themselves.
    """
    heaps: dict[str, list[_Largest]] = {stratum: [] for stratum in letters}
    for number, entry in _one_per_household(entries, seed, draw_id):
        heap = heaps.get(entry.stratum)
        if heap is None or entry.row_id in skip:
            continue
        item = _Largest(-int.from_bytes(number, "big"), entry.row_id)
        if len(heap) < letters[entry.stratum]:
            heapq.heappush(heap, item)
        elif heap:
            heapq.heappushpop(heap, item)
    return {
        stratum: tuple(item.row_id for item in sorted(heap, reverse=True))
        for stratum, heap in heaps.items()
    }
