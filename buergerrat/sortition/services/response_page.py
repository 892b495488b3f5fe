"""What /antworten shows: the finding, who is missing, what helps, and the way of the letters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from buergerrat import charts
from buergerrat.assemblies.laender import visits_allowed
from buergerrat.assemblies.models import Assembly
from buergerrat.db import utcnow
from buergerrat.formats import BERLIN, longdate, number, percent
from buergerrat.sortition.reply_pictures import reply_context
from buergerrat.sortition.services import (
    letter_recipients,
    outlook,
    outreach,
    replies,
    reply_numbers,
    returned,
)
from buergerrat.sortition.services.chart_words import words
from buergerrat.sortition.services.reply_numbers import Course


def context(assembly: Assembly) -> dict[str, Any]:
    """Numbers only: nobody's name."""
    course = reply_numbers.course(assembly)
    seen = outlook.of(assembly)
    today = utcnow().astimezone(BERLIN).date()
    said = heading(course, seen, assembly)
    return {
        **reply_context(assembly, course),
        "heading": said,
        "lead": lead(course, assembly, today),
        "outlook": seen,
        "tables": tables(seen),
        "trail": trail(assembly, course),
        "paths": outlook.path_lines(outlook.paths(assembly)),
        "returned": returned.standing(assembly),
        "returned_total": course.response.undeliverable,
        "reminder": reminder(assembly, course, today),
        "open": today <= assembly.reply_deadline and not replies.pool_is_frozen(assembly),
        "visits": visits_allowed(assembly),
        "visited": outreach.numbers(assembly) if visits_allowed(assembly) else {},
    }


def heading(course: Course, seen: outlook.Outlook, assembly: Assembly) -> str:
    """The finding, as the page's title."""
    if not course.response.letters:
        return str(_("Noch ist niemand angeschrieben"))
    if replies.pool_is_frozen(assembly):
        return str(
            ngettext(
                "%(num)s Person ist im Lostopf", "%(num)s Personen sind im Lostopf", course.pool
            )
        )
    weak, tight = len(seen.of("weak")), len(seen.of("tight"))
    if weak:
        return str(ngettext("Eine Gruppe wird zu klein", "%(num)s Gruppen werden zu klein", weak))
    if tight:
        return str(
            ngettext(
                "Eine Gruppe könnte zu klein werden",
                "%(num)s Gruppen könnten zu klein werden",
                tight,
            )
        )
    return str(_("Alle Gruppen werden groß genug"))


def lead(course: Course, assembly: Assembly, today: dt.date) -> str:
    """People and seats, and how much time there is."""
    text = ngettext(
        "Im Lostopf ist %(num)s Person für %(seats)s Plätze.",
        "Im Lostopf sind %(num)s Personen für %(seats)s Plätze.",
        course.pool,
        seats=assembly.seats,
    )
    days = (assembly.reply_deadline - today).days
    if days < 0:
        over = _("Die Antwortfrist endete am %(day)s.", day=longdate(assembly.reply_deadline))
        return f"{text} {over}"
    left = ngettext(
        "Antworten gehen noch bis zum %(day)s ein, das ist %(num)s Tag.",
        "Antworten gehen noch bis zum %(day)s ein, das sind %(num)s Tage.",
        days,
        day=longdate(assembly.reply_deadline),
    )
    return f"{text} {left}"


def tables(seen: outlook.Outlook) -> list[dict[str, Any]]:
    """Per feature: the groups with picture; one scale for all groups of a feature."""
    made, said = [], words()
    for feature, cells in seen.features:
        marks = [
            charts.GroupMark(
                one.label,
                one.pool,
                one.low,
                one.high,
                one.need,
                one.most if one.planned else None,
                one.state == "weak",
            )
            for one in cells
        ]
        top = max((mark.top for mark in marks), default=1)
        made.append(
            {
                "key": feature.key,
                "label": feature.label,
                "in_register": feature.key in outlook.IN_REGISTER,
                "axis": charts.quota_axis(top),
                "top": top,
                "lines": [
                    {"cell": one, "picture": charts.group_row(mark, top, said)}
                    for one, mark in zip(cells, marks, strict=True)
                ],
            }
        )
    return made


def trail(assembly: Assembly, course: Course) -> dict[str, Any]:
    """The letters and what came of them, as a picture and a table."""
    got = course.response
    needing = outlook.needing_support(assembly)
    silent = max(0, got.letters - got.undeliverable - got.answers)
    parts = (
        (_("Briefe"), got.letters, 0, True),
        (_("kamen zurück"), got.undeliverable, 0, False),
        (_("keine Antwort"), silent, got.undeliverable, False),
        (_("Nein"), got.no, got.undeliverable + silent, False),
        (_("Ja, mit Unterstützung"), needing, got.undeliverable + silent + got.no, True),
        (_("Ja"), got.yes - needing, got.letters - (got.yes - needing), True),
        (_("im Lostopf"), course.pool, max(0, got.letters - course.pool), True),
    )
    desc = "; ".join(f"{label}: {number(people)}" for label, people, _before, _kept in parts) + "."
    portions = [charts.Portion(str(label), n, before, keep) for label, n, before, keep in parts]
    return {
        "picture": charts.way_to_the_pool(portions, _("Vom Brief in den Lostopf"), desc),
        "rows": [
            [label, number(people), percent(people / got.letters) if got.letters else "–"]
            for label, people, _before, _kept in parts
        ],
    }


def reminder(assembly: Assembly, course: Course, today: dt.date) -> dict[str, Any]:
    """Whom a reminder would reach, and why it cannot be sent."""
    people = letter_recipients.count(assembly, "reminder")
    return {
        "people": people,
        "refusal": _refusal(assembly, people, today),
        "posted": course.reminder,
        "planned": assembly.reminder_on,
    }


def no_reminder(assembly: Assembly) -> str:
    """Why there is nobody to remind, or no time for it; empty when there is."""
    today = utcnow().astimezone(BERLIN).date()
    return _refusal(assembly, letter_recipients.count(assembly, "reminder"), today)


def _refusal(assembly: Assembly, people: int, today: dt.date) -> str:
    if replies.pool_is_frozen(assembly):
        return str(_("Der Lostopf ist festgeschrieben."))
    if today >= assembly.reply_deadline:
        return str(_("Die Antwortfrist endete am %(day)s.", day=longdate(assembly.reply_deadline)))
    if not people:
        return str(
            _(
                "Erinnert wird, wessen Einladung als verschickt vermerkt ist und wer noch nicht "
                "geantwortet hat. Gerade ist das niemand."
            )
        )
    return ""
