"""The dates of a Bürgerrat: which order they must keep, and a plan back from the first session."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, fields

from flask_babel import gettext as _

from buergerrat.assemblies.laender import day_off, working_day
from buergerrat.formats import BERLIN, date, local

NOTICE_WEEKS = 3  # what Baden-Württemberg asks for; a good habit elsewhere
ACCEPT_DAYS = 10


@dataclass(frozen=True)
class Schedule:
    """Days in Europe/Berlin, in the order in which they come; the last three may be unknown."""

    reference_date: dt.date
    letters_on: dt.date
    reply_deadline: dt.date
    lottery_at: dt.datetime
    first_session_on: dt.date
    last_session_on: dt.date
    handover_on: dt.date
    answer_promised_by: dt.date
    retention_until: dt.date
    notice_on: dt.date | None = None
    extract_on: dt.date | None = None
    reminder_on: dt.date | None = None


DATES = tuple(field.name for field in fields(Schedule))
OPTIONAL = ("notice_on", "extract_on", "reminder_on")
NEEDED = tuple(name for name in DATES if name not in OPTIONAL)


@dataclass(frozen=True)
class Moved:
    """A date that would have fallen on a day on which nobody works."""

    name: str
    usual: dt.date
    reason: str  # "Silvester", "Samstag"


def proposal(first_session_on: dt.date, land: str = "", session_days: int = 2) -> Schedule:
    """Usual distances: letters nine weeks before, four weeks to reply, lottery four weeks before.

    Public notice three weeks before the letters, the extract two, a reminder two weeks after
    them. Answer within six months after the handover; data go half a year after the answer.
    What has to be early moves to the working day before, what gives people time to the one after;
    `land` is a code as in `laender`.
    """
    return proposed(first_session_on, land, session_days)[0]


def proposed(
    first_session_on: dt.date, land: str = "", session_days: int = 2
) -> tuple[Schedule, list[Moved]]:
    """The proposal, and what was moved to a working day and why."""
    moved: list[Moved] = []

    def on(name: str, usual: dt.date, step: int) -> dt.date:
        if reason := day_off(land, usual):
            moved.append(Moved(name, usual, reason))
        return working_day(land, usual, step)

    week = dt.timedelta(weeks=1)
    letters = on("letters_on", first_session_on - 9 * week, -1)
    deadline = on("reply_deadline", first_session_on - 5 * week, 1)
    lottery = on("lottery_at", first_session_on - 4 * week, 1)
    last = first_session_on + dt.timedelta(days=session_days - 1)
    handover = on("handover_on", last + 4 * week - dt.timedelta(days=1), 1)
    answer = months_later(handover, 6)
    plan = Schedule(
        reference_date=(first_session_on - 11 * week).replace(day=1),
        letters_on=letters,
        reply_deadline=deadline,
        lottery_at=dt.datetime.combine(lottery, dt.time(18), BERLIN),
        first_session_on=first_session_on,
        last_session_on=last,
        handover_on=handover,
        answer_promised_by=answer,
        retention_until=months_later(answer, 6),
        notice_on=on("notice_on", letters - NOTICE_WEEKS * week, -1),
        extract_on=on("extract_on", letters - 2 * week, -1),
        reminder_on=on("reminder_on", letters + 2 * week, 1),
    )
    return plan, moved


def months_later(day: dt.date, months: int) -> dt.date:
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
    days = {name: day_of(getattr(plan, name)) for name in names}
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
    return found | _preparing(plan)


def _preparing(plan: Schedule) -> dict[str, str]:
    """The same for the dates that may be left open."""
    found = {}
    letters, deadline = plan.letters_on, plan.reply_deadline
    for name in ("notice_on", "extract_on"):
        day = getattr(plan, name)
        if day is not None and day > letters:
            found[name] = _(
                "Dieser Tag muss vor dem Versand der Briefe (%(day)s) liegen.", day=date(letters)
            )
    if plan.reminder_on is not None and not letters < plan.reminder_on <= deadline:
        found["reminder_on"] = _(
            "Die Erinnerung geht zwischen dem Versand der Briefe (%(first)s) und der Antwortfrist "
            "(%(last)s) hinaus.",
            first=date(letters),
            last=date(deadline),
        )
    return found


def day_of(value: dt.date) -> dt.date:
    return local(value).date() if isinstance(value, dt.datetime) else value
