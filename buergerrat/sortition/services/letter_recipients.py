"""Whom a letter of each kind goes to."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, false, func, or_, select, tuple_

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN
from buergerrat.sortition import replacements
from buergerrat.sortition.models import InvitationDraw, Invitee, LetterBatch, Member, Reply
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import lottery

WITHOUT_SEAT = ("refusal", "reserve")
People = Select[Invitee]


def of(assembly: Assembly, kind: str, wave: int | None = None) -> People:
    """The invitees who are to get a letter of this kind now, with a name or a number.

    Whoever is in a posted batch of a letter about seats is not written to again by the same kind;
    without a seat everybody gets exactly one letter, a refusal or one of the reserve.
    """
    people = select(Invitee).where(
        Invitee.assembly_id == assembly.id,
        Invitee.state == "invited",
        or_(Invitee.last_name_sealed.is_not(None), Invitee.recruitment_path == "forwarded"),
    )
    if kind == "invitation":
        return _invited(people, draws.last_drawn(assembly), wave)
    if kind == "reminder":
        return _silent(people, assembly, wave)
    if kind in WITHOUT_SEAT:
        return _without_seat(people, assembly, kind)
    origin = "drawn" if kind == "acceptance" else "replacement"
    return people.join(Member, Member.invitee_id == Invitee.id).where(
        Member.assembly_id == assembly.id,
        Member.state == "asked",
        Member.origin == origin,
        Invitee.id.not_in(written(assembly, kind)),
    )


def count(assembly: Assembly, kind: str, wave: int | None = None) -> int:
    people = of(assembly, kind, wave).with_only_columns(Invitee.id).subquery()
    return db.session.scalar(select(func.count()).select_from(people)) or 0


def ids(assembly: Assembly, kind: str, wave: int | None = None) -> list[int]:
    return list(db.session.scalars(of(assembly, kind, wave).with_only_columns(Invitee.id)))


def next_wave(draw: InvitationDraw) -> int | None:
    """The first wave whose invitations are not in the post; None when all are."""
    waves = db.session.scalars(
        select(Invitee.wave).where(Invitee.draw_id == draw.id).distinct().order_by(Invitee.wave)
    )
    posted = {wave for draw_id, wave in _posted_waves(draw.assembly_id) if draw_id == draw.id}
    return next((wave for wave in waves if wave not in posted), None)


def accept_by(assembly: Assembly, invitee_ids: list[int]) -> dt.date:
    """Until when these people's seats are held: the earliest day that is still to come."""
    today = utcnow().astimezone(BERLIN).date()
    held = db.session.scalar(
        select(func.min(Member.accept_by)).where(
            Member.assembly_id == assembly.id,
            Member.invitee_id.in_(invitee_ids),
            Member.accept_by >= today,
        )
    )
    return held or today + dt.timedelta(days=assembly.accept_days)


def written(assembly: Assembly, *kinds: str) -> set[int]:
    """Ids of those who are in a posted batch of one of these kinds."""
    found = db.session.scalars(
        select(LetterBatch.options).where(
            LetterBatch.assembly_id == assembly.id,
            LetterBatch.kind.in_(kinds),
            LetterBatch.posted_on.is_not(None),
        )
    )
    return {one for options in found for one in options.get("to", ())}


def waiting(assembly: Assembly) -> list[str]:
    """Losnummern of those without a seat, in the order in which they would move up; nobody before
    the lottery and once the Lostopf is deleted."""
    draw = lottery.current(assembly)
    if draw is None or draw.state != "picked" or draw.pool_sealed is None:
        return []
    here = [one.number for one in lottery.entrants_of(draw) if one.person_id]
    seed = replacements.replacement_seed(bytes.fromhex(draw.seed), draw.panels_hash, draw.digits)
    asked = set(
        db.session.scalars(select(Member.losnummer).where(Member.assembly_id == assembly.id))
    )
    return [one for one in replacements.order(here, seed) if one not in asked]


def _invited(people: People, draw: InvitationDraw | None, wave: int | None) -> People:
    if draw is None:
        return people.where(false())
    people = people.where(Invitee.draw_id == draw.id)
    return people if wave is None else people.where(Invitee.wave == wave)


def _silent(people: People, assembly: Assembly, wave: int | None) -> People:
    """Those whose invitation is in the post and who have not answered."""
    answered = select(Reply.invitee_id).where(
        Reply.assembly_id == assembly.id, Reply.submitted_at.is_not(None)
    )
    invited = tuple_(Invitee.draw_id, Invitee.wave).in_(sorted(_posted_waves(assembly.id)))
    forwarded = Invitee.id.in_(written(assembly, "invitation"))
    people = people.where(Invitee.id.not_in(answered), or_(invited, forwarded))
    return people if wave is None else people.where(Invitee.wave == wave)


def _posted_waves(assembly_id: int) -> set[tuple[Any, int]]:
    found = db.session.execute(
        select(LetterBatch.draw_id, LetterBatch.wave).where(
            LetterBatch.assembly_id == assembly_id,
            LetterBatch.kind == "invitation",
            LetterBatch.draw_id.is_not(None),
            LetterBatch.posted_on.is_not(None),
        )
    )
    return {(draw_id, wave or 1) for draw_id, wave in found}


def _without_seat(people: People, assembly: Assembly, kind: str) -> People:
    order = waiting(assembly)
    cut = assembly.reserve
    chosen = order[:cut] if kind == "reserve" else order[cut:]
    return people.join(Reply, Reply.invitee_id == Invitee.id).where(
        Reply.losnummer.in_(chosen), Invitee.id.not_in(written(assembly, *WITHOUT_SEAT))
    )
