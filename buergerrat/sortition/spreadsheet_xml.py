"""The XML inside a spreadsheet, row by row, with memory that does not grow with the sheet.

No library does this within bounds: those that are quick lay a sheet out as one block, so that
a single cell in its last corner takes the whole memory.
"""

from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO
from xml.parsers import expat

from buergerrat.german import count
from buergerrat.sortition.decoding import ExtractError

MAX_ROWS = 1_048_576
MAX_CELLS = 1_000
"""Columns of a sheet with content; the sheet of a register has about twenty."""
MAX_CELL = 32_767
"""Characters in a cell, as in Excel and LibreOffice."""
_CHUNK = 1 << 16

DAMAGED = (
    "Die Tabelle ist beschädigt oder wurde nicht vollständig übertragen. Bitte öffnen Sie sie, "
    "speichern Sie sie neu und laden Sie diese Datei hoch."
)


class Reader:
    """What stands in one part of a spreadsheet; subclasses say what an element means."""

    def __init__(self) -> None:
        self.done: deque[list[str]] = deque()
        self.lines = 0
        self.text: list[str] | None = None
        self.length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        raise NotImplementedError

    def take(self) -> str:
        """The text gathered since `text` was made a list."""
        found = "".join(self.text or ())
        self.text, self.length = None, 0
        return found

    def data(self, text: str) -> None:
        if self.text is None:
            return
        self.length += len(text)
        if self.length > MAX_CELL:
            raise ExtractError(
                f"In Zeile {self.lines + 1} der Tabelle ist eine Zelle viel zu lang. Bitte lassen "
                "Sie nur die Spalten ausgeben, die nötig sind."
            )
        self.text.append(text)

    def blank_lines(self, count: int) -> None:
        self.lines += count
        self._check_rows()
        self.done.extend([] for _ in range(count))

    def line(self, cells: list[str]) -> None:
        self.lines += 1
        self._check_rows()
        self.done.append(cells)

    def _check_rows(self) -> None:
        if self.lines > MAX_ROWS:
            raise ExtractError(
                "Die Tabelle hat mehr als 1.048.576 Zeilen. Bitte laden Sie den Auszug als "
                "CSV-Datei hoch."
            )


def check_column(index: int) -> None:
    """Refuse a cell with content far to the right; `index` counts from 0."""
    if index >= MAX_CELLS:
        raise ExtractError(
            f"Die Tabelle hat Inhalt hinter der {count(MAX_CELLS)}. Spalte. "
            "Bitte lassen Sie nur die Spalten ausgeben, die nötig sind."
        )


def rows(source: IO[bytes], reader: Reader) -> Iterator[list[str]]:
    """The rows `reader` finds in the XML of `source`. Raises `ExtractError`."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = _first_of(parser, reader)
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while True:
        chunk = source.read(_CHUNK)
        try:
            parser.Parse(chunk, not chunk)
        except (expat.ExpatError, ValueError) as error:
            if isinstance(error, ExtractError):
                raise
            raise ExtractError(DAMAGED) from error
        while reader.done:
            yield reader.done.popleft()
        if not chunk:
            return


def _first_of(parser: expat.XMLParserType, reader: Reader) -> Callable[[str, dict[str, str]], None]:
    """Take prefixes off the names, but only where the first element has one: that costs time."""
    local = lru_cache(lambda name: name.rpartition(":")[2])

    def plain_start(name: str, attributes: dict[str, str]) -> None:
        reader.start(local(name), attributes)

    def first(name: str, attributes: dict[str, str]) -> None:
        prefixed = ":" in name
        parser.StartElementHandler = plain_start if prefixed else reader.start
        parser.EndElementHandler = (lambda n: reader.end(local(n))) if prefixed else reader.end
        parser.StartElementHandler(name, attributes)

    return first


def _refuse_doctype(*_: object) -> None:
    """Entities could blow up the text or point out of the file; no spreadsheet needs them."""
    raise ExtractError(DAMAGED)
