"""The Losprotokoll of both draws, as files: public, full, and a PDF to read."""

from __future__ import annotations

import io
from typing import Any

from sqlalchemy import func, select

from buergerrat import audit
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.config import SOFTWARE, versions
from buergerrat.db import db, utcnow
from buergerrat.sortition import record, record_pdf
from buergerrat.sortition.commitment import PanelCommitment, SeedKind
from buergerrat.sortition.models import InvitationDraw, Invitee, PanelDraw
from buergerrat.sortition.replacements import Event
from buergerrat.sortition.services import draw as invitation_service
from buergerrat.sortition.services import lottery


def write(draw: PanelDraw) -> None:
    """(Re)write the record of this lottery: the public zip in the row, the full one sealed."""
    made = build(draw)
    public = record.record_files(made, full=False)
    draw.public_record = record.zip_bytes(public)
    draw.record_hash = record.checksum(public)
    before = draw.full_record_id
    opened = record.record_files(made, full=True)
    full = io.BytesIO(record.zip_bytes(opened))
    name = f"losprotokoll-voll-{draw.number}.zip"
    kept = files.keep(draw.assembly_id, "full_record", name, "application/zip", full)
    draw.full_record_id = kept.id
    if before is not None:
        files.destroy(db.session.get_one(StoredFile, before))
    db.session.flush()
    audit.log(
        "record_written",
        "panel_draw",
        draw.number,
        assembly_id=draw.assembly_id,
        checksum=draw.record_hash,
        full=record.checksum(opened),
    )


def build(draw: PanelDraw) -> record.DrawRecord:
    """Everything the record is written from."""
    assembly = db.session.get_one(Assembly, draw.assembly_id)
    first = _invitation_of(draw)
    commitment = PanelCommitment.from_json(draw.frozen["commitment"].encode())
    panel = record.PanelDraw(
        commitment=commitment,
        seed=record.SeedUse(commitment.seed.kind, draw.frozen["seed_value"], draw.rehearsal),
        entrants=tuple(lottery.entrants_of(draw)),
        quotas=tuple(lottery.quotas_of(draw)),
        lottery=lottery.load(draw),
        digits=draw.digits if draw.state == "picked" else None,
        events=events_of(draw),
        source=_source(draw),
    )
    return record.DrawRecord(
        assembly=f"{assembly.municipality.name}: {assembly.title}",
        software=versions(),
        audit_head=audit.head_hash(),
        invitation=invitation_service.record_part(first) if first else None,
        panel=panel,
    )


def _invitation_of(draw: PanelDraw) -> InvitationDraw | None:
    """The invitation draw that this lottery is committed to, whatever was drawn since."""
    fixed = PanelCommitment.from_json(draw.frozen["commitment"].encode())
    return db.session.scalar(
        select(InvitationDraw).where(
            InvitationDraw.assembly_id == draw.assembly_id,
            InvitationDraw.commitment_hash == fixed.invitation,
            InvitationDraw.rehearsal.is_(False),
        )
    )


def _source(draw: PanelDraw) -> record.SeedUse | None:
    """The public source that named the list; None when digits were drawn by hand."""
    source: dict[str, str] | None = draw.result.get("source")
    if source is None:
        return None
    return record.SeedUse(SeedKind(source["kind"]), source["value"], draw.rehearsal)


def events_of(draw: PanelDraw) -> tuple[Event, ...]:
    """One event per seat; where several left at once, the first event names all of them."""
    passed_over: dict[str, list[str]] = draw.result.get("passed_over", {})
    together: dict[str, list[str]] = draw.result.get("together", {})
    return tuple(
        Event(
            left=tuple(together.get(str(r.number), (r.left,))),
            declined=tuple(passed_over.get(str(r.number), ())),
            seated=r.came,
            broken=tuple(r.broken),
        )
        for r in lottery.replacements_of(draw)
    )


def summary(draw: PanelDraw, check_url: str) -> record_pdf.RecordSummary:
    """What the PDF tells; Losnummern, never names. Needs nothing that is deleted later."""
    assembly = db.session.get_one(Assembly, draw.assembly_id)
    first = _invitation_of(draw)
    made = lottery.load(draw)
    panel = tuple(draw.result.get("panel", ()))
    quotas = lottery.quotas_of(draw)
    drawn = [row["seats"] for row in draw.result.get("composition", ())] or [0] * len(quotas)
    rows = tuple(
        record_pdf.QuotaRow(
            q.feature, q.value, q.min, q.max, seats, None if p is None else 100 * p, pool
        )
        for q, seats, p, pool in zip(
            quotas, drawn, draw.frozen["population"], draw.frozen["pool_counts"], strict=True
        )
    )
    entries = db.session.scalar(select(func.count()).select_from(audit.AuditEntry)) or 0
    details: dict[str, Any] = _invitation_details(assembly, first)
    return record_pdf.RecordSummary(
        town=assembly.municipality.name,
        title=assembly.title,
        guiding_question=assembly.guiding_question,
        rehearsal=draw.rehearsal,
        commitment=draw.frozen_hash,
        committed_at=draw.frozen_at,
        published_where="Öffentliche Seite des Bürgerrats",
        seed=draw.seed,
        pool=len(draw.result["counts"]),
        seats=assembly.seats,
        panels=len(made.panels),
        lowest_chance=float(made.lowest),
        highest_chance=float(max(made.chances.values())),
        bound=float(made.bound),
        certificate="",
        drawn_number=draw.digits if draw.state == "picked" else "",
        drawn_at=draw.picked_at,
        panel=panel,
        quotas=rows,
        made_on=utcnow().date(),
        replacements=tuple(
            record_pdf.Replacement(r.created_at.date(), r.left, r.came or "")
            for r in lottery.replacements_of(draw)
        ),
        record_checksum=draw.record_hash,
        audit_head=audit.head_hash(),
        audit_entries=entries,
        software=SOFTWARE,
        check_url=check_url,
        town_colour=assembly.municipality.town_colour,
        data_colour=assembly.municipality.data_colour,
        **details,
    )


def _invitation_details(assembly: Assembly, first: InvitationDraw | None) -> dict[str, Any]:
    if first is None:
        return {"seed_source": "Probe, örtlich erzeugt", "seed_at": None}
    letters = db.session.scalar(
        select(func.count()).select_from(Invitee).where(Invitee.assembly_id == assembly.id)
    )
    return {
        "seed_source": f"{first.seed_source}: {first.seed_value}",
        "seed_at": first.seeded_at,
        "letters": letters,
        "eligible": first.extract.eligible,
    }


def pdf(draw: PanelDraw, check_url: str) -> bytes:
    return record_pdf.losprotokoll_pdf(summary(draw, check_url))
