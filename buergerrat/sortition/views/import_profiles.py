"""/melderegister/profile: how the town's registry office writes its extracts."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.fields import FIELDS
from buergerrat.sortition.forms.extract import ProfileForm
from buergerrat.sortition.models import ImportProfile
from buergerrat.sortition.profiles import MAX_BYTES, parse
from buergerrat.sortition.register import ExtractError
from buergerrat.sortition.services import imports as service
from buergerrat.sortition.views.extract import json_file
from buergerrat.web import back_to

bp = Blueprint("import_profiles", __name__)
PATH = "/<town>/buergerraete/<assembly>/melderegister/profile"


@bp.get(PATH)
@access(Role.ADMINISTRATION)
def show(assembly: Assembly) -> str:
    return _page(assembly, ProfileForm())


def _page(assembly: Assembly, form: ProfileForm) -> str:
    rows = service.profiles(assembly.municipality_id)
    return render_template(
        "sortition/import_profiles.html",
        assembly=assembly,
        form=form,
        rows=[(row, service.profile_of(row)) for row in rows],
        field_labels=FIELDS,
    )


@bp.post(PATH)
@access(Role.ADMINISTRATION)
def add(assembly: Assembly) -> ResponseReturnValue:
    form, file = ProfileForm(request.form), request.files.get("known")
    form.validate()
    if file is None or not file.filename:
        form.known.errors = [_("Bitte wählen Sie die Datei aus.")]
        return _page(assembly, form), 422
    try:
        profile = parse(file.stream.read(MAX_BYTES + 1))
    except ExtractError as problem:
        form.known.errors = [str(problem)]
    name = " ".join(str(form.name.data or "").split())
    if name and service.profile_named(assembly.municipality_id, name):
        form.name.errors = [_("Ein Importprofil mit diesem Namen gibt es schon.")]
    if form.errors or not name:
        return _page(assembly, form), 422
    service.save_profile(assembly.municipality_id, name, profile)
    flash(_("Das Importprofil „%(name)s“ ist gespeichert.", name=name), "success")
    return back_to("import_profiles.show")


def _row(assembly: Assembly, number: int) -> ImportProfile:
    row = db.session.get(ImportProfile, number)
    if row is None or row.municipality_id != assembly.municipality_id:
        abort(404)
    return row


@bp.get(PATH + "/<int:number>.json")
@access(Role.ADMINISTRATION)
def export(assembly: Assembly, number: int) -> Response:
    return json_file(service.profile_of(_row(assembly, number)))


@bp.post(PATH + "/<int:number>/umbenennen")
@access(Role.ADMINISTRATION)
def rename(assembly: Assembly, number: int) -> ResponseReturnValue:
    row, name = _row(assembly, number), " ".join(request.form.get("name", "").split())[:80]
    if not name:
        abort(422)
    service.rename_profile(row, name)
    return back_to("import_profiles.show")


@bp.post(PATH + "/<int:number>/loeschen")
@access(Role.ADMINISTRATION)
def delete(assembly: Assembly, number: int) -> ResponseReturnValue:
    service.delete_profile(_row(assembly, number))
    flash(_("Das Importprofil ist gelöscht."), "success")
    return back_to("import_profiles.show")
