"""Pages behind the letter: the same in Leichte Sprache or another language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from buergerrat.sortition.letter_blocks import is_heading
from buergerrat.sortition.letter_layout import LEFT, MM, RIGHT, LetterError, Pen, wrapped
from buergerrat.sortition.letter_parts import PAGE_END, WIDTH

TOP, HEADING = 18.0, 16.0
_BOX = 5.0
Stanza = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExtraPage:
    """A text of its own behind the letter, on up to `most` pages.

    `sizes` in points: the largest at which it fits is taken. `answer` and `rights`, heading and
    stanzas, stand at the end whatever the text says.
    """

    name: str
    language: str
    heading: str
    text: tuple[Stanza, ...]
    answer: tuple[str, tuple[Stanza, ...]]
    rights: tuple[str, tuple[Stanza, ...]]
    sizes: tuple[float, ...] = (10.6, 10.2, 9.8, 9.4)
    most: int = 1


@dataclass(frozen=True, slots=True)
class _Piece:
    """Lines that stay together on a page, `framed` or with a gap before them; height in mm."""

    lines: tuple[str, ...]
    size: float
    bold: bool = False
    framed: str = ""

    @property
    def leading(self) -> float:
        return self.size * 1.42

    @property
    def height(self) -> float:
        lines = len(self.lines) + (1 if self.framed else 0)
        return lines * self.leading / MM + (2 * _BOX if self.framed else 0)


def pages_of(extra: ExtraPage) -> list[list[tuple[float, _Piece]]]:
    """What stands at which height of which page. Raises LetterError if it does not fit."""
    for size in extra.sizes:
        pages = _flow(list(_pieces(extra, size)))
        if len(pages) <= extra.most:
            return pages
    raise LetterError(
        f"Der Text in der Sprache {extra.name} ist zu lang für "
        f"{'eine Seite' if extra.most == 1 else f'{extra.most} Seiten'}. Bitte kürzen Sie ihn."
    )


def draw(pen: Pen, page: list[tuple[float, _Piece]]) -> None:
    for top, piece in page:
        y, left = top, LEFT
        if piece.framed:
            pen.box(LEFT, y, WIDTH, piece.height, radius=1.5)
            y, left = y + _BOX - 1, LEFT + _BOX
            y = pen.block(left, y, WIDTH, piece.framed, piece.size + 0.6, piece.leading, bold=True)
        for line in piece.lines:
            y = pen.block(left, y, RIGHT, line, piece.size, piece.leading, bold=piece.bold)


def _pieces(extra: ExtraPage, size: float) -> Iterator[_Piece]:
    yield _set((extra.heading,), HEADING if size < 12 else HEADING + 3, bold=True)
    for stanza in extra.text:
        yield _set(stanza, size, bold=is_heading(stanza))
    heading, stanzas = extra.answer
    if heading:
        lines = tuple(line for stanza in stanzas for line in stanza)
        yield _set(lines, size, framed=heading)
    heading, stanzas = extra.rights
    if heading:
        yield _set((heading,), size, bold=True)
        yield from (_set(stanza, size) for stanza in stanzas)


def _set(lines: Stanza, size: float, *, bold: bool = False, framed: str = "") -> _Piece:
    room = WIDTH - (2 * _BOX if framed else 0)
    return _Piece(
        tuple(part for line in lines for part in wrapped(line, room, size, bold)),
        size, bold, framed,
    )  # fmt: skip


def _flow(pieces: list[_Piece]) -> list[list[tuple[float, _Piece]]]:
    """Onto pages; a heading never ends one."""
    pages: list[list[tuple[float, _Piece]]] = [[]]
    y = TOP
    for place, piece in enumerate(pieces):
        need = piece.height
        if piece.bold and place + 1 < len(pieces):
            need += _gap(piece) + pieces[place + 1].height
        if pages[-1] and y + need > PAGE_END:
            pages.append([])
            y = TOP
        pages[-1].append((y, piece))
        y += piece.height + _gap(piece)
        if y - _gap(piece) > PAGE_END:
            return [*pages, []] * 9  # one piece is longer than a page
    return pages


def _gap(piece: _Piece) -> float:
    return piece.size * (0.12 if piece.bold and piece.size < HEADING else 0.3)
