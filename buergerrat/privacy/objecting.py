"""Objection (Art. 21 DSGVO): nobody who objects is written to again.

What is kept is a keyed hash (`sortition.objection`), by which the next import refuses the person.
What can be erased is erased at once. Between the freezing of the Lostopf and the pick its number
must not change: then name, address and contact go at once, the rest after the pick.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies import objections
from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import AssemblyKey
from buergerrat.db import db
from buergerrat.privacy import requests, services
from buergerrat.sortition.forgetting import forget_letters
from buergerrat.sortition.models import Invitee, Reply, ReserveTicket
from buergerrat.sortition.objection import digests
from buergerrat.sortition.services.refusals import silence
from buergerrat.sortition.spool import person_of


@dataclass(frozen=True)
class Who:
    """Somebody as they are typed in. `street` with house number; `birth` is not stored."""

    first_name: str
    last_name: str
    street: str
    postcode: str
    birth: dt.date | None = None


def by_invitee(
    assembly: Assembly, invitee: Invitee, birth: dt.date | None = None, user_id: int | None = None
) -> bool:
    """The objection of somebody who was invited; whether everything is erased already.

    Conflict while they hold a seat: they withdraw first.
    """
    services.refuse_seated(invitee)
    who = Who(invitee.first_name, invitee.last_name, invitee.street, invitee.postcode, birth)
    _keep(assembly, who, user_id, apart_from=invitee.id)
    if services.waits_for_pick(assembly, invitee):
        _silence(assembly, invitee)
        return False
    services.delete_person(assembly, invitee, "objection", user_id)
    return True


def by_anybody(assembly: Assembly, who: Who, user_id: int | None = None) -> None:
    """The objection of somebody who was never invited, or whose data are gone."""
    _keep(assembly, who, user_id)


def _keep(assembly: Assembly, who: Who, user_id: int | None, apart_from: int = 0) -> None:
    town = assembly.municipality_id
    found = digests(
        objections.key_of(town),
        who.first_name, who.last_name, who.street, "", who.postcode,
        who.birth.isoformat() if who.birth else "",
    )  # fmt: skip
    objections.keep(town, found, user_id)
    tickets = sum(_drop_tickets(one, found) for one in _readable(town))
    others = sum(_silence_others(one, found, apart_from) for one in _readable(town))
    audit.log("objection", "municipality", town, tickets=tickets, invitees=others)
    requests.fulfil(assembly, "objection", user_id)


def _readable(municipality_id: int) -> list[Assembly]:
    """The town's assemblies whose data can still be opened."""
    return list(
        db.session.scalars(
            select(Assembly)
            .join(AssemblyKey, AssemblyKey.assembly_id == Assembly.id)
            .where(Assembly.municipality_id == municipality_id, AssemblyKey.wrapped.is_not(None))
        )
    )


def _drop_tickets(assembly: Assembly, found: Collection[str]) -> int:
    """Next tickets of this person: they are never invited."""
    key, gone = objections.key_of(assembly.municipality_id), 0
    rows = db.session.scalars(select(ReserveTicket).where(ReserveTicket.assembly_id == assembly.id))
    for ticket in rows.all():
        row = person_of(ticket.person)
        names = ("first_name", "last_name", "street", "house_number", "postcode")
        if set(found) & set(digests(key, *(row.get(name) for name in names))):
            db.session.delete(ticket)
            gone += 1
    return gone


def _silence_others(assembly: Assembly, found: Collection[str], apart_from: int) -> int:
    """The same person in another Bürgerrat of the town gets no letter there either."""
    key, count = objections.key_of(assembly.municipality_id), 0
    rows = select(Invitee).where(
        Invitee.assembly_id == assembly.id,
        Invitee.id != apart_from,
        Invitee.state.in_(("invited", "undeliverable")),
        Invitee.last_name_sealed.is_not(None),
        ~select(Reply.id).where(Reply.invitee_id == Invitee.id, Reply.answer == "yes").exists(),
    )
    for one in db.session.scalars(rows):
        theirs = digests(key, one.first_name, one.last_name, one.street, "", one.postcode)
        if set(found) & set(theirs):
            _silence(assembly, one)
            count += 1
    return count


def _silence(assembly: Assembly, invitee: Invitee) -> None:
    """Features stay until the pick. Nobody can be taken out of a PDF: the letters go."""
    silence(invitee)
    db.session.flush()
    forget_letters(assembly, [invitee.id])
