"""How many answered: counted when the Lostopf is frozen, read for the town's next assembly."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, func, select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.models import InvitationDraw, Invitee, Reply
from buergerrat.sortition.response import FEWEST, Earlier, rates_from


def note(assembly: Assembly) -> None:
    """Write the counts of every real draw. They stay when the people are deleted; cells so small
    that they could tell about single people are left out."""
    returned = case((Invitee.returned_at.is_not(None), 1), (Invitee.state == "undeliverable", 1))
    yes = case(((Reply.answer == "yes") & Reply.submitted_at.is_not(None), 1))
    rows = db.session.execute(
        select(
            Invitee.draw_id,
            Invitee.sex,
            Invitee.age_band,
            func.count(),
            func.count(returned),
            func.count(yes),
        )
        .outerjoin(Reply, Reply.invitee_id == Invitee.id)
        .where(
            Invitee.assembly_id == assembly.id,
            Invitee.draw_id.is_not(None),
            Invitee.sex.is_not(None),
        )
        .group_by(Invitee.draw_id, Invitee.sex, Invitee.age_band)
        .order_by(Invitee.sex, Invitee.age_band)
    )
    cells: dict[int, list[dict[str, Any]]] = {}
    for draw_id, sex, band, letters, back, told in rows:
        if draw_id is not None and letters >= FEWEST:
            named = band if sex in ("female", "male") else ""
            cell = {"sex": sex, "age_band": named, "letters": letters, "returned": back}
            cells.setdefault(draw_id, []).append({**cell, "yes": told})
    for draw in db.session.scalars(
        select(InvitationDraw).where(InvitationDraw.id.in_(list(cells)))
    ):
        draw.response = cells[draw.id]
    db.session.flush()


def earlier(assembly: Assembly) -> Earlier | None:
    """Rates of the same town's other assemblies; None while there are none."""
    found = db.session.scalars(
        select(InvitationDraw.response)
        .join(Assembly, Assembly.id == InvitationDraw.assembly_id)
        .where(
            Assembly.municipality_id == assembly.municipality_id,
            Assembly.id != assembly.id,
            InvitationDraw.rehearsal.is_(False),
            InvitationDraw.state == "drawn",
        )
    )
    return rates_from(cell for cells in found for cell in cells)
