"""What the lottery gave to one person, and what they do with their seat: the page of the code."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Replacement
from buergerrat.sortition.services import lottery
from buergerrat.sortition.services import members as service


@dataclass(frozen=True)
class Seat:
    """state: open (not drawn yet) | asked | late | accepted | declined | withdrawn | waiting | out.

    late: asked, but the day to accept has passed. waiting: not drawn, may still move up.
    out: not drawn, and nobody moves up any more. none: not in the Lostopf.
    lists: on how many of the lists this person stands; None while there are none.
    until: the last day to move up.
    """

    state: str
    losnummer: str
    accept_by: dt.date | None = None
    origin: str = ""
    changed_at: dt.datetime | None = None
    lists: int | None = None
    panels: int | None = None
    until: dt.date | None = None


def of(assembly: Assembly, invitee: Invitee) -> Seat:
    reply = invitee.reply
    in_pool = reply is not None and reply.answer == "yes" and reply.submitted_at is not None
    if reply is None or not in_pool:
        return Seat("none", "")
    draw = lottery.current(assembly)
    losnummer = reply.losnummer or ""
    if draw is None:
        return Seat("open", losnummer)
    if not losnummer:
        return Seat("none", "")  # answered when the Lostopf was already frozen
    if draw.state != "picked":
        return Seat("open", losnummer)
    lists, panels = draw.result["counts"].get(losnummer), lottery.panels_of(draw)
    until = service.replacements_until(draw)
    member = member_of(invitee)
    if member is None:
        state = "out" if service.why_nobody_comes(draw) else "waiting"
        return Seat(state, losnummer, lists=lists, panels=panels, until=until)
    return Seat(
        state="late" if service.is_overdue(member) else member.state,
        losnummer=losnummer,
        accept_by=member.accept_by,
        origin=member.origin,
        changed_at=member.changed_at,
        lists=lists,
        panels=panels,
        until=until,
    )


def member_of(invitee: Invitee) -> Member | None:
    return db.session.scalar(select(Member).where(Member.invitee_id == invitee.id))


def accept(member: Member) -> bool:
    """Accept with the code. False when the day has passed or the seat is not theirs any more.

    A second click finds what the first one did.
    """
    if member.state == "accepted":
        return True
    if member.state != "asked" or service.is_overdue(member):
        return False
    service.accept(member, by="code")
    return True


def decline(assembly: Assembly, member: Member, reason: str = "") -> Replacement | None:
    """Decline with the code; whom the record's rule names moves up at once.

    Waiting for somebody to click would cost days, and nobody has a choice to make: the rule is
    fixed. None when they had declined before. Raises Conflict for somebody who has accepted.
    """
    if member.state == "declined":
        return None
    if member.state == "accepted":
        raise service.Accepted
    draw = db.session.get_one(PanelDraw, member.panel_draw_id)
    said = reason if reason in service.REASONS else service.UNSAID
    fill = not service.why_nobody_comes(draw)
    return service.leave(assembly, member, said, None, replace=fill, by="code")
