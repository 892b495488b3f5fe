"""What the panel lottery and the seats hold about a person, told to them."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from buergerrat.assemblies.holdings import Rows, held_about
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.formats import datetime, longdate
from buergerrat.sortition.models import CallNote, Invitee, Member, PanelDraw
from buergerrat.sortition.services import lottery
from buergerrat.sortition.services.members import STATES

CALLS = {
    "yes": _l("Zusage"),
    "no": _l("Absage"),
    "thinks": _l("überlegt noch"),
    "not_reached": _l("nicht erreicht"),
    "wrong_number": _l("falsche Nummer"),
}
ORIGINS = {"drawn": _l("gelost"), "replacement": _l("nachgerückt")}


@held_about("lottery", _l("Im Lostopf der Losung"))
def tell_pool(assembly: Assembly, person: Invitee) -> Rows:
    """The sealed features by which the lists were made."""
    draws = db.session.scalars(
        select(PanelDraw).where(
            PanelDraw.assembly_id == assembly.id,
            PanelDraw.pool_sealed.is_not(None),
            PanelDraw.rehearsal.is_(False),
            PanelDraw.state != "discarded",
        )
    )
    return [
        (name, value)
        for draw in draws
        for one in lottery.entrants_of(draw)
        if one.person_id == person.uid
        for name, value in one.features.items()
    ]


@held_about("members", _l("Ihr Platz"))
def tell_seat(assembly: Assembly, person: Invitee) -> Rows:
    seat = db.session.scalar(
        select(Member).where(Member.assembly_id == assembly.id, Member.invitee_id == person.id)
    )
    if seat is None:
        return ()
    return (
        (_("Losnummer"), seat.losnummer),
        (_("Stand"), STATES.get(seat.state, seat.state)),
        (_("Wie Sie dazu kamen"), ORIGINS.get(seat.origin, seat.origin)),
        (_("Zusage bis"), longdate(seat.accept_by)),
        (_("Zuletzt geändert"), datetime(seat.changed_at)),
    )


@held_about("calls", _l("Anrufe wegen Ihres Platzes"))
def tell_calls(assembly: Assembly, person: Invitee) -> Rows:
    notes = db.session.scalars(
        select(CallNote).where(CallNote.invitee_id == person.id).order_by(CallNote.id)
    )
    return [
        (
            datetime(one.created_at),
            ". ".join(filter(None, (str(CALLS.get(one.outcome, one.outcome)), one.note))),
        )
        for one in notes
    ]
