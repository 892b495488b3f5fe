"""One line of an extract: a person for the Lostopf, or the reason why not."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from buergerrat.sortition.ages import OLDEST, age_range, parse_age, parse_birth
from buergerrat.sortition.cells import (
    has_ended,
    is_empty_date,
    is_total_line,
    nationality_group,
    parse_sex,
    residence_reason,
)
from buergerrat.sortition.fields import AGE_FIELDS
from buergerrat.sortition.households import household_key, plain, plain_street
from buergerrat.sortition.strata import AgeBand, band_of

REASONS: dict[str, str] = {
    "under_age": "zu jung",
    "secondary_residence": "Nebenwohnung",
    "moved_away": "weggezogen",
    "deceased": "verstorben",
    "blocked": "Auskunftssperre",
    "duplicate": "doppelt",
    "unreadable": "nicht lesbar",
    "doubtful": "zweifelhaft, für die Prüfliste",
    "total_line": "Summenzeile",
}
COLUMN_OF_REASON: dict[str, tuple[str, ...]] = {
    "under_age": AGE_FIELDS,
    "doubtful": AGE_FIELDS,
    "unreadable": AGE_FIELDS,
    "blocked": ("block", "block_2"),
    "secondary_residence": ("residence",),
    "moved_away": ("moved_out", "residence"),
    "deceased": ("died", "residence"),
}

_CELL_LIMIT = 200
_CACHED = 1 << 16
_MONTH_CELL = re.compile(r"\d{1,2}\.?\s?(Jan|Feb|Mrz|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)")
_WORD = re.compile(r"[^\W\d_]+")
_PARTICLES = frozenset(
    ["von", "vom", "van", "der", "den", "dem", "de", "del", "la", "zu", "zur", "zum", "und"]
)


class Row(NamedTuple):
    """One person as the draw sees them. Ages in years on the reference date; they differ only
    where the birth date is incomplete and both ends lie in the same band. `line`: where it stood
    in the file."""

    last_name: str
    first_name: str
    title: str
    street: str
    house_number: str
    postcode: str
    place: str
    district: str
    sex: str
    age_low: int
    age_high: int
    age_band: str
    nationality_group: str
    household: str
    line: int

    def values(self) -> tuple[str, ...]:
        """What the commitment covers, in the order of `PERSON_FIELDS`. No birth date."""
        return tuple(map(str, self[:_COMMITTED]))

    def canonical(self) -> dict[str, str]:
        """The same by name."""
        return dict(zip(PERSON_FIELDS, self.values(), strict=True))


_COMMITTED = Row._fields.index("household")
PERSON_FIELDS = Row._fields[:_COMMITTED]


class Refusal(NamedTuple):
    """A line that is not kept: where it stood in the file and why, nothing of what it said."""

    line: int
    reason: str


# The caches serve what comes again and again: streets, dates, districts, first names.
@lru_cache(maxsize=_CACHED)
def clean(cell: str) -> str:
    """NFC, single blanks, no control characters."""
    text = " ".join(cell.split())
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


@lru_cache(maxsize=_CACHED)
def _birth(text: str, day: date) -> tuple[str, tuple[int, int] | None]:
    """What is the same for every way to write one date of birth, and the ages on a day."""
    found = parse_birth(text)
    if found is None:
        return text, None
    return f"{found.earliest:%Y%m%d}-{found.latest:%Y%m%d}", age_range(found, day)


@lru_cache(maxsize=_CACHED)
def name_case(name: str) -> str:
    """`VON DER HÖHE` → `von der Höhe`; names that are not all capitals stay as they are."""
    if not name.isupper() or len(name) < 3:
        return name
    return _WORD.sub(
        lambda m: m[0].lower() if m[0].lower() in _PARTICLES else m[0].capitalize(), name
    )


class RowReader:
    """Turns the cells of a line into a `Row` and its identity, or a key of `REASONS`."""

    household_rule = "address_and_surname"
    household_key = b""

    def __init__(
        self,
        header: Sequence[str],
        mapping: Mapping[str, str],
        reference_date: date,
        min_age: int,
        age_bands: Sequence[AgeBand],
    ) -> None:
        self.width = len(header)
        self.index = {ours: list(header).index(theirs) for ours, theirs in mapping.items()}
        self.reference_date = reference_date
        self.min_age = min_age
        self.age_bands = tuple(age_bands)
        self.last_needed = max(self.index.values())
        self.nationalities = [f for f in self.index if f.startswith("nationality")]
        self.ages: dict[tuple[int, int], AgeBand | str] = {}

    def read(self, cells: list[str], line: int) -> tuple[Row, str] | str:
        """The identity joins name, birth and address: equal for two lines on one person."""
        if len(cells) <= self.last_needed:
            telling = [c for c in cells[1:] if c.strip()]
            is_total = len(telling) <= 2 and is_total_line(cells, ())
            return "total_line" if is_total else "unreadable"
        index = self.index

        def get(field: str) -> str:
            place = index.get(field)
            return "" if place is None or not cells[place] else clean(cells[place])

        births = [get(field) for field in AGE_FIELDS]
        if not (any(births) and get("street")) and is_total_line(cells, [*births, get("street")]):
            return "total_line"
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            return "unreadable"
        reason = self._excluded(get)
        if reason is not None:
            return reason
        ages = self._ages(births)
        band = self._band(ages) if ages else "unreadable"
        if isinstance(band, str) or ages is None:
            return str(band)
        return self._person(get, ages, band, next(b for b in births if b), line)

    def _excluded(self, get: Callable[[str], str]) -> str | None:
        """Blocks first, so that of a blocked person nothing else is looked at."""
        if get("block") or get("block_2"):
            return "blocked"
        if (died := get("died")) and not is_empty_date(died):
            return "deceased"
        if (reason := residence_reason(get("residence"))) is not None:
            return reason
        if not (out := get("moved_out")):
            return None
        moved = has_ended(out, self.reference_date)
        if moved is None:
            return "unreadable"
        return "moved_away" if moved else None

    def _ages(self, births: Sequence[str]) -> tuple[int, int] | None:
        """From the first of birth date, year of birth and age that can be read."""
        for text in births[:2]:
            if text and (ages := _birth(text, self.reference_date)[1]) is not None:
                return ages
        age = parse_age(births[2])
        return None if age is None else (age, age)

    def _band(self, ages: tuple[int, int]) -> AgeBand | str:
        if ages not in self.ages:
            self.ages[ages] = self._find_band(*ages)
        return self.ages[ages]

    def _find_band(self, low: int, high: int) -> AgeBand | str:
        if high > OLDEST or high < -1:
            return "unreadable"
        if high < self.min_age:
            return "under_age"
        if low < self.min_age:
            return "doubtful"
        return band_of(low, high, self.age_bands) or "doubtful"

    def _person(
        self, get: Callable[[str], str], ages: tuple[int, int], band: AgeBand, birth: str, line: int
    ) -> tuple[Row, str] | str:
        last, first = _names(get)
        sex = parse_sex(get("sex"))
        street, number = get("street"), get("house_number")
        postcode, place = get("postcode"), get("place")
        if postcode.isdigit() and len(postcode) == 4:
            postcode = postcode.zfill(5)
        readable = last and first and sex and street and (place or postcode)
        if not readable or len(last + first + street + place) > _CELL_LIMIT:
            return "unreadable"
        if postcode and not (len(postcode) == 5 and postcode.isdigit()):
            return "unreadable"
        if _MONTH_CELL.match(number):
            return "doubtful"  # Excel made a date of "2-4"; a letter would go astray.
        number = (number + get("house_suffix")).strip()
        row = Row(
            first_name=first,
            last_name=last,
            title=get("title"),
            street=street,
            house_number=number,
            postcode=postcode,
            place=place,
            district=get("district"),
            sex=str(sex),
            age_low=ages[0],
            age_high=ages[1],
            age_band=band.key,
            nationality_group=nationality_group(tuple(get(f) for f in self.nationalities)),
            household=household_key(
                street, number, postcode, last, rule=self.household_rule, key=self.household_key
            ),
            line=line,
        )
        identity = (plain(first), plain(last), _birth(birth, self.reference_date)[0])
        return row, "\x1f".join([*identity, postcode, plain_street(street), plain(number)])


def _names(get: Callable[[str], str]) -> tuple[str, str]:
    """Last and first name, from two columns or from one that says `Name, Vorname`."""
    last, first = get("last_name"), get("first_name")
    if not last and not first:
        last, _, first = (part.strip() for part in get("full_name").partition(","))
    return name_case(last), name_case(first)
