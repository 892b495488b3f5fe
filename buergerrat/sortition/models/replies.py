"""What the invited answered, what they agreed to, and who was visited."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from buergerrat.crypto import Personal, sealed_column
from buergerrat.db import Identified, Model, Timed, UTCDateTime
from buergerrat.sortition.models.base import OfAssembly
from buergerrat.sortition.models.draws import Invitee


class Reply(OfAssembly, Identified, Timed, Model):
    """An invitee's answer. `submitted_at` is empty while it is still being filled in."""

    __tablename__ = "reply"
    __table_args__ = (
        CheckConstraint("answer IN ('yes','no')", name="answer"),
        CheckConstraint(
            "source IN ('online','card','phone','visit','municipality')", name="source"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitee_id: Mapped[int] = mapped_column(ForeignKey("invitee.id"), unique=True)
    answer: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(12), default="online")
    submitted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    changed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    entered_by: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL")
    )
    checked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)  # typed a second time
    checked_by: Mapped[int | None] = mapped_column(
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


class Consent(OfAssembly, Identified, Timed, Model):
    """One consent of one person: to which text, since when, until when. Never changed into another.

    kind: a key of `consents.KINDS`. Giving it again after taking it back is a new row.
    """

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitee_id: Mapped[int] = mapped_column(
        ForeignKey("invitee.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(12), default="online")
    given_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class OutreachVisit(OfAssembly, Identified, Timed, Model):
    """A visit at the door of somebody who has not answered, and its outcome."""

    __tablename__ = "outreach_visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitee_id: Mapped[int] = mapped_column(
        ForeignKey("invitee.id", ondelete="CASCADE"), index=True
    )
    visited_on: Mapped[dt.date]
    outcome: Mapped[str] = mapped_column(String(20))  # a key of `outreach.OUTCOMES`
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
