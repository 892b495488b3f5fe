from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from buergerrat.accounts.access import access
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import child
from buergerrat.recommendations.forms import StanceForm
from buergerrat.recommendations.models import Recommendation
from buergerrat.recommendations.services import cards, states
from buergerrat.recommendations.services import recommendations as service
from buergerrat.recommendations.views.recommendations import BASE, WRITERS, picker
from buergerrat.sessions.models import Note
from buergerrat.web import back_to

bp = Blueprint("evidence", __name__)


@bp.get(f"{BASE}/<int:number>/karten")
@access(*WRITERS)
def choose(assembly: Assembly, number: int) -> str:
    item = child(Recommendation, number=number)
    states.require_draft(item)
    return _page(assembly, item, StanceForm())


@bp.post(f"{BASE}/<int:number>/karten")
@access(*WRITERS)
def add(assembly: Assembly, number: int) -> ResponseReturnValue:
    item = child(Recommendation, number=number)
    form = StanceForm(request.form)
    if "thema" in request.form:  # a filter was chosen: nothing is saved
        return _page(assembly, item, form)
    if not form.validate():
        return _page(assembly, item, form), 422
    notes = cards.by_ids(assembly, request.form.getlist("karte"))
    service.add_evidence(item, notes, form.stance.data)
    return back_to("recommendations.show", number=number, _anchor="herkunft")


def _page(assembly: Assembly, item: Recommendation, form: StanceForm) -> str:
    return render_template("recommendations/cards.html", item=item, form=form, **picker(assembly))


@bp.post(f"{BASE}/<int:number>/karten/<df_list>/<int:note>/entfernen")
@access(*WRITERS)
def remove(assembly: Assembly, number: int, df_list: str, note: int) -> ResponseReturnValue:
    item = child(Recommendation, number=number)
    service.remove_evidence(item, child(Note, df_list=df_list, number=note))
    return back_to("recommendations.show", number=number, _anchor="herkunft")
