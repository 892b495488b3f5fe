"""Members: asked, accepted, declined, withdrawn; a free seat is filled by the record's rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.sortition import replacements as pure
from buergerrat.sortition.commitment import PanelCommitment
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Replacement, Reply
from buergerrat.sortition.services import lottery, records
from buergerrat.web import Conflict

STATES = {
    "asked": "angefragt",
    "accepted": "zugesagt",
    "declined": "abgesagt",
    "withdrawn": "ausgeschieden",
}
TRANSITIONS = {("asked", "accepted"), ("asked", "declined"), ("accepted", "withdrawn")}
SEATED = ("asked", "accepted")
# What the Losprotokoll prints, for everybody and for good: fixed words, so that nobody's illness or
# family gets in. The record is German, so these are not translated.
REASONS = (
    "beruflich verhindert",
    "weggezogen",
    "aus persönlichen Gründen",
    "nicht erreichbar",
    "aus einem anderen Grund",
)


def of(assembly: Assembly, states: Sequence[str] = tuple(STATES)) -> list[Member]:
    """The members in the order of their Losnummern."""
    return list(
        db.session.scalars(
            select(Member)
            .where(Member.assembly_id == assembly.id, Member.state.in_(states))
            .order_by(Member.losnummer)
        )
    )


def offer_seats(draw: PanelDraw, losnummern: Sequence[str], origin: str = "drawn") -> None:
    """Make the people with these Losnummern members who are asked."""
    invitees = db.session.execute(
        select(Reply.losnummer, Invitee)
        .join(Invitee)
        .where(Reply.assembly_id == draw.assembly_id, Reply.losnummer.in_(losnummern))
    )
    for losnummer, invitee in invitees:
        member = Member(
            assembly_id=draw.assembly_id,
            invitee=invitee,
            panel_draw_id=draw.id,
            losnummer=str(losnummer),
            origin=origin,
            changed_at=utcnow(),
        )
        db.session.add(member)
    db.session.flush()


def accept(member: Member) -> None:
    _move(member, "accepted")


def leave(
    assembly: Assembly, member: Member, reason: str, user_id: int | None, replace: bool = True
) -> Replacement:
    """Somebody declines or withdraws; the rule in the record says who comes.

    Without `replace` (late in the process) the seat stays free. Needs a reason.
    """
    if not reason.strip():
        raise Conflict(_("Bitte nennen Sie einen Grund. Er steht im Losprotokoll."))
    _move(member, "declined" if member.state == "asked" else "withdrawn", reason_given=True)
    draw = db.session.get_one(PanelDraw, member.panel_draw_id)
    coming = next_in_line(draw, assembly) if replace else None
    row = Replacement(
        assembly_id=assembly.id,
        panel_draw_id=draw.id,
        number=len(lottery.replacements_of(draw)) + 1,
        left=member.losnummer,
        came=coming.person_id if coming else None,
        wanted=replace,
        reason=reason.strip(),
        broken=list(coming.broken) if coming else [],
        user_id=user_id,
    )
    if replace:
        _pass_over(draw, assembly, row.number)
    db.session.add(row)
    db.session.flush()
    if coming is not None:
        offer_seats(draw, [coming.person_id], origin="replacement")
    audit.log(
        "replacement",
        "replacement",
        row.number,
        assembly_id=assembly.id,
        left=row.left,
        came=row.came,
        broken=row.broken,
    )
    if draw.pool_sealed is not None:  # after the pool's deletion the record stays as it is
        records.write(draw)
    return row


def next_in_line(draw: PanelDraw, assembly: Assembly) -> pure.Replacement | None:
    """Who takes the next free seat, by the order and rule fixed in the record."""
    entrants = lottery.entrants_of(draw)
    people = [e.person() for e in entrants]
    erased = {e.number for e in entrants if not e.person_id}
    everybody = of(assembly)
    seated = {m.losnummer for m in everybody if m.state in SEATED}
    asked_before = {m.losnummer for m in everybody}
    seed = pure.replacement_seed(bytes.fromhex(draw.seed), draw.panels_hash, draw.digits)
    ids = [p.id for p in people]
    return pure.next_replacement(
        people,
        lottery.quotas_of(draw),
        PanelCommitment.from_json(draw.frozen["commitment"].encode()).seats,
        seated,
        set(ids) - asked_before - erased,
        pure.order(ids, seed),
    )


def _pass_over(draw: PanelDraw, assembly: Assembly, number: int) -> None:
    """Note for the record who is passed over from this replacement on: erased at their wish."""
    noted: dict[str, list[str]] = draw.result.get("passed_over", {})
    known = {one for losnummern in noted.values() for one in losnummern}
    known |= {m.losnummer for m in of(assembly)}
    gone = [e.number for e in lottery.entrants_of(draw) if not e.person_id]
    if fresh := sorted(set(gone) - known):
        draw.result = {**draw.result, "passed_over": {**noted, str(number): fresh}}


def _move(member: Member, to: str, **detail: Any) -> None:
    if (member.state, to) not in TRANSITIONS:
        raise Conflict(
            _(
                "Diese Person ist schon als „%(state)s“ eingetragen.",
                state=STATES[member.state],
            )
        )
    before, member.state, member.changed_at = member.state, to, utcnow()
    db.session.flush()
    audit.log(
        f"member_{to}",
        "member",
        member.losnummer,
        assembly_id=member.assembly_id,
        before=before,
        **detail,
    )


def by_losnummer(losnummer: str) -> Member:
    """The member of the page's assembly, or 404."""
    return scope.child(Member, losnummer=losnummer)


def by_number(assembly: Assembly, losnummer: str) -> Member:
    return db.session.scalars(
        select(Member).filter_by(assembly_id=assembly.id, losnummer=losnummer)
    ).one()
