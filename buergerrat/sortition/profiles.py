"""How one town's registry office writes its extracts, kept as a JSON file.

    {"format": "buergerrat-importprofil/1",
     "columns": {"last_name": "FAMNAME", "birth_date": "Geb"},
     "encoding": "cp1252", "separator": ";", "header_line": 3,
     "dates": "mdy",
     "values": {"sex": {"W": "w", "M": "m"}},
     "total_lines": "none", "beyond": "ignore",
     "streets": [["Ahornweg", 1, 99, "odd", "Niederau"]]}

Only `format` is needed. `columns` names their column for our field (the keys of
`fields.FIELDS`) and overrules the guess; `dates` is the order of day, month and year where it
is not ours: `mdy`; `values` says what a cell of a field stands for. A column that is "" is not to
be read. `total_lines` `none`: every line is a person; `beyond` `ignore`: cells behind the last
title do not matter. `streets`: street, first and last house number, `all`, `even` or `odd`, and
district; used where no column tells the district. There are no people in it.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

from buergerrat.sortition.decoding import ExtractError, text_lines
from buergerrat.sortition.fields import FIELDS
from buergerrat.sortition.sniffing import Sniff
from buergerrat.sortition.streets import Part
from buergerrat.sortition.tables import buffered, delimited

FORMAT = "buergerrat-importprofil/1"
MAX_BYTES = 8 << 20
_DATES = ("birth_date", "moved_out", "died")
_MDY = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_KEYS = {"format", "columns", "encoding", "separator", "header_line", "dates", "values",
         "total_lines", "beyond", "streets"}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """What is known about a town's extracts; see the head of this module."""

    columns: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None
    separator: str | None = None
    header_line: int | None = None
    dates: str | None = None
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    total_lines: str | None = None
    beyond: str | None = None
    streets: list[Part] = field(default_factory=list)

    @property
    def rewrites(self) -> bool:
        """Whether cells must be translated before they are read."""
        return bool(self.values) or self.dates is not None

    def to_json(self) -> str:
        return json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n"

    def as_json(self) -> dict[str, Any]:
        """The object that `parse` reads."""
        given = {name: value for name, value in asdict(self).items() if value}
        if self.streets:
            given["streets"] = [list(part) for part in self.streets]
        return {"format": FORMAT, **given}


def parse(data: bytes) -> Profile:
    """Read a profile. Raises `ExtractError` with a sentence for what is no profile."""
    try:
        found = json.loads(data[: MAX_BYTES + 1].decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ExtractError("Das Importprofil ist keine JSON-Datei.") from error
    return of_json(found)


def of_json(found: Any) -> Profile:
    """As `parse`, of the object itself."""
    if not isinstance(found, dict) or found.get("format", FORMAT) != FORMAT:
        raise ExtractError(f"Das ist kein Importprofil ({FORMAT}).")
    if unknown := sorted(set(found) - _KEYS):
        raise ExtractError(f"Im Importprofil gibt es das Feld „{unknown[0]}“ nicht.")
    line = found.get("header_line")
    if line is not None and (not isinstance(line, int) or isinstance(line, bool) or line < 1):
        raise ExtractError("Im Importprofil muss „header_line“ eine Zeilennummer sein.")
    if found.get("dates") not in (None, "dmy", "mdy"):
        raise ExtractError("Im Importprofil muss „dates“ dmy oder mdy sein.")
    return Profile(
        columns=_texts(found, "columns"),
        encoding=_text(found, "encoding"),
        separator=_text(found, "separator"),
        header_line=line,
        dates="mdy" if found.get("dates") == "mdy" else None,
        values={ours: _texts(found["values"], ours) for ours in _fields(found, "values")},
        total_lines=_one_of(found, "total_lines", "none"),
        beyond=_one_of(found, "beyond", "ignore"),
        streets=_streets(found.get("streets", [])),
    )


def _one_of(found: Mapping[str, Any], name: str, word: str) -> str | None:
    if found.get(name) not in (None, word):
        raise ExtractError(f"Im Importprofil muss „{name}“ „{word}“ sein oder fehlen.")
    return found.get(name)


def _streets(rows: Any) -> list[Part]:
    def is_part(row: Any) -> bool:
        kinds = (str, int, int, str, str)
        fits = isinstance(row, list) and len(row) == len(kinds)
        return (
            fits
            and all(type(c) is kind for c, kind in zip(row, kinds, strict=True))
            and (row[3] in ("all", "even", "odd"))
        )

    if not isinstance(rows, list) or not all(map(is_part, rows)):
        raise ExtractError(
            "Im Importprofil muss unter „streets“ jede Zeile Straße, erste und letzte Hausnummer, "
            "all, even oder odd und Ortsteil nennen."
        )
    return [Part(*row) for row in rows]


def _fields(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object under `name`, whose keys are our fields."""
    given = found.get(name, {})
    if not isinstance(given, dict):
        raise ExtractError(f"Im Importprofil muss „{name}“ ein Objekt sein.")
    if name in ("columns", "values") and (unknown := [key for key in given if key not in FIELDS]):
        raise ExtractError(f"Das Feld „{unknown[0]}“ im Importprofil gibt es nicht.")
    return given


def _texts(found: Mapping[str, Any], name: str) -> dict[str, str]:
    given = _fields(found, name)
    if not all(isinstance(value, str) for value in given.values()):
        raise ExtractError(f"Im Importprofil dürfen unter „{name}“ nur Texte stehen.")
    return dict(given)


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise ExtractError(f"Im Importprofil muss „{name}“ ein Text sein.")
    return value or None


def rewritten(stream: BinaryIO, seen: Sniff, profile: Profile, encoding: str | None) -> BinaryIO:
    """The extract with the cells as we read them: UTF-8 with `;`, the same lines."""
    return buffered(delimited(_rows(stream, seen, profile, encoding)))


def _rows(
    stream: BinaryIO, seen: Sniff, profile: Profile, encoding: str | None
) -> Iterator[list[str]]:
    place = {ours: seen.header.index(theirs) for ours, theirs in seen.mapping.items()}
    values = {place[ours]: words for ours, words in profile.values.items() if ours in place}
    days = [place[ours] for ours in _DATES if profile.dates and ours in place]
    lines = (line.removeprefix("\ufeff") for line in text_lines(stream, encoding))
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=seen.separator), start=1):
            if number > seen.header_line:
                for column, words in values.items():
                    if column < len(cells):
                        cells[column] = words.get(cells[column].strip(), cells[column])
                for column in days:
                    if column < len(cells):
                        cells[column] = _MDY.sub(r"\3-\1-\2", cells[column])
            yield cells
    except csv.Error as error:
        raise ExtractError(
            "Eine Zelle der Datei ist viel zu lang. Wahrscheinlich fehlt ein schließendes "
            "Anführungszeichen. Bitte lassen Sie die Datei neu ausgeben."
        ) from error
