"""Whose data are due when, deleting them, and deleting one person who asks for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies import files, retention
from buergerrat.assemblies.models import Assembly, DeletionEntry, StoredFile
from buergerrat.crypto import AssemblyKey, destroy_assembly_key
from buergerrat.db import db
from buergerrat.privacy import requests, sweeps
from buergerrat.privacy.deadlines import Group, groups, last_session, people, pieces, preview, today
from buergerrat.recommendations.services import collecting
from buergerrat.sortition.forgetting_lottery import delete_pool
from buergerrat.sortition.models import Invitee, Member, PanelDraw
from buergerrat.sortition.services import lottery
from buergerrat.sortition.services.members import SEATED
from buergerrat.web import Conflict

# Why one person is deleted ahead of time: fixed words, so that no name gets into the log.
REASONS = {
    "request": "Auf Wunsch der Person (Art. 17 DSGVO)",
    "objection": "Widerspruch der Person (Art. 21 DSGVO)",
    "deceased": "Person verstorben",
    "mistake": "Person hätte nicht im Auszug stehen dürfen",
}


def key_is_there(assembly: Assembly) -> bool:
    row = db.session.get(AssemblyKey, assembly.id)
    return row is not None and row.wrapped is not None


def anything_due(assembly: Assembly) -> bool:
    if not key_is_there(assembly):
        return False
    now = today()
    return (
        now >= assembly.retention_until
        or bool(_free_to_erase(assembly))
        or any(group.people and group.is_due(now) for group in preview(assembly))
    )


def delete_due(assembly: Assembly, user_id: int | None = None) -> int:
    """Delete everybody who is due; on the last day everything that could be opened.

    Returns how many people. Does nothing when nothing is due.
    """
    if not key_is_there(assembly):
        return 0
    now, count = today(), 0
    for group in groups(assembly):
        if group.people and group.is_due(now):
            count += _delete_group(assembly, group, user_id)
    for piece in pieces(assembly):
        if piece.people and piece.is_due(now):
            kept = dt.timedelta(days=piece.period.days or 0)
            sweeps.delete(assembly, piece.period.key, now - kept, user_id)
    for invitee in _free_to_erase(assembly):
        delete_person(assembly, invitee, "objection", user_id)
        count += 1
    if now >= assembly.retention_until:
        _close(assembly, user_id)
    return count


def objected(assembly: Assembly) -> list[Invitee]:
    """Those who objected and whose rest waits for the pick, or for their seat to be given up."""
    rows = select(Invitee).where(Invitee.assembly_id == assembly.id, Invitee.state == "objected")
    return list(db.session.scalars(rows))


def _free_to_erase(assembly: Assembly) -> list[Invitee]:
    return [
        one
        for one in objected(assembly)
        if not waits_for_pick(assembly, one) and not is_seated(one)
    ]


def _delete_group(assembly: Assembly, group: Group, user_id: int | None) -> int:
    _keep_composition(assembly)
    ids = list(db.session.scalars(people(assembly, group.period.key)))
    with force_locale("de"):  # the log speaks German, whoever presses the button
        reason = f"{group.period.who}: {group.period.when}"
    retention.erase(assembly, ids, reason, user_id)
    return len(ids)


def _keep_composition(assembly: Assembly) -> None:
    """Count the members' features once more, as numbers, before the pool can no longer tell."""
    draw = collecting.picked_draw(assembly)
    if draw is None or draw.pool_sealed is None or "seated" in draw.result:
        return
    if last_session(assembly) >= today():
        return
    rows = [asdict(row) for row in collecting.composition(assembly)]
    draw.result = {**draw.result, "seated": rows}
    db.session.flush()


def _close(assembly: Assembly, user_id: int | None) -> None:
    """The last day: no file and no pool stays, and the key is destroyed, for backups too."""
    reason = "Ende der Aufbewahrung"
    draws = db.session.scalars(
        select(PanelDraw).where(
            PanelDraw.assembly_id == assembly.id, PanelDraw.pool_sealed.is_not(None)
        )
    ).all()
    for draw in draws:
        delete_pool(draw)
    stored = db.session.scalars(
        select(StoredFile).where(
            StoredFile.assembly_id == assembly.id, StoredFile.deleted_at.is_(None)
        )
    ).all()
    for row in stored:
        files.destroy(row)
    retention.note_deletion(assembly, "lottery", len(draws), reason, user_id)
    retention.note_deletion(assembly, "files", len(stored), reason, user_id)
    retention.note_deletion(assembly, "key", 1, reason, user_id)
    destroy_assembly_key(assembly.id)
    audit.log("key_destroyed", "assembly", assembly.id, assembly_id=assembly.id, files=len(stored))


def delete_person(
    assembly: Assembly, invitee: Invitee, reason: str, user_id: int | None = None
) -> dict[str, int]:
    """Delete one person ahead of time. reason: a key of REASONS. Returns category → rows.

    Conflict while the draw needs the person: between the freezing and the pick, or seated.
    """
    if waits_for_pick(assembly, invitee):
        raise Conflict(
            _(
                "Der Lostopf ist festgeschrieben, aber noch nicht gezogen. Löschen Sie die Person "
                "nach der Ziehung; bis dahin darf sich der Lostopf nicht ändern."
            )
        )
    refuse_seated(invitee)
    return retention.erase(assembly, [invitee.id], REASONS[reason], user_id)


def delete_on_request(
    assembly: Assembly, invitee: Invitee, reason: str, user_id: int | None = None
) -> None:
    """As `delete_person`; where somebody asked for it, their request is answered."""
    delete_person(assembly, invitee, reason, user_id)
    if reason == "request":
        requests.fulfil(assembly, "erasure", user_id)


def waits_for_pick(assembly: Assembly, invitee: Invitee) -> bool:
    """Whether the person is in a Lostopf that is fixed and not yet drawn from."""
    draw = lottery.current(assembly)
    in_pool = invitee.reply is not None and invitee.reply.losnummer is not None
    return in_pool and draw is not None and draw.state != "picked"


def is_seated(invitee: Invitee) -> bool:
    return _seat(invitee) is not None


def refuse_seated(invitee: Invitee) -> None:
    seat = _seat(invitee)
    if seat is not None:
        raise Conflict(
            _(
                "Diese Person hat einen Platz (Losnummer %(number)s). Tragen Sie sie zuerst auf "
                "der Seite „Mitglieder“ als ausgeschieden ein, dann rückt jemand nach.",
                number=seat.losnummer,
            )
        )


def _seat(invitee: Invitee) -> Member | None:
    return db.session.scalar(
        select(Member).where(Member.invitee_id == invitee.id, Member.state.in_(SEATED))
    )


def deletion_log(assembly: Assembly, most: int = 200) -> list[DeletionEntry]:
    """The newest first."""
    return list(
        db.session.scalars(
            select(DeletionEntry)
            .where(DeletionEntry.assembly_id == assembly.id)
            .order_by(DeletionEntry.id.desc())
            .limit(most)
        )
    )
