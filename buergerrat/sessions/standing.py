"""How far the step „Sitzungen“ is."""

from __future__ import annotations

from flask_babel import gettext as _

from buergerrat.assemblies import way
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.way import Standing
from buergerrat.formats import longdate, shortdate, weekday
from buergerrat.sessions.services.timetable import sessions_of


@way.step("sessions")
def sessions(assembly: Assembly) -> Standing:
    """Done when every session that was not cancelled is closed, and there was one.

    A meeting after the handover does not open the step again: the report is done.
    """
    every = [session for session in sessions_of(assembly) if session.state != "cancelled"]
    held = [session for session in every if session.day <= assembly.handover_on] or every
    open_ones = [session for session in held if session.state != "closed"]
    if held and not open_ones:
        return Standing(True, shortdate(held[-1].day), "sessions.index")
    if not held:
        return Standing(
            done=False,
            when=shortdate(assembly.first_session_on),
            endpoint="sessions.index",
            title=_("Sitzungen planen"),
            text=_("Legen Sie Tag, Ort und Zeitplan jeder Sitzung an."),
            action=_("Sitzung planen"),
        )
    session = open_ones[0]
    return Standing(
        done=False,
        when=shortdate(session.day),
        endpoint="sessions.index",
        title=_("%(title)s halten", title=session.title),
        text=_(
            "Prüfen Sie den Zeitplan. Am Tag selbst erfassen Sie Anwesenheit, Tische und Karten; "
            "danach schließen Sie die Sitzung."
        ),
        action=_("Zu den Sitzungen"),
        deadline=f"{weekday(session.day)}, {longdate(session.day)}",
    )
