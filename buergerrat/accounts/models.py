"""Towns, people who sign in, their roles and their browser sessions."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from buergerrat.db import Identified, Model, Timed, UTCDateTime


class Role(StrEnum):
    """What somebody may do. SYSTEM: installation; then per town; then per assembly."""

    SYSTEM = "system"
    ADMINISTRATION = "administration"
    COUNCIL = "council"
    FACILITATOR = "facilitator"
    OBSERVER = "observer"


TOWN_ROLES = (Role.ADMINISTRATION, Role.COUNCIL)
ASSEMBLY_ROLES = (Role.FACILITATOR, Role.OBSERVER)
TOWN_COLOUR = "#003041"  # as in static/css/tokens.css
DATA_COLOUR = "#00536E"


class Municipality(Timed, Model):
    """A town (tenant). Everything of a town is looked up below it."""

    __tablename__ = "municipality"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))  # "Stadt Elbtal"
    short_name: Mapped[str] = mapped_column(String(80))  # "Elbtal"
    ags: Mapped[str] = mapped_column(String(8), default="")
    office: Mapped[str] = mapped_column(String(120), default="Hauptamt")
    street: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(10), default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    privacy_officer: Mapped[str] = mapped_column(String(200), default="")
    council_name: Mapped[str] = mapped_column(String(60), default="Stadtrat")
    mayor: Mapped[str] = mapped_column(String(120), default="")
    mayor_title: Mapped[str] = mapped_column(String(60), default="Bürgermeisterin")
    town_colour: Mapped[str] = mapped_column(String(7), default=TOWN_COLOUR)
    data_colour: Mapped[str] = mapped_column(String(7), default=DATA_COLOUR)

    # The folder of assemblies comes later: known here by name only, to read.
    assemblies: Mapped[list[Any]] = relationship(
        "Assembly", viewonly=True, order_by="Assembly.title"
    )


class User(UserMixin, Identified, Timed, Model):
    """Somebody with an account. `email` is the sign-in name, kept in lower case."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    locale: Mapped[str] = mapped_column(String(5), default="de")
    disabled_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    last_sign_in_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    assignments: Mapped[list[RoleAssignment]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None


class RoleAssignment(Timed, Model):
    """One role of one user: for the installation, a town, or an assembly."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "municipality_id", "assembly_id"),
        CheckConstraint(
            "(role = 'system' AND municipality_id IS NULL AND assembly_id IS NULL)"
            " OR (role IN ('administration','council')"
            " AND municipality_id IS NOT NULL AND assembly_id IS NULL)"
            " OR (role IN ('facilitator','observer')"
            " AND municipality_id IS NOT NULL AND assembly_id IS NOT NULL)",
            name="scope",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(String(20))
    municipality_id: Mapped[int | None] = mapped_column(
        ForeignKey("municipality.id", ondelete="CASCADE")
    )
    assembly_id: Mapped[int | None] = mapped_column(ForeignKey("assembly.id", ondelete="CASCADE"))

    user: Mapped[User] = relationship(back_populates="assignments")
    municipality: Mapped[Municipality | None] = relationship(viewonly=True)
    assembly: Mapped[Any] = relationship("Assembly", viewonly=True, uselist=False)


class WebSession(Timed, Model):
    """A browser's session on the server; the cookie holds a random token, here is its hash."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    data_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    device: Mapped[str] = mapped_column(String(80), default="")


class UserInvitation(Identified, Timed, Model):
    """A link by which an invited person sets a password; works once, for 14 days."""

    __tablename__ = "user_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    created_by: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL")
    )
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Timed, Model):
    """One of ten codes that stand in for a lost second factor; each works once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class RateBucket(Model):
    """A token bucket: `key` is a keyed hash of what is limited (account, address, code entry)."""

    __tablename__ = "rate_bucket"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    tokens: Mapped[float]
    refilled_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Submission(Timed, Model):
    """A form that was carried out, so that a second click does nothing again."""

    __tablename__ = "submission"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(String(500))
