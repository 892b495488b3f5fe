"""The board as the pages show it: four lists of cards, filtered by table and theme."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from buergerrat.db import db
from buergerrat.sessions.models import AssemblySession, Note, TableRound, Theme
from buergerrat.sessions.services.themes import themes_of
from buergerrat.sessions.words import BY_KEY, LISTS, NoteList

WITHOUT = "ohne"


@dataclass(frozen=True)
class Filter:
    """`table` None: all; `theme` "": all, "ohne": cards without one, else a theme's number."""

    table: int | None = None
    theme: str = ""

    def fits(self, note: Note) -> bool:
        if self.table is not None and note.table_number != self.table:
            return False
        if not self.theme:
            return True
        if self.theme == WITHOUT:
            return not note.themes
        return self.theme in {str(theme.number) for theme in note.themes}


@dataclass(frozen=True)
class Card:
    """A card ready to be drawn."""

    uid: str
    letter: str
    number: int
    text: str
    revision: int
    table: int | None
    themes: tuple[str, ...]
    refers_to: int | None  # number of a solution
    changed_at: dt.datetime
    struck: bool

    @property
    def label(self) -> str:
        return f"{self.letter} {self.number}"


@dataclass(frozen=True)
class Column:
    """One list; struck cards come last and are not counted."""

    entry: NoteList
    cards: list[Card]

    @property
    def count(self) -> int:
        return sum(not card.struck for card in self.cards)


@dataclass(frozen=True)
class Board:
    columns: list[Column]
    tables: list[int]
    themes: list[tuple[Theme, int]]
    without_theme: int


def label(note: Note) -> str:
    """H 6"""
    return f"{BY_KEY[note.df_list].letter} {note.number}"


def notes_of(session: AssemblySession) -> list[Note]:
    """All cards of the session, newest number first."""
    return list(
        db.session.scalars(
            select(Note)
            .filter_by(session_id=session.id)
            .options(selectinload(Note.themes), joinedload(Note.refers_to))
            .order_by(Note.number.desc())
        )
    )


def board(session: AssemblySession, shown: Filter) -> Board:
    notes = notes_of(session)
    alive = [note for note in notes if note.struck_at is None]
    counts = Counter(theme.id for note in alive for theme in note.themes)
    return Board(
        columns=[
            Column(entry, _cards(n for n in notes if n.df_list == entry.key and shown.fits(n)))
            for entry in LISTS
        ],
        tables=tables_of(session, notes),
        themes=[(theme, counts[theme.id]) for theme in themes_of(session.assembly_id)],
        without_theme=sum(not note.themes for note in alive),
    )


def tables_of(session: AssemblySession, notes: Sequence[Note] = ()) -> list[int]:
    """Table numbers of the session's latest round, and those that cards name."""
    rounds = db.session.scalar(select(func.max(TableRound.tables)).filter_by(session_id=session.id))
    named = [note.table_number for note in notes if note.table_number]
    return list(range(1, max([rounds or 0, *named]) + 1))


def version(session: AssemblySession, shown: Filter) -> str:
    """Changes whenever the board would look different; two cheap queries."""
    cards = db.session.execute(
        select(func.count(), func.max(Note.changed_at), func.sum(Note.revision)).where(
            Note.session_id == session.id
        )
    ).one()
    themes = db.session.execute(
        select(Theme.number, Theme.name)
        .filter_by(assembly_id=session.assembly_id)
        .order_by(Theme.number)
    ).all()
    seen = repr((tuple(cards), [tuple(row) for row in themes], session.state, shown))
    return hashlib.sha256(seen.encode()).hexdigest()[:20]


def card(note: Note) -> Card:
    return Card(
        uid=note.uid,
        letter=BY_KEY[note.df_list].letter,
        number=note.number,
        text=note.text,
        revision=note.revision,
        table=note.table_number,
        themes=tuple(theme.name for theme in note.themes),
        refers_to=note.refers_to.number if note.refers_to else None,
        changed_at=note.changed_at,
        struck=note.struck_at is not None,
    )


def _cards(notes: Iterable[Note]) -> list[Card]:
    return sorted(map(card, notes), key=lambda c: c.struck)
