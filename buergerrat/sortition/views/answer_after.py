"""Behind the code at any time: one's own answer to read, and the consents to take back."""

from __future__ import annotations

from flask import abort, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat.accounts.access import public
from buergerrat.sortition.consents import KINDS
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import consents, replies
from buergerrat.sortition.summary import consent_lines, summary_of
from buergerrat.sortition.views.answer import bp, of_invitee, place_of
from buergerrat.web import back_to


@bp.get("/antwort/stand")
@public(personal=True)
@of_invitee
def standing(invitee: Invitee) -> ResponseReturnValue:
    """What is stored, to read and to print; after the deadline nothing of it changes any more."""
    reply = invitee.reply
    if replies.is_open(g.assembly):
        return back_to("answer.join" if reply is None else "answer.summary")
    return render_template(
        "sortition/answer/standing.html",
        reply=reply,
        rows=summary_of(reply, own=True) if reply is not None else [],
        assembly=g.assembly,
        has_consents=bool(consents.current(invitee)),
        seat_url=place_of(invitee) if reply is not None and reply.answer == "yes" else "",
    )


@bp.get("/antwort/zustimmungen")
@public(personal=True)
@of_invitee
def agreed(invitee: Invitee) -> ResponseReturnValue:
    """Every consent with its text and its day, and a button to take it back."""
    is_open = replies.is_open(g.assembly)
    return render_template(
        "sortition/answer/consents.html",
        lines=consent_lines(invitee, g.municipality.name),
        assembly=g.assembly,
        frozen=replies.pool_is_frozen(g.assembly),
        back_url=url_for("answer.summary" if is_open else "answer.standing"),
    )


@bp.post("/antwort/zustimmungen")
@public(personal=True)
@of_invitee
def take_back(invitee: Invitee) -> ResponseReturnValue:
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        abort(404)
    if consents.withdraw(invitee, kind):
        flash(_("Ihre Zustimmung ist zurückgenommen."), "success")
    return back_to("answer.agreed")
