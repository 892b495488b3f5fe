"""The letters: batches and their texts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from buergerrat.db import Model, Timed, UTCDateTime
from buergerrat.sortition.models.base import OfAssembly


class LetterBatch(OfAssembly, Timed, Model):
    """Letters of one kind, made in one go. kind: a key of `letter_kinds.KINDS`."""

    __tablename__ = "letter_batch"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("invitation_draw.id"))
    wave: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20), default="invitation")
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    csv_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # languages, part size
    letters: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    posted_on: Mapped[dt.date | None]


class LetterText(OfAssembly, Timed, Model):
    """The text blocks of one kind of letter in one language, where the town wrote its own."""

    __tablename__ = "letter_text"
    __table_args__ = (UniqueConstraint("assembly_id", "kind", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10), default="de")
    blocks: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # block → text
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    changed_by: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL")
    )
