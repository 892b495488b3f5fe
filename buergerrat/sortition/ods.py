"""The rows of a LibreOffice table as text: stored values, dates as `2026-11-01`."""

from collections.abc import Iterator
from zipfile import ZipFile

from buergerrat.sortition.decoding import ExtractError
from buergerrat.sortition.spreadsheet_xml import MAX_ROWS, Reader, check_column, rows
from buergerrat.sortition.xlsx import number_text

_MAX_REPEATED = 1_000
"""How often a line with content may be repeated."""


def sheet_rows(archive: ZipFile) -> Iterator[tuple[int, list[str]]]:
    """The number of its sheet, from 0, and every row. Raises `ExtractError`."""
    reader = _Content()
    with archive.open("content.xml") as source:
        for cells in rows(source, reader):
            yield int(cells[0]), cells[1:]


class _Content(Reader):
    """All sheets one after the other; each row is led by the number of its sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = -1
        self.cells: list[str] = []
        self.place = self.repeated = self.pending = 0
        self.row_repeated = 1
        self.value = ""
        self.kind = ""
        self.note = 0
        self.paragraphs: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("table-cell", "covered-table-cell"):
            self._open_cell(attributes)
        elif name == "annotation":
            self.note += 1
        elif name == "p" and not self.note:
            self.text = []
        elif name in ("s", "tab", "line-break") and self.text is not None:
            self.data(" ")
        elif name == "table-row":
            self.cells, self.place = [str(self.sheet)], 0
            self.row_repeated = _count(attributes.get("table:number-rows-repeated"))
        elif name == "table":
            self.sheet += 1
            self.lines = self.pending = 0

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self.repeated = _count(attributes.get("table:number-columns-repeated"))
        self.kind = attributes.get("office:value-type", "")
        self.value = (
            attributes.get("office:date-value")
            or attributes.get("office:boolean-value")
            or attributes.get("office:value")
            or ""
        )
        self.paragraphs = []
        if attributes.get("table:formula") and not self.kind:
            raise ExtractError(
                f"In Zeile {self.lines + self.pending + 1} der Tabelle steht eine Formel ohne "
                "Wert. Bitte öffnen Sie die Tabelle, speichern Sie sie und laden Sie sie noch "
                "einmal hoch."
            )

    def end(self, name: str) -> None:
        if name in ("table-cell", "covered-table-cell"):
            self._close_cell()
        elif name == "annotation":
            self.note -= 1
        elif name == "p" and self.text is not None and not self.note:
            self.paragraphs.append(self.take())
        elif name == "table-row":
            self._close_row()

    def _close_cell(self) -> None:
        if text := self._shown():
            check_column(self.place + self.repeated - 1)
            self.cells += [""] * (self.place + 1 - len(self.cells))
            self.cells += [text] * self.repeated
        self.place += self.repeated

    def _shown(self) -> str:
        text = " ".join(self.paragraphs)
        if self.kind == "date":
            # A date shown without its year is what became of a house number such as 2-4.
            return text if any(c.isalpha() for c in text) and len(text) < 8 else self.value[:10]
        if self.kind == "float":
            return number_text(self.value)
        if self.kind == "boolean":
            return "ja" if self.value == "true" else ""
        return text

    def _close_row(self) -> None:
        """Blank rows count only when something stands below them."""
        if len(self.cells) == 1:
            self.pending = min(self.pending + self.row_repeated, MAX_ROWS + 1)
            return
        if self.row_repeated > _MAX_REPEATED:
            raise ExtractError(
                f"In der Tabelle steht {self.row_repeated} Mal dieselbe Zeile. Bitte lassen Sie die "
                "Liste neu ausgeben."
            )
        for _ in range(self.pending):
            self.line([str(self.sheet)])
        self.pending = 0
        for _ in range(self.row_repeated):
            self.line(self.cells)


def _count(text: str | None) -> int:
    return min(max(int(text or 1), 1), MAX_ROWS + 1)
