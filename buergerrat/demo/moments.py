"""When the demo's Bürgerräte happen, and the clock that is set for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from buergerrat.db import set_clock, writing
from buergerrat.formats import BERLIN


@dataclass(frozen=True)
class Days:
    """When what happens, counted in days from today."""

    resolution: int
    letters: int
    deadline: int
    lottery: int
    first_session: int
    handover: int
    answer: int
    retention: int


PAST = Days(-330, -285, -257, -250, -225, -200, 39, 150)
RUNNING = Days(-70, -14, 17, 24, 50, 80, 250, 500)
COMING = Days(-20, 21, 49, 57, 84, 110, 290, 500)


@contextmanager
def at(today: dt.date, days: int, hour: int = 10, minute: int = 0) -> Iterator[dt.datetime]:
    """A unit of work at a moment some days from today."""
    moment = dt.datetime.combine(
        today + dt.timedelta(days=days), dt.time(hour, minute), tzinfo=BERLIN
    )
    set_clock(moment.astimezone(dt.UTC))
    try:
        with writing():
            yield moment
    finally:
        set_clock(None)
