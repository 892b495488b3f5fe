"""The days of the sessions, for the dates on the assembly's home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from buergerrat.assemblies import overview
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.overview import Appointment
from buergerrat.formats import BERLIN
from buergerrat.sessions.models import AssemblySession
from buergerrat.sessions.services.timetable import sessions_of


@overview.appointments
def session_days(assembly: Assembly) -> Sequence[Appointment]:
    held = (session for session in sessions_of(assembly) if session.state != "cancelled")
    return [Appointment(_begins(session), session.title, session.place) for session in held]


def _begins(session: AssemblySession) -> dt.date:
    """With the hour once there is a timetable."""
    if not session.items:
        return session.day
    return dt.datetime.combine(session.day, session.items[0].starts, BERLIN)
