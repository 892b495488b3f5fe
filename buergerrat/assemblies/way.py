"""The way: thirteen steps in five phases. Each folder says how far its steps are.

A folder registers `@step("quotas")` for a function of the assembly that returns a
`Standing`; nothing here knows the later folders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

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
    """The assembly's way with states and links; the first step not done is `now`."""
    phases: list[Phase] = []
    now: Step | None = None
    number = 0
    for slug, name, keys in PHASES:
        steps: list[Step] = []
        for key, label in keys:
            number += 1
            standing = _standings[key](assembly)
            state = "done" if standing.done else "now" if now is None else "later"
            url = url_for(standing.endpoint) if standing.endpoint and state != "later" else None
            made = Step(number, key, str(label), url, state, standing.when, standing)
            now = now or (made if state == "now" else None)
            steps.append(made)
        states = {s.state for s in steps}
        phase_state = "now" if "now" in states else "done" if states == {"done"} else "later"
        url = next((s.url for s in steps if s.state == "now"), steps[0].url)
        phases.append(Phase(str(name), slug, url, phase_state, steps))
    return Way(phases, now.number if now else number, now)
