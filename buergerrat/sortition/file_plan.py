"""The plan of an invitation draw on files: a JSON file, read and refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

from .households import HOUSEHOLD_RULES
from .planning import METHODS, PlanError, plan_letters
from .rows import Row
from .strata import AgeBand, Stratum, bands_from_bounds, sort_strata

OTHER = "übrige"
"""The district of those whose own is not named in the plan."""

_KEYS = {
    "assembly", "draw_id", "reference_date", "min_age", "strata", "letters", "method",
    "response_rate", "minimum", "household_rule",
}  # fmt: skip
_STRATA = {"age_bands", "districts", "sexes"}


@dataclass(frozen=True)
class FilePlan:
    """What is drawn. `letters`: in all, or per name of a stratum (`female|16-29|Kernstadt`).

    `districts`: True as in the file, False not at all, else those that count by themselves.
    `household_rule`: a key of `HOUSEHOLD_RULES`, or None.
    """

    assembly: str
    draw_id: str
    reference_date: date
    min_age: int
    bands: tuple[AgeBand, ...]
    districts: bool | tuple[str, ...]
    sexes: bool
    letters: int | Mapping[str, int]
    method: str
    response_rate: float
    minimum: int
    household_rule: str | None

    def stratum(self, row: Row) -> Stratum:
        """The stratum of an accepted row."""
        if self.sexes and row.sex not in ("female", "male"):
            return Stratum(row.sex, "", "")
        district = row.district if self.districts is not False else ""
        if isinstance(self.districts, tuple) and district not in self.districts:
            district = OTHER
        return Stratum(row.sex if self.sexes else "", row.age_band, district)

    def letters_for(self, people: Mapping[Stratum, int]) -> dict[Stratum, int]:
        """Letters per stratum. Raises PlanError where the pool has not enough people."""
        if isinstance(self.letters, int):
            return plan_letters(people, self.letters, self.method, self.response_rate, self.minimum)
        names = {stratum.text: stratum for stratum in sort_strata(people)}
        for name, count in self.letters.items():
            there = people[names[name]] if name in names else 0
            if count > there:
                raise PlanError(f"Gruppe „{name}“: {count} Briefe, im Lostopf {there} Personen.")
        return {stratum: self.letters.get(name, 0) for name, stratum in names.items()}


def read_plan(data: bytes) -> FilePlan:
    """Read a plan. Raises PlanError with a sentence."""
    try:
        plan = json.loads(normalize("NFC", data.decode("utf-8-sig")))
    except (ValueError, RecursionError) as error:
        raise PlanError("Der Plan ist keine JSON-Datei in UTF-8.") from error
    if not isinstance(plan, dict) or not isinstance(plan.get("strata", {}), dict):
        raise PlanError("Der Plan muss ein JSON-Objekt sein, „strata“ darin auch.")
    strata = plan.get("strata", {})
    if unknown := sorted((set(plan) - _KEYS) | (set(strata) - _STRATA)):
        raise PlanError(f"Diese Angabe im Plan gibt es nicht: {', '.join(unknown)}.")
    min_age = _whole(plan.get("min_age", 16), "min_age", 0, 120)
    return FilePlan(
        assembly=_text(plan.get("assembly", "Bürgerrat"), "assembly"),
        draw_id=_text(plan.get("draw_id", "einladung-1"), "draw_id"),
        reference_date=_date(plan.get("reference_date")),
        min_age=min_age,
        bands=_bands(strata.get("age_bands", [min_age]), min_age),
        districts=_districts(strata.get("districts", True)),
        sexes=_flag(strata.get("sexes", True), "sexes"),
        letters=_letters(plan.get("letters")),
        method=_one_of(plan.get("method", "proportional"), "method", METHODS),
        response_rate=_rate(plan.get("response_rate", 0.05)),
        minimum=_whole(plan.get("minimum", 1), "minimum", 0, 10**7),
        household_rule=_household(plan.get("household_rule", "address_and_surname")),
    )


def _text(value: Any, name: str) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not 1 <= len(text) <= 200 or not text.isprintable():
        raise PlanError(f"„{name}“ im Plan muss ein Text mit 1 bis 200 Zeichen sein.")
    return text


def _whole(value: Any, name: str, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise PlanError(f"„{name}“ im Plan muss eine ganze Zahl von {low} bis {high} sein.")
    return int(value)


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise PlanError(f"„{name}“ im Plan muss true oder false sein.")
    return value


def _one_of(value: Any, name: str, known: Mapping[str, str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise PlanError(f"„{name}“ im Plan muss eines davon sein: {', '.join(known)}.")
    return value


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise PlanError("„reference_date“ im Plan braucht die Form 2026-11-01.") from error


def _bands(value: Any, min_age: int) -> tuple[AgeBand, ...]:
    good = isinstance(value, list) and all(type(bound) is int and bound <= 120 for bound in value)
    if not good or not value or value != sorted(set(value)) or value[0] != min_age:
        raise PlanError(
            f"„age_bands“ im Plan muss beim Mindestalter {min_age} beginnen und steigen, zum "
            f"Beispiel [{min_age}, 30, 45, 65]."
        )
    return bands_from_bounds(value)


def _districts(value: Any) -> bool | tuple[str, ...]:
    if isinstance(value, list) and value:
        return tuple(_text(name, "districts") for name in value)
    return _flag(value, "districts")


def _rate(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise PlanError("„response_rate“ im Plan muss über 0 und höchstens 1 sein.")
    return float(value)


def _letters(value: Any) -> int | dict[str, int]:
    if isinstance(value, dict) and value:
        return {name: _whole(count, name, 0, 10**7) for name, count in value.items()}
    return _whole(value, "letters", 1, 10**7)


def _household(value: Any) -> str | None:
    return None if value is None else _one_of(value, "household_rule", HOUSEHOLD_RULES)
