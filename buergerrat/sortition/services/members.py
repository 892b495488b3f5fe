"""Members: asked, accepted, declined, withdrawn; a free seat is filled by the record's rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import local, longdate
from buergerrat.sortition import replacements as pure
from buergerrat.sortition import seat_dates
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
# Fixed words, so that nobody's illness or family gets into the log, which is kept for good. They are
# stored as they stand here, so these are not translated.
REASONS = (
    "beruflich verhindert",
    "weggezogen",
    "aus persönlichen Gründen",
    "nicht erreichbar",
    "aus einem anderen Grund",
)
UNSAID = "ohne Angabe"  # whoever declines with the code need not say why


def today() -> dt.date:
    return local(utcnow()).date()


class Overtaken(Conflict):
    """Somebody else would move up than was shown."""


class Accepted(Conflict):
    """Whoever has accepted leaves with the office's help, not by a click."""


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
    """Make the people with these Losnummern members who are asked, and say until when."""
    assembly = db.session.get_one(Assembly, draw.assembly_id)
    last = seat_dates.accept_by(
        today(), assembly.accept_days, assembly.first_session_on, replacements_until(draw)
    )
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
            accept_by=last,
            changed_at=utcnow(),
        )
        db.session.add(member)
    db.session.flush()


def accept(member: Member, by: str = "clerk") -> None:
    """by: "clerk", or "code" when they did it themselves."""
    _move(member, "accepted", by=by)


def is_overdue(member: Member) -> bool:
    return member.state == "asked" and member.accept_by is not None and member.accept_by < today()


def hold(member: Member, day: dt.date) -> None:
    """Somebody thinks about it: their seat is held until this day. Raises Conflict."""
    if member.state != "asked":
        raise _already(member)
    assembly = db.session.get_one(Assembly, member.assembly_id)
    if not today() <= day <= max(assembly.last_session_on, today()):
        raise Conflict(_("Bitte wählen Sie einen Tag von heute bis zur letzten Sitzung."))
    before, member.accept_by = member.accept_by, day
    db.session.flush()
    audit.log(
        "seat_held",
        "member",
        member.losnummer,
        assembly_id=member.assembly_id,
        before=before.isoformat() if before else None,
        until=day.isoformat(),
    )


def replacements_until(draw: PanelDraw) -> dt.date | None:
    """The last day to move up, as fixed in the record; None when the record fixes none."""
    fixed: str | None = draw.frozen.get("replacements_until")
    return dt.date.fromisoformat(fixed) if fixed else None


def why_nobody_comes(draw: PanelDraw) -> str:
    """Why a free seat cannot be filled any more, as a sentence; empty while it can."""
    until = replacements_until(draw)
    if draw.pool_sealed is None:
        said = _("Der Lostopf ist gelöscht, wie versprochen. Nachrücken geht nicht mehr.")
    elif until is not None and today() > until:
        said = _(
            "Nachrücken war bis zum %(day)s möglich. So ist es im Losprotokoll festgelegt.",
            day=longdate(until),
        )
    else:
        said = ""
    return str(said)


def leave(
    assembly: Assembly,
    member: Member,
    reason: str,
    user_id: int | None,
    replace: bool = True,
    by: str = "clerk",
) -> Replacement:
    """One member declines or withdraws; see `leave_together`."""
    return leave_together(assembly, [(member, reason)], user_id, replace, by=by)[0]


def leave_together(
    assembly: Assembly,
    leaving: Sequence[tuple[Member, str]],
    user_id: int | None,
    replace: bool = True,
    expected: Sequence[str | None] | None = None,
    by: str = "clerk",
) -> list[Replacement]:
    """Members decline or withdraw at the same moment, each for a reason; the rule says who comes.

    All seats are free before the first is filled. Without `replace` (late in the process) they
    stay free. `expected`: who was shown to move up; raises Overtaken when it is somebody else
    by now. Raises Conflict without a reason, for somebody who has left already, for the same
    person twice, and when somebody should move up after the last day fixed in the record.
    """
    _must_be_possible(leaving)
    draw = db.session.get_one(PanelDraw, leaving[0][0].panel_draw_id)
    if replace and (over := why_nobody_comes(draw)):
        raise Conflict(over)
    out = [member.losnummer for member, _reason in leaving]
    coming = who_comes(draw, assembly, len(out), out) if replace else [None] * len(out)
    if expected is not None and [one and one.person_id for one in coming] != list(expected):
        raise Overtaken(
            _("Seit der Vorschau hat sich etwas geändert. Bitte sehen Sie noch einmal.")
        )
    for member, reason in leaving:
        to = "declined" if member.state == "asked" else "withdrawn"
        _move(member, to, by=by, reason=reason.strip())
    rows = [
        _filled(draw, member, reason.strip(), one, replace, user_id)
        for (member, reason), one in zip(leaving, coming, strict=True)
    ]
    if replace and len(rows) > 1:
        _note_together(draw, rows)
    if replace:
        _pass_over(draw, assembly, rows[0].number)
    if draw.pool_sealed is not None:  # after the pool's deletion the record stays as it is
        records.write(draw)
    return rows


