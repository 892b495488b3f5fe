"""Read the upload of an extract into a sealed spool and numbers, as a job."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from buergerrat import jobs
from buergerrat.assemblies import files, objections
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.crypto import derived_key
from buergerrat.db import db, writing
from buergerrat.jobs import LeaseLost, Run
from buergerrat.sortition.buildings import Buildings, Counted
from buergerrat.sortition.households import BOTH
from buergerrat.sortition.models import RegisterExtract
from buergerrat.sortition.notes import Notes
from buergerrat.sortition.profiles import Profile
from buergerrat.sortition.register import ExtractError, read_extract
from buergerrat.sortition.register_check import Opened, look_at
from buergerrat.sortition.rows import Decision
from buergerrat.sortition.services import extract as extracts
from buergerrat.sortition.spool import LineStream, Tally, settled_lines
from buergerrat.sortition.strata import AgeBand, bands_from_bounds, parse_bounds, sort_strata


@dataclass
class _Task:
    """What the job needs, read once: no row is touched while the file is read."""

    assembly_id: int
    bands: tuple[AgeBand, ...]
    min_age: int
    reference_date: Any
    upload: StoredFile
    size: int
    profile: Profile
    rule: str
    review: list[dict[str, Any]]
    objections: frozenset[str]
    objection_key: bytes
    opened: Opened | None = None
    notes: Notes = field(default_factory=lambda: Notes(buildings=Buildings()))


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
        extracts.given(extract),
        extract.household_rule or "address_and_surname",
        extracts.decisions(extract),
        objections.known(assembly.municipality_id),
        objections.key_of(assembly.municipality_id),
    )


@jobs.job("read_register")
def read_register(run: Run) -> None:
    """However it ends, nothing of the people stays outside of sealed files."""
    task = None
    try:
        task = _task(run)
        _read(run, task)
    except LeaseLost:
        raise
    except ExtractError as problem:
        _fail(run, str(problem), task.opened if task else None)
    except BaseException:
        with writing():
            _give_up(run.payload["extract"])
        raise


def _read(run: Run, task: _Task) -> None:
    tally = Tally(derived_key(task.assembly_id, "register"))
    with files.open_file(task.upload) as source:
        opened = task.opened = look_at(cast(BinaryIO, source), task.profile)
        if opened.seen.problems:
            raise ExtractError(opened.seen.problems[0])
        total = max(task.size, opened.size)
        rows = read_extract(
            opened.stream,
            reference_date=task.reference_date,
            min_age=task.min_age,
            age_bands=task.bands,
            rules=_rules(task, opened),
            notes=task.notes,
            progress=lambda done: run.progress(min(done, total), total, "liest"),
            **opened.options,
        )
        spool = files.write(task.assembly_id, _stream(tally.lines(rows)))
    try:
        counted = cast(Buildings, task.notes.buildings).described()
        if task.rule == "address":
            spool = _settled(run, task.assembly_id, spool, counted)
        _keep(run, spool, task, tally, counted)
    except BaseException:
        files.forget(spool)
        raise


def _rules(task: _Task, opened: Opened) -> Any:
    decided = {row["line"]: Decision(**row["decision"]) for row in task.review if row["decision"]}
    return opened.rules(
        household_rule=BOTH if task.rule == "address" else task.rule,
        household_key=derived_key(task.assembly_id, "household"),
        decisions=decided,
        objections=task.objections,
        objection_key=task.objection_key,
    )


def _stream(lines: Any) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(LineStream(lines)))


def _settled(run: Run, assembly_id: int, spool: files.Sealed, counted: Counted) -> files.Sealed:
    """The spool once more, each person with the one household that counts."""
    there = StoredFile(uid=spool.uid, assembly_id=assembly_id)
    try:
        with files.open_file(there) as source:
            lines = settled_lines(cast(BinaryIO, source), counted.apart)
            return files.write(assembly_id, _stream(lines))
    finally:
        files.forget(spool)


def _keep(run: Run, spool: files.Sealed, task: _Task, tally: Tally, counted: Counted) -> None:
    root, opened = tally.leaves.root(), cast(Opened, task.opened)
    with run.finish() as result:
        extract = db.session.get_one(RegisterExtract, run.payload["extract"])
        extracts.destroy_spool(extract)
        stored = files.adopt(spool, extract.assembly_id, "register_spool", "lostopf", "text/plain")
        extract.spool_id = stored.id
        _describe(extract, opened)
        extract.profile = {**extract.profile, "read": opened.profile.as_json()}
        extract.warnings = [*opened.seen.warnings, *task.notes.sentences()]
        extract.refused = dict(tally.refused)
        extract.eligible = sum(tally.strata.values())
        extract.rows = extract.eligible + sum(tally.refused.values())
        extract.strata = [
            {**stratum._asdict(), "people": tally.strata[stratum]}
            for stratum in sort_strata(tally.strata)
        ]
        extract.households = counted.as_json()
        extract.review = json.dumps(_review(task), ensure_ascii=False)
        extract.merkle_root, extract.error = root, ""
        extracts.walk(
            extract, "ready", eligible=extract.eligible, refused=extract.refused, root=root
        )
        result["eligible"] = extract.eligible


def _review(task: _Task) -> list[dict[str, Any]]:
    """Who is still doubtful, and those about whom something was decided."""
    known = {row["line"]: row for row in task.review if row["decision"]}
    for row in task.notes.review():
        before = known.get(row["line"])
        known[row["line"]] = {**row, "decision": before["decision"] if before else None}
    return [known[line] for line in sorted(known)]


def _describe(extract: RegisterExtract, opened: Opened) -> None:
    """What was recognised; of people only the samples, sealed."""
    profile, seen = opened.profile, opened.seen
    extract.encoding, extract.separator = opened.encoding, profile.separator or ""
    extract.columns, extract.dropped_columns = seen.mapping, seen.dropped
    extract.warnings = seen.warnings
    extract.profile = {
        "given": extract.profile.get("given", {}),
        "header": seen.header,
        "blank_columns": seen.blank_columns,
        "refused_columns": seen.refused_columns,
    }
    extract.samples = json.dumps(opened.samples(), ensure_ascii=False)


def _fail(run: Run, sentence: str, opened: Opened | None) -> None:
    """What is a table at all waits to be read with other settings."""
    with run.finish() as result:
        extract = db.session.get_one(RegisterExtract, run.payload["extract"])
        extract.error = sentence
        extracts.destroy_spool(extract)
        extract.rows = extract.eligible = 0
        extract.strata, extract.refused, extract.households = [], {}, {}
        if opened is None or not opened.seen.is_text:
            extracts.destroy(extract)
        else:
            _describe(extract, opened)
        extracts.walk(extract, "failed")
        result["failed"] = True


def _give_up(extract_id: int) -> None:
    extract = db.session.get_one(RegisterExtract, extract_id)
    if extract.state != "reading":
        return
    extract.error = (
        "Beim Lesen ist uns ein Fehler passiert. Die hochgeladene Datei ist gelöscht, gespeichert "
        "wurde nichts. Bitte laden Sie sie noch einmal hoch."
    )
    extracts.destroy(extract)
    extracts.walk(extract, "failed")
