"""List of sessions, timetable, running order, calendar file, states."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sessions.forms import ItemForm, ReasonForm, SessionForm
from buergerrat.sessions.models import AssemblySession
from buergerrat.sessions.services import planning, timetable
from buergerrat.sessions.services.attendance import count_present
from buergerrat.sessions.services.planning import Stale
from buergerrat.sessions.views.common import BASE, ONE, TEAM, may_edit, may_reopen, the_session
from buergerrat.web import back_to

bp = Blueprint("sessions", __name__)


@bp.get(BASE)
@access(*TEAM, Role.OBSERVER)
def index(assembly: Assembly) -> str:
    number = len(timetable.sessions_of(assembly)) + 1
    form = SessionForm(data={"title": f"Sitzung {number}", "place": assembly.session_place})
    return _list(assembly, form)


@bp.post(BASE)
@access(*TEAM)
def create(assembly: Assembly) -> ResponseReturnValue:
    form = SessionForm(request.form)
    if not form.validate():
        return _list(assembly, form), 422
    session = planning.plan_session(assembly, form.title.data, form.day.data, form.place.data)
    return back_to("sessions.show", number=session.number)


def _list(assembly: Assembly, form: SessionForm) -> str:
    sessions = timetable.sessions_of(assembly)
    return render_template(
        "sessions/index.html",
        sessions=sessions,
        present={session.id: count_present(session) for session in sessions},
        form=form,
        may_edit=may_edit(),
    )


@bp.get(ONE)
@access(*TEAM, Role.OBSERVER)
def show(assembly: Assembly, number: int) -> str:
    return timetable_page(the_session(number), ItemForm())


def timetable_page(session: AssemblySession, item_form: ItemForm) -> str:
    """The timetable with the form for a new item below."""
    return render_template(
        "sessions/show.html",
        session=session,
        slots=timetable.slots(session),
        warnings=timetable.warnings(session),
        form=item_form,
        reason_form=ReasonForm(),
        may_edit=may_edit(),
        may_reopen=may_reopen(),
    )


@bp.get(f"{ONE}/angaben")
@access(*TEAM)
def edit(assembly: Assembly, number: int) -> str:
    session = the_session(number)
    return render_template("sessions/edit.html", session=session, form=SessionForm(obj=session))


@bp.post(f"{ONE}/angaben")
@access(*TEAM)
def change(assembly: Assembly, number: int) -> ResponseReturnValue:
    session = the_session(number)
    form = SessionForm(request.form)
    if not form.validate():
        return render_template("sessions/edit.html", session=session, form=form), 422
    try:
        planning.change_session(
            session, form.revision.number(), form.title.data, form.day.data, form.place.data
        )
    except Stale as stale:
        form.revision.data = session.revision
        page = render_template("sessions/edit.html", session=session, form=form, stale=stale)
        return page, 409
    return back_to("sessions.show", number=number)


@bp.get(f"{ONE}/regieplan")
@access(*TEAM, Role.OBSERVER)
def running_order(assembly: Assembly, number: int) -> str:
    session = the_session(number)
    return render_template(
        "sessions/running_order.html", session=session, slots=timetable.slots(session)
    )


@bp.get(f"{ONE}/kalender.ics")
@access(*TEAM, Role.OBSERVER)
def calendar(assembly: Assembly, number: int) -> Response:
    content = timetable.calendar_file(assembly, the_session(number))
    name = f"{assembly.slug}-sitzung-{number}.ics"
    return Response(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.post(f"{ONE}/oeffnen")
@access(*TEAM)
def open_session(assembly: Assembly, number: int) -> ResponseReturnValue:
    planning.walk(the_session(number), "running")
    return back_to("sessions.show", number=number)


@bp.post(f"{ONE}/schliessen")
@access(*TEAM)
def close(assembly: Assembly, number: int) -> ResponseReturnValue:
    planning.walk(the_session(number), "closed")
    return back_to("sessions.show", number=number)


@bp.post(f"{ONE}/absagen")
@access(*TEAM)
def cancel(assembly: Assembly, number: int) -> ResponseReturnValue:
    planning.walk(the_session(number), "cancelled")
    return back_to("sessions.show", number=number)


@bp.post(f"{ONE}/wieder-planen")
@access(*TEAM)
def plan_again(assembly: Assembly, number: int) -> ResponseReturnValue:
    planning.walk(the_session(number), "planned")
    return back_to("sessions.show", number=number)


@bp.post(f"{ONE}/wieder-oeffnen")
@access(Role.ADMINISTRATION)
def reopen(assembly: Assembly, number: int) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    form.validate()
    planning.walk(the_session(number), "running", reason=form.reason.data or "")
    return back_to("sessions.show", number=number)
