"""What the views of a session share."""

from __future__ import annotations

from flask import g

from buergerrat.accounts.models import Role
from buergerrat.assemblies import scope
from buergerrat.sessions.models import AssemblySession

BASE = "/<town>/buergerraete/<assembly>/sitzungen"
ONE = BASE + "/<int:number>"
TEAM = (Role.ADMINISTRATION, Role.FACILITATOR)


def the_session(number: int) -> AssemblySession:
    return scope.child(AssemblySession, number=number)


def may_edit() -> bool:
    """An observer reads the timetable and changes nothing."""
    return bool(g.actor_role != Role.OBSERVER)


def may_reopen() -> bool:
    return bool(g.actor_role == Role.ADMINISTRATION)


def whole(text: object) -> int | None:
    """A number somebody sent as text, at most six digits; None for anything else."""
    sent = str(text or "")
    return int(sent) if sent.isdecimal() and len(sent) <= 6 else None
