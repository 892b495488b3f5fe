"""The demo's accounts, one per role, all with the same password."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from buergerrat.accounts import passwords
from buergerrat.accounts.models import ASSEMBLY_ROLES, Municipality, Role, User
from buergerrat.accounts.services import users
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing


@dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    role: Role
    task: str


ACCOUNTS = (
    DemoAccount("verwaltung@elbtal.example", "Katrin Behrens", Role.ADMINISTRATION, "Verwaltung"),
    DemoAccount("moderation@elbtal.example", "Mehmet Aydın", Role.FACILITATOR, "Moderation"),
    DemoAccount("rat@elbtal.example", "Ursula Krüger", Role.COUNCIL, "Stadtrat"),
    DemoAccount("datenschutz@elbtal.example", "Jonas Weiß", Role.OBSERVER, "Datenschutz"),
    DemoAccount("system@elbtal.example", "Svenja Thomsen", Role.SYSTEM, "Systemverwaltung"),
)


def set_up(password: str) -> None:
    """Make the accounts, or give those there are this password."""
    hashed = passwords.make(password)
    with writing():
        town = db.session.scalars(select(Municipality)).first()
        assemblies = list(db.session.scalars(select(Assembly)))
        for account in ACCOUNTS:
            user = db.session.scalar(select(User).where(User.email == account.email))
            if user is None:
                user = User(email=account.email, name=account.name)
                db.session.add(user)
                db.session.flush()
                _give_roles(user, account.role, town, assemblies)
            user.password_hash = hashed


def _give_roles(
    user: User, role: Role, town: Municipality | None, assemblies: list[Assembly]
) -> None:
    if role == Role.SYSTEM:
        users.give(user, role, None)
    elif role in ASSEMBLY_ROLES:
        for assembly in assemblies:
            users.give(user, role, town, assembly.id)
    else:
        users.give(user, role, town)
