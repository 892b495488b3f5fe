"""Stages zero and one: municipalities, invitations, and those who were drawn."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from buergerrat.crypto import Personal, sealed_column
from buergerrat.db import Identified, Model, Timed, UTCDateTime
from buergerrat.sortition.models.base import OfAssembly
from buergerrat.sortition.models.extracts import RegisterExtract

if TYPE_CHECKING:
    from buergerrat.sortition.models.replies import Reply


class MunicipalityDraw(OfAssembly, Identified, Timed, Model):
    """Stage zero: which municipalities take part. state: planned → committed → seeded → drawn."""

    __tablename__ = "municipality_draw"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="planned")
    source: Mapped[str] = mapped_column(String(200), default="")  # name and state of the list
    source_sha256: Mapped[str] = mapped_column(String(64), default="")
    frame: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)
    # each: {"ags","name","region","people"}
    plan: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    seed_kind: Mapped[str] = mapped_column(String(20), default="dice")
    seed_source: Mapped[str] = mapped_column(String(200), default="")
    seed_due: Mapped[dt.date | None]
    seed_fallback: Mapped[str] = mapped_column(String(300), default="")
    seed_on: Mapped[dt.date | None]
    commitment: Mapped[str | None] = mapped_column(Text, deferred=True)
    commitment_hash: Mapped[str | None] = mapped_column(String(64))
    committed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    seed_value: Mapped[str] = mapped_column(String(300), default="")
    seed: Mapped[str] = mapped_column(String(64), default="")
    drawn_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # drawn municipalities with letters and chances, replacements per class in order


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
    rates: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)  # stratum → 0–1
    minimum: Mapped[int] = mapped_column(default=0)
    reserve_share: Mapped[float] = mapped_column(default=0.5)  # next tickets kept, per letter
    response: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # when the Lostopf is frozen: {"sex","age_band","letters","returned","yes"}
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
    """Somebody who was invited. state: invited | undeliverable | erased.

    recruitment_path: how they came in. `letter`: their ticket was drawn. `forwarded`: the
    registration office posted a letter whose address never came here. `visit`: said yes at the
    door. `municipality`: another town drew them and sent their reply on. Only drawn tickets have
    a draw; `row_id` is a random number for the others.
    """

    __tablename__ = "invitee"
    __table_args__ = (
        CheckConstraint(
            "recruitment_path IN ('letter','forwarded','visit','municipality')",
            name="recruitment_path",
        ),
        UniqueConstraint("draw_id", "row_id"),
        UniqueConstraint("assembly_id", "code_hash"),
        Index("ix_invitee_assembly_state", "assembly_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("invitation_draw.id"))
    wave: Mapped[int] = mapped_column(default=1)
    recruitment_path: Mapped[str] = mapped_column(String(20), default="letter")
    minor: Mapped[bool] = mapped_column(default=False)  # under 18 on the reference date
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
    returned_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)  # the letter came back
    erased_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    reply: Mapped[Reply | None] = relationship(back_populates="invitee", uselist=False)

    @property
    def full_name(self) -> str:
        return " ".join(p for p in (self.title, self.first_name, self.last_name) if p)


class ReserveTicket(OfAssembly, Identified, Timed, Model):
    """The next tickets of a stratum: invited when letters come back, or in a second wave.

    Kept sealed until the deadline; what is not used by then is deleted.
    """

    __tablename__ = "reserve_ticket"
    __table_args__ = (
        UniqueConstraint("draw_id", "row_id"),
        UniqueConstraint("draw_id", "stratum", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("invitation_draw.id", ondelete="CASCADE"))
    stratum: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]  # in the stratum, from 1; smaller comes first
    row_id: Mapped[str] = mapped_column(String(64))
    path: Mapped[list[Any]] = mapped_column(JSON, default=list)  # steps of its Merkle path
    person_sealed: Mapped[bytes | None] = sealed_column()
    person = Personal()  # JSON of the row, as the spool holds it
