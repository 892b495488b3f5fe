"""Letters of a kind, made in one go: PDFs of a size the print shop wants and its tables, sealed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from buergerrat import audit, jobs
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN
from buergerrat.jobs import Job, JobProblem, Run
from buergerrat.sortition import letter_texts
from buergerrat.sortition.letter_kinds import KINDS, languages_of
from buergerrat.sortition.letter_stream import Chunks
from buergerrat.sortition.letter_tables import (
    write_number_list,
    write_print_shop_csv,
    write_print_shop_xlsx,
    write_run_list,
)
from buergerrat.sortition.letters import (
    Letter,
    LetterError,
    LetterSheet,
    Part,
    pages_of,
    parts_of,
    pdf_of,
    write_letters,
)
from buergerrat.sortition.models import InvitationDraw, Invitee, LetterBatch
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import letter_files, letter_recipients, letter_wording
from buergerrat.sortition.services.letter_files import XLSX, Seal
from buergerrat.web import Conflict

PART_SIZES = (500, 1000, 5000)
"""Letters to a file, as print shops ask for them."""
BY_RULE = ("invitation", "reminder")
"""Kinds whose many recipients are looked up when the letters are made; of the others the ids are
kept with the batch, so that nobody gets the same letter twice."""
ERASED_MEANWHILE = (
    "Während die Briefe entstanden, wurden Daten gelöscht. Bitte erstellen Sie die Briefe noch "
    "einmal."
)
destroy, files_of = letter_files.destroy, letter_files.all_of


def batches(assembly: Assembly) -> list[LetterBatch]:
    """The newest first."""
    return list(
        db.session.scalars(
            select(LetterBatch)
            .where(LetterBatch.assembly_id == assembly.id)
            .order_by(LetterBatch.number.desc())
        )
    )


def make(
    assembly: Assembly,
    user_id: int | None = None,
    part_size: int = 0,
    *,
    kind: str = "invitation",
    wave: int | None = None,
    languages: Sequence[str] = (),
) -> LetterBatch:
    """Start making the letters of a kind, `part_size` to a file, 0 for one file of all; unposted
    ones of the same kind before are replaced.

    `wave`: only people of this wave; invitations go to the first wave that has none yet.
    `languages` are further pages, the same for everybody. Raises Conflict when nobody is to be
    written to.
    """
    if part_size not in (0, *PART_SIZES):
        raise Conflict(_("Diese Größe gibt es nicht. Bitte wählen Sie eine aus der Liste."))
    check_languages(kind, languages)
    draw = draws.last_drawn(assembly) if kind == "invitation" else None
    if kind == "invitation":
        wave = _wave(draw, wave)
    if not letter_recipients.count(assembly, kind, wave):
        raise Conflict(_("Für diesen Brief gibt es gerade niemanden."))
    _replace(assembly, kind, draw, wave)
    options: dict[str, Any] = {}
    if kind not in BY_RULE:
        options["to"] = letter_recipients.ids(assembly, kind, wave)
    return start(
        assembly, user_id, part_size, languages, kind=kind, draw=draw, wave=wave, options=options
    )


def start(
    assembly: Assembly,
    user_id: int | None,
    part_size: int,
    languages: Sequence[str],
    *,
    kind: str,
    draw: InvitationDraw | None,
    wave: int | None,
    options: dict[str, Any],
) -> LetterBatch:
    """A new batch and its job."""
    batch = LetterBatch(
        assembly_id=assembly.id,
        number=next_number(LetterBatch, assembly.id),
        draw_id=draw.id if draw else None,
        kind=kind,
        wave=wave,
        options={"languages": list(languages), "part_size": part_size, **options},
    )
    db.session.add(batch)
    db.session.flush()
    _start_job(batch, user_id)
    return batch


def make_again(batch: LetterBatch, user_id: int | None = None) -> None:
    """The same people's letters anew, with today's text: the old files go, codes and numbers stay.

    For batches whose people cannot be looked up again. Raises Conflict once they are posted.
    """
    if batch.posted_on is not None:
        raise Conflict(_("Die Briefe dieser Losung sind schon verschickt."))
    withdraw(batch)
    batch.pdf_id = batch.csv_id = None
    _start_job(batch, user_id)


def _start_job(batch: LetterBatch, user_id: int | None) -> None:
    batch.job_id = jobs.start(
        "make_letters", assembly_id=batch.assembly_id, user_id=user_id, batch=batch.id
    ).id
    audit.log(
        "make",
        "letter_batch",
        batch.number,
        assembly_id=batch.assembly_id,
        user=user_id,
        kind=batch.kind,
    )
    db.session.flush()


def check_languages(kind: str, languages: Sequence[str]) -> None:
    if kind not in KINDS or set(languages) - set(languages_of(KINDS[kind])):
        raise Conflict(_("Diesen Brief gibt es nicht. Bitte wählen Sie einen aus der Liste."))


def _wave(draw: InvitationDraw | None, wave: int | None) -> int:
    if draw is None:
        raise Conflict(_("Es gibt noch keine Briefe. Losen Sie zuerst die Einladungen aus."))
    wave = wave or letter_recipients.next_wave(draw)
    if wave is None:
        raise Conflict(_("Die Briefe dieser Losung sind schon verschickt."))
    return wave


def _replace(assembly: Assembly, kind: str, draw: InvitationDraw | None, wave: int | None) -> None:
    """Of the same letters only one batch waits for the post."""
    for before in batches(assembly):
        same = (before.draw_id, before.wave) == (draw.id if draw else None, wave)
        if before.kind != kind or not same or before.options.get("forwarded"):
            continue
        if before.posted_on is None:
            withdraw(before)
        elif kind == "invitation":
            raise Conflict(_("Die Briefe dieser Losung sind schon verschickt."))


def withdraw(batch: LetterBatch) -> None:
    """Delete the files of a batch that is not in the post. Raises Conflict while it is made."""
    job = db.session.get(Job, batch.job_id) if batch.job_id else None
    if job is not None and job.active:
        raise Conflict(_("Die Briefe werden gerade erstellt."))
    destroy(batch)


def letters_of(batch: LetterBatch, assembly: Assembly, base_url: str) -> list[Letter]:
    """Everybody's letter; people of whom no address is known have their number."""
    to = batch.options.get("to")
    if to is None:
        people = letter_recipients.of(assembly, batch.kind, batch.wave)
    else:
        people = select(Invitee).where(Invitee.id.in_(to), Invitee.state == "invited")
    numbers = forwarded_numbers(assembly)
    rows = db.session.scalars(people.execution_options(yield_per=500))
    return [letter_texts.letter_to(row, base_url, numbers.get(row.id, 0)) for row in rows]


