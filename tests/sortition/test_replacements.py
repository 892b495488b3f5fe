import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lottery_cases import SEED, allowed, town_pool

from buergerrat.sortition.panels import build
from buergerrat.sortition.pool import Person, Quota
from buergerrat.sortition.replacements import (
    Replacement,
    next_replacement,
    order,
    replacement_seed,
)
from buergerrat.sortition.tickets import ticket


def mixed(*values: str) -> list[Person]:
    return [Person(str(place), {"A": value}) for place, value in enumerate(values)]


def test_the_order_is_the_order_of_tickets() -> None:
    ids = [f"{place:03}" for place in range(50)]
    found = order(random.Random(1).sample(ids, 50), SEED)
    assert list(found) == sorted(ids, key=lambda one: ticket(SEED, "nachruecken", one))


def test_the_order_hangs_on_the_list_and_the_digits() -> None:
    seeds = {replacement_seed(SEED, text, digits) for text in "ab" for digits in ("187", "188")}
    assert len(seeds) == 4


def test_the_first_who_keeps_all_quotas_takes_the_seat() -> None:
    people = mixed("x", "y", "y", "x", "x")
    quotas = [Quota("A", "x", 1, 1), Quota("A", "y", 1, 1)]
    found = next_replacement(people, quotas, 2, {"1"}, {"2", "3", "4"}, ("2", "4", "3"))
    assert found == Replacement("4", ())


def test_if_nobody_keeps_them_the_least_harm_is_taken_and_said() -> None:
    people = mixed("x", "y", "y")
    quotas = [Quota("A", "x", 1, 2), Quota("A", "y", 0, 1)]
    found = next_replacement(people, quotas, 2, {"1"}, {"2"}, ("2",))
    assert found == Replacement("2", ("A: x", "A: y"))


def test_a_member_of_a_seated_household_comes_last() -> None:
    people = [
        Person("0", {"A": "x"}, "h"),
        Person("1", {"A": "x"}, "h"),
        Person("2", {"A": "y"}),
    ]
    quotas = [Quota("A", "x", 2, 2)]
    assert next_replacement(people, quotas, 2, {"0"}, {"1", "2"}, ("1", "2")) == Replacement(
        "2", ("A: x",)
    )
    assert next_replacement(people, quotas, 2, {"0"}, {"1"}, ("1", "2")) == Replacement(
        "1", ("Haushalt",)
    )


def test_several_free_seats_leave_room_to_meet_the_minimum_later() -> None:
    people = mixed("x", "y", "y")
    quotas = [Quota("A", "x", 1, 2), Quota("A", "y", 1, 2)]
    assert next_replacement(people, quotas, 3, set(), {"1"}, ("1",)) == Replacement("1", ())


def test_nobody_left_or_no_seat_free_is_nobody() -> None:
    people = mixed("x", "x")
    assert next_replacement(people, [], 2, {"0"}, set(), ("0", "1")) is None
    assert next_replacement(people, [], 1, {"0"}, {"1"}, ("0", "1")) is None
    assert next_replacement(people, [], 2, {"0"}, {"0"}, ("0", "1")) is None


@pytest.fixture(scope="module")
def town() -> tuple[list[Person], list[Quota], tuple[str, ...]]:
    people, quotas = town_pool(50, 14, width=2)
    return people, quotas, build(people, quotas, 14, SEED, 100).panel(42)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_the_rule_is_what_it_says(
    town: tuple[list[Person], list[Quota], tuple[str, ...]], data: st.DataObject
) -> None:
    people, quotas, panel = town
    by_id = {person.id: person for person in people}
    leaver = data.draw(st.sampled_from(panel))
    seated = set(panel) - {leaver}
    free = {person.id for person in people} - set(panel)
    turn = order(by_id, data.draw(st.binary(min_size=4, max_size=4)))
    found = next_replacement(people, quotas, 14, seated, free, turn)
    assert found is not None
    fitting = [
        one
        for one in turn
        if one in free and allowed([by_id[other] for other in (*seated, one)], quotas)
    ]
    if fitting:
        assert found == Replacement(fitting[0], ())
    else:
        assert found.broken
