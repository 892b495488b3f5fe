"""The plan of the letters, its commitment, the public seed and the invitation draw."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.jobs import Job
from buergerrat.sortition import draw_page
from buergerrat.sortition.commitment import SeedError, SeedKind
from buergerrat.sortition.forms.draw import (
    KIND_HINTS,
    VALUE_HINTS,
    GroupsForm,
    PlanForm,
    ProcedureForm,
    SeedForm,
    rate_rows,
)
from buergerrat.sortition.models import InvitationDraw
from buergerrat.sortition.planning import PlanError
from buergerrat.sortition.services import draw as service
from buergerrat.sortition.services import (
    draw_job,  # noqa: F401 - registers its job
    response,
)
from buergerrat.sortition.services import extract as extracts
from buergerrat.sortition.services import plan as plans
from buergerrat.sortition.services import regroup as regrouping
from buergerrat.sortition.services.plan_needs import enough, needs_of
from buergerrat.web import Conflict, back_to

bp = Blueprint("draw", __name__)


@bp.get("/<town>/buergerraete/<assembly>/einladungslosung")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    """What the draw is at: plan, commitment, seed, draw or result."""
    return _page(assembly)


def _page(
    assembly: Assembly,
    *,
    plan_form: PlanForm | None = None,
    procedure: ProcedureForm | None = None,
    seed_form: SeedForm | None = None,
    groups_form: GroupsForm | None = None,
) -> str:
    every = service.draws(assembly)
    open_draw = next(
        (d for d in every if d.state in ("committed", "seeded") and not d.rehearsal), None
    )
    extract = extracts.latest(assembly)
    context: dict[str, Any] = {
        "assembly": assembly,
        "chance": draw_page.chance,
        "draws": [d for d in every if d.state != "planned" and d is not open_draw],
        "draw": open_draw,
        "job": db.session.get(Job, open_draw.job_id) if open_draw and open_draw.job_id else None,
        "extract": extract,
        "kind_hints": KIND_HINTS,
        "value_hints": VALUE_HINTS,
    }
    if open_draw is not None:
        context["seed_form"] = seed_form or SeedForm(
            kind=open_draw.seed_kind, on=open_draw.seed_due
        )
        context["figures"] = draw_page.figures(plans.stored_plan(open_draw), needs_of(assembly))
    elif extract is not None and extract.state == "ready":
        context |= _planning(assembly, extract, plan_form, procedure)
        context |= _groups(assembly, extract, groups_form)
    return render_template("sortition/draw.html", **context)


def _planning(
    assembly: Assembly, extract: Any, plan_form: PlanForm | None, procedure: ProcedureForm | None
) -> dict[str, Any]:
    """The forms of the plan and, where the numbers fit, its pictures."""
    stored = plans.planned(assembly, extract)
    first = plans.choice_of(stored) if stored else plans.first_choice(assembly, extract.eligible)
    form = plan_form or PlanForm.of(first)
    plan, needs = None, needs_of(assembly)
    if not form.errors:
        try:
            plan = plans.make(extract, form.choice())
        except PlanError as problem:
            form.letters_total.errors = [str(problem)]
    return {
        "plan_form": form,
        "rate_rows": rate_rows(plans.kinds_of(extract), form),
        "earlier": response.earlier(assembly),
        "plan": plan,
        "figures": draw_page.figures(plan, needs) if plan else None,
        "enough": enough(plan, needs) if plan else None,
        "names": draw_page.names,
        "stored": stored,
        "changed": stored is None or plan is None or plan.choice != plans.choice_of(stored),
        "procedure": procedure or ProcedureForm(),
    }


def _groups(assembly: Assembly, extract: Any, form: GroupsForm | None) -> dict[str, Any]:
    bounds = ", ".join(assembly.age_bounds.split(","))
    return {
        "groups": regrouping.places_of(extract, form.districts if form else None),
        "groups_form": form or GroupsForm(age_bounds=bounds),
        "regrouping": regrouping.running(assembly),
        "regroup_problem": regrouping.last_problem(assembly),
    }


@bp.post("/<town>/buergerraete/<assembly>/einladungslosung/rechnen")
@access(Role.ADMINISTRATION)
def calculate(assembly: Assembly) -> ResponseReturnValue:
    """The same page with other numbers; nothing is stored."""
    _ready(assembly)
    form = PlanForm(request.form)
    form.validate()
    return _page(assembly, plan_form=form)


@bp.post("/<town>/buergerraete/<assembly>/einladungslosung")
@access(Role.ADMINISTRATION)
def save_plan(assembly: Assembly) -> ResponseReturnValue:
    extract = _ready(assembly)
    form = PlanForm(request.form)
    if not form.validate():
        return _page(assembly, plan_form=form), 422
    try:
        plans.save(assembly, extract, form.choice(), current_user.id)
    except PlanError as problem:
        form.letters_total.errors = [str(problem)]
        return _page(assembly, plan_form=form), 422
    flash(_("Der Plan ist gespeichert."), "success")
    return back_to("draw.show")


@bp.post("/<town>/buergerraete/<assembly>/einladungslosung/gruppen")
@access(Role.ADMINISTRATION)
def regroup(assembly: Assembly) -> ResponseReturnValue:
    """Other age bands, districts under one name; the waiting rows are parted anew."""
    extract = _ready(assembly)
    form = GroupsForm(request.form, min_age=assembly.min_age)
    if not form.validate():
        return _page(assembly, groups_form=form), 422
    regrouping.start(assembly, extract, form.bounds(), form.renamed(), current_user.id)
    return back_to("draw.show", _anchor="gruppen")


@bp.get("/<town>/buergerraete/<assembly>/einladungslosung/gruppen/fortschritt")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def regroup_progress(assembly: Assembly) -> ResponseReturnValue:
    job = regrouping.running(assembly)
    if job is None:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("sortition/draw_regroup.html", job=job)


def _ready(assembly: Assembly) -> Any:
    extract = extracts.ready(assembly)
    if extract is None:
        raise Conflict(_("Es gibt keinen Auszug, aus dem gelost werden kann. Lesen Sie einen ein."))
    return extract


@bp.post("/<town>/buergerraete/<assembly>/einladungslosung/festschreiben")
@access(Role.ADMINISTRATION, reauth=True)
def commit(assembly: Assembly) -> ResponseReturnValue:
    stored = plans.planned(assembly, _ready(assembly))
    if stored is None:
        extracts.refuse_while_committed(assembly)
        raise Conflict(_("Speichern Sie zuerst den Plan."))
    form = ProcedureForm(request.form)
    if not form.validate():
        return _page(assembly, procedure=form), 422
    service.commit(stored, form.procedure(), current_user.id)
    flash(_("Der Plan ist festgeschrieben und öffentlich."), "success")
    return back_to("draw.show")


@bp.get("/<town>/buergerraete/<assembly>/einladungslosung/<int:number>/festschreibung.json")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def commitment_file(assembly: Assembly, number: int) -> Response:
    draw = scope.child(InvitationDraw, number=number)
    if draw.commitment is None:
        abort(404)
    name = f"festschreibung-{assembly.slug}-{number}.json"
    return Response(
        draw.commitment.encode(),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.post("/<town>/buergerraete/<assembly>/einladungslosung/<int:number>/startwert")
@access(Role.ADMINISTRATION, reauth=True)
def enter_seed(assembly: Assembly, number: int) -> ResponseReturnValue:
    draw = scope.child(InvitationDraw, number=number)
    form = SeedForm(request.form)
    service.refuse_seed(draw)
    if not form.validate():
        return _page(assembly, seed_form=form), 422
    try:
        kind = SeedKind(form.kind.data)
        service.enter_seed(draw, kind, form.value.data, form.on.data, current_user.id)
    except SeedError as problem:
        form.fail("value", str(problem))
        return _page(assembly, seed_form=form), 422
    flash(_("Der Startwert steht fest. Jetzt kann gelost werden."), "success")
    return back_to("draw.show")


@bp.post("/<town>/buergerraete/<assembly>/einladungslosung/<int:number>/losen")
@access(Role.ADMINISTRATION, reauth=True)
def start(assembly: Assembly, number: int) -> ResponseReturnValue:
    service.start(scope.child(InvitationDraw, number=number), current_user.id)
    return back_to("draw.show")


@bp.post("/<town>/buergerraete/<assembly>/einladungslosung/probe")
@access(Role.ADMINISTRATION)
def rehearse(assembly: Assembly) -> ResponseReturnValue:
    stored = plans.planned(assembly, _ready(assembly))
    if stored is None:
        raise Conflict(_("Speichern Sie zuerst den Plan."))
    probe = service.rehearse(stored, current_user.id)
    return back_to("draw.result", number=probe.number)


@bp.get("/<town>/buergerraete/<assembly>/einladungslosung/<int:number>")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def result(assembly: Assembly, number: int) -> str:
    draw = scope.child(InvitationDraw, number=number)
    if draw.state == "planned":
        abort(404)
    return render_template(
        "sortition/draw_result.html",
        assembly=assembly,
        chance=draw_page.chance,
        draw=draw,
        job=db.session.get(Job, draw.job_id) if draw.job_id else None,
        figures=draw_page.figures(plans.stored_plan(draw), needs_of(assembly)),
        rows=draw_page.drawn_rows(draw),
    )


@bp.get("/<town>/buergerraete/<assembly>/einladungslosung/<int:number>/fortschritt")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def progress(assembly: Assembly, number: int) -> ResponseReturnValue:
    draw = scope.child(InvitationDraw, number=number)
    job = db.session.get(Job, draw.job_id) if draw.job_id else None
    if job is None or not job.active:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("sortition/draw_progress.html", job=job, draw=draw)
