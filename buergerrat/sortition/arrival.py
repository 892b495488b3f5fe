"""When replies arrive: the planned course between the posting of the letters and the deadline.

Two waves, as towns report them: about two thirds answer in the first days after the letter
came, the rest after the reminder and shortly before the deadline. Pure.
"""

from __future__ import annotations

from math import exp

FIRST_SHARE = 0.68
FIRST_MIDDLE, SECOND_MIDDLE, WIDTH = 0.23, 0.64, 0.06  # parts of the time until the deadline


def arrived_share(day: int, days: int) -> float:
    """Share (0–1) of all expected replies that have come `day` days after posting.

    `days` is the number of days until the deadline. 0 on the first day, 1 from the deadline on,
    never falling. The sum of two logistic curves, cut to exactly that range.
    """
    if day <= 0 or days <= 0:
        return 0.0 if day <= 0 else 1.0
    at_start, at_end = _waves(0.0), _waves(1.0)
    return (_waves(min(day / days, 1.0)) - at_start) / (at_end - at_start)


def _waves(time: float) -> float:
    return FIRST_SHARE * _logistic((time - FIRST_MIDDLE) / WIDTH) + (1 - FIRST_SHARE) * _logistic(
        (time - SECOND_MIDDLE) / WIDTH
    )


def _logistic(x: float) -> float:
    return 1 / (1 + exp(-x))
