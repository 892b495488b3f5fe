"""How many people have which value of a feature, from a table of sums. Pure.

Census figures carry noise: the parts need not add up to the total, and small cells are kept
secret. Shares are taken of the parts that are known, and what that leaves open is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from buergerrat.german import count
from buergerrat.sortition.amounts import OLDEST, ages, value_key
from buergerrat.sortition.features import Feature
from buergerrat.sortition.strata import AgeBand, Stratum
from buergerrat.sortition.sum_tables import FEATURES, TOTAL, Record, SumsError, SumTable

MAX_NAME = 60
"""Characters of a district's name: with sex and age band it must fit one stored value."""
ROUNDING = 0.005
"""Shares of one feature may add up to this much more than one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a feature: how many people, where the source counts, and their share (0–1)."""

    value: str
    people: int | None
    share: float


@dataclass
class Margin:
    """All known parts of one feature; `notes` say what the source leaves open."""

    feature: str
    parts: list[Part]
    notes: list[str] = field(default_factory=list)


@dataclass
class Sums:
    """What a file says: margins by feature, people per stratum where it crosses sex and age."""

    margins: dict[str, Margin]
    strata: dict[Stratum, int]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Frame:
    """What the values mean here: the assembly's age bands and the districts of its extract."""

    bands: Sequence[AgeBand]
    districts: Sequence[str]
    features: Sequence[Feature]


def spread(low: int, high: int | None, bands: Sequence[AgeBand]) -> tuple[dict[str, float], bool]:
    """Shares of an age group that fall into our bands, and whether the group had to be cut.

    Cut groups are spread evenly over their years, open ones up to 89. Years below the first band
    belong to nobody, so the shares add up to less than one.
    """
    last = max(low, OLDEST) if high is None else high
    years = last - low + 1
    found: dict[str, float] = {}
    for band in bands:
        top = max(last, OLDEST) if band.high is None else band.high
        common = min(last, top) - max(low, band.low) + 1
        if common > 0:
            found[band.key] = common / years
    whole = not found or (len(found) == 1 and next(iter(found.values())) == 1)
    return found, not whole


def read_sums(table: SumTable, frame: Frame) -> Sums:
    """Margins and strata of a table. Raises `SumsError` where no value is recognised."""
    reader = _Reader(frame)
    known = {f: [r for r in table.records if f in r.values] for f in table.features}
    margins: dict[str, Margin] = {}
    for feature in table.features:
        found = reader.margin(feature, known[feature], table.percent)
        if found.parts:
            margins[found.feature] = found
    if not margins:
        raise SumsError(
            "Wir erkennen die Werte in der Datei nicht. Nennen Sie zum Beispiel „weiblich“ und "
            "„männlich“, „16-29“, „Abitur“ oder die Ortsteile so wie im Melderegister."
        )
    strata = {} if table.percent else reader.strata(table.records)
    notes = [f"Nicht gebraucht und nicht gelesen: {', '.join(table.ignored[:8])}."]
    return Sums(margins, strata, notes if table.ignored else [])


