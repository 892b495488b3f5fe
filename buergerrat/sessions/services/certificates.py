"""Papers for employers: leave for the coming sessions, and attendance at those that were held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import local
from buergerrat.german import long_date
from buergerrat.sessions.half_days import Halves, halves
from buergerrat.sessions.models import AssemblySession, Attendance
from buergerrat.sessions.services import timetable
from buergerrat.sortition.models import Invitee, Member
from buergerrat.sortition.services.members import SEATED
from buergerrat.typesetting import typeset

DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


@dataclass(frozen=True)
class Row:
    """A member who may get a paper. attended: session days; leave: a paper for coming days."""

    member: Member
    name: str
    attended: int
    half_days: int
    leave: bool


@dataclass(frozen=True)
class _Day:
    session: AssemblySession
    span: tuple[dt.datetime, dt.datetime] | None  # None without a timetable


def rows(assembly: Assembly) -> list[Row]:
    """Members and whoever attended a session, by last name."""
    days, attendance = _days(assembly), _attendance(assembly)
    coming = bool(_coming(assembly, days))
    found = []
    for member in _members(assembly):
        there = _there(days, attendance.get(member.id, {}))
        leave = member.state in SEATED and coming
        if not there and not leave:
            continue
        count = sum(one.attended for _day, one in there if one is not None)
        found.append(Row(member, member.invitee.full_name, len(there), count, leave))
    return sorted(found, key=lambda r: (r.member.invitee.last_name, r.member.invitee.first_name))


def leave_pdf(assembly: Assembly, members: Sequence[Member]) -> bytes:
    """One letter per member asking the employer for leave; claims no right to it."""
    days = _coming(assembly, _days(assembly))
    lines = [_when(day) for day in days] or [_planned(assembly)]
    return _pdf(
        assembly,
        "Bitte um Freistellung",
        [{"address": _address(m), "name": m.invitee.full_name, "days": lines} for m in members],
        "leave",
    )


def attendance_pdf(assembly: Assembly, members: Sequence[Member]) -> bytes:
    """One certificate per member who attended, with the half days. Leaves out who never came."""
    days, attendance = _days(assembly), _attendance(assembly)
    letters = []
    for member in members:
        there = _there(days, attendance.get(member.id, {}))
        if not there:
            continue
        known = [one for _day, one in there if one is not None]
        letters.append(
            {
                "address": _address(member),
                "name": member.invitee.full_name,
                "days": [f"{_when(day)}{_halves_words(one)}" for day, one in there],
                "total": _total(known) if len(known) == len(there) else "",
            }
        )
    return _pdf(assembly, "Teilnahmebescheinigung", letters, "attendance")


def _members(assembly: Assembly) -> list[Member]:
    return list(
        db.session.scalars(
            select(Member)
            .join(Invitee)
            .where(Member.assembly_id == assembly.id, Invitee.state != "erased")
            .options(joinedload(Member.invitee))
            .order_by(Member.losnummer)
        )
    )


def _days(assembly: Assembly) -> list[_Day]:
    days = []
    for session in timetable.sessions_of(assembly):
        if session.state == "cancelled":
            continue
        slots = timetable.slots(session)
        span = (min(s.start for s in slots), max(s.end for s in slots)) if slots else None
        days.append(_Day(session, span))
    return days


def _coming(assembly: Assembly, days: Sequence[_Day]) -> list[_Day]:
    today = local(utcnow()).date()
    return [day for day in days if day.session.day >= today and day.session.state != "closed"]


def _attendance(assembly: Assembly) -> dict[int, dict[int, Attendance]]:
    """Who was present, by member and session (ids)."""
    found: dict[int, dict[int, Attendance]] = {}
    rows = db.session.scalars(
        select(Attendance).where(
            Attendance.assembly_id == assembly.id, Attendance.state == "present"
        )
    )
    for row in rows:
        found.setdefault(row.member_id, {})[row.session_id] = row
    return found


def _there(
    days: Sequence[_Day], attendance: dict[int, Attendance]
) -> list[tuple[_Day, Halves | None]]:
    """The days with a presence; None where no timetable says what half a day is."""
    found: list[tuple[_Day, Halves | None]] = []
    for day in days:
        row = attendance.get(day.session.id)
        if row is None:
            continue
        if day.span is None:
            found.append((day, None))
            continue
        start, end = day.span
        counted = halves(day.span, (row.arrived_at or start, row.left_at or end))
        if counted.attended:
            found.append((day, counted))
    return found


# The papers are German, like the office that signs them; so nothing here is translated.
def _when(day: _Day) -> str:
    one = day.session
    said = f"{DAYS[one.day.weekday()]}, {long_date(one.day)}"
    if day.span is not None:
        start, end = (local(at) for at in day.span)
        said += f", {_clock(start)} bis {_clock(end)} Uhr"
    return said + (f", {one.place}" if one.place else "")


def _clock(at: dt.datetime) -> str:
    return f"{at.hour}" if at.minute == 0 else f"{at.hour}.{at:%M}"


def _halves_words(one: Halves | None) -> str:
    if one is None:
        return ""
    if one.attended == one.held:
        return ": ganz" if one.held == 2 else ""
    return ": vormittags" if one.morning else ": nachmittags"


def _total(known: Sequence[Halves]) -> str:
    count = sum(one.attended for one in known)
    return "Das ist ein halber Tag." if count == 1 else f"Das sind {count} halbe Tage."


def _planned(assembly: Assembly) -> str:
    first, last = assembly.first_session_on, assembly.last_session_on
    if first == last:
        return f"{DAYS[first.weekday()]}, {long_date(first)}"
    span = f"{long_date(first)} bis {long_date(last)}"
    return f"{span}. {assembly.session_note}" if assembly.session_note else span


def _address(member: Member) -> list[str]:
    one = member.invitee
    lines = [one.full_name, one.street, " ".join(p for p in (one.postcode, one.place) if p)]
    return [line for line in lines if line]


def _pdf(assembly: Assembly, title: str, letters: Sequence[dict[str, Any]], kind: str) -> bytes:
    town, made = assembly.municipality, local(utcnow()).date()
    data = {
        "title": title,
        "kind": kind,
        "letters": list(letters),
        "colours": {"town": town.town_colour, "data": town.data_colour},
        "town": {
            "name": town.name,
            "office": town.office,
            "street": town.street,
            "place": " ".join(p for p in (town.postcode, town.place) if p),
            "phone": town.phone,
            "email": town.email,
            "short": town.short_name,
            "council": town.council_name,
        },
        "assembly": {
            "title": assembly.title,
            "question": assembly.guiding_question,
            "resolution": assembly.resolution_number,
            "resolved": long_date(assembly.resolution_date),
            "allowance": assembly.allowance,
        },
        "made": long_date(made),
    }
    return typeset("bescheinigung", data, made)
