"""What earlier assemblies tell about how many answer: counts by sex and age band. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from buergerrat.sortition.planning import DEFAULT_RATE

FEWEST = 5
"""Letters of a cell below which it says nothing and would say too much about single people."""
PULL = 20
"""So many letters at the overall rate are added to every cell: small ones lean on the whole."""
LOWEST = 0.001


@dataclass(frozen=True)
class Earlier:
    """Rates of yes per letter, 0–1: overall, and by `sex|age band`."""

    overall: float
    rates: dict[str, float]
    letters: int
    yes: int


def rates_from(cells: Iterable[Mapping[str, Any]]) -> Earlier | None:
    """Rates of all cells together; None without any letter.

    cells: `{"sex", "age_band", "letters", "returned", "yes"}`. A letter that came back counts as
    one that brought no reply: the next plan will lose some too.
    """
    sums: dict[str, tuple[int, int]] = {}
    for cell in cells:
        if cell["letters"] >= FEWEST:
            key = f"{cell['sex']}|{cell['age_band']}"
            letters, yes = sums.get(key, (0, 0))
            sums[key] = letters + cell["letters"], yes + cell["yes"]
    letters = sum(n for n, _ in sums.values())
    yes = sum(n for _, n in sums.values())
    if not letters:
        return None
    overall = _rounded(yes / letters) if yes else DEFAULT_RATE
    rates = {
        key: _rounded((told + PULL * overall) / (sent + PULL)) for key, (sent, told) in sums.items()
    }
    return Earlier(overall, rates, letters, yes)


def _rounded(rate: float) -> float:
    return min(1.0, max(LOWEST, round(rate, 3)))
