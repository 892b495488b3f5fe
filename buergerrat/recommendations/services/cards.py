"""Note cards to pick from when a recommendation is written."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.recommendations.words import LIST_LETTERS
from buergerrat.sessions.models import Note, Theme, note_theme


def pickable(assembly: Assembly, theme: int | None, picked: Collection[int]) -> list[Note]:
    """Cards of a theme (its number; None = all) and those picked already, which come first."""
    query = (
        select(Note)
        .where(Note.assembly_id == assembly.id, Note.struck_at.is_(None))
        .options(selectinload(Note.themes))
    )
    notes = db.session.scalars(query).all()
    shown = [
        note
        for note in notes
        if note.id in picked or theme is None or theme in {t.number for t in note.themes}
    ]
    return sorted(shown, key=lambda note: (note.id not in picked, board_order(note)))


def board_order(note: Note) -> tuple[int, int]:
    """As on the board: challenges, solutions, concerns, information."""
    return list(LIST_LETTERS).index(note.df_list), note.number


def by_ids(assembly: Assembly, ids: Sequence[str]) -> list[Note]:
    """The assembly's cards with these ids; anything else is ignored."""
    wanted = [int(one) for one in ids if one.isdecimal() and len(one) < 12]
    query = select(Note).where(Note.assembly_id == assembly.id, Note.id.in_(wanted))
    return list(db.session.scalars(query.order_by(Note.df_list, Note.number)))


def themes(assembly: Assembly) -> list[tuple[Theme, int]]:
    """Themes with how many cards they have, those without any left out."""
    query = (
        select(Theme, func.count(Note.id))
        .join(note_theme, note_theme.c.theme_id == Theme.id)
        .join(Note, Note.id == note_theme.c.note_id)
        .where(Theme.assembly_id == assembly.id, Note.struck_at.is_(None))
        .group_by(Theme.id)
        .order_by(Theme.name)
    )
    return [(theme, number) for theme, number in db.session.execute(query)]
