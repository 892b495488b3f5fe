"""The list of contracts about personal data (Art. 28 DSGVO)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.privacy.models import ProcessorAgreement


def of(assembly: Assembly) -> list[ProcessorAgreement]:
    return list(
        db.session.scalars(
            select(ProcessorAgreement)
            .where(ProcessorAgreement.assembly_id == assembly.id)
            .order_by(ProcessorAgreement.id)
        )
    )


def add(assembly: Assembly, values: Mapping[str, Any]) -> ProcessorAgreement:
    """values: name, place, task, data, signed_on, valid_until."""
    row = ProcessorAgreement(assembly_id=assembly.id, **values)
    db.session.add(row)
    db.session.flush()
    audit.log("create", "agreement", row.id, assembly_id=assembly.id)
    return row


def change(row: ProcessorAgreement, values: Mapping[str, Any]) -> None:
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        audit.log("change", "agreement", row.id, assembly_id=row.assembly_id, fields=changed)


def remove(row: ProcessorAgreement) -> None:
    audit.log("delete", "agreement", row.id, assembly_id=row.assembly_id)
    db.session.delete(row)
    db.session.flush()


def lacking(rows: list[ProcessorAgreement], today: dt.date) -> list[ProcessorAgreement]:
    """Those without a signature, and those that have run out."""
    return [
        row
        for row in rows
        if row.signed_on is None or (row.valid_until is not None and row.valid_until < today)
    ]
