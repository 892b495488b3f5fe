"""Strata of the invitation draw: sex × age band × district."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

SEX_LABELS: dict[str, str] = {
    "female": "Frauen",
    "male": "Männer",
    "diverse": "divers",
    "unspecified": "ohne Angabe",
}
_SEX_ORDER = {sex: place for place, sex in enumerate(["", *SEX_LABELS])}


class BandError(ValueError):
    """Bounds of age bands that make no sense; the text is a sentence for the page."""


@dataclass(frozen=True, slots=True, order=True)
class AgeBand:
    """Ages from `low` to `high`, both included, in years; `high` None means no end."""

    low: int
    high: int | None

    @property
    def key(self) -> str:
        return f"{self.low}+" if self.high is None else f"{self.low}-{self.high}"

    @property
    def label(self) -> str:
        return age_band_label(self.key)

    def holds(self, age: int) -> bool:
        return self.low <= age and (self.high is None or age <= self.high)


class HasStratum(Protocol):
    """What a row must know to be put into a stratum."""

    @property
    def sex(self) -> str: ...
    @property
    def age_band(self) -> str: ...
    @property
    def district(self) -> str: ...


class Stratum(NamedTuple):
    """One cell of the plan. Few people are `diverse` or `unspecified`, so each of the two is
    one stratum over all ages and districts; cut smaller, rounding would leave them no letter.
    What a plan does not part by is empty."""

    sex: str
    age_band: str
    district: str

    @property
    def text(self) -> str:
        return "|".join(self)

    @classmethod
    def parse(cls, text: str) -> "Stratum":
        sex, age_band, district = text.split("|", 2)
        return cls(sex, age_band, district)

    @property
    def label(self) -> str:
        if not self.age_band:
            return f"{SEX_LABELS[self.sex]}, alle Altersgruppen"
        parts = [SEX_LABELS.get(self.sex, ""), age_band_label(self.age_band), self.district]
        return ", ".join(filter(None, parts))

    @property
    def is_small_group(self) -> bool:
        return self.sex in ("diverse", "unspecified")


def age_band_label(key: str) -> str:
    """`16-29` → `16–29 Jahre`, `65+` → `ab 65 Jahren`."""
    if key.endswith("+"):
        return f"ab {key[:-1]} Jahren"
    return f"{key.replace('-', '–')} Jahre"


def bands_from_bounds(bounds: Sequence[int]) -> tuple[AgeBand, ...]:
    """`[16, 30, 45, 65]` → 16–29, 30–44, 45–64, from 65 on."""
    ends = [low - 1 for low in bounds[1:]]
    return tuple(AgeBand(low, high) for low, high in zip(bounds, [*ends, None], strict=True))


def parse_bounds(text: str, *, min_age: int | None = None) -> tuple[int, ...]:
    """Bounds as typed, separated by commas or blanks. Raises `BandError`."""
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    if not words or not all(word.isdigit() for word in words):
        raise BandError(
            "Bitte geben Sie ganze Zahlen mit Komma dazwischen an, zum Beispiel 16, 30, 45, 65."
        )
    bounds = tuple(int(word) for word in words)
    if any(low >= high for low, high in itertools.pairwise(bounds)) or bounds[-1] > 120:
        raise BandError("Jede Altersgruppe muss älter beginnen als die davor, spätestens mit 120.")
    if min_age is not None and bounds[0] != min_age:
        raise BandError(
            f"Die erste Altersgruppe muss beim Mindestalter von {min_age} Jahren beginnen."
        )
    return bounds


def band_of(low: int, high: int, bands: Iterable[AgeBand]) -> AgeBand | None:
    """The one band that holds both ends of an age; None if there is none."""
    return next((band for band in bands if band.holds(low) and band.holds(high)), None)


def stratum_of(row: HasStratum) -> Stratum:
    if row.sex not in ("female", "male"):
        return Stratum(row.sex, "", "")
    return Stratum(row.sex, row.age_band, row.district)


def stratum_order(stratum: Stratum) -> tuple[str, int, int]:
    """District, then sex, then age; the small groups at the end."""
    low = int(re.match(r"\d*", stratum.age_band)[0] or 0)  # type: ignore[index]
    district = "\U0010ffff" if stratum.is_small_group else stratum.district
    return district, _SEX_ORDER[stratum.sex], low


def sort_strata(strata: Iterable[Stratum]) -> list[Stratum]:
    return sorted(strata, key=stratum_order)


def count_strata(rows: Iterable[HasStratum]) -> dict[Stratum, int]:
    """People per stratum, in the order of the page."""
    counts = Counter(map(stratum_of, rows))
    return {stratum: counts[stratum] for stratum in sort_strata(counts)}
