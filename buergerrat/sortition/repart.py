"""The waiting rows of an extract in other age bands and districts. Pure: no Flask, no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from buergerrat.sortition.rows import PERSON_FIELDS, Refusal, Row
from buergerrat.sortition.spool import Spooled
from buergerrat.sortition.strata import AgeBand, band_of

_NUMBERS = ("age_low", "age_high")


def repart(
    people: Iterable[Spooled], bands: Sequence[AgeBand], names: Mapping[str, str]
) -> Iterator[Row | Refusal]:
    """Everybody in the age band that now holds both ends of their age, districts renamed.

    Whose ends lie in two bands is doubtful, as when the register is read with these bands.
    """
    for number, person in enumerate(people):
        band = band_of(int(person.get("age_low")), int(person.get("age_high")), bands)
        if band is None:
            yield Refusal(number, "doubtful")
            continue
        cells = {name: person.get(name) for name in PERSON_FIELDS}
        changed = {"age_band": band.key, "district": names.get(person.district, person.district)}
        ages = {name: int(cells[name]) for name in _NUMBERS}
        told = {**cells, **changed, **ages}
        yield Row(**told, household=person.household, line=number)  # type: ignore[arg-type]


def renamed(known: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """What a cell of the file stands for, after districts got other names.

    `known`: cell → name so far, `names`: name so far → new name.
    """
    return {**{cell: names.get(name, name) for cell, name in known.items()}, **names}
