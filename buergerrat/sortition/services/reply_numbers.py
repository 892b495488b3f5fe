"""The yeses against the plan: what was expected by when, what came, what the Lostopf lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from buergerrat.assemblies.models import Assembly
from buergerrat.charts import PlanPoint
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN
from buergerrat.sortition.arrival import arrived_share
from buergerrat.sortition.commitment import PanelCommitment
from buergerrat.sortition.models import InvitationDraw, Invitee, LetterBatch, PanelDraw, Reply
from buergerrat.sortition.planning import DEFAULT_RATE, expected_replies
from buergerrat.sortition.services import replies


@dataclass(frozen=True)
class Course:
    """Yeses by day (cumulative) and the plan beside them. low–high: 5–95 % at the deadline."""

    response: replies.Response
    pool: int
    low: int
    expected: float
    high: int
    start: dt.date
    until: dt.date  # the last day that is counted
    reminder: dt.date | None
    redrawn: int  # people of later waves
    counts: list[tuple[dt.date, int]]
    plan: list[PlanPoint]

    def planned(self, day: dt.date) -> PlanPoint:
        """The plan of that day; after the deadline that of the deadline."""
        return next((point for point in self.plan if point.day >= day), self.plan[-1])

    def arrived(self, day: dt.date) -> int:
        return max((n for at, n in self.counts if at <= day), default=0)

    @property
    def judgement(self) -> str:
        """more | less | as_planned, on the last counted day."""
        point = self.planned(self.until)
        if self.response.yes > point.high:
            return "more"
        return "less" if self.response.yes < point.low else "as_planned"


def course(assembly: Assembly, now: dt.datetime | None = None) -> Course:
    """All numbers of the reply pages and of the assembly's home."""
    response = replies.response(assembly)
    posted = dict(_posted(assembly))
    start = posted.get("invitation") or assembly.letters_on
    if response.by_day:
        start = min(start, response.by_day[0][0])
    today = (now or utcnow()).astimezone(BERLIN).date()
    last_reply = response.by_day[-1][0] if response.by_day else start
    until = max(start, last_reply, min(today, assembly.reply_deadline))
    counts = {start: 0, **dict(response.by_day), until: response.yes}
    total = expected_replies(response.letters, _rate(assembly))
    return Course(
        response=response,
        pool=pool_size(assembly),
        low=total.low,
        expected=total.mean,
        high=total.high,
        start=start,
        until=until,
        reminder=posted.get("reminder"),
        redrawn=_redrawn(assembly),
        counts=sorted(counts.items()),
        plan=_plan(total.low, total.mean, total.high, start, assembly.reply_deadline),
    )


def _plan(
    low: float, mean: float, high: float, start: dt.date, deadline: dt.date
) -> list[PlanPoint]:
    """The range at the deadline, brought down to each day by the share that should have come."""
    days = max((deadline - start).days, 1)
    points = []
    for day in range(days + 1):
        share = arrived_share(day, days)
        at = start + dt.timedelta(days=day)
        points.append(PlanPoint(at, low * share, mean * share, high * share))
    return points


def _posted(assembly: Assembly) -> list[tuple[str, dt.date]]:
    rows = db.session.execute(
        select(LetterBatch.kind, func.min(LetterBatch.posted_on))
        .where(LetterBatch.assembly_id == assembly.id, LetterBatch.posted_on.is_not(None))
        .group_by(LetterBatch.kind)
    )
    return [(kind, day) for kind, day in rows if day is not None]


def _redrawn(assembly: Assembly) -> int:
    later = select(func.count()).where(Invitee.assembly_id == assembly.id, Invitee.wave > 1)
    return db.session.scalar(later) or 0


def _rate(assembly: Assembly) -> float:
    rate = db.session.scalar(
        select(InvitationDraw.response_rate)
        .where(
            InvitationDraw.assembly_id == assembly.id,
            InvitationDraw.state == "drawn",
            InvitationDraw.rehearsal.is_(False),
        )
        .order_by(InvitationDraw.number)
        .limit(1)
    )
    return rate or DEFAULT_RATE


def pool_size(assembly: Assembly) -> int:
    """How many people are in the Lostopf; the same rule as `quotas.pool`.

    Once it is frozen, as many as then: the number stays when people are deleted.
    """
    frozen = db.session.scalar(
        select(PanelDraw.frozen)
        .where(
            PanelDraw.assembly_id == assembly.id,
            PanelDraw.rehearsal.is_(False),
            PanelDraw.state != "discarded",
        )
        .order_by(PanelDraw.number.desc())
        .limit(1)
    )
    if frozen is not None:
        return PanelCommitment.from_json(frozen["commitment"].encode()).people
    in_pool = (
        select(func.count())
        .select_from(Reply)
        .join(Invitee)
        .where(
            Invitee.assembly_id == assembly.id,
            Invitee.state == "invited",
            Reply.answer == "yes",
            Reply.submitted_at.is_not(None),
        )
    )
    return db.session.scalar(in_pool) or 0
