from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.strata import (
    SEX_LABELS,
    AgeBand,
    BandError,
    Stratum,
    band_of,
    bands_from_bounds,
    count_strata,
    parse_bounds,
    sort_strata,
)


@dataclass(frozen=True)
class Person:
    sex: str
    age_band: str
    district: str


BOUNDS = st.sets(st.integers(14, 99), min_size=1, max_size=6).map(sorted)
PEOPLE = st.lists(
    st.builds(
        Person,
        st.sampled_from(list(SEX_LABELS)),
        st.sampled_from(["16-29", "30-64", "65+"]),
        st.sampled_from(["Kernstadt", "Niederau", ""]),
    )
)


@given(BOUNDS, st.integers(0, 120))
@settings(deadline=None)
def test_every_age_from_the_first_bound_on_lies_in_exactly_one_band(
    bounds: list[int], age: int
) -> None:
    bands = bands_from_bounds(bounds)
    assert sum(band.holds(age) for band in bands) == int(age >= bounds[0])


@given(BOUNDS)
@settings(deadline=None)
def test_bounds_survive_writing_and_reading(bounds: list[int]) -> None:
    bands = bands_from_bounds(bounds)
    assert bands_from_bounds(parse_bounds(", ".join(map(str, bounds)), min_age=bounds[0])) == bands


@given(BOUNDS, st.integers(0, 120), st.integers(0, 1))
@settings(deadline=None)
def test_an_age_that_straddles_two_bands_has_none(bounds: list[int], low: int, span: int) -> None:
    bands = bands_from_bounds(bounds)
    band = band_of(low, low + span, bands)
    straddles = span == 1 and low + 1 in bounds
    assert (band is None) == (straddles or low < bounds[0])


@given(PEOPLE)
@settings(deadline=None)
def test_strata_add_up_to_all_people(people: list[Person]) -> None:
    counts = count_strata(people)
    assert sum(counts.values()) == len(people)
    assert all(counts.values())
    assert list(counts) == sort_strata(counts)
    for sex in SEX_LABELS:
        expected = sum(person.sex == sex for person in people)
        assert sum(n for stratum, n in counts.items() if stratum.sex == sex) == expected
    assert all(Stratum.parse(stratum.text) == stratum for stratum in counts)


def test_labels_are_german() -> None:
    assert AgeBand(16, 29).label == "16–29 Jahre"
    assert AgeBand(65, None).label == "ab 65 Jahren"
    assert Stratum("female", "16-29", "Kernstadt").label == "Frauen, 16–29 Jahre, Kernstadt"
    assert Stratum("male", "65+", "").label == "Männer, ab 65 Jahren"
    assert Stratum("diverse", "", "").label == "divers, alle Altersgruppen"


@pytest.mark.parametrize("text", ["", "sechzehn", "30, 16", "16, 16", "16, 130", "16; -4"])
def test_senseless_bounds_are_explained(text: str) -> None:
    with pytest.raises(BandError, match=r"\.$"):
        parse_bounds(text)


def test_the_first_band_begins_at_the_age_limit() -> None:
    with pytest.raises(BandError, match="16 Jahren"):
        parse_bounds("18, 30", min_age=16)
