"""What was said on the telephone goes with the person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.retention import personal_data
from buergerrat.db import db
from buergerrat.sortition.models import CallNote


@personal_data("calls", "Anrufe wegen eines Platzes: Ergebnis und Bemerkung")
def forget_calls(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    done = db.session.execute(
        delete(CallNote).where(
            CallNote.assembly_id == assembly.id, CallNote.invitee_id.in_(invitee_ids)
        )
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
