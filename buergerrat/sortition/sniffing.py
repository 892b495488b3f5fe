"""A first look at an extract: encoding, separator, header row and columns, from its first bytes."""

import codecs
import csv
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from buergerrat.sortition.decoding import ENCODING_LABELS, guess_encoding, looks_misread
from buergerrat.sortition.fields import (
    FIELDS,
    column_warnings,
    guess_mapping,
    header_score,
    is_refused,
    missing_columns,
)

HEAD_BYTES = 1 << 16
MAX_COLUMNS = 100
SEPARATOR_LABELS: dict[str, str] = {
    ";": "Semikolon",
    ",": "Komma",
    "\t": "Tabulator",
    "|": "senkrechter Strich",
}

_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CONTAINERS: tuple[tuple[bytes, str], ...] = (
    (_OLE, "eine alte Excel-Datei (XLS)"),
    (b"%PDF", "eine PDF-Datei"),
    (b"\x1f\x8b", "eine gepackte Datei (GZIP)"),
    (b"\x89PNG", "ein Bild"),
    (b"\xff\xd8\xff", "ein Bild"),
    (b"{\\rtf", "ein Textdokument (RTF)"),
)
_SAVE_AS_CSV = "Bitte speichern Sie sie als „CSV UTF-8 (durch Trennzeichen getrennt)“ und laden Sie diese Datei hoch."
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1a"))
MAX_HEADER_LINE = 40


@dataclass(slots=True)
class Sniff:
    """What the first bytes tell.

    `mapping` is our field → header text; `dropped` are columns that will not be read,
    `refused_columns` those of them that may never be. `problems` non-empty: reading would fail
    with the first of these sentences. `encoding` is for display: where only later bytes can
    tell, it names the likelier one, while `read_extract` without an encoding looks on.
    """

    encoding: str = "utf-8"
    separator: str = ";"
    header: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    refused_columns: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    header_line: int = 0
    blank_columns: int = 0  # without a title, at the end
    is_text: bool = True  # else no other settings would help


def sniff(
    head: bytes,
    *,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    header_line: int | None = None,
) -> Sniff:
    """Look at the first `HEAD_BYTES` of a file. Never raises for bad content.

    `header_line` counts from 1; blank lines and title lines above it count too.
    """
    seen = Sniff()
    if problem := _not_text(head):
        seen.is_text = False
    if problem := problem or _unknown_choice(mapping, encoding, separator):
        seen.problems.append(problem)
        return seen
    guessed = encoding or guess_encoding(head)
    seen.encoding = {None: "utf-8", "latin": "cp1252"}.get(guessed, str(guessed))
    text = _decode_head(head, seen, chosen=encoding is not None)
    if seen.problems:
        return seen
    lines = text.splitlines(keepends=True)[: MAX_HEADER_LINE + 10]
    wanted = set((mapping or {}).values())
    _find_header(lines, seen, wanted, separator, header_line)
    if not seen.problems:
        _describe(seen, mapping)
    return seen


def _not_text(head: bytes) -> str | None:
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        return "Die Datei ist leer. Bitte lassen Sie das Meldeamt die Liste noch einmal ausgeben."
    if _ENCRYPTED in head and head.startswith(_OLE):
        return (
            "Die Tabelle ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort "
            "und laden Sie diese Datei hoch; wir legen sie verschlüsselt ab."
        )
    what = next((label for start, label in _CONTAINERS if head.startswith(start)), None)
    if head.startswith(b"PK\x03\x04"):
        what = _zip_kind(head)
    if what:
        return f"Das ist {what}, auch wenn der Name anders endet. {_SAVE_AS_CSV}"
    if head.lstrip()[:1] == b"<":
        return f"Das ist eine Web- oder XML-Datei, keine Tabelle. {_SAVE_AS_CSV}"
    wide = (guess_encoding(head) or "").startswith("utf-16")
    if not wide and len(head) - len(head.translate(None, _CONTROL)) > len(head) / 200:
        return (
            "Das ist keine Textdatei. Bitte laden Sie den Auszug als CSV-Datei hoch, so wie "
            "das Meldeamt ihn ausgibt."
        )
    return None


def _zip_kind(head: bytes) -> str:
    if b"opendocument.spreadsheet" in head[:200]:
        return "eine Tabelle von LibreOffice (ODS)"
    if b"[Content_Types].xml" in head or b"xl/" in head:
        return "eine Excel-Datei (XLSX)"
    return "eine gepackte Datei (ZIP)"


