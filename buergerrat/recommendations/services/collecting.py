"""What the report tells of the way before: draw, composition, sessions. Missing pieces are left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import KeyDestroyed
from buergerrat.db import db
from buergerrat.formats import local
from buergerrat.recommendations.report_data import CompositionRow, DrawStory, SessionDay
from buergerrat.sessions.models import AssemblySession, Attendance
from buergerrat.sortition.models import (
    InvitationDraw,
    Invitee,
    Member,
    PanelDraw,
    Replacement,
    Reply,
)
from buergerrat.sortition.services import lottery, outlook

Features = Mapping[str, str]  # German feature -> German value


def picked_draw(assembly: Assembly) -> PanelDraw | None:
    """The panel draw that gave the seats; rehearsals do not count."""
    return db.session.scalar(
        select(PanelDraw)
        .filter_by(assembly_id=assembly.id, state="picked", rehearsal=False)
        .order_by(PanelDraw.number.desc())
        .limit(1)
    )


def draw_story(assembly: Assembly) -> DrawStory:
    """From the register to the seats in numbers."""
    draw = picked_draw(assembly)
    drawn = select(InvitationDraw).filter_by(
        assembly_id=assembly.id, state="drawn", rehearsal=False
    )
    invitations = db.session.scalars(drawn.order_by(InvitationDraw.number)).all()
    base_url = current_app.extensions["settings"].base_url
    return DrawStory(
        letters=_letters([i.id for i in invitations]),
        replies=_count(Reply, assembly, Reply.submitted_at.is_not(None)),
        pool=_pool_size(assembly, draw),
        seats=assembly.seats,
        eligible=invitations[-1].extract.eligible if invitations else None,
        panel_number=draw.digits if draw else "",
        drawn_on=local(draw.picked_at).date() if draw and draw.picked_at else None,
        checksum=(draw.record_hash or draw.panels_hash) if draw else "",
        where_to_check=f"{base_url}/{assembly.municipality.slug}/{assembly.slug}/pruefen",
        panels=lottery.panels_of(draw) if draw else lottery.PANELS,
        lowest_chance=_lowest_chance(draw) if draw else None,
        replaced=_count(Replacement, assembly, Replacement.came.is_not(None)),
        visited=outlook.paths(assembly).get("visit", 0),
    )


def composition(assembly: Assembly) -> tuple[CompositionRow, ...]:
    """Accepted members against the population, one row per quota; () before the lottery.

    While nobody has accepted, or when the pool was deleted, the panel as it was drawn.
    """
    draw = picked_draw(assembly)
    if draw is None:
        return ()
    if "seated" in draw.result:  # counted when the pool was deleted
        return tuple(CompositionRow(**row) for row in draw.result["seated"])
    return _rows(draw, _seated(assembly, draw))


def drawn_composition(assembly: Assembly) -> tuple[CompositionRow, ...]:
    """The panel as it was drawn, like `composition`.

    For pages that anybody can read from day to day: as members come and go, each change of
    these numbers would be one person's features.
    """
    draw = picked_draw(assembly)
    return () if draw is None else _rows(draw, [])


def _rows(draw: PanelDraw, seated: Sequence[Features]) -> tuple[CompositionRow, ...]:
    """One row per quota: seats of these people; of the drawn panel when there are none."""
    return tuple(
        CompositionRow(
            feature=row["feature"],
            value=row["value"],
            population=100 * float(row.get("population") or 0),
            pool=int(row.get("pool") or 0),
            seats=_having(seated, row) if seated else int(row.get("seats") or 0),
        )
        for row in draw.result.get("composition") or ()
    )


def session_days(assembly: Assembly) -> tuple[SessionDay, ...]:
    """Sessions that took place, with their public items and how many members came."""
    counted = (
        select(Attendance.session_id, func.count())
        .filter_by(assembly_id=assembly.id, state="present")
        .group_by(Attendance.session_id)
    )
    present = {int(day): int(count) for day, count in db.session.execute(counted)}
    sessions = db.session.scalars(
        select(AssemblySession)
        .where(
            AssemblySession.assembly_id == assembly.id,
            AssemblySession.state.in_(("running", "closed")),
        )
        .options(selectinload(AssemblySession.items))
        .order_by(AssemblySession.day, AssemblySession.number)
    )
    return tuple(
        SessionDay(
            date=session.day,
            title=session.title,
            place=session.place,
            present=present.get(session.id),
            items=tuple(item.title for item in session.items if item.kind != "break"),
        )
        for session in sessions
    )


def _letters(draws: Sequence[int]) -> int:
    invited = select(func.count()).select_from(Invitee).where(Invitee.draw_id.in_(draws))
    return db.session.scalar(invited) or 0


def _count(noun: Any, assembly: Assembly, *criteria: Any) -> int:
    found = select(func.count()).select_from(noun).where(noun.assembly_id == assembly.id, *criteria)
    return db.session.scalar(found) or 0


def _pool_size(assembly: Assembly, draw: PanelDraw | None) -> int:
    counts = draw.result.get("counts") if draw else None
    if counts:
        return len(counts)
    return _count(Reply, assembly, Reply.answer == "yes", Reply.submitted_at.is_not(None))


def _seated(assembly: Assembly, draw: PanelDraw) -> list[Features]:
    """Features of the members who accepted, from the frozen pool; [] when it was deleted."""
    accepted = set(
        db.session.scalars(
            select(Member.losnummer).filter_by(assembly_id=assembly.id, state="accepted")
        )
    )
    try:
        pool = json.loads(draw.pool) if draw.pool else []
    except KeyDestroyed:
        return []
    return [entry["features"] for entry in pool if entry["number"] in accepted]


def _having(people: Sequence[Features], row: Mapping[str, str]) -> int:
    return sum(features.get(row["feature"]) == row["value"] for features in people)


def _lowest_chance(draw: PanelDraw) -> float | None:
    """Of everybody who stands on at least one of the lists."""
    counts = [count for count in (draw.result.get("counts") or {}).values() if count]
    return min(counts) / lottery.panels_of(draw) if counts else None
