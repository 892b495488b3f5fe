"""Everything the public page of a Bürgerrat rests on, loaded in a fixed number of queries.

Nothing here opens what is sealed, so the page stays the same when the people's data are gone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload, selectinload

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import local
from buergerrat.recommendations.models import CitizensReport, Recommendation
from buergerrat.recommendations.report_data import CompositionRow, Report, from_dict
from buergerrat.recommendations.services import collecting
from buergerrat.sessions.services.timetable import PublicDay, public_items
from buergerrat.sortition.models import InvitationDraw, Invitee, PanelDraw, Replacement, Reply

PUBLISHED = ("built", "picked")


@dataclass(frozen=True)
class Facts:
    """What is known today. Draws are real ones, the newest first; rehearsals do not count.

    `record_size`: bytes of the published Losprotokoll, 0 before there is one.
    `recommendations`: rows with answers and progress, only once the report is handed over.
    """

    assembly: Assembly
    now: dt.datetime
    invitations: list[InvitationDraw]
    lotteries: list[PanelDraw]
    record_size: int
    letters: int
    replies: int
    visited: int  # said yes when they were visited at the door
    sessions: list[PublicDay]
    handed_over_at: dt.datetime | None
    report: Report | None
    recommendations: list[Recommendation]
    composition: tuple[CompositionRow, ...]
    replaced: int  # members who were not on the drawn list: they moved up

    @property
    def today(self) -> dt.date:
        return local(self.now).date()

    @property
    def invitation(self) -> InvitationDraw | None:
        """The newest that was carried out."""
        return next((draw for draw in self.invitations if draw.state == "drawn"), None)

    @property
    def lottery(self) -> PanelDraw | None:
        return next((draw for draw in self.lotteries if draw.state != "discarded"), None)

    @property
    def listed(self) -> PanelDraw | None:
        """The lottery whose 1,000 lists are published."""
        draw = self.lottery
        return draw if draw is not None and draw.state in PUBLISHED else None

    @property
    def picked(self) -> PanelDraw | None:
        draw = self.lottery
        return draw if draw is not None and draw.state == "picked" else None


def of(assembly: Assembly) -> Facts:
    report, handed_over_at = _report(assembly)
    lotteries, size = _lotteries(assembly)
    draw = next((one for one in lotteries if one.state != "discarded"), None)
    letters, replies, visited, replaced = _counts(assembly)
    return Facts(
        assembly=assembly,
        now=utcnow(),
        invitations=_invitations(assembly),
        lotteries=lotteries,
        record_size=size,
        letters=letters,
        replies=replies,
        visited=visited,
        sessions=public_items(assembly),
        handed_over_at=handed_over_at,
        report=report,
        recommendations=_recommendations(assembly) if report else [],
        composition=_composition(assembly, draw, report),
        replaced=replaced,
    )


def _report(assembly: Assembly) -> tuple[Report | None, dt.datetime | None]:
    stored = db.session.scalar(
        select(CitizensReport).filter_by(assembly_id=assembly.id, state="handed_over")
    )
    if stored is None or stored.frozen is None:
        return None, None
    return from_dict(stored.frozen), stored.handed_over_at


def _invitations(assembly: Assembly) -> list[InvitationDraw]:
    rows = db.session.scalars(
        select(InvitationDraw)
        .where(
            InvitationDraw.assembly_id == assembly.id,
            InvitationDraw.rehearsal.is_(False),
            InvitationDraw.commitment_hash.is_not(None),
        )
        .options(joinedload(InvitationDraw.extract))
        .order_by(InvitationDraw.number.desc())
    )
    return list(rows)


def _lotteries(assembly: Assembly) -> tuple[list[PanelDraw], int]:
    """Without lists, pool and record: those are large and only for their own pages."""
    rows = db.session.execute(
        select(PanelDraw, func.length(PanelDraw.public_record))
        .where(PanelDraw.assembly_id == assembly.id, PanelDraw.rehearsal.is_(False))
        .options(
            defer(PanelDraw.public_record), defer(PanelDraw.panels), defer(PanelDraw.pool_sealed)
        )
        .order_by(PanelDraw.number.desc())
    ).all()
    sizes = [size for draw, size in rows if draw.state in PUBLISHED]
    return [draw for draw, _size in rows], (sizes[0] or 0) if sizes else 0


def _counts(assembly: Assembly) -> tuple[int, int, int, int]:
    """Letters, replies, acceptances at the door and members who moved up, in one question."""
    count = select(func.count())
    replied = count.select_from(Reply).where(
        Reply.assembly_id == assembly.id, Reply.submitted_at.is_not(None)
    )
    counted = (
        count.select_from(Invitee).where(Invitee.assembly_id == assembly.id),
        replied,
        replied.join(Invitee).where(Reply.answer == "yes", Invitee.recruitment_path == "visit"),
        count.select_from(Replacement).where(
            Replacement.assembly_id == assembly.id, Replacement.came.is_not(None)
        ),
    )
    row = db.session.execute(select(*(one.scalar_subquery() for one in counted))).one()
    return row[0], row[1], row[2], row[3]


def _recommendations(assembly: Assembly) -> list[Recommendation]:
    """Only what came after the handover; text and votes stand frozen in the report."""
    rows = db.session.scalars(
        select(Recommendation)
        .filter_by(assembly_id=assembly.id)
        .options(selectinload(Recommendation.answers), selectinload(Recommendation.progress))
        .order_by(Recommendation.number)
    )
    return list(rows)


def _composition(
    assembly: Assembly, draw: PanelDraw | None, report: Report | None
) -> tuple[CompositionRow, ...]:
    """As it was handed over; before, as it was drawn, so that no change tells of one person."""
    if report is not None:
        return report.composition
    if draw is None or draw.state != "picked":
        return ()
    return collecting.drawn_composition(assembly)
