"""Who is at the door: name and password, then the second factor."""

from __future__ import annotations

from sqlalchemy import select

from buergerrat import audit
from buergerrat.accounts import passwords
from buergerrat.accounts.models import Role, User
from buergerrat.accounts.services import throttle
from buergerrat.db import db, utcnow

STAFF = frozenset({Role.SYSTEM, Role.ADMINISTRATION, Role.FACILITATOR, Role.OBSERVER})


class TooManyAttempts(Exception):
    """The bucket of the account or of the address is empty."""


def normal_email(text: str) -> str:
    return text.strip().lower()


def check_password(email: str, password: str) -> User | None:
    """The active account with this name and password. Raises TooManyAttempts.

    Call it before anything is changed: it ends the transaction, so that the database is not
    locked while the password is checked.
    """
    email = normal_email(email)
    if not throttle.take(f"sign-in:account:{email}", capacity=10, per_minute=1):
        raise TooManyAttempts
    user = db.session.scalar(select(User).where(User.email == email))
    user_id = user.id if user else None
    password_hash = user.password_hash if user and user.is_active else None
    db.session.rollback()
    if not passwords.fits(password_hash, password) or user_id is None:
        return None
    throttle.reset(f"sign-in:account:{email}")
    return db.session.get_one(User, user_id)


def is_staff(user: User) -> bool:
    """Whether a second factor is a must: everybody but council members."""
    return any(Role(a.role) in STAFF for a in user.assignments)


def note_sign_in(user: User, *, with_second_factor: bool) -> None:
    user.last_sign_in_at = utcnow()
    audit.log("sign_in", "user", user.id, second_factor=with_second_factor)
