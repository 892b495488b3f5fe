"""The register extract as a stream: one row or one refusal at a time, nothing kept.

Memory holds one chunk of the file and about 24 bytes per accepted person (to find duplicates).
Columns that are not mapped are never looked at.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import BinaryIO, cast

from buergerrat.sortition import rows
from buergerrat.sortition.decoding import MAX_LINE, ExtractError, NobodyEligible, text_lines
from buergerrat.sortition.leaves import Digests
from buergerrat.sortition.rows import REASONS, Refusal, Row, RowReader
from buergerrat.sortition.sniffing import HEAD_BYTES, Sniff, sniff
from buergerrat.sortition.strata import AgeBand

__all__ = [
    "HEAD_BYTES",
    "PERSON_REASONS",
    "REASONS",
    "ExtractError",
    "Refusal",
    "Row",
    "Sniff",
    "read_extract",
    "sniff",
]

PERSON_REASONS = tuple(reason for reason in REASONS if reason != "total_line")
"""Reasons that stand for a person; a total line is none."""


@dataclass(slots=True)
class _Rejoined:
    """A stream whose first bytes have been looked at already."""

    head: bytes
    stream: BinaryIO

    def read(self, size: int) -> bytes:
        if self.head:
            data, self.head = self.head, b""
            return data
        return self.stream.read(size)


def read_extract(
    stream: BinaryIO,
    *,
    reference_date: date,
    min_age: int,
    age_bands: Sequence[AgeBand],
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    header_line: int | None = None,
    household_rule: str = "address_and_surname",
    household_key: bytes = b"",
    progress: Callable[[int], None] | None = None,
    wanted: Container[int] | None = None,
) -> Iterator[Row | Refusal]:
    """Read an extract from start to end; `stream` needs only `read`.

    Yields a `Row` for everybody who belongs in the Lostopf and a `Refusal` for every other
    line with content. `progress` gets the bytes read so far, once per 64 KiB. Raises
    `ExtractError` with a sentence for the page: at once if the file is no extract, in the
    middle if it breaks, at the end if nobody is eligible. So keep nothing before the end.
    `wanted`: on a second reading, the lines to look at; all others are passed over.
    """
    head = _first_bytes(stream)
    seen = sniff(
        head, mapping=mapping, encoding=encoding, separator=separator, header_line=header_line
    )
    if seen.problems:
        raise ExtractError(seen.problems[0])
    reader = RowReader(seen.header, seen.mapping, reference_date, min_age, age_bands)
    reader.household_rule, reader.household_key = household_rule, household_key
    source = cast(BinaryIO, _Rejoined(head, stream))
    lines = text_lines(source, encoding, progress)
    known = Digests(16)
    tally: Counter[str] = Counter()
    for number, cells in _records(lines, seen):
        if wanted is not None and number not in wanted:
            continue
        outcome = reader.read(cells, number)
        if isinstance(outcome, str):
            tally[outcome] += 1
            yield Refusal(number, outcome)
            continue
        row, identity = outcome
        if known.add(blake2b(identity.encode(), digest_size=known.size).digest()):
            yield row
        else:
            tally["duplicate"] += 1
            yield Refusal(number, "duplicate")
    if not len(known):
        raise (NobodyEligible if tally.total() > tally["total_line"] else ExtractError)(
            _nobody(tally, seen)
        )


def _first_bytes(stream: BinaryIO) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (more := stream.read(HEAD_BYTES - len(head))):
        head += more
    return head


def _records(lines: Iterable[str], seen: Sniff) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every record below the header that is not blank."""
    start, waiting, number = 1, 0, 0

    def bounded() -> Iterator[str]:
        nonlocal waiting, number
        for line in lines:
            number += 1
            waiting += len(line)
            if waiting > 2 * MAX_LINE:
                raise ExtractError(_open_quote(start))
            yield line.removeprefix("\ufeff") if number == 1 else line

    try:
        for index, cells in enumerate(csv.reader(bounded(), delimiter=seen.separator), start=1):
            first, start, waiting = start, number + 1, 0
            if index > seen.header_line and any(cell and not cell.isspace() for cell in cells):
                yield first, cells
    except csv.Error as error:
        raise ExtractError(_open_quote(start)) from error


def _open_quote(line: int) -> str:
    return (
        f"Ab Zeile {line} ist eine Zelle viel zu lang. Wahrscheinlich fehlt dort ein "
        'schließendes Anführungszeichen ("). Bitte lassen Sie die Datei neu ausgeben.'
    )


def _nobody(tally: Counter[str], seen: Sniff) -> str:
    people = sum(tally[reason] for reason in PERSON_REASONS)
    if not people:
        return "Unter den Spaltennamen steht niemand. Bitte lassen Sie die Liste neu ausgeben."
    reason, count = tally.most_common(1)[0]
    column = rows.COLUMN_OF_REASON.get(reason)
    title = next((seen.mapping[f] for f in column or () if f in seen.mapping), None)
    hint = f" Bitte prüfen Sie die Spalte „{title}“." if title else ""
    number = re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", str(count))
    return (
        "Keine einzige Person in der Datei kann ausgelost werden. Häufigster Grund: "
        f"{REASONS[reason]} ({number} Zeilen).{hint}"
    )
