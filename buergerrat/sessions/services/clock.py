"""The head of the board: what runs, how long still, how late, plan and actual as two bars."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal

from buergerrat import charts
from buergerrat.formats import local
from buergerrat.sessions import timetable
from buergerrat.sessions.models import AgendaItem, AssemblySession
from buergerrat.sessions.services.timetable import slots


@dataclass(frozen=True)
class Clock:
    """`now` is None on any other day than the session's; then only the plan is shown."""

    now: dt.datetime | None
    running: AgendaItem | None
    following: AgendaItem | None
    ends: dt.datetime | None
    minutes_left: int
    late: int
    picture: charts.Picture | None


def clock(session: AssemblySession, now: dt.datetime) -> Clock:
    now = local(now)
    today = now.date() == session.day and session.state in ("planned", "running")
    planned = slots(session)
    expected = timetable.forecast(planned, now) if today else _as_it_was(planned)
    rows = {str(item.number): item for item in session.items}
    current = timetable.running(planned, now) if today else None
    ends = next((s.end for s in expected if current and s.item.id == current.item.id), None)
    following = next((i for i in session.items if not i.started_at), None)
    return Clock(
        now=now if today else None,
        running=rows[current.item.id] if current else None,
        following=following,
        ends=ends,
        minutes_left=math.ceil((ends - now).total_seconds() / 60) if ends else 0,
        late=timetable.minutes_late(planned, now) if today else 0,
        picture=_picture(planned, expected, current, now if today else None),
    )


def _as_it_was(planned: list[timetable.Slot]) -> list[timetable.Slot]:
    return [
        timetable.Slot(s.item, s.item.actual_start, s.item.actual_end)
        for s in planned
        if s.item.actual_start and s.item.actual_end
    ]


def _picture(
    planned: list[timetable.Slot],
    expected: list[timetable.Slot],
    current: timetable.Slot | None,
    now: dt.datetime | None,
) -> charts.Picture | None:
    if not planned:
        return None
    plan = [charts.Slot(s.item.title, local(s.start), local(s.end)) for s in planned]
    actual = [
        charts.Slot(s.item.title, local(s.start), local(s.end), _state(s, current))
        for s in expected
    ]
    return charts.timetable(plan, actual, now)


def _state(slot: timetable.Slot, current: timetable.Slot | None) -> Literal["done", "now", "later"]:
    if current is not None and slot.item.id == current.item.id:
        return "now"
    return "done" if slot.item.actual_end else "later"
