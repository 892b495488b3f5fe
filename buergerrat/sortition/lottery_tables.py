"""One table of the command line: bytes to rows with their line numbers, mistakes named.

UTF-8 with or without BOM, separated by comma, semicolon or tab. Nothing is guessed silently:
what cannot be read becomes a mistake that names file, line and column.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .decoding import ENCODING_LABELS, MAX_LINE, guess_encoding

MOST_BYTES = 100 * 2**20
MOST_SHOWN = 50
SEPARATORS = (",", ";", "\t")
_SAVE_AS = "Bitte als „CSV UTF-8“ speichern."
_HEAD = 1 << 16


class BadFiles(ValueError):
    """What is wrong with the files, one sentence a line."""


@dataclass
class Mistakes:
    """Collects everything that is wrong; only the first `MOST_SHOWN` are kept in words."""

    shown: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, file: str, text: str, line: int | None = None, column: str | None = None) -> None:
        """Note one mistake; `line` counts from 1 as in an editor."""
        self.count += 1
        if len(self.shown) < MOST_SHOWN:
            place = [file]
            if line is not None:
                place.append(f"Zeile {line}")
            if column is not None:
                place.append(f"Spalte {column}")
            self.shown.append(_printable(f"{', '.join(place)}: {text}"))

    def settle(self) -> None:
        """Raise BadFiles if there was any mistake."""
        more = self.count - len(self.shown)
        if more:
            raise BadFiles("\n".join([*self.shown, f"… und {more} weitere Fehler."]))
        if self.count:
            raise BadFiles("\n".join(self.shown))


def _printable(text: str) -> str:
    """Keep what a file holds from steering the terminal it is shown on."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


@dataclass(frozen=True)
class Table:
    """A table whose header could be read; `line` is the header's, the file name is to show."""

    file: str
    data: bytes
    separator: str
    header: tuple[str, ...]
    line: int

    def rows(self, mistakes: Mistakes) -> Iterator[tuple[int, list[str]]]:
        """Yield (line, cells) of every row that is not blank; each as wide as the header."""
        width = len(self.header)
        for line, cells in _records(self.file, self.data, self.separator, mistakes):
            if line <= self.line:
                continue
            if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                del cells[width:]
            if len(cells) == width:
                yield line, cells
            else:
                fields = "1 Feld" if len(cells) == 1 else f"{len(cells)} Felder"
                mistakes.add(self.file, f"Hier stehen {fields}, in der Kopfzeile {width}.", line)


def show_path(path: Path) -> str:
    """Return a path's last part for a sentence, whatever bytes it is made of."""
    return (path.name or str(path)).encode(errors="replace").decode()


def open_table(path: Path, mistakes: Mistakes) -> Table | None:
    """Read a file and its header; None when that is not possible, and why is in `mistakes`."""
    name = show_path(path)
    data = _bytes(path, name, mistakes)
    if data is None or not _is_text(name, data, mistakes):
        return None
    before = mistakes.count
    separator = _separator(data)
    found = next(_records(name, data, separator, mistakes), None)
    if mistakes.count > before:
        return None
    if found is None:
        mistakes.add(name, "Die Datei ist leer.")
        return None
    line, cells = found
    return Table(name, data, separator, tuple(" ".join(cell.split()) for cell in cells), line)


def _bytes(path: Path, name: str, mistakes: Mistakes) -> bytes | None:
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        mistakes.add(name, "Diese Datei gibt es nicht.")
    except IsADirectoryError:
        mistakes.add(name, "Das ist ein Ordner, keine Datei.")
    except (OSError, ValueError) as error:
        mistakes.add(name, f"Die Datei lässt sich nicht öffnen ({error.__class__.__name__}).")
    else:
        if len(data) <= MOST_BYTES:
            return data
        mistakes.add(name, f"Die Datei ist größer als {MOST_BYTES >> 20} MB.")
    return None


def _is_text(name: str, data: bytes, mistakes: Mistakes) -> bool:
    """Whether all bytes are UTF-8 text; a file that is not is one mistake, however long."""
    head = data[:_HEAD]
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        mistakes.add(name, f"Das ist eine Tabelle von Excel oder LibreOffice. {_SAVE_AS}")
        return False
    guess = guess_encoding(head) or ""
    if guess.startswith("utf-16"):
        mistakes.add(name, f"Die Datei ist in UTF-16 geschrieben, nicht in UTF-8. {_SAVE_AS}")
        return False
    for line, text in enumerate(io.BytesIO(data), start=1):
        if b"\0" in text:
            mistakes.add(name, "Hier steht ein Null-Zeichen; das ist keine Textdatei.", line)
            return False
        try:
            text.decode()
        except UnicodeDecodeError as error:
            guess = guess_encoding(text) or "latin"
            label = ENCODING_LABELS.get(guess, "Windows-1252")
            sign = f"0x{text[error.start]:02X}"
            mistakes.add(
                name,
                f"Die Datei ist nicht in UTF-8 geschrieben (Byte {sign}); sie sieht nach {label} "
                f"aus. {_SAVE_AS}",
                line,
            )
            return False
    return True


def _lines(data: bytes) -> Iterator[str]:
    stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    while line := stream.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise csv.Error("line too long")
        yield line


def _records(
    name: str, data: bytes, separator: str, mistakes: Mistakes
) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, cells) of every record with something in it."""
    reader = csv.reader(_lines(data), delimiter=separator, strict=True)
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                yield line, cells
    except csv.Error as error:
        if "long" in str(error) or "limit" in str(error):
            mistakes.add(name, f"Hier steht mehr als {MAX_LINE} Zeichen ohne Ende.", start)
        else:
            mistakes.add(
                name,
                "Ab hier lässt sich nicht mehr lesen: Ein Anführungszeichen steht allein oder "
                "mitten im Feld.",
                start,
            )


def _separator(data: bytes) -> str:
    """Return the separator that makes most columns of the first line."""
    lines = re.split(r"[\r\n]+", data[:_HEAD].decode("utf-8-sig", "replace"))
    text = next((line for line in lines if line.strip()), "")
    return max(SEPARATORS, key=lambda sign: len(next(csv.reader([text], delimiter=sign), [])))
