"""The small pools of the brute-force tests with what the product says of them, each once."""

from collections import defaultdict
from fractions import Fraction
from functools import cache

from exact import ZERO, Case, leximin, random_case, relaxed_lowest
from lottery_cases import SEED

from buergerrat.sortition.panels import Lottery, NoPanel, build
from buergerrat.sortition.pool import Person, Quota
from buergerrat.sortition.quotas import Check, check

LISTS = 100
POOLS = 400

case = cache(random_case)


@cache
def drawn(number: int) -> Lottery | None:
    """The lottery of a pool; None where the product says there is none."""
    pool = case(number)
    try:
        return build(pool.people, pool.quotas, pool.seats, SEED, panels=LISTS)
    except NoPanel:
        return None


@cache
def fairest(number: int) -> dict[str, Fraction]:
    """Everybody's exact leximin chance; 0 for people on no panel."""
    pool = case(number)
    return {person.id: ZERO for person in pool.people} | leximin(pool.panels)


@cache
def checked(number: int) -> Check:
    pool = case(number)
    return check(pool.people, pool.quotas, pool.seats)


def drawable(numbers: range) -> list[tuple[int, Case, Lottery]]:
    """The pools that have a panel, with their lottery."""
    found = []
    for number in numbers:
        lottery = drawn(number)
        if lottery is not None:
            found.append((number, case(number), lottery))
    return found


def tight(number: int) -> bool:
    """Whether half seats promise no more to the worst off than whole panels keep."""
    pool = case(number)
    without = [person.id for person in pool.people if person.id not in pool.inside]
    lowest = min(fairest(number)[one] for one in pool.inside)
    return relaxed_lowest(pool.people, pool.quotas, pool.seats, without) == lowest


def classes(people: list[Person], quotas: list[Quota]) -> dict[object, list[str]]:
    """People alike in their quotas who live with people who are alike in theirs."""
    counted = {(quota.feature, quota.value) for quota in quotas}
    kinds = {one.id: tuple(sorted(counted & set(one.features.items()))) for one in people}
    groups: dict[object, list[str]] = defaultdict(list)
    for person in people:
        home = person.household
        others = [p for p in people if home is not None and p.household == home and p != person]
        groups[kinds[person.id], tuple(sorted(kinds[p.id] for p in others))].append(person.id)
    return groups
