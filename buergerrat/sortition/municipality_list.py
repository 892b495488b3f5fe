"""The list of municipalities: the Destatis workbook, or a simple CSV.

Destatis publishes the Gemeindeverzeichnis (GV100AD, "Onlineprodukt") as XLSX: some lines of
headings over several rows, then one line per Land (Satzart 10), Regierungsbezirk (20), Kreis (40)
and municipality (60, Textkennzeichen 60–67), the key in parts (Land, RB, Kreis, VB, Gem).
A CSV needs the columns ags, name, people; region is free.
"""

import csv
import hashlib
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zipfile import BadZipFile, ZipFile

from buergerrat.sortition import xlsx
from buergerrat.sortition.decoding import ExtractError
from buergerrat.sortition.municipalities import DrawError, Town

MAX_BYTES = 30_000_000
MAX_LINES = 60_000  # Germany has 10,800 municipalities, with the areas above them 16,000 lines
TOO_LARGE = "Die Liste ist größer als 30 MB. Bitte laden Sie nur die Gemeinden hoch."
LEVELS = {2: "Land", 3: "Regierungsbezirk", 5: "Kreis", 0: "Region aus der Liste"}
_WITHIN = 40  # lines in which the first municipality or region must come
_KEY = ("land", "rb", "kreis", "gem")
_WIDTHS = {"land": 2, "rb": 1, "kreis": 2, "gem": 3}
_MEANT = {
    "ags": ("ags", "gemeindeschlüssel", "schlüssel", "ars", "regionalschlüssel"),
    "name": ("name", "gemeinde", "gemeindename", "stadt"),
    "people": ("people", "einwohner", "bevölkerung", "insgesamt", "einwohnerzahl"),
    "region": ("region", "kreis", "landkreis", "regierungsbezirk", "land"),
}


