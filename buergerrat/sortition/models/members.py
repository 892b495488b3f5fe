"""Those who were drawn for a seat, and who came instead."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    JSON,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from buergerrat.crypto import Personal, sealed_column
from buergerrat.db import Identified, Model, Timed, UTCDateTime
from buergerrat.sortition.models.base import OfAssembly
from buergerrat.sortition.models.draws import Invitee


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
    accept_by: Mapped[dt.date | None]  # until when the seat is held for an answer
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


class CallNote(OfAssembly, Identified, Timed, Model):
    """What was said when somebody was called about their seat. Goes with the person."""

    __tablename__ = "call_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitee_id: Mapped[int] = mapped_column(
        ForeignKey("invitee.id", ondelete="CASCADE"), index=True
    )
    outcome: Mapped[str] = mapped_column(String(20))  # a key of `calls.OUTCOMES`
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Personal()
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
