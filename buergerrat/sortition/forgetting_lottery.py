"""Erasing what the panel lottery holds about people: the sealed pool and the full record.

The public record, the lists and the counts hold Losnummern only. They stay and still verify.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict

from sqlalchemy import select, update

from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.assemblies.retention import personal_data
from buergerrat.db import db
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Reply
from buergerrat.sortition.services import lottery
from buergerrat.sortition.services.members import SEATED


@personal_data("lottery", "Lostopf der Losung: Merkmale zur Losnummer, vollständiges Losprotokoll")
def forget_lottery(assembly: Assembly, invitee_ids: Sequence[int]) -> int:
    """Cut the links from Losnummern to these people; delete pools that nobody waits in any more.

    While others wait for a seat, the features stay under a Losnummer that leads to nobody:
    without them the record of a later replacement could not be checked.
    """
    uids = set(
        db.session.scalars(
            select(Invitee.uid).where(
                Invitee.assembly_id == assembly.id, Invitee.id.in_(invitee_ids)
            )
        )
    )
    draws = db.session.scalars(
        select(PanelDraw).where(
            PanelDraw.assembly_id == assembly.id, PanelDraw.pool_sealed.is_not(None)
        )
    ).all()
    seated = _seated_uids(assembly)
    count = sum(_forget(draw, uids, seated) for draw in draws)
    db.session.execute(
        update(Reply)
        .where(Reply.assembly_id == assembly.id, Reply.invitee_id.in_(invitee_ids))
        .values(losnummer=None)
    )
    db.session.expire_all()
    return count


def _seated_uids(assembly: Assembly) -> set[str]:
    rows = (
        select(Invitee.uid)
        .join(Member)
        .where(Member.assembly_id == assembly.id, Member.state.in_(SEATED))
    )
    return set(db.session.scalars(rows))


def _forget(draw: PanelDraw, uids: Collection[str], seated: Collection[str]) -> int:
    """How many entries of the pool were about these people."""
    entrants = [asdict(one) for one in lottery.entrants_of(draw)]
    theirs = [one for one in entrants if one["person_id"] in uids]
    if not theirs:
        return 0
    for one in theirs:
        one["person_id"] = ""
    waiting = {one["person_id"] for one in entrants} - {""} - set(seated)
    in_use = not draw.rehearsal and draw.state != "discarded"
    if in_use and waiting:
        draw.pool = json.dumps(entrants, ensure_ascii=False)
    else:
        delete_pool(draw)
    db.session.flush()
    return len(theirs)


def delete_pool(draw: PanelDraw) -> None:
    """The sealed features and the record that opens the commitments to them."""
    draw.pool = ""
    row = db.session.get(StoredFile, draw.full_record_id) if draw.full_record_id else None
    if row is not None and row.deleted_at is None:
        files.destroy(row)
