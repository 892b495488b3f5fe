"""Small spreadsheets as Excel and LibreOffice write them, made of rows, for tests."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Cell = str | int | float | bool | date | None
Rows = Sequence[Sequence[Cell]]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """With a fixed time: the bytes are names of tests, and two processes must agree on them."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return stream.getvalue()


def xlsx_parts(sheets: Mapping[str, Rows], *, date1904: bool = False) -> dict[str, str | bytes]:
    """Texts are shared, dates have style 1 (dd.mm.yyyy)."""
    texts: dict[str, int] = {}
    parts: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>"}
    epoch = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
    names, links = "", ""
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        names += f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        links += (
            f'<Relationship Id="rId{number}" Type="{_REL}/worksheet" '
            f'Target="worksheets/sheet{number}.xml"/>'
        )
        body = "".join(_xlsx_row(line, cells, texts, epoch) for line, cells in enumerate(rows, 1))
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData>'
            "</worksheet>"
        )
    switch = '<workbookPr date1904="1"/>' if date1904 else ""
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}">{switch}<sheets>{names}</sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'
    )
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{shared}</sst>'
    parts["xl/styles.xml"] = (
        f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/>'
        '<numFmt numFmtId="165" formatCode="[$-407]d/\\ mmm"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
    )
    return parts


def xlsx(*rows: Rows) -> bytes:
    return packed(xlsx_parts({f"Tabelle{n}": sheet for n, sheet in enumerate(rows, 1)}))


def _xlsx_row(line: int, cells: Sequence[Cell], texts: dict[str, int], epoch: date) -> str:
    body = "".join(
        _xlsx_cell(f"{_letters(place)}{line}", cell, texts, epoch)
        for place, cell in enumerate(cells)
        if cell is not None
    )
    return f'<row r="{line}">{body}</row>'


def _xlsx_cell(where: str, cell: Cell, texts: dict[str, int], epoch: date) -> str:
    if isinstance(cell, bool):
        return f'<c r="{where}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, date):
        return f'<c r="{where}" s="1"><v>{(cell - epoch).days}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{where}"><v>{cell}</v></c>'
    number = texts.setdefault(str(cell), len(texts))
    return f'<c r="{where}" t="s"><v>{number}</v></c>'


def _letters(place: int) -> str:
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)


def ods_parts(*sheets: Rows) -> dict[str, str | bytes]:
    """With the blank ends that LibreOffice writes: repeated cells and a million blank rows."""
    tables = "".join(
        '<table:table table:name="T">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}{_BLANK}" for row in rows)
        + f'<table:table-row table:number-rows-repeated="1048000">{_BLANK}</table:table>'
        for rows in sheets
    )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names}>'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>",
    }


def ods(*sheets: Rows) -> bytes:
    return packed(ods_parts(*sheets))


_BLANK = '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        kind = f'boolean" office:boolean-value="{str(cell).lower()}'
    elif isinstance(cell, date):
        kind = f'date" office:date-value="{cell.isoformat()}'
        cell = f"{cell:%d.%m.%y}"
    elif isinstance(cell, int | float):
        kind = f'float" office:value="{cell}'
    else:
        kind = "string"
    return (
        f'<table:table-cell office:value-type="{kind}"><text:p>{escape(str(cell))}</text:p>'
        "</table:table-cell>"
    )
