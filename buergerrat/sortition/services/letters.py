"""The letters of a draw: PDFs of a size the print shop wants and its two tables, all sealed."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from buergerrat import audit, jobs
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db
from buergerrat.jobs import Job, JobProblem, Run
from buergerrat.sortition import letter_texts
from buergerrat.sortition.letter_stream import Chunks
from buergerrat.sortition.letter_tables import write_print_shop_csv, write_run_list
from buergerrat.sortition.letters import (
    PAGES_PER_LETTER,
    Letter,
    LetterError,
    LetterSheet,
    Part,
    parts_of,
    pdf_of,
    write_letters,
)
from buergerrat.sortition.models import InvitationDraw, Invitee, LetterBatch
from buergerrat.sortition.services import draw as draws
from buergerrat.web import Conflict

PART_SIZES = (500, 1000, 5000)
"""Letters to a file, as print shops ask for them."""
_PART = re.compile(r"-teil-(\d+)-nr-(\d+)-bis-(\d+)\.pdf$")


@dataclass(frozen=True)
class PartFile:
    """A PDF of some of the letters, with the sequence numbers of the first and the last."""

    number: int
    first: int
    last: int
    file: StoredFile


def files_of(batch: LetterBatch) -> list[StoredFile]:
    """Every file of a batch that is still there, in the order they were made."""
    name = _name(batch)
    return list(
        db.session.scalars(
            select(StoredFile)
            .where(
                StoredFile.assembly_id == batch.assembly_id,
                StoredFile.purpose == "letters",
                StoredFile.deleted_at.is_(None),
                or_(
                    StoredFile.id.in_([batch.pdf_id or 0, batch.csv_id or 0]),
                    StoredFile.filename.startswith(f"{name}-"),
                ),
            )
            .order_by(StoredFile.id)
        )
    )


def part_files(batch: LetterBatch) -> list[PartFile]:
    """The PDFs of a batch that was split; empty where one file holds all letters."""
    return [
        PartFile(int(match[1]), int(match[2]), int(match[3]), row)
        for row in files_of(batch)
        if (match := _PART.search(row.filename))
    ]


def run_list(batch: LetterBatch) -> StoredFile | None:
    wanted = f"{_name(batch)}-laufliste.csv"
    return next((row for row in files_of(batch) if row.filename == wanted), None)


def _name(batch: LetterBatch) -> str:
    return f"briefe-{batch.number}"


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


def make(
    assembly: Assembly,
    user_id: int | None = None,
    part_size: int = 0,
    *,
    kind: str = "invitation",
    wave: int | None = None,
    languages: Sequence[str] = (),
) -> LetterBatch:
    """Start making the letters of the newest draw, `part_size` to a file, 0 for one file of all;
    unposted ones before are replaced."""
    if part_size not in (0, *PART_SIZES):
        raise Conflict(_("Diese Größe gibt es nicht. Bitte wählen Sie eine aus der Liste."))
    draw = draws.last_drawn(assembly)
    if draw is None:
        raise Conflict(_("Es gibt noch keine Briefe. Losen Sie zuerst die Einladungen aus."))
    for before in batches(assembly):
        if before.draw_id == draw.id:
            _replace(before)
    batch = LetterBatch(
        assembly_id=assembly.id, number=next_number(LetterBatch, assembly.id), draw_id=draw.id,
        kind=kind, wave=wave, options={"languages": list(languages), "part_size": part_size},
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    batch.job_id = jobs.start(
        "make_letters",
        assembly_id=assembly.id,
        user_id=user_id,
        batch=batch.id,
        part_size=part_size,
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
    """Delete the files; returns how many there were."""
    rows = files_of(batch)
    for row in rows:
        files.destroy(row)
    return len(rows)


@jobs.job("make_letters")
def make_letters(run: Run) -> None:
    base_url = current_app.extensions["settings"].base_url
    batch = db.session.get_one(LetterBatch, run.payload["batch"])
    draw = db.session.get_one(InvitationDraw, batch.draw_id)
    assembly = db.session.get_one(Assembly, batch.assembly_id)
    name, assembly_id = _name(batch), assembly.id
    sheet = letter_texts.sheet(assembly, draw, base_url)
    people = db.session.scalars(_invited(draw.id).execution_options(yield_per=500))
    letters = [letter_texts.letter_to(person, base_url) for person in people]
    try:
        parts = parts_of(letters, run.payload.get("part_size", 0))
        with _sealing(assembly_id) as seal:
            _seal_parts(run, seal, parts, sheet, name)
            seal(
                f"{name}.csv", "text/csv", _written(lambda out: write_print_shop_csv(out, letters))
            )
            seal(
                f"{name}-laufliste.csv",
                "text/csv",
                _written(lambda out: write_run_list(out, parts)),
            )
            _store(run, seal.made, len(letters))
    except LetterError as problem:
        raise JobProblem(str(problem)) from problem


class _Seal:
    """Seals one file after the other and remembers them until they have rows."""

    def __init__(self, assembly_id: int) -> None:
        self.assembly_id = assembly_id
        self.made: list[tuple[files.Sealed, str, str]] = []

    def __call__(self, filename: str, media_type: str, source: BinaryIO) -> None:
        self.made.append((files.write(self.assembly_id, source), filename, media_type))


@contextmanager
def _sealing(assembly_id: int) -> Iterator[_Seal]:
    """Whatever ends the work early takes the files along."""
    seal = _Seal(assembly_id)
    try:
        yield seal
    except BaseException:
        for sealed, _filename, _type in seal.made:
            files.forget(sealed)
        raise


def _seal_parts(run: Run, seal: _Seal, parts: list[Part], sheet: LetterSheet, name: str) -> None:
    """The PDFs go from the writer through the lock to the disk, never whole in memory."""
    for part in parts:

        def progress(done: int, _of_part: int, part: Part = part) -> None:
            run.progress(part.first - 1 + done, parts[-1].last, "schreibt")

        split = f"-teil-{part.number:02d}-nr-{part.first:06d}-bis-{part.last:06d}"
        filename = f"{name}{split if len(parts) > 1 else ''}.pdf"
        source = io.BufferedReader(Chunks(pdf_of(part, sheet, progress)), 1 << 16)
        seal(filename, "application/pdf", source)


def _written(write: Callable[[BinaryIO], int]) -> io.BytesIO:
    out = io.BytesIO()
    write(out)
    out.seek(0)
    return out


def _store(run: Run, made: list[tuple[files.Sealed, str, str]], letters: int) -> None:
    with run.finish() as result:
        batch = db.session.get_one(LetterBatch, run.payload["batch"])
        rows = [
            files.adopt(sealed, batch.assembly_id, "letters", filename, media_type)
            for sealed, filename, media_type in made
        ]
        batch.pdf_id, batch.csv_id = rows[0].id, rows[-2].id
        batch.letters, batch.pages = letters, PAGES_PER_LETTER * letters
        audit.log(
            "made", "letter_batch", batch.number, assembly_id=batch.assembly_id, letters=letters
        )
        result["letters"] = letters


def file_of(
    batch: LetterBatch, kind: str, user_id: int | None = None, part: int | None = None
) -> StoredFile:
    """The PDF (`pdf`, with `part` one of several), the table with addresses (`csv`) or the list
    without (`list`); that it left the house is written down."""
    row = _wanted(batch, kind, part)
    if row is None or row.deleted_at is not None:
        raise Conflict(_("Diese Datei gibt es nicht mehr."))
    detail: dict[str, Any] = {"kind": kind, "letters": batch.letters}
    if part is not None:
        detail["part"] = part
    audit.log(
        "export", "letter_batch", batch.number, assembly_id=batch.assembly_id, user=user_id, **detail
    )  # fmt: skip
    return row


def _wanted(batch: LetterBatch, kind: str, part: int | None) -> StoredFile | None:
    if kind == "list":
        return run_list(batch)
    if part is not None:
        return next((one.file for one in part_files(batch) if one.number == part), None)
    file_id = batch.pdf_id if kind == "pdf" else batch.csv_id
    return db.session.get(StoredFile, file_id) if file_id else None


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
