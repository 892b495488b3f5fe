"""Erasing the visits at the door: that somebody was visited goes with the person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.retention import personal_data
from buergerrat.db import db
from buergerrat.sortition.models import OutreachVisit


@personal_data("visits", "Besuche an der Haustür und was sie ergaben")
def forget_visits(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    """Delete every visit to these people, planned or made."""
    gone = db.session.execute(
        delete(OutreachVisit).where(
            OutreachVisit.assembly_id == assembly.id, OutreachVisit.invitee_id.in_(invitee_ids)
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
