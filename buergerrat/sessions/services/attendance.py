"""Who is in the room. A seat at a table goes only to somebody who is present."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import or_, select

from buergerrat import audit
from buergerrat.db import db, utcnow
from buergerrat.formats import local
from buergerrat.sessions.models import AssemblySession, Attendance
from buergerrat.sessions.services.planning import must_be_open
from buergerrat.sortition.models import Invitee, Member
from buergerrat.web import Conflict

STATES = ("expected", "present", "excused", "absent")


@dataclass(frozen=True)
class RollEntry:
    """A member and what is known about this session; `state` is "expected" before a tap."""

    member: Member
    state: str
    arrived_at: dt.datetime | None
    left_at: dt.datetime | None

    @property
    def here(self) -> bool:
        return self.state == "present" and self.left_at is None


def roll(session: AssemblySession) -> list[RollEntry]:
    """The members, and whoever was a member when this session was held, by last name."""
    known = {row.member_id: row for row in _rows(session)}
    members = db.session.scalars(
        select(Member)
        .join(Invitee)
        .where(
            Member.assembly_id == session.assembly_id,
            or_(Member.state == "accepted", Member.id.in_(known)),
        )
        .order_by(Member.losnummer)
    )
    entries = [_entry(member, known.get(member.id)) for member in members]
    return sorted(entries, key=lambda e: (e.member.invitee.last_name, e.member.invitee.first_name))


def present_members(session: AssemblySession) -> list[Member]:
    """Who is present and has not left, by Losnummer."""
    rows = [row for row in _rows(session) if row.state == "present" and row.left_at is None]
    return sorted((row.member for row in rows), key=lambda member: member.losnummer)


def count_present(session: AssemblySession) -> int:
    """How many came, also those who left earlier."""
    return sum(row.state == "present" for row in _rows(session))


def set_attendance(
    session: AssemblySession, member: Member, state: str, at: dt.datetime | None = None
) -> Attendance:
    """Record one member. The arrival time is noted on the day itself, or given as `at`."""
    must_be_open(session)
    if state not in STATES:
        raise ValueError(state)
    row = _row(session, member)
    _set(session, row, state, at)
    audit.log(
        "attendance", "session", session.id,
        assembly_id=session.assembly_id, member=member.id, state=state,
    )  # fmt: skip
    return row


def all_present(session: AssemblySession, at: dt.datetime | None = None) -> int:
    """Everybody not yet recorded is present. Returns how many were."""
    must_be_open(session)
    waiting = [entry.member for entry in roll(session) if entry.state == "expected"]
    for member in waiting:
        _set(session, _row(session, member), "present", at)
    audit.log(
        "attendance", "session", session.id,
        assembly_id=session.assembly_id, members=len(waiting), state="present",
    )  # fmt: skip
    return len(waiting)


def leave(session: AssemblySession, member: Member, at: dt.datetime | None = None) -> None:
    """Somebody goes before the end: counted as present, seated no more."""
    must_be_open(session)
    row = _row(session, member)
    if row.state != "present":
        raise Conflict(_("Nur wer anwesend ist, kann gehen."))
    row.left_at = at or utcnow()
    db.session.flush()
    audit.log(
        "left", "session", session.id, assembly_id=session.assembly_id, member=member.id
    )  # fmt: skip


def _set(session: AssemblySession, row: Attendance, state: str, at: dt.datetime | None) -> None:
    today = local(utcnow()).date() == session.day
    row.state, row.left_at = state, None
    if state != "present":
        row.arrived_at = None
    elif row.arrived_at is None:
        row.arrived_at = at or (utcnow() if today else None)
    db.session.flush()


def _rows(session: AssemblySession) -> list[Attendance]:
    return list(db.session.scalars(select(Attendance).filter_by(session_id=session.id)))


def _row(session: AssemblySession, member: Member) -> Attendance:
    found = db.session.scalars(
        select(Attendance).filter_by(session_id=session.id, member_id=member.id)
    ).one_or_none()
    if found is None:
        found = Attendance(
            assembly_id=session.assembly_id,
            session_id=session.id,
            member_id=member.id,
            state="expected",
        )
        db.session.add(found)
    return found


def _entry(member: Member, row: Attendance | None) -> RollEntry:
    if row is None:
        return RollEntry(member, "expected", None, None)
    return RollEntry(member, row.state, row.arrived_at, row.left_at)
