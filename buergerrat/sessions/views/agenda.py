"""The items of a timetable: add, change, move, lengthen, begin, end."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from buergerrat.accounts.access import access
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.sessions.forms import ItemForm
from buergerrat.sessions.models import AgendaItem
from buergerrat.sessions.services import planning
from buergerrat.sessions.services.planning import Stale
from buergerrat.sessions.views.common import ONE, TEAM, the_session
from buergerrat.sessions.views.sessions import timetable_page
from buergerrat.web import back_to

bp = Blueprint("agenda", __name__)
ITEM = f"{ONE}/punkte/<int:item>"


def the_item(number: int, item: int) -> AgendaItem:
    return scope.child(AgendaItem, session_id=the_session(number).id, number=item)


def _return(number: int, item: int) -> ResponseReturnValue:
    """Back to the board when the button was pressed there, else to the item's row."""
    if request.form.get("von") == "tafel":
        return back_to("board.show", number=number)
    return back_to("sessions.show", number=number, _anchor=f"punkt-{item}")


@bp.post(f"{ONE}/punkte")
@access(*TEAM)
def create(assembly: Assembly, number: int) -> ResponseReturnValue:
    session = the_session(number)
    form = ItemForm(request.form)
    if not form.validate():
        return timetable_page(session, form), 422
    item = planning.add_item(session, form.item())
    return _return(number, item.number)


@bp.get(ITEM)
@access(*TEAM)
def edit(assembly: Assembly, number: int, item: int) -> str:
    row = the_item(number, item)
    return render_template("sessions/item.html", item=row, form=ItemForm(obj=row))


@bp.post(ITEM)
@access(*TEAM)
def change(assembly: Assembly, number: int, item: int) -> ResponseReturnValue:
    row = the_item(number, item)
    form = ItemForm(request.form)
    if not form.validate():
        return render_template("sessions/item.html", item=row, form=form), 422
    try:
        planning.change_item(row, form.revision.number(), form.item())
    except Stale as stale:
        form.revision.data = row.revision
        return render_template("sessions/item.html", item=row, form=form, stale=stale), 409
    return _return(number, item)


@bp.post(f"{ITEM}/loeschen")
@access(*TEAM)
def delete(assembly: Assembly, number: int, item: int) -> ResponseReturnValue:
    planning.delete_item(the_item(number, item))
    return back_to("sessions.show", number=number)


@bp.post(f"{ITEM}/frueher")
@access(*TEAM)
def up(assembly: Assembly, number: int, item: int) -> ResponseReturnValue:
    planning.move_item(the_item(number, item), up=True)
    return _return(number, item)


@bp.post(f"{ITEM}/spaeter")
@access(*TEAM)
def down(assembly: Assembly, number: int, item: int) -> ResponseReturnValue:
    planning.move_item(the_item(number, item), up=False)
    return _return(number, item)


@bp.post(f"{ITEM}/fuenf-minuten")
@access(*TEAM)
def extend(assembly: Assembly, number: int, item: int) -> ResponseReturnValue:
    planning.extend_item(the_item(number, item), 5)
    return _return(number, item)


@bp.post(f"{ITEM}/beginnen")
@access(*TEAM)
def start(assembly: Assembly, number: int, item: int) -> ResponseReturnValue:
    planning.start_item(the_item(number, item))
    return _return(number, item)


@bp.post(f"{ITEM}/beenden")
@access(*TEAM)
def end(assembly: Assembly, number: int, item: int) -> ResponseReturnValue:
    planning.end_item(the_item(number, item))
    return _return(number, item)