def _unknown_choice(
    mapping: Mapping[str, str] | None, encoding: str | None, separator: str | None
) -> str | None:
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            return (
                f"Den Zeichensatz „{encoding}“ gibt es nicht. Bitte wählen Sie einen aus der Liste."
            )
    if separator is not None and separator not in SEPARATOR_LABELS:
        return "Dieses Trennzeichen gibt es nicht. Bitte wählen Sie eines aus der Liste."
    if unknown := [ours for ours in mapping or {} if ours not in FIELDS]:
        return f"Das Feld „{unknown[0]}“ gibt es nicht. Bitte ordnen Sie die Spalten neu zu."
    return None


def _decode_head(head: bytes, seen: Sniff, *, chosen: bool) -> str:
    label = ENCODING_LABELS.get(seen.encoding, seen.encoding)
    another = "Bitte wählen Sie einen anderen Zeichensatz."
    try:
        text = codecs.getincrementaldecoder(seen.encoding)().decode(head)
    except UnicodeDecodeError:
        seen.problems.append(f"Die Datei ist nicht in {label} geschrieben. {another}")
        return ""
    if looks_misread(text):
        if chosen and guess_encoding(head) == "utf-8":
            seen.problems.append(f"In {label} gelesen, sind die Umlaute falsch. {another}")
        else:
            seen.warnings.append(
                "In der Datei stehen Zeichenfolgen wie „Ã¼“ statt „ü“. Sie wurde schon vor dem "
                "Hochladen falsch umgewandelt. Bitte lassen Sie sie neu ausgeben."
            )
    return text.removeprefix("\ufeff")


def _parse(lines: list[str], separator: str) -> list[list[str]]:
    found: list[list[str]] = []
    with suppress(csv.Error):
        for row in csv.reader(lines, delimiter=separator):
            found.append([" ".join(cell.split()) for cell in row])
    return found


def _find_header(
    lines: list[str],
    seen: Sniff,
    wanted: set[str],
    separator: str | None,
    header_line: int | None,
) -> None:
    """The line and separator under which most of our fields are named, or the line chosen."""
    best = (-1, 0) if header_line else (1, 0)
    for sign in [separator] if separator else SEPARATOR_LABELS:
        for number, cells in enumerate(_parse(lines, sign)[:MAX_HEADER_LINE], start=1):
            if header_line not in (None, number):
                continue
            score = (header_score(cells) + 2 * len(wanted.intersection(cells)), len(cells))
            if score > best and (score[0] > best[0] or header_line):
                best, seen.separator, seen.header_line = score, sign, number
                seen.header = _without_blank_end(cells)
                seen.blank_columns = len(cells) - len(seen.header)
    if len(seen.header) < 2 and header_line:
        seen.problems.append(
            f"In Zeile {header_line} stehen keine Spaltennamen. Bitte nennen Sie eine andere Zeile "
            "oder lassen Sie sie uns selbst erkennen."
        )
    elif len(seen.header) < 2:
        seen.problems.append(
            "In der Datei ist keine Zeile mit Spaltennamen zu finden, die wir brauchen können. "
            "Nötig sind mindestens Name, Vorname, Geburtsdatum (oder Jahr oder Alter) und "
            "Anschrift. Bitte lassen Sie die Liste mit Spaltennamen ausgeben."
        )
    elif len(seen.header) > MAX_COLUMNS:
        seen.problems.append(
            f"Die Datei hat {len(seen.header)} Spalten, erlaubt sind {MAX_COLUMNS}. Bitte lassen "
            "Sie nur die Spalten ausgeben, die nötig sind: Name, Anschrift, Ortsteil, "
            "Geburtsdatum, Geschlecht, Staatsangehörigkeit, Wohnungsart und Sperre."
        )


def _without_blank_end(cells: list[str]) -> list[str]:
    filled = [place for place, cell in enumerate(cells, start=1) if cell]
    return cells[: filled[-1]] if filled else []


def _describe(seen: Sniff, mapping: Mapping[str, str] | None) -> None:
    allowed = [title for title in seen.header if not is_refused(title)]
    seen.mapping = dict(mapping) if mapping is not None else guess_mapping(allowed)
    for title in seen.mapping.values():
        if title not in seen.header:
            seen.problems.append(
                f"Die Spalte „{title}“ steht nicht in der Datei. Bitte ordnen Sie die Spalten neu zu."
            )
        elif is_refused(title):
            seen.problems.append(
                f"Die Spalte „{title}“ darf für einen Bürgerrat nicht gelesen werden. Bitte "
                "nehmen Sie sie aus der Zuordnung."
            )
    seen.refused_columns = [title for title in seen.header if is_refused(title)]
    seen.dropped = [t for t in seen.header if t and t not in seen.mapping.values()]
    if missing := missing_columns(seen.mapping):
        seen.problems.append(
            f"Es fehlt eine Spalte für: {', '.join(missing)}. Bitte ordnen Sie sie zu oder lassen "
            "Sie die Liste mit dieser Spalte neu ausgeben."
        )
    seen.warnings += column_warnings(seen.mapping)
