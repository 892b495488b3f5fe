"""/datenschutz/uebersicht: numbers for the data protection officer, without a name."""

from __future__ import annotations

from flask import Blueprint, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.privacy import deadlines, documents, officer, requests, services
from buergerrat.privacy.forms import RequestForm
from buergerrat.privacy.models import PrivacyRequest
from buergerrat.web import back_to

bp = Blueprint("officer", __name__)
BASE = "/<town>/buergerraete/<assembly>/datenschutz"


@bp.get(f"{BASE}/uebersicht")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    """`?rolle=` and `?aktion=` choose looks; `?pruefen=1` checks the chain of the log."""
    return _page(assembly, RequestForm(data={"received_on": deadlines.today()}))


@bp.post(f"{BASE}/anfragen")
@access(Role.ADMINISTRATION)
def receive(assembly: Assembly) -> ResponseReturnValue:
    form = RequestForm(request.form)
    if not form.validate():
        return _page(assembly, form), 422
    requests.receive(assembly, form.kind.data, form.received_on.data, g.actor_id)
    flash(_("Der Antrag ist vermerkt. Von wem er kommt, steht nur in Ihrer Akte."), "success")
    return back_to("officer.show", _anchor="aufgaben")


@bp.post(f"{BASE}/anfragen/<int:number>")
@access(Role.ADMINISTRATION)
def answer(assembly: Assembly, number: int) -> ResponseReturnValue:
    row = scope.child(PrivacyRequest, number=number)
    if row.answered_on is None:
        requests.answer(row)
    flash(_("Der Antrag ist als beantwortet vermerkt."), "success")
    return back_to("officer.show", _anchor="aufgaben")


def _page(assembly: Assembly, form: RequestForm) -> str:
    role, action = request.args.get("rolle", ""), request.args.get("aktion", "")
    groups = deadlines.preview(assembly)
    return render_template(
        "privacy/officer.html",
        assembly=assembly,
        groups=groups,
        amount=officer.amount,
        over=officer.over,
        timeline=officer.timeline(groups),
        people=sum(one.people for one in groups if one.period.people),
        today=deadlines.today(),
        seen=officer.seen(assembly, role, action),
        role=role,
        action=action,
        roles=officer.roles_seen(assembly),
        tasks=officer.tasks(assembly),
        open_requests=requests.open_of(assembly),
        due_on=requests.due_on,
        kinds=requests.KINDS,
        documents=documents.of(assembly),
        head=audit.head_hash(),
        problems=audit.verify() if "pruefen" in request.args else None,
        key_is_there=services.key_is_there(assembly),
        form=form,
        may_act=g.actor_role == Role.ADMINISTRATION,
    )
