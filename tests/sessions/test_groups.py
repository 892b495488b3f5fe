"""Seating at tables: everyone once, mixed, and with new people to meet."""

import random
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sessions.groups import Seatable, evaluate, repeats_bound, seat_tables

LEAN = settings(deadline=None, max_examples=25)
FEATURES = {
    "Geschlecht": ("Frauen", "Männer"),
    "Alter": ("jung", "mittel", "alt"),
    "Ortsteil": ("Kernstadt", "Niederau", "Hohenfels", "Weinberg"),
}


def people(count: int, seed: int = 1) -> list[Seatable]:
    pick = random.Random(seed)
    return [
        Seatable(f"m{i:03}", {name: pick.choice(values) for name, values in FEATURES.items()})
        for i in range(count)
    ]


def rounds(crowd: list[Seatable], tables: int, count: int) -> list[dict[str, int]]:
    plans: list[dict[str, int]] = []
    for number in range(count):
        plan = seat_tables(crowd, tables, plans, seed=bytes([number]), iterations=20_000)
        plans.append(plan.assignment)
    return plans


def met(plans: list[dict[str, int]]) -> Counter[tuple[str, str]]:
    """Times each pair shared a table, counted the slow and obvious way."""
    found: Counter[tuple[str, str]] = Counter()
    for plan in plans:
        for a, b in combinations(sorted(plan), 2):
            if plan[a] == plan[b]:
                found[a, b] += 1
    return found


@LEAN
@given(count=st.integers(1, 30), tables=st.integers(1, 7), seed=st.binary(max_size=8))
def test_everyone_sits_exactly_once_and_tables_differ_by_at_most_one(
    count: int, tables: int, seed: bytes
) -> None:
    tables = min(tables, count)
    crowd = people(count)
    plan = seat_tables(crowd, tables, seed=seed, iterations=300)
    assert set(plan.assignment) == {person.id for person in crowd}
    sizes = Counter(plan.assignment.values())
    assert set(sizes) == set(range(1, tables + 1))
    assert max(sizes.values()) - min(sizes.values()) <= 1


@LEAN
@given(seed=st.binary(min_size=1, max_size=8), order=st.randoms(use_true_random=False))
def test_same_seed_same_plan_whatever_the_order_of_rows(seed: bytes, order: random.Random) -> None:
    crowd = people(18)
    shuffled = list(crowd)
    order.shuffle(shuffled)
    first = seat_tables(crowd, 3, seed=seed, iterations=500)
    assert seat_tables(shuffled, 3, seed=seed, iterations=500) == first


def test_another_seed_gives_another_plan() -> None:
    crowd = people(18)
    plans = {tuple(seat_tables(crowd, 3, seed=bytes([i])).assignment.values()) for i in range(5)}
    assert len(plans) > 1


def test_plans_are_far_better_than_random_ones() -> None:
    crowd = people(40)
    ours = rounds(crowd, 5, 3)
    report = evaluate(crowd, ours[2], 5, ours[:2])
    pick = random.Random(7)
    for _ in range(20):
        by_chance = []
        for _round in range(3):
            seats = [i % 5 + 1 for i in range(40)]
            pick.shuffle(seats)
            by_chance.append(dict(zip([p.id for p in crowd], seats, strict=True)))
        other = evaluate(crowd, by_chance[2], 5, by_chance[:2])
        assert report.repeats < other.repeats
        assert report.quota_misses < other.quota_misses
        assert report.min_met > other.min_met


def test_forty_people_meet_almost_as_rarely_twice_as_is_possible() -> None:
    """The bound for 40 people in 5 tables of 8 is 15 per pair of rounds: 45 for three."""
    crowd = people(40)
    plans = rounds(crowd, 5, 3)
    report = evaluate(crowd, plans[2], 5, plans[:2])
    assert report.repeats_bound == 45
    assert 0 <= report.gap <= 8


@pytest.mark.parametrize(
    ("count", "tables", "number", "bound"), [(40, 5, 2, 15), (50, 7, 4, 6), (30, 5, 4, 30)]
)
def test_the_bound_has_the_published_values(
    count: int, tables: int, number: int, bound: int
) -> None:
    plan = {str(i): i % tables for i in range(count)}
    assert repeats_bound([plan] * number) == bound


@LEAN
@given(
    data=st.lists(
        st.dictionaries(st.sampled_from("abcdefghij"), st.integers(1, 3), min_size=3),
        min_size=1,
        max_size=4,
    )
)
def test_no_plan_is_below_the_bound_and_the_report_counts_right(
    data: list[dict[str, int]],
) -> None:
    crowd = [Seatable(name, {}) for name in sorted(data[-1])]
    report = evaluate(crowd, data[-1], 3, data[:-1])
    times = met(data)
    assert report.repeats == sum(n * (n - 1) // 2 for n in times.values())
    assert report.pairs == len(times)
    assert report.new_pairs == len(times) - len(met(data[:-1]))
    assert report.repeats >= report.repeats_bound


def test_pins_and_wishes_are_kept() -> None:
    crowd = people(24)
    plan = seat_tables(
        crowd,
        4,
        rounds(crowd, 4, 2),
        pins={"m000": 3, "m001": 3, "absent": 1},
        together=[("m002", "m003"), ("m004", "absent")],
        apart=[("m005", "m006")],
        seed=b"x",
    )
    seat = plan.assignment
    assert seat["m000"] == seat["m001"] == 3
    assert seat["m002"] == seat["m003"]
    assert seat["m005"] != seat["m006"]
    assert plan.report.broken_wishes == ()


def test_a_wish_that_cannot_be_kept_is_reported() -> None:
    plan = seat_tables(people(4), 2, pins={"m000": 1, "m001": 2}, together=[("m000", "m001")])
    (wish,) = plan.report.broken_wishes
    assert (wish.kind, wish.first, wish.second) == ("together", "m000", "m001")


def test_only_people_present_are_seated_though_others_sat_before() -> None:
    crowd = people(20)
    before = rounds(crowd, 4, 1)
    plan = seat_tables(crowd[:15], 3, before, seed=b"y")
    assert set(plan.assignment) == {person.id for person in crowd[:15]}


@pytest.mark.parametrize(
    ("count", "tables", "pins"),
    [
        (0, 1, {}),
        (3, 0, {}),
        (3, 4, {}),
        (4, 2, {"m000": 3}),
        (4, 2, {"m000": 1, "m001": 1, "m002": 1}),
    ],
)
def test_impossible_tasks_are_refused_in_words(
    count: int, tables: int, pins: dict[str, int]
) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        seat_tables(people(count), tables, pins=pins)


def test_the_same_person_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="zweimal"):
        seat_tables([*people(3), *people(1)], 2)
