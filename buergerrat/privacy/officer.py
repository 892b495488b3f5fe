"""What the data protection officer sees: numbers, days, roles. Never a name."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import extract, func, select

from buergerrat import charts
from buergerrat.accounts import log_words, roles
from buergerrat.accounts.models import Role
from buergerrat.assemblies import objections
from buergerrat.assemblies.models import Assembly, DeletionEntry
from buergerrat.audit import AuditEntry
from buergerrat.charts.deadlines import Deadline, deadlines
from buergerrat.charts.looks import Week, looks
from buergerrat.db import db
from buergerrat.formats import BERLIN, local, number
from buergerrat.german import NBSP
from buergerrat.privacy import deadlines as due
from buergerrat.privacy import requests, services

WEEKS = 12
SEEN = ("look", "export")


@dataclass(frozen=True)
class Line:
    """How often one role did one thing to one kind of object, in the weeks shown."""

    role: str
    action: str
    subject: str
    count: int


@dataclass(frozen=True)
class Seen:
    picture: charts.Picture
    weeks: list[Week]
    lines: list[Line]
    total: int


def seen(assembly: Assembly, role: str = "", action: str = "") -> Seen:
    """Looks and exports of the last weeks; `role` and `action` choose some of them."""
    monday = due.today() - dt.timedelta(days=due.today().weekday())
    first = monday - dt.timedelta(weeks=WEEKS - 1)
    rows = [
        row
        for row in _grouped(assembly, first)
        if (not role or row.role == role) and (not action or row.action == action)
    ]
    per_week: Counter[tuple[dt.date, str]] = Counter()
    per_line: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        start = row.day - dt.timedelta(days=row.day.weekday())
        per_week[start, row.action] += row.count
        per_line[row.role, row.action, row.noun] += row.count
    starts = [first + dt.timedelta(weeks=n) for n in range(WEEKS)]
    weeks = [Week(one, per_week[one, "look"], per_week[one, "export"]) for one in starts]
    lines = [Line(role_word(r), log_words.action(a), str(log_words.OBJECTS.get(n, n)), count)
             for (r, a, n), count in per_line.most_common()]  # fmt: skip
    picture = looks(weeks, _("Blicke und Ausgaben je Woche"), _("Blicke"), _("Ausgaben"))
    return Seen(picture, weeks, lines, sum(per_line.values()))  # fmt: skip


@dataclass(frozen=True)
class _Row:
    day: dt.date
    role: str
    action: str
    noun: str
    count: int


def _grouped(assembly: Assembly, first: dt.date) -> list[_Row]:
    """Counted by the database hour by hour: a busy town looks some thousand times a week, and a
    day in Berlin begins at another hour of UTC in summer than in winter."""
    day, hour = func.date(AuditEntry.at), extract("hour", AuditEntry.at)
    kind = (AuditEntry.actor_role, AuditEntry.action, AuditEntry.object_type)
    start = dt.datetime.combine(first, dt.time(), BERLIN)
    rows = db.session.execute(
        select(day, hour, *kind, func.count())
        .where(
            AuditEntry.assembly_id == assembly.id,
            AuditEntry.action.in_(SEEN),
            AuditEntry.at >= start,
        )
        .group_by(day, hour, *kind)
    )
    return [_Row(_day(row[0], int(row[1])), *row[2:]) for row in rows]


def _day(day: Any, hour: int) -> dt.date:
    """The day in Berlin of an hour in UTC; SQLite gives the day as a text."""
    date = day if isinstance(day, dt.date) else dt.date.fromisoformat(day)
    return local(dt.datetime.combine(date, dt.time(hour), dt.UTC)).date()


def role_word(key: str) -> str:
    if key == "":
        return str(_("Angeschriebene selbst"))
    return str(_("Programm")) if key == "system" else str(roles.LABELS[Role(key)])


def roles_seen(assembly: Assembly) -> list[tuple[str, str]]:
    """The roles in the log, for the filter."""
    rows = select(AuditEntry.actor_role).where(
        AuditEntry.assembly_id == assembly.id, AuditEntry.action.in_(SEEN)
    )
    return sorted((key, role_word(key)) for key in db.session.scalars(rows.distinct()) if key)


def timeline(groups: list[due.Group]) -> charts.Picture:
    rows = [
        Deadline(str(one.period.who), one.due or one.expected, one.due is not None, amount(one))
        for one in groups
        if not over(one)
    ]
    return deadlines(
        rows, due.today(), _("Was wann gelöscht wird"), _("heute")
    )  # fmt: skip


def over(group: due.Group) -> bool:
    """Nothing is there, and nothing is to come: its day has passed."""
    return not group.people and (group.due or group.expected) < due.today()


def amount(group: due.Group) -> str:
    """`12 Personen`, or a bare number of pieces."""
    if group.period.people:
        said: str = ngettext("%(num)s Person", "%(num)s Personen", group.people)
        return said.replace(" ", NBSP)
    return number(group.people)


@dataclass(frozen=True)
class Tasks:
    """What is open: requests with their last day, objections that wait for the pick."""

    open: list[tuple[str, dt.date, dt.date]]
    late: int
    waiting: int
    answered: list[tuple[str, int]]
    objections: int
    deleted: int


def tasks(assembly: Assembly) -> Tasks:
    rows = [
        (str(requests.KINDS[row.kind]), row.received_on, requests.due_on(row))
        for row in requests.open_of(assembly)
    ]
    done = requests.answered(assembly)
    deleted = select(func.sum(DeletionEntry.count)).where(
        DeletionEntry.assembly_id == assembly.id, DeletionEntry.category == "invitees"
    )
    return Tasks(
        open=rows,
        late=sum(last < due.today() for _kind, _day, last in rows),
        waiting=len(services.objected(assembly)),
        answered=[(str(word), done[key]) for key, word in requests.KINDS.items() if key in done],
        objections=objections.count(assembly.municipality_id),
        deleted=db.session.scalar(deleted) or 0,
    )
