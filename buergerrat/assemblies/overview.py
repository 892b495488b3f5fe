"""What stands on the home of an assembly besides the way: dates, lists of assemblies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from buergerrat.accounts.access import roles_in
from buergerrat.accounts.models import Municipality, Role, User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.formats import BERLIN, date, local, shortdate, time


@dataclass(frozen=True)
class Appointment:
    """`at`: a day, or a point in time."""

    at: dt.date
    title: str
    place: str = ""

    @property
    def day(self) -> dt.date:
        return local(self.at).date() if isinstance(self.at, dt.datetime) else self.at


_sources: list[Callable[[Assembly], Sequence[Appointment]]] = []


def appointments(
    source: Callable[[Assembly], Sequence[Appointment]],
) -> Callable[[Assembly], Sequence[Appointment]]:
    """Register the sessions a later folder knows exactly; our first and last day give way."""
    _sources.append(source)
    return source


def _own_sessions(assembly: Assembly, exact: Sequence[Appointment]) -> list[Appointment]:
    """The mandate's first and last day, as far as nothing more exact is planned."""
    first = Appointment(assembly.first_session_on, _("Erste Sitzung"), assembly.session_place)
    last = Appointment(assembly.last_session_on, _("Letzte Sitzung"))
    planned = max((item.day for item in exact), default=assembly.first_session_on)
    return [*([] if exact else [first]), *([last] if last.day > planned else [])]


def _own(assembly: Assembly) -> list[Appointment]:
    council = assembly.municipality.council_name
    preparing = [
        (assembly.notice_on, _("Öffentliche Bekanntmachung")),
        (assembly.extract_on, _("Auszug aus dem Melderegister")),
        (assembly.reminder_on, _("Erinnerung geht hinaus")),
    ]
    return [
        *(Appointment(day, title) for day, title in preparing if day is not None),
        Appointment(assembly.letters_on, _("Briefe gehen hinaus")),
        Appointment(assembly.reply_deadline, _("Antwortfrist endet")),
        Appointment(assembly.lottery_at, _("Öffentliche Losung"), assembly.lottery_place),
        Appointment(assembly.handover_on, _("Übergabe an den %(council)s", council=council)),
        Appointment(assembly.answer_promised_by, _("Der %(council)s antwortet", council=council)),
        Appointment(assembly.retention_until, _("Personendaten werden gelöscht")),
    ]


def dates(assembly: Assembly, now: dt.datetime, most: int = 6) -> list[dict[str, object]]:
    """The next dates for `ui.dates`; the last ones when all is over."""
    today = now.astimezone(BERLIN).date()
    exact = [item for source in _sources for item in source(assembly)]
    every = sorted(
        [*_own(assembly), *_own_sessions(assembly, exact), *exact],
        key=lambda item: (item.day, str(item.at)),
    )
    coming = [item for item in every if item.day >= today]
    shown = coming[:most] if coming else every[-most:]
    return [_row(item, today, near=bool(coming) and n == 0) for n, item in enumerate(shown)]


def _row(item: Appointment, today: dt.date, near: bool) -> dict[str, object]:
    days = (item.day - today).days
    if not near:
        note = ""
    elif days == 0:
        note = _("heute")
    else:
        note = ngettext("in %(num)s Tag", "in %(num)s Tagen", days)
    if isinstance(item.at, dt.datetime):
        when = f"{shortdate(item.at)}, {time(item.at)}"
    else:
        when = shortdate(item.at) if item.day.year == today.year else date(item.at)
    return {
        "when": when,
        "iso": item.day.isoformat(),
        "title": item.title,
        "note": " · ".join(part for part in (note, item.place if near else "") if part),
        "near": near,
    }


def assemblies_for(user: User, town: Municipality) -> list[Assembly]:
    """The town's assemblies this person may open, the newest first."""
    rows = db.session.scalars(
        select(Assembly).where(Assembly.municipality_id == town.id).order_by(Assembly.id.desc())
    )
    seen_by = set(Role) - {Role.SYSTEM}
    return [row for row in rows if roles_in(user.assignments, town.id, row.id) & seen_by]
