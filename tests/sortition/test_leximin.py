from fractions import Fraction

import pytest
from hypothesis import given, settings
from lottery_cases import SEED, all_panels, best_lowest_chance, small_pools, town_pool

from buergerrat.sortition.leximin import Certificate, relaxed
from buergerrat.sortition.panels import build
from buergerrat.sortition.pool import Person, Quota, make_pool

Case = tuple[list[Person], list[Quota], int]


def weights(
    people: list[Person], quotas: list[Quota], proof: Certificate, without: tuple[str, ...]
) -> list[Fraction]:
    """Each person's weight, added up by hand from the published multipliers."""
    found = []
    for person in people:
        if person.id in without:
            continue
        home = person.household if person.household is not None else f"\0{person.id}"
        weight = proof.seats + proof.households.get(home, Fraction(0))
        for quota, low, high in zip(quotas, proof.minimum, proof.maximum, strict=True):
            if person.features.get(quota.feature) == quota.value:
                weight += high - low
        found.append(weight)
    return found


def proves(
    people: list[Person],
    quotas: list[Quota],
    seats: int,
    proof: Certificate,
    without: tuple[str, ...] = (),
) -> bool:
    """Check a certificate by addition alone."""
    each = weights(people, quotas, proof, without)
    right = proof.seats * seats + sum(proof.households.values(), Fraction(0))
    for quota, low, high in zip(quotas, proof.minimum, proof.maximum, strict=True):
        right += high * quota.max - low * quota.min
    signs = [*each, *proof.minimum, *proof.maximum, *proof.households.values()]
    return min(signs) >= 0 and right == proof.right and sum(each) == proof.total


@settings(deadline=None, max_examples=60)
@given(small_pools())
def test_the_lowest_chance_is_the_best_there_is(case: Case) -> None:
    people, quotas, seats = case
    panels = all_panels(people, quotas, seats)
    if not panels:
        return
    lottery = build(people, quotas, seats, SEED, panels=100)
    inside = {one for panel in panels for one in panel}
    assert set(lottery.excluded) == {person.id for person in people} - inside
    best = best_lowest_chance(panels)
    assert min(lottery.target[one] for one in inside) == pytest.approx(best, abs=1e-5)
    assert float(lottery.bound) >= best - 1e-9
    assert proves(people, quotas, seats, lottery.certificate, lottery.excluded)
    if lottery.attained:
        assert float(lottery.bound) == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("number", [27, 60])
def test_the_bound_of_a_town_is_proven_and_met(number: int) -> None:
    people, quotas = town_pool(number, 16)
    lottery = build(people, quotas, 16, SEED)
    assert proves(people, quotas, 16, lottery.certificate, lottery.excluded)
    assert lottery.lowest <= lottery.bound
    if lottery.attained:
        assert float(lottery.bound - lottery.lowest) <= 0.002


def test_without_quotas_everybody_has_the_same_chance() -> None:
    people = [Person(str(number), {}) for number in range(8)]
    found = relaxed(make_pool(people, [], 2))
    assert found.certificate.bound == Fraction(1, 4)
    assert found.chances == pytest.approx([0.25])


def test_a_rare_group_bounds_the_others_not_itself() -> None:
    people = [Person(str(n), {"A": "rar" if n < 2 else "viele"}) for n in range(12)]
    quotas = [Quota("A", "rar", 1, 1), Quota("A", "viele", 3, 3)]
    found = relaxed(make_pool(people, quotas, 4))
    assert found.certificate.bound == Fraction(3, 10)
    assert sorted(found.chances) == pytest.approx([0.3, 0.5])


def test_a_large_household_shares_one_seat() -> None:
    people = [Person(str(n), {}, "heim" if n < 4 else None) for n in range(8)]
    found = relaxed(make_pool(people, [], 4))
    assert found.certificate.bound == Fraction(1, 4)
    assert sorted(found.chances) == pytest.approx([0.25, 0.75])
