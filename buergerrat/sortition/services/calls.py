"""Calling those who were drawn: who is next, what they said, and what follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from buergerrat import audit
from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition import calls as pure
from buergerrat.sortition.models import CallNote, Invitee, Member
from buergerrat.sortition.services import member_change
from buergerrat.sortition.services import members as service
from buergerrat.web import Conflict

WORDS: dict[str, Any] = {
    pure.YES: _l("erreicht, sagt zu"),
    pure.NO: _l("erreicht, sagt ab"),
    pure.THINKS: _l("erreicht, überlegt noch"),
    pure.NOT_REACHED: _l("nicht erreicht"),
    pure.WRONG_NUMBER: _l("falsche Nummer"),
}


@dataclass(frozen=True)
class Call:
    at: dt.datetime
    outcome: str
    word: str
    note: str
    who: str


@dataclass(frozen=True)
class CallRow:
    """Somebody to call. calls: newest first."""

    losnummer: str
    name: str
    phone: str
    origin: str
    asked_at: dt.datetime
    accept_by: dt.date | None
    overdue: bool
    calls: list[Call]

    @property
    def last(self) -> Call | None:
        return self.calls[0] if self.calls else None

    @property
    def tried(self) -> int:
        """Calls since somebody picked up the last time."""
        reached = [place for place, one in enumerate(self.calls) if one.outcome in pure.REACHED]
        return reached[0] if reached else len(self.calls)


def waiting(assembly: Assembly) -> list[CallRow]:
    """Everybody who is asked and has not answered: who moved up first, then whose day is next.

    Whoever moved up has the shortest time, and does not expect to be called any more.
    """
    members = db.session.scalars(
        select(Member)
        .where(Member.assembly_id == assembly.id, Member.state == "asked")
        .options(joinedload(Member.invitee).joinedload(Invitee.reply))
    ).all()
    notes = _notes([member.invitee_id for member in members])
    rows = [_row(member, notes.get(member.invitee_id, [])) for member in members]
    return sorted(rows, key=_urgency)


def _urgency(row: CallRow) -> tuple[bool, bool, dt.date, str]:
    moved_up = row.origin == "replacement"
    return not row.overdue, not moved_up, row.accept_by or dt.date.max, row.losnummer


def of_member(member: Member) -> CallRow:
    return _row(member, _notes([member.invitee_id]).get(member.invitee_id, []))


def _row(member: Member, calls: list[Call]) -> CallRow:
    reply = member.invitee.reply
    return CallRow(
        losnummer=member.losnummer,
        name=member_change.name_of(member),
        phone=(reply.phone or "") if reply is not None else "",
        origin=member.origin,
        asked_at=member.created_at,
        accept_by=member.accept_by,
        overdue=service.is_overdue(member),
        calls=calls,
    )


def _notes(invitee_ids: Sequence[int]) -> dict[int, list[Call]]:
    """Calls per invitee, newest first."""
    rows = db.session.execute(
        select(CallNote, User.name)
        .outerjoin(User, User.id == CallNote.user_id)
        .where(CallNote.invitee_id.in_(invitee_ids))
        .order_by(CallNote.id.desc())
    )
    found: dict[int, list[Call]] = {}
    for note, who in rows:
        call = Call(
            note.created_at, note.outcome, str(WORDS[note.outcome]), note.note or "", who or ""
        )
        found.setdefault(note.invitee_id, []).append(call)
    return found


def record(
    member: Member, outcome: str, note: str, user_id: int | None, until: dt.date | None = None
) -> CallNote:
    """Write down a call. A yes accepts the seat, thinking holds it until the given day.

    A no changes nothing yet: who moves up is shown first. Raises Conflict for an unknown
    outcome, without a day to hold the seat, and for a yes of somebody who has answered already.
    """
    if outcome not in pure.OUTCOMES:
        raise Conflict(_("Bitte wählen Sie, was der Anruf ergeben hat."))
    if outcome == pure.THINKS:
        if until is None:
            raise Conflict(_("Bitte wählen Sie, bis wann der Platz gehalten wird."))
        service.hold(member, until)
    if outcome == pure.YES:
        service.accept(member)
    row = CallNote(
        assembly_id=member.assembly_id,
        invitee_id=member.invitee_id,
        outcome=outcome,
        user_id=user_id,
        note=note.strip(),
    )
    db.session.add(row)
    db.session.flush()
    audit.log(
        "call",
        "member",
        member.losnummer,
        assembly_id=member.assembly_id,
        outcome=outcome,
        note=bool(note.strip()),
    )
    return row
