"""The permission rule: every view says who may call it; what says nothing is closed.

    @bp.get("/<town>/buergerraete/<assembly>/quoten")
    @access(Role.ADMINISTRATION)
    def show(assembly: Assembly) -> str: ...

`create_app` refuses to start while a route lacks a rule (`check_all_routes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from buergerrat.accounts.models import Role, RoleAssignment

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """Who may call a view.

    roles: any of these, in the scope of the URL. public: anybody. signed_in: any account.
    reauth: the password must have been given in the last ten minutes.
    personal: shows data about people (never cached, written to the log by the view).
    """

    roles: frozenset[Role] = frozenset()
    public: bool = False
    signed_in: bool = False
    reauth: bool = False
    personal: bool = False


def access(*roles: Role, reauth: bool = False, personal: bool = False) -> Callable[[View], View]:
    """The view is for people with one of `roles` in the URL's town or assembly."""
    if not roles:
        raise ValueError("access() needs at least one role")
    return _mark(Rule(roles=frozenset(roles), reauth=reauth, personal=personal))


def public(*, personal: bool = False) -> Callable[[View], View]:
    """Anybody may call the view. `personal`: its answer is about the one who asks (no-store)."""
    return _mark(Rule(public=True, personal=personal))


def signed_in(*, reauth: bool = False) -> Callable[[View], View]:
    """Any account may call the view; it shows only what belongs to that account."""
    return _mark(Rule(signed_in=True, reauth=reauth, personal=True))


def _mark(rule: Rule) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return decorate


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    if endpoint == "static":
        return Rule(public=True)
    return getattr(app.view_functions[endpoint], "access_rule", None)


def check_all_routes(app: Flask) -> None:
    """Raise RuntimeError when a route lacks an access rule."""
    missing = [e for e in app.view_functions if rule_of(app, e) is None]
    if missing:
        raise RuntimeError(f"routes without an access rule: {', '.join(sorted(missing))}")


def covers(
    assignment: RoleAssignment, municipality_id: int | None, assembly_id: int | None
) -> bool:
    """Whether the assignment holds in the scope of a URL."""
    if assignment.role == Role.SYSTEM:
        return True
    if municipality_id is None or assignment.municipality_id != municipality_id:
        return False
    return assignment.assembly_id is None or assignment.assembly_id == assembly_id


def roles_in(
    assignments: Iterable[RoleAssignment], municipality_id: int | None, assembly_id: int | None
) -> frozenset[Role]:
    """The roles somebody has in the scope of a URL."""
    return frozenset(Role(a.role) for a in assignments if covers(a, municipality_id, assembly_id))
