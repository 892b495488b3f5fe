"""/antwort/platz: what the lottery gave, for whoever has entered their code after the deadline."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from buergerrat.accounts.access import public
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.models import Invitee, Member
from buergerrat.sortition.services import consents, replies, seat, seat_consents
from buergerrat.sortition.services import members as member_service
from buergerrat.web import back_to

bp = Blueprint("seat", __name__)
View = Callable[..., ResponseReturnValue]
# The fixed reasons, said by the person; „nicht erreichbar“ is nothing one says of oneself.
REASONS = {
    "beruflich verhindert": _l("Ich kann wegen der Arbeit nicht"),
    "weggezogen": _l("Ich bin weggezogen"),
    "aus persönlichen Gründen": _l("Aus persönlichen Gründen"),
    "aus einem anderen Grund": _l("Aus einem anderen Grund"),
}


def after_the_deadline(view: View) -> View:
    """The view gets the invitee whose code was entered, once no more answers are taken."""

    @wraps(view)
    def wrapped(**values: Any) -> ResponseReturnValue:
        invitee = replies.by_uid(str(session.get("invitee", "")))
        if invitee is None:
            return redirect(url_for("answer.code", hinweis="neu"), 303)
        g.assembly = db.session.get_one(Assembly, invitee.assembly_id)
        g.municipality = g.assembly.municipality
        if replies.is_open(g.assembly):
            return back_to("answer.join" if invitee.reply is None else "answer.summary")
        return view(invitee, **values)

    return wrapped


def with_a_seat(view: View) -> View:
    """The view gets invitee and member; without a seat one sees what the lottery gave."""

    @wraps(view)
    def wrapped(invitee: Invitee, **values: Any) -> ResponseReturnValue:
        member = seat.member_of(invitee)
        return back_to("seat.show") if member is None else view(invitee, member, **values)

    return wrapped


@bp.get("/antwort/platz")
@public(personal=True)
@after_the_deadline
def show(invitee: Invitee) -> ResponseReturnValue:
    found = seat.of(g.assembly, invitee)
    may_agree = found.state in ("asked", "late", "accepted")
    return render_template(
        "sortition/seat/show.html",
        assembly=g.assembly,
        seat=found,
        consents=seat_consents.lines(invitee) if may_agree else [],
    )


@bp.post("/antwort/platz/zusage")
@public(personal=True)
@after_the_deadline
@with_a_seat
def accept(invitee: Invitee, member: Member) -> ResponseReturnValue:
    if not seat.accept(member):
        flash(_("Das geht hier nicht mehr. Bitte rufen Sie uns an."), "warning")
    return back_to("seat.show")


@bp.get("/antwort/platz/absage")
@public(personal=True)
@after_the_deadline
@with_a_seat
def declining(invitee: Invitee, member: Member) -> ResponseReturnValue:
    if member.state != "asked":
        return back_to("seat.show")
    unsaid = (member_service.UNSAID, _("Ich möchte keinen Grund nennen"))
    reasons = [unsaid, *((reason, str(said)) for reason, said in REASONS.items())]
    return render_template("sortition/seat/decline.html", assembly=g.assembly, reasons=reasons)


@bp.post("/antwort/platz/absage")
@public(personal=True)
@after_the_deadline
@with_a_seat
def decline(invitee: Invitee, member: Member) -> ResponseReturnValue:
    try:
        seat.decline(g.assembly, member, request.form.get("reason", ""))
    except member_service.Accepted:
        said = _("Sie haben schon zugesagt. Wenn Sie doch nicht können, rufen Sie uns bitte an.")
        flash(said, "warning")
    return back_to("seat.show")


@bp.post("/antwort/platz/zustimmung")
@public(personal=True)
@after_the_deadline
@with_a_seat
def consent(invitee: Invitee, member: Member) -> ResponseReturnValue:
    """Photo and name: given or taken back by one tap, as often as one likes."""
    kind = request.form.get("kind", "")
    if kind in seat_consents.KINDS and member.state in member_service.SEATED:
        if "give" in request.form:
            consents.give(invitee, kind, "online")
        else:
            consents.withdraw(invitee, kind)
    return back_to("seat.show", _anchor="zustimmung")
