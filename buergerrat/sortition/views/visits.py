"""/antworten/besuche: visits at the door, only where the Land and the mandate allow them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import scope
from buergerrat.assemblies.laender import land_of, visits_allowed
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.outreach import ENTERED, OUTCOMES, YES
from buergerrat.sortition.services import outreach as service
from buergerrat.sortition.services import replies
from buergerrat.web import back_to, begin_log

bp = Blueprint("visits", __name__)
BASE = "/<town>/buergerraete/<assembly>/antworten/besuche"


@bp.get(BASE)
@access(Role.ADMINISTRATION, personal=True)
def show(assembly: Assembly) -> str:
    if not visits_allowed(assembly):
        return render_template("sortition/visits/forbidden.html", land=land_of(assembly))
    begin_log()
    rows = service.listed(assembly)
    if rows:
        audit.log("look", "invitee", "visits", count=len(rows))
    return render_template(
        "sortition/visits/show.html",
        rows=rows,
        words={key: _(word) for key, word in OUTCOMES.items()},
        numbers=service.numbers(assembly),
        waiting=service.expected_to_wait(assembly),
        most=service.MOST,
        frozen=replies.pool_is_frozen(assembly),
    )


@bp.post(f"{BASE}/planen")
@access(Role.ADMINISTRATION, personal=True)
def plan(assembly: Assembly) -> ResponseReturnValue:
    """The next people by ticket are put on the list."""
    added = service.plan(assembly, request.form.get("count", 0, type=int), current_user.id)
    flash(
        ngettext(
            "%(num)s Person steht neu auf der Liste.",
            "%(num)s Personen stehen neu auf der Liste.",
            added,
        ),
        "success" if added else "info",
    )
    return back_to("visits.show")


@bp.get(f"{BASE}/liste")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def listing(assembly: Assembly) -> str:
    """The list to print: names and addresses leave the house, so it is an export."""
    service.require_allowed(assembly)
    begin_log()
    rows = [row for row in service.listed(assembly) if not row.done]
    audit.log("export", "invitee", "visits", count=len(rows))
    return render_template(
        "sortition/visits/list.html",
        assembly=assembly,
        rows=rows,
        outcomes=[_(OUTCOMES[key]) for key in ENTERED],
    )


@bp.get(f"{BASE}/<string(length=32):uid>")
@access(Role.ADMINISTRATION, personal=True)
def person(assembly: Assembly, uid: str) -> str:
    """One door: big buttons for a tablet."""
    service.require_allowed(assembly)
    begin_log()
    invitee = _invitee(assembly, uid)
    audit.log("look", "invitee", uid)
    visit = service.on_list(assembly, invitee)
    return render_template(
        "sortition/visits/person.html",
        invitee=invitee,
        outcomes=[(key, _(OUTCOMES[key])) for key in ENTERED],
        current=visit.outcome if visit else "",
        word=_(OUTCOMES[visit.outcome]) if visit else "",
        answered=invitee.reply is not None and invitee.reply.submitted_at is not None,
        frozen=replies.pool_is_frozen(assembly),
    )


@bp.post(f"{BASE}/<string(length=32):uid>")
@access(Role.ADMINISTRATION, personal=True)
def enter(assembly: Assembly, uid: str) -> ResponseReturnValue:
    """Note the outcome; a yes leads to the card, so that features and consents are asked."""
    invitee = _invitee(assembly, uid)
    outcome = request.form.get("outcome", "")
    service.enter(assembly, invitee, outcome, current_user.id)
    if outcome in YES:
        return redirect(url_for("replies.type_in", uid=uid, quelle="visit"), 303)
    flash(_("Eingetragen: %(what)s.", what=_(OUTCOMES[outcome])), "success")
    return back_to("visits.show")


def _invitee(assembly: Assembly, uid: str) -> Invitee:
    invitee = scope.child(Invitee, uid=uid)
    if invitee.state in ("erased", "objected") or service.on_list(assembly, invitee) is None:
        abort(404)
    return invitee
