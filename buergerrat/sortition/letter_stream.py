"""A PDF that is sent on while it is written: the shared parts by reportlab, the pages by hand.

reportlab keeps every page until the end. Here it sets the forms and fonts of one document; the
personal pages, a few lines each, follow as bytes. Memory holds one number per object.
"""

import io
import re
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reportlab.pdfbase import pdfmetrics

from buergerrat.sortition.letter_codes import Symbol

KIDS = 300
"""Pages below one node of the page tree."""
Face = Mapping[str, tuple[str, str]]
"""Character → name of the font's subset, and its byte in it as two hex digits."""


def face(name: str, characters: Iterable[str], document: Any) -> Face:
    """Give every character its place in the subsets of a font of this document."""
    font = pdfmetrics.getFont(name)
    places = {}
    for character in sorted(set(characters)):
        [(subset, code)] = font.splitString(character, document)
        places[character] = (font.getSubsetInternalName(subset, document), code.hex())
    return places


class PageStream:
    """What the personal lines need of a reportlab canvas, by the same names."""

    def __init__(self, faces: Mapping[str, Face], own: Symbol | None = None) -> None:
        """`own` is the code that stands as a form of this letter, `/Q`."""
        self.faces, self.own = faces, own
        self.parts: list[str] = []
        self.font, self.size = "", 0.0

    def setFillColorRGB(self, *colour: float) -> None:
        self.parts.append(f"{colour[0]:g} {colour[1]:g} {colour[2]:g} rg")

    def setFont(self, name: str, size: float) -> None:
        self.font, self.size = name, size

    def drawString(self, x: float, y: float, text: str) -> None:
        shown, subset, run = [], "", ""
        for character in text:
            name, code = self.faces[self.font][character]
            if name != subset:
                shown.append(f"<{run}> Tj {name} {self.size:.4f} Tf")
                subset, run = name, ""
            run += code
        first, *rest = [*shown, f"<{run}> Tj"]
        start = first.removeprefix("<> Tj ")
        self.parts.append(f"BT {start} {x:.4f} {y:.4f} Td {' '.join(rest)} ET")

    def doForm(self, name: str) -> None:
        self.parts.append(f"/FormXob.{name} Do")

    def saveState(self) -> None:
        self.parts.append("q")

    def restoreState(self) -> None:
        self.parts.append("Q")

    def translate(self, x: float, y: float) -> None:
        self.parts.append(f"1 0 0 1 {x:.4f} {y:.4f} cm")

    def scale(self, x: float, y: float) -> None:
        self.parts.append(f"{x:.6f} 0 0 {y:.6f} 0 0 cm")

    def drawPath(self, path: Symbol, stroke: int = 0, fill: int = 1) -> None:
        self.parts.append("/Q Do" if path is self.own else f"{path.bars} f")

    def showPage(self) -> None:
        """The page ends with its stream."""

    def content(self) -> bytes:
        return " ".join(self.parts).encode("ascii")


