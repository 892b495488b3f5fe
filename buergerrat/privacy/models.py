"""Contracts about personal data, and who asked for what."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from buergerrat.db import Model, Timed


class ProcessorAgreement(Timed, Model):
    """A line of the contract list (Art. 28 DSGVO): print shop, host, facilitation."""

    __tablename__ = "processor_agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(
        ForeignKey("assembly.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120), default="")
    task: Mapped[str] = mapped_column(String(300))
    data: Mapped[str] = mapped_column(String(300), default="")
    signed_on: Mapped[dt.date | None]
    valid_until: Mapped[dt.date | None]


class PrivacyRequest(Timed, Model):
    """Somebody made use of a right: which one, when it came, when it was answered. Not who.

    kind: a key of `requests.KINDS`.
    """

    __tablename__ = "privacy_request"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(
        ForeignKey("assembly.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    received_on: Mapped[dt.date]
    answered_on: Mapped[dt.date | None]
    user_id: Mapped[int | None]
