import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from lottery_cases import all_panels, small_pools, town_pool

from buergerrat.sortition.quotas import Person, Quota, check

Case = tuple[list[Person], list[Quota], int]
modest = settings(deadline=None, max_examples=80)


@modest
@given(small_pools())
def test_feasible_means_that_a_panel_exists(case: Case) -> None:
    people, quotas, seats = case
    found = check(people, quotas, seats)
    assert found.feasible == bool(all_panels(people, quotas, seats))
    assert found.feasible == (not found.problems)


@modest
@given(small_pools())
def test_ranges_are_the_fewest_and_most_seats_while_the_others_hold(case: Case) -> None:
    people, quotas, seats = case
    by_id = {person.id: person for person in people}
    for row in check(people, quotas, seats).rows:
        others = [quota for quota in quotas if quota != row.quota]
        counts = [
            sum(by_id[one].features[row.quota.feature] == row.quota.value for one in panel)
            for panel in all_panels(people, others, seats)
        ]
        if counts:
            assert (row.low, row.high) == (min(counts), max(counts))


@modest
@given(small_pools())
def test_people_on_no_panel_are_named(case: Case) -> None:
    people, quotas, seats = case
    panels = all_panels(people, quotas, seats)
    if panels:
        inside = {one for panel in panels for one in panel}
        named = {one for group in check(people, quotas, seats).excluded for one in group.ids}
        assert named == {person.id for person in people} - inside


@modest
@given(small_pools())
def test_the_change_helps_and_no_smaller_one_does(case: Case) -> None:
    people, quotas, seats = case
    found = check(people, quotas, seats)
    if found.feasible or not found.changed:
        return
    assert all_panels(people, list(found.changed), seats)
    size = sum(
        old.min - new.min + new.max - old.max
        for old, new in zip(quotas, found.changed, strict=True)
    )
    assert size >= 1
    assert bool(found.suggestions)
    if size == 2:  # then no change by one seat may help
        for place, quota in enumerate(quotas):
            for new in (replace(quota, min=quota.min - 1), replace(quota, max=quota.max + 1)):
                trial = [*quotas[:place], new, *quotas[place + 1 :]]
                assert not all_panels(people, trial, seats)


@modest
@given(small_pools())
def test_every_quota_of_the_conflict_is_needed_for_it(case: Case) -> None:
    people, quotas, seats = case
    found = check(people, quotas, seats)
    if not found.conflict:
        return
    loose = [replace(quota, min=0, max=99) for quota in quotas]

    def under(sides: tuple[str, ...]) -> bool:
        kept = [
            replace(
                quota,
                min=old.min if f"{old.name} mindestens {old.min}" in sides else 0,
                max=old.max if f"{old.name} höchstens {old.max}" in sides else 99,
            )
            for quota, old in zip(loose, quotas, strict=True)
        ]
        return bool(all_panels(people, kept, seats))

    assert not under(found.conflict)
    for side in found.conflict:
        assert under(tuple(other for other in found.conflict if other != side))


def test_the_advice_is_said_as_a_clerk_says_it() -> None:
    people = [Person(str(n), {"Ortsteil": "Weinberg" if n < 2 else "Kernstadt"}) for n in range(9)]
    quotas = [Quota("Ortsteil", "Weinberg", 3, 4), Quota("Ortsteil", "Kernstadt", 1, 6)]
    found = check(people, quotas, 5)
    assert found.suggestions == ("Weinberg: mindestens 2 statt 3",)
    assert found.conflict == ("Ortsteil: Weinberg mindestens 3",)
    assert [row.suggestion for row in found.rows] == ["mindestens 2 statt 3", None]
    assert found.rows[0].high == 2


@pytest.mark.parametrize(
    ("quotas", "seats", "words"),
    [
        ([Quota("A", "x", 3, 3), Quota("A", "y", 3, 3)], 4, "Mindestzahlen ergeben 6"),
        ([Quota("A", "x", 0, 1), Quota("A", "y", 0, 1)], 4, "Höchstzahlen ergeben 2"),
        ([Quota("A", "x", 2, 1)], 2, "von 2 bis 1"),
        ([Quota("A", "z", 1, 1)], 2, "im Lostopf ist niemand"),
        ([Quota("A", "x", 0, 9), Quota("A", "x", 0, 9)], 2, "steht doppelt"),
        ([], 99, "zu besetzen sind 99 Plätze"),
        ([], 0, "mindestens einen Platz"),
    ],
)
def test_what_cannot_be_is_named(quotas: list[Quota], seats: int, words: str) -> None:
    people = [Person(str(n), {"A": "x" if n < 4 else "y"}) for n in range(8)]
    found = check(people, quotas, seats)
    assert not found.feasible
    assert any(words in problem for problem in found.problems), found.problems


def test_more_seats_than_households_is_named() -> None:
    people = [Person(str(n), {}, f"h{n // 2}") for n in range(8)]
    assert "4 Haushalte" in check(people, [], 5).problems[0]


@pytest.mark.parametrize(
    ("seats", "problems"),
    [
        (24, ["Im Lostopf ist noch niemand."]),
        (2, ["Im Lostopf ist noch niemand.", "A: Die Mindestzahlen ergeben 3"]),
        (0, ["Es braucht mindestens einen Platz.", "A: Die Mindestzahlen ergeben 3"]),
    ],
)
def test_of_an_empty_pool_only_what_is_sure_is_said(seats: int, problems: list[str]) -> None:
    quotas = [Quota("A", "x", 3, 9), Quota("A", "y", 0, 30)]
    found = check([], quotas, seats)
    assert not found.feasible
    assert len(found.problems) == len(problems)
    assert all(map(str.startswith, found.problems, problems)), found.problems
    assert [(row.quota, row.pool, row.low, row.high) for row in found.rows] == [
        (quota, 0, None, None) for quota in quotas
    ]


def test_missing_and_unknown_values_are_noted_and_hinder_nobody() -> None:
    people = [Person("1", {"A": "x"}), Person("2", {"A": "keine Angabe"}), Person("3", {})]
    found = check(people, [Quota("A", "x", 0, 2), Quota("A", "y", 0, 1)], 2)
    assert found.feasible
    assert found.missing == (("3", ("A",)),)
    assert any("keine Angabe" in note for note in found.notes)
    assert any("A: y" in note for note in found.notes)
    assert found.excluded == ()


def test_a_doubled_id_is_refused() -> None:
    with pytest.raises(ValueError, match="doppelt"):
        check([Person("1", {}), Person("1", {})], [], 1)


def test_it_answers_while_somebody_types() -> None:
    people, quotas = town_pool(45, 20, width=2)
    check(people, quotas, 20)
    times = []
    for _ in range(5):
        start = time.process_time()
        check(people, quotas, 20)
        times.append(time.process_time() - start)
    assert sorted(times)[2] < 0.5  # a tenth of it on a quiet machine
