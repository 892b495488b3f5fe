import random
from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lottery_cases import SEED, all_panels, allowed, small_pools, town_pool

from buergerrat.sortition.panels import Lottery, NoPanel, build, composition, label
from buergerrat.sortition.pool import Person, Quota
from buergerrat.sortition.seating import Stream, shuffle

Case = tuple[list[Person], list[Quota], int]


def alike(people: list[Person], quotas: list[Quota]) -> dict[object, list[str]]:
    """People with the same quotas who live with the same kinds of people."""
    counted = {(quota.feature, quota.value) for quota in quotas}

    def kind(person: Person) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(item for item in person.features.items() if item in counted))

    groups: dict[object, list[str]] = defaultdict(list)
    for person in people:
        home = [
            kind(other)
            for other in people
            if other.household is not None
            and other.household == person.household
            and other.id != person.id
        ]
        groups[kind(person), tuple(sorted(home))].append(person.id)
    return groups


def is_fair_list(people: list[Person], quotas: list[Quota], seats: int, number: int) -> Lottery:
    """Assert the laws that hold for every lottery."""
    lottery = build(people, quotas, seats, SEED, panels=number)
    by_id = {person.id: person for person in people}
    assert len(lottery.panels) == number
    for panel in lottery.panels:
        assert len(set(panel)) == seats
        assert list(panel) == sorted(panel)
        assert allowed([by_id[one] for one in panel], quotas)
    assert lottery.counts == Counter(
        {person.id: 0 for person in people} | Counter(one for p in lottery.panels for one in p)
    )
    for group in alike(people, quotas).values():
        counts = [lottery.counts[one] for one in group]
        assert max(counts) - min(counts) <= 1
    largest = max(abs(lottery.counts[one] / number - lottery.target[one]) for one in by_id)
    assert largest <= float(lottery.deviation) + 1e-7
    return lottery


@settings(deadline=None, max_examples=50)
@given(small_pools())
def test_every_list_of_a_small_pool_is_fair(case: Case) -> None:
    people, quotas, seats = case
    try:
        is_fair_list(people, quotas, seats, 100)
    except NoPanel:
        assert not all_panels(people, quotas, seats)


@pytest.mark.parametrize(("number", "seats"), [(27, 12), (120, 25)])
def test_every_list_of_a_town_is_fair_and_near_the_aim(number: int, seats: int) -> None:
    people, quotas = town_pool(number, seats)
    assert is_fair_list(people, quotas, seats, 1000).deviation <= 0.003


def test_the_same_seed_gives_the_same_list_in_whatever_order() -> None:
    people, quotas = town_pool(40, 12)
    first = build(people, quotas, 12, SEED, panels=200)
    rnd = random.Random(1)
    again = build(rnd.sample(people, 40), rnd.sample(quotas, len(quotas)), 12, SEED, panels=200)
    assert first.panels == again.panels
    assert first.bound == again.bound
    assert build(people, quotas, 12, b"other", panels=200).panels != first.panels


def test_names_of_values_do_not_decide_the_chances() -> None:
    people, quotas = town_pool(40, 12)
    renamed = [
        Person(p.id, {k: v[::-1] for k, v in p.features.items()}, p.household) for p in people
    ]
    turned = [Quota(q.feature, q.value[::-1], q.min, q.max) for q in quotas]
    first, other = (
        build(people, quotas, 12, SEED, 100),
        build(renamed, turned, 12, SEED, 100),
    )
    assert all(abs(first.target[one] - other.target[one]) < 1e-5 for one in first.target)


def test_features_without_quota_do_not_matter() -> None:
    people, quotas = town_pool(40, 12)
    more = [Person(p.id, {**p.features, "Hobby": p.id}, p.household) for p in people]
    assert build(more, quotas, 12, SEED, 100).panels == build(people, quotas, 12, SEED, 100).panels


def test_quotas_that_contradict_each_other_give_no_list() -> None:
    people = [Person(str(n), {"A": "x"}) for n in range(5)]
    for quota in (Quota("A", "x", 0, 1), Quota("A", "y", 1, 1), Quota("A", "x", 3, 2)):
        with pytest.raises(NoPanel):
            build(people, [quota], 2, SEED)


def test_progress_goes_up_to_all_and_can_stop_the_work() -> None:
    people, quotas = town_pool(30, 12)
    seen: list[tuple[int, int]] = []
    build(people, quotas, 12, SEED, 100, lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (100, 100)

    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        build(people, quotas, 12, SEED, 100, stop)


def test_digits_name_a_list() -> None:
    people = [Person(str(n), {}) for n in range(10)]
    lottery = build(people, [], 3, SEED)
    assert lottery.pick("187") == 187
    assert lottery.panel(lottery.pick("007")) == lottery.panels[7]
    assert label(7, 1000) == "007"
    for digits in ("", "7", "0007", "18x", "-12", "１８７"):
        with pytest.raises(ValueError, match="Ziffern"):
            lottery.pick(digits)
    with pytest.raises(ValueError, match="neu ziehen"):
        build(people, [], 3, SEED, panels=300).pick("300")


def test_composition_counts_seats_per_quota() -> None:
    people = [Person(str(n), {"A": "x" if n < 3 else "y"}) for n in range(6)]
    quotas = [Quota("A", "x", 0, 9), Quota("A", "y", 0, 9), Quota("B", "z", 0, 9)]
    assert composition(people, quotas, ["0", "1", "5"]) == (2, 1, 0)


@settings(deadline=None, max_examples=30)
@given(st.binary(min_size=1), st.integers(0, 30))
def test_a_shuffle_keeps_everything_and_follows_the_seed(seed: bytes, count: int) -> None:
    first, again = list(range(count)), list(range(count))
    shuffle(first, Stream(seed))
    shuffle(again, Stream(seed))
    assert first == again
    assert sorted(first) == list(range(count))


def test_a_shuffle_favours_no_order() -> None:
    times: Counter[tuple[int, ...]] = Counter()
    for number in range(3000):
        items = [0, 1, 2]
        shuffle(items, Stream(b"%d" % number))
        times[tuple(items)] += 1
    assert len(times) == 6
    assert sum((count - 500) ** 2 / 500 for count in times.values()) < 25.7  # 5 degrees, 1e-4
