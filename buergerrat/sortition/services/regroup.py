"""Other age bands, districts that go together: the waiting rows of an extract parted anew.

The rows stay, so the registry office need not send its file again. Their age bands and districts
are part of what is committed, so this works before the commitment only.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

from flask_babel import gettext as _
from sqlalchemy import delete, select

from buergerrat import audit, jobs
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.crypto import derived_key
from buergerrat.db import db
from buergerrat.jobs import Job, JobProblem, Run
from buergerrat.sortition.models import InvitationDraw, Marginal, Quota, RegisterExtract
from buergerrat.sortition.repart import renamed, repart
from buergerrat.sortition.services import extract as extracts
from buergerrat.sortition.services.marginals import STRATA
from buergerrat.sortition.spool import LineStream, Tally, people
from buergerrat.sortition.strata import bands_from_bounds, parse_bounds, sort_strata
from buergerrat.web import Conflict

GONE = "Der Auszug ist inzwischen festgeschrieben oder gelöscht. Es wurde nichts geändert."
KIND = "regroup_register"


@dataclass(frozen=True)
class Place:
    """A district of the extract with its people and its name in the plan."""

    name: str
    people: int
    planned: str


def places_of(extract: RegisterExtract, typed: Mapping[str, str] | None = None) -> list[Place]:
    """Districts by name; `typed` are new names that were not taken."""
    counts: dict[str, int] = {}
    for row in extract.strata:
        if row["district"]:
            counts[row["district"]] = counts.get(row["district"], 0) + row["people"]
    return [Place(n, counts[n], (typed or {}).get(n, n)) for n in sorted(counts)]


def running(assembly: Assembly) -> Job | None:
    """The job that parts the people anew, while it runs."""
    return db.session.scalar(
        select(Job)
        .where(
            Job.assembly_id == assembly.id,
            Job.kind == KIND,
            Job.state.in_(("queued", "running")),
        )
        .limit(1)
    )


def last_problem(assembly: Assembly) -> str:
    """Why the last one stopped; empty when it ended well."""
    found = db.session.scalar(
        select(Job).where(Job.assembly_id == assembly.id, Job.kind == KIND).order_by(Job.id.desc())
    )
    return found.error if found is not None and found.state == "failed" else ""


def start(
    assembly: Assembly,
    extract: RegisterExtract,
    bounds: str,
    names: Mapping[str, str],
    user_id: int | None = None,
) -> Job:
    """`bounds` as `Assembly.age_bounds`, `names`: district → new name. Raises Conflict."""
    if extract.state != "ready":
        raise Conflict(_("Zu diesem Plan gibt es keinen Auszug mehr. Lesen Sie ihn neu ein."))
    extracts.refuse_while_committed(assembly)
    if running(assembly) is not None:
        raise Conflict(_("Die Gruppen werden gerade schon neu gebildet."))
    audit.log(
        "regroup",
        "register_extract",
        extract.number,
        assembly_id=assembly.id,
        age_bounds=bounds,
        districts=dict(names),
        user=user_id,
    )
    return jobs.start(
        KIND,
        assembly_id=assembly.id,
        user_id=user_id,
        extract=extract.id,
        bounds=bounds,
        names=dict(names),
    )


@jobs.job(KIND)
def regroup_register(run: Run) -> None:
    extract = db.session.get_one(RegisterExtract, run.payload["extract"])
    stored = db.session.get(StoredFile, extract.spool_id) if extract.spool_id else None
    if extract.state != "ready" or stored is None or stored.deleted_at is not None:
        raise JobProblem(GONE)
    assembly_id, total = extract.assembly_id, extract.eligible
    bands = bands_from_bounds(parse_bounds(run.payload["bounds"]))
    tally = Tally(derived_key(assembly_id, "register"))
    with files.open_file(stored) as spool:
        told = people(spool, lambda done: run.progress(done, total, "bildet Gruppen"))
        lines = tally.lines(repart(told, bands, run.payload["names"]))
        raw = io.BufferedReader(LineStream(lines))
        sealed = files.write(assembly_id, cast(BinaryIO, raw))
    try:
        _keep(run, sealed, tally)
    except BaseException:
        files.forget(sealed)
        raise


def _keep(run: Run, sealed: files.Sealed, tally: Tally) -> None:
    root = tally.leaves.root()
    with run.finish() as result:
        extract = db.session.get_one(RegisterExtract, run.payload["extract"])
        assembly = db.session.get_one(Assembly, extract.assembly_id)
        before = db.session.get(StoredFile, extract.spool_id) if extract.spool_id else None
        fixed = extracts.open_commitment(assembly) is not None
        if extract.state != "ready" or before is None or fixed:
            raise JobProblem(GONE)
        files.destroy(before)
        after = files.adopt(sealed, assembly.id, "register_spool", "lostopf", "text/plain")
        extract.spool_id, extract.merkle_root = after.id, root
        assembly.age_bounds = run.payload["bounds"]
        _count(extract, tally)
        _remember(extract, run.payload["names"])
        _start_over(assembly, extract)
        result["eligible"] = extract.eligible


def _count(extract: RegisterExtract, tally: Tally) -> None:
    refused = dict(extract.refused)
    for reason, count in tally.refused.items():
        refused[reason] = refused.get(reason, 0) + count
    extract.refused = refused
    extract.eligible = sum(tally.strata.values())
    extract.strata = [
        {**stratum._asdict(), "people": tally.strata[stratum]}
        for stratum in sort_strata(tally.strata)
    ]


def _remember(extract: RegisterExtract, names: Mapping[str, str]) -> None:
    """While the file can still be read again, its districts keep their new names."""
    if names and extracts.is_open(extract):
        given = extracts.given(extract)
        values = {**given.values, "district": renamed(given.values.get("district", {}), names)}
        told = replace(given, values=values).as_json()
        extract.profile = {**extract.profile, "given": told}


def _start_over(assembly: Assembly, extract: RegisterExtract) -> None:
    """What was made for the old groups goes: the plan, the sums, quotas of age and district."""
    for plan in db.session.scalars(
        select(InvitationDraw).where(
            InvitationDraw.extract_id == extract.id, InvitationDraw.state == "planned"
        )
    ):
        db.session.delete(plan)
    gone: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (Marginal, ("age_band", "district", STRATA)),
        (Quota, ("age_band", "district")),
    )
    for model, features in gone:
        db.session.execute(
            delete(model).where(model.assembly_id == assembly.id, model.feature.in_(features))
        )
