"""What people told in their replies goes on time; that somebody answered stays as a number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, or_, select, update

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.retention import personal_data
from buergerrat.db import db
from buergerrat.sortition.models import Reply, ReplyFeature

CHUNK = 500  # well under the number of parameters a statement may have


@personal_data("replies", "Antworten: Merkmale mit Zustimmung, Unterstützung, Telefon und E-Mail")
def forget_replies(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    """Delete the features, empty what was told. Returns how many rows were deleted or emptied."""
    changed = 0
    for start in range(0, len(invitee_ids), CHUNK):
        some = invitee_ids[start : start + CHUNK]
        changed += _forget(assembly, some)
    db.session.expire_all()
    return changed


def _forget(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    of_them = (Reply.assembly_id == assembly.id) & Reply.invitee_id.in_(invitee_ids)
    told = or_(
        Reply.support_sealed.is_not(None),
        Reply.phone_sealed.is_not(None),
        Reply.email_sealed.is_not(None),
    )
    features = ReplyFeature.reply_id.in_(select(Reply.id).where(of_them))
    count = db.session.scalar(select(func.count()).select_from(ReplyFeature).where(features)) or 0
    count += db.session.scalar(select(func.count()).select_from(Reply).where(of_them, told)) or 0
    db.session.execute(delete(ReplyFeature).where(features))
    db.session.execute(
        update(Reply)
        .where(of_them, told)
        .values(support_sealed=None, phone_sealed=None, email_sealed=None)
    )
    return count