def forwarded_numbers(assembly: Assembly) -> dict[int, int]:
    """Invitee id → number in the window, in the order the codes were made; never given twice."""
    found = db.session.scalars(
        select(Invitee.id)
        .where(Invitee.assembly_id == assembly.id, Invitee.recruitment_path == "forwarded")
        .order_by(Invitee.id)
    )
    return {one: number for number, one in enumerate(found, start=1)}


def sheet_of(batch: LetterBatch, assembly: Assembly, base_url: str) -> LetterSheet:
    draw = db.session.get(InvitationDraw, batch.draw_id) if batch.draw_id else None
    seats = batch.kind in ("acceptance", "replacement")
    return letter_texts.sheet(
        assembly,
        draw,
        base_url,
        batch.kind,
        own=letter_wording.own(assembly, batch.kind),
        languages=batch.options.get("languages", ()),
        accept_by=letter_recipients.accept_by(assembly, batch.options["to"]) if seats else None,
        forwarded=bool(batch.options.get("forwarded")),
        dated=None if batch.kind == "invitation" else utcnow().astimezone(BERLIN).date(),
    )


@jobs.job("make_letters")
def make_letters(run: Run) -> None:
    base_url = current_app.extensions["settings"].base_url
    batch = db.session.get_one(LetterBatch, run.payload["batch"])
    assembly = db.session.get_one(Assembly, batch.assembly_id)
    name, assembly_id, options = letter_files.name_of(batch), assembly.id, dict(batch.options)
    gone = _gone(assembly_id)
    try:
        sheet = sheet_of(batch, assembly, base_url)
        letters = letters_of(batch, assembly, base_url)
        parts = parts_of(letters, options.get("part_size", 0))
        pages = pages_of(sheet)
        with letter_files.sealing(assembly_id) as seal:
            _seal_parts(run, seal, parts, sheet, name)
            if options.get("forwarded"):
                _seal(seal, name, "numbers", lambda out: write_number_list(out, letters))
            else:
                _seal_tables(seal, name, letters, sheet)
                _seal(seal, name, "list", lambda out: write_run_list(out, parts, pages))
            _store(run, seal.made, len(letters), pages, gone)
    except LetterError as problem:
        raise JobProblem(str(problem)) from problem


