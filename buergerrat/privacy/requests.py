"""Requests of people who make use of a right: which, since when, answered when. Never who."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db
from buergerrat.privacy.deadlines import today
from buergerrat.privacy.models import PrivacyRequest

KINDS = {
    "information": _l("Auskunft (Art. 15)"),
    "correction": _l("Berichtigung (Art. 16)"),
    "erasure": _l("Löschung (Art. 17)"),
    "restriction": _l("Einschränkung (Art. 18)"),
    "objection": _l("Widerspruch (Art. 21)"),
}
TIME = dt.timedelta(days=30)  # one month after Art. 12 (3), by its shortest


def open_of(assembly: Assembly) -> list[PrivacyRequest]:
    """Not yet answered, the oldest first."""
    return list(
        db.session.scalars(
            select(PrivacyRequest)
            .where(PrivacyRequest.assembly_id == assembly.id, PrivacyRequest.answered_on.is_(None))
            .order_by(PrivacyRequest.received_on, PrivacyRequest.number)
        )
    )


def answered(assembly: Assembly) -> dict[str, int]:
    """Kind → how many were answered."""
    rows = db.session.execute(
        select(PrivacyRequest.kind, func.count())
        .where(PrivacyRequest.assembly_id == assembly.id, PrivacyRequest.answered_on.is_not(None))
        .group_by(PrivacyRequest.kind)
    )
    return {row[0]: row[1] for row in rows}


def due_on(request: PrivacyRequest) -> dt.date:
    return request.received_on + TIME


def receive(
    assembly: Assembly, kind: str, day: dt.date, user_id: int | None = None
) -> PrivacyRequest:
    row = PrivacyRequest(
        assembly_id=assembly.id,
        number=next_number(PrivacyRequest, assembly.id),
        kind=kind,
        received_on=day,
        user_id=user_id,
    )
    db.session.add(row)
    db.session.flush()
    audit.log("request_received", "privacy_request", row.number, kind=kind)
    return row


def answer(row: PrivacyRequest) -> None:
    row.answered_on = today()
    db.session.flush()
    audit.log("request_answered", "privacy_request", row.number, kind=row.kind)


def fulfil(assembly: Assembly, kind: str, user_id: int | None = None) -> None:
    """What was asked for has been done: the oldest open request of this kind is answered.

    Who asks on the telephone is served at once; that request is noted with the same day.
    """
    waiting = [row for row in open_of(assembly) if row.kind == kind]
    answer(waiting[0] if waiting else receive(assembly, kind, today(), user_id))
