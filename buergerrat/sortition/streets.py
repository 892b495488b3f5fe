"""Districts from a list of streets: street, house numbers from–to, even, odd or all, district."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from buergerrat.sortition.decoding import ExtractError, guess_encoding, text_lines
from buergerrat.sortition.households import plain, plain_street
from buergerrat.sortition.tables import open_table

MAX_ROWS = 50_000
MAX_BYTES = 8 << 20
_LAST = 99_999
_TITLES = {
    "street": "strasse strassenname strname str name",
    "low": "von hausnummervon hnrvon hausnrvon nrvon vonnr ab",
    "high": "bis hausnummerbis hnrbis hausnrbis nrbis bisnr",
    "side": "geradeungerade geradeungeradealle seite art gu parität paritaet strassenseite hausnummern",
    "district": "ortsteil ot gemeindeteil stadtteil bezirk stadtbezirk ortschaft sozialraum "
    "ortsteilname stimmbezirk wahlbezirk",
}
_MEANING = {plain(word): ours for ours, words in _TITLES.items() for word in words.split()}
_SIDES = {"g": "even", "gerade": "even", "even": "even", "u": "odd", "ungerade": "odd",
          "odd": "odd"}  # fmt: skip
_NUMBER = re.compile(r"(\d{1,5})\s*[a-z]?", re.IGNORECASE)
_TRAILING = re.compile(r"^(.*?[^\d\s].*?)\s+(\d{1,5}.*)$")


class Part(NamedTuple):
    """House numbers `low` to `high` of a street, both included; `side`: all, even or odd."""

    street: str
    low: int
    high: int
    side: str
    district: str


class StreetList:
    """Looks districts up. Of several fitting parts the narrowest counts."""

    def __init__(self, parts: Iterable[Sequence[object]]) -> None:
        self.parts: dict[str, list[Part]] = {}
        for street, low, high, side, district in parts:
            part = Part(str(street), int(str(low)), int(str(high)), str(side), str(district))
            self.parts.setdefault(plain_street(part.street), []).append(part)
        for found in self.parts.values():
            found.sort(key=lambda part: (part.high - part.low, part.side == "all"))
        self.district = lru_cache(maxsize=65536)(self._district)

    def _district(self, street: str, number: str) -> str:
        """The district of an address, "" where the list does not know it.

        `street` may hold the house number itself.
        """
        parts = self.parts.get(plain_street(street))
        if parts is None and (split := _TRAILING.match(street)):
            parts, number = self.parts.get(plain_street(split[1])), split[2]
        match = _NUMBER.match(number)
        house = int(match[1]) if match else None
        for part in parts or ():
            whole = (part.low, part.high, part.side) == (0, _LAST, "all")
            if whole or (house is not None and _holds(part, house)):
                return part.district
        return ""


def _holds(part: Part, house: int) -> bool:
    fits = part.side == "all" or (house % 2 == 0) == (part.side == "even")
    return fits and part.low <= house <= part.high


def read_streets(source: BinaryIO) -> list[Part]:
    """The parts of a CSV, XLSX or ODS file. Raises `ExtractError` with a sentence for the page."""
    stream = open_table(source).stream
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ExtractError("Die Straßenliste ist größer als 8 MB. Bitte laden Sie nur die Straßen.")
    if data.count(b"\n") > 2 * MAX_ROWS:  # before every separator is tried on all of them
        raise ExtractError(f"Die Straßenliste hat mehr als {MAX_ROWS} Zeilen.")
    rows = _rows(data)
    start, places = _header(rows)
    parts = [part for row in rows[start:] if (part := _part(row, places)) is not None]
    if not parts:
        raise ExtractError("In der Straßenliste steht unter den Spaltennamen keine Straße.")
    if len(parts) > MAX_ROWS:
        raise ExtractError(f"Die Straßenliste hat mehr als {MAX_ROWS} Zeilen.")
    return parts


def _rows(data: bytes) -> list[list[str]]:
    text = [
        line.removeprefix("\ufeff") for line in text_lines(io.BytesIO(data), guess_encoding(data))
    ]
    best: list[list[str]] = []
    for separator in ";,\t|":
        try:
            rows = [
                [" ".join(c.split()) for c in row] for row in csv.reader(text, delimiter=separator)
            ]
        except csv.Error:
            continue
        if _named(rows) > _named(best):
            best = rows
    return best


def _named(rows: list[list[str]]) -> int:
    return max(
        (len({_MEANING.get(plain(c)) for c in row} - {None}) for row in rows[:20]), default=0
    )


def _header(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(rows[:20], start=1):
        places: dict[str, int] = {}
        for place, cell in enumerate(row):
            ours = _MEANING.get(plain(cell))
            if ours is not None:
                places.setdefault(ours, place)
        if {"street", "district"} <= set(places):
            return number, places
    raise ExtractError(
        "In der Straßenliste fehlen die Spaltennamen „Straße“ und „Ortsteil“. Weitere Spalten, wo "
        "eine Straße geteilt ist: „von“, „bis“ und „gerade/ungerade“."
    )


def _part(row: list[str], places: dict[str, int]) -> Part | None:
    def get(ours: str) -> str:
        place = places.get(ours)
        return row[place] if place is not None and place < len(row) else ""

    street, district = get("street"), get("district")
    if not street or not district:
        return None
    low, high = _NUMBER.match(get("low")), _NUMBER.match(get("high"))
    side = _SIDES.get(get("side").lower().rstrip("."), "all")
    return Part(street, int(low[1]) if low else 0, int(high[1]) if high else _LAST, side, district)