def _seal_parts(run: Run, seal: Seal, parts: list[Part], sheet: LetterSheet, name: str) -> None:
    """The PDFs go from the writer through the lock to the disk, never whole in memory."""
    for part in parts:

        def progress(done: int, _of_part: int, part: Part = part) -> None:
            run.progress(part.first - 1 + done, parts[-1].last, "schreibt")

        filename = letter_files.part_name(name, part.number, part.first, part.last, len(parts))
        source = io.BufferedReader(Chunks(pdf_of(part, sheet, progress)), 1 << 16)
        seal(filename, "application/pdf", source)


def _seal_tables(seal: Seal, name: str, letters: list[Letter], sheet: LetterSheet) -> None:
    codes = bool(sheet.reply_heading)
    for kind, write in (("csv", write_print_shop_csv), ("xlsx", write_print_shop_xlsx)):

        def table(out: BinaryIO, write: Callable[..., int] = write) -> int:
            return write(out, letters, sheet.greeting, codes=codes)

        _seal(seal, name, kind, table)


def _seal(seal: Seal, name: str, kind: str, write: Callable[[BinaryIO], int]) -> None:
    out = io.BytesIO()
    write(out)
    out.seek(0)
    seal(letter_files.filename(name, kind), XLSX if kind == "xlsx" else "text/csv", out)


def _gone(assembly_id: int) -> int:
    """How many were erased or objected; the number only grows."""
    rows = select(func.count(Invitee.id)).where(
        Invitee.assembly_id == assembly_id, Invitee.state.in_(("erased", "objected"))
    )
    return db.session.scalar(rows) or 0


def _store(
    run: Run, made: list[tuple[files.Sealed, str, str]], letters: int, pages: int, gone: int
) -> None:
    """`gone`: as many as when the work began, else a letter may be to somebody erased since."""
    with run.finish() as result:
        batch = db.session.get_one(LetterBatch, run.payload["batch"])
        if _gone(batch.assembly_id) != gone:
            raise JobProblem(ERASED_MEANWHILE)
        rows = [
            files.adopt(sealed, batch.assembly_id, "letters", filename, media_type)
            for sealed, filename, media_type in made
        ]
        table = letter_files.filename(letter_files.name_of(batch), "csv")
        batch.pdf_id = rows[0].id
        batch.csv_id = next((row.id for row in rows if row.filename == table), None)
        batch.letters, batch.pages = letters, pages * letters
        audit.log(
            "made", "letter_batch", batch.number, assembly_id=batch.assembly_id, letters=letters
        )
        result["letters"] = letters


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


def sample_pdf(
    assembly: Assembly, kind: str = "invitation", languages: Sequence[str] = (),
    minor: bool = False,
) -> bytes:  # fmt: skip
    """The letter to a person who does not exist. Raises LetterError when a text is too long."""
    base_url = current_app.extensions["settings"].base_url
    check_languages(kind, languages)
    out = io.BytesIO()
    sample = letter_texts.sample_letter(assembly, base_url, minor)
    sheet = letter_texts.sheet(
        assembly,
        draws.last_drawn(assembly),
        base_url,
        kind,
        own=letter_wording.own(assembly, kind),
        languages=languages,
    )
    write_letters(out, [sample], sheet)
    return out.getvalue()
