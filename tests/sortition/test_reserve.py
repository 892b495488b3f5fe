"""The simulated reserve against the rule itself and against what can be counted by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lottery_cases import SEED, town_pool

from buergerrat.sortition import reserve
from buergerrat.sortition.pool import Person, Quota
from buergerrat.sortition.replacements import broken_quotas, next_replacement, order
from buergerrat.sortition.reserve import Reserve, simulate

Town = tuple[list[Person], list[Quota], tuple[tuple[str, ...], ...]]


def filled(people: list[Person], quotas: list[Quota], seats: int, seed: bytes) -> tuple[str, ...]:
    """A panel that keeps all quotas, filled seat by seat in the order of a seed."""
    turn = order([person.id for person in people], seed)
    seated: set[str] = set()
    for _seat in range(seats):
        found = next_replacement(people, quotas, seats, seated, turn, turn)
        assert found is not None
        seated.add(found.person_id)
    return tuple(sorted(seated))


@pytest.fixture(scope="module")
def town() -> Town:
    people, quotas = town_pool(50, 14, width=2)
    made = [filled(people, quotas, 14, bytes([n])) for n in range(60)]
    by_id = {person.id: person for person in people}
    kept = [p for p in made if broken_quotas([by_id[one] for one in p], quotas, 14) == (0, ())]
    assert len(kept) >= 20
    return people, quotas, tuple(kept[:20])


def by_the_rule(town: Town, panel: tuple[str, ...], number: int, rate: int) -> int | None:
    """One simulation, the seats filled with the rule that the record uses."""
    people, quotas, _panels = town
    ids = sorted(person.id for person in people)
    drops, _tickets = reserve._chance(SEED, number, len(ids), rate)
    out = {one for one, gone in zip(ids, drops, strict=True) if gone}
    turn = [one for one in order(ids, SEED) if one not in panel]
    seated = set(panel) - out
    last = 0
    for _seat in set(panel) & out:
        found = next_replacement(people, quotas, 14, seated, set(turn) - out, turn)
        if found is None or found.broken:
            return None
        seated.add(found.person_id)
        last = max(last, turn.index(found.person_id) + 1)
    return last


@settings(deadline=None, max_examples=25)
@given(place=st.integers(0, 19), rate=st.sampled_from([5, 20, 40, 70]))
def test_each_simulation_fills_the_seats_by_the_rule(town: Town, place: int, rate: int) -> None:
    people, quotas, panels = town
    turn = order([person.id for person in people], SEED)
    count = 6
    found = simulate(people, quotas, 14, [panels[place]], rate, SEED, order=turn, simulations=count)
    expected = [by_the_rule(town, panels[place], number, rate) for number in range(count)]
    for size, share in enumerate(found.curve):
        kept = sum(last is not None and last <= size for last in expected)
        assert share == Fraction(kept, count)


def test_nobody_leaves_needs_no_reserve(town: Town) -> None:
    people, quotas, panels = town
    found = simulate(people, quotas, 14, panels, 0, SEED, simulations=20)
    assert (found.recommended, found.kept, found.leaving) == (0, 1, (0, 0))
    assert found.waiting == 50 - 14


def test_when_everybody_leaves_nothing_is_kept(town: Town) -> None:
    people, quotas, panels = town
    found = simulate(people, quotas, 14, panels, 100, SEED, simulations=20)
    assert (found.recommended, found.kept, found.leaving) == (None, 0, (14, 14))


def test_a_larger_reserve_keeps_more_and_more_drop_outs_keep_less(town: Town) -> None:
    people, quotas, panels = town
    found = [simulate(people, quotas, 14, panels, r, SEED, simulations=150) for r in (5, 20, 40)]
    for one in found:
        assert list(one.curve) == sorted(one.curve)
        assert len(one.curve) == 50 - 14 + 1
    assert found[0].kept > found[1].kept > found[2].kept
    assert found[0].leaving < found[1].leaving < found[2].leaving


def test_without_quotas_the_reserve_is_a_matter_of_numbers() -> None:
    """With no quotas, no drop-outs among the reserve would need exactly as many as leave."""
    people = [Person(f"{n:02}", {"A": "x"}) for n in range(40)]
    panel = tuple(f"{n:02}" for n in range(10))
    found = simulate(people, [Quota("A", "x", 0, 10)], 10, [panel], 30, SEED, simulations=400)
    assert found.kept == 1
    assert found.recommended is not None
    assert found.recommended >= found.leaving[1]
    assert 2 <= found.leaving[0] <= 4  # binomial(10, 0.3)
    first = found.curve[0]
    assert abs(float(first) - 0.7**10) < 0.03


def test_rows_and_their_order_change_nothing(town: Town) -> None:
    people, quotas, panels = town
    once = simulate(people, quotas, 14, panels[:3], 25, SEED, simulations=30)
    again = simulate(people[::-1], quotas[::-1], 14, panels[:3], 25, SEED, simulations=30)
    assert once == again
    assert once != simulate(people, quotas, 14, panels[:3], 25, b"other", simulations=30)


def test_two_of_one_household_never_sit_together() -> None:
    people = [Person("0", {}, "h"), Person("1", {}), Person("2", {}, "h")]
    kept = simulate(people, [], 2, [("0", "1")], 50, SEED, order=["2"], simulations=300)
    # Only "1" left or both left: in the first case "2" lives with a member.
    assert kept.curve[1] < 1
    assert simulate(people, [], 2, [("0", "1")], 0, SEED, order=["2"]).curve == (1, 1)


def test_a_panel_that_breaks_a_quota_already_is_judged_by_what_comes_on_top() -> None:
    people = [Person(str(n), {"A": "x"}) for n in range(6)]
    found = simulate(people, [Quota("A", "y", 1, 1)], 2, [("0", "1")], 10, SEED, simulations=50)
    assert found.kept > Fraction(9, 10)


@pytest.mark.parametrize("rate", [-1, 101])
def test_a_rate_is_between_0_and_100(town: Town, rate: int) -> None:
    people, quotas, panels = town
    with pytest.raises(ValueError, match="rate"):
        simulate(people, quotas, 14, panels, rate, SEED)


def test_the_recommended_size_is_the_first_that_reaches_95_in_100() -> None:
    curve = (Fraction(1, 2), Fraction(94, 100), Fraction(95, 100), Fraction(1))
    assert Reserve(10, 100, (1, 2), curve).recommended == 2
    assert Reserve(10, 100, (1, 2), curve[:2]).recommended is None
