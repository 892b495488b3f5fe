"""The numbers of the replies as sentences, tables and pictures: for the page and for the home."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from buergerrat import charts
from buergerrat.assemblies.models import Assembly
from buergerrat.formats import date, longdate, number, percent
from buergerrat.sortition.services.reply_numbers import Course

SOURCES = (
    ("online", _l("Online mit Code")),
    ("card", _l("Antwortkarte")),
    ("phone", _l("Telefon")),
    ("visit", _l("Hausbesuch")),
    ("municipality", _l("Andere Gemeinde")),
)
USUAL = ("online", "card", "phone")  # shown even while nobody came that way
JUDGEMENTS = {
    "more": _l("Mehr Zusagen als geplant"),
    "as_planned": _l("So viele Zusagen wie geplant"),
    "less": _l("Weniger Zusagen als geplant"),
}
SO_FAR = {
    "more": _l("Bis heute mehr Zusagen als geplant"),
    "as_planned": _l("Bis heute so viele Zusagen wie geplant"),
    "less": _l("Bis heute weniger Zusagen als geplant"),
}


def reply_context(assembly: Assembly, course: Course) -> dict[str, Any]:
    """What `sortition/replies/_course.html` needs: numbers, sentence, picture, table, sources."""
    return {
        "numbers": _numbers(assembly, course),
        "judgement": _judgement(assembly, course),
        "sentence": _sentence(course),
        "picture": _picture(course),
        "weeks": _weeks(course),
        "sources": [
            {"label": str(label), "value": number(course.response.sources.get(key, 0))}
            for key, label in SOURCES
            if key in USUAL or course.response.sources.get(key)
        ],
    }


def _judgement(assembly: Assembly, course: Course) -> str:
    """What the picture shows; before the deadline only up to today."""
    if not course.response.answers:
        return str(_("Noch keine Antworten"))
    words = SO_FAR if course.until < assembly.reply_deadline else JUDGEMENTS
    return str(words[course.judgement])


def _numbers(assembly: Assembly, course: Course) -> list[dict[str, Any]]:
    got = course.response
    notes = [
        _("%(n)s unzustellbar", n=number(got.undeliverable)) if got.undeliverable else "",
        _("%(n)s nachgelost", n=number(course.redrawn)) if course.redrawn else "",
    ]
    reserve = _("dazu %(n)s auf der Reserveliste", n=assembly.reserve) if assembly.reserve else ""
    return [
        {
            "label": _("Briefe"),
            "value": number(got.letters),
            "note": ", ".join(filter(None, notes)),
        },
        {
            "label": _("Antworten"),
            "value": number(got.answers),
            "note": ngettext("%(num)s hat abgesagt", "%(num)s haben abgesagt", got.no),
        },
        {
            "label": _("Lostopf"),
            "value": number(course.pool),
            "note": _("erwartet %(low)s bis %(high)s", low=course.low, high=course.high),
            "picture": charts.expected_range(course.low, course.high, course.pool),
        },
        {"label": _("Plätze"), "value": number(assembly.seats), "note": reserve},
    ]


def _sentence(course: Course) -> str:
    got = course.response
    text: str = _(
        "%(n)s von %(letters)s Angeschriebenen haben geantwortet, das sind %(rate)s.",
        n=number(got.answers),
        letters=number(got.letters),
        rate=percent(got.rate),
    )
    if course.reminder is not None and course.reminder <= course.until:
        since = got.yes - course.arrived(course.reminder)
        text += " " + ngettext(
            "Nach der Erinnerung am %(day)s kam %(num)s Zusage.",
            "Nach der Erinnerung am %(day)s kamen %(num)s Zusagen.",
            since,
            day=longdate(course.reminder),
        )
    return text


def _picture(course: Course) -> charts.Picture:
    desc = _(
        "Bis zum %(day)s kamen %(n)s Zusagen. Geplant waren bis zum Ende der Frist %(low)s bis "
        "%(high)s.",
        day=longdate(course.until),
        n=number(course.response.yes),
        low=course.low,
        high=course.high,
    )
    title = _("Zusagen im Vergleich zum Plan")
    return charts.replies_over_time(course.counts, course.plan, course.reminder, title, desc)


def _weeks(course: Course) -> list[list[str]]:
    """End of the week, plan, yeses; the last row is the last counted day."""
    rows = []
    day = course.start + dt.timedelta(days=7)
    while day < course.until:
        rows.append(_week(course, day))
        day += dt.timedelta(days=7)
    return [*rows, _week(course, course.until)]


def _week(course: Course, day: dt.date) -> list[str]:
    point = course.planned(day)
    plan = f"{number(point.low)}–{number(point.high)}"
    return [date(day), plan, number(course.arrived(day))]
