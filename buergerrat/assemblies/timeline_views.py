"""/zeitplan: the whole way in dates, as a picture, a table and a calendar file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import timeline, way
from buergerrat.assemblies.calendar_days import Day, calendar
from buergerrat.assemblies.laender import land_of
from buergerrat.assemblies.models import Assembly
from buergerrat.charts.svg import Picture
from buergerrat.charts.timeline import Span, Stop
from buergerrat.charts.timeline import timeline as drawn
from buergerrat.db import utcnow
from buergerrat.formats import BERLIN, date, weekday
from buergerrat.web import back_to

bp = Blueprint("timeline", __name__)
PATH = "/<town>/buergerraete/<assembly>/zeitplan"


def _today() -> dt.date:
    return utcnow().astimezone(BERLIN).date()


@bp.get(PATH)
@access(Role.ADMINISTRATION, Role.OBSERVER, Role.FACILITATOR, Role.COUNCIL)
def show(assembly: Assembly) -> str:
    """With `?erste-sitzung=2027-03-05` also what that day would change; nothing is stored."""
    return _page(assembly, request.args.get("erste-sitzung"))


def _page(assembly: Assembly, wanted: str | None) -> str:
    today = _today()
    stops = timeline.milestones(assembly, today)
    return render_template(
        "assemblies/timeline.html",
        assembly=assembly,
        land=land_of(assembly),
        titles=timeline.titles(assembly),
        milestones=stops,
        urls={row.name: way.url_if_allowed(row.endpoint, assembly) for row in stops},
        late=[row for row in stops if row.late],
        hints=timeline.hints(assembly),
        picture=_picture(assembly, stops, today),
        today=today,
        preview=_preview(assembly, wanted, today),
    )


def _preview(assembly: Assembly, wanted: str | None, today: dt.date) -> dict[str, Any] | None:
    """What another first session would move; None as long as nobody asks."""
    first = _parsed(wanted)
    if first is None:
        return None
    plan = timeline.replanned(assembly, first, today)
    return {
        "first": first,
        "changes": timeline.changes(assembly, plan),
        "reasons": timeline.reasons(assembly, first),
        "problems": list(timeline.trouble(assembly, plan).values()),
    }


def _parsed(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None


def _picture(assembly: Assembly, rows: list[timeline.Milestone], today: dt.date) -> Picture:
    stops = [
        Stop(
            row.title,
            row.day,
            f"{weekday(row.day)[:2]}, {date(row.day)}"
            + (f" · {_('überfällig')}" if row.late else ""),
            row.done,
            bool(row.late),
        )
        for row in rows
    ]
    return drawn(
        stops,
        today,
        (_("heute"), date(today)),
        Span(assembly.letters_on, assembly.reply_deadline),
        assembly.handover_on,
        _("Zeitplan"),
    )


@bp.post(PATH)
@access(Role.ADMINISTRATION)
def move(assembly: Assembly) -> ResponseReturnValue:
    """Take over the dates counted from the first session that was previewed."""
    wanted = request.form.get("erste-sitzung")
    first = _parsed(wanted)
    if first is None:
        flash(_("Bitte nennen Sie den ersten Sitzungstag."), "warning")
        return back_to("timeline.show")
    plan = timeline.replanned(assembly, first, _today())
    if timeline.trouble(assembly, plan):
        return _page(assembly, wanted), 422
    timeline.move(assembly, plan, current_user.id)
    flash(_("Der Zeitplan ist neu gerechnet und gespeichert."), "success")
    return back_to("timeline.show")


@bp.get(PATH + "/zeitplan.ics")
@access(Role.ADMINISTRATION, Role.OBSERVER, Role.FACILITATOR, Role.COUNCIL)
def calendar_file(assembly: Assembly) -> Response:
    rows = [
        Day(
            f"{assembly.municipality.slug}-{assembly.slug}-{row.name}@buergerrat",
            f"{assembly.title}: {row.title}",
            row.day,
            " · ".join(part for part in (row.clock, row.who) if part),
        )
        for row in timeline.milestones(assembly, _today())
    ]
    answer = Response(calendar(rows, utcnow(), assembly.title), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="zeitplan.ics"'
    return answer
