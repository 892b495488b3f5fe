"""Erasing the next tickets: people who were drawn close to a letter and never got one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.retention import personal_data
from buergerrat.db import db
from buergerrat.sortition.models import ReserveTicket
from buergerrat.sortition.services.replies import pool_is_frozen


@personal_data("reserve_tickets", "Die nächsten Lose für zurückgekommene Briefe")
def forget_reserve(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    """Delete them all once nobody can be invited any more; none of them is an invitee yet."""
    if not pool_is_frozen(assembly):
        return 0
    gone = db.session.execute(delete(ReserveTicket).where(ReserveTicket.assembly_id == assembly.id))
    return int(gone.rowcount)  # type: ignore[attr-defined]
