"""Stage two: marginals, quotas and the panel lottery."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from buergerrat.crypto import Personal
from buergerrat.db import Identified, Model, Timed, UTCDateTime
from buergerrat.sortition.models.base import OfAssembly


class Marginal(OfAssembly, Model):
    """How many of the population have one value of one feature, from a source outside the extract.

    `people` where the source counts, `share` (0–1) always.
    """

    __tablename__ = "marginal"
    __table_args__ = (UniqueConstraint("assembly_id", "feature", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feature: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    people: Mapped[int | None]
    share: Mapped[float]
    source: Mapped[str] = mapped_column(String(200), default="")
    year: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(300), default="")  # what the source leaves open


class Quota(OfAssembly, Model):
    """Seats from `min` to `max` for one value of one feature; share = population, 0–1."""

    __tablename__ = "quota"
    __table_args__ = (
        UniqueConstraint("assembly_id", "feature", "value"),
        CheckConstraint("min >= 0 AND max >= min", name="range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    feature: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    population_share: Mapped[float | None]
    source_note: Mapped[str] = mapped_column(String(200), default="")
    min: Mapped[int]
    max: Mapped[int]


class PanelDraw(OfAssembly, Identified, Timed, Model):
    """Stage 2. state: frozen → building → built → picked; or failed | discarded.

    `frozen` holds quotas, seats and rules; `pool_sealed` the features by Losnummer;
    `panels` one line per list with its Losnummern, blank-separated.
    """

    __tablename__ = "panel_draw"
    __table_args__ = (
        UniqueConstraint("assembly_id", "number"),
        Index(
            "uq_panel_draw_one_picked",
            "assembly_id",
            unique=True,
            sqlite_where=text("state = 'picked' AND NOT rehearsal"),
            postgresql_where=text("state = 'picked' AND NOT rehearsal"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="frozen")
    rehearsal: Mapped[bool] = mapped_column(default=False)
    frozen: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    frozen_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    frozen_hash: Mapped[str] = mapped_column(String(64))
    pool_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    pool = Personal()  # JSON: [{"id","features","household"}]
    seed: Mapped[str] = mapped_column(String(64), default="")
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    panels: Mapped[str] = mapped_column(Text, default="", deferred=True)
    result: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # chances, bound, certificate
    panels_hash: Mapped[str] = mapped_column(String(64), default="")
    published_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    digits: Mapped[str] = mapped_column(String(4), default="")  # drawn so far, e.g. "18"
    picked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    picked_by: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL")
    )
    public_record: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # zip
    full_record_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    record_hash: Mapped[str] = mapped_column(String(64), default="")
