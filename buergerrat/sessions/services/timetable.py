"""The timetable as the pages, the calendar file and the public page read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN
from buergerrat.sessions.calendar_file import Entry, calendar
from buergerrat.sessions.models import AgendaItem, AssemblySession
from buergerrat.sessions.timetable import Item, Kind, Slot, problems, schedule


@dataclass(frozen=True)
class PublicItem:
    """An item that everybody may attend or read about; times in Europe/Berlin."""

    starts: dt.datetime
    ends: dt.datetime
    title: str
    kind: str
    room: str


@dataclass(frozen=True)
class PublicDay:
    """A session as the public page shows it; no names of people."""

    number: int
    title: str
    day: dt.date
    place: str
    state: str
    items: list[PublicItem]


def sessions_of(assembly: Assembly) -> list[AssemblySession]:
    """All sessions in order of their day."""
    return list(
        db.session.scalars(
            select(AssemblySession)
            .filter_by(assembly_id=assembly.id)
            .options(selectinload(AssemblySession.items))
            .order_by(AssemblySession.day, AssemblySession.number)
        )
    )


def pure_items(session: AssemblySession, prefix: str = "") -> list[Item]:
    """The rows as pure items; id = `prefix` + the item's number."""
    return [_pure(session, item, prefix) for item in session.items]


def _pure(session: AssemblySession, item: AgendaItem, prefix: str) -> Item:
    people = (name.strip() for name in item.responsible.split(","))
    return Item(
        id=f"{prefix}{item.number}",
        title=item.title,
        kind=Kind(item.kind),
        duration=item.duration,
        start=dt.datetime.combine(session.day, item.starts, BERLIN),
        method=item.method,
        room=item.room,
        responsible=tuple(name for name in people if name),
        public=item.is_public,
        actual_start=item.started_at,
        actual_end=item.ended_at,
    )


def slots(session: AssemblySession, prefix: str = "") -> list[Slot]:
    begins = dt.datetime.combine(session.day, dt.time(9), BERLIN)
    return schedule(pure_items(session, prefix), begins)


def warnings(session: AssemblySession) -> list[str]:
    """Overlaps and double bookings that touch this session, with those of the same day."""
    same_day = db.session.scalars(
        select(AssemblySession).filter(
            AssemblySession.assembly_id == session.assembly_id,
            AssemblySession.day == session.day,
            AssemblySession.state != "cancelled",
        )
    )
    mixed = [slot for other in same_day for slot in slots(other, f"{other.number}.")]
    mine = f"{session.number}."
    return [
        problem.sentence
        for problem in problems(mixed)
        if problem.first.startswith(mine) or problem.second.startswith(mine)
    ]


def public_items(assembly: Assembly) -> list[PublicDay]:
    """Every session with its public items, for the page without an account."""
    return [
        PublicDay(
            number=session.number,
            title=session.title,
            day=session.day,
            place=session.place,
            state=session.state,
            items=[
                PublicItem(s.start, s.end, s.item.title, str(s.item.kind), s.item.room)
                for s in slots(session)
                if s.item.public
            ],
        )
        for session in sessions_of(assembly)
    ]


def calendar_file(assembly: Assembly, session: AssemblySession) -> bytes:
    """The session as one calendar entry with the running order in its text."""
    return calendar([_entry(assembly, session, public_only=False)], utcnow(), assembly.title)


def public_calendar(assembly: Assembly) -> bytes:
    """All sessions, each with its public items only."""
    entries = [_entry(assembly, session, public_only=True) for session in sessions_of(assembly)]
    return calendar(entries, utcnow(), assembly.title)


def _entry(assembly: Assembly, session: AssemblySession, public_only: bool) -> Entry:
    day = slots(session)
    lines = [
        f"{slot.start:%H:%M} {slot.item.title}" + (f", {slot.item.room}" if slot.item.room else "")
        for slot in day
        if slot.item.public or not public_only
    ]
    nine = dt.datetime.combine(session.day, dt.time(9), BERLIN)
    return Entry(
        uid=f"sitzung-{session.number}.{assembly.slug}.{assembly.municipality.slug}@buergerrat",
        title=f"{assembly.title}: {session.title}",
        start=min((slot.start for slot in day), default=nine),
        end=max((slot.end for slot in day), default=nine + dt.timedelta(hours=8)),
        place=session.place,
        description="\n".join(lines),
        sequence=session.revision + sum(item.revision for item in session.items),
        cancelled=session.state == "cancelled",
    )
