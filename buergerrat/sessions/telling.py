"""What the sessions hold about a person, told to them: attendance and places at tables."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from buergerrat.assemblies.holdings import Rows, held_about
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.formats import longdate, time
from buergerrat.sessions.models import AssemblySession, Attendance, TableRound, TableSeat
from buergerrat.sortition.models import Invitee, Member

ATTENDANCE = {
    "expected": _l("noch offen"),
    "present": _l("anwesend"),
    "excused": _l("entschuldigt"),
    "absent": _l("fehlt"),
}


@held_about("sessions", _l("Anwesenheit und Plätze an Tischen"))
def tell_sessions(assembly: Assembly, person: Invitee) -> Rows:
    mine = select(Member.id).where(
        Member.assembly_id == assembly.id, Member.invitee_id == person.id
    )
    there = db.session.execute(
        select(AssemblySession.day, Attendance.state, Attendance.arrived_at, Attendance.left_at)
        .join(Attendance, Attendance.session_id == AssemblySession.id)
        .where(Attendance.member_id.in_(mine))
        .order_by(AssemblySession.day)
    )
    rows = [
        (
            _("Sitzung am %(day)s", day=longdate(row.day)),
            _span(str(ATTENDANCE.get(row.state, row.state)), row.arrived_at, row.left_at),
        )
        for row in there
    ]
    tables = db.session.execute(
        select(AssemblySession.day, TableRound.number, TableSeat.table_number)
        .join(TableRound, TableRound.session_id == AssemblySession.id)
        .join(TableSeat, TableSeat.round_id == TableRound.id)
        .where(TableSeat.member_id.in_(mine))
        .order_by(AssemblySession.day, TableRound.number)
    )
    return rows + [
        (
            _("Runde %(round)s am %(day)s", round=row.number, day=longdate(row.day)),
            _("Tisch %(table)s", table=row.table_number),
        )
        for row in tables
    ]


def _span(word: str, came: dt.datetime | None, left: dt.datetime | None) -> str:
    parts = [word]
    if came is not None:
        parts.append(_("gekommen %(time)s", time=time(came)))
    if left is not None:
        parts.append(_("gegangen %(time)s", time=time(left)))
    return ", ".join(parts)
