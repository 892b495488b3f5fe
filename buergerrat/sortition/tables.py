"""What the registry office sent, whatever its shape, as a stream of delimited text.

Text passes through untouched. XLSX, ODS and ZIP are recognised by their content, not by their
name; a spreadsheet comes out as UTF-8 with `;`, so that everything behind reads one shape.
"""

import csv
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, BinaryIO, TypeVar, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from buergerrat.sortition import ods, xlsx
from buergerrat.sortition.decoding import ExtractError
from buergerrat.sortition.fields import header_score

MAX_PACKED = 256 * 1024 * 1024
MAX_UNPACKED = 2 * 1024 * 1024 * 1024
MAX_ENTRIES = 1_000
KIND_LABELS: dict[str, str] = {
    "xlsx": "Excel-Tabelle (XLSX)",
    "ods": "LibreOffice-Tabelle (ODS)",
}
SPREADSHEET_ENCODING, SPREADSHEET_SEPARATOR = "utf-8", ";"

T = TypeVar("T")
_ZIP, _EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_HEADER_WITHIN = 30
_SURE = 4  # fields named in one line, so that no better sheet need be looked for
_SHREDS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_BROKEN = (
    "Die gepackte Datei ist beschädigt oder wurde nicht vollständig übertragen. Bitte lassen Sie "
    "sie noch einmal packen und laden Sie sie dann hoch."
)
_LOCKED = (
    "Die Datei ist mit einem Kennwort geschützt. Bitte laden Sie sie ohne Kennwort hoch; wir "
    "legen sie verschlüsselt ab."
)


@dataclass(frozen=True, slots=True)
class Table:
    """`stream` is text; `kind` is text, xlsx or ods; `size` its bytes, 0 where unknown."""

    kind: str
    stream: BinaryIO
    size: int = 0

    @property
    def is_spreadsheet(self) -> bool:
        return self.kind != "text"


def open_table(stream: BinaryIO) -> Table:
    """Open an extract; `stream` needs only `read`. Raises `ExtractError`, also while reading."""
    start = stream.read(len(_ZIP))
    while 0 < len(start) < len(_ZIP) and (more := stream.read(len(_ZIP) - len(start))):
        start += more
    if start not in (_ZIP, _EMPTY_ZIP):
        return Table("text", buffered(_rest(start, stream)))
    packed = io.BytesIO(start)
    packed.seek(0, io.SEEK_END)
    while chunk := stream.read(1 << 20):
        packed.write(chunk)
        if packed.tell() > MAX_PACKED:
            raise ExtractError(
                "Die gepackte Datei ist größer als 256 MB. Bitte laden Sie den Auszug als "
                "CSV-Datei hoch."
            )
    return _open_archive(packed, outer=True)


def _open_archive(packed: BinaryIO, *, outer: bool) -> Table:
    try:
        archive = ZipFile(packed)
        members = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check(archive)
        names = {entry.filename for entry in members}
        if "xl/workbook.xml" in names or "[Content_Types].xml" in names:
            return _xlsx(archive, names)
        if "mimetype" in names and "content.xml" in names:
            return _ods(archive, names)
        return _unpacked(archive, members, outer)
    except _ZIP_ERRORS as error:
        raise ExtractError(_BROKEN) from error


_ZIP_ERRORS = (BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, RuntimeError)


def _check(archive: ZipFile) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise ExtractError(_LOCKED)
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise ExtractError(
            "Die gepackte Datei enthält mehr, als ein Auszug enthalten kann. Bitte packen Sie nur "
            "den Auszug, höchstens 2 GB groß."
        )


def _xlsx(archive: ZipFile, names: set[str]) -> Table:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _macros()
    if "xl/workbook.xml" not in names:
        raise ExtractError(
            "Das ist ein Dokument, aber keine Excel-Tabelle (XLSX). Bitte laden Sie den Auszug als "
            "CSV, XLSX oder ODS hoch."
        )
    found = xlsx.sheets(archive)
    sheet = _best((name, islice(xlsx.sheet_rows(archive, name), _HEADER_WITHIN)) for name in found)
    return _spreadsheet("xlsx", xlsx.sheet_rows(archive, sheet), archive.getinfo(sheet))


