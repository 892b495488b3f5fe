"""What the members' page shows: seats, names, the composition today against the quotas, the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from buergerrat.assemblies.models import Assembly
from buergerrat.charts.reserve import change_row
from buergerrat.db import db
from buergerrat.sortition.consents import KINDS
from buergerrat.sortition.models import Invitee, Member, PanelDraw
from buergerrat.sortition.panels import composition
from buergerrat.sortition.quotas import Quota
from buergerrat.sortition.services import consents, lottery, member_change, replies, seat_consents
from buergerrat.sortition.services import members as service
from buergerrat.sortition.services.chart_words import words


@dataclass(frozen=True)
class MemberRow:
    losnummer: str
    name: str
    phone: str
    state: str
    state_word: str
    origin: str
    accept_by: dt.date | None
    overdue: bool
    needs: list[str]
    agrees: list[str]  # to photos, to the name in public
    guardian_missing: bool  # under 18, and no parent has agreed yet
    may_accept: bool
    may_leave: bool


@dataclass(frozen=True)
class QuotaLine:
    quota: Quota
    seats: int
    kept: bool
    picture: Markup


@dataclass(frozen=True)
class HistoryLine:
    """One seat that became free. with_others: how many left at the same moment, besides this one.

    came_state: today's word for who moved up; broken: quotas that could not be kept.
    """

    number: int
    at: dt.datetime
    left: str
    reason: str
    with_others: int
    came: str | None
    came_state: str
    wanted: bool
    broken: list[str]


@dataclass(frozen=True)
class MemberPage:
    rows: list[MemberRow]
    gone: list[MemberRow]
    accepted: int
    asked: int
    overdue: int
    moved_up: int  # asked since somebody else left
    seats: int
    quotas: list[tuple[str, list[QuotaLine]]]
    history: list[HistoryLine]
    in_line: int  # people in the Lostopf who were never asked
    pool_gone: bool
    until: dt.date | None  # the last day to move up
    closed: str  # why nobody moves up any more, empty while somebody can


def build(assembly: Assembly) -> MemberPage:
    members = list(
        db.session.scalars(
            select(Member)
            .where(Member.assembly_id == assembly.id)
            .options(joinedload(Member.invitee).joinedload(Invitee.reply))
            .order_by(Member.losnummer)
        )
    )
    given = seat_consents.given([member.invitee_id for member in members])
    minors = {member.invitee_id for member in members if member.invitee.minor}
    alone = minors - consents.of_many(minors, "guardian")
    rows = [_row(member, given, member.invitee_id in alone) for member in members]
    draw = lottery.current(assembly)
    picked = draw is not None and draw.state == "picked"
    return MemberPage(
        rows=sorted((r for r in rows if r.state in service.SEATED), key=_place),
        gone=[r for r in rows if r.state not in service.SEATED],
        accepted=sum(r.state == "accepted" for r in rows),
        asked=sum(r.state == "asked" for r in rows),
        overdue=sum(r.overdue for r in rows),
        moved_up=sum(r.state == "asked" and r.origin == "replacement" for r in rows),
        seats=assembly.seats,
        quotas=_quotas(draw, rows) if draw is not None and picked else [],
        history=_history(draw, rows) if draw is not None and picked else [],
        in_line=_in_line(draw, len(rows)) if draw is not None and picked else 0,
        pool_gone=draw is not None and draw.pool_sealed is None,
        until=service.replacements_until(draw) if draw is not None else None,
        closed=service.why_nobody_comes(draw) if draw is not None and picked else "",
    )


def seats_today(assembly: Assembly) -> tuple[int, int, int]:
    """How many have accepted, are asked, and how many seats there are; no names are read."""
    states = [member.state for member in service.of(assembly, service.SEATED)]
    return states.count("accepted"), states.count("asked"), assembly.seats


def _place(row: MemberRow) -> tuple[bool, dt.date, str]:
    """Who has not answered stands on top, whose day is over first."""
    answered = row.state != "asked"
    return answered, dt.date.min if answered else row.accept_by or dt.date.max, row.losnummer


def _in_line(draw: PanelDraw, asked: int) -> int:
    return len(draw.result["counts"]) - asked if draw.pool_sealed is not None else 0


def _history(draw: PanelDraw, rows: list[MemberRow]) -> list[HistoryLine]:
    """Oldest first, as it is written in the record."""
    states = {row.losnummer: row.state_word for row in rows}
    together: dict[str, list[str]] = draw.result.get("together", {})
    groups = [set(group) for group in together.values() if group]
    return [
        HistoryLine(
            number=one.number,
            at=one.created_at,
            left=one.left,
            reason=one.reason,
            with_others=max((len(g) - 1 for g in groups if one.left in g), default=0),
            came=one.came,
            came_state=states.get(one.came or "", ""),
            wanted=one.wanted,
            broken=one.broken,
        )
        for one in lottery.replacements_of(draw)
    ]


def _row(member: Member, given: Mapping[str, set[int]], alone: bool) -> MemberRow:
    reply = member.invitee.reply
    needs = replies.support_of(reply) if reply is not None else ([], "")
    words = [dict(replies.SUPPORT_NEEDS).get(n, n) for n in needs[0]]
    return MemberRow(
        losnummer=member.losnummer,
        name=member_change.name_of(member),
        phone=reply.phone if reply is not None else "",
        state=member.state,
        state_word=service.STATES[member.state],
        origin=member.origin,
        accept_by=member.accept_by,
        overdue=service.is_overdue(member),
        needs=[*words, needs[1]] if needs[1] else words,
        agrees=[_(KINDS[kind].label) for kind, ids in given.items() if member.invitee_id in ids],
        guardian_missing=alone,
        may_accept=member.state == "asked",
        may_leave=member.state in service.SEATED,
    )


def _seats(draw: PanelDraw, quotas: list[Quota], rows: list[MemberRow]) -> Sequence[int]:
    """Seats per quota today; after the pool was deleted, as counted on that day."""
    if draw.pool_sealed is None:
        kept = draw.result.get("seated") or draw.result["composition"]
        counted = {(row["feature"], row["value"]): int(row["seats"]) for row in kept}
        return [counted.get((quota.feature, quota.value), 0) for quota in quotas]
    people = [e.person() for e in lottery.entrants_of(draw)]
    return composition(people, quotas, [r.losnummer for r in rows if r.state in service.SEATED])


def _quotas(draw: PanelDraw, rows: list[MemberRow]) -> list[tuple[str, list[QuotaLine]]]:
    quotas = lottery.quotas_of(draw)
    groups: dict[str, list[QuotaLine]] = {}
    counted = _seats(draw, quotas, rows)
    top = max([*counted, *(quota.max for quota in quotas)], default=1)
    for quota, seats in zip(quotas, counted, strict=True):
        picture = change_row(
            quota.name, (seats, seats), (quota.min, quota.max), top, words(), today_only=True
        )
        line = QuotaLine(quota, seats, quota.min <= seats <= quota.max, picture)
        groups.setdefault(quota.feature, []).append(line)
    return list(groups.items())
