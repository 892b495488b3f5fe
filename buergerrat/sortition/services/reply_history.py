"""How somebody's answer came, change by change: a later answer does not hide an earlier card."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from buergerrat.audit import AuditEntry
from buergerrat.db import db
from buergerrat.sortition import codes
from buergerrat.sortition.models import Invitee

ALL_SOURCES: dict[str, Any] = {
    "online": _l("online mit Code"),
    "card": _l("Antwortkarte"),
    "phone": _l("Telefon"),
    "visit": _l("Hausbesuch"),
    "municipality": _l("aus der Gemeinde"),
}


@dataclass(frozen=True)
class Way:
    """One time that the answer was sent or changed."""

    at: dt.datetime
    source: str  # key of ALL_SOURCES


def ways(invitee: Invitee) -> list[Way]:
    """From the log, the oldest first; several in a row from one source are one."""
    entries = db.session.execute(
        select(AuditEntry.at, AuditEntry.detail)
        .where(
            AuditEntry.assembly_id == invitee.assembly_id,
            AuditEntry.object_id == invitee.uid,
            AuditEntry.action == "reply",
        )
        .order_by(AuditEntry.id)
    )
    found: list[Way] = []
    for at, detail in entries:
        source = str(detail.get("source", ""))
        if source in ALL_SOURCES and (not found or found[-1].source != source):
            found.append(Way(at, source))
    return found


def name_of(invitee: Invitee) -> str:
    """The name; of somebody the registration office wrote to itself, the code."""
    return invitee.full_name or str(
        _("ohne Namen, Code %(code)s", code=codes.show(invitee.code) if invitee.code else "–")
    )
