"""A table of sums as records: which people it counts, and how many. Pure: no Flask, no database.

Three shapes are understood, whatever stands above them:
- long: a column for each feature and one with the number (`Geschlecht;Alter;Ortsteil;Anzahl`),
  also `Merkmal;Ausprägung;Anzahl`;
- crossed: values of one feature down the side, of another along the top;
- two columns: values and numbers of one feature.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from buergerrat.sortition.amounts import (
    NotANumber,
    ages,
    amount,
    dimension,
    is_amount,
    is_total,
    value_key,
)
from buergerrat.sortition.decoding import ExtractError, text_lines
from buergerrat.sortition.sniffing import SEPARATOR_LABELS
from buergerrat.sortition.tables import SPREADSHEET_SEPARATOR, open_table

MAX_LINES = 20_000
MAX_CELLS = 400
HEADER_WITHIN = 40
FEATURES = ("sex", "age", "district", "education", "migration_history")
TOTAL = "="
"""The value of a line or column that adds the others up."""


class SumsError(ValueError):
    """A file that holds no sums we understand; the text is a sentence for the page."""


@dataclass(frozen=True, slots=True)
class Record:
    """`values`: feature → the cell as written, `TOTAL` for a sum. `number` None: not known."""

    values: Mapping[str, str]
    number: float | None


@dataclass
class SumTable:
    records: list[Record]
    percent: bool = False
    ignored: list[str] = field(default_factory=list)  # columns that hold nothing we use

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(f for f in FEATURES if any(f in one.values for one in self.records))


def read_table(stream: BinaryIO) -> list[list[str]]:
    """The cells of a CSV, XLSX or ODS file, blank lines left out. Raises `SumsError`."""
    try:
        table = open_table(stream)
        lines = []
        for line in text_lines(table.stream, None):
            lines.append(line)
            if len(lines) > MAX_LINES:
                raise SumsError(
                    "Die Datei hat mehr als 20.000 Zeilen. Das ist keine Summentabelle."
                )
    except ExtractError as error:
        raise SumsError(str(error)) from error
    rows = max(
        (_parsed(lines, sign) for sign in _signs(table.is_spreadsheet)),
        key=lambda rows: sum(len(row) for row in rows if len(row) > 1),
    )
    if not any(len(row) > 1 for row in rows):
        raise SumsError(
            "In der Datei ist keine Tabelle mit mindestens zwei Spalten zu finden. Bitte laden "
            "Sie CSV, XLSX oder ODS."
        )
    return rows


def _signs(spreadsheet: bool) -> Iterable[str]:
    return [SPREADSHEET_SEPARATOR] if spreadsheet else SEPARATOR_LABELS


def _parsed(lines: Sequence[str], sign: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(lines, delimiter=sign):
            row = [" ".join(cell.removeprefix("\ufeff").split()) for cell in cells[:MAX_CELLS]]
            while row and not row[-1]:
                row.pop()
            if row:
                rows.append(row)
    except csv.Error:
        return []
    return rows


def understand(rows: Sequence[Sequence[str]], only: str = "") -> SumTable:
    """The records of a table; `only`: the feature of a two-column table. Raises `SumsError`."""
    found = _long(rows, only) or _crossed(rows) or _two_columns(rows, only)
    if found is None or not found.records:
        raise SumsError(
            "Wir finden in der Datei keine Spalten mit Merkmal und Anzahl. Die erste Zeile der "
            "Tabelle soll sie nennen, zum Beispiel: Geschlecht, Altersgruppe, Ortsteil, Anzahl."
        )
    return found


def _long(rows: Sequence[Sequence[str]], only: str) -> SumTable | None:
    for number, cells in enumerate(rows[:HEADER_WITHIN]):
        named: dict[str, int] = {}
        for place, title in enumerate(cells):
            if kind := dimension(title):
                named.setdefault(kind, place)
        counted = named.get("people", named.get("share"))
        sides = [f for f in FEATURES if f in named]
        if counted is None or not (sides or "value" in named) or _kind(cells):
            continue  # values along the top: a crossed table with a column of totals
        if "value" in named and "feature" not in named and not only and not sides:
            continue
        kinds = [dimension(title) for title in cells]
        ignored = [t for t, k in zip(cells, kinds, strict=True) if t and k is None]
        return _records(rows[number + 1 :], named, counted, only, ignored)
    return None


def _records(
    rows: Sequence[Sequence[str]],
    named: Mapping[str, int],
    counted: int,
    only: str,
    ignored: list[str],
) -> SumTable:
    sides = [f for f in FEATURES if f in named]
    table = SumTable([], percent="people" not in named, ignored=ignored)
    last: dict[str, str] = {}
    for cells in rows:
        cell = cells[counted] if counted < len(cells) else ""
        if not is_amount(cell):
            continue
        values = {f: _filled(cells, named[f], last, f) for f in sides}
        if "value" in named:
            title = _filled(cells, named["feature"], last, "feature") if "feature" in named else ""
            feature = dimension(title) or only
            if feature not in FEATURES:
                table.ignored += [title] if title and title not in table.ignored else []
                continue
            values[feature] = _cell(cells, named["value"])
        table.percent = table.percent or "%" in cell
        table.records.append(Record({f: _marked(v) for f, v in values.items()}, amount(cell)))
    return table


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _filled(cells: Sequence[str], place: int, last: dict[str, str], feature: str) -> str:
    """A cell, or the one above where it is blank: a spreadsheet writes a merged cell once."""
    last[feature] = _cell(cells, place) or last.get(feature, "")
    return last[feature]


def _marked(value: str) -> str:
    return TOTAL if is_total(value) or not value else value


def _kind(cells: Sequence[str]) -> str | None:
    """The feature whose values most of these cells are; at least two of them."""
    tests: dict[str, Callable[[str], Any]] = {
        "sex": lambda cell: value_key("sex", cell),
        "age": lambda cell: ages(cell),
        "education": lambda cell: value_key("education", cell),
        "migration_history": lambda cell: value_key("migration_history", cell),
    }
    values = [cell for cell in cells if cell and not is_total(cell)]
    known = {f: sum(test(cell) is not None for cell in values) for f, test in tests.items()}
    best = max(known, key=lambda f: known[f])
    return best if known[best] >= max(2, len(values) * 0.6) else None


def _crossed(rows: Sequence[Sequence[str]]) -> SumTable | None:
    for number, cells in enumerate(rows[:HEADER_WITHIN]):
        top = _kind(cells[1:])
        if top is None or len(cells) < 3:
            continue
        body = [row for row in rows[number + 1 :] if len(row) > 1 and is_amount(row[1])]
        side = dimension(cells[0]) or _kind([row[0] for row in body]) or "district"
        if side not in FEATURES or side == top or not body:
            continue
        table = SumTable([])
        for row in body:
            for title, cell in zip(cells[1:], row[1:], strict=False):
                if title and is_amount(cell):
                    values = {side: _marked(row[0]), top: _marked(title)}
                    table.records.append(Record(values, amount(cell)))
                    table.percent = table.percent or "%" in cell
        return table
    return None


def _two_columns(rows: Sequence[Sequence[str]], only: str) -> SumTable | None:
    body = [row for row in rows if len(row) > 1 and row[0] and is_amount(row[1])]
    feature = only or _kind([row[0] for row in body])
    if not body or feature is None:
        return None
    head = [row for row in rows[: rows.index(body[0])] if len(row) > 1]
    percent = any("%" in row[1] for row in body) or any(
        dimension(row[1]) == "share" for row in head
    )
    return SumTable([Record({feature: _marked(row[0])}, amount(row[1])) for row in body], percent)


__all__ = ["FEATURES", "TOTAL", "NotANumber", "Record", "SumTable", "SumsError", "understand"]
