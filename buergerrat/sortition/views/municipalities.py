"""/gemeindelosung: which municipalities invite, and what travels between them and the county."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition import municipality_list
from buergerrat.sortition.commitment import SeedError
from buergerrat.sortition.forms.draw import KIND_HINTS, VALUE_HINTS, ProcedureForm, SeedForm
from buergerrat.sortition.forms.municipalities import ListForm, MunicipalityPlanForm, RefusalForm
from buergerrat.sortition.models import MunicipalityDraw
from buergerrat.sortition.municipalities import DrawError
from buergerrat.sortition.services import municipality_draw as service
from buergerrat.sortition.services import municipality_page as page
from buergerrat.web import Conflict, back_to

bp = Blueprint("municipalities", __name__)
PATH = "/<town>/buergerraete/<assembly>/gemeindelosung"


@bp.get(PATH)
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    """List, plan, commitment, seed or result: what the draw is at."""
    return _page(assembly)


def _page(assembly: Assembly, **forms: Any) -> str:
    row = service.current(assembly)
    context: dict[str, Any] = {
        "assembly": assembly,
        "draw": row,
        "list_form": forms.get("list_form")
        or ListForm(starts_with=(assembly.municipality.ags or "").rstrip("0")[:5]),
        "kind_hints": KIND_HINTS,
        "value_hints": VALUE_HINTS,
    }
    if row is not None:
        context |= _parts(row, forms)
    return render_template("sortition/municipalities/show.html", **context)


def _parts(row: MunicipalityDraw, forms: dict[str, Any]) -> dict[str, Any]:
    level = row.plan["level"]
    form = forms.get("plan_form") or MunicipalityPlanForm.of(service.plan_of(row), level)
    found: dict[str, Any] = {
        "plan_form": form,
        "procedure": forms.get("procedure") or ProcedureForm(),
        "seed_form": forms.get("seed_form") or SeedForm(kind=row.seed_kind, on=row.seed_due),
        "refusal": forms.get("refusal") or RefusalForm(),
        "figures": None,
        "trouble": "",
    }
    if not form.errors:
        try:
            found["figures"] = page.figures(service.towns_of(row, form.level.data), form.plan())
        except DrawError as problem:
            found["trouble"] = str(problem)
    if row.state == "drawn":
        found |= {"rows": page.town_rows(row), "spare": page.spare_rows(row)}
    return found


def _row(assembly: Assembly) -> MunicipalityDraw:
    row = service.current(assembly)
    if row is None:
        raise Conflict(_("Laden Sie zuerst die Liste der Gemeinden hoch."))
    return row


@bp.post(PATH + "/liste")
@access(Role.ADMINISTRATION)
def read_list(assembly: Assembly) -> ResponseReturnValue:
    form = ListForm(request.form)
    file = request.files.get("liste")
    if not form.validate() or file is None or not file.filename:
        if file is None or not file.filename:
            flash(_("Bitte wählen Sie die Liste der Gemeinden aus."), "warning")
        return _page(assembly, list_form=form), 422
    data = file.stream.read(municipality_list.MAX_BYTES + 1)
    try:
        row = service.read_list(
            assembly,
            data,
            form.source.data.strip(),
            form.starts_with.data or "",
            current_user.id,
        )
    except DrawError as problem:
        flash(str(problem), "danger")
        return _page(assembly, list_form=form), 422
    flash(
        ngettext(
            "%(num)s Gemeinde ist eingelesen.", "%(num)s Gemeinden sind eingelesen.", len(row.frame)
        ),
        "success",
    )
    return back_to("municipalities.show")


@bp.post(PATH + "/plan")
@access(Role.ADMINISTRATION)
def save_plan(assembly: Assembly) -> ResponseReturnValue:
    row = _row(assembly)
    form = MunicipalityPlanForm(request.form)
    if not form.validate():
        return _page(assembly, plan_form=form), 422
    try:
        service.save_plan(row, form.plan(), form.level.data, current_user.id)
    except DrawError:
        return _page(assembly, plan_form=form), 422
    flash(_("Der Plan ist gespeichert."), "success")
    return back_to("municipalities.show")


@bp.post(PATH + "/festschreiben")
@access(Role.ADMINISTRATION, reauth=True)
def commit(assembly: Assembly) -> ResponseReturnValue:
    row = _row(assembly)
    form = ProcedureForm(request.form)
    if not form.validate():
        return _page(assembly, procedure=form), 422
    try:
        service.commit(assembly, row, form.procedure(), current_user.id)
    except DrawError as problem:
        raise Conflict(str(problem)) from problem
    flash(_("Liste und Plan sind festgeschrieben und öffentlich."), "success")
    return back_to("municipalities.show")


@bp.post(PATH + "/startwert")
@access(Role.ADMINISTRATION, reauth=True)
def enter_seed(assembly: Assembly) -> ResponseReturnValue:
    row = _row(assembly)
    form = SeedForm(request.form)
    form.kind.data = row.seed_kind
    if not form.validate():
        return _page(assembly, seed_form=form), 422
    try:
        service.enter_seed(row, form.value.data, form.on.data, current_user.id)
    except SeedError as problem:
        form.fail("value", str(problem))
        return _page(assembly, seed_form=form), 422
    flash(_("Die Gemeinden sind gelost."), "success")
    return back_to("municipalities.show")


@bp.post(PATH + "/absage")
@access(Role.ADMINISTRATION)
def refuse(assembly: Assembly) -> ResponseReturnValue:
    form = RefusalForm(request.form)
    if not form.validate():
        return _page(assembly, refusal=form), 422
    came = service.refuse(
        _row(assembly), request.form.get("ags", ""), form.reason.data.strip(), current_user.id
    )
    if came:
        flash(
            _("Die Absage ist eingetragen. Es rückt nach: %(names)s.", names=", ".join(came)),
            "success",
        )
    else:
        flash(
            _("Die Absage ist eingetragen. In dieser Größenklasse ist niemand mehr übrig."),
            "warning",
        )
    return back_to("municipalities.show")


@bp.post(PATH + "/gemeinsam")
@access(Role.ADMINISTRATION, reauth=True)
def announce(assembly: Assembly) -> ResponseReturnValue:
    """Name the event that gives all towns the seed of their draws at home."""
    form = ProcedureForm(request.form)
    if not form.validate():
        return _page(assembly, procedure=form), 422
    service.announce_home(_row(assembly), form.procedure(), current_user.id)
    flash(_("Der gemeinsame Startwert ist angekündigt."), "success")
    return back_to("municipalities.show")


@bp.get(PATH + "/gemeindelosung.json")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def record_file(assembly: Assembly) -> Response:
    return attached(service.record(_row(assembly)), "gemeindelosung.json")


def attached(data: bytes, name: str) -> Response:
    answer = Response(data, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@bp.get(PATH + "/auftrag/<ags>.json")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def order_file(assembly: Assembly, ags: str) -> Response:
    made = service.order(assembly, _row(assembly), ags)
    text = json.dumps(made, ensure_ascii=False, indent=2).encode()
    return attached(text, f"auftrag-{ags}.json")


@bp.get(PATH + "/auftrag")
@access(Role.ADMINISTRATION)
def order(assembly: Assembly) -> str:
    return render_template("sortition/municipalities/order.html", assembly=assembly, order=None)


@bp.post(PATH + "/auftrag")
@access(Role.ADMINISTRATION)
def read_order(assembly: Assembly) -> ResponseReturnValue:
    """Show what a town that was drawn types into its own plan; nothing is stored."""
    file = request.files.get("auftrag")
    try:
        found = service.read_order(file.stream.read(100_000) if file else b"")
    except DrawError as problem:
        flash(str(problem), "danger")
        page = render_template("sortition/municipalities/order.html", assembly=assembly, order=None)
        return page, 422
    return render_template("sortition/municipalities/order.html", assembly=assembly, order=found)
