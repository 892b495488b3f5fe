"""What differs from Land to Land: public notice, visits at the door, holidays.

Only Baden-Württemberg has a law on assemblies drawn by lot (Gesetz über die dialogische
Bürgerbeteiligung, 4 February 2021): topic, intent and format are made public at least three weeks
before people are invited (§ 2 (4)). The Servicestelle Bürgerbeteiligung Baden-Württemberg
(2 September 2024) holds visits at the door inadmissible there: people are contacted in writing
only. No public statement of another Land is known to us; there the town's data protection officer
decides, and the visits are off until the mandate switches them on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import holidays

from buergerrat.assemblies.models import Assembly


@dataclass(frozen=True)
class Land:
    """`prefix`: first two digits of the AGS. `notice_weeks`: public notice before the letters, 0
    where no law asks for one. `door_visits`: `no` or `ask`."""

    code: str
    prefix: str
    name: str
    notice_weeks: int = 0
    door_visits: str = "ask"
    goal_text: str = ""


_BW_GOAL = (
    "Ziel der Losung ist Vielfalt, nicht Repräsentativität: Menschen mit möglichst "
    "verschiedenen Erfahrungen beraten miteinander."
)
_NAMES = (
    ("SH", "01", "Schleswig-Holstein"),
    ("HH", "02", "Hamburg"),
    ("NI", "03", "Niedersachsen"),
    ("HB", "04", "Bremen"),
    ("NW", "05", "Nordrhein-Westfalen"),
    ("HE", "06", "Hessen"),
    ("RP", "07", "Rheinland-Pfalz"),
    ("BW", "08", "Baden-Württemberg"),
    ("BY", "09", "Bayern"),
    ("SL", "10", "Saarland"),
    ("BE", "11", "Berlin"),
    ("BB", "12", "Brandenburg"),
    ("MV", "13", "Mecklenburg-Vorpommern"),
    ("SN", "14", "Sachsen"),
    ("ST", "15", "Sachsen-Anhalt"),
    ("TH", "16", "Thüringen"),
)


def _land(code: str, prefix: str, name: str) -> Land:
    if code == "BW":
        return Land(code, prefix, name, notice_weeks=3, door_visits="no", goal_text=_BW_GOAL)
    return Land(code, prefix, name)


LAENDER: Mapping[str, Land] = {row[0]: _land(*row) for row in _NAMES}
BY_PREFIX: Mapping[str, Land] = {land.prefix: land for land in LAENDER.values()}
UNKNOWN = Land("", "", "")
"""A town that has not said where it lies: only the holidays that hold everywhere."""


def land_of_ags(ags: str) -> Land:
    """The Land of an official municipality key; `UNKNOWN` where it names none."""
    return BY_PREFIX.get(ags[:2], UNKNOWN)


def land_of(assembly: Assembly) -> Land:
    """The Land of the mandate, else the one the town's AGS names."""
    return LAENDER.get(assembly.land) or land_of_ags(assembly.municipality.ags or "")


def visits_allowed(assembly: Assembly) -> bool:
    """Whether people may be visited at the door: switched on, and not forbidden in the Land."""
    return assembly.door_visits and land_of(assembly).door_visits != "no"


@cache
def _holidays(code: str, year: int) -> dict[dt.date, str]:
    table = holidays.country_holidays("DE", subdiv=code or None, years=year, language="de")
    return {day: str(name) for day, name in table.items()}


def holiday(code: str, day: dt.date) -> str:
    """Name of the public holiday in this Land, or nothing. Part-of-the-Land ones do not count."""
    return _holidays(code, day.year).get(day, "")


def day_off(code: str, day: dt.date) -> str:
    """Why nobody works in the town hall: weekend, holiday, Christmas Eve, New Year's Eve."""
    if name := holiday(code, day):
        return name
    if (day.month, day.day) == (12, 24):
        return "Heiligabend"
    if (day.month, day.day) == (12, 31):
        return "Silvester"
    return {5: "Samstag", 6: "Sonntag"}.get(day.weekday(), "")


def working_day(code: str, day: dt.date, step: int = 1) -> dt.date:
    """The day itself or the nearest working day after it (`step` 1) or before it (-1)."""
    while day_off(code, day):
        day += dt.timedelta(days=step)
    return day