@dataclass(frozen=True)
class Listing:
    """`names`: start of a key → name of the region. `empty`: areas where nobody lives."""

    towns: tuple[Town, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    sha256: str = ""
    empty: int = 0

    @property
    def people(self) -> int:
        return sum(town.people for town in self.towns)


def read(data: bytes, starts_with: str = "") -> Listing:
    """The municipalities whose key starts so, sorted by key. Raises `DrawError`."""
    if len(data) > MAX_BYTES:
        raise DrawError(TOO_LARGE)
    found = _workbook(data) if data[:2] == b"PK" else _csv(data)
    towns = sorted(
        (town for town in found.towns if town.ags.startswith(starts_with)),
        key=lambda town: town.ags,
    )
    if not towns:
        raise DrawError(
            f"Keine Gemeinde in der Liste hat einen Schlüssel, der mit {starts_with} beginnt."
            if starts_with
            else "In der Liste steht keine Gemeinde."
        )
    keys = [town.ags for town in towns]
    twice = next((key for key, after in itertools.pairwise(keys) if key == after), None)
    if twice:
        raise DrawError(f"Der Gemeindeschlüssel {twice} steht zweimal in der Liste.")
    return Listing(
        tuple(towns), found.names, found.title, hashlib.sha256(data).hexdigest(), found.empty
    )


def with_regions(listing: Listing, level: int) -> tuple[Town, ...]:
    """The towns with the region of this level (digits of the key; 0: as the list says)."""
    if not level:
        return listing.towns
    return tuple(
        Town(
            town.ags, town.name, listing.names.get(town.ags[:level], town.ags[:level]), town.people
        )
        for town in listing.towns
    )


def _number(text: str) -> int | None:
    plain = re.sub(r"[\s.\u202f\u00a0]", "", text)
    return int(plain) if plain.isascii() and plain.isdigit() else None


def _workbook(data: bytes) -> Listing:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            for sheet in xlsx.sheets(archive):
                rows = _within_limits(xlsx.sheet_rows(archive, sheet))
                head = [row for _, row in zip(range(_WITHIN), rows, strict=False)]
                columns = _columns(head)
                if columns is not None:
                    return _destatis([*head, *rows], columns)
                if any(_simple_columns(row) for row in head):
                    return _simple([*head, *rows])
    except (BadZipFile, ExtractError, KeyError) as error:
        raise DrawError("Die Excel-Tabelle lässt sich nicht lesen. Ist sie vollständig?") from error
    raise DrawError(
        "In der Tabelle fehlen die Spalten des Gemeindeverzeichnisses: Satzart, Land, RB, Kreis, "
        "Gem, Gemeindename und Bevölkerung insgesamt."
    )


def _within_limits(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """A small file can unpack to gigabytes: raises DrawError before they are in memory."""
    size = 0
    for line, row in enumerate(rows):
        size += sum(map(len, row)) + len(row)
        if line >= MAX_LINES or size > MAX_BYTES:
            raise DrawError(TOO_LARGE)
        yield row


def _columns(head: Sequence[Sequence[str]]) -> dict[str, int] | None:
    """Ours → place, from headings that run over several lines."""
    found: dict[str, int] = {}
    for row in head:
        for place, cell in enumerate(row):
            word = re.sub(r"[^a-zäöüß]", "", cell.lower())
            for name, fits in (
                ("kind", word.startswith("satz") and len(word) < 12),
                ("name", word.startswith("gemeindename")),
                ("people", word == "insgesamt"),
                *((key, word == key) for key in _KEY),
            ):
                if fits:
                    found.setdefault(name, place)
    return found if {"kind", "name", "people", *_KEY} <= found.keys() else None


def _destatis(rows: Iterable[Sequence[str]], columns: Mapping[str, int]) -> Listing:
    towns, names, title, empty = list[Town](), dict[str, str](), "", 0
    for row in rows:

        def cell(name: str, row: Sequence[str] = row) -> str:
            place = columns[name]
            return row[place].strip() if place < len(row) else ""

        kind = cell("kind")
        if not kind.isdigit():
            title = title or next((text.strip() for text in row if len(text.strip()) > 20), "")
            continue
        key = "".join(cell(part).zfill(_WIDTHS[part]) if cell(part) else "" for part in _KEY)
        if kind in ("10", "20", "40"):
            names[key] = cell("name")
        elif kind == "60" and len(key) == 8 and key.isdigit():
            people = _number(cell("people")) or 0
            empty += people == 0
            if people:
                towns.append(Town(key, cell("name"), "", people))
    return Listing(tuple(_regional(towns, names)), names, title, "", empty)


def _regional(towns: Iterable[Town], names: Mapping[str, str]) -> Iterable[Town]:
    for town in towns:
        yield Town(town.ags, town.name, names.get(town.ags[:5], town.ags[:5]), town.people)


def _csv(data: bytes) -> Listing:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise DrawError("Die Datei ist weder eine Excel-Tabelle noch ein lesbarer Text.")
    first = text.split("\n", 1)[0]
    separator = max(";,\t|", key=first.count)
    return _simple(list(csv.reader(io.StringIO(text), delimiter=separator)))


def _simple_columns(row: Sequence[str]) -> dict[str, int]:
    words = [cell.strip().lower() for cell in row]
    found = {
        ours: next((words.index(word) for word in meant if word in words), -1)
        for ours, meant in _MEANT.items()
    }
    return found if min(found["ags"], found["name"], found["people"]) >= 0 else {}


def _simple(rows: Sequence[Sequence[str]]) -> Listing:
    start, columns = next(
        ((n, found) for n, row in enumerate(rows[:_WITHIN]) if (found := _simple_columns(row))),
        (0, {}),
    )
    if not columns:
        raise DrawError("Die Liste braucht eine Kopfzeile mit den Spalten ags, name und people.")
    towns, empty = list[Town](), 0
    for number, row in enumerate(rows[start + 1 :], start + 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(columns.values()):
            raise DrawError(f"In Zeile {number} der Liste fehlen Spalten.")
        people = _number(row[columns["people"]])
        if people is None:
            raise DrawError(f"In Zeile {number} der Liste ist die Einwohnerzahl keine ganze Zahl.")
        empty += people == 0
        if people:
            region = row[columns["region"]].strip() if columns["region"] >= 0 else ""
            key = _key(row[columns["ags"]], number)
            towns.append(Town(key, row[columns["name"]].strip(), region, people))
    return Listing(tuple(towns), {}, "", "", empty)


def _key(text: str, number: int) -> str:
    """An AGS of eight digits; a zero lost in front is put back, an ARS of twelve is shortened."""
    key = re.sub(r"\s", "", text)
    if key.isascii() and key.isdigit():
        if len(key) in (11, 12):
            key = key.zfill(12)
            key = key[:5] + key[9:]
        if len(key) in (7, 8):
            return key.zfill(8)
    raise DrawError(f"In Zeile {number} der Liste steht kein Gemeindeschlüssel mit 8 Ziffern.")
