"""The letters: see the text, make them, take them to the print shop, note the day of posting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import files, scope
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN
from buergerrat.jobs import Job
from buergerrat.sortition import letter_texts
from buergerrat.sortition.letters import LetterError
from buergerrat.sortition.models import LetterBatch
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import letters as service
from buergerrat.web import Conflict, back_to, begin_log, request_app

bp = Blueprint("letters", __name__)


@dataclass(frozen=True)
class BatchRow:
    """A batch with what the page shows beside it."""

    batch: LetterBatch
    job: Job | None
    pdf: StoredFile | None
    csv: StoredFile | None
    parts: list[service.PartFile]
    listing: StoredFile | None


@bp.get("/<town>/buergerraete/<assembly>/briefe")
@access(Role.ADMINISTRATION)
def show(assembly: Assembly) -> str:
    return _page(assembly)


def _page(assembly: Assembly, error: str = "") -> str:
    draw = draws.last_drawn(assembly)
    rows = [_row(batch) for batch in service.batches(assembly)]
    current = rows[0] if rows and draw and rows[0].batch.draw_id == draw.id else None
    base_url = request_app().extensions["settings"].base_url
    return render_template(
        "sortition/letters.html",
        assembly=assembly,
        draw=draw,
        waiting=service.waiting(draw) if draw else 0,
        current=current,
        earlier=[row for row in rows if row is not current and row.pdf],
        sheet=letter_texts.sheet(assembly, draw, base_url),
        sizes=service.PART_SIZES,
        today=utcnow().astimezone(BERLIN).date(),
        error=error,
    )


def _row(batch: LetterBatch) -> BatchRow:
    def kept(file_id: int | None) -> StoredFile | None:
        row = db.session.get(StoredFile, file_id) if file_id else None
        return row if row is not None and row.deleted_at is None else None

    job = db.session.get(Job, batch.job_id) if batch.job_id else None
    parts, listing = service.part_files(batch), service.run_list(batch)
    return BatchRow(batch, job, kept(batch.pdf_id), kept(batch.csv_id), parts, listing)


@bp.post("/<town>/buergerraete/<assembly>/briefe")
@access(Role.ADMINISTRATION)
def make(assembly: Assembly) -> ResponseReturnValue:
    service.make(assembly, current_user.id, request.form.get("part_size", 0, type=int))
    return back_to("letters.show")


@bp.get("/<town>/buergerraete/<assembly>/briefe/fortschritt")
@access(Role.ADMINISTRATION)
def progress(assembly: Assembly) -> ResponseReturnValue:
    rows = service.batches(assembly)
    job = _row(rows[0]).job if rows else None
    if job is None or not job.active:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("sortition/letters_progress.html", job=job)


@bp.get("/<town>/buergerraete/<assembly>/briefe/muster.pdf")
@access(Role.ADMINISTRATION)
def sample(assembly: Assembly) -> Response:
    """The letter as it will look, to somebody who does not exist."""
    try:
        pdf = service.sample_pdf(assembly)
    except LetterError as problem:
        raise Conflict(str(problem)) from problem
    return Response(pdf, mimetype="application/pdf")


@bp.get("/<town>/buergerraete/<assembly>/briefe/<int:number>/briefe.pdf")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def pdf(assembly: Assembly, number: int) -> Response:
    return _download(number, "pdf")


@bp.get("/<town>/buergerraete/<assembly>/briefe/<int:number>/druckerei.csv")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def print_shop(assembly: Assembly, number: int) -> Response:
    return _download(number, "csv")


@bp.get("/<town>/buergerraete/<assembly>/briefe/<int:number>/teil-<int:part>.pdf")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def part(assembly: Assembly, number: int, part: int) -> Response:
    return _download(number, "pdf", part)


@bp.get("/<town>/buergerraete/<assembly>/briefe/<int:number>/laufliste.csv")
@access(Role.ADMINISTRATION)
def run_list(assembly: Assembly, number: int) -> Response:
    """Sequence number, part, postcode and pages: nobody can be told from it."""
    return _download(number, "list")


def _download(number: int, kind: str, part: int | None = None) -> Response:
    begin_log()
    row = service.file_of(scope.child(LetterBatch, number=number), kind, current_user.id, part)
    return Response(
        files.chunks(row),
        mimetype=row.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{row.filename}"',
            "Content-Length": str(row.size),
        },
    )


@bp.post("/<town>/buergerraete/<assembly>/briefe/<int:number>/versandt")
@access(Role.ADMINISTRATION)
def posted(assembly: Assembly, number: int) -> ResponseReturnValue:
    batch = scope.child(LetterBatch, number=number)
    try:
        day = dt.date.fromisoformat(request.form.get("posted_on", ""))
    except ValueError:
        return _page(
            assembly, _("Bitte geben Sie den Tag an, an dem die Briefe zur Post gingen.")
        ), 422
    if day > utcnow().astimezone(BERLIN).date():
        return _page(assembly, _("Dieser Tag liegt in der Zukunft.")), 422
    service.mark_posted(batch, day, current_user.id)
    flash(_("Vermerkt: Die Briefe sind in der Post."), "success")
    return back_to("letters.show")
