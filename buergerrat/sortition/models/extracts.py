"""What was read from the register, and how a town writes it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from buergerrat.crypto import Personal, sealed_column
from buergerrat.db import Identified, Model, Timed, UTCDateTime
from buergerrat.sortition.models.base import OfAssembly


class ImportProfile(Timed, Model):
    """How a town's registry office writes its extracts; nobody in it."""

    __tablename__ = "import_profile"
    __table_args__ = (UniqueConstraint("municipality_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(
        ForeignKey("municipality.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(80))
    profile: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class RegisterExtract(OfAssembly, Identified, Timed, Model):
    """One upload of the register. state: reading → ready → drawn | discarded | failed.

    `upload` is the raw file, sealed; it, the samples and the review list are there only while the
    import is open (`closed_at` is empty). `spool` are the accepted rows, sealed, only until the
    draw. What stays: counts by stratum and reason, the Merkle root.
    """

    __tablename__ = "register_extract"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="reading")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    spool_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    encoding: Mapped[str] = mapped_column(String(30), default="")
    separator: Mapped[str] = mapped_column(String(3), default="")
    columns: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # ours → theirs
    dropped_columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    rows: Mapped[int] = mapped_column(default=0)
    eligible: Mapped[int] = mapped_column(default=0)
    refused: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # reason → count
    strata: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # each: {"sex","age_band","district","people"}
    merkle_root: Mapped[str] = mapped_column(String(64), default="")
    household_rule: Mapped[str] = mapped_column(String(20), default="address_and_surname")
    households: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # per rule: households and people who could not be drawn together; large buildings, homes
    profile: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # how it was read
    samples_sealed: Mapped[bytes | None] = sealed_column()
    samples = Personal()  # JSON: their column → a few values
    review_sealed: Mapped[bytes | None] = sealed_column()
    review = Personal()  # JSON: doubtful rows and what the clerk decided about them
    closed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str] = mapped_column(Text, default="")
