"""What an extract would give: counts and column names, nothing of the people in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, BinaryIO, cast

from buergerrat.sortition.decoding import EncodingWatch, NobodyEligible
from buergerrat.sortition.fields import overruled
from buergerrat.sortition.notes import Notes
from buergerrat.sortition.profiles import Profile, rewritten
from buergerrat.sortition.register import (
    HEAD_BYTES,
    ExtractError,
    Refusal,
    Rules,
    Sniff,
    read_extract,
    sniff,
)
from buergerrat.sortition.samples import samples
from buergerrat.sortition.strata import bands_from_bounds
from buergerrat.sortition.streets import StreetList
from buergerrat.sortition.tables import Table, open_table


@dataclass(frozen=True, slots=True)
class Opened:
    """An extract ready for `read_extract`: its text from the start, and how it is to be read.

    `size` counts the bytes of what was packed, 0 where nothing was.
    """

    stream: BinaryIO
    seen: Sniff
    kind: str
    options: dict[str, Any]
    watch: EncodingWatch | None
    given: Profile
    size: int
    head: bytes = b""

    def rules(self, **more: Any) -> Rules:
        """How its rows are judged; `more` are further fields of `Rules`."""
        given, mapped = self.given, "district" in self.seen.mapping
        streets = StreetList(given.streets) if given.streets and not mapped else None
        return Rules(
            streets=streets,
            total_lines=given.total_lines is None,
            beyond=given.beyond is not None,
            **more,
        )

    def samples(self) -> dict[str, list[str]]:
        """A few values of each column that may be looked at; see `samples`."""
        return samples(self.head, self.seen)

    @property
    def profile(self) -> Profile:
        """How this extract is read, to read the next one alike."""
        table = self.watch is None
        return replace(
            self.given,
            columns=dict(self.seen.mapping),
            encoding=None if table else self.encoding,
            separator=None if table else self.seen.separator,
            header_line=self.seen.header_line,
        )

    @property
    def encoding(self) -> str:
        """As far as it has been read; `xlsx` or `ods` for a spreadsheet."""
        return self.kind if self.watch is None else self.watch.encoding


class _Again:
    """The stream with its head put back in front."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self.head, self.stream = head, stream

    def read(self, size: int = -1) -> bytes:
        if self.head:
            data, self.head = self.head, b""
            return data
        return self.stream.read(size)


def open_extract(source: BinaryIO, profile: Profile | None = None) -> Opened:
    """Look at an extract of any shape. Raises `ExtractError` if it cannot be read."""
    opened = look_at(source, profile)
    if opened.seen.problems:
        raise ExtractError(opened.seen.problems[0])
    return opened


def look_at(source: BinaryIO, profile: Profile | None = None) -> Opened:
    """As `open_extract`, but what hinders reading stays in `seen.problems`, to be corrected.

    Raises `ExtractError` only for what is no text and no table at all.
    """
    profile = profile or Profile()
    table = open_table(source)
    head = table.stream.read(HEAD_BYTES)
    chosen = _chosen(table, profile)
    seen = sniff(head, **chosen)
    if profile.columns:
        mapping = overruled(seen.mapping, profile.columns)
        seen = sniff(head, mapping=mapping, **chosen)
    watch = None if table.is_spreadsheet else EncodingWatch(table.stream, chosen["encoding"])
    if watch is not None:
        watch.look(head)
    stream = cast(BinaryIO, _Again(head, cast(BinaryIO, watch or table.stream)))
    options: dict[str, Any] = {**chosen, "mapping": seen.mapping, "header_line": seen.header_line}
    if profile.rewrites and not seen.problems:
        stream = rewritten(stream, seen, profile, chosen["encoding"])
        options |= {"encoding": "utf-8", "separator": ";"}
    return Opened(stream, seen, table.kind, options, watch, profile, table.size, head)


def _chosen(table: Table, profile: Profile) -> dict[str, Any]:
    if table.is_spreadsheet:
        return {"encoding": "utf-8", "separator": ";", "header_line": profile.header_line}
    return {
        "encoding": profile.encoding,
        "separator": profile.separator,
        "header_line": profile.header_line,
    }


@dataclass(frozen=True, slots=True)
class Findings:
    """`rows` are people, without total lines; `refused` maps a key of `REASONS` to a count."""

    rows: int
    eligible: int
    doubtful: int
    refused: dict[str, int]
    total_lines: int
    kind: str
    encoding: str
    separator: str
    header_line: int
    columns: dict[str, str]
    dropped: list[str]
    blank_columns: int
    refused_columns: list[str]
    lost: dict[str, int]
    warnings: list[str] = field(default_factory=list)


def check_extract(
    source: BinaryIO, profile: Profile | None, reference_date: date, min_age: int
) -> Findings:
    """Read an extract to its end and count. Raises `ExtractError` if it cannot be read."""
    opened = open_extract(source, profile)
    tally: Counter[str] = Counter()
    warnings, notes = list(opened.seen.warnings), Notes()
    try:
        for item in read_extract(
            opened.stream,
            reference_date=reference_date,
            min_age=min_age,
            age_bands=bands_from_bounds([min_age]),
            rules=opened.rules(),
            notes=notes,
            **opened.options,
        ):
            tally[item.reason if isinstance(item, Refusal) else "eligible"] += 1
    except NobodyEligible as nobody:
        warnings.append(str(nobody))
    return _findings(tally, opened, notes, warnings)


def _findings(
    tally: Mapping[str, int], opened: Opened, notes: Notes, warnings: list[str]
) -> Findings:
    apart = ("eligible", "doubtful", "total_line")
    seen = opened.seen
    return Findings(
        rows=sum(tally.values()) - tally.get("total_line", 0),
        eligible=tally.get("eligible", 0),
        doubtful=tally.get("doubtful", 0),
        refused={reason: tally[reason] for reason in sorted(tally) if reason not in apart},
        total_lines=tally.get("total_line", 0),
        kind=opened.kind,
        encoding=opened.encoding,
        separator="" if opened.watch is None else seen.separator,
        header_line=seen.header_line,
        columns=seen.mapping,
        dropped=seen.dropped,
        blank_columns=seen.blank_columns,
        refused_columns=seen.refused_columns,
        lost=dict(notes.lost),
        warnings=[*warnings, *notes.sentences()],
    )
