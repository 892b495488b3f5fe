from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat.accounts.access import access
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import child
from buergerrat.recommendations.forms import BallotForm, MinorityForm, ResultForm
from buergerrat.recommendations.models import Recommendation
from buergerrat.recommendations.services import ballots as service
from buergerrat.recommendations.services import states
from buergerrat.recommendations.views.recommendations import BASE, WRITERS
from buergerrat.web import Conflict, back_to

bp = Blueprint("ballots", __name__)


@bp.get(f"{BASE}/<int:number>/abstimmung")
@access(*WRITERS)
def prepare(assembly: Assembly, number: int) -> str:
    item = child(Recommendation, number=number)
    states.refuse_after_handover(assembly.id)
    if (item.state, "put_to_vote") not in states.MOVES:
        raise Conflict(_("Diese Empfehlung kann nicht zur Abstimmung gestellt werden."))
    present, entitled = service.head_count(assembly)
    form = BallotForm(present=present, entitled=entitled)
    return render_template("recommendations/ballot.html", item=item, form=form)


@bp.post(f"{BASE}/<int:number>/abstimmung")
@access(*WRITERS)
def begin(assembly: Assembly, number: int) -> ResponseReturnValue:
    item = child(Recommendation, number=number)
    form = BallotForm(request.form)
    if not form.validate():
        return render_template("recommendations/ballot.html", item=item, form=form), 422
    service.open_ballot(item, form.rules(), form.present.data, form.entitled.data)
    return back_to("ballots.enter_result", number=number)


@bp.get(f"{BASE}/<int:number>/ergebnis")
@access(*WRITERS)
def enter_result(assembly: Assembly, number: int) -> str:
    item = child(Recommendation, number=number)
    ballot = service.open_one(item)
    form = ResultForm(present=ballot.present, entitled=ballot.entitled)
    return _result_page(item, form)


@bp.post(f"{BASE}/<int:number>/ergebnis")
@access(*WRITERS)
def close(assembly: Assembly, number: int) -> ResponseReturnValue:
    item = child(Recommendation, number=number)
    form = ResultForm(request.form)
    if not form.validate():
        return _result_page(item, form), 422
    service.close_ballot(
        item,
        form.yes.data,
        form.no.data,
        form.abstain.data,
        form.present.data,
        form.entitled.data,
    )
    return back_to("recommendations.show", number=number, _anchor="abstimmung")


def _result_page(item: Recommendation, form: ResultForm) -> str:
    return render_template(
        "recommendations/result.html",
        item=item,
        form=form,
        ballot=service.open_one(item),
        rules_sentence=service.rules_sentence(service.open_one(item)),
    )


@bp.post(f"{BASE}/<int:number>/abstimmung/abbrechen")
@access(*WRITERS)
def break_off(assembly: Assembly, number: int) -> ResponseReturnValue:
    service.break_off(child(Recommendation, number=number))
    return back_to("recommendations.show", number=number)


@bp.get(f"{BASE}/<int:number>/sondervotum")
@access(*WRITERS)
def write_minority(assembly: Assembly, number: int) -> str:
    item = child(Recommendation, number=number)
    states.refuse_after_handover(assembly.id)
    return _minority_page(item, MinorityForm())


@bp.post(f"{BASE}/<int:number>/sondervotum")
@access(*WRITERS)
def add_minority(assembly: Assembly, number: int) -> ResponseReturnValue:
    item = child(Recommendation, number=number)
    form = MinorityForm(request.form)
    if not form.validate():
        return _minority_page(item, form), 422
    service.add_minority_statement(item, form.text.data, form.supporters.data)
    ballot = service.counting(item)
    against = ballot.no + ballot.abstain if ballot else 0
    if form.supporters.data > against:
        flash(
            _(
                "Bitte prüfen: %(supporters)s Mitglieder tragen das Sondervotum, aber nur "
                "%(against)s haben mit Nein gestimmt oder sich enthalten.",
                supporters=form.supporters.data,
                against=against,
            ),
            "warning",
        )
    return back_to("recommendations.show", number=number, _anchor="sondervoten")


def _minority_page(item: Recommendation, form: MinorityForm) -> str:
    ballot = service.counting(item)
    return render_template(
        "recommendations/minority.html",
        item=item,
        form=form,
        against=ballot.no + ballot.abstain if ballot else 0,
    )
