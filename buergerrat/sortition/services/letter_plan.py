"""Which letters are due: one row per kind, and the one that comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from buergerrat.assemblies.models import Assembly
from buergerrat.db import utcnow
from buergerrat.formats import BERLIN
from buergerrat.sortition.letter_kinds import KINDS, Kind
from buergerrat.sortition.models import LetterBatch
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import letter_recipients

REMIND_AFTER = dt.timedelta(days=7)


@dataclass(frozen=True)
class KindRow:
    """people: how many would get this letter now. due: from which day on; None: at once.
    posted: the newest day on which some went to the post."""

    kind: Kind
    people: int
    due: dt.date | None
    posted: dt.date | None
    own_words: bool


@dataclass(frozen=True)
class LetterPlan:
    rows: list[KindRow]
    proposed: KindRow | None
    wave: int | None  # of the invitations that come next


def build(
    assembly: Assembly, batches: Sequence[LetterBatch], worded: set[tuple[str, str]]
) -> LetterPlan:
    draw = draws.last_drawn(assembly)
    wave = letter_recipients.next_wave(draw) if draw else None
    today = utcnow().astimezone(BERLIN).date()
    rows = []
    for kind in KINDS.values():
        posted = [
            one.posted_on
            for one in batches
            if one.kind == kind.key and one.posted_on and not one.options.get("forwarded")
        ]
        none_left = kind.key == "invitation" and wave is None
        people = 0 if none_left else letter_recipients.count(
            assembly, kind.key, wave if kind.key == "invitation" else None
        )  # fmt: skip
        due = _reminder_due(assembly, batches) if kind.key == "reminder" and people else None
        own = any(name == kind.key for name, _language in worded)
        rows.append(KindRow(kind, people, due, max(posted, default=None), own))
    ready = (row for row in rows if row.people and _is_due(assembly, row, today))
    return LetterPlan(rows, next(ready, None), wave)


def _is_due(assembly: Assembly, row: KindRow, today: dt.date) -> bool:
    if row.kind.key != "reminder":
        return True
    late = today > assembly.reply_deadline
    return not late and row.posted is None and row.due is not None and row.due <= today


def _reminder_due(assembly: Assembly, batches: Sequence[LetterBatch]) -> dt.date | None:
    """The day of the mandate, or a week after the first invitations."""
    posted = [one.posted_on for one in batches if one.kind == "invitation" and one.posted_on]
    return assembly.reminder_on or (min(posted) + REMIND_AFTER if posted else None)
