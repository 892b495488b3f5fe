"""The dates of a Bürgerrat: which order they must keep, and a plan from the first session."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from flask_babel import gettext as _

from buergerrat.formats import BERLIN, date, local


@dataclass(frozen=True)
class Schedule:
    """Days in Europe/Berlin, in the order in which they come."""

    reference_date: dt.date
    letters_on: dt.date
    reply_deadline: dt.date
    lottery_at: dt.datetime
    first_session_on: dt.date
    last_session_on: dt.date
    handover_on: dt.date
    answer_promised_by: dt.date
    retention_until: dt.date


def proposal(first_session_on: dt.date) -> Schedule:
    """Usual distances: letters nine weeks before, four weeks to reply, lottery four weeks before.

    Answer within six months after the handover; data go half a year after the answer.
    """

    def day(weeks: int, days: int = 0) -> dt.date:
        return first_session_on + dt.timedelta(weeks=weeks, days=days)

    lottery = dt.datetime.combine(_weekday(day(-4)), dt.time(18), BERLIN)
    handover = _weekday(day(4))
    answer = _months(handover, 6)
    return Schedule(
        reference_date=day(-11).replace(day=1),
        letters_on=_weekday(day(-9)),
        reply_deadline=_weekday(day(-5)),
        lottery_at=lottery,
        first_session_on=first_session_on,
        last_session_on=day(0, 1),
        handover_on=handover,
        answer_promised_by=answer,
        retention_until=_months(answer, 6),
    )


def _weekday(day: dt.date) -> dt.date:
    """The same day, or the Monday after a weekend."""
    return day + dt.timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def _months(day: dt.date, months: int) -> dt.date:
    """The last day of the month that lies so many months later."""
    year, month = divmod(day.year * 12 + day.month + months, 12)
    return dt.date(year, month + 1, 1) - dt.timedelta(days=1)


def problems(plan: Schedule, resolution_date: dt.date | None = None) -> dict[str, str]:
    """Field → German sentence, for every date that comes before the one it has to follow."""
    names = {
        "reference_date": _("Stichtag"),
        "letters_on": _("Versand der Briefe"),
        "reply_deadline": _("Antwortfrist"),
        "lottery_at": _("öffentliche Losung"),
        "first_session_on": _("erster Sitzungstag"),
        "last_session_on": _("letzter Sitzungstag"),
        "handover_on": _("Übergabe an den Rat"),
        "answer_promised_by": _("Antwort des Rats"),
        "retention_until": _("Löschung der Daten"),
    }
    strict = {"reply_deadline", "first_session_on"}
    days = {name: _day(getattr(plan, name)) for name in names}
    found = {}
    for before, after in itertools.pairwise(names):
        late = days[after] <= days[before] if after in strict else days[after] < days[before]
        if late:
            found[after] = _(
                "Dieser Tag muss nach „%(name)s“ (%(day)s) liegen.",
                name=names[before],
                day=date(days[before]),
            )
    if resolution_date is not None and resolution_date > days["letters_on"]:
        found["letters_on"] = _("Die Briefe können erst nach dem Beschluss des Rats hinausgehen.")
    return found


def _day(value: dt.date) -> dt.date:
    return local(value).date() if isinstance(value, dt.datetime) else value
