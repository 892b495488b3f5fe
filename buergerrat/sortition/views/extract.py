"""The register extract: upload it, see what was read, throw it away."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

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
from buergerrat.sortition.decoding import ENCODING_LABELS
from buergerrat.sortition.extract_chart import refused_bars
from buergerrat.sortition.fields import FIELDS
from buergerrat.sortition.forms.extract import BY_HAND, ExtractForm
from buergerrat.sortition.models import RegisterExtract
from buergerrat.sortition.profiles import MAX_BYTES, Profile, parse
from buergerrat.sortition.register import REASONS, ExtractError
from buergerrat.sortition.services import extract as service
from buergerrat.sortition.services import plan as plans
from buergerrat.sortition.sniffing import SEPARATOR_LABELS
from buergerrat.sortition.strata import SEX_LABELS, Stratum, age_band_label, sort_strata
from buergerrat.sortition.tables import KIND_LABELS
from buergerrat.web import back_to

bp = Blueprint("extract", __name__)


@bp.get("/<town>/buergerraete/<assembly>/melderegister")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    return _page(assembly, ExtractForm())


def _page(assembly: Assembly, form: ExtractForm) -> str:
    extract = service.latest(assembly)
    return render_template(
        "sortition/extract.html",
        assembly=assembly,
        form=form,
        field_labels=FIELDS,
        encodings=ENCODING_LABELS | KIND_LABELS,
        by_hand=[f"col_{name}" for name in BY_HAND],
        extract=extract,
        job=_job(extract),
        locked=service.open_commitment(assembly) is not None,
        result=_result(extract) if extract and extract.state in ("ready", "drawn") else None,
    )


def _job(extract: RegisterExtract | None) -> Job | None:
    return db.session.get(Job, extract.job_id) if extract and extract.job_id else None


@bp.post("/<town>/buergerraete/<assembly>/melderegister")
@access(Role.ADMINISTRATION)
def upload(assembly: Assembly) -> ResponseReturnValue:
    form = ExtractForm(request.form)
    file = request.files.get("upload")
    if not form.validate() or file is None or not file.filename:
        if file is None or not file.filename:
            form.upload.errors = [_("Bitte wählen Sie die Datei des Meldeamts aus.")]
        return _page(assembly, form), 422
    try:
        known = _known()
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


def _known() -> Profile:
    """The profile that came along, or an empty one."""
    file = request.files.get("known")
    return parse(file.stream.read(MAX_BYTES + 1)) if file and file.filename else Profile()


@bp.get("/<town>/buergerraete/<assembly>/melderegister/profil.json")
@access(Role.ADMINISTRATION)
def profile(assembly: Assembly) -> Response:
    """How the town's extracts are read: columns and shapes, nobody in it."""
    extract = service.latest(assembly)
    found = service.read_as(extract) if extract is not None else None
    if found is None:
        abort(404)
    return Response(
        found.to_json(),
        mimetype="application/json",
        headers={"Content-Disposition": 'attachment; filename="importprofil.json"'},
    )


@bp.get("/<town>/buergerraete/<assembly>/melderegister/fortschritt")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def progress(assembly: Assembly) -> ResponseReturnValue:
    """The progress bar alone; when the job has ended the whole page is loaded anew."""
    extract = service.latest(assembly)
    job = _job(extract)
    if job is None or not job.active:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("sortition/extract_progress.html", job=job)


@bp.post("/<town>/buergerraete/<assembly>/melderegister/<int:number>/verwerfen")
@access(Role.ADMINISTRATION, reauth=True)
def discard(assembly: Assembly, number: int) -> ResponseReturnValue:
    extract = scope.child(RegisterExtract, number=number)
    service.discard(extract, current_user.id)
    flash(
        _("Der Auszug ist gelöscht. Von den Personen darin ist nichts mehr gespeichert."), "success"
    )
    return back_to("extract.show")


def _result(extract: RegisterExtract) -> dict[str, Any]:
    refused = sorted(extract.refused.items(), key=lambda item: (-item[1], item[0]))
    rows = [(REASONS[reason], number) for reason, number in refused]
    return {
        "refused": rows,
        "picture": refused_bars(rows, _("Nicht im Lostopf, nach Grund")) if rows else None,
        "strata": _strata_table(extract),
        "separator": SEPARATOR_LABELS.get(extract.separator, extract.separator) or _("keines"),
        "profile": service.read_as(extract),
    }


def _strata_table(extract: RegisterExtract) -> dict[str, Any]:
    """People by sex and age (rows) and district (columns); small groups have a total only."""
    people = plans.people_of(extract)
    districts = sorted({stratum.district for stratum in people if not stratum.is_small_group})
    kinds = dict.fromkeys((s.sex, s.age_band) for s in sort_strata(people) if not s.is_small_group)
    rows = []
    for sex, band in sorted(kinds, key=lambda kind: (list(SEX_LABELS).index(kind[0]), kind[1])):
        cells = [people.get(Stratum(sex, band, district), 0) for district in districts]
        rows.append((f"{SEX_LABELS[sex]}, {age_band_label(band)}", cells, sum(cells)))
    small = [(s.label, [None] * len(districts), people[s]) for s in people if s.is_small_group]
    return {"districts": districts, "rows": [*rows, *small]}