def _ods(archive: ZipFile, names: set[str]) -> Table:
    with archive.open("mimetype") as source:
        kind = source.read(100).strip()
    if kind != b"application/vnd.oasis.opendocument.spreadsheet":
        raise ExtractError(
            "Das ist ein Dokument von LibreOffice, aber keine Tabelle (ODS). Bitte laden Sie den "
            "Auszug als CSV, XLSX oder ODS hoch."
        )
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise _macros()
    if "META-INF/manifest.xml" in names:
        with archive.open("META-INF/manifest.xml") as manifest:
            if b"encryption-data" in manifest.read(1 << 20):
                raise ExtractError(_LOCKED)
    sheet = _best(_ods_sheets(archive))
    rows = (cells for number, cells in ods.sheet_rows(archive) if number == sheet)
    return _spreadsheet("ods", rows, archive.getinfo("content.xml"))


def _macros() -> ExtractError:
    return ExtractError(
        "Die Tabelle enthält Makros. Bitte speichern Sie sie ohne Makros als XLSX, ODS oder CSV "
        "und laden Sie diese Datei hoch."
    )


def _ods_sheets(archive: ZipFile) -> Iterator[tuple[int, list[list[str]]]]:
    """The first rows of each sheet."""
    current, head = 0, list[list[str]]()
    for number, cells in ods.sheet_rows(archive):
        if number != current:
            yield current, head
            current, head = number, []
        if len(head) < _HEADER_WITHIN:
            head.append(cells)
            if header_score(cells) >= _SURE:
                break
    yield current, head


def _best(sheets: Iterable[tuple[T, Iterable[list[str]]]]) -> T:
    """The sheet with the line that names most of our fields; the first of equals."""
    best: tuple[int, T] | None = None
    for name, head in sheets:
        score = max((header_score(cells) for cells in head), default=0)
        if best is None or score > best[0]:
            best = score, name
        if score >= _SURE:
            break
    if best is None:
        raise ExtractError("Die Tabelle ist leer. Bitte lassen Sie die Liste noch einmal ausgeben.")
    return best[1]


def _unpacked(archive: ZipFile, members: list[ZipInfo], outer: bool) -> Table:
    files = [e for e in members if not any(shred in e.filename for shred in _SHREDS)]
    if not outer:
        raise ExtractError(
            "In der gepackten Datei (ZIP) steckt noch eine gepackte Datei. Bitte packen Sie nur "
            "den Auszug selbst."
        )
    if len(files) != 1:
        raise ExtractError(
            f"In der gepackten Datei (ZIP) stecken {len(files)} Dateien. Bitte packen Sie nur den "
            "Auszug selbst."
        )
    inner = archive.open(files[0])
    start = inner.read(len(_ZIP))
    if start == _ZIP:
        return _open_archive(io.BytesIO(start + inner.read(MAX_PACKED)), outer=False)
    return Table("text", buffered(_guarded(_rest(start, inner))), files[0].file_size)


def _spreadsheet(kind: str, rows: Iterable[list[str]], info: ZipInfo) -> Table:
    return Table(kind, buffered(_guarded(delimited(rows))), info.file_size)


def delimited(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """Rows as UTF-8 with `;`, about 64 KiB at a time; blank ends are filled up."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SPREADSHEET_SEPARATOR, lineterminator="\n")
    width = 0
    for cells in rows:
        width = max(width, len(cells))
        ends = [""] * (width - len(cells)) if cells else []
        writer.writerow([*(" ".join(cell.split()) for cell in cells), *ends])
        if text.tell() > 1 << 16:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _guarded(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts, as long as they are no more than anybody can have meant to send."""
    size = 0
    try:
        for part in parts:
            size += len(part)
            if size > MAX_UNPACKED:
                raise ExtractError(_BROKEN)
            yield part
    except _ZIP_ERRORS as error:
        raise ExtractError(_BROKEN) from error


def _rest(start: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    yield start
    while part := stream.read(1 << 16):
        yield part


class _Parts(io.RawIOBase):
    """Parts of bytes, as they are made, as a readable stream."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self.part = parts, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self.part:
            found = next(self.parts, None)
            if found is None:
                return 0
            self.part = memoryview(found)
        count = min(len(buffer), len(self.part))
        buffer[:count], self.part = self.part[:count], self.part[count:]
        return count


def buffered(parts: Iterator[bytes]) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Parts(parts), 1 << 16))
