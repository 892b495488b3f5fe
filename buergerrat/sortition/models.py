"""From the register extract to the seats: extract, draws, invitees, replies, quotas, members."""

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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from buergerrat.crypto import Personal, sealed_column
from buergerrat.db import Identified, Model, Timed, UTCDateTime


class OfAssembly:
    assembly_id: Mapped[int] = mapped_column(
        ForeignKey("assembly.id", ondelete="CASCADE"), index=True
    )


class RegisterExtract(OfAssembly, Identified, Timed, Model):
    """One upload of the register. state: reading → ready → drawn | discarded | failed.

    `upload` is the raw file, sealed, only until it is read; `spool` are the accepted rows,
    sealed, only until the draw. What stays: counts by stratum and reason, the Merkle root.
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
    error: Mapped[str] = mapped_column(Text, default="")


class InvitationDraw(OfAssembly, Identified, Timed, Model):
    """Stage 1. state: planned → committed → seeded → drawn. A new plan is a new row."""

    __tablename__ = "invitation_draw"
    __table_args__ = (
        UniqueConstraint("assembly_id", "number"),
        UniqueConstraint("commitment_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    extract_id: Mapped[int] = mapped_column(ForeignKey("register_extract.id"))
    state: Mapped[str] = mapped_column(String(20), default="planned")
    rehearsal: Mapped[bool] = mapped_column(default=False)
    method: Mapped[str] = mapped_column(String(20), default="proportional")
    letters_total: Mapped[int]
    response_rate: Mapped[float] = mapped_column(default=0.05)
    minimum: Mapped[int] = mapped_column(default=0)
    letters: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # each: {"sex","age_band","district","people","letters"}
    seed_kind: Mapped[str] = mapped_column(String(20), default="dice")
    seed_source: Mapped[str] = mapped_column(String(200), default="")  # named public event
    seed_due: Mapped[dt.date | None]
    seed_fallback: Mapped[str] = mapped_column(String(300), default="")
    seed_on: Mapped[dt.date | None]  # day of the event whose value was entered
    commitment: Mapped[str | None] = mapped_column(Text, deferred=True)  # canonical JSON
    commitment_hash: Mapped[str | None] = mapped_column(String(64))
    committed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    seed_value: Mapped[str] = mapped_column(String(300), default="")
    seed: Mapped[str] = mapped_column(String(64), default="")
    seeded_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    drawn_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    tickets: Mapped[list[list[Any]]] = mapped_column(JSON, default=list, deferred=True)
    # for the record, in ticket order: [wave, stratum, row id, [steps of its Merkle path]]

    extract: Mapped[RegisterExtract] = relationship()


class Invitee(OfAssembly, Identified, Timed, Model):
    """Somebody whose ticket was drawn. state: invited | undeliverable | erased."""

    __tablename__ = "invitee"
    __table_args__ = (
        UniqueConstraint("draw_id", "row_id"),
        UniqueConstraint("assembly_id", "code_hash"),
        Index("ix_invitee_assembly_state", "assembly_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("invitation_draw.id"))
    row_id: Mapped[str] = mapped_column(String(64))  # leaf in the register's Merkle tree
    ticket: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20), default="invited")
    sex: Mapped[str | None] = mapped_column(String(20))
    age_band: Mapped[str | None] = mapped_column(String(20))
    district: Mapped[str | None] = mapped_column(String(80))
    nationality_group: Mapped[str | None] = mapped_column(String(20))
    household: Mapped[str | None] = mapped_column(String(64))  # keyed hash
    code_hash: Mapped[str | None] = mapped_column(String(64))
    first_name_sealed: Mapped[bytes | None] = sealed_column()
    last_name_sealed: Mapped[bytes | None] = sealed_column()
    title_sealed: Mapped[bytes | None] = sealed_column()
    street_sealed: Mapped[bytes | None] = sealed_column()
    postcode_sealed: Mapped[bytes | None] = sealed_column()
    place_sealed: Mapped[bytes | None] = sealed_column()
    code_sealed: Mapped[bytes | None] = sealed_column()
    first_name = Personal()
    last_name = Personal()
    title = Personal()
    street = Personal()  # with house number
    postcode = Personal()
    place = Personal()
    code = Personal()
    erased_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    reply: Mapped[Reply | None] = relationship(back_populates="invitee", uselist=False)

    @property
    def full_name(self) -> str:
        return " ".join(p for p in (self.title, self.first_name, self.last_name) if p)


class LetterBatch(OfAssembly, Timed, Model):
    """The letters of a draw as one PDF and a file for the print shop."""

    __tablename__ = "letter_batch"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    draw_id: Mapped[int] = mapped_column(ForeignKey("invitation_draw.id"))
    kind: Mapped[str] = mapped_column(String(20), default="invitation")
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    csv_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    letters: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    posted_on: Mapped[dt.date | None]


class Reply(OfAssembly, Identified, Timed, Model):
    """An invitee's answer. `submitted_at` is empty while it is still being filled in."""

    __tablename__ = "reply"
    __table_args__ = (
        CheckConstraint("answer IN ('yes','no')", name="answer"),
        CheckConstraint("source IN ('online','card','phone')", name="source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitee_id: Mapped[int] = mapped_column(ForeignKey("invitee.id"), unique=True)
    answer: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(10), default="online")
    submitted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    changed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    entered_by: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL")
    )
    losnummer: Mapped[str | None] = mapped_column(String(8))  # given when the pool is frozen
    support_sealed: Mapped[bytes | None] = sealed_column()
    phone_sealed: Mapped[bytes | None] = sealed_column()
    email_sealed: Mapped[bytes | None] = sealed_column()
    support = Personal()  # JSON list of needs and free text
    phone = Personal()
    email = Personal()

    invitee: Mapped[Invitee] = relationship(back_populates="reply")
    features: Mapped[list[ReplyFeature]] = relationship(
        back_populates="reply", cascade="all, delete-orphan"
    )


