"""The lottery and the quota check against complete enumeration, on hundreds of small pools.

All panels of a pool are listed and the fairest chances over them are computed in fractions
(exact.py). The product never sees either; what it promises is compared with them.
"""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from brute_cases import LISTS, POOLS, case, checked, classes, drawable, drawn, fairest, tight
from exact import Case, least_change, leximin, proven_bound, relaxed_lowest
from lottery_cases import all_panels

from buergerrat.sortition.pool import Person, Quota

in_parts = pytest.mark.parametrize("numbers", [range(s, s + 80) for s in range(0, POOLS, 80)])


def test_the_pools_hold_what_the_tests_are_about() -> None:
    feasible = [number for number in range(POOLS) if case(number).panels]
    gaps = [number for number in feasible if not tight(number)]
    shared = [
        number
        for number in feasible
        if max(Counter(p.household for p in case(number).people if p.household).values(), default=0)
        > 1
    ]
    assert len(feasible) >= 200
    assert POOLS - len(feasible) >= 60
    assert len(shared) >= 60
    assert len(gaps) >= 8
    assert set(gaps) & set(shared)
    assert sum(len(case(number).inside) < len(case(number).people) for number in feasible) >= 50
    assert sum(len(set(fairest(number).values())) >= 3 for number in feasible) >= 50


@in_parts
def test_a_lottery_exists_exactly_where_a_panel_does(numbers: range) -> None:
    for number in numbers:
        assert (drawn(number) is not None) == bool(case(number).panels), number


@in_parts
def test_every_list_is_one_of_the_panels_there_are(numbers: range) -> None:
    for number, pool, lottery in drawable(numbers):
        assert len(lottery.panels) == LISTS
        assert set(lottery.panels) <= set(pool.panels), number
        on = Counter(one for panel in lottery.panels for one in panel)
        assert lottery.counts == {person.id: on[person.id] for person in pool.people}
        assert sum(lottery.counts.values()) == LISTS * pool.seats


@in_parts
def test_equal_people_differ_by_at_most_one_list(numbers: range) -> None:
    for number, pool, lottery in drawable(numbers):
        for alike in classes(pool.people, pool.quotas).values():
            counts = [lottery.counts[one] for one in alike]
            assert max(counts) - min(counts) <= 1, (number, alike)
            targets = [lottery.target[one] for one in alike]
            assert max(targets) - min(targets) <= 1e-9, (number, alike)


@in_parts
def test_the_aim_is_the_exact_leximin_point(numbers: range) -> None:
    for number, _, lottery in drawable(numbers):
        for one, chance in fairest(number).items():
            assert abs(lottery.target[one] - float(chance)) <= 1e-6, (number, one)


@in_parts
def test_the_lists_come_within_one_and_a_half_of_the_exact_chances(numbers: range) -> None:
    for number, _, lottery in drawable(numbers):
        off = max(
            abs(lottery.counts[one] - LISTS * chance) for one, chance in fairest(number).items()
        )
        assert off <= Fraction(3, 2), number
        assert abs(off / LISTS - lottery.deviation) <= Fraction(2, 10**6), number


@in_parts
def test_no_list_is_fairer_than_leximin(numbers: range) -> None:
    """The sorted chances of any lottery come before the leximin point's, lexicographically."""
    for number, _, lottery in drawable(numbers):
        assert sorted(lottery.chances.values()) <= sorted(fairest(number).values()), number
        assert lottery.lowest <= lottery.bound


@in_parts
def test_who_is_named_as_left_out_is_on_no_panel_and_the_others_are(numbers: range) -> None:
    for number, pool, lottery in drawable(numbers):
        outside = {person.id for person in pool.people} - pool.inside
        assert set(lottery.excluded) == outside, number
        assert {one for group in checked(number).excluded for one in group.ids} == outside, number


@in_parts
def test_the_certificate_proves_its_bound_and_the_bound_is_sharp(numbers: range) -> None:
    for number, pool, lottery in drawable(numbers):
        proof = lottery.certificate
        proven = proven_bound(pool.people, pool.quotas, pool.seats, proof, lottery.excluded)
        assert proven == lottery.bound == proof.bound, number
        best = relaxed_lowest(pool.people, pool.quotas, pool.seats, lottery.excluded)
        lowest = min(fairest(number)[one] for one in pool.inside)
        assert lowest <= best <= proven <= best + Fraction(1, 10**6), number
        if tight(number):
            assert proven == lowest, number


