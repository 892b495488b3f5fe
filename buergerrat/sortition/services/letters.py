"""The letters of a draw: one PDF, one file for the print shop, both sealed."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from buergerrat import audit, jobs
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db
from buergerrat.jobs import Job, JobProblem, Run
from buergerrat.sortition import letter_texts
from buergerrat.sortition.letters import (
    Letter,
    LetterError,
    write_letters,
    write_print_shop_csv,
)
from buergerrat.sortition.models import InvitationDraw, Invitee, LetterBatch
from buergerrat.sortition.services import draw as draws
from buergerrat.web import Conflict


def batches(assembly: Assembly) -> list[LetterBatch]:
    """The newest first."""
    return list(
        db.session.scalars(
            select(LetterBatch)
            .where(LetterBatch.assembly_id == assembly.id)
            .order_by(LetterBatch.number.desc())
        )
    )


def waiting(draw: InvitationDraw) -> int:
    """How many of the drawn are to be written to."""
    return db.session.scalar(select(func.count()).select_from(_invited(draw.id).subquery())) or 0


def _invited(draw_id: int) -> Any:
    return select(Invitee).where(Invitee.draw_id == draw_id, Invitee.state == "invited")


def make(assembly: Assembly, user_id: int | None = None) -> LetterBatch:
    """Start making the letters of the newest draw; unposted ones before are replaced."""
    draw = draws.last_drawn(assembly)
    if draw is None:
        raise Conflict(_("Es gibt noch keine Briefe. Losen Sie zuerst die Einladungen aus."))
    for before in batches(assembly):
        if before.draw_id == draw.id:
            _replace(before)
    batch = LetterBatch(
        assembly_id=assembly.id, number=next_number(LetterBatch, assembly.id), draw_id=draw.id
    )
    db.session.add(batch)
    db.session.flush()
    batch.job_id = jobs.start(
        "make_letters", assembly_id=assembly.id, user_id=user_id, batch=batch.id
    ).id
    audit.log("make", "letter_batch", batch.number, assembly_id=assembly.id, user=user_id)
    db.session.flush()
    return batch


def _replace(batch: LetterBatch) -> None:
    job = db.session.get(Job, batch.job_id) if batch.job_id else None
    if job is not None and job.active:
        raise Conflict(_("Die Briefe werden gerade erstellt."))
    if batch.posted_on is not None:
        raise Conflict(_("Die Briefe dieser Losung sind schon verschickt."))
    destroy(batch)


def destroy(batch: LetterBatch) -> int:
    """Delete the two files; returns how many there were."""
    gone = 0
    for file_id in (batch.pdf_id, batch.csv_id):
        row = db.session.get(StoredFile, file_id) if file_id else None
        if row is not None and row.deleted_at is None:
            files.destroy(row)
            gone += 1
    return gone


@jobs.job("make_letters")
def make_letters(run: Run) -> None:
    base_url = current_app.extensions["settings"].base_url
    batch = db.session.get_one(LetterBatch, run.payload["batch"])
    draw = db.session.get_one(InvitationDraw, batch.draw_id)
    assembly = db.session.get_one(Assembly, batch.assembly_id)
    assembly_id = assembly.id
    sheet = letter_texts.sheet(assembly, draw, base_url)
    people = db.session.scalars(_invited(draw.id).execution_options(yield_per=500))
    letters = [letter_texts.letter_to(person, base_url) for person in people]
    pdf, table = io.BytesIO(), io.BytesIO()
    try:
        pages = write_letters(
            pdf, letters, sheet, lambda done, total: run.progress(done, total, "schreibt")
        )
    except LetterError as problem:
        raise JobProblem(str(problem)) from problem
    write_print_shop_csv(table, letters)
    made = [files.write(assembly_id, _rewound(out)) for out in (pdf, table)]
    try:
        _store(run, made, len(letters), pages)
    except BaseException:
        for sealed in made:
            files.forget(sealed)
        raise


def _rewound(out: io.BytesIO) -> io.BytesIO:
    out.seek(0)
    return out


def _store(run: Run, made: list[files.Sealed], letters: int, pages: int) -> None:
    with run.finish() as result:
        batch = db.session.get_one(LetterBatch, run.payload["batch"])
        name = f"briefe-{batch.number}"
        pdf = files.adopt(made[0], batch.assembly_id, "letters", f"{name}.pdf", "application/pdf")
        table = files.adopt(made[1], batch.assembly_id, "letters", f"{name}.csv", "text/csv")
        batch.pdf_id, batch.csv_id = pdf.id, table.id
        batch.letters, batch.pages = letters, pages
        audit.log(
            "made", "letter_batch", batch.number, assembly_id=batch.assembly_id, letters=letters
        )
        result["letters"] = letters


def file_of(batch: LetterBatch, kind: str, user_id: int | None = None) -> StoredFile:
    """The PDF or the file for the print shop; that it left the house is written down."""
    file_id = batch.pdf_id if kind == "pdf" else batch.csv_id
    row = db.session.get(StoredFile, file_id) if file_id else None
    if row is None or row.deleted_at is not None:
        raise Conflict(_("Diese Datei gibt es nicht mehr."))
    audit.log(
        "export",
        "letter_batch",
        batch.number,
        assembly_id=batch.assembly_id,
        kind=kind,
        letters=batch.letters,
        user=user_id,
    )
    return row


def mark_posted(batch: LetterBatch, day: dt.date, user_id: int | None = None) -> None:
    """The letters are in the post. Can be corrected by a later date entered again."""
    if batch.pdf_id is None:
        raise Conflict(_("Diese Briefe sind noch nicht erstellt."))
    batch.posted_on = day
    audit.log(
        "post",
        "letter_batch",
        batch.number,
        assembly_id=batch.assembly_id,
        day=day.isoformat(),
        user=user_id,
    )
    db.session.flush()


def sample_pdf(assembly: Assembly) -> bytes:
    """The letter to a person who does not exist. Raises LetterError when a text is too long."""
    base_url = current_app.extensions["settings"].base_url
    out = io.BytesIO()
    sample: Letter = letter_texts.sample_letter(assembly, base_url)
    write_letters(out, [sample], letter_texts.sheet(assembly, draws.last_drawn(assembly), base_url))
    return out.getvalue()
