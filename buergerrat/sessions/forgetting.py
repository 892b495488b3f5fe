"""What the sessions hold about people: who was there, and who sat at which table.

Cards carry no names and stay.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import CursorResult, delete, select

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.retention import personal_data
from buergerrat.db import db
from buergerrat.sessions.models import Attendance, TableSeat
from buergerrat.sortition.models import Member


@personal_data("sessions", "Anwesenheit und Plätze an Tischen")
def forget_sessions(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    members = select(Member.id).where(
        Member.assembly_id == assembly.id, Member.invitee_id.in_(invitee_ids)
    )
    count = 0
    for noun in (Attendance, TableSeat):
        result = db.session.execute(
            delete(noun).where(noun.assembly_id == assembly.id, noun.member_id.in_(members))
        )
        assert isinstance(result, CursorResult)
        count += result.rowcount
    return count
