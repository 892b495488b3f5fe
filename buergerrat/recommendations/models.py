"""Recommendations, ballots, the report, the council's answers and what became of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from buergerrat.db import Model, Timed, UTCDateTime
from buergerrat.sessions.models import Note
from buergerrat.sortition.models import OfAssembly


class Recommendation(OfAssembly, Timed, Model):
    """A numbered recommendation. The number never changes; texts live in versions.

    state: draft → put_to_vote → adopted | not_adopted; draft → withdrawn.
    """

    __tablename__ = "recommendation"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="draft")
    current_version: Mapped[int] = mapped_column(default=1)

    versions: Mapped[list[RecommendationVersion]] = relationship(
        back_populates="recommendation", order_by="RecommendationVersion.number"
    )
    evidence: Mapped[list[EvidenceLink]] = relationship(cascade="all, delete-orphan")
    ballots: Mapped[list[Ballot]] = relationship(order_by="Ballot.number")
    minority_statements: Mapped[list[MinorityStatement]] = relationship(
        order_by="MinorityStatement.id"
    )
    answers: Mapped[list[CouncilAnswer]] = relationship(order_by="CouncilAnswer.id")
    progress: Mapped[list[ProgressUpdate]] = relationship(order_by="ProgressUpdate.id")

    @property
    def version(self) -> RecommendationVersion:
        return next(v for v in self.versions if v.number == self.current_version)

    @property
    def title(self) -> str:
        return self.version.title

    @property
    def answer(self) -> CouncilAnswer | None:
        return self.answers[-1] if self.answers else None


class RecommendationVersion(OfAssembly, Timed, Model):
    """One wording; never changed once a later one exists or a ballot is open on it."""

    __tablename__ = "recommendation_version"
    __table_args__ = (UniqueConstraint("recommendation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)
    rationale: Mapped[str] = mapped_column(Text)
    change_note: Mapped[str] = mapped_column(String(300), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))

    recommendation: Mapped[Recommendation] = relationship(back_populates="versions")


class EvidenceLink(OfAssembly, Timed, Model):
    """A note card a recommendation came from. stance: supports | opposes | contextualises."""

    __tablename__ = "evidence_link"
    __table_args__ = (UniqueConstraint("recommendation_id", "note_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(
        ForeignKey("recommendation.id", ondelete="CASCADE")
    )
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), index=True)
    stance: Mapped[str] = mapped_column(String(20), default="supports")

    note: Mapped[Note] = relationship(lazy="joined")


class Ballot(OfAssembly, Timed, Model):
    """A vote on one version. A repeat is a new row; the old one stays.

    state: open → closed | broken_off. `quorum`: per cent of the entitled who must be present.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("recommendation_id", "number"),
        CheckConstraint(
            "yes + no + abstain <= present AND present <= entitled", name="votes_within_present"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("recommendation_version.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="open")
    base: Mapped[str] = mapped_column(String(20), default="valid")
    threshold: Mapped[str] = mapped_column(String(20), default="simple")
    threshold_percent: Mapped[int | None]
    quorum: Mapped[int] = mapped_column(default=0)
    secret: Mapped[bool] = mapped_column(default=True)
    entitled: Mapped[int]
    present: Mapped[int]
    yes: Mapped[int] = mapped_column(default=0)
    no: Mapped[int] = mapped_column(default=0)
    abstain: Mapped[int] = mapped_column(default=0)
    adopted: Mapped[bool | None]
    sentence: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class MinorityStatement(OfAssembly, Timed, Model):
    __tablename__ = "minority_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    supporters: Mapped[int]


class CitizensReport(OfAssembly, Timed, Model):
    """The Bürgergutachten. state: draft → handed_over; then `frozen` and the files never change."""

    __tablename__ = "citizens_report"
    __table_args__ = (UniqueConstraint("assembly_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(20), default="draft")
    preface: Mapped[str] = mapped_column(Text, default="")
    course: Mapped[str] = mapped_column(Text, default="")
    imprint: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    handed_over_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64), default="")


class ReportFile(OfAssembly, Timed, Model):
    """A format of the handed-over report: pdf, docx, csv, json. Public, so not sealed."""

    __tablename__ = "report_file"
    __table_args__ = (UniqueConstraint("report_id", "format"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("citizens_report.id", ondelete="CASCADE"))
    format: Mapped[str] = mapped_column(String(10))
    content: Mapped[bytes]
    sha256: Mapped[str] = mapped_column(String(64))


class CouncilAnswer(OfAssembly, Timed, Model):
    """The council's answer to a recommendation; a new one is a new row, the old ones stay.

    decision: adopted | adopted_in_part | referred | noted | rejected.
    """

    __tablename__ = "council_answer"
    __table_args__ = (CheckConstraint("decision = 'adopted' OR reason <> ''", name="reason_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"), index=True)
    decision: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    lead_department: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[dt.date | None]
    decided_on: Mapped[dt.date | None]
    paper_reference: Mapped[str] = mapped_column(String(60), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))


class ProgressUpdate(OfAssembly, Timed, Model):
    """What became of it. status: not_started | planned | in_progress | done | stopped."""

    __tablename__ = "progress_update"

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