class ReplyFeature(OfAssembly, Identified, Timed, Model):
    """A feature the register does not know, told with consent. Sealed, deleted when withdrawn."""

    __tablename__ = "reply_feature"
    __table_args__ = (UniqueConstraint("reply_id", "feature"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"))
    feature: Mapped[str] = mapped_column(String(40))
    value_sealed: Mapped[bytes | None] = sealed_column()
    value = Personal()
    consent_version: Mapped[str] = mapped_column(String(20), default="")
    consent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    reply: Mapped[Reply] = relationship(back_populates="features")


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


class Member(OfAssembly, Identified, Timed, Model):
    """A seat offered to somebody. state: asked → accepted | declined; accepted → withdrawn."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("assembly_id", "invitee_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invitee_id: Mapped[int] = mapped_column(ForeignKey("invitee.id"))
    panel_draw_id: Mapped[int] = mapped_column(ForeignKey("panel_draw.id"))
    losnummer: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(20), default="asked")
    origin: Mapped[str] = mapped_column(String(20), default="drawn")  # drawn | replacement
    changed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    invitee: Mapped[Invitee] = relationship(lazy="joined")


class Replacement(OfAssembly, Timed, Model):
    """Who left, who came, by which rule: kept in order, printed in the record."""

    __tablename__ = "replacement"
    __table_args__ = (UniqueConstraint("panel_draw_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_draw_id: Mapped[int] = mapped_column(ForeignKey("panel_draw.id"))
    number: Mapped[int]
    left: Mapped[str] = mapped_column(String(8))  # Losnummer
    came: Mapped[str | None] = mapped_column(String(8))  # None: the seat stays free
    wanted: Mapped[bool] = mapped_column(default=True)  # False: the seat was not to be filled
    reason: Mapped[str] = mapped_column(String(300))
    broken: Mapped[list[str]] = mapped_column(JSON, default=list)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
