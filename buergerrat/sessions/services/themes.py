"""Themes group the cards of all sessions."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db, utcnow
from buergerrat.sessions.models import Note, Theme
from buergerrat.web import Conflict


def themes_of(assembly_id: int) -> list[Theme]:
    return list(
        db.session.scalars(select(Theme).filter_by(assembly_id=assembly_id).order_by(Theme.number))
    )


def add_theme(assembly: Assembly, name: str) -> Theme:
    """Raises Conflict when there is one of this name."""
    name = _free_name(assembly.id, name)
    theme = Theme(assembly_id=assembly.id, number=next_number(Theme, assembly.id), name=name)
    db.session.add(theme)
    db.session.flush()
    audit.log("add", "theme", theme.id, assembly_id=assembly.id)
    return theme


def rename_theme(theme: Theme, name: str) -> None:
    theme.name = _free_name(theme.assembly_id, name, but=theme.id)
    db.session.flush()
    audit.log("rename", "theme", theme.id, assembly_id=theme.assembly_id)


def tag(notes: Iterable[Note], theme: Theme) -> int:
    """Put cards under a theme; returns how many were not there before."""
    changed = [note for note in notes if theme not in note.themes]
    for note in changed:
        note.themes.append(theme)
        note.changed_at = utcnow()
    db.session.flush()
    audit.log("tag", "theme", theme.id, assembly_id=theme.assembly_id, cards=len(changed))
    return len(changed)


def untag(notes: Iterable[Note], theme: Theme) -> int:
    changed = [note for note in notes if theme in note.themes]
    for note in changed:
        note.themes.remove(theme)
        note.changed_at = utcnow()
    db.session.flush()
    audit.log("untag", "theme", theme.id, assembly_id=theme.assembly_id, cards=len(changed))
    return len(changed)


def _free_name(assembly_id: int, name: str, but: int | None = None) -> str:
    name = " ".join(name.split())
    taken = db.session.scalars(
        select(Theme.id).filter(Theme.assembly_id == assembly_id, Theme.name == name)
    ).first()
    if taken is not None and taken != but:
        raise Conflict(_("Das Thema „%(name)s“ gibt es schon.", name=name))
    return name
