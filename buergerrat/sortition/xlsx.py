"""The rows of an Excel workbook as text: stored values, dates as `2026-11-01`."""

import posixpath
import re
from collections.abc import Iterator
from datetime import date, timedelta
from zipfile import ZipFile

from buergerrat.sortition.decoding import ExtractError
from buergerrat.sortition.spreadsheet_xml import DAMAGED, Reader, check_column, rows

MAX_TEXT = 200_000_000
"""Characters in the table of shared texts."""

_BUILT_IN_DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_WITHOUT_YEAR = frozenset({16})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_MONTHS = ["Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]
_LAST_SERIAL = 2_958_465  # 31 December 9999
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_LETTERS = re.compile(r"[A-Z]{1,3}")


def sheets(archive: ZipFile) -> list[str]:
    """The visible sheets in their order, as names of parts of the file."""
    return _book(archive).sheets


def sheet_rows(archive: ZipFile, sheet: str) -> Iterator[list[str]]:
    """All rows of one sheet, blank ones included. Raises `ExtractError`."""
    book = _book(archive)
    with archive.open(sheet) as source:
        yield from rows(source, _Sheet(_shared(archive), _date_styles(archive), book.epoch))


class _Book(Reader):
    """Sheets, and from which day the workbook counts its dates."""

    def __init__(self, targets: dict[str, str]) -> None:
        super().__init__()
        self.targets, self.sheets, self.epoch = targets, list[str](), _EPOCH

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in ("1", "true", "on"):
            self.epoch = _EPOCH_1904
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            link = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            if (target := self.targets.get(link)) is not None:
                self.sheets.append(target)

    def end(self, name: str) -> None: ...


class _Links(Reader):
    """Where the parts of the workbook lie."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "")
        if kind.endswith("/externalLink"):
            raise ExtractError(
                "Die Tabelle holt Werte aus anderen Dateien. Bitte speichern Sie sie ohne "
                "Verknüpfungen, nur mit Werten, und laden Sie diese Datei hoch."
            )
        if kind.endswith("/worksheet"):
            path = posixpath.join("/xl", attributes.get("Target", ""))
            self.targets[attributes.get("Id", "")] = posixpath.normpath(path).lstrip("/")

    def end(self, name: str) -> None: ...


class _Styles(Reader):
    """For every cell style: None for no date, else whether the format shows a year."""

    def __init__(self) -> None:
        super().__init__()
        self.custom: dict[int, str] = {}
        self.styles: list[bool | None] = []
        self.inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.custom[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside:
            self.styles.append(self._year(int(attributes.get("numFmtId", 0))))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.inside = False

    def _year(self, number: int) -> bool | None:
        if number not in self.custom:
            return number not in _WITHOUT_YEAR if number in _BUILT_IN_DATES else None
        code = _QUOTED.sub("", self.custom[number].split(";")[0]).lower()
        if "y" in code or "j" in code:
            return True
        return False if "d" in code and "m" in code else None


class _Shared(Reader):
    """The table of texts, which cells name by number."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.parts: list[str] = []
        self.size = 0
        self.phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "rPh":
            self.phonetic = True
        elif name == "t" and not self.phonetic:
            self.text = []

    def end(self, name: str) -> None:
        if name == "rPh":
            self.phonetic = False
        elif name == "t" and self.text is not None:
            self.parts.append(self.take())
        elif name == "si":
            self.texts.append("".join(self.parts))
            self.size += len(self.texts[-1])
            self.parts = []
            if self.size > MAX_TEXT:
                raise ExtractError(
                    "In der Tabelle steht mehr Text, als eine Stadt Personen hat. Bitte laden Sie "
                    "den Auszug als CSV-Datei hoch."
                )


class _Sheet(Reader):
    """One sheet: the rows with their cells in place."""

    def __init__(self, shared: list[str], styles: list[bool | None], epoch: date) -> None:
        super().__init__()
        self.shared, self.styles, self.epoch = shared, styles, epoch
        self.cells: list[str] = []
        self.place, self.kind, self.style = -1, "n", 0
        self.value: str | None = None
        self.formula = self.phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.place = _column(attributes.get("r", ""), self.place)
            self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s") or 0)
            self.value, self.formula = None, False
        elif name == "v" or (name == "t" and not self.phonetic):
            self.text = []
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.phonetic = True
        elif name == "row":
            self.cells, self.place = [], -1
            number = int(attributes.get("r") or self.lines + 1)
            if number > self.lines + 1:
                self.blank_lines(min(number - self.lines - 1, 1 << 21))

    def end(self, name: str) -> None:
        if name in ("v", "t") and self.text is not None:
            self.value = (self.value or "") + self.take()
        elif name == "c":
            self._cell()
        elif name == "rPh":
            self.phonetic = False
        elif name == "row":
            self.line(self.cells)

    def _cell(self) -> None:
        if self.value is None:
            if self.formula:
                raise ExtractError(
                    f"In Zeile {self.lines + 1} der Tabelle steht eine Formel ohne Wert. Bitte "
                    "öffnen Sie die Tabelle in Excel, speichern Sie sie und laden Sie sie noch "
                    "einmal hoch."
                )
            return
        if text := self._shown(self.value):
            check_column(self.place)
            if (missing := self.place - len(self.cells)) >= 0:
                self.cells += [""] * missing
                self.cells.append(text)
            else:
                self.cells[self.place] = text

    def _shown(self, value: str) -> str:
        if self.kind == "s":
            place = int(value)
            return self.shared[place] if 0 <= place < len(self.shared) else ""
        if self.kind == "b":
            return "ja" if value == "1" else ""
        if self.kind != "n":
            return value
        year = self.styles[self.style] if 0 <= self.style < len(self.styles) else None
        return number_text(value) if year is None else _day(value, self.epoch, year)


def number_text(value: str) -> str:
    """`39999.0` → `39999`; what is no whole number stays as it is stored."""
    if value.isdigit():
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else value


def _day(value: str, epoch: date, year: bool) -> str:
    """A date cell; without a year as `02. Apr`, which is what became of house number 2-4."""
    try:
        serial = int(float(value))
    except (ValueError, OverflowError):
        return value
    if not 1 <= serial <= _LAST_SERIAL - 1462:
        return number_text(value)
    day = epoch + timedelta(days=serial)
    return day.isoformat() if year else f"{day.day:02d}. {_MONTHS[day.month - 1]}"


def _column(reference: str, before: int) -> int:
    """`C7` → 2; without a reference the column behind the one before."""
    match = _LETTERS.match(reference)
    if match is None:
        return before + 1
    if len(match[0]) == 1:
        return ord(reference[0]) - 65
    number = 0
    for letter in match[0]:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _book(archive: ZipFile) -> _Book:
    links = _Links()
    _run(archive, "xl/_rels/workbook.xml.rels", links)
    book = _Book(links.targets)
    _run(archive, "xl/workbook.xml", book)
    known = set(archive.namelist())
    book.sheets = [name for name in book.sheets if name in known]
    if not book.sheets:
        raise ExtractError(DAMAGED)
    return book


def _shared(archive: ZipFile) -> list[str]:
    reader = _Shared()
    _run(archive, "xl/sharedStrings.xml", reader)
    return reader.texts


def _date_styles(archive: ZipFile) -> list[bool | None]:
    reader = _Styles()
    _run(archive, "xl/styles.xml", reader)
    return reader.styles


def _run(archive: ZipFile, name: str, reader: Reader) -> None:
    if name in archive.namelist():
        with archive.open(name) as source:
            for _ in rows(source, reader):
                pass
