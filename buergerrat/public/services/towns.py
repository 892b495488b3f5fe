"""The towns of an installation and what each has published."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from buergerrat.accounts.models import Municipality
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db


@dataclass(frozen=True)
class TownEntry:
    town: Municipality
    assemblies: list[Assembly]


def with_published() -> list[TownEntry]:
    """Towns that have published something, by name; two queries."""
    rows = db.session.scalars(
        select(Assembly)
        .where(Assembly.published_at.is_not(None))
        .order_by(Assembly.first_session_on.desc(), Assembly.id.desc())
    ).all()
    found: dict[int, TownEntry] = {}
    for row in rows:
        entry = found.setdefault(row.municipality_id, TownEntry(row.municipality, []))
        entry.assemblies.append(row)
    return sorted(found.values(), key=lambda entry: entry.town.name)


def published_of(town: Municipality) -> list[Assembly]:
    """The newest first."""
    rows = db.session.scalars(
        select(Assembly)
        .where(Assembly.municipality_id == town.id, Assembly.published_at.is_not(None))
        .order_by(Assembly.first_session_on.desc(), Assembly.id.desc())
    )
    return list(rows)
