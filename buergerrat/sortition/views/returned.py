"""/antworten/unzustellbar: letters that came back, by scanner or by hand, one after the other."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.formats import clock
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import replies, waves
from buergerrat.sortition.services import returned as service
from buergerrat.sortition.strata import Stratum
from buergerrat.sortition.views.waves import invite_and_write
from buergerrat.web import Conflict, back_to, begin_log

bp = Blueprint("returned", __name__)
BASE = "/<town>/buergerraete/<assembly>/antworten/unzustellbar"


@bp.get(BASE)
@access(Role.ADMINISTRATION, personal=True)
def show(assembly: Assembly) -> str:
    begin_log()
    return _page(assembly)


def _page(assembly: Assembly, error: str = "") -> str:
    rows = service.today(assembly)
    if rows:
        audit.log("look", "invitee", "returned", count=len(rows))
    standing = service.standing(assembly)
    return render_template(
        "sortition/returned/show.html",
        rows=[(row, service.group_of(row)) for row in rows],
        total=service.total(assembly),
        standing=standing,
        empty=[(Stratum.parse(name).label, n) for name, n in sorted(standing.empty.items())],
        last_day=waves.last_day(assembly),
        frozen=replies.pool_is_frozen(assembly),
        error=error,
    )


@bp.post(BASE)
@access(Role.ADMINISTRATION, personal=True)
def mark(assembly: Assembly) -> ResponseReturnValue:
    """One scan, one letter. The field is ready for the next one when the page is back."""
    uid = service.find(assembly, request.form.get("code", "")[:300])
    if uid is None:
        return _page(assembly, _("Diesen Code gibt es nicht. Es wurde nichts verändert.")), 422
    done = service.mark(assembly, uid)
    name = done.invitee.full_name
    if done.result == "already":
        at = clock(done.invitee.returned_at)
        flash(_("Dieser Brief ist schon eingetragen, seit %(time)s.", time=at), "info")
    elif done.result == "answered":
        flash(_("%(name)s hat schon geantwortet. Es wurde nichts verändert.", name=name), "warning")
    else:
        why = service.consequence(assembly, done.invitee)
        flash(_("Eingetragen: Der Brief an %(name)s kam zurück.", name=name) + " " + why, "success")
    return back_to("returned.show")


@bp.post(f"{BASE}/<string(length=32):uid>/zurueck")
@access(Role.ADMINISTRATION, personal=True)
def undo(assembly: Assembly, uid: str) -> ResponseReturnValue:
    """The mark was a mistake. Whoever was invited instead stays invited."""
    invitee = scope.child(Invitee, uid=uid)
    replies.mark_delivered(invitee)
    flash(_("Zurückgenommen: Der Brief gilt wieder als zugestellt."), "success")
    return back_to("returned.show")


@bp.post(f"{BASE}/briefe")
@access(Role.ADMINISTRATION, reauth=True)
def make_letters(assembly: Assembly) -> ResponseReturnValue:
    """Invite the next tickets for the letters that came back, and make their letters."""
    standing = service.standing(assembly)
    if standing.refusal:
        raise Conflict(standing.refusal)
    if not standing.due:
        raise Conflict(_("Für zurückgekommene Briefe ist schon nachgelost."))
    return invite_and_write(assembly, standing.due)
