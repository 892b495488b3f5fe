"""The accepted rows of an extract, one JSON line each, as they wait for the draw.

A line is `[values of ROW_FIELDS…, household]`. Its leaf in the Merkle tree is made of the
values alone, so the root can be computed again from the lines. Pure: streams and bytes.
"""

import io
import json
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from buergerrat.sortition.buildings import settled
from buergerrat.sortition.rows import PERSON_FIELDS, Refusal, Row
from buergerrat.sortition.strata import Stratum, stratum_of
from buergerrat.sortition.tickets import LeafSet, leaf_maker

ROW_FIELDS = (*PERSON_FIELDS, "namesake")
"""`namesake` counts people whose other values are all the same, from 1."""

_PLACE = {name: place for place, name in enumerate(ROW_FIELDS)}
_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Spooled:
    """One person of the spool. All values are text; `household` is an opaque key."""

    values: tuple[str, ...]
    household: str

    def get(self, name: str) -> str:
        return self.values[_PLACE[name]]

    @property
    def sex(self) -> str:
        return self.get("sex")

    @property
    def age_band(self) -> str:
        return self.get("age_band")

    @property
    def district(self) -> str:
        return self.get("district")

    @property
    def stratum(self) -> Stratum:
        return stratum_of(self)


@dataclass
class Tally:
    """What is known of an extract when it has been read: numbers, never people."""

    salt_key: bytes
    leaves: LeafSet = field(default_factory=LeafSet)
    strata: Counter[Stratum] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._leaf_of = leaf_maker(self.salt_key)

    def add(self, row: Row) -> tuple[str, ...]:
        """Count an accepted row and return the values that are committed, in `ROW_FIELDS`."""
        values, number = row.values(), 1
        while not self.leaves.add(self._leaf_of((*values, str(number)))):
            number += 1
        self.strata[stratum_of(row)] += 1
        return (*values, str(number))

    def line(self, row: Row) -> bytes:
        """Count an accepted row and return its line for the spool."""
        return _json([*self.add(row), row.household]).encode() + b"\n"

    def lines(self, rows: Iterable[Row | Refusal]) -> Iterator[bytes]:
        for row in rows:
            if isinstance(row, Refusal):
                self.refused[row.reason] += 1
            else:
                yield self.line(row)


def settled_lines(stream: BinaryIO, apart: frozenset[int]) -> Iterator[bytes]:
    """Lines whose household holds the keys of two rules, with the one that counts."""
    for text in stream:
        *values, household = json.loads(text)
        yield _json([*values, settled(household, apart)]).encode() + b"\n"


class LineStream(io.RawIOBase):
    """Lines as they are made, as a readable stream of bytes."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.source = iter(lines)
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        parts, size = [self.rest], len(self.rest)
        while size < len(buffer) and (line := next(self.source, b"")):
            parts.append(line)
            size += len(line)
        data = b"".join(parts)
        count = min(len(buffer), len(data))
        buffer[:count], self.rest = data[:count], data[count:]
        return count


def people(
    stream: BinaryIO,
    progress: Callable[[int], None] | None = None,
    wanted: Container[int] | None = None,
) -> Iterator[Spooled]:
    """The people of a spool; `progress` gets how many there were, every thousand.

    `wanted`: only the lines with these numbers, from 0; the others are passed over unread.
    """
    for number, text in enumerate(stream):
        if progress is not None and number % 1000 == 999:
            progress(number + 1)
        if wanted is None or number in wanted:
            yield person_of(text)


def person_of(line: str | bytes) -> Spooled:
    """The person of one line."""
    *values, household = json.loads(line)
    return Spooled(tuple(values), household)


def person_line(person: Spooled) -> str:
    """The line of one person, without its end."""
    return _json([*person.values, person.household])