class GrowingPdf:
    """Takes over a saved reportlab document of one page, whose resources serve all pages to come;
    `take` hands out the bytes so far."""

    def __init__(self, start: bytes) -> None:
        table = int(_found(rb"startxref\s+(\d+)", start[-40:]))
        trailer = start[start.index(b"trailer", table) :]
        self.keep = b" ".join(
            re.findall(rb"/(?:Root|Info) \d+ 0 R|/ID\s*\[.*?\]", trailer, re.DOTALL)
        )
        rows = start[table:].split(b"\n")
        size = int(rows[1].split()[1])
        offsets = [int(row[:10]) for row in rows[3 : size + 2]]
        objects = dict(enumerate(_cut(start, [*offsets, table]), start=1))
        catalog = objects[int(_found(rb"/Root (\d+) 0 R", trailer))]
        self.root = int(_found(rb"/Pages (\d+) 0 R", catalog))
        page = int(_found(rb"/Kids \[ (\d+) 0 R", objects[self.root]))
        content = int(_found(rb"/Contents (\d+) 0 R", objects[page]))
        self.fonts = _found(rb"/Font (\d+ 0 R)", objects[page]).decode()
        self.forms = _found(rb"/XObject <<(.*?)>>", objects[page]).decode()
        self.box = _found(rb"/MediaBox \[(.*?)\]", objects[page]).decode()
        self.offsets = array("Q", [0] * (len(objects) + 1))
        self.spare = [content, page]
        self.nodes: list[tuple[int, int]] = []
        self.kids: list[int] = []
        self.node = 0
        self.at, self.chunks = 0, list[bytes]()
        self._add(start[: min(offsets)])
        for number, text in objects.items():
            if number not in (page, content, self.root):
                self.offsets[number] = self.at
                self._add(text)

    def form(self, symbol: Symbol) -> int:
        """A code as a form; its number goes with the pages it stands on."""
        head = f"/Type /XObject /Subtype /Form /BBox [0 0 {symbol.side} {symbol.side + 1}]"
        return self._stream(f"{symbol.bars} f".encode("ascii"), head)

    def page(self, stream: PageStream, own: int) -> None:
        """A page; `own` is the number of the form it calls `/Q`, 0 for none."""
        if not self.kids:
            self.node = self._number()
        content = self._stream(stream.content())
        number = self._number()
        self._object(
            number,
            f"<< /Type /Page /Parent {self.node} 0 R /Contents {content} 0 R /Resources << "
            f"/Font {self.fonts} /XObject << {self.forms} {f'/Q {own} 0 R' if own else ''} >> >> >>",
        )
        self.kids.append(number)
        if len(self.kids) == KIDS:
            self._close_node()

    def take(self) -> bytes:
        """What has been written since the last time."""
        data = b"".join(self.chunks)
        self.chunks.clear()
        return data

    def end(self) -> bytes:
        """The tree, the table and the trailer, with all that was not yet taken."""
        if self.kids:
            self._close_node()
        kids = " ".join(f"{number} 0 R" for number, _ in self.nodes)
        pages = sum(count for _, count in self.nodes)
        self._object(
            self.root,
            f"<< /Type /Pages /Count {pages} /MediaBox [{self.box}] /Kids [{kids}] >>",
        )
        table, size = self.at, len(self.offsets)
        self._add(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
        self._add("".join(f"{offset:010d} 00000 n \n" for offset in self.offsets[1:]).encode())
        self._add(b"trailer\n<< /Size %d %s >>\n" % (size, self.keep))
        self._add(b"startxref\n%d\n%%%%EOF\n" % table)
        return self.take()

    def _close_node(self) -> None:
        kids = " ".join(f"{number} 0 R" for number in self.kids)
        self._object(
            self.node,
            f"<< /Type /Pages /Parent {self.root} 0 R /Count {len(self.kids)} /Kids [{kids}] >>",
        )
        self.nodes.append((self.node, len(self.kids)))
        self.kids = []

    def _stream(self, content: bytes, head: str = "") -> int:
        number, packed = self._number(), zlib.compress(content)
        start = f"{number} 0 obj\n<< {head} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
        self.offsets[number] = self.at
        self._add(start.encode("ascii") + packed + b"\nendstream\nendobj\n")
        return number

    def _object(self, number: int, text: str) -> None:
        self.offsets[number] = self.at
        self._add(f"{number} 0 obj\n{text}\nendobj\n".encode("ascii"))

    def _number(self) -> int:
        if self.spare:
            return self.spare.pop()
        self.offsets.append(0)
        return len(self.offsets) - 1

    def _add(self, data: bytes) -> None:
        self.chunks.append(data)
        self.at += len(data)


class Chunks(io.RawIOBase):
    """An iterator of bytes as a readable stream; wrap it in io.BufferedReader."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self.rest:
            chunk = next(self.chunks, None)
            if chunk is None:
                return 0
            self.rest = memoryview(chunk)
        count = min(len(buffer), len(self.rest))
        buffer[:count], self.rest = self.rest[:count], self.rest[count:]
        return count


def _found(pattern: bytes, text: bytes) -> bytes:
    match = re.search(pattern, text, re.DOTALL)
    if match is None:
        raise ValueError(f"reportlab wrote no {pattern.decode()}")
    return match[1]


def _cut(data: bytes, places: list[int]) -> Iterable[bytes]:
    """The pieces between offsets that may stand in any order; the last one ends the last piece."""
    ends = dict(zip(sorted(places), sorted(places)[1:], strict=False))
    return (data[place : ends[place]] for place in places[:-1])
