"""Read an extract of the register: upload, job, discard. Of people only the sealed spool is kept."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit, jobs
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.assemblies.scope import next_number
from buergerrat.crypto import derived_key
from buergerrat.db import db, writing
from buergerrat.jobs import Job, LeaseLost, Run
from buergerrat.sortition.models import InvitationDraw, PanelDraw, RegisterExtract
from buergerrat.sortition.profiles import Profile, parse
from buergerrat.sortition.register import ExtractError, read_extract
from buergerrat.sortition.register_check import Opened, open_extract
from buergerrat.sortition.spool import LineStream, Tally
from buergerrat.sortition.strata import AgeBand, bands_from_bounds, parse_bounds, sort_strata
from buergerrat.web import Conflict

TRANSITIONS = {
    ("reading", "ready"),
    ("reading", "failed"),
    ("reading", "discarded"),
    ("ready", "drawn"),
    ("ready", "discarded"),
    ("failed", "discarded"),
}
OPEN = ("reading", "ready")


def walk(extract: RegisterExtract, state: str, **detail: Any) -> None:
    """Change the state and log it. Raises ValueError for a step there is not."""
    if (extract.state, state) not in TRANSITIONS:
        raise ValueError(f"{extract.state} → {state}")
    extract.state = state
    audit.log(
        f"extract_{state}",
        "register_extract",
        extract.number,
        assembly_id=extract.assembly_id,
        **detail,
    )


def latest(assembly: Assembly) -> RegisterExtract | None:
    """The newest extract that was not discarded."""
    return db.session.scalar(
        select(RegisterExtract)
        .where(RegisterExtract.assembly_id == assembly.id, RegisterExtract.state != "discarded")
        .order_by(RegisterExtract.number.desc())
        .limit(1)
    )


def ready(assembly: Assembly) -> RegisterExtract | None:
    """The extract that waits for its draw."""
    extract = latest(assembly)
    return extract if extract is not None and extract.state == "ready" else None


def open_commitment(assembly: Assembly) -> InvitationDraw | None:
    """The draw that is committed and not yet drawn."""
    return db.session.scalar(
        select(InvitationDraw).where(
            InvitationDraw.assembly_id == assembly.id,
            InvitationDraw.rehearsal.is_(False),
            InvitationDraw.state.in_(("committed", "seeded")),
        )
    )


def refuse_while_committed(assembly: Assembly) -> None:
    if open_commitment(assembly) is not None:
        raise Conflict(
            _(
                "Der Auszug ist festgeschrieben und veröffentlicht. Er bleibt, bis die Einladungen "
                "gelost sind."
            )
        )


def refuse_after_freezing(assembly: Assembly) -> None:
    """Whoever is invited once the Lostopf is frozen could not answer any more."""
    frozen = select(PanelDraw.id).where(
        PanelDraw.assembly_id == assembly.id,
        PanelDraw.rehearsal.is_(False),
        PanelDraw.state != "discarded",
    )
    if db.session.scalar(frozen.limit(1)) is not None:
        raise Conflict(_("Lostopf und Quoten sind schon festgeschrieben."))


def receive(
    assembly: Assembly,
    filename: str,
    stream: BinaryIO,
    user_id: int | None = None,
    profile: Profile | None = None,
) -> RegisterExtract:
    """Seal the upload and start reading it; it takes the place of the one before.

    What `profile` says overrules what the file itself tells.
    """
    refuse_while_committed(assembly)
    refuse_after_freezing(assembly)
    upload = files.keep(assembly.id, "register_upload", "auszug.csv", "text/csv", stream)
    for before in db.session.scalars(
        select(RegisterExtract).where(
            RegisterExtract.assembly_id == assembly.id,
            RegisterExtract.state.in_((*OPEN, "failed")),
        )
    ):
        _discard(before, "superseded")
    extract = RegisterExtract(
        assembly_id=assembly.id,
        number=next_number(RegisterExtract, assembly.id),
        upload_id=upload.id,
    )
    db.session.add(extract)
    db.session.flush()
    extract.job_id = jobs.start(
        "read_register",
        assembly_id=assembly.id,
        user_id=user_id,
        extract=extract.id,
        profile=(profile or Profile()).to_json(),
    ).id
    audit.log(
        "upload",
        "register_extract",
        extract.number,
        assembly_id=assembly.id,
        bytes=upload.size,
        sha256=upload.sha256,
        user=user_id,
    )
    db.session.flush()
    return extract


def discard(extract: RegisterExtract, user_id: int | None = None) -> None:
    """Delete everything of an extract but its number and state."""
    if extract.state not in (*OPEN, "failed"):
        raise Conflict(_("Dieser Auszug ist schon gelöscht."))
    refuse_while_committed(db.session.get_one(Assembly, extract.assembly_id))
    _discard(extract, "discarded", user=user_id)


def _discard(extract: RegisterExtract, why: str, **detail: Any) -> None:
    if extract.job_id is not None:
        jobs.cancel(db.session.get_one(Job, extract.job_id))
    _destroy(extract)
    for plan in db.session.scalars(
        select(InvitationDraw).where(
            InvitationDraw.extract_id == extract.id, InvitationDraw.state == "planned"
        )
    ):
        db.session.delete(plan)
    walk(extract, "discarded", why=why, **detail)
    db.session.flush()


def finish(extract: RegisterExtract) -> None:
    """After the draw: of those who were not drawn nothing is left but numbers."""
    _destroy(extract)
    walk(extract, "drawn")


def _destroy(extract: RegisterExtract) -> None:
    for file_id in (extract.upload_id, extract.spool_id):
        row = db.session.get(StoredFile, file_id) if file_id else None
        if row is not None and row.deleted_at is None:
            files.destroy(row)


@dataclass(frozen=True)
class _Task:
    """What the job needs, read once: no row is touched while the file is read."""

    assembly_id: int
    bands: tuple[AgeBand, ...]
    min_age: int
    reference_date: Any
    upload: StoredFile
    size: int
    profile: Profile


def _task(run: Run) -> _Task:
    extract = db.session.get_one(RegisterExtract, run.payload["extract"])
    assembly = db.session.get_one(Assembly, extract.assembly_id)
    if extract.state != "reading" or extract.upload_id is None:
        raise LeaseLost
    upload = db.session.get_one(StoredFile, extract.upload_id)
    return _Task(
        assembly.id,
        bands_from_bounds(parse_bounds(assembly.age_bounds)),
        assembly.min_age,
        assembly.reference_date,
        upload,
        upload.size,
        parse(run.payload["profile"].encode()),
    )


@jobs.job("read_register")
def read_register(run: Run) -> None:
    """Read the upload into a spool and numbers. However it ends, the upload is destroyed."""
    try:
        _read(run, _task(run))
    except LeaseLost:
        raise
    except ExtractError as problem:
        _fail(run, str(problem))
    except BaseException:
        with writing():
            _give_up(run.payload["extract"])
        raise


def _read(run: Run, task: _Task) -> None:
    tally = Tally(derived_key(task.assembly_id, "register"))
    household_key = derived_key(task.assembly_id, "household")
    with files.open_file(task.upload) as source:
        opened = open_extract(cast(BinaryIO, source), task.profile)
        total = max(task.size, opened.size)
        rows = read_extract(
            opened.stream,
            reference_date=task.reference_date,
            min_age=task.min_age,
            age_bands=task.bands,
            household_key=household_key,
            progress=lambda done: run.progress(min(done, total), total, "liest"),
            **opened.options,
        )
        spool = files.write(task.assembly_id, cast(BinaryIO, _stream(tally.lines(rows))))
    try:
        _keep(run, spool, opened, tally)
    except BaseException:
        files.forget(spool)
        raise


def _stream(lines: Any) -> io.BufferedReader:
    return io.BufferedReader(LineStream(lines))


def _keep(run: Run, spool: files.Sealed, opened: Opened, tally: Tally) -> None:
    root = tally.leaves.root()
    with run.finish() as result:
        extract = db.session.get_one(RegisterExtract, run.payload["extract"])
        stored = files.adopt(spool, extract.assembly_id, "register_spool", "lostopf", "text/plain")
        extract.spool_id = stored.id
        _describe(extract, opened)
        extract.refused = dict(tally.refused)
        extract.eligible = sum(tally.strata.values())
        extract.rows = extract.eligible + sum(tally.refused.values())
        extract.strata = [
            {**stratum._asdict(), "people": tally.strata[stratum]}
            for stratum in sort_strata(tally.strata)
        ]
        extract.merkle_root = root
        _destroy_upload(extract)
        walk(extract, "ready", eligible=extract.eligible, refused=extract.refused, root=root)
        result["eligible"] = extract.eligible
        result["profile"] = opened.profile.to_json()


def read_as(extract: RegisterExtract) -> Profile | None:
    """How an extract was read, to read the town's next one alike; None before it was read."""
    job = db.session.get(Job, extract.job_id) if extract.job_id else None
    told = job.result.get("profile") if job is not None and job.result else None
    return parse(told.encode()) if told else None


def _describe(extract: RegisterExtract, opened: Opened) -> None:
    profile, seen = opened.profile, opened.seen
    extract.encoding, extract.separator = opened.encoding, profile.separator or ""
    extract.columns, extract.dropped_columns = seen.mapping, seen.dropped
    extract.warnings = seen.warnings


def _destroy_upload(extract: RegisterExtract) -> None:
    upload = db.session.get(StoredFile, extract.upload_id) if extract.upload_id else None
    if upload is not None and upload.deleted_at is None:
        files.destroy(upload)


def _fail(run: Run, sentence: str) -> None:
    with run.finish() as result:
        extract = db.session.get_one(RegisterExtract, run.payload["extract"])
        extract.error = sentence
        _destroy_upload(extract)
        walk(extract, "failed")
        result["failed"] = True


def _give_up(extract_id: int) -> None:
    extract = db.session.get_one(RegisterExtract, extract_id)
    if extract.state != "reading":
        return
    extract.error = (
        "Beim Lesen ist uns ein Fehler passiert. Die hochgeladene Datei ist gelöscht, gespeichert "
        "wurde nichts. Bitte laden Sie sie noch einmal hoch."
    )
    _destroy_upload(extract)
    walk(extract, "failed")
