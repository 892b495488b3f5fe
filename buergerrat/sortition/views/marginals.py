"""/bevoelkerung: what the population is made of, from the register and from other sources."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.features import Feature
from buergerrat.sortition.forms.marginals import OriginForm
from buergerrat.sortition.services import marginal_page as page
from buergerrat.sortition.services import marginals as service
from buergerrat.sortition.services import quotas
from buergerrat.sortition.sum_tables import SumsError
from buergerrat.web import back_to

bp = Blueprint("marginals", __name__)
PATH = "/<town>/buergerraete/<assembly>/bevoelkerung"


@bp.get(PATH)
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    return _render(assembly)


@bp.post(PATH)
@access(Role.ADMINISTRATION)
def upload(assembly: Assembly) -> ResponseReturnValue:
    """A table of sums: from the registry office, or of the census."""
    form, file = OriginForm(request.form), request.files.get("upload")
    only = request.form.get("feature", "")
    if file is None or not file.filename:
        return _refused(assembly, _("Bitte wählen Sie eine Datei aus.")), 422
    if not form.validate():
        return _refused(assembly, form.problem), 422
    try:
        sums = service.take_file(
            assembly,
            cast(BinaryIO, file.stream),
            form.origin(),
            quotas.features_of(assembly),
            only if only in {f.key for f in quotas.features_of(assembly)} else "",
            current_user.id,
        )
    except SumsError as problem:
        return _refused(assembly, str(problem)), 422
    quotas.learn_shares(assembly, sums.margins)
    labels = {f.key: f.label for f in quotas.features_of(assembly)}
    read = ", ".join(labels[key] for key in sums.margins)
    flash(_("Gelesen und gespeichert: %(features)s.", features=read), "success")
    for note in sums.notes:
        flash(note, "warning")
    return back_to("marginals.show")


@bp.post(PATH + "/<feature>")
@access(Role.ADMINISTRATION)
def enter(assembly: Assembly, feature: str) -> ResponseReturnValue:
    """Figures of one feature, typed by hand."""
    asked, form = _feature(assembly, feature), OriginForm(request.form)
    if not form.validate():
        return _refused(assembly, form.problem, feature), 422
    try:
        service.enter(assembly, asked, request.form, form.origin(), current_user.id)
    except SumsError as problem:
        return _refused(assembly, str(problem), feature), 422
    quotas.learn_shares(assembly, [feature])
    flash(_("%(feature)s: gespeichert.", feature=asked.label), "success")
    return back_to("marginals.show", _anchor=f"merkmal-{feature}")


@bp.post(PATH + "/<feature>/loeschen")
@access(Role.ADMINISTRATION)
def forget(assembly: Assembly, feature: str) -> ResponseReturnValue:
    """Delete the figures of one feature; the register's count again where there are any."""
    asked = _feature(assembly, feature)
    service.forget(assembly, feature, current_user.id)
    quotas.learn_shares(assembly, [feature])
    flash(_("%(feature)s: gelöscht.", feature=asked.label), "success")
    return back_to("marginals.show", _anchor=f"merkmal-{feature}")


def _feature(assembly: Assembly, key: str) -> Feature:
    found = next((f for f in quotas.features_of(assembly) if f.key == key), None)
    if found is None:
        abort(404)
    return found


def _refused(assembly: Assembly, problem: str, feature: str = "upload") -> str:
    return _render(assembly, problem, feature)


def _render(assembly: Assembly, problem: str = "", feature: str = "") -> str:
    return render_template(
        "sortition/marginals.html",
        assembly=assembly,
        page=page.build(assembly, request.form if feature else None, feature),
        problem=problem,
        at=feature,
        typed=request.form,
        crumbs=[
            {"label": _("Bürgerräte"), "url": url_for("assemblies.index")},
            {"label": assembly.title, "url": url_for("assemblies.home")},
        ],
    )
