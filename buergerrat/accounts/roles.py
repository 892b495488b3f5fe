"""The roles in the reader's words, and the places people go to after signing in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from buergerrat.accounts.models import Role, RoleAssignment, User

LABELS: dict[str, Any] = {
    Role.SYSTEM: _l("Systemverwaltung"),
    Role.ADMINISTRATION: _l("Verwaltung"),
    Role.COUNCIL: _l("Stadtrat"),
    Role.FACILITATOR: _l("Moderation"),
    Role.OBSERVER: _l("Beobachtung"),
}
HELP: dict[str, str] = {
    Role.SYSTEM: "systemverwaltung",
    Role.ADMINISTRATION: "verwaltung",
    Role.COUNCIL: "stadtrat",
    Role.FACILITATOR: "moderation",
    Role.OBSERVER: "beobachtung",
}
# Where a role works: the first of these pages that exists.
WORKPLACES: dict[str, tuple[str, ...]] = {
    Role.SYSTEM: ("system.index",),
    Role.ADMINISTRATION: ("assemblies.index", "users.index"),
    Role.COUNCIL: ("council.index",),
    Role.FACILITATOR: ("sessions.index", "assemblies.home"),
    Role.OBSERVER: ("log.show",),
}
ORDER = list(LABELS)


@dataclass(frozen=True)
class Place:
    """A task of somebody: role, where it holds, and its page (None while there is none)."""

    label: str
    scope: str
    url: str | None


def label(role: str) -> str:
    return str(LABELS[role])


def scope_of(assignment: RoleAssignment) -> str:
    """„Stadt Elbtal“, „Ortsmitte 2035, Stadt Elbtal“ or the whole installation."""
    if assignment.municipality is None:
        return str(_("ganze Installation"))
    if assignment.assembly is None:
        return assignment.municipality.name
    return f"{assignment.assembly.title}, {assignment.municipality.name}"


def url_of(assignment: RoleAssignment) -> str | None:
    for endpoint in WORKPLACES[assignment.role]:
        if endpoint in current_app.view_functions:
            return url_for(endpoint, **_values(endpoint, assignment))
    return None


def places_of(user: User) -> list[Place]:
    """Everything the person can do, the widest role first."""
    ordered = sorted(user.assignments, key=lambda a: (ORDER.index(Role(a.role)), a.id))
    return [Place(label(a.role), scope_of(a), url_of(a)) for a in ordered]


def home_of(user: User) -> str:
    """Where the person goes after signing in."""
    return next((p.url for p in places_of(user) if p.url), url_for("account.show"))


def _values(endpoint: str, assignment: RoleAssignment) -> dict[str, Any]:
    expects = current_app.url_map.is_endpoint_expecting
    values: dict[str, Any] = {}
    if assignment.municipality is not None and expects(endpoint, "town"):
        values["town"] = assignment.municipality.slug
    if assignment.assembly is not None and expects(endpoint, "assembly"):
        values["assembly"] = assignment.assembly.slug
    return values
