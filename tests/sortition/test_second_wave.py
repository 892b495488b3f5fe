"""How many further letters help: laws of the proposal and of who is visited."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.outreach import Candidate, choose
from buergerrat.sortition.second_wave import propose, still_to_answer
from buergerrat.sortition.strata import Stratum

STRATA = [
    Stratum(sex, band, place)
    for sex in ("female", "male")
    for band in ("16-29", "65+")
    for place in ("Kernstadt", "Weinberg")
]
Missing = dict[str, float]
GROUPS = {
    "Frauen": STRATA[:4],
    "ab 65": [s for s in STRATA if s.age_band == "65+"],
    "Weinberg": [s for s in STRATA if s.district == "Weinberg"],
}


@settings(deadline=None, max_examples=50)
@given(
    kept=st.lists(st.integers(0, 60), min_size=8, max_size=8),
    missing=st.fixed_dictionaries({name: st.floats(0, 4) for name in GROUPS}),
    rate=st.sampled_from((0.02, 0.05, 0.1, 1.0)),
)
def test_each_weak_group_gets_what_it_misses_or_all_its_tickets(
    kept: list[int], missing: Missing, rate: float
) -> None:
    left = dict(zip(STRATA, kept, strict=True))
    people = {stratum: 100 + place for place, stratum in enumerate(STRATA)}
    letters = propose(people, left, missing, GROUPS, dict.fromkeys(STRATA, rate))
    assert all(0 < count <= left[stratum] for stratum, count in letters.items())
    for name, strata in GROUPS.items():
        got = sum(letters.get(stratum, 0) for stratum in strata)
        assert got * rate >= missing[name] - 1e-6 or got == sum(left[s] for s in strata)
    reach = {s for name, strata in GROUPS.items() if missing[name] > 1e-9 for s in strata}
    assert set(letters) <= reach


def test_a_letter_into_two_weak_groups_counts_for_both() -> None:
    both = STRATA[3]  # women, 65+, Weinberg
    letters = propose(
        {both: 10}, {both: 100}, dict.fromkeys(GROUPS, 1.0), GROUPS, {both: 0.1}
    )  # fmt: skip
    assert letters == {both: 10}


def test_whoever_is_silent_for_long_answers_less_likely() -> None:
    assert still_to_answer(0.1, 0.0) == pytest.approx(0.1)
    assert still_to_answer(0.1, 1.0) == 0
    assert still_to_answer(0.5, 0.5) == pytest.approx(1 / 3)  # a quarter of three quarters left
    with pytest.raises(ValueError, match=r"1\.1"):
        still_to_answer(1.1, 0)


TICKETS = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 999)), unique=True, max_size=40)


@settings(deadline=None, max_examples=50)
@given(TICKETS, st.integers(0, 30), st.sets(st.sampled_from("ABC")))
def test_visits_follow_the_tickets(
    rows: list[tuple[str, int]], count: int, strata: set[str]
) -> None:
    people = [Candidate(f"{s}{t}", s, f"{t:03x}") for s, t in rows]
    chosen = choose(people, strata, count)
    fitting = [one for one in people if one.stratum in strata]
    assert len(chosen) == len(set(chosen)) == min(count, len(fitting))
    for stratum in strata:
        tickets = sorted(one.ticket for one in fitting if one.stratum == stratum)
        taken = sorted(
            one.ticket for one in fitting if one.stratum == stratum and one.key in chosen
        )
        assert taken == tickets[: len(taken)]  # nobody with a smaller ticket is passed over
    assert choose(people[::-1], strata, count) == chosen
