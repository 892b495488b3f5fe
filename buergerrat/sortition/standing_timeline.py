"""What the timeline asks of the letters: whether the reminder is on its way."""

from __future__ import annotations

from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.timeline import done_when
from buergerrat.db import db
from buergerrat.sortition.models import LetterBatch


@done_when("reminder_on")
def reminder_posted(assembly: Assembly) -> bool:
    posted = select(LetterBatch.id).where(
        LetterBatch.assembly_id == assembly.id,
        LetterBatch.kind == "reminder",
        LetterBatch.posted_on.is_not(None),
    )
    return db.session.scalar(posted.limit(1)) is not None
