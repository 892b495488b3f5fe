"""Accounts and roles: who is invited, who may do what, who no longer may."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from buergerrat import audit
from buergerrat.accounts.models import (
    ASSEMBLY_ROLES,
    Municipality,
    Role,
    RoleAssignment,
    User,
    UserInvitation,
    WebSession,
)
from buergerrat.accounts.services import second_factor
from buergerrat.accounts.services.signing_in import normal_email
from buergerrat.db import db, utcnow
from buergerrat.web import Conflict

VALID_FOR = dt.timedelta(days=14)


class Refused(Conflict):
    """The change is not allowed; the text is a sentence for the person who asked."""


def of_town(town: Municipality) -> list[User]:
    """Everybody with a role in the town or in one of its assemblies, by name."""
    query = (
        select(User)
        .join(RoleAssignment)
        .where(RoleAssignment.municipality_id == town.id)
        .options(selectinload(User.assignments))
        .distinct()
    )
    return sorted(db.session.scalars(query), key=lambda user: user.name.casefold())


def one_of_town(town: Municipality, user_id: int) -> User | None:
    return next((user for user in of_town(town) if user.id == user_id), None)


def invite(
    town: Municipality, email: str, name: str, role: Role, assembly_id: int | None = None
) -> User:
    """Give a role to the person with this address; a new address becomes a new account."""
    email = normal_email(email)
    user = db.session.scalar(select(User).where(User.email == email))
    if user is None:
        user = User(email=email, name=name.strip())
        db.session.add(user)
        db.session.flush()
        audit.log("user_invited", "user", user.id, municipality_id=town.id)
    elif user.password_hash is None and not belongs_only_to(user, town):
        raise Refused(
            _("Diese Person hat ihr Konto noch nicht eingerichtet. Bitte versuchen Sie es später.")
        )
    give(user, role, town, assembly_id)
    return user


def give(user: User, role: Role, town: Municipality | None, assembly_id: int | None = None) -> None:
    """Add a role; nothing happens when the person has it already. Ends the person's sessions."""
    scope = assembly_id if role in ASSEMBLY_ROLES else None
    town_id = town.id if town else None
    if any(
        (a.role, a.municipality_id, a.assembly_id) == (role, town_id, scope)
        for a in user.assignments
    ):
        return
    user.assignments.append(RoleAssignment(role=role, municipality_id=town_id, assembly_id=scope))
    db.session.flush()
    end_sessions(user)
    audit.log(
        "role_given", "user", user.id, municipality_id=town_id, assembly_id=scope, role=str(role)
    )


def withdraw(assignment: RoleAssignment) -> None:
    """Take a role away and end the person's sessions."""
    user = assignment.user
    audit.log(
        "role_withdrawn",
        "user",
        user.id,
        municipality_id=assignment.municipality_id,
        assembly_id=assignment.assembly_id,
        role=assignment.role,
    )
    user.assignments.remove(assignment)
    if user.password_hash is None:
        db.session.execute(delete(UserInvitation).where(UserInvitation.user_id == user.id))
    db.session.flush()
    end_sessions(user)


def disable(user: User, town: Municipality) -> None:
    """The account can no longer sign in. Only when it has no task elsewhere."""
    if not belongs_only_to(user, town):
        raise Refused(
            _(
                "Dieses Konto hat auch Aufgaben an anderer Stelle. Entziehen Sie nur die Rollen hier."
            )
        )
    user.disabled_at = utcnow()
    end_sessions(user)
    audit.log("user_disabled", "user", user.id, municipality_id=town.id)


def enable(user: User, town: Municipality) -> None:
    if not belongs_only_to(user, town):
        raise Refused(_("Dieses Konto hat auch Aufgaben an anderer Stelle."))
    user.disabled_at = None
    audit.log("user_enabled", "user", user.id, municipality_id=town.id)


def reset_second_factor(user: User, town: Municipality) -> None:
    """For a lost device: at the next sign-in the person sets up a new one."""
    if not belongs_only_to(user, town):
        raise Refused(_("Dieses Konto hat auch Aufgaben an anderer Stelle."))
    if user.totp_confirmed_at is None:
        raise Refused(_("Diese Person hat keinen zweiten Faktor eingerichtet."))
    second_factor.forget(user)
    end_sessions(user)
    audit.log("second_factor_reset", "user", user.id, municipality_id=town.id)


def belongs_only_to(user: User, town: Municipality) -> bool:
    return all(a.municipality_id == town.id for a in user.assignments)


def end_sessions(user: User) -> None:
    db.session.execute(delete(WebSession).where(WebSession.user_id == user.id))


def make_link(user: User, town: Municipality, created_by: int | None) -> UserInvitation:
    """A new invitation; earlier ones of this person stop working."""
    if not belongs_only_to(user, town):
        raise Refused(
            _("Dieses Konto hat auch Aufgaben an anderer Stelle. Es bekommt keinen Link.")
        )
    db.session.execute(delete(UserInvitation).where(UserInvitation.user_id == user.id))
    row = UserInvitation(user_id=user.id, created_by=created_by, expires_at=utcnow() + VALID_FOR)
    db.session.add(row)
    row.token_hash = ""
    db.session.flush()
    row.token_hash = _hashed(token_of(row))
    db.session.flush()
    audit.log("link_made", "user", user.id, municipality_id=town.id)
    return row


def open_link_of(user: User) -> UserInvitation | None:
    """The person's invitation that can still be used."""
    return db.session.scalar(
        select(UserInvitation).where(
            UserInvitation.user_id == user.id,
            UserInvitation.used_at.is_(None),
            UserInvitation.expires_at > utcnow(),
        )
    )


def token_of(invitation: UserInvitation) -> str:
    """The secret in the link: made from the row and the installation's secret, never stored."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"invitation:{invitation.uid}".encode(), hashlib.sha256).hexdigest()


def link_of(invitation: UserInvitation) -> str:
    """The link at the installation's own address, whatever host the request named."""
    base: str = current_app.extensions["settings"].base_url
    return base + url_for("accounts.invitation", token=token_of(invitation))


def find_invitation(token: str) -> UserInvitation | None:
    """The usable invitation with this token."""
    return db.session.scalar(
        select(UserInvitation).where(
            UserInvitation.token_hash == _hashed(token),
            UserInvitation.used_at.is_(None),
            UserInvitation.expires_at > utcnow(),
        )
    )


def redeem(invitation: UserInvitation, password_hash: str) -> User:
    """Set the password; the link is used up, and whoever was signed in is signed out."""
    user = db.session.get_one(User, invitation.user_id)
    user.password_hash = password_hash
    invitation.used_at = utcnow()
    end_sessions(user)
    audit.log("password_set", "user", user.id, by="link")
    return user


def set_password(user: User, password_hash: str, keep_session: str = "") -> None:
    """Change the password; every other session of the person ends."""
    user.password_hash = password_hash
    db.session.execute(
        delete(WebSession).where(
            WebSession.user_id == user.id, WebSession.token_hash != keep_session
        )
    )
    audit.log("password_set", "user", user.id, by="self")


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