def _must_be_possible(leaving: Sequence[tuple[Member, str]]) -> None:
    if not leaving or any(not reason.strip() for _member, reason in leaving):
        raise Conflict(_("Bitte nennen Sie einen Grund. Er steht im Verlauf."))
    if len({member.id for member, _reason in leaving}) < len(leaving):
        raise Conflict(_("Eine Person ist zweimal genannt."))
    for member, _reason in leaving:
        if member.state not in SEATED:
            raise _already(member)


def _filled(
    draw: PanelDraw,
    member: Member,
    reason: str,
    coming: pure.Replacement | None,
    wanted: bool,
    user_id: int | None,
) -> Replacement:
    """Write one line of the history and offer the seat to who comes."""
    row = Replacement(
        assembly_id=draw.assembly_id,
        panel_draw_id=draw.id,
        number=len(lottery.replacements_of(draw)) + 1,
        left=member.losnummer,
        came=coming.person_id if coming else None,
        wanted=wanted,
        reason=reason,
        broken=list(coming.broken) if coming else [],
        user_id=user_id,
    )
    db.session.add(row)
    db.session.flush()
    if coming is not None:
        offer_seats(draw, [coming.person_id], origin="replacement")
    audit.log(
        "replacement",
        "replacement",
        row.number,
        assembly_id=draw.assembly_id,
        left=row.left,
        came=row.came,
        wanted=wanted,
        broken=row.broken,
    )
    return row


def _note_together(draw: PanelDraw, rows: Sequence[Replacement]) -> None:
    """For the record: the first event names all who left, the others fill the seats left free."""
    first, *others = (str(row.number) for row in rows)
    noted = {first: [row.left for row in rows], **{number: [] for number in others}}
    draw.result = {**draw.result, "together": {**draw.result.get("together", {}), **noted}}


def who_comes(
    draw: PanelDraw, assembly: Assembly, count: int, without: Collection[str] = ()
) -> list[pure.Replacement | None]:
    """Who takes the next `count` free seats, one after the other; None where nobody is left.

    `without`: Losnummern that are about to leave, for a preview. Whoever was ever asked is
    passed over, and who was erased at their wish. Raises Conflict once the pool is deleted.
    """
    entrants = lottery.entrants_of(draw)
    people = [e.person() for e in entrants]
    everybody = of(assembly)
    seated = {m.losnummer for m in everybody if m.state in SEATED} - set(without)
    out = {m.losnummer for m in everybody} | {e.number for e in entrants if not e.person_id}
    seed = pure.replacement_seed(bytes.fromhex(draw.seed), draw.panels_hash, draw.digits)
    ids = [person.id for person in people]
    turn, quotas = pure.order(ids, seed), lottery.quotas_of(draw)
    seats = PanelCommitment.from_json(draw.frozen["commitment"].encode()).seats
    found: list[pure.Replacement | None] = []
    for _seat in range(count):
        one = pure.next_replacement(people, quotas, seats, seated, set(ids) - out, turn)
        found.append(one)
        if one is not None:
            seated.add(one.person_id)
            out.add(one.person_id)
    return found


def _pass_over(draw: PanelDraw, assembly: Assembly, number: int) -> None:
    """Note for the record who is passed over from this replacement on: erased at their wish."""
    noted: dict[str, list[str]] = draw.result.get("passed_over", {})
    known = {one for losnummern in noted.values() for one in losnummern}
    known |= {m.losnummer for m in of(assembly)}
    gone = [e.number for e in lottery.entrants_of(draw) if not e.person_id]
    if fresh := sorted(set(gone) - known):
        draw.result = {**draw.result, "passed_over": {**noted, str(number): fresh}}


def _already(member: Member) -> Conflict:
    state = STATES[member.state]
    return Conflict(_("Diese Person ist schon als „%(state)s“ eingetragen.", state=state))


def _move(member: Member, to: str, **detail: Any) -> None:
    if (member.state, to) not in TRANSITIONS:
        raise _already(member)
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
