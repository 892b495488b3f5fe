"""The way: thirteen steps in five phases. Each folder says how far its steps are.

A folder registers `@step("quotas")` for a function of the assembly that returns a
`Standing`; nothing here knows the later folders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from buergerrat.accounts.access import roles_in, rule_of
from buergerrat.assemblies.models import Assembly

PHASES: list[tuple[str, Any, list[tuple[str, Any]]]] = [
    (
        "vorbereiten",
        _l("Vorbereiten"),
        [("mandate", _l("Auftrag")), ("register", _l("Melderegister"))],
    ),
    (
        "einladen",
        _l("Einladen"),
        [
            ("invitation_draw", _l("Einladungslosung")),
            ("letters", _l("Briefe")),
            ("replies", _l("Antworten")),
        ],
    ),
    (
        "losen",
        _l("Losen"),
        [("quotas", _l("Quoten")), ("lottery", _l("Losung")), ("members", _l("Mitglieder"))],
    ),
    (
        "beraten",
        _l("Beraten"),
        [
            ("sessions", _l("Sitzungen")),
            ("recommendations", _l("Empfehlungen")),
            ("report", _l("Gutachten")),
        ],
    ),
    (
        "umsetzen",
        _l("Umsetzen"),
        [("answers", _l("Antwort des Rats")), ("follow_up", _l("Nachverfolgung"))],
    ),
]


@dataclass(frozen=True)
class Standing:
    """How far a step is, and, while it is the next one, what the clerk is told to do."""

    done: bool
    when: str = ""
    endpoint: str = ""
    title: str = ""  # "Quoten festlegen"
    text: str = ""
    action: str = ""
    deadline: str = ""


@dataclass(frozen=True)
class Step:
    number: int
    key: str
    name: str
    url: str | None
    state: str  # done | now | later
    when: str
    standing: Standing


@dataclass(frozen=True)
class Phase:
    name: str
    slug: str
    url: str | None
    state: str
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    phases: list[Phase]
    step_now: int
    now: Step | None
    overview_url: str | None = None


_standings: dict[str, Callable[[Assembly], Standing]] = {}
Section = Callable[[Assembly], tuple[str, dict[str, Any]]]
overview_sections: list[Section] = []


def step(
    key: str,
) -> Callable[[Callable[[Assembly], Standing]], Callable[[Assembly], Standing]]:
    """Register how far a step is."""

    def register(function: Callable[[Assembly], Standing]) -> Callable[[Assembly], Standing]:
        _standings[key] = function
        return function

    return register


def overview_section(section: Section) -> Section:
    """Register a part of the assembly's home: returns template name and its context."""
    overview_sections.append(section)
    return section


def build(assembly: Assembly) -> Way:
    """The assembly's way with states and links; the first step not done is `now`.

    A link is there only where the signed-in person may follow it.
    """
    phases: list[Phase] = []
    now: Step | None = None
    number = 0
    for slug, name, keys in PHASES:
        steps: list[Step] = []
        for key, label in keys:
            number += 1
            standing = standing_of(key, assembly)
            state = "done" if standing.done else "now" if now is None else "later"
            url = url_if_allowed(standing.endpoint, assembly) if state != "later" else None
            made = Step(number, key, str(label), url, state, standing.when, standing)
            now = now or (made if state == "now" else None)
            steps.append(made)
        phases.append(_phase(slug, str(name), steps))
    return Way(
        phases, now.number if now else number, now, url_if_allowed("assemblies.home", assembly)
    )


def standing_of(key: str, assembly: Assembly) -> Standing:
    """How far one step is; a step that nobody registered is not done."""
    function = _standings.get(key)
    return function(assembly) if function else Standing(done=False)


def _phase(slug: str, name: str, steps: list[Step]) -> Phase:
    """A phase leads to its step that is next, else to the last one that is reached."""
    states = {step.state for step in steps}
    state = "now" if "now" in states else "done" if states == {"done"} else "later"
    reached = [step.url for step in steps if step.url]
    url = next((step.url for step in steps if step.state == "now" and step.url), None)
    return Phase(name, slug, url or (reached[-1] if reached else None), state, steps)


def url_if_allowed(endpoint: str, assembly: Assembly) -> str | None:
    """The address of a page of the assembly, None when the person who looks may not open it."""
    if endpoint not in current_app.view_functions:
        return None
    rule = rule_of(current_app, endpoint)
    if rule is not None and not rule.public and not rule.roles & _roles(assembly):
        return None
    return url_for(endpoint, town=assembly.municipality.slug, assembly=assembly.slug)


def _roles(assembly: Assembly) -> frozenset[Any]:
    """The roles of whoever is signed in, looked up once for a page."""
    if "way_roles" not in g:
        person = current_user.assignments if current_user and current_user.is_authenticated else []
        g.way_roles = roles_in(person, assembly.municipality_id, assembly.id)
    roles: frozenset[Any] = g.way_roles
    return roles


def current() -> Way | None:
    """The way of the page's assembly, built once per request; None for visitors."""
    assembly = g.get("assembly")
    if assembly is None or not (current_user and current_user.is_authenticated):
        return None
    if "way" not in g:
        g.way = build(assembly) if _roles(assembly) else None
    way: Way | None = g.way
    return way
