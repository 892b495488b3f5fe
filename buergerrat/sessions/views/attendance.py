"""Who is here: one tap each. The page shows names, so every look is in the log."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.sessions.services import attendance
from buergerrat.sessions.views.common import ONE, TEAM, the_session
from buergerrat.sortition.models import Member
from buergerrat.web import Conflict, back_to, begin_log

bp = Blueprint("attendance", __name__)


@bp.get(f"{ONE}/anwesenheit")
@access(*TEAM, personal=True)
def show(assembly: Assembly, number: int) -> str:
    begin_log()
    session = the_session(number)
    entries = attendance.roll(session)
    audit.log("look", "member", f"{len(entries)} in session {session.id}")
    return render_template("sessions/attendance.html", session=session, entries=entries)


@bp.post(f"{ONE}/anwesenheit")
@access(*TEAM, personal=True)
def record(assembly: Assembly, number: int) -> ResponseReturnValue:
    member = scope.child(Member, uid=request.form.get("member", ""))
    session, state = the_session(number), request.form.get("state", "")
    if state == "left":
        attendance.leave(session, member)
    elif state in attendance.STATES:
        attendance.set_attendance(session, member, state)
    else:
        raise Conflict("Diesen Stand gibt es nicht.")
    return back_to("attendance.show", number=number, _anchor=f"l-{member.losnummer}")


@bp.post(f"{ONE}/anwesenheit/alle")
@access(*TEAM, personal=True)
def everybody(assembly: Assembly, number: int) -> ResponseReturnValue:
    attendance.all_present(the_session(number))
    return back_to("attendance.show", number=number)
