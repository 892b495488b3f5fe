"""Consents go with the person who gave them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.retention import personal_data
from buergerrat.db import db
from buergerrat.sortition.models import Consent


@personal_data("consents", "Zustimmungen mit Fassung und Datum")
def forget_consents(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    done = db.session.execute(
        delete(Consent).where(
            Consent.assembly_id == assembly.id, Consent.invitee_id.in_(invitee_ids)
        )
    )
    return int(getattr(done, "rowcount", 0))
