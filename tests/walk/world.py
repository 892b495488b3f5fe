"""What the walk's tests share: its world, handed from phase to phase, and what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from tests.browser import Server
from tests.walk.people import Clock, Person

HOME = "/elbtal/buergerraete/ortsmitte-2035"
OPEN = "/elbtal/ortsmitte-2035"
SEATS, LETTERS = 10, 150
QUESTION = "Wie soll die Mitte von Elbtal im Jahr 2035 aussehen?"


def assembly(slug: str) -> Assembly:
    """Inside an app context."""
    return db.session.scalars(select(Assembly).filter_by(slug=slug)).one()


@dataclass
class World:
    """What the phases hand on."""

    server: Server
    clock: Clock
    clerk: Person
    facilitator: Person
    council: Person
    resident: Person
    without_script: Person
    kept: Path
    codes: list[str] = field(default_factory=list)
    done: int = 0
