import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.planning import (
    METHODS,
    PlanError,
    expected_replies,
    expected_total,
    plan_letters,
)
from buergerrat.sortition.strata import Stratum

STRATA = [
    Stratum(sex, band, district)
    for sex in ("female", "male")
    for band in ("16-29", "30-64", "65+")
    for district in ("Kernstadt", "Niederau")
] + [Stratum("diverse", "", ""), Stratum("unspecified", "", "")]
COUNTS = st.dictionaries(st.sampled_from(STRATA), st.integers(1, 400), min_size=1)
METHOD = st.sampled_from(sorted(METHODS))
RATES = st.dictionaries(st.sampled_from(STRATA), st.sampled_from([0.02, 0.05, 0.1, 1.0]))


@given(COUNTS, METHOD, RATES, st.integers(0, 3), st.data())
@settings(deadline=None, max_examples=150)
def test_a_plan_is_exact_within_the_people_and_monotone(
    counts: dict[Stratum, int],
    method: str,
    rates: dict[Stratum, float],
    minimum: int,
    data: st.DataObject,
) -> None:
    least = sum(min(minimum, count) for count in counts.values())
    total = data.draw(st.integers(max(1, least), sum(counts.values())))
    plan = plan_letters(counts, total, method, rates, minimum)
    assert sum(plan.values()) == total
    assert plan.keys() == counts.keys()
    assert all(min(minimum, counts[s]) <= plan[s] <= counts[s] for s in counts)
    if total < sum(counts.values()):
        more = plan_letters(counts, total + 1, method, rates, minimum)
        assert all(more[s] >= plan[s] for s in counts)


@given(COUNTS, st.data())
@settings(deadline=None, max_examples=100)
def test_proportional_means_more_people_never_fewer_letters(
    counts: dict[Stratum, int], data: st.DataObject
) -> None:
    total = data.draw(st.integers(1, sum(counts.values())))
    plan = plan_letters(counts, total, "proportional", minimum=0)
    for one in counts:
        assert all(plan[one] >= plan[two] for two in counts if counts[one] > counts[two])


def test_equal_gives_equal_shares_and_spares_the_small_groups() -> None:
    counts = dict.fromkeys(STRATA[:12], 900) | {STRATA[12]: 9}
    counts[STRATA[0]] = 300
    plan = plan_letters(counts, 361, "equal")
    assert {plan[stratum] for stratum in STRATA[:12]} == {30}
    assert plan[STRATA[12]] == 1


def test_half_the_reply_rate_doubles_the_letters() -> None:
    low, high = STRATA[0], STRATA[1]
    plan = plan_letters({low: 5000, high: 5000}, 300, "expected_reply", {low: 0.04, high: 0.08})
    assert plan == {low: 200, high: 100}


@pytest.mark.parametrize(
    ("total", "minimum", "word"), [(0, 1, "mindestens"), (11, 1, "zu viele"), (2, 3, "zu wenige")]
)
def test_impossible_plans_are_explained(total: int, minimum: int, word: str) -> None:
    with pytest.raises(PlanError, match=word):
        plan_letters({STRATA[0]: 10}, total, minimum=minimum)


def test_a_rate_of_zero_is_explained() -> None:
    with pytest.raises(PlanError, match="Rücklauf"):
        plan_letters({STRATA[0]: 10}, 5, "expected_reply", 0.0)


def _below(n: int, p: float, k: int) -> float:
    """P(X ≤ k) written out, to compare with."""
    return math.fsum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))


@given(st.integers(0, 300), st.floats(0.01, 0.99))
@settings(deadline=None, max_examples=100)
def test_the_range_holds_ninety_per_cent(n: int, p: float) -> None:
    replies = expected_replies(n, p)
    assert 0 <= replies.low <= replies.high <= n
    assert replies.mean == pytest.approx(n * p)
    assert _below(n, p, replies.low) >= 0.05 - 1e-9
    assert _below(n, p, replies.high) >= 0.95 - 1e-9
    if replies.low:
        assert _below(n, p, replies.low - 1) < 0.05 + 1e-9
    if replies.high:
        assert _below(n, p, replies.high - 1) < 0.95 + 1e-9


def test_certain_and_impossible_replies() -> None:
    assert expected_replies(40, 1.0).low == expected_replies(40, 1.0).high == 40
    assert expected_replies(40, 0.0).high == 0


@given(st.integers(1, 4000), st.integers(1, 4000))
@settings(deadline=None, max_examples=30)
def test_the_total_does_not_depend_on_how_letters_are_split(one: int, two: int) -> None:
    plan = {STRATA[0]: one, STRATA[1]: two}
    assert expected_total(plan, 0.05).low == expected_replies(one + two, 0.05).low
    mixed = expected_total(plan, {STRATA[0]: 0.05, STRATA[1]: 0.0500000001})
    assert abs(mixed.high - expected_replies(one + two, 0.05).high) <= 1
