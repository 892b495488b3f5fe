"""Until when a seat is held."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.seat_dates import accept_by

DAY = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))


@settings(deadline=None, max_examples=50)
@given(DAY, st.integers(1, 60), DAY, st.none() | DAY)
def test_never_before_today_nor_on_the_day_of_the_first_session(
    today: dt.date, days: int, first: dt.date, until: dt.date | None
) -> None:
    last = accept_by(today, days, first, until)
    assert today <= last <= today + dt.timedelta(days=days)
    if today < first:
        assert last < first
    elif until is not None:
        assert last <= max(today, until)


def test_calendar_days_are_counted() -> None:
    assert accept_by(dt.date(2026, 10, 27), 10, dt.date(2027, 2, 14)) == dt.date(2026, 11, 6)
    assert accept_by(dt.date(2026, 10, 27), 10, dt.date(2026, 11, 1)) == dt.date(2026, 10, 31)
