"""What of the mandate is fixed once an extract was read with it, or a draw is committed."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat.assemblies import locks
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.models import InvitationDraw, PanelDraw, RegisterExtract

READ_WITH = frozenset({"reference_date", "min_age", "age_bounds"})
PUBLISHED = READ_WITH | {
    "title",
    "slug",
    "guiding_question",
    "legal_basis",
    "resolution_number",
    "resolution_date",
}


@locks.fields
def extract_read(assembly: Assembly) -> locks.Locked:
    found = db.session.scalar(
        select(RegisterExtract.id)
        .where(
            RegisterExtract.assembly_id == assembly.id,
            RegisterExtract.state.in_(("reading", "ready")),
        )
        .limit(1)
    )
    reason = _("Mit diesen Werten ist der Auszug gelesen. Löschen Sie ihn zuerst im Melderegister.")
    return locks.Locked(READ_WITH, reason) if found else locks.Locked()


@locks.fields
def draw_committed(assembly: Assembly) -> locks.Locked:
    found = db.session.scalar(
        select(InvitationDraw.id)
        .where(
            InvitationDraw.assembly_id == assembly.id,
            InvitationDraw.rehearsal.is_(False),
            InvitationDraw.committed_at.is_not(None),
        )
        .limit(1)
    )
    reason = _("Diese Angaben sind mit der Losung festgeschrieben und veröffentlicht.")
    return locks.Locked(PUBLISHED, reason) if found else locks.Locked()


@locks.fields
def lottery_frozen(assembly: Assembly) -> locks.Locked:
    found = db.session.scalar(
        select(PanelDraw.id)
        .where(
            PanelDraw.assembly_id == assembly.id,
            PanelDraw.rehearsal.is_(False),
            PanelDraw.state != "discarded",
        )
        .limit(1)
    )
    reason = _("Lostopf und Quoten sind schon festgeschrieben.")
    return (
        locks.Locked(frozenset({"seats", "replacements_until"}), reason)
        if found
        else locks.Locked()
    )
