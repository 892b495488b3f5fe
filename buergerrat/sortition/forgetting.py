"""Erasing what stage one holds about people: invitees, letters, spools."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.assemblies.retention import personal_data
from buergerrat.db import db, utcnow
from buergerrat.sortition.models import Invitee, LetterBatch, RegisterExtract
from buergerrat.sortition.services import extract as extracts
from buergerrat.sortition.services import letters

EMPTY = (
    "first_name_sealed",
    "last_name_sealed",
    "title_sealed",
    "street_sealed",
    "postcode_sealed",
    "place_sealed",
    "code_sealed",
    "code_hash",
    "household",
    "sex",
    "age_band",
    "district",
    "nationality_group",
)
BATCH = 500


@personal_data("register_spool", "Lostopf vor der Losung")
def forget_spools(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    """Delete what waits for a draw, unless it is committed: then the draw itself deletes it."""
    if extracts.open_commitment(assembly) is not None:
        return 0
    rows = db.session.scalars(
        select(StoredFile)
        .join(
            RegisterExtract,
            (RegisterExtract.spool_id == StoredFile.id)
            | (RegisterExtract.upload_id == StoredFile.id),
        )
        .where(RegisterExtract.assembly_id == assembly.id, StoredFile.deleted_at.is_(None))
    ).all()
    for extract in db.session.scalars(
        select(RegisterExtract).where(
            RegisterExtract.assembly_id == assembly.id, RegisterExtract.state.in_(extracts.OPEN)
        )
    ):
        extracts.discard(extract)
    for extract in db.session.scalars(
        select(RegisterExtract).where(
            RegisterExtract.assembly_id == assembly.id, RegisterExtract.closed_at.is_(None)
        )
    ):
        extracts.close(extract, "period")  # with the samples and the review list
    for row in rows:
        if row.deleted_at is None:
            files.destroy(row)
    return len(rows)


@personal_data("invitees", "Namen, Anschriften und Merkmale der Angeschriebenen")
def forget_invitees(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    """Empty the rows; row id and ticket stay, so that the record of the draw still verifies."""
    values = dict.fromkeys(EMPTY) | {"state": "erased", "minor": False, "erased_at": utcnow()}
    count = 0
    for start in range(0, len(invitee_ids), BATCH):
        done = db.session.execute(
            update(Invitee)
            .where(
                Invitee.assembly_id == assembly.id,
                Invitee.id.in_(invitee_ids[start : start + BATCH]),
                Invitee.state != "erased",
            )
            .values(values)
            .execution_options(synchronize_session="fetch")
        )
        count += done.rowcount  # type: ignore[attr-defined]
    return count


@personal_data("letters", "Briefe und Tabellen für die Druckerei")
def forget_letters(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    """Nobody can be taken out of a PDF: all letters of the same draw go, and those of kinds that
    belong to no draw."""
    draw_ids: set[int] = set()
    for start in range(0, len(invitee_ids), BATCH):
        part = invitee_ids[start : start + BATCH]
        draw_ids |= set(
            db.session.scalars(
                select(Invitee.draw_id).where(
                    Invitee.assembly_id == assembly.id, Invitee.id.in_(part)
                )
            )
        )
    if not draw_ids:
        return 0
    batches = db.session.scalars(
        select(LetterBatch).where(
            LetterBatch.assembly_id == assembly.id,
            LetterBatch.draw_id.in_(draw_ids) | LetterBatch.draw_id.is_(None),
        )
    )
    return sum(letters.destroy(batch) for batch in batches)
