"""Tickets of the invitation draw: canonical rows, salted leaves, smallest tickets.

Bytes and integers only: no random generator, no float, no remainder of a hash.
The exact format is described in docs/losprotokoll.md, sections 2 and 3.
"""

import hashlib
import heapq
import unicodedata
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from .leaves import LEAF_SIZE, Digests, LeafSet, root_from_path

__all__ = [
    "Entry",
    "LeafSet",
    "canonical_row",
    "draw_invitations",
    "leaf",
    "leaf_maker",
    "root_from_path",
    "ticket",
]

LEAF_LABEL = b"buergerrat/blatt/1\0"
_HOME_SIZE = 12  # bytes of a household's digest: two in four million alike once in 10^16 draws


class Entry(NamedTuple):
    """An eligible row of the register: its stratum, its row id, and who shares its household."""

    stratum: str
    row_id: str
    household: str | None = None


@lru_cache(maxsize=1 << 16)
def _cell(value: str) -> bytes:
    text = unicodedata.normalize("NFC", value.strip()).encode()
    return len(text).to_bytes(4, "big") + text


def canonical_row(values: Sequence[str]) -> bytes:
    """Return the one byte string of a row: count, then each value in NFC, length before text.

    Lengths are four bytes, big-endian, so that ("ab", "c") and ("a", "bc") differ.
    """
    return len(values).to_bytes(4, "big") + b"".join(map(_cell, values))


def _hmac(key: bytes, start: bytes) -> Callable[[bytes], bytes]:
    """Return HMAC-SHA-256 of `start` and what follows; the key's part is hashed only once."""
    padded = (key if len(key) <= 64 else hashlib.sha256(key).digest()).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + start)
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def digest(rest: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(rest)
        second.update(first.digest())
        return second.digest()

    return digest


def leaf_maker(salt_key: bytes) -> Callable[[Sequence[str]], bytes]:
    """Return what makes the leaves of rows under one key, from their values."""
    digest = _hmac(salt_key, LEAF_LABEL)
    return lambda values: digest(canonical_row(values))


def leaf(salt_key: bytes, row: bytes) -> bytes:
    """Return the salted leaf (32 bytes) of a canonical row; its hex form is the row id."""
    return _hmac(salt_key, LEAF_LABEL)(row)


def ticket(seed: bytes, draw_id: str, row_id: str) -> bytes:
    """Return the ticket (32 bytes) of a row in a draw; smaller tickets come first."""
    return _hmac(seed, draw_id.encode() + b"\0")(row_id.encode())


class _Homes:
    """Of each household the row with the smallest ticket, in about 60 bytes a household."""

    def __init__(self, number_of: Callable[[bytes], bytes]) -> None:
        self._ticket = number_of
        self._names = Digests(_HOME_SIZE)
        self._rows = bytearray()
        self._starts = array("Q")  # the first 8 bytes of the tickets
        self._strata = array("I")
        self._stratum_numbers: dict[str, int] = {}

    def add(self, entry: Entry, drawn: bytes) -> None:
        name = hashlib.blake2b(str(entry.household).encode(), digest_size=_HOME_SIZE).digest()
        stratum = self._stratum_numbers.setdefault(entry.stratum, len(self._stratum_numbers))
        row, start = bytes.fromhex(entry.row_id), int.from_bytes(drawn[:8], "big")
        if self._names.add(name):
            self._rows += row
            self._starts.append(start)
            self._strata.append(stratum)
            return
        home = self._names.number(name) or 0
        if start < self._starts[home] or (
            start == self._starts[home] and drawn < self._drawn(home)
        ):
            self._rows[home * LEAF_SIZE : (home + 1) * LEAF_SIZE] = row
            self._starts[home], self._strata[home] = start, stratum

    def _row_id(self, home: int) -> str:
        return self._rows[home * LEAF_SIZE : (home + 1) * LEAF_SIZE].hex()

    def _drawn(self, home: int) -> bytes:
        """The whole ticket; needed only where its first bytes do not decide."""
        return self._ticket(self._row_id(home).encode())

    def best(self) -> Iterator[tuple[int, str, str]]:
        """First 8 bytes of the ticket, stratum and row id of everybody who counts."""
        strata = list(self._stratum_numbers)
        for home, start in enumerate(self._starts):
            yield start, strata[self._strata[home]], self._row_id(home)


class _Largest(NamedTuple):
    """A heap entry whose smallest is the largest ticket, so that it can be pushed out."""

    key: int
    row_id: str


class _Smallest:
    """The rows with the smallest tickets of one stratum, `room` at most."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._heap: list[_Largest] = []
        self.limit = 1 << 64 if room > 0 else -1
        """Tickets whose first 8 bytes are larger have no chance any more."""

    def offer(self, number: bytes, row_id: str) -> None:
        item = _Largest(-int.from_bytes(number, "big"), row_id)
        if len(self._heap) < self._room:
            heapq.heappush(self._heap, item)
        elif self._heap:
            heapq.heappushpop(self._heap, item)
        if len(self._heap) == self._room > 0:
            self.limit = -self._heap[0].key >> 192

    def rows(self) -> tuple[str, ...]:
        return tuple(item.row_id for item in sorted(self._heap, reverse=True))


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
    number_of = _hmac(seed, draw_id.encode() + b"\0")
    found = {stratum: _Smallest(count) for stratum, count in letters.items()}
    homes = _Homes(number_of)
    for entry in entries:
        number = number_of(entry.row_id.encode())
        if entry.household is not None:
            homes.add(entry, number)
        elif entry.stratum in found and entry.row_id not in skip:
            found[entry.stratum].offer(number, entry.row_id)
    for start, stratum, row_id in homes.best():
        if stratum in found and start <= found[stratum].limit and row_id not in skip:
            found[stratum].offer(number_of(row_id.encode()), row_id)
    return {stratum: smallest.rows() for stratum, smallest in found.items()}
