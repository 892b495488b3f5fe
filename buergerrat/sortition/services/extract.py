"""The register extract: upload, read again, close, discard. Of people only sealed files are kept."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit, jobs
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db, utcnow
from buergerrat.jobs import Job
from buergerrat.sortition.models import InvitationDraw, PanelDraw, RegisterExtract
from buergerrat.sortition.profiles import Profile, of_json
from buergerrat.web import Conflict

TRANSITIONS = {
    ("reading", "ready"),
    ("reading", "failed"),
    ("reading", "discarded"),
    ("ready", "reading"),
    ("ready", "drawn"),
    ("ready", "discarded"),
    ("failed", "reading"),
    ("failed", "discarded"),
}
OPEN = ("reading", "ready")


def walk(extract: RegisterExtract, state: str, **detail: Any) -> None:
    """Change the state and log it. Raises ValueError for a step there is not."""
    if (extract.state, state) not in TRANSITIONS:
        raise ValueError(f"{extract.state} → {state}")
    extract.state = state
    _log(f"extract_{state}", extract, **detail)


def _log(action: str, extract: RegisterExtract, **detail: Any) -> None:
    audit.log(action, "register_extract", extract.number, assembly_id=extract.assembly_id, **detail)


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
    rule = db.session.scalar(
        select(RegisterExtract.household_rule)
        .where(RegisterExtract.assembly_id == assembly.id)
        .order_by(RegisterExtract.number.desc())
        .limit(1)
    )
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
        profile={"given": (profile or Profile()).as_json()},
        household_rule=rule or "address_and_surname",  # as chosen for the one before
    )
    db.session.add(extract)
    db.session.flush()
    _start(extract, user_id)
    _log("upload", extract, bytes=upload.size, sha256=upload.sha256, user=user_id)
    db.session.flush()
    return extract


def _start(extract: RegisterExtract, user_id: int | None) -> None:
    extract.job_id = jobs.start(
        "read_register", assembly_id=extract.assembly_id, user_id=user_id, extract=extract.id
    ).id


def is_open(extract: RegisterExtract) -> bool:
    """Whether the upload is still there, so that it can be read again."""
    return extract.closed_at is None and _kept(extract.upload_id) is not None


def read_again(
    extract: RegisterExtract,
    user_id: int | None = None,
    *,
    profile: Profile | None = None,
    household_rule: str | None = None,
) -> None:
    """Read the kept upload once more, with other settings or decisions. Plans on it are dropped."""
    refuse_while_committed(db.session.get_one(Assembly, extract.assembly_id))
    if not is_open(extract) or extract.state not in ("ready", "failed"):
        raise Conflict(
            _("Die Datei ist schon gelöscht oder wird gerade gelesen. Laden Sie sie neu hoch.")
        )
    if profile is not None:
        extract.profile = {**extract.profile, "given": profile.as_json()}
    if household_rule is not None:
        extract.household_rule = household_rule
    _drop_plans(extract)
    walk(extract, "reading", user=user_id)
    _start(extract, user_id)
    db.session.flush()


def given(extract: RegisterExtract) -> Profile:
    """What was chosen by hand or by a profile, over which the file itself decides the rest."""
    return of_json(extract.profile.get("given", {}))


def read_as(extract: RegisterExtract) -> Profile | None:
    """How an extract was read, to read the town's next one alike; None before it was read."""
    told = extract.profile.get("read")
    return of_json(told) if told else None


def decisions(extract: RegisterExtract) -> list[dict[str, Any]]:
    """The review list: doubtful rows with `decision` None or the fields of `rows.Decision`."""
    found: list[dict[str, Any]] = json.loads(extract.review or "[]")
    return found


def close(extract: RegisterExtract, why: str, user_id: int | None = None) -> None:
    """End the import: the upload, its samples and the review list go. The read rows stay."""
    if extract.closed_at is not None:
        return
    _forget_import(extract)
    extract.closed_at = utcnow()
    _log("extract_closed", extract, why=why, user=user_id)
    db.session.flush()


def discard(extract: RegisterExtract, user_id: int | None = None) -> None:
    """Delete everything of an extract but its number and state."""
    if extract.state not in (*OPEN, "failed"):
        raise Conflict(_("Dieser Auszug ist schon gelöscht."))
    refuse_while_committed(db.session.get_one(Assembly, extract.assembly_id))
    _discard(extract, "discarded", user=user_id)


def _discard(extract: RegisterExtract, why: str, **detail: Any) -> None:
    if extract.job_id is not None:
        jobs.cancel(db.session.get_one(Job, extract.job_id))
    destroy(extract)
    _drop_plans(extract)
    walk(extract, "discarded", why=why, **detail)
    db.session.flush()


def _drop_plans(extract: RegisterExtract) -> None:
    """A plan counts the people of one reading; another reading has others."""
    for plan in db.session.scalars(
        select(InvitationDraw).where(
            InvitationDraw.extract_id == extract.id, InvitationDraw.state == "planned"
        )
    ):
        db.session.delete(plan)


def finish(extract: RegisterExtract) -> None:
    """After the draw: of those who were not drawn nothing is left but numbers."""
    destroy(extract)
    walk(extract, "drawn")


def _kept(file_id: int | None) -> StoredFile | None:
    row = db.session.get(StoredFile, file_id) if file_id else None
    return row if row is not None and row.deleted_at is None else None


def destroy(extract: RegisterExtract) -> None:
    """Whatever an extract holds about people."""
    destroy_spool(extract)
    _forget_import(extract)
    extract.closed_at = extract.closed_at or utcnow()


def destroy_spool(extract: RegisterExtract) -> None:
    if (row := _kept(extract.spool_id)) is not None:
        files.destroy(row)
    extract.spool_id = None


def _forget_import(extract: RegisterExtract) -> None:
    if (row := _kept(extract.upload_id)) is not None:
        files.destroy(row)
    extract.samples = extract.review = ""
