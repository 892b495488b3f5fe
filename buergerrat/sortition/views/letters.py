"""The letters: which come next, made, taken to the print shop, the day of posting noted."""

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
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN
from buergerrat.jobs import Job
from buergerrat.sortition.letter_kinds import BY_SLUG, KINDS, LANGUAGES, Kind, languages_of
from buergerrat.sortition.letters import LetterError
from buergerrat.sortition.models import LetterBatch
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import (
    forwarding,
    letter_files,
    letter_plan,
    letter_wording,
)
from buergerrat.sortition.services import letters as service
from buergerrat.web import Conflict, back_to, begin_log

bp = Blueprint("letters", __name__)


@dataclass(frozen=True)
class BatchRow:
    """A batch with what the page shows beside it."""

    batch: LetterBatch
    kind: Kind
    job: Job | None
    files: letter_files.BatchFiles

    @property
    def forwarded(self) -> bool:
        """The registration office posts them."""
        return bool(self.batch.options.get("forwarded"))

    @property
    def at_work(self) -> bool:
        return self.job is not None and self.job.active

    @property
    def lost(self) -> bool:
        """Letters of the office without files: broken off, or gone with somebody's erasure."""
        gone = not self.files.pdf and not self.files.parts
        return self.forwarded and gone and not self.batch.posted_on and not self.at_work

    @property
    def failed(self) -> bool:
        return self.batch.pdf_id is None and self.job is not None and self.job.state == "failed"


@bp.get("/<town>/buergerraete/<assembly>/briefe")
@access(Role.ADMINISTRATION)
def show(assembly: Assembly) -> str:
    return _page(assembly)


def _page(assembly: Assembly, error: str = "", forwarding_error: str = "") -> str:
    batches = service.batches(assembly)
    worded = letter_wording.worded(assembly)
    plan = letter_plan.build(assembly, batches, worded)
    chosen = next((r for r in plan.rows if r.kind.slug == request.args.get("art")), plan.proposed)
    rows = [_row(batch) for batch in batches]
    return render_template(
        "sortition/letters.html",
        assembly=assembly,
        draw=draws.last_drawn(assembly),
        plan=plan,
        chosen=chosen if chosen and chosen.people else None,
        languages=_languages(chosen.kind) if chosen else [],
        all_languages=_languages,
        invitation=KINDS["invitation"],
        language_names=LANGUAGES,
        at_work=next((row for row in rows if row.at_work), None),
        failed=rows[0] if rows and rows[0].failed else None,
        open=[row for row in rows if row.files.pdf and not row.batch.posted_on],
        posted=[row for row in rows if row.batch.posted_on],
        lost=[row for row in rows if row.lost],
        suggested=forwarding.suggested(assembly),
        forwarded=forwarding.made(assembly),
        sizes=service.PART_SIZES,
        today=utcnow().astimezone(BERLIN).date(),
        error=error,
        forwarding_error=forwarding_error,
    )


def _languages(kind: Kind) -> list[tuple[str, str]]:
    """Those that may follow as further pages, with their names."""
    return [(one, LANGUAGES[one]) for one in languages_of(kind)[1:]]


def _row(batch: LetterBatch) -> BatchRow:
    job = db.session.get(Job, batch.job_id) if batch.job_id else None
    return BatchRow(batch, KINDS[batch.kind], job, letter_files.of(batch))


@bp.post("/<town>/buergerraete/<assembly>/briefe")
@access(Role.ADMINISTRATION)
def make(assembly: Assembly) -> ResponseReturnValue:
    service.make(
        assembly,
        current_user.id,
        request.form.get("part_size", 0, type=int),
        kind=request.form.get("kind", "invitation"),
        languages=request.form.getlist("languages"),
    )
    return back_to("letters.show")


@bp.post("/<town>/buergerraete/<assembly>/briefe/meldeamt")
@access(Role.ADMINISTRATION)
def forward(assembly: Assembly) -> ResponseReturnValue:
    """Codes and letters that the registration office posts itself."""
    try:
        count = request.form.get("count", 0, type=int)
        languages = request.form.getlist("languages")
        forwarding.make_codes(assembly, count, current_user.id, languages)
    except Conflict as problem:
        return _page(assembly, forwarding_error=str(problem)), 422
    return back_to("letters.show")


@bp.post("/<town>/buergerraete/<assembly>/briefe/<int:number>/noch-einmal")
@access(Role.ADMINISTRATION)
def again(assembly: Assembly, number: int) -> ResponseReturnValue:
    """The letters of the same people, for example after their files are gone."""
    service.make_again(scope.child(LetterBatch, number=number), current_user.id)
    return back_to("letters.show")


@bp.get("/<town>/buergerraete/<assembly>/briefe/fortschritt")
@access(Role.ADMINISTRATION)
def progress(assembly: Assembly) -> ResponseReturnValue:
    rows = service.batches(assembly)
    job = db.session.get(Job, rows[0].job_id) if rows and rows[0].job_id else None
    if job is None or not job.active:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("sortition/letters_progress.html", job=job)


@bp.get("/<town>/buergerraete/<assembly>/briefe/muster.pdf")
@access(Role.ADMINISTRATION)
def sample(assembly: Assembly) -> Response:
    """The letter as it will look, to somebody who does not exist; with its further languages."""
    kind = BY_SLUG.get(request.args.get("art", "einladung"), KINDS["invitation"])
    wanted = [one for one in request.args.getlist("sprache") if one in languages_of(kind)]
    try:
        pdf = service.sample_pdf(assembly, kind.key, wanted, "minderjaehrig" in request.args)
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


@bp.get("/<town>/buergerraete/<assembly>/briefe/<int:number>/druckerei.xlsx")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def workbook(assembly: Assembly, number: int) -> Response:
    return _download(number, "xlsx")


@bp.get("/<town>/buergerraete/<assembly>/briefe/<int:number>/teil-<int:part>.pdf")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def part(assembly: Assembly, number: int, part: int) -> Response:
    return _download(number, "pdf", part)


@bp.get("/<town>/buergerraete/<assembly>/briefe/<int:number>/laufliste.csv")
@access(Role.ADMINISTRATION)
def run_list(assembly: Assembly, number: int) -> Response:
    """Sequence number, part, postcode and pages: nobody can be told from it."""
    return _download(number, "list")


@bp.get("/<town>/buergerraete/<assembly>/briefe/<int:number>/nummern.csv")
@access(Role.ADMINISTRATION)
def numbers(assembly: Assembly, number: int) -> Response:
    """The numbers of the letters that the office posts: nobody can be told from it."""
    return _download(number, "numbers")


def _download(number: int, kind: str, part: int | None = None) -> Response:
    begin_log()
    batch = scope.child(LetterBatch, number=number)
    row = letter_files.hand_out(batch, kind, current_user.id, part)
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
