"""Plan sessions and their items; walk a session through its states."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db, utcnow
from buergerrat.formats import local
from buergerrat.sessions.models import AgendaItem, AssemblySession
from buergerrat.sessions.services.timetable import pure_items
from buergerrat.sessions.timetable import push
from buergerrat.sessions.words import SESSION_STATES
from buergerrat.web import Conflict


class Stale(Conflict):
    """Somebody else has saved since the form was opened."""


@dataclass(frozen=True)
class Move:
    """One permitted change of state; `reason`: a sentence why is a must."""

    action: str
    reason: bool = False


TRANSITIONS: dict[tuple[str, str], Move] = {
    ("planned", "running"): Move("open"),
    ("running", "closed"): Move("close"),
    ("closed", "running"): Move("reopen", reason=True),
    ("planned", "cancelled"): Move("cancel"),
    ("cancelled", "planned"): Move("plan"),
}


def walk(session: AssemblySession, to: str, reason: str = "") -> None:
    """Change the session's state. Raises Conflict when there is no such move."""
    move = TRANSITIONS.get((session.state, to))
    if move is None:
        state, wanted = SESSION_STATES[session.state], SESSION_STATES[to]
        raise Conflict(
            _(
                "Die Sitzung ist %(state)s. Von hier kommt sie nicht zu „%(wanted)s“.",
                state=state,
                wanted=wanted,
            )
        )
    if move.reason and not reason.strip():
        raise Conflict(_("Bitte nennen Sie einen Grund. Er steht danach im Protokoll."))
    if to == "closed":
        for item in session.items:
            if item.started_at and not item.ended_at:
                item.ended_at = utcnow()
    before, session.state = session.state, to
    _log(move.action, session, before=before, after=to, **({"reason": reason} if reason else {}))


def must_be_open(session: AssemblySession) -> None:
    """Raise Conflict when the session is closed or cancelled: nothing is written any more."""
    if session.state in ("closed", "cancelled"):
        raise Conflict(
            _(
                "Die Sitzung ist %(state)s, es wurde nichts geändert. Die Verwaltung kann sie "
                "mit einem Grund wieder öffnen.",
                state=SESSION_STATES[session.state],
            )
        )


def plan_session(assembly: Assembly, title: str, day: dt.date, place: str = "") -> AssemblySession:
    """A new session, numbered after the ones there are."""
    session = AssemblySession(
        assembly_id=assembly.id,
        number=next_number(AssemblySession, assembly.id),
        title=title,
        day=day,
        place=place,
        state="planned",
        revision=1,
    )
    db.session.add(session)
    db.session.flush()
    _log("plan", session)
    return session


def change_session(
    session: AssemblySession, revision: int, title: str, day: dt.date, place: str
) -> None:
    """Raises Stale when the session has another revision by now."""
    must_be_open(session)
    _check_revision(session, revision)
    session.title, session.day, session.place = title, day, place
    session.revision += 1
    _log("change", session)


@dataclass(frozen=True)
class ItemData:
    """What somebody enters about an item. `starts` None: after the item before; minutes."""

    title: str
    kind: str
    duration: int
    starts: dt.time | None = None
    method: str = ""
    room: str = ""
    responsible: str = ""
    is_public: bool = False


def add_item(session: AssemblySession, data: ItemData) -> AgendaItem:
    """A new item at the place its start belongs to."""
    must_be_open(session)
    values = asdict(data)
    values["starts"] = data.starts or _end_of_day(session)
    item = AgendaItem(
        assembly_id=session.assembly_id,
        number=max((i.number for i in session.items), default=0) + 1,
        position=max((i.position for i in session.items), default=0) + 1,
        revision=1,
        **values,
    )
    session.items.append(item)
    _in_order_of_start(session)
    db.session.flush()
    _log("add_item", session, item=item.number)
    return item


