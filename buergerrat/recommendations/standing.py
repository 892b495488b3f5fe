"""How far the last four steps of the way are."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.way import Standing, step
from buergerrat.db import db, utcnow
from buergerrat.formats import local, longdate, shortdate
from buergerrat.recommendations.models import CitizensReport, Recommendation
from buergerrat.recommendations.services import council
from buergerrat.recommendations.services.recommendations import of_assembly


@step("recommendations")
def recommendations(assembly: Assembly) -> Standing:
    rows = db.session.execute(
        select(Recommendation.state, func.count())
        .filter_by(assembly_id=assembly.id)
        .group_by(Recommendation.state)
    )
    counts = {str(state): int(number) for state, number in rows}
    decided = counts.get("adopted", 0) + counts.get("not_adopted", 0)
    waiting = counts.get("draft", 0) + counts.get("put_to_vote", 0)
    return Standing(
        done=decided > 0 and waiting == 0,
        when=_("%(n)s von %(all)s", n=counts.get("adopted", 0), all=decided) if decided else "",
        endpoint="recommendations.index",
        title=_("Empfehlungen schreiben und abstimmen"),
        text=ngettext(
            "%(num)s Empfehlung wartet noch auf eine Abstimmung.",
            "%(num)s Empfehlungen warten noch auf eine Abstimmung.",
            waiting,
        )
        if waiting
        else _("Aus den Karten der Tafel wird die erste Empfehlung."),
        action=_("Zu den Empfehlungen"),
        deadline=_("Übergabe am %(day)s", day=longdate(assembly.handover_on)),
    )


@step("report")
def report(assembly: Assembly) -> Standing:
    handed_over_at = _handed_over_at(assembly)
    return Standing(
        done=handed_over_at is not None,
        when=shortdate(handed_over_at or assembly.handover_on),
        endpoint="report.show",
        title=_("Gutachten fertigstellen und übergeben"),
        text=_("Vorwort und Ablauf fehlen noch oder warten auf einen letzten Blick."),
        action=_("Zum Gutachten"),
        deadline=_("Übergabe am %(day)s", day=longdate(assembly.handover_on)),
    )


@step("answers")
def answers(assembly: Assembly) -> Standing:
    items = _adopted(assembly)
    left = [item.number for item in items if council.is_open(item)]
    days = (assembly.answer_promised_by - local(utcnow()).date()).days
    return Standing(
        done=_handed_over_at(assembly) is not None and not left,
        when=_("%(n)s von %(all)s", n=len(items) - len(left), all=len(items)) if items else "",
        endpoint="council.overview",
        title=_("Antworten des Rats eintragen"),
        text=ngettext(
            "%(num)s Empfehlung ist noch ohne Antwort.",
            "%(num)s Empfehlungen sind noch ohne Antwort.",
            len(left),
        ),
        action=_("Antworten eintragen"),
        deadline=_("Zugesagt bis %(day)s", day=longdate(assembly.answer_promised_by))
        if days >= 0
        else _("Überfällig seit %(day)s", day=longdate(assembly.answer_promised_by)),
    )


@step("follow_up")
def follow_up(assembly: Assembly) -> Standing:
    items = _adopted(assembly)
    today = local(utcnow()).date()
    late = sum(council.overdue(item, today) for item in items)
    ended = sum(
        bool(item.progress) and item.progress[-1].status in council.FINISHED for item in items
    )
    late_text = ngettext(
        "%(num)s Empfehlung ist über ihre Frist.",
        "%(num)s Empfehlungen sind über ihre Frist.",
        late,
    )
    return Standing(
        done=_handed_over_at(assembly) is not None and ended == len(items),
        when=_("%(n)s von %(all)s", n=ended, all=len(items)) if items else "",
        endpoint="follow_up.index",
        title=_("Umsetzung berichten"),
        text=late_text if late else _("Tragen Sie ein, was aus jeder Empfehlung geworden ist."),
        action=_("Zur Umsetzung"),
    )


def _handed_over_at(assembly: Assembly) -> dt.datetime | None:
    return db.session.scalar(
        select(CitizensReport.handed_over_at).filter_by(
            assembly_id=assembly.id, state="handed_over"
        )
    )


def _adopted(assembly: Assembly) -> list[Recommendation]:
    return [item for item in of_assembly(assembly) if item.state == "adopted"]