class _Reader:
    """Turns cells into our values; remembers what it could not place and what it had to cut."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.places = {name.casefold(): name for name in frame.districts}

    def values(self, feature: str, cell: str) -> tuple[dict[str, float], bool]:
        """Our values for one cell with the share of each, and whether it was cut."""
        if feature == "age":
            found = ages(cell)
            return spread(*found, self.frame.bands) if found else ({}, False)
        if feature == "district":
            name = self.places.get(cell.casefold(), cell)
            return ({name: 1.0} if len(name) <= MAX_NAME else {}), False
        key = value_key(feature, cell)
        return ({key: 1.0} if key else {}), False

    def old_enough(self, record: Record) -> float:
        """The share of a record's people who are in one of our age bands, as far as it tells."""
        found = ages(record.values.get("age", ""))
        return sum(spread(*found, self.frame.bands)[0].values()) if found else 1.0

    def margin(self, feature: str, records: Sequence[Record], percent: bool) -> Margin:
        """The parts of one feature, summed over all others."""
        rows, total = _along(feature, records)
        sums: defaultdict[str, float] = defaultdict(float)
        unknown: dict[str, None] = {}
        secret: dict[str, None] = {}
        cut: dict[str, None] = {}
        for record in rows:
            cell = record.values[feature]
            found, was_cut = self.values(feature, cell)
            young = feature == "age" and ages(cell) is not None
            if not found and not young:
                unknown[cell] = None
            elif record.number is None:
                secret[cell] = None
            old_enough = 1.0 if feature == "age" else self.old_enough(record)
            for value, share in found.items():
                if record.number is not None and old_enough:
                    sums[_joined(feature, value)] += record.number * share * old_enough
            if was_cut and record.number:
                cut[cell] = None
        margin = Margin("age_band" if feature == "age" else feature, [])
        margin.parts = _parts(self._ordered(margin.feature, sums), percent)
        margin.notes = list(
            _notes(
                secret,
                unknown,
                cut,
                None if percent or cut or feature == "age" else total,
                sum(sums.values()),
            )
        )
        return margin

    def _ordered(self, feature: str, sums: Mapping[str, float]) -> dict[str, float]:
        """In the order of the feature's values; districts by name, new ones behind."""
        order = {f.key: [key for key, _ in f.values] for f in self.frame.features}.get(feature, [])
        keys = [key for key in order if key in sums]
        return {key: sums[key] for key in [*keys, *sorted(set(sums) - set(keys))]}

    def strata(self, records: Sequence[Record]) -> dict[Stratum, int]:
        """People per stratum where every record crosses sex and age, and no cell is a sum."""
        sums: defaultdict[Stratum, float] = defaultdict(float)
        for record in records:
            if not {"sex", "age"} <= record.values.keys() or TOTAL in record.values.values():
                continue
            if record.number is None:
                continue
            places, _ = self.values("district", record.values.get("district", ""))
            bands, _ = self.values("age", record.values["age"])
            for sex in self.values("sex", record.values["sex"])[0]:
                for band, share in bands.items():
                    for place in places:
                        named = sex in ("female", "male")
                        stratum = Stratum(sex, band if named else "", place if named else "")
                        sums[stratum] += record.number * share
        return {stratum: round(people) for stratum, people in sums.items()}


def _joined(feature: str, value: str) -> str:
    """`unspecified` and `diverse` are one value of a panel's features."""
    return "diverse" if feature == "sex" and value == "unspecified" else value


def _along(feature: str, records: Sequence[Record]) -> tuple[list[Record], float | None]:
    """The records that part by `feature` and add up to everybody once; and the total, if named."""
    wholes = [
        r.number
        for r in records
        if all(value == TOTAL for value in r.values.values()) and r.number is not None
    ]
    parted = [r for r in records if r.values[feature] != TOTAL]
    fine = [r for r in parted if TOTAL not in r.values.values()]
    return (fine or parted), (wholes[0] if wholes else None)


def _parts(sums: Mapping[str, float], percent: bool) -> list[Part]:
    whole = sum(sums.values())
    if whole <= 0:
        return []
    if not percent:
        return [Part(value, round(n), n / whole) for value, n in sums.items()]
    unit = 1.0 if whole <= 1 + ROUNDING else 100.0
    if whole > unit * (1 + ROUNDING):
        unit = whole
    return [Part(value, None, min(1.0, n / unit)) for value, n in sums.items()]


def _notes(
    secret: Mapping[str, None],
    unknown: Mapping[str, None],
    cut: Mapping[str, None],
    total: float | None,
    known: float,
) -> Iterable[str]:
    if secret:
        yield f"Ohne Angabe in der Quelle: {_listed(secret)}. Die Anteile gelten für den Rest."
    if unknown:
        yield f"Nicht erkannt und nicht gezählt: {_listed(unknown)}."
    if cut:
        yield f"Auf unsere Altersgruppen nach Jahren verteilt: {_listed(cut)}."
    if total is not None and not secret and not unknown and round(total) != round(known):
        yield (
            f"Die Teile ergeben {count(round(known))}, die Summe in der Quelle {count(round(total))}. Bei "
            "Zensuszahlen ist das üblich."
        )


def _listed(words: Iterable[str]) -> str:
    every = list(words)
    return ", ".join(every[:5]) + (f" und {len(every) - 5} weitere" if len(every) > 5 else "")


def scaled(
    counts: Mapping[Stratum, int], population: Mapping[Stratum, int]
) -> dict[Stratum, float]:
    """People to plan by: those of the sums; where these are silent, the extract's in proportion.

    The extract may be a sample the registry drew; so its numbers are stretched to the scale of
    the sums before the two stand side by side.
    """
    both = [s for s in counts if s in population]
    of_counts, of_sums = sum(counts[s] for s in both), sum(population[s] for s in both)
    stretch = of_sums / of_counts if of_counts and of_sums else 1.0
    return {s: float(population.get(s, counts[s] * stretch)) for s in counts}


__all__ = ["FEATURES", "Frame", "Margin", "Part", "Sums", "read_sums", "scaled", "spread"]
