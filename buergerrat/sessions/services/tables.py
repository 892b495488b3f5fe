"""Seats at tables for the people who are present: proposed, changed by hand, fixed."""

from __future__ import annotations

import os
from dataclasses import asdict

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sessions.groups import Report, Seatable, evaluate, seat_tables
from buergerrat.sessions.models import AgendaItem, AssemblySession, TableRound, TableSeat
from buergerrat.sessions.services.attendance import present_members
from buergerrat.sessions.services.planning import must_be_open
from buergerrat.sortition.models import Member
from buergerrat.web import Conflict

FEATURES = ("sex", "age_band", "district")


def rounds_of(session: AssemblySession) -> list[TableRound]:
    return list(
        db.session.scalars(
            select(TableRound).filter_by(session_id=session.id).order_by(TableRound.number)
        )
    )


def propose_tables(
    session: AssemblySession,
    tables: int,
    item: AgendaItem | None = None,
    seed: bytes | None = None,
) -> TableRound:
    """Seat everybody present anew; an earlier proposal that was not fixed gives way.

    `seed` is kept, so that the plan can be made again. Raises Conflict with a sentence when
    nobody is present or there are more tables than people.
    """
    must_be_open(session)
    people = present_members(session)
    if not people:
        raise Conflict(_("Es ist noch niemand anwesend. Bitte zuerst die Anwesenheit erfassen."))
    for old in rounds_of(session):
        if old.state == "proposed":
            db.session.delete(old)
    db.session.flush()
    seed = seed or os.urandom(16)
    try:
        plan = seat_tables(
            [_seatable(member) for member in people],
            tables,
            rounds_before(session.assembly_id),
            seed=seed,
        )
    except ValueError as error:
        raise Conflict(str(error)) from error
    round_ = TableRound(
        assembly_id=session.assembly_id,
        session_id=session.id,
        agenda_item_id=item.id if item else None,
        number=max((r.number for r in rounds_of(session)), default=0) + 1,
        tables=tables,
        state="proposed",
        seed=seed.hex(),
        report=_stored(plan.report),
        seats=[
            TableSeat(
                assembly_id=session.assembly_id,
                member_id=member.id,
                table_number=plan.assignment[member.uid],
            )
            for member in people
        ],
    )
    db.session.add(round_)
    _log("propose_tables", round_)
    return round_


def move_seat(round_: TableRound, member: Member, table: int) -> None:
    """Put somebody at another table by hand; the report is made anew."""
    _must_be_proposed(round_)
    seat = next((s for s in round_.seats if s.member_id == member.id), None)
    if seat is None or not 1 <= table <= round_.tables:
        raise Conflict(_("Diese Person oder diesen Tisch gibt es in dieser Runde nicht."))
    seat.table_number = table
    db.session.flush()
    report = evaluate(
        [_seatable(s.member) for s in round_.seats],
        _assignment(round_),
        round_.tables,
        rounds_before(round_.assembly_id),
    )
    round_.report = _stored(report)
    _log("move_seat", round_, member=member.id, table=table)


def fix_tables(round_: TableRound) -> None:
    """From here on this seating counts for the rounds after it."""
    _must_be_proposed(round_)
    round_.state = "fixed"
    _log("fix_tables", round_)


def rounds_before(assembly_id: int) -> list[dict[str, int]]:
    """All fixed rounds of the assembly in order: member uid → table."""
    fixed = db.session.scalars(
        select(TableRound)
        .join(AssemblySession, AssemblySession.id == TableRound.session_id)
        .where(TableRound.assembly_id == assembly_id, TableRound.state == "fixed")
        .order_by(AssemblySession.day, AssemblySession.number, TableRound.number)
    )
    return [_assignment(round_) for round_ in fixed]


def tables_in(round_: TableRound) -> dict[int, list[Member]]:
    """Table number → members, by name. Also empty tables."""
    found: dict[int, list[Member]] = {n: [] for n in range(1, round_.tables + 1)}
    for seat in round_.seats:
        found[seat.table_number].append(seat.member)
    for members in found.values():
        members.sort(key=lambda m: (m.invitee.last_name, m.invitee.first_name))
    return found


def suggested_tables(assembly: Assembly, people: int) -> int:
    """So many tables that five or six sit at each, as planning cells do."""
    seats = people or assembly.seats
    return max(1, round(seats / 5.5))


def _assignment(round_: TableRound) -> dict[str, int]:
    return {seat.member.uid: seat.table_number for seat in round_.seats}


def _seatable(member: Member) -> Seatable:
    values = {name: getattr(member.invitee, name) for name in FEATURES}
    return Seatable(member.uid, {name: value for name, value in values.items() if value})


def _stored(report: Report) -> dict[str, object]:
    return {**asdict(report), "broken_wishes": len(report.broken_wishes)}


def _must_be_proposed(round_: TableRound) -> None:
    session = db.session.get_one(AssemblySession, round_.session_id)
    must_be_open(session)
    if round_.state != "proposed":
        raise Conflict(_("Diese Runde ist festgelegt. Ihre Tische ändern sich nicht mehr."))


def _log(action: str, round_: TableRound, **detail: int) -> None:
    db.session.flush()
    audit.log(
        action, "table_round", round_.id,
        assembly_id=round_.assembly_id, seats=len(round_.seats), tables=round_.tables, **detail,
    )  # fmt: skip
