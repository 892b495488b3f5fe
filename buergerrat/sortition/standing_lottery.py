"""How far quotas, lottery and members are."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from buergerrat.assemblies import way
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.way import Standing
from buergerrat.db import db
from buergerrat.formats import longdate, number, shortdate
from buergerrat.sortition.models import Member, PanelDraw, Reply
from buergerrat.sortition.services import lottery


@way.step("quotas")
def quotas(assembly: Assembly) -> Standing:
    draw = lottery.current(assembly)
    people = db.session.scalar(
        select(func.count())
        .select_from(Reply)
        .where(
            Reply.assembly_id == assembly.id,
            Reply.answer == "yes",
            Reply.submitted_at.is_not(None),
        )
    )
    return Standing(
        done=draw is not None,
        when=shortdate(draw.frozen_at) if draw else "",
        endpoint="quotas.show",
        title=_("Quoten festlegen"),
        text=_(
            "Im Lostopf sind %(people)s Personen. Legen Sie fest, wie viele der %(seats)s Plätze "
            "jede Gruppe mindestens und höchstens erhält. Danach kann gelost werden.",
            people=people,
            seats=assembly.seats,
        ),
        action=_("Quoten festlegen"),
        deadline=_("bis %(day)s", day=longdate(assembly.lottery_at)),
    )


@way.step("lottery")
def draw_lottery(assembly: Assembly) -> Standing:
    draw = lottery.current(assembly)
    built = draw is not None and draw.state == "built"
    return Standing(
        done=draw is not None and draw.state == "picked",
        when=shortdate(draw.picked_at if draw and draw.picked_at else assembly.lottery_at),
        endpoint="lottery.show",
        title=_("Öffentlich ziehen") if built else _("Listen bilden"),
        text=_built(draw)
        if draw is not None and built
        else _("Lostopf und Quoten sind festgeschrieben. Jetzt werden die Listen gebildet."),
        action=_("Zur Losung"),
        deadline=longdate(assembly.lottery_at),
    )


def _built(draw: PanelDraw) -> str:
    text: str = _(
        "%(count)s Listen sind gebildet und veröffentlicht. Ein öffentlicher Zufall entscheidet, "
        "welche gilt.",
        count=number(lottery.panels_of(draw)),
    )
    return text


@way.step("members")
def members(assembly: Assembly) -> Standing:
    rows = db.session.execute(
        select(Member.state, Member.origin, func.count(), func.min(Member.accept_by))
        .where(Member.assembly_id == assembly.id)
        .group_by(Member.state, Member.origin)
    ).all()
    accepted = sum(row[2] for row in rows if row[0] == "accepted")
    waiting = {row[1]: row for row in rows if row[0] == "asked"}
    asked = sum(row[2] for row in waiting.values())
    days = [row[3] for row in waiting.values() if row[3] is not None]
    title, text = _members_next(waiting["replacement"][2] if "replacement" in waiting else 0, asked)
    return Standing(
        done=accepted > 0 and asked == 0,
        when=_("%(accepted)s von %(seats)s", accepted=accepted, seats=assembly.seats)
        if rows
        else "",
        endpoint="calls.index" if asked else "members.show",
        title=title,
        text=text,
        action=_("Zur Anrufliste") if asked else _("Mitglieder ansehen"),
        deadline=_("bis %(day)s", day=longdate(min(days))) if days else "",
    )


def _members_next(moved_up: int, asked: int) -> tuple[str, str]:
    """Whoever moved up does not know it yet: they come first."""
    if moved_up:
        text = ngettext(
            "Eine Person ist nachgerückt und hat noch nicht geantwortet.",
            "%(num)s Personen sind nachgerückt und haben noch nicht geantwortet.",
            moved_up,
        )
        return _("Nachgerückte anrufen"), text
    text = ngettext(
        "Eine geloste Person hat noch nicht geantwortet.",
        "%(num)s geloste Personen haben noch nicht geantwortet.",
        asked,
    )
    return _("Zusagen eintragen"), text
