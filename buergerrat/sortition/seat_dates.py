"""Until when a seat is held for an answer, and until when somebody may move up."""

from __future__ import annotations

import datetime as dt


def accept_by(
    today: dt.date, days: int, first_session: dt.date, until: dt.date | None = None
) -> dt.date:
    """The last day to accept a seat offered today.

    `days` calendar days, but the day before the first session at the latest. Once the sessions
    have begun: `until` (the last day to move up) at the latest. Never before today.
    """
    last = first_session - dt.timedelta(days=1)
    if last < today:
        last = until or today + dt.timedelta(days=days)
    return max(today, min(today + dt.timedelta(days=days), last))


def rule(until: dt.date) -> str:
    """The line among the rules of the Losprotokoll. The record is German and not translated."""
    return f"Nachgerückt wird bis zum {until:%d.%m.%Y}; danach bleiben Plätze frei."
