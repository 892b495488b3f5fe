"""Which seats a plan of letters has to fill, and with how many letters it would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.features import sex_value
from buergerrat.sortition.planning import PlanError, expected_total
from buergerrat.sortition.services import quotas
from buergerrat.sortition.services.plan import Plan, arrange

SEARCHED, FARTHEST = 4_000, 20
"""Letters up to which the page looks for a plan that would be enough, and up to how many times."""


@dataclass(frozen=True)
class Needs:
    """Seats per (feature, value): what stored quotas ask for at least, else the share rounded up."""

    seats: Mapping[tuple[str, str], int]

    def of(self, feature: str, value: str) -> int | None:
        return self.seats.get((feature, value))


def needs_of(assembly: Assembly) -> Needs:
    found = {(q.feature, q.value): q.min for q in quotas.stored(assembly)}
    asked = {feature for feature, _value in found}
    shares = quotas.population(assembly)
    for feature in quotas.features_of(assembly):
        for value, _label in feature.values:
            share = shares.get(feature.key, {}).get(value)
            if feature.key not in asked and share is not None:
                free = value in feature.open_values
                found[feature.key, value] = 0 if free else ceil(share * assembly.seats - 1e-9)
    return Needs(found)


def enough(plan: Plan, needs: Needs) -> int | None:
    """About the smallest number of letters that fills all needs in 19 of 20 cases, in round steps.

    None when the plan is enough or large already, or when no number of letters would do.
    """
    start, most = plan.choice.letters_total, sum(plan.people.values())
    if start > SEARCHED or _fills(plan, needs):
        return None
    step = 10 if start < 500 else 50
    low, high = start // step, start // step
    while not _fills_with(plan, needs, high * step):
        low, high = high, min(2 * high + 1, most // step)
        if high <= low or high * step > FARTHEST * start:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _fills_with(plan, needs, middle * step) else (middle, high)
    return high * step


def _fills_with(plan: Plan, needs: Needs, letters: int) -> bool:
    choice = replace(plan.choice, letters_total=letters)
    try:
        return _fills(arrange(plan.people, plan.population, choice), needs)
    except PlanError:
        return False


def _fills(plan: Plan, needs: Needs) -> bool:
    rates = plan.rates
    for (feature, value), seats in needs.seats.items():
        if feature not in ("sex", "age_band", "district") or not seats:
            continue
        part = {
            s: n
            for s, n in plan.letters.items()
            if (sex_value(s.sex) if feature == "sex" else getattr(s, feature)) == value
        }
        if part and expected_total(part, rates).low < seats:
            return False
    return True
