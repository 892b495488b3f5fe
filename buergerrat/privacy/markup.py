"""The little language of the documents in templates/documents/privacy: text to blocks.

    # Titel          ## Überschrift          ### Zwischenüberschrift
    - Punkt          1. Schritt              [ ] zum Ankreuzen
    > Hinweis an die Stadt, bevor das Dokument benutzt wird
    | Kopf | Kopf |  the first line of a table is its head; the lines below are its rows
    **fett**

Everything else is a paragraph; lines without a blank line between them belong together.
A backslash takes its meaning from the sign behind it: values are escaped so (`escaped`).
Pure: no Flask, no database.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SIGNS = re.compile(r"([\\|*#>\[\]])")
_LIST = re.compile(r"^(\s*)(-|\d+\.)(?= )")
_START = (
    ("### ", "heading2"),
    ("## ", "heading1"),
    ("# ", "title"),
    ("> ", "note"),
    ("[ ] ", "box"),
    ("- ", "bullet"),
)
_STEP = re.compile(r"^\d+\. ")
_BOLD = re.compile(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*")


@dataclass(frozen=True)
class Text:
    """kind: title | heading1 | heading2 | paragraph | bullet | step | box | note.

    runs: (text, bold) one after the other.
    """

    kind: str
    runs: tuple[tuple[str, bool], ...]

    @property
    def plain(self) -> str:
        return "".join(text for text, _bold in self.runs)


@dataclass(frozen=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Text | Table


def escaped(value: str) -> str:
    """A value that somebody typed, as one line without meaning for this language."""
    line = " ".join(value.split())
    return _LIST.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", line))


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a document. ValueError where a table's rows differ in width."""
    waiting: list[str] = []
    lines: list[str] = []
    for raw in [*text.splitlines(), ""]:
        line = raw.strip()
        if line.startswith("|"):
            if waiting:
                yield _paragraph(waiting)
            lines.append(line)
            continue
        if lines:
            yield _table(lines)
        if line and not _kind(line):
            waiting.append(line)
            continue
        if waiting:
            yield _paragraph(waiting)
        if line:
            yield _marked(line)


def _paragraph(waiting: list[str]) -> Text:
    text = " ".join(waiting)
    waiting.clear()
    return Text("paragraph", _runs(text))


def _kind(line: str) -> str:
    for start, kind in _START:
        if line.startswith(start):
            return kind
    return "step" if _STEP.match(line) else ""


def _marked(line: str) -> Text:
    kind = _kind(line)
    start = next((start for start, name in _START if name == kind), "")
    return Text(kind, _runs(_STEP.sub("", line) if kind == "step" else line.removeprefix(start)))


def _table(lines: list[str]) -> Table:
    cells = [_cells(line) for line in lines]
    lines.clear()
    if len({len(row) for row in cells}) != 1:
        raise ValueError(f"Tabelle: {cells[0]}")
    return Table(cells[0], tuple(cells[1:]))


def _cells(line: str) -> tuple[str, ...]:
    parts = re.split(r"(?<!\\)\|", line.strip())
    return tuple(_bare(part.strip()) for part in parts[1:-1])


def _runs(text: str) -> tuple[tuple[str, bool], ...]:
    found, at = [], 0
    for match in _BOLD.finditer(text):
        found += [(text[at : match.start()], False), (match[1], True)]
        at = match.end()
    found.append((text[at:], False))
    return tuple((_bare(part), bold) for part, bold in found if part)


def _bare(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
