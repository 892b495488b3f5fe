"""The worker deletes by itself what is due."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from buergerrat import jobs
from buergerrat.assemblies import overwriting
from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import AssemblyKey
from buergerrat.db import db, writing
from buergerrat.privacy import services


@jobs.every(dt.timedelta(hours=6))
def delete_due() -> int:
    """Delete what is due in every Bürgerrat; returns how many people. One unit of work each."""
    with_key = select(AssemblyKey.assembly_id).where(AssemblyKey.wrapped.is_not(None))
    numbers = db.session.scalars(with_key.order_by(AssemblyKey.assembly_id)).all()
    db.session.rollback()
    people = sum(_one(number) for number in numbers)
    overwriting.empty_log()  # what an erasure in between could not empty
    return people


def _one(assembly_id: int) -> int:
    assembly = db.session.get_one(Assembly, assembly_id)
    anything = services.anything_due(assembly)
    db.session.rollback()
    if not anything:  # do not take the write lock for nothing
        return 0
    with writing():
        return services.delete_due(db.session.get_one(Assembly, assembly_id))
