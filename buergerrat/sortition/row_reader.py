"""From the cells of a line to a person for the Lostopf, or the reason why not."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from buergerrat.sortition.ages import OLDEST, age_range, parse_age, parse_birth
from buergerrat.sortition.buildings import names_a_home, number_of
from buergerrat.sortition.buildings import number as numbered
from buergerrat.sortition.cells import (
    has_ended,
    is_empty_date,
    is_total_line,
    nationality_group,
    parse_sex,
    residence_reason,
)
from buergerrat.sortition.fields import AGE_FIELDS, BLOCK_FIELDS, meaning
from buergerrat.sortition.households import BOTH, household_key, plain, plain_street
from buergerrat.sortition.notes import Doubt, Notes
from buergerrat.sortition.objection import digests
from buergerrat.sortition.rows import Decision, Row, clean, name_case
from buergerrat.sortition.strata import AgeBand, band_of
from buergerrat.sortition.streets import StreetList

_CELL_LIMIT = 200
_MONTH = "(Jan|Feb|Mrz|Mär|Mar|Apr|Mai|May|Jun|Jul|Aug|Sep|Okt|Oct|Nov|Dez|Dec)"
# What a spreadsheet makes of "2-4" and "3/5"; nobody lives at number 45384.
_DATE_CELL = re.compile(
    rf"\d{{1,2}}[.\-]?\s?{_MONTH}|{_MONTH}[. \-]+\d{{1,2}}\b|\d{{1,2}}\.\d{{1,2}}\.(\d{{4}}|\d\d)?$"
    r"|\d{4}-\d{2}-\d{2}|\d{5,}$"
)
_PLACE = re.compile(r"(?:D-?\s?)?(\d{4,5})\s+(\S.*)")
# Without these no letter can be written and no group be told; a status may be left off at the end.
_TELLING = frozenset(
    {*AGE_FIELDS, "last_name", "first_name", "full_name", "sex", "street", "house_number",
     "postcode", "place", "district"}
)  # fmt: skip


@lru_cache(maxsize=65536)
def _birth(text: str, day: date) -> tuple[str, tuple[int, int] | None]:
    """What is the same for every way to write one date of birth, and the ages on a day."""
    found = parse_birth(text, day)
    if found is None:
        return text, None
    return f"{found.earliest:%Y%m%d}-{found.latest:%Y%m%d}", age_range(found, day)


class RowReader:
    """Turns the cells of a line into a `Row` and its identity, or a key of `REASONS`."""

    household_rule = "address_and_surname"
    household_key = b""
    total_lines = True
    beyond = False  # whether cells behind the last titled column are passed over
    count_buildings = False

    def __init__(
        self,
        header: Sequence[str],
        mapping: Mapping[str, str],
        reference_date: date,
        min_age: int,
        age_bands: Sequence[AgeBand],
        notes: Notes | None = None,
    ) -> None:
        self.width = len(header)
        self.index = {ours: list(header).index(theirs) for ours, theirs in mapping.items()}
        blocks = {title for ours, title in mapping.items() if ours in BLOCK_FIELDS}
        self.blocks = [
            place
            for place, title in enumerate(header)
            if title in blocks or meaning(title) in BLOCK_FIELDS
        ]
        self.reference_date = reference_date
        self.min_age = min_age
        self.age_bands = tuple(age_bands)
        self.last_needed = max(*self.index.values(), *self.blocks, 0)
        self.last_telling = max(self.index[f] for f in self.index if f in _TELLING)
        self.nationalities = [f for f in self.index if f.startswith("nationality")]
        self.ages: dict[tuple[int, int], AgeBand | str] = {}
        self.notes = notes or Notes()
        self.decisions: Mapping[int, Decision] = {}
        self.streets: StreetList | None = None
        self.objections: Collection[str] = ()
        self.objection_key = b""

    def read(self, cells: list[str], line: int) -> tuple[Row, str] | str:
        """The identity joins name, birth and address: equal for two lines on one person."""
        if len(cells) <= self.last_needed and not self._filled(cells):
            telling = [c for c in cells[1:] if c.strip()]
            is_total = len(telling) <= 2 and self.total_lines and is_total_line(cells, ())
            return "total_line" if is_total else "unreadable"
        index = self.index

        def get(field: str) -> str:
            place = index.get(field)
            return "" if place is None or not cells[place] else clean(cells[place])

        births = [get(field) for field in AGE_FIELDS]
        if (
            not (any(births) and get("street"))
            and self.total_lines
            and is_total_line(cells, [*births, get("street")])
        ):
            return "total_line"
        if len(cells) > self.width and not self.beyond and any(map(str.strip, cells[self.width :])):
            return "unreadable"
        for place in self.blocks:  # first, so that of a blocked person nothing else is looked at
            if cells[place] and clean(cells[place]):
                return "blocked"
        reason = self._excluded(get)
        if reason is not None:
            return reason
        ages = self._ages(births)
        band = self._band(ages) if ages else "unreadable"
        if ages is None or (isinstance(band, str) and band != "doubtful"):
            return str(band)
        return self._person(get, ages, band, next(b for b in births if b), line)

    def _filled(self, cells: list[str]) -> bool:
        """Put back empty cells that were left off at the end of a line."""
        if not self.last_telling < len(cells):
            return False
        cells += [""] * (self.last_needed + 1 - len(cells))
        self.notes.padded += 1
        return True

    def _excluded(self, get: Callable[[str], str]) -> str | None:
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
        self,
        get: Callable[[str], str],
        ages: tuple[int, int],
        band: AgeBand | str,
        birth: str,
        line: int,
    ) -> tuple[Row, str] | str:
        last, first = _names(get)
        sex = parse_sex(get("sex"))
        street, number = get("street"), get("house_number")
        postcode, place = _postal(get("postcode"), get("place"))
        readable = last and first and sex and street and (place or postcode)
        if not readable or len(last + first + street + place) > _CELL_LIMIT:
            return "unreadable"
        if postcode and not (len(postcode) == 5 and postcode.isdigit()):
            return "unreadable"
        if isinstance(band, str) or _DATE_CELL.match(number):
            seen = Doubt(line, (), last, first, birth, street, number, ages)
            decided = self._decided(seen, band)
            if isinstance(decided, str):
                return decided
            band, ages, number = decided
        number = (number + get("house_suffix")).strip()
        known = _birth(birth, self.reference_date)[0]
        if self.objections and self._objects(first, last, street, number, postcode, known):
            return "objection"
        where = (postcode, plain_street(street), plain(number))
        household = household_key(
            street, number, postcode, last, rule=self.household_rule, key=self.household_key
        )
        building = (0, False)
        if self.count_buildings:
            at = number_of(household[:16]) if self.household_rule == BOTH else hash(where)
            building = numbered(at, plain(last)), names_a_home(street)
        row = Row(
            first_name=first,
            last_name=last,
            title=get("title"),
            street=street,
            house_number=number,
            postcode=postcode,
            place=place,
            district=self._district(get("district"), street, number),
            sex=str(sex),
            age_low=ages[0],
            age_high=ages[1],
            age_band=band.key,
            nationality_group=nationality_group(tuple(get(f) for f in self.nationalities)),
            household=household,
            line=line,
            building=building,
        )
        return row, "\x1f".join((plain(first), plain(last), known, *where))

    def _decided(
        self, seen: Doubt, band: AgeBand | str
    ) -> tuple[AgeBand, tuple[int, int], str] | str:
        """Age group, ages and house number as the clerk decided, or the row is noted and stays."""
        decision = self.decisions.get(seen.line, Decision())
        ages, number, why = seen.ages, seen.house_number, []
        if isinstance(band, str):
            chosen = next((b for b in self.age_bands if b.key == decision.age_band), None)
            if chosen is not None:
                low = max(ages[0], chosen.low, self.min_age)
                ages = low, ages[1] if chosen.high is None else min(ages[1], chosen.high)
            if chosen is None or ages[0] > ages[1]:
                why.append("age")
            else:
                band = chosen
        if _DATE_CELL.match(number):
            number = decision.house_number
            if not number:
                why.append("house_number")
        if not why and not isinstance(band, str) and not decision.leave_out:
            return band, ages, number
        if decision.leave_out:
            return "left_out"
        self.notes.doubt(replace(seen, why=tuple(why)))
        return "doubtful"

    def _objects(
        self, first: str, last: str, street: str, number: str, postcode: str, known: str
    ) -> bool:
        """`known`: the birth as `_birth` writes it; only a whole date is compared."""
        earliest, _, latest = known.partition("-")
        day = f"{earliest[:4]}-{earliest[4:6]}-{earliest[6:]}" if earliest == latest else ""
        found = digests(self.objection_key, first, last, street, number, postcode, day)
        return any(one in self.objections for one in found)

    def _district(self, named: str, street: str, number: str) -> str:
        if named or self.streets is None:
            return named
        found = self.streets.district(street, number)
        if not found:
            self.notes.streets[street] += 1
        return found


def _postal(postcode: str, place: str) -> tuple[str, str]:
    """Postcode and place, as a spreadsheet or another column may have changed them."""
    if len(postcode) == 5 and postcode.isdigit():
        return postcode, place
    if not postcode and (match := _PLACE.match(place)):
        postcode, place = match[1], match[2]
    postcode = postcode.removesuffix(".0").removeprefix("D-").strip()
    return postcode.zfill(5) if postcode.isdigit() and len(postcode) == 4 else postcode, place


def _names(get: Callable[[str], str]) -> tuple[str, str]:
    """Last and first name, from two columns or from one that says `Name, Vorname`."""
    last, first = get("last_name"), get("first_name")
    if not last and not first:
        last, _, first = (part.strip() for part in get("full_name").partition(","))
    return name_case(last), name_case(first)
