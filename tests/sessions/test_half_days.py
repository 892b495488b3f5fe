"""Half days: cut at one o'clock, attended where somebody was there for half of the time."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.formats import BERLIN
from buergerrat.sessions.half_days import halves


def at(minutes: int) -> dt.datetime:
    return dt.datetime(2027, 2, 13, tzinfo=BERLIN) + dt.timedelta(minutes=minutes)


def span(first: str, last: str) -> tuple[dt.datetime, dt.datetime]:
    hours, minutes = zip(*(map(int, text.split(".")) for text in (first, last)), strict=True)
    return at(60 * hours[0] + minutes[0]), at(60 * hours[1] + minutes[1])


@pytest.mark.parametrize(
    ("day", "there", "morning", "afternoon"),
    [
        (("9.00", "17.00"), ("9.00", "17.00"), True, True),
        (("9.00", "17.00"), ("9.20", "17.00"), True, True),  # ticked off a little late
        (("9.00", "17.00"), ("9.00", "12.30"), True, False),
        (("9.00", "17.00"), ("12.00", "17.00"), False, True),
        (("9.00", "17.00"), ("11.00", "13.00"), True, False),  # exactly half of the morning
        (("17.00", "20.30"), ("17.00", "20.30"), None, True),
        (("9.00", "13.30"), ("9.00", "13.30"), True, None),  # half an hour is no afternoon
        (("12.40", "13.30"), ("12.40", "13.30"), None, True),  # short: one half, the longer part
        (("9.00", "17.00"), ("18.00", "19.00"), False, False),
    ],
)
def test_days(
    day: tuple[str, str], there: tuple[str, str], morning: bool | None, afternoon: bool | None
) -> None:
    found = halves(span(*day), span(*there))
    assert (found.morning, found.afternoon) == (morning, afternoon)


def test_who_was_not_there_attended_nothing() -> None:
    found = halves(span("9.00", "17.00"), None)
    assert (found.held, found.attended) == (2, 0)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 1380), st.integers(1, 600), st.integers(0, 200), st.integers(0, 200))
def test_staying_longer_never_counts_for_less(
    start: int, long: int, before: int, after: int
) -> None:
    day = at(start), at(min(start + long, 1439))
    short = halves(day, (at(start + long // 3), at(start + 2 * long // 3)))
    longer = halves(day, (at(start + long // 3 - before), at(start + 2 * long // 3 + after)))
    assert short.attended <= longer.attended <= longer.held
    assert halves(day, day).attended == longer.held >= 1
