"""Before somebody leaves: who moves up, and what that does to the composition. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.charts.reserve import change_row
from buergerrat.db import db
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Reply
from buergerrat.sortition.panels import composition
from buergerrat.sortition.quotas import Quota
from buergerrat.sortition.services import lottery
from buergerrat.sortition.services import members as service
from buergerrat.sortition.services.chart_words import words


@dataclass(frozen=True)
class Leaving:
    losnummer: str
    name: str
    reason: str


@dataclass(frozen=True)
class Coming:
    """Who moves up; broken: the quotas that cannot be kept with this person."""

    losnummer: str
    name: str
    phone: str
    broken: tuple[str, ...]


@dataclass(frozen=True)
class ChangeLine:
    quota: Quota
    before: int
    after: int
    picture: Markup

    @property
    def kept(self) -> bool:
        return self.quota.min <= self.after <= self.quota.max

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Change:
    """coming: one entry per seat, None where nobody is left. groups: lines by feature; empty once
    the pool is deleted."""

    leaving: list[Leaving]
    coming: list[Coming | None]
    replace: bool
    groups: list[tuple[str, list[ChangeLine]]]

    @property
    def expected(self) -> str:
        """For the form that confirms: who was shown, blank-separated; „-“ where nobody."""
        return " ".join(one.losnummer if one else "-" for one in self.coming)

    @property
    def broken(self) -> list[str]:
        """Names of the quotas that are not kept afterwards, or the household rule."""
        names = {name for one in self.coming if one for name in one.broken}
        return sorted(
            names | {line.quota.name for _f, rows in self.groups for line in rows if not line.kept}
        )


def expected_of(text: str) -> list[str | None] | None:
    """What `Change.expected` says, read back from the form; None when nothing was shown."""
    return [None if one == "-" else one for one in text.split()] or None


def preview(
    assembly: Assembly, leaving: Sequence[tuple[Member, str]], replace: bool = True
) -> Change:
    """What would happen. Raises Conflict once the pool is deleted and somebody should move up."""
    draw = db.session.get_one(PanelDraw, leaving[0][0].panel_draw_id)
    out = [member.losnummer for member, _reason in leaving]
    found = service.who_comes(draw, assembly, len(out), without=out) if replace else []
    coming = [_coming(assembly, one.person_id, one.broken) if one else None for one in found]
    return Change(
        leaving=[Leaving(m.losnummer, name_of(m), reason) for m, reason in leaving],
        coming=coming,
        replace=replace,
        groups=_groups(draw, assembly, out, [one.losnummer for one in coming if one]),
    )


def name_of(member: Member) -> str:
    return member.invitee.full_name or f"Losnummer {member.losnummer}"


def _coming(assembly: Assembly, losnummer: str, broken: tuple[str, ...]) -> Coming:
    invitee = db.session.scalar(
        select(Invitee)
        .join(Reply)
        .where(Reply.assembly_id == assembly.id, Reply.losnummer == losnummer)
    )
    reply = invitee.reply if invitee is not None else None
    name = invitee.full_name if invitee is not None else ""
    phone = reply.phone if reply is not None else ""
    return Coming(losnummer, name or f"Losnummer {losnummer}", phone or "", broken)


def _groups(
    draw: PanelDraw, assembly: Assembly, out: Sequence[str], coming: Sequence[str]
) -> list[tuple[str, list[ChangeLine]]]:
    if draw.pool_sealed is None:
        return []
    people = [one.person() for one in lottery.entrants_of(draw)]
    quotas = lottery.quotas_of(draw)
    today = [m.losnummer for m in service.of(assembly, service.SEATED)]
    later = [one for one in today if one not in out] + list(coming)
    before, after = (composition(people, quotas, ids) for ids in (today, later))
    top = max([*before, *after, *(quota.max for quota in quotas)])
    groups: dict[str, list[ChangeLine]] = {}
    for quota, was, will in zip(quotas, before, after, strict=True):
        picture = change_row(quota.name, (was, will), (quota.min, quota.max), top, words())
        line = ChangeLine(quota, was, will, picture)
        groups.setdefault(quota.feature, []).append(line)
    return list(groups.items())
