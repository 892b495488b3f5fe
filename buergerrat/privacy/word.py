"""A document of templates/documents/privacy as a Word file. Pure: no Flask, no database."""

from datetime import UTC, date, datetime
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from buergerrat.privacy.markup import Block, Table, Text, blocks
from buergerrat.wordfile import add_table, dress, legal, packed

_WIDTH = 160  # of the text, in millimetres
_STYLES = {
    "title": "Title",
    "heading1": "Heading 1",
    "heading2": "Heading 2",
    "bullet": "List Bullet",
    "step": "List Number",
}


def docx(text: str, *, author: str, colour: str, made: date) -> bytes:
    """WordprocessingML with real styles, language de-DE; equal bytes for equal text and day.

    Notes to the town (`> `) get a frame of their own, so that nobody sends them on unread.
    """
    document = Document()
    dress(document, colour)
    for name, size in (("Title", 22), ("Heading 1", 15), ("Heading 2", 12)):
        document.styles[name].font.size = Pt(size)
    found = list(blocks(legal(text)))
    for block in found:
        _add(document, block)
    at = datetime(made.year, made.month, made.day, tzinfo=UTC)
    core = document.core_properties
    core.title = next((b.plain for b in found if isinstance(b, Text) and b.kind == "title"), "")[
        :255
    ]
    core.author = core.last_modified_by = legal(author)[:255]
    core.subject = core.comments = ""
    core.language = "de-DE"
    core.created = core.modified = at
    core.revision = 1
    return packed(document, at)


def _add(document: Doc, block: Block) -> None:
    if isinstance(block, Table):
        widths = _widths(block)
        add_table(document, block.head, block.rows, widths)
        return
    paragraph = document.add_paragraph(style=_STYLES.get(block.kind))
    if block.kind == "box":
        paragraph.paragraph_format.left_indent = Mm(6)
        paragraph.paragraph_format.first_line_indent = Mm(-6)
        paragraph.add_run("☐ ")
    if block.kind == "note":
        _frame(paragraph)
        paragraph.add_run("Noch zu tun: ").bold = True
    for text, bold in block.runs:
        paragraph.add_run(text).bold = bold or None


def _widths(table: Table) -> list[int]:
    """Shares of the width by the longest words and the length of the texts, none under 20 mm."""
    columns = list(zip(table.head, *table.rows, strict=True))
    wanted = [max(8.0, sum(map(len, texts)) ** 0.5) for texts in columns]
    widths = [max(20, round(_WIDTH * one / sum(wanted))) for one in wanted]
    widths[widths.index(max(widths))] += _WIDTH - sum(widths)
    return widths


def _frame(paragraph: Any) -> None:
    """A line left of the paragraph."""
    borders = OxmlElement("w:pBdr")
    left = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "24"), ("space", "8"), ("color", "925400")):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    paragraph.paragraph_format.left_indent = Mm(3)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
