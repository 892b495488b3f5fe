"""Visits at the door of people who have not answered: the list, and what came of each visit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from buergerrat import audit
from buergerrat.assemblies.laender import visits_allowed
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN
from buergerrat.sortition.models import Invitee, OutreachVisit, Reply
from buergerrat.sortition.outreach import ENTERED, PLANNED, Candidate, choose
from buergerrat.sortition.services import outlook, replies
from buergerrat.sortition.strata import Stratum
from buergerrat.web import Conflict

MOST = 200  # visits on one list


@dataclass(frozen=True)
class Row:
    """Somebody on the list, and the newest outcome."""

    invitee: Invitee
    outcome: str
    answered: bool

    @property
    def done(self) -> bool:
        return self.answered or self.outcome not in (PLANNED, "not_met")


def require_allowed(assembly: Assembly) -> None:
    if not visits_allowed(assembly):
        raise Conflict(
            _("Besuche an der Haustür sind für diesen Bürgerrat nicht vorgesehen. Menschen werden "
              "nur schriftlich eingeladen.")
        )  # fmt: skip


def _unvisited(assembly: Assembly, what: Any) -> Any:
    """Who can be visited: a letter by lot, no answer, not yet on the list."""
    visited = select(OutreachVisit.invitee_id).where(OutreachVisit.assembly_id == assembly.id)
    return what.outerjoin(Reply, Reply.invitee_id == Invitee.id).where(
        Invitee.assembly_id == assembly.id,
        Invitee.draw_id.is_not(None),
        Invitee.state == "invited",
        or_(Reply.id.is_(None), Reply.submitted_at.is_(None)),
        Invitee.id.not_in(visited),
    )


def _silent(assembly: Assembly) -> list[Candidate]:
    rows = db.session.execute(
        _unvisited(
            assembly,
            select(Invitee.uid, Invitee.sex, Invitee.age_band, Invitee.district, Invitee.ticket),
        )
    )
    return [
        Candidate(uid, Stratum(sex or "", band or "", district or "").text, number)
        for uid, sex, band, district, number in rows
    ]


def weak_strata(seen: outlook.Outlook, names: Collection[str]) -> set[str]:
    """Strata with a weak or tight group in them; all of them while no group is."""
    keys = [cell.key for cell in seen.cells if cell.state != "enough"]
    keys = [key for key in keys if key[0] in outlook.IN_REGISTER]
    weak = {n for n in names if any(outlook.is_in(Stratum.parse(n), key) for key in keys)}
    return weak if keys else set(names)


def plan(assembly: Assembly, count: int, user_id: int | None = None) -> int:
    """Put the next `count` people on the list, by ticket; returns how many were added."""
    require_allowed(assembly)
    if replies.pool_is_frozen(assembly):
        raise Conflict(_("Der Lostopf ist festgeschrieben. Besuche ändern nichts mehr."))
    if not 1 <= count <= MOST:
        raise Conflict(_("Bitte planen Sie zwischen 1 und %(most)s Besuche.", most=MOST))
    candidates = _silent(assembly)
    strata = weak_strata(outlook.of(assembly), {one.stratum for one in candidates})
    chosen = choose(candidates, strata, count)
    ids = db.session.execute(select(Invitee.id).where(Invitee.uid.in_(chosen))).scalars()
    day = utcnow().astimezone(BERLIN).date()
    added = [
        OutreachVisit(
            assembly_id=assembly.id,
            invitee_id=number,
            visited_on=day,
            outcome=PLANNED,
            user_id=user_id,
        )
        for number in ids
    ]
    db.session.add_all(added)
    db.session.flush()
    audit.log("visits_planned", "assembly", assembly.id, assembly_id=assembly.id, count=len(added))
    return len(added)


def listed(assembly: Assembly) -> list[Row]:
    """Everybody on the list, by street and house number."""
    visits = db.session.scalars(
        select(OutreachVisit)
        .where(OutreachVisit.assembly_id == assembly.id)
        .order_by(OutreachVisit.id)
    )
    newest = {visit.invitee_id: visit.outcome for visit in visits}
    people = db.session.scalars(
        select(Invitee)
        .where(Invitee.id.in_(newest), Invitee.state.not_in(("erased", "objected")))
        .options(joinedload(Invitee.reply))
    )
    rows = [
        Row(one, newest[one.id], one.reply is not None and one.reply.submitted_at is not None)
        for one in people
    ]
    return sorted(rows, key=lambda row: _by_street(row.invitee))


def _by_street(invitee: Invitee) -> tuple[str, str, int, str]:
    """Postcode, street, the number as a number: 9 stands before 10."""
    street, _blank, number = invitee.street.rpartition(" ")
    digits = "".join(char for char in number if char.isdigit())
    return invitee.postcode, street.casefold(), int(digits or 0), number


def on_list(assembly: Assembly, invitee: Invitee) -> OutreachVisit | None:
    return db.session.scalar(
        select(OutreachVisit)
        .where(
            OutreachVisit.assembly_id == assembly.id,
            OutreachVisit.invitee_id == invitee.id,
        )
        .order_by(OutreachVisit.id.desc())
        .limit(1)
    )


def enter(
    assembly: Assembly, invitee: Invitee, outcome: str, user_id: int | None = None
) -> OutreachVisit:
    """Note what came of a visit. A no is stored as an answer, a move as a returned letter.

    A yes is only noted: the card that follows stores the answer and the way it came.
    """
    require_allowed(assembly)
    if outcome not in ENTERED:
        raise Conflict(_("Bitte wählen Sie, was der Besuch ergab."))
    if replies.pool_is_frozen(assembly):
        raise Conflict(_("Der Lostopf ist festgeschrieben. Besuche ändern nichts mehr."))
    visit = on_list(assembly, invitee)
    if visit is None:
        raise Conflict(_("Diese Person steht nicht auf der Besuchsliste."))
    if visit.outcome == outcome:  # pressed twice
        return visit
    if visit.outcome != PLANNED:
        visit = OutreachVisit(assembly_id=assembly.id, invitee_id=invitee.id)
        db.session.add(visit)
    visit.outcome, visit.user_id = outcome, user_id
    visit.visited_on = utcnow().astimezone(BERLIN).date()
    db.session.flush()
    audit.log("visited", "invitee", invitee.uid, assembly_id=assembly.id, outcome=outcome)
    _follow(assembly, invitee, outcome, user_id)
    return visit


def _follow(assembly: Assembly, invitee: Invitee, outcome: str, user_id: int | None) -> None:
    answered = invitee.reply is not None and invitee.reply.submitted_at is not None
    if outcome == "refuses" and not answered:
        said = replies.Answer("no", {})
        replies.save(assembly, invitee, said, source="visit", user_id=user_id)
    if outcome == "moved" and not answered and invitee.state == "invited":
        replies.mark_undeliverable(invitee)


def numbers(assembly: Assembly) -> Counter[str]:
    """Newest outcome → people."""
    newest = (
        select(func.max(OutreachVisit.id))
        .where(OutreachVisit.assembly_id == assembly.id)
        .group_by(OutreachVisit.invitee_id)
    )
    rows = db.session.execute(
        select(OutreachVisit.outcome, func.count())
        .where(OutreachVisit.id.in_(newest))
        .group_by(OutreachVisit.outcome)
    )
    return Counter({row[0]: row[1] for row in rows})


def expected_to_wait(assembly: Assembly) -> int:
    """How many people could still be put on the list."""
    rows = db.session.execute(
        _unvisited(
            assembly,
            select(Invitee.sex, Invitee.age_band, Invitee.district, func.count(Invitee.id)),
        ).group_by(Invitee.sex, Invitee.age_band, Invitee.district)
    )
    people = {
        Stratum(sex or "", band or "", district or "").text: count
        for sex, band, district, count in rows
    }
    return sum(people[name] for name in weak_strata(outlook.of(assembly), people))