def change_item(item: AgendaItem, revision: int, data: ItemData) -> None:
    """Raises Stale when the item has another revision by now."""
    must_be_open(item.session)
    _check_revision(item, revision)
    for name, value in asdict(data).items():
        if name != "starts" or value is not None:
            setattr(item, name, value)
    item.revision += 1
    _in_order_of_start(item.session)
    _log("change_item", item.session, item=item.number)


def delete_item(item: AgendaItem) -> None:
    must_be_open(item.session)
    if item.started_at:
        raise Conflict(_("Der Punkt hat schon begonnen. Er bleibt im Zeitplan stehen."))
    session = item.session
    session.items.remove(item)
    db.session.flush()
    _log("delete_item", session, item=item.number)


def move_item(item: AgendaItem, up: bool) -> None:
    """Swap with the neighbour; the earlier of the two begins where the pair began."""
    must_be_open(item.session)
    items = item.session.items
    at = items.index(item)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(items):
        return
    first, second = items[min(at, other)], items[max(at, other)]
    begins = first.starts
    first.position, second.position = second.position, first.position
    second.starts = begins
    first.starts = _later(begins, second.duration)
    for changed in (first, second):
        changed.revision += 1
    items.sort(key=lambda i: i.position)
    db.session.flush()
    _log("move_item", item.session, item=item.number)


def extend_item(item: AgendaItem, minutes: int = 5) -> None:
    """The item lasts longer and everything after it moves, fixed starts too."""
    session = item.session
    must_be_open(session)
    try:
        moved = push(pure_items(session), str(item.number), minutes)
    except ValueError as error:
        raise Conflict(str(error)) from error
    rows = {str(row.number): row for row in session.items}
    for pushed in moved:
        row = rows[pushed.id]
        start = local(pushed.start) if pushed.start else None
        if start is None or start.date() != session.day:
            raise Conflict(_("So würde der Zeitplan über Mitternacht reichen."))
        if (row.starts, row.duration) != (start.time(), pushed.duration):
            row.starts, row.duration = start.time(), pushed.duration
            row.revision += 1
    db.session.flush()
    _log("extend_item", session, item=item.number, minutes=minutes)


def start_item(item: AgendaItem, now: dt.datetime | None = None) -> None:
    """The item begins; what was running ends. The first one opens the session."""
    session, now = item.session, now or utcnow()
    must_be_open(session)
    if item.started_at:
        raise Conflict(_("Dieser Punkt hat schon begonnen."))
    if session.state == "planned":
        walk(session, "running")
    for other in session.items:
        if other.started_at and not other.ended_at:
            other.ended_at = now
    item.started_at = now
    _log("start_item", session, item=item.number)


def end_item(item: AgendaItem, now: dt.datetime | None = None) -> None:
    must_be_open(item.session)
    if not item.started_at or item.ended_at:
        raise Conflict(_("Dieser Punkt läuft gerade nicht."))
    item.ended_at = now or utcnow()
    _log("end_item", item.session, item=item.number)


def _check_revision(row: AssemblySession | AgendaItem, revision: int) -> None:
    if row.revision != revision:
        raise Stale(
            _(
                "Jemand anderes hat inzwischen gespeichert. Ihre Eingabe steht noch hier. "
                "Vergleichen Sie sie mit der gespeicherten Fassung."
            )
        )


def _end_of_day(session: AssemblySession) -> dt.time:
    if not session.items:
        return dt.time(9, 0)
    last = max(session.items, key=lambda i: i.starts)
    return _later(last.starts, last.duration)


def _later(start: dt.time, minutes: int) -> dt.time:
    total = start.hour * 60 + start.minute + minutes
    if total >= 24 * 60:
        raise Conflict(_("So würde der Zeitplan über Mitternacht reichen."))
    return dt.time(total // 60, total % 60)


def _in_order_of_start(session: AssemblySession) -> None:
    session.items.sort(key=lambda item: (item.starts, item.position))
    for place, item in enumerate(session.items, 1):
        item.position = place
    db.session.flush()


def _log(action: str, session: AssemblySession, **detail: Any) -> None:
    db.session.flush()
    audit.log(action, "session", session.id, assembly_id=session.assembly_id, **detail)
