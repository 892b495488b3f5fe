"""Sessions, timetable, attendance, tables and note cards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from buergerrat.db import Base, Identified, Model, Timed, UTCDateTime
from buergerrat.sortition.models import Member, OfAssembly


class AssemblySession(OfAssembly, Timed, Model):
    """A day of the Bürgerrat. state: planned → running → closed; or cancelled."""

    __tablename__ = "assembly_session"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    day: Mapped[dt.date]
    place: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(20), default="planned")
    revision: Mapped[int] = mapped_column(default=1)

    items: Mapped[list[AgendaItem]] = relationship(
        back_populates="session", order_by="AgendaItem.position", cascade="all, delete-orphan"
    )


class AgendaItem(OfAssembly, Timed, Model):
    """A point of the timetable. `starts` is a local time of day; `duration` in minutes."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        CheckConstraint("duration > 0", name="duration_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("assembly_session.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]  # stable, in URLs
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(20), default="plenary")
    method: Mapped[str] = mapped_column(String(120), default="")
    starts: Mapped[dt.time]
    duration: Mapped[int]
    room: Mapped[str] = mapped_column(String(80), default="")
    responsible: Mapped[str] = mapped_column(String(120), default="")
    is_public: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    session: Mapped[AssemblySession] = relationship(back_populates="items")


class Attendance(OfAssembly, Timed, Model):
    """state: expected | present | excused | absent."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("session_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("assembly_session.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="expected")
    arrived_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    member: Mapped[Member] = relationship(lazy="joined")


class TableRound(OfAssembly, Timed, Model):
    """One seating of the people present. state: proposed → fixed."""

    __tablename__ = "table_round"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("assembly_session.id", ondelete="CASCADE"))
    agenda_item_id: Mapped[int | None] = mapped_column(
        ForeignKey("agenda_item.id", ondelete="SET NULL")
    )
    number: Mapped[int]
    tables: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="proposed")
    seed: Mapped[str] = mapped_column(String(64), default="")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    seats: Mapped[list[TableSeat]] = relationship(cascade="all, delete-orphan")


class TableSeat(OfAssembly, Model):
    __tablename__ = "table_seat"
    __table_args__ = (UniqueConstraint("round_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("table_round.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    table_number: Mapped[int]

    member: Mapped[Member] = relationship(lazy="joined")


note_theme = Table(
    "note_theme",
    Base.metadata,
    Column("note_id", ForeignKey("note.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
)


class Theme(OfAssembly, Timed, Model):
    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("assembly_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))


class Note(OfAssembly, Identified, Timed, Model):
    """A card. df_list: challenge | solution | concern | information; numbered per list.

    `uid` may come from the device that wrote it, so that a replay does nothing twice.
    Never deleted: `struck_at` crosses it out.
    """

    __tablename__ = "note"
    __table_args__ = (
        UniqueConstraint("assembly_id", "df_list", "number"),
        CheckConstraint(
            "df_list IN ('challenge','solution','concern','information')", name="df_list"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("assembly_session.id"), index=True)
    agenda_item_id: Mapped[int | None] = mapped_column(
        ForeignKey("agenda_item.id", ondelete="SET NULL")
    )
    df_list: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    table_number: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    refers_to_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    struck_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))

    themes: Mapped[list[Theme]] = relationship(secondary=note_theme, order_by="Theme.name")
    refers_to: Mapped[Note | None] = relationship(remote_side="Note.id")


class NoteRevision(OfAssembly, Timed, Model):
    """Every text a card ever had."""

    __tablename__ = "note_revision"
    __table_args__ = (UniqueConstraint("note_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id", ondelete="CASCADE"))
    revision: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
