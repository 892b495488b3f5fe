"""One Bürgerrat: its mandate, its dates, its files and what was deleted."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from buergerrat.accounts.models import Municipality
from buergerrat.db import Identified, Model, Timed, UTCDateTime


class Assembly(Timed, Model):
    """A Bürgerrat. Dates without a time are days in Europe/Berlin."""

    __tablename__ = "assembly"
    __table_args__ = (
        UniqueConstraint("municipality_id", "slug"),
        CheckConstraint("seats > 0", name="seats_positive"),
        CheckConstraint("reserve >= 0", name="reserve_not_negative"),
        CheckConstraint("accept_days BETWEEN 1 AND 60", name="accept_days_sane"),
        CheckConstraint("min_age BETWEEN 12 AND 27", name="min_age_sane"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(120))  # "Ortsmitte 2035"
    guiding_question: Mapped[str] = mapped_column(Text)
    legal_basis: Mapped[str] = mapped_column(Text)
    resolution_number: Mapped[str] = mapped_column(String(60))
    resolution_date: Mapped[dt.date]
    seats: Mapped[int]
    reserve: Mapped[int] = mapped_column(default=0)
    min_age: Mapped[int] = mapped_column(default=16)
    age_bounds: Mapped[str] = mapped_column(String(60), default="16,30,45,65")
    land: Mapped[str] = mapped_column(String(2), default="")  # "BW", "NW"; empty: not said
    door_visits: Mapped[bool] = mapped_column(default=False)  # only where the Land allows them
    notice_on: Mapped[dt.date | None]  # public notice before the letters
    extract_on: Mapped[dt.date | None]  # the registration office delivers
    reminder_on: Mapped[dt.date | None]
    check_share: Mapped[int] = mapped_column(default=100)  # of the cards, typed twice; per cent
    accept_days: Mapped[int] = mapped_column(default=10)  # to accept a seat
    replacements_until: Mapped[dt.date | None]  # None: until the last session day
    reference_date: Mapped[dt.date]
    letters_on: Mapped[dt.date]
    reply_deadline: Mapped[dt.date]
    lottery_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    lottery_place: Mapped[str] = mapped_column(String(120), default="")
    first_session_on: Mapped[dt.date]
    last_session_on: Mapped[dt.date]
    session_place: Mapped[str] = mapped_column(String(120), default="")
    session_note: Mapped[str] = mapped_column(String(300), default="")
    allowance: Mapped[str] = mapped_column(String(120), default="")
    handover_on: Mapped[dt.date]
    answer_promised_by: Mapped[dt.date]
    retention_until: Mapped[dt.date]
    published_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    municipality: Mapped[Municipality] = relationship(lazy="joined")


class StoredFile(Identified, Timed, Model):
    """A file kept encrypted below the data folder, named by its `uid`."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(
        ForeignKey("assembly.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(40))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    deleted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class DeletionEntry(Timed, Model):
    """The deletion log: what kind of data went, how many, why. Nothing about whom."""

    __tablename__ = "deletion_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(
        ForeignKey("assembly.id", ondelete="CASCADE"), index=True
    )
    category: Mapped[str] = mapped_column(String(60))
    count: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None]


class Objection(Timed, Model):
    """Somebody does not want to be written to again: a keyed hash, nothing else about them.

    A person may have several: by name and address, by name and date of birth.
    """

    __tablename__ = "objection"
    __table_args__ = (UniqueConstraint("municipality_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(
        ForeignKey("municipality.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int | None]


class RetentionRule(Timed, Model):
    """A period that the town changed: `days` instead of the default of `retention.PERIODS`."""

    __tablename__ = "retention_rule"
    __table_args__ = (
        UniqueConstraint("assembly_id", "period"),
        CheckConstraint("days >= 0", name="days_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(
        ForeignKey("assembly.id", ondelete="CASCADE"), index=True
    )
    period: Mapped[str] = mapped_column(String(40))
    days: Mapped[int]
    user_id: Mapped[int | None]
