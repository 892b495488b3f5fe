"""The register extract: upload it, see what was read, correct it, close it, throw it away."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import retention, scope
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.jobs import Job
from buergerrat.sortition.decoding import ENCODING_LABELS
from buergerrat.sortition.fields import FIELDS
from buergerrat.sortition.forms.extract import BY_HAND, ExtractForm, HouseholdForm, SettingsForm
from buergerrat.sortition.households import HOUSEHOLD_CHOICES
from buergerrat.sortition.models import ImportProfile, RegisterExtract
from buergerrat.sortition.profiles import MAX_BYTES, Profile, of_json, parse
from buergerrat.sortition.register import ExtractError
from buergerrat.sortition.services import extract as service
from buergerrat.sortition.services import extract_job, imports  # noqa: F401 - registers the job
from buergerrat.sortition.services.extract_page import result_of
from buergerrat.sortition.tables import KIND_LABELS
from buergerrat.web import back_to

bp = Blueprint("extract", __name__)
PATH = "/<town>/buergerraete/<assembly>/melderegister"


@bp.get(PATH)
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    return _page(assembly, _empty_form(assembly))


def _empty_form(assembly: Assembly, given: Any = None) -> ExtractForm:
    return ExtractForm(given).offer(imports.profiles(assembly.municipality_id))


def _page(assembly: Assembly, form: ExtractForm, settings: SettingsForm | None = None) -> str:
    extract = service.latest(assembly)
    current = extract if extract and extract.state in ("ready", "drawn") else None
    opened = extract is not None and service.is_open(extract)
    return render_template(
        "sortition/extract.html",
        assembly=assembly,
        form=form,
        field_labels=FIELDS,
        encodings=ENCODING_LABELS | KIND_LABELS,
        by_hand=[f"col_{name}" for name in BY_HAND],
        extract=extract,
        opened=opened,
        settings=settings
        or (SettingsForm.of(service.given(extract)) if extract and opened else None),
        households=current and HouseholdForm(data={"household_rule": current.household_rule}),
        household_words=HOUSEHOLD_CHOICES,
        days=retention.days_of(assembly, "upload"),
        job=_job(extract),
        locked=service.open_commitment(assembly) is not None,
        result=result_of(current) if current is not None else None,
    )


def _job(extract: RegisterExtract | None) -> Job | None:
    return db.session.get(Job, extract.job_id) if extract and extract.job_id else None


@bp.post(PATH)
@access(Role.ADMINISTRATION)
def upload(assembly: Assembly) -> ResponseReturnValue:
    form = _empty_form(assembly, request.form)
    file = request.files.get("upload")
    if not form.validate() or file is None or not file.filename:
        if file is None or not file.filename:
            form.upload.errors = [_("Bitte wählen Sie die Datei des Meldeamts aus.")]
        return _page(assembly, form), 422
    try:
        known = _known(assembly, form.town_profile.data)
    except ExtractError as problem:
        form.known.errors = [str(problem)]
        return _page(assembly, form), 422
    service.receive(
        assembly,
        file.filename,
        cast(BinaryIO, file.stream),
        current_user.id,
        form.profile(known),
    )
    return back_to("extract.show")


def _known(assembly: Assembly, chosen: str) -> Profile:
    """The profile that came along, the one chosen of the town's, or an empty one."""
    file = request.files.get("known")
    if file and file.filename:
        return parse(file.stream.read(MAX_BYTES + 1))
    row = db.session.get(ImportProfile, int(chosen)) if chosen else None
    if row is None or row.municipality_id != assembly.municipality_id:
        return Profile()
    return of_json(row.profile)


@bp.post(PATH + "/neu-lesen")
@access(Role.ADMINISTRATION)
def read_again(assembly: Assembly) -> ResponseReturnValue:
    extract, form = _latest(assembly), SettingsForm(request.form).apart()
    if not form.validate():
        return _page(assembly, _empty_form(assembly), form), 422
    service.read_again(extract, current_user.id, profile=form.over(service.given(extract)))
    return back_to("extract.show")


@bp.post(PATH + "/haushalte")
@access(Role.ADMINISTRATION)
def households(assembly: Assembly) -> ResponseReturnValue:
    extract, form = _latest(assembly), HouseholdForm(request.form)
    if not form.validate():
        abort(422)
    service.read_again(extract, current_user.id, household_rule=form.household_rule.data)
    return back_to("extract.show")


def _latest(assembly: Assembly) -> RegisterExtract:
    return service.latest(assembly) or abort(404)


@bp.post(PATH + "/<int:number>/abschliessen")
@access(Role.ADMINISTRATION)
def close(assembly: Assembly, number: int) -> ResponseReturnValue:
    extract = scope.child(RegisterExtract, number=number)
    if extract.state != "ready":
        abort(409)
    service.close(extract, "checked", current_user.id)
    flash(_("Die Prüfung ist abgeschlossen. Datei, Proben und Prüfliste sind gelöscht."), "success")
    return back_to("extract.show")


@bp.get(PATH + "/profil.json")
@access(Role.ADMINISTRATION)
def profile(assembly: Assembly) -> Response:
    """How the town's extracts are read: columns and shapes, nobody in it."""
    extract = service.latest(assembly)
    found = service.read_as(extract) if extract is not None else None
    if found is None:
        abort(404)
    return json_file(found)


def json_file(found: Profile) -> Response:
    return Response(
        found.to_json(),
        mimetype="application/json",
        headers={"Content-Disposition": 'attachment; filename="importprofil.json"'},
    )


@bp.get(PATH + "/fortschritt")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def progress(assembly: Assembly) -> ResponseReturnValue:
    """The progress bar alone; when the job has ended the whole page is loaded anew."""
    extract = service.latest(assembly)
    job = _job(extract)
    if job is None or not job.active:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("sortition/extract_progress.html", job=job)


@bp.post(PATH + "/<int:number>/verwerfen")
@access(Role.ADMINISTRATION, reauth=True)
def discard(assembly: Assembly, number: int) -> ResponseReturnValue:
    extract = scope.child(RegisterExtract, number=number)
    service.discard(extract, current_user.id)
    flash(
        _("Der Auszug ist gelöscht. Von den Personen darin ist nichts mehr gespeichert."), "success"
    )
    return back_to("extract.show")
