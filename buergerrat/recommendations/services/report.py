"""The Bürgergutachten: texts, what is missing, handing over. Afterwards nothing of it changes."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import local
from buergerrat.recommendations import report as documents
from buergerrat.recommendations import report_docx, words
from buergerrat.recommendations.models import CitizensReport, Recommendation, ReportFile
from buergerrat.recommendations.report_data import (
    Imprint,
    Mandate,
    MinorityStatement,
    Report,
    VoteResult,
    to_dict,
)
from buergerrat.recommendations.report_data import Recommendation as Printed
from buergerrat.recommendations.services import ballots, collecting, states
from buergerrat.recommendations.services.completeness import checks
from buergerrat.recommendations.services.recommendations import of_assembly
from buergerrat.web import Conflict


@dataclass(frozen=True)
class Texts:
    """What people write for the report; the rest is collected."""

    preface: str = ""
    course: str = ""
    imprint: str = ""


@dataclass(frozen=True)
class PublishedFile:
    """One format of the handed-over report; `size` in bytes."""

    format: str
    filename: str
    media_type: str
    size: int
    sha256: str


class TextsOvertaken(Conflict):
    """Somebody saved the report's texts meanwhile; `current` is what is stored."""

    def __init__(self, current: CitizensReport) -> None:
        super().__init__(_("Inzwischen hat jemand anderes die Texte geändert."))
        self.current = current


def find(assembly: Assembly) -> CitizensReport | None:
    return db.session.scalar(select(CitizensReport).filter_by(assembly_id=assembly.id))


def write_report_texts(
    assembly: Assembly, texts: Texts, base: int | None = None, user_id: int | None = None
) -> CitizensReport:
    """Save the texts written on revision `base` (0 = none yet; None = whatever is stored)."""
    states.refuse_after_handover(assembly.id)
    report = find(assembly)
    if report is None:
        report = CitizensReport(assembly_id=assembly.id, state="draft", revision=0)
        db.session.add(report)
    elif base is not None and base != report.revision:
        raise TextsOvertaken(report)
    report.preface, report.course, report.imprint = texts.preface, texts.course, texts.imprint
    report.revision += 1
    db.session.flush()
    audit.log(
        "report_texts",
        "report",
        report.id,
        assembly_id=assembly.id,
        revision=report.revision,
        user_id=user_id,
    )
    return report


def build(assembly: Assembly, version: str = "", day: dt.date | None = None) -> Report:
    """Everything that stands in the report, from what is stored now."""
    stored = find(assembly) or CitizensReport(preface="", course="", imprint="")
    town = assembly.municipality
    return Report(
        title=f"Bürgerrat {assembly.title.removeprefix('Bürgerrat ')}",
        town=town.name,
        town_colour=town.town_colour,
        data_colour=town.data_colour,
        guiding_question=assembly.guiding_question,
        mandate=Mandate(
            assembly.resolution_number,
            assembly.resolution_date,
            assembly.legal_basis,
            assembly.answer_promised_by,
        ),
        preface=stored.preface,
        preface_by=f"{town.mayor}, {town.mayor_title}" if town.mayor else "",
        draw=collecting.draw_story(assembly),
        composition=collecting.composition(assembly),
        recommendations=tuple(
            _printed(item) for item in of_assembly(assembly) if item.state in states.DECIDED
        ),
        course=stored.course,
        sessions=collecting.session_days(assembly),
        imprint=Imprint(
            publisher=", ".join(part for part in (town.name, town.office) if part),
            address="\n".join(
                p for p in (town.street, f"{town.postcode} {town.place}".strip()) if p
            ),
            contact="\n".join(p for p in (town.phone and f"Telefon {town.phone}", town.email) if p),
            facilitation=stored.imprint,
        ),
        date=day or local(utcnow()).date(),
        version=version,
    )


def make(report: Report, kind: str) -> bytes:
    """The document in one format: pdf | docx | csv | json."""
    makers = {
        "pdf": documents.pdf,
        "docx": report_docx.docx,
        "csv": documents.csv,
        "json": documents.json,
    }
    return makers[kind](report)


def hand_over(assembly: Assembly, user_id: int | None = None) -> CitizensReport:
    """Freeze text and numbers and keep all formats. Conflict while something is missing."""
    states.refuse_after_handover(assembly.id)
    missing = [check.text for check in checks(assembly, find(assembly)) if check.blocks]
    if missing:
        raise Conflict(_("Das Gutachten ist noch nicht vollständig.") + " " + " ".join(missing))
    stored = find(assembly)
    assert stored is not None  # the preface is a must, so the row is there
    report = build(assembly)
    stored.frozen = to_dict(report)
    stored.sha256 = _keep_files(stored, report)
    stored.state, stored.handed_over_at = "handed_over", utcnow()
    db.session.flush()
    audit.log(
        "report_handed_over",
        "report",
        stored.id,
        assembly_id=assembly.id,
        recommendations=len(report.adopted),
        sha256=stored.sha256,
        user_id=user_id,
    )
    return stored


def published_files(assembly: Assembly) -> list[PublishedFile]:
    """The formats of the handed-over report, PDF first; empty before."""
    rows = db.session.execute(
        select(ReportFile.format, func.length(ReportFile.content), ReportFile.sha256).where(
            ReportFile.assembly_id == assembly.id
        )
    )
    order = list(words.FORMATS)
    return sorted(
        (
            PublishedFile(kind, filename(assembly, kind), words.FORMATS[kind][1], size, sha256)
            for kind, size, sha256 in rows
        ),
        key=lambda file: order.index(file.format),
    )


def filename(assembly: Assembly, kind: str, draft: bool = False) -> str:
    return f"buergergutachten-{assembly.slug}{'-entwurf' if draft else ''}.{kind}"


def _printed(item: Recommendation) -> Printed:
    version = item.version
    return Printed(
        number=str(item.number),
        title=version.title,
        text=version.text,
        rationale=version.rationale,
        votes=votes_of(item),
        minority=tuple(
            MinorityStatement(statement.text, statement.supporters)
            for statement in item.minority_statements
        ),
        sources=len(item.evidence),
        adopted=item.state == "adopted",
    )


def votes_of(item: Recommendation) -> VoteResult | None:
    """The ballot that counts, as numbers and a sentence; None before the vote."""
    ballot = ballots.counting(item)
    if ballot is None:
        return None
    return VoteResult(
        yes=ballot.yes,
        no=ballot.no,
        abstain=ballot.abstain,
        needed=ballots.needed(ballot),
        sentence=ballot.sentence,
        secret=ballot.secret,
        date=local(ballot.closed_at).date() if ballot.closed_at else None,
    )


def _keep_files(stored: CitizensReport, report: Report) -> str:
    """Store every format; the checksum of the PDF, which is what people hold in hands."""
    sums = {}
    for kind in words.FORMATS:
        content = make(report, kind)
        sums[kind] = hashlib.sha256(content).hexdigest()
        db.session.add(
            ReportFile(
                assembly_id=stored.assembly_id,
                report_id=stored.id,
                format=kind,
                content=content,
                sha256=sums[kind],
            )
        )
    return sums["pdf"]
