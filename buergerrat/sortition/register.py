"""The register extract as a stream: one row or one refusal at a time, nothing kept.

Memory holds one chunk of the file and about 24 bytes per accepted person (to find duplicates).
Columns that are not mapped are never looked at.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from hashlib import blake2b
from typing import BinaryIO, cast

from buergerrat.sortition import rows
from buergerrat.sortition.decoding import MAX_LINE, ExtractError, NobodyEligible, text_lines
from buergerrat.sortition.leaves import Digests
from buergerrat.sortition.notes import ODD, Notes
from buergerrat.sortition.row_reader import RowReader
from buergerrat.sortition.rows import REASONS, Decision, Refusal, Row
from buergerrat.sortition.sniffing import HEAD_BYTES, Sniff, sniff
from buergerrat.sortition.strata import AgeBand
from buergerrat.sortition.streets import StreetList

__all__ = [
    "HEAD_BYTES",
    "PERSON_REASONS",
    "REASONS",
    "ExtractError",
    "Refusal",
    "Row",
    "Rules",
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


@dataclass(frozen=True)
class Rules:
    """How rows are judged, beside the columns.

    `household_rule`: a key of `households.HOUSEHOLD_RULES`, `none` or `BOTH`; `decisions` are a
    clerk's, by line; `objections`: digests of those who must not be written to, made with
    `objection_key`. `total_lines` False: nobody is a total line. `beyond`: cells behind the last
    titled column are passed over instead of making a row unreadable.
    """

    household_rule: str = "address_and_surname"
    household_key: bytes = b""
    decisions: Mapping[int, Decision] = field(default_factory=dict)
    streets: StreetList | None = None
    objections: Collection[str] = ()
    objection_key: bytes = b""
    total_lines: bool = True
    beyond: bool = False


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
    rules: Rules | None = None,
    notes: Notes | None = None,
    progress: Callable[[int], None] | None = None,
    wanted: Container[int] | None = None,
) -> Iterator[Row | Refusal]:
    """Read an extract from start to end; `stream` needs only `read`.

    Yields a `Row` for everybody who belongs in the Lostopf and a `Refusal` for every other
    line with content. `progress` gets the bytes read so far, once per 64 KiB. Raises
    `ExtractError` with a sentence for the page: at once if the file is no extract, in the
    middle if it breaks, at the end if nobody is eligible. So keep nothing before the end.
    `notes` gets what is noticed on the way, and counts buildings where it has a place for them.
    `wanted`: on a second reading, the lines to look at; all others are passed over.
    """
    head = _first_bytes(stream)
    seen = sniff(
        head, mapping=mapping, encoding=encoding, separator=separator, header_line=header_line
    )
    if seen.problems:
        raise ExtractError(seen.problems[0])
    notes = notes or Notes()
    notes.header, notes.mapping = seen.header, seen.mapping
    reader = RowReader(seen.header, seen.mapping, reference_date, min_age, age_bands, notes)
    _follow(reader, rules or Rules(household_rule, household_key))
    reader.count_buildings = notes.buildings is not None
    source = cast(BinaryIO, _Rejoined(head, stream))
    records = _records(text_lines(source, encoding, progress), seen, notes)
    known = Digests(16)
    tally: Counter[str] = Counter()
    for number, cells in records:
        if wanted is not None and number not in wanted:
            continue
        outcome = reader.read(cells, number)
        if isinstance(outcome, str):
            tally[outcome] += 1
            yield Refusal(number, outcome)
            continue
        row, identity = outcome
        if known.add(blake2b(identity.encode(), digest_size=known.size).digest()):
            if notes.buildings is not None:
                notes.buildings.add(*row.building)
            yield row
        else:
            tally["duplicate"] += 1
            yield Refusal(number, "duplicate")
    if not len(known):
        raise (NobodyEligible if tally.total() > tally["total_line"] else ExtractError)(
            _nobody(tally, seen)
        )


def _follow(reader: RowReader, rules: Rules) -> None:
    for one in fields(rules):
        setattr(reader, one.name, getattr(rules, one.name))


def _first_bytes(stream: BinaryIO) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (more := stream.read(HEAD_BYTES - len(head))):
        head += more
    return head


def _records(lines: Iterable[str], seen: Sniff, notes: Notes) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every record below the header that is not blank.

    A record that is short, and the next that has just the rest, are one that a line break within
    a cell has torn: both come out without cells, so that nobody is taken for half of what is said.
    """
    start, waiting, number, odd = 1, 0, 0, False
    width, short = len(seen.header), (0, list[str]())

    def bounded() -> Iterator[str]:
        nonlocal waiting, number, odd
        for line in lines:
            number += 1
            waiting += len(line)
            if waiting > 2 * MAX_LINE:
                raise ExtractError(_open_quote(start))
            if not line.isascii() and ODD.search(line):
                odd = True
            if "?" in line or "\ufffd" in line:
                odd = True
            yield line.removeprefix("\ufeff") if number == 1 else line

    try:
        for index, cells in enumerate(csv.reader(bounded(), delimiter=seen.separator), start=1):
            first, start, waiting, looks_odd = start, number + 1, 0, odd
            odd = False
            if index <= seen.header_line or not any(c and not c.isspace() for c in cells):
                continue
            if short[0]:
                torn = len(short[1]) + len(cells) == width + 1
                yield short[0], [] if torn else short[1]
                short, cells = (0, []), [] if torn else cells
            if looks_odd:
                notes.look(cells)
            if 1 < len(cells) < width:
                short = first, cells
            else:
                yield first, cells
        if short[0]:
            yield short
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
