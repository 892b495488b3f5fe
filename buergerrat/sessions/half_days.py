"""Half days of a session day, and which of them somebody attended.

The day is cut at one o'clock. A half counts where at least an hour of the programme lies in it;
it is attended where somebody was there for at least half of that. Times are aware; no clock here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

NOON = dt.time(13)
LEAST = dt.timedelta(hours=1)
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Halves:
    """morning, afternoon: None where the day has no such half, else whether it was attended."""

    morning: bool | None
    afternoon: bool | None

    @property
    def attended(self) -> int:
        return [self.morning, self.afternoon].count(True)

    @property
    def held(self) -> int:
        return 2 - [self.morning, self.afternoon].count(None)


def halves(day: Span, there: Span | None) -> Halves:
    """day: from the first to the last point of the programme; there: from arriving to leaving.

    A programme too short for either half is one half, where most of it lies.
    """
    start, end = day
    noon = dt.datetime.combine(start.date(), NOON, start.tzinfo)
    parts = [_cut(day, start, noon), _cut(day, noon, max(noon, end))]
    long_enough = [_length(part) >= LEAST for part in parts]
    if not any(long_enough):
        morning = _length(parts[0]) >= _length(parts[1])
        long_enough = [morning, not morning]
    found: Sequence[bool | None] = [
        _was_there(part, there) if counts else None
        for part, counts in zip(parts, long_enough, strict=True)
    ]
    return Halves(found[0], found[1])


def _cut(span: Span, low: dt.datetime, high: dt.datetime) -> Span:
    start, end = max(span[0], low), min(span[1], high)
    return start, max(start, end)


def _length(span: Span) -> dt.timedelta:
    return span[1] - span[0]


def _was_there(part: Span, there: Span | None) -> bool:
    return there is not None and _length(part) <= 2 * _length(_cut(there, *part))