@in_parts
def test_attained_is_said_only_where_the_bound_is_met(numbers: range) -> None:
    for number, _, lottery in drawable(numbers):
        if lottery.attained:
            assert tight(number), number


@in_parts
def test_the_check_finds_a_panel_exactly_where_there_is_one(numbers: range) -> None:
    for number in numbers:
        found = checked(number)
        assert found.feasible == bool(case(number).panels), number
        assert found.feasible == (not found.problems), number


@in_parts
def test_ranges_are_what_the_other_quotas_leave(numbers: range) -> None:
    """Where the others leave nothing, the range is that under the changed quotas."""
    for number in numbers:
        pool, found = case(number), checked(number)
        by_id = {person.id: person for person in pool.people}
        for place, row in enumerate(found.rows):
            for quotas in (pool.quotas, list(found.changed)):
                others = [*quotas[:place], *quotas[place + 1 :]]
                counts = [
                    sum(by_id[one].features[row.quota.feature] == row.quota.value for one in panel)
                    for panel in all_panels(pool.people, others, pool.seats)
                ]
                if counts:
                    assert (row.low, row.high) == (min(counts), max(counts)), (number, row.quota)
                    break
            else:
                assert (row.low, row.high) == (None, None), (number, row.quota)


def sides(pool: Case, kept: tuple[str, ...]) -> list[Quota]:
    """Only these sides of the quotas, the others open."""
    return [
        replace(
            quota,
            min=quota.min if f"{quota.name} mindestens {quota.min}" in kept else 0,
            max=quota.max if f"{quota.name} höchstens {quota.max}" in kept else pool.seats,
        )
        for quota in pool.quotas
    ]


@in_parts
def test_a_conflict_is_one_and_nothing_in_it_can_be_spared(numbers: range) -> None:
    for number in numbers:
        pool, conflict = case(number), checked(number).conflict
        if pool.panels or not all_panels(pool.people, [], pool.seats):
            assert not conflict, number
            continue
        assert conflict, number
        known = {
            text
            for quota in pool.quotas
            for text in (
                f"{quota.name} mindestens {quota.min}",
                f"{quota.name} höchstens {quota.max}",
            )
        }
        assert set(conflict) <= known, number
        assert not all_panels(pool.people, sides(pool, conflict), pool.seats), number
        for spared in conflict:
            rest = tuple(side for side in conflict if side != spared)
            assert all_panels(pool.people, sides(pool, rest), pool.seats), (number, spared)


@in_parts
def test_the_change_of_quotas_helps_and_none_is_smaller(numbers: range) -> None:
    for number in numbers:
        pool, changed = case(number), checked(number).changed
        least = least_change(pool.people, pool.quotas, pool.seats)
        if least is None:
            assert changed == (), number
            continue
        assert all_panels(pool.people, list(changed), pool.seats), number
        for old, new in zip(pool.quotas, changed, strict=True):
            assert (old.feature, old.value) == (new.feature, new.value)
            assert 0 <= new.min <= old.min <= old.max <= new.max
        size = sum(
            old.min - new.min + new.max - old.max
            for old, new in zip(pool.quotas, changed, strict=True)
        )
        assert size == least, number


def test_the_exact_helper_solves_what_can_be_solved_by_hand() -> None:
    """One of three seats: a third each. A person on every panel takes nothing from the others."""
    assert leximin([("a",), ("b",), ("c",)]) == dict.fromkeys("abc", Fraction(1, 3))
    assert leximin([("a", "b"), ("a", "c"), ("a", "d")]) == {"a": 1} | dict.fromkeys(
        "bcd", Fraction(1, 3)
    )
    # a, c and d get a third at most if all three get it; then b and e follow from them
    assert leximin([("a", "b"), ("c", "e"), ("d", "e")]) == {
        **dict.fromkeys("abcd", Fraction(1, 3)), "e": Fraction(2, 3)
    }  # fmt: skip
    people = [Person(name, {}, "h" if name < "c" else None) for name in "abc"]
    assert relaxed_lowest(people[1:], [], 1, []) == Fraction(1, 2)
    assert relaxed_lowest(people, [], 2, []) == Fraction(1, 2)  # a and b share one seat
    assert least_change(people, [Quota("A", "x", 1, 2)], 2) == 1
    assert least_change(people, [], 3) is None
