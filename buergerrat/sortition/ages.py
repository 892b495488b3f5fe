"""Ages from what a register says about a birth, never inventing a date.

An incomplete date stays an interval. Its two ends give the youngest and the oldest age the
person can have on the reference date; whoever decides later tests both ends.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

OLDEST = 120
"""Ages above this are taken for a misread cell."""

EXCEL_EPOCH = date(1899, 12, 30)
_UNKNOWN = frozenset({"0", "00", "0000", "x", "xx", "xxxx", "?", "??"})
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_DMY = re.compile(r"([\dXx?]{1,2})[./-]([\dXx?]{1,2})[./-](\d{4})$")
_YMD = re.compile(r"(\d{4})[./-]([\dXx?]{1,2})[./-]([\dXx?]{1,2})$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_YEAR = re.compile(r"(\d{4})$")
_EXCEL = re.compile(r"(\d{5})(\.0+)?$")
_SHORT = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2})$")
_WORDED = re.compile(r"(?:(\d{1,2})[. -]+)?([A-Za-zäÄ]{3,9})[. -]+(\d{4}|\d{2})$")
_MONTHS = {
    word: str(number)
    for number, words in enumerate(
        (
            "jan januar jän jänner",
            "feb februar",
            "mrz mär märz maer maerz mar",
            "apr april",
            "mai may",
            "jun juni",
            "jul juli",
            "aug august",
            "sep sept september",
            "okt oktober oct",
            "nov november",
            "dez dezember dec",
        ),
        start=1,
    )
    for word in words.split()
}
_AGE = re.compile(r"(\d{1,3})(?:\.0)?(?:\s*(?:J|J\.|Jahre?))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Birth:
    """The days between which a person was born, both included."""

    earliest: date
    latest: date


@lru_cache(maxsize=65536)
def parse_birth(text: str, today: date | None = None) -> Birth | None:
    """Read one birth cell: a full date, a date with unknown parts, or a year.

    A year of two digits needs `today`: it is read only as far as it can be told. Where two
    centuries are left (a child or somebody over a hundred) the interval spans both.
    Returns None where nothing certain can be said (empty, `0000-00-00`, an impossible day).
    """
    cell = _TIME.sub("", text.strip())
    if match := _DMY.match(cell):
        return _interval(match[3], match[2], match[1])
    if match := _YMD.match(cell) or _COMPACT.match(cell):
        return _interval(match[1], match[2], match[3])
    if match := _YEAR.match(cell):
        return _interval(match[1], "0", "0")
    if match := _EXCEL.match(cell):
        day = EXCEL_EPOCH + timedelta(days=int(match[1]))
        return Birth(day, day)
    if match := _SHORT.match(cell):
        return _century(match[3], match[2], match[1], today)
    if match := _WORDED.match(cell):
        month = _MONTHS.get(match[2].lower())
        if month is None:
            return None
        read = _interval if len(match[3]) == 4 else _century
        return read(match[3], month, match[1] or "0", today)
    return None


def _century(year: str, month: str, day: str, today: date | None) -> Birth | None:
    """A year of two digits: of all centuries those in which a living person can be born."""
    if today is None:
        return None
    found = [_interval(f"{century}{year}", month, day) for century in (18, 19, 20)]
    alive = [
        one
        for one in found
        if one and one.earliest <= today and age_on(one.latest, today) <= OLDEST
    ]
    return Birth(alive[0].earliest, alive[-1].latest) if alive else None


def _interval(year: str, month: str, day: str, _today: date | None = None) -> Birth | None:
    number = int(year)
    if number < 1800:
        return None
    if month.lower() in _UNKNOWN:
        return Birth(date(number, 1, 1), date(number, 12, 31))
    if not month.isdigit() or not 1 <= int(month) <= 12:
        return None
    first = date(number, int(month), 1)
    if day.lower() in _UNKNOWN:
        return Birth(first, _month_end(first))
    if not day.isdigit():
        return None
    try:
        exact = date(number, int(month), int(day))
    except ValueError:
        return None
    return Birth(exact, exact)


def _month_end(first: date) -> date:
    following = first.replace(day=28) + timedelta(days=4)
    return following - timedelta(days=following.day)


def age_on(born: date, day: date) -> int:
    """Completed years of life; somebody born on 29 February is a year older from 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_range(birth: Birth, reference_date: date) -> tuple[int, int]:
    """The youngest and the oldest age in years on the reference date; negative if unborn."""
    return age_on(birth.latest, reference_date), age_on(birth.earliest, reference_date)


def parse_age(text: str) -> int | None:
    """An age cell such as `34` or `34 Jahre`; None if it is no age between 0 and 120."""
    match = _AGE.match(text.strip())
    if not match or int(match[1]) > OLDEST:
        return None
    return int(match[1])
