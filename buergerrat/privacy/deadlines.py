"""Which data are due when: one line for each period of the retention list, with its number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select

from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.retention import Period
from buergerrat.db import db, utcnow
from buergerrat.formats import local
from buergerrat.privacy import sweeps
from buergerrat.recommendations.services import collecting
from buergerrat.sessions.models import AssemblySession
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Reply
from buergerrat.sortition.services.members import SEATED


@dataclass(frozen=True)
class Group:
    """What is deleted together. due: None while the day is not known yet.

    expected: the day by the mandate's dates, known from the start. people: how many people, or
    for periods that are not about groups of people, how many pieces.
    """

    period: Period
    due: dt.date | None
    people: int
    expected: dt.date

    def is_due(self, today: dt.date) -> bool:
        return self.due is not None and self.due <= today


def today() -> dt.date:
    return local(utcnow()).date()


def groups(assembly: Assembly) -> list[Group]:
    """How many people of each group still have data here, and when they are due."""
    return [
        Group(
            period, _due(assembly, period), count_of(people(assembly, period.key)),
            _expected(assembly, period),
        )
        for period in retention.periods(assembly)
        if period.people
    ]  # fmt: skip


def pieces(assembly: Assembly) -> list[Group]:
    """What goes before the people do: files, tickets, notes. Each due piece counts."""
    found = []
    for period in retention.periods(assembly):
        if period.people:
            continue
        day = _piece_day(assembly, period)
        found.append(
            Group(period, day, sweeps.count(assembly, period.key), _expected(assembly, period))
        )
    return found  # fmt: skip


def preview(assembly: Assembly) -> list[Group]:
    """Everything with its day, the next first."""
    return sorted([*groups(assembly), *pieces(assembly)], key=lambda one: one.due or one.expected)


def _due(assembly: Assembly, period: Period) -> dt.date | None:
    """Never later than the assembly's last day."""
    last = assembly.retention_until
    if period.key == "members":
        return last
    draw = _picked(assembly)
    if draw is None or draw.picked_at is None:
        return None if last > today() else last
    if period.key == "silent":
        return min(local(draw.picked_at).date() + _days(period), last)
    return min(last_session(assembly) + _days(period), last)


def _piece_day(assembly: Assembly, period: Period) -> dt.date | None:
    """The day on which the first piece of this period is due; None before its event."""
    start = _START[period.key](assembly)
    return None if start is None else min(start + _days(period), assembly.retention_until)


def _expected(assembly: Assembly, period: Period) -> dt.date:
    known = _due(assembly, period) if period.people else _piece_day(assembly, period)
    if known is not None:
        return known
    planned = {
        "silent": local(assembly.lottery_at).date(),
        "pool": assembly.last_session_on,
        "upload": assembly.extract_on or assembly.reference_date,
        "spool": assembly.extract_on or assembly.reference_date,
        "letters": assembly.letters_on,
        "visits": local(assembly.lottery_at).date(),
    }
    return min(planned[period.key] + _days(period), assembly.retention_until)


def _days(period: Period) -> dt.timedelta:
    return dt.timedelta(days=period.days or 0)


def _picked(assembly: Assembly) -> PanelDraw | None:
    return collecting.picked_draw(assembly)


def _picked_on(assembly: Assembly) -> dt.date | None:
    draw = _picked(assembly)
    return local(draw.picked_at).date() if draw is not None and draw.picked_at else None


_START: dict[str, Callable[[Assembly], dt.date | None]] = {
    "upload": lambda assembly: sweeps.oldest(assembly, "upload"),
    "spool": lambda assembly: sweeps.oldest(assembly, "spool"),
    "reserve": lambda assembly: assembly.reply_deadline + dt.timedelta(days=1),
    "letters": lambda assembly: sweeps.oldest(assembly, "letters"),
    "visits": _picked_on,
    "calls": lambda assembly: first_session(assembly),
}


def first_session(assembly: Assembly) -> dt.date:
    """The day of the first session that was not cancelled."""
    return _session(assembly, func.min) or assembly.first_session_on


def last_session(assembly: Assembly) -> dt.date:
    planned = _session(assembly, func.max)
    return max(planned or assembly.last_session_on, assembly.last_session_on)


def _session(assembly: Assembly, which: Callable[..., object]) -> dt.date | None:
    return db.session.scalar(
        select(which(AssemblySession.day)).where(  # type: ignore[call-overload]
            AssemblySession.assembly_id == assembly.id, AssemblySession.state != "cancelled"
        )
    )


def people(assembly: Assembly, key: str) -> Select[int]:
    """Ids of the invitees of one group who still have data here."""
    in_pool = exists().where(Reply.invitee_id == Invitee.id, Reply.losnummer.is_not(None))
    seated = exists().where(Member.invitee_id == Invitee.id, Member.state.in_(SEATED))
    wanted = {"silent": ~in_pool & ~seated, "pool": in_pool & ~seated, "members": seated}
    return select(Invitee.id).where(
        Invitee.assembly_id == assembly.id, Invitee.state != "erased", wanted[key]
    )


def count_of(ids: Select[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0
