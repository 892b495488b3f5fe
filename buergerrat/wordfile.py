"""Word files as screen readers and clerks want them: real styles, repeated table heads, German."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx.document import Document as Doc
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FONT = "Calibri"


def add_table(
    document: Doc, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> None:
    """A table whose first row is repeated on every page and read as its head."""
    if not rows:
        return
    table = document.add_table(rows=1, cols=len(heads), style="Light List")
    table.autofit = False
    for row in rows:
        table.add_row()
        for cell, text in zip(table.rows[-1].cells, row, strict=True):
            cell.text = text
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    table.rows[0]._tr.get_or_add_trPr().append(_flag("w:tblHeader"))
    for row_ in table.rows:
        row_._tr.get_or_add_trPr().append(_flag("w:cantSplit"))
        for cell, width in zip(row_.cells, widths, strict=True):
            cell.width = Mm(width)
    document.add_paragraph()


def dress(document: Doc, colour: str) -> None:
    """A4, the house's sizes, headings in the town's colour, language de-DE."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = Mm(25)
    shade = RGBColor.from_string(colour.removeprefix("#").upper())
    for name, size in (("Normal", 11), ("Title", 28), ("Subtitle", 13)):
        _font(document.styles[name], size)
    for level, size in ((1, 20), (2, 14), (3, 11)):
        style = document.styles[f"Heading {level}"]
        _font(style, size)
        style.font.color.rgb = shade
    document.styles["Title"].font.color.rgb = shade
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "de-DE")
        language.set(qn("w:eastAsia"), "de-DE")


def _font(style: Any, size: int) -> None:
    style.font.name = _FONT
    style.font.size = Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:hAnsi"), _FONT)


def packed(document: Doc, made: datetime) -> bytes:
    """Pack again with a fixed time in every entry, so that nothing depends on the clock."""
    first, second = io.BytesIO(), io.BytesIO()
    document.save(first)
    stamp = (max(made.year, 1980), made.month, made.day, 0, 0, 0)
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(second, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, stamp)
            target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED)
    return second.getvalue()


def _flag(name: str) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    return element


def legal(value: Any) -> Any:
    """Without the characters that XML forbids."""
    if isinstance(value, str):
        return _ILLEGAL.sub("", value)
    if isinstance(value, dict):
        return {key: legal(item) for key, item in value.items()}
    return [legal(item) for item in value] if isinstance(value, list) else value
