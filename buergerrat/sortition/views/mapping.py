"""/melderegister/zuordnung: our fields beside the columns of the file."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.decoding import ExtractError
from buergerrat.sortition.fields import BLOCK_FIELDS, FIELDS, is_refused, meaning
from buergerrat.sortition.forms.extract import MappingForm, mapping_form
from buergerrat.sortition.models import RegisterExtract
from buergerrat.sortition.services import extract as extracts
from buergerrat.sortition.services import imports
from buergerrat.sortition.streets import read_streets
from buergerrat.web import Conflict, back_to, begin_log

bp = Blueprint("mapping", __name__)
PATH = "/<town>/buergerraete/<assembly>/melderegister/zuordnung"


def _extract(assembly: Assembly) -> RegisterExtract:
    """The extract whose import is open. Raises Conflict, or 404 where there is none."""
    extract = extracts.latest(assembly)
    if extract is None or not extract.profile.get("header"):
        abort(404)
    if not extracts.is_open(extract):
        raise Conflict(_("Die Prüfung ist abgeschlossen, die Datei ist gelöscht."))
    return extract


def _titles(extract: RegisterExtract) -> list[str]:
    """What may be chosen: every column once, but those that must never be read."""
    titles = [title for title in extract.profile["header"] if title and not is_refused(title)]
    return list(dict.fromkeys(titles))


@bp.get(PATH)
@access(Role.ADMINISTRATION, personal=True)
def show(assembly: Assembly) -> str:
    begin_log()
    extract = _extract(assembly)
    return _page(assembly, extract, mapping_form(extract, _titles(extract)))


def _page(
    assembly: Assembly, extract: RegisterExtract, form: MappingForm, problem: str | None = None
) -> str:
    samples = imports.samples(extract)
    audit.log("look", "register_extract", extract.number, fields="samples", count=len(samples))
    chosen = form.columns()
    return render_template(
        "sortition/mapping.html",
        assembly=assembly,
        extract=extract,
        form=form,
        problem=problem,
        fields=[(ours, label, form[f"col_{ours}"]) for ours, label in FIELDS.items()],
        samples={title: ", ".join(values) for title, values in samples.items()},
        fixed=[o for o, t in extract.columns.items() if o in BLOCK_FIELDS and meaning(t) == o],
        hidden={t for o, t in chosen.items() if t and o in BLOCK_FIELDS},
        refused=extract.profile.get("refused_columns", []),
        dropped=[t for t in _titles(extract) if t not in chosen.values()],
        streets=len(extracts.given(extract).streets),
    )


@bp.post(PATH)
@access(Role.ADMINISTRATION, personal=True)
def save(assembly: Assembly) -> ResponseReturnValue:
    extract = _extract(assembly)
    form = mapping_form(extract, _titles(extract), request.form)
    problem = None if form.validate() else _("Bitte wählen Sie nur Spalten aus dieser Datei.")
    problem = problem or form.problem()
    changes: dict[str, Any] = {}
    try:
        changes = _streets(form)
    except ExtractError as error:
        form.streets.errors = [str(error)]
        problem = problem or str(error)
    if problem:
        return _page(assembly, extract, form, problem), 422
    profile = imports.map_columns(extract, form.columns(), current_user.id, **changes)
    if name := " ".join(str(form.name.data or "").split()):
        imports.save_profile(assembly.municipality_id, name, profile)
        flash(_("Das Importprofil „%(name)s“ ist gespeichert.", name=name), "success")
    return back_to("extract.show")


def _streets(form: MappingForm) -> dict[str, Any]:
    """The list of streets that came along or was taken away."""
    file = request.files.get("streets")
    if file and file.filename:
        return {"streets": read_streets(cast(BinaryIO, file.stream))}
    return {"streets": []} if request.form.get("no_streets") else {}
