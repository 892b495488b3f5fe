"""The town's list of those who must not be written to again: keyed hashes, nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from buergerrat.assemblies.models import Objection
from buergerrat.crypto import municipality_key
from buergerrat.db import db


def key_of(municipality_id: int) -> bytes:
    """32 bytes; outlives the keys of the town's assemblies, as an objection does."""
    return municipality_key(municipality_id, "objection")


def known(municipality_id: int) -> frozenset[str]:
    """All digests of the town; whoever has one of them is not invited."""
    rows = select(Objection.digest).where(Objection.municipality_id == municipality_id)
    return frozenset(db.session.scalars(rows))


def keep(municipality_id: int, digests: Iterable[str], user_id: int | None = None) -> int:
    """Add what is not yet known; returns how many were new."""
    new = [one for one in dict.fromkeys(digests) if one not in known(municipality_id)]
    db.session.add_all(
        Objection(municipality_id=municipality_id, digest=one, user_id=user_id) for one in new
    )
    db.session.flush()
    return len(new)


def count(municipality_id: int) -> int:
    """How many digests are kept: one or two for each person."""
    rows = select(func.count()).where(Objection.municipality_id == municipality_id)
    return db.session.scalar(rows) or 0
