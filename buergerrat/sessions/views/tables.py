"""Tables for a round: propose, move somebody, fix, print."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.choices import choices
from buergerrat.sessions.forms import TablesForm
from buergerrat.sessions.models import AgendaItem, AssemblySession, TableRound
from buergerrat.sessions.services import tables
from buergerrat.sessions.services.attendance import present_members
from buergerrat.sessions.timetable import Kind
from buergerrat.sessions.views.common import ONE, TEAM, the_session, whole
from buergerrat.sortition.models import Member
from buergerrat.web import back_to, begin_log

bp = Blueprint("tables", __name__)
ROUND = f"{ONE}/tische/<int:round_number>"


@bp.get(f"{ONE}/tische")
@access(*TEAM, personal=True)
def show(assembly: Assembly, number: int) -> str:
    begin_log()
    session = the_session(number)
    return _page(session, _form(session))


def _page(session: AssemblySession, form: TablesForm) -> str:
    rounds = tables.rounds_of(session)
    audit.log("look", "member", f"{sum(len(r.seats) for r in rounds)} seats in {session.id}")
    return render_template(
        "sessions/tables.html",
        session=session,
        form=form,
        present=len(present_members(session)),
        rounds=[(round_, tables.tables_in(round_)) for round_ in reversed(rounds)],
        items={item.id: item for item in session.items},
    )


def _form(session: AssemblySession) -> TablesForm:
    """Bound when something was sent; suggests a number of tables and the next table work."""
    form = TablesForm(request.form or None)
    form.item.choices = choices(
        [
            ("", _("keiner")),
            *((str(item.number), f"{item.starts:%H:%M} {item.title}") for item in session.items),
        ]
    )
    if not request.form:
        seated = {round_.agenda_item_id for round_ in tables.rounds_of(session)}
        work = (i for i in session.items if i.kind == Kind.TABLE_WORK and i.id not in seated)
        upcoming = next(work, None)
        form.item.data = str(upcoming.number) if upcoming else ""
        people = len(present_members(session))
        form.tables.data = tables.suggested_tables(g.assembly, people)
    return form


@bp.post(f"{ONE}/tische")
@access(*TEAM, personal=True)
def propose(assembly: Assembly, number: int) -> ResponseReturnValue:
    session = the_session(number)
    form = _form(session)
    if not form.validate():
        return _page(session, form), 422
    item = None
    if form.item.data:
        item = scope.child(AgendaItem, session_id=session.id, number=int(form.item.data))
    tables.propose_tables(session, form.tables.data, item)
    return back_to("tables.show", number=number)


def the_round(number: int, round_number: int) -> TableRound:
    return scope.child(TableRound, session_id=the_session(number).id, number=round_number)


@bp.post(f"{ROUND}/umsetzen")
@access(*TEAM, personal=True)
def move(assembly: Assembly, number: int, round_number: int) -> ResponseReturnValue:
    round_ = the_round(number, round_number)
    member = scope.child(Member, uid=request.form.get("member", ""))
    tables.move_seat(round_, member, whole(request.form.get("table")) or 0)
    return back_to("tables.show", number=number, _anchor=f"runde-{round_number}")


@bp.post(f"{ROUND}/festlegen")
@access(*TEAM, personal=True)
def fix(assembly: Assembly, number: int, round_number: int) -> ResponseReturnValue:
    tables.fix_tables(the_round(number, round_number))
    return back_to("tables.show", number=number, _anchor=f"runde-{round_number}")


@bp.get(f"{ROUND}/druck")
@access(*TEAM, personal=True)
def print_cards(assembly: Assembly, number: int, round_number: int) -> str:
    begin_log()
    round_ = the_round(number, round_number)
    audit.log("look", "member", f"{len(round_.seats)} seats of round {round_.id}")
    return render_template(
        "sessions/tables_print.html",
        session=the_session(number),
        round=round_,
        tables=tables.tables_in(round_),
    )
