"""/mitglieder/anrufe: whom to call about a seat, and what they said."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition import calls as pure
from buergerrat.sortition.forms.calls import CallForm
from buergerrat.sortition.member_tabs import member_tabs
from buergerrat.sortition.models import Member
from buergerrat.sortition.services import calls, consents, seat_consents
from buergerrat.sortition.services import members as service
from buergerrat.web import Conflict, back_to, begin_log

bp = Blueprint("calls", __name__)
bp.context_processor(member_tabs)
PATH = "/<town>/buergerraete/<assembly>/mitglieder"
ONE = PATH + "/<losnummer>/anruf"


@bp.get(PATH + "/anrufe")
@access(Role.ADMINISTRATION, personal=True)
def index(assembly: Assembly) -> str:
    begin_log()
    rows = calls.waiting(assembly)
    audit.log("look", "member", "calls", count=len(rows))
    return render_template(
        "sortition/members/calls.html", assembly=assembly, rows=rows, crumbs=_crumbs(assembly)
    )


@bp.get(ONE)
@access(Role.ADMINISTRATION, personal=True)
def show(assembly: Assembly, losnummer: str) -> str:
    begin_log()
    member = service.by_losnummer(losnummer)
    audit.log("look", "member", losnummer)
    until = None if service.is_overdue(member) else member.accept_by
    return _page(assembly, member, CallForm(None, member.state == "asked", until=until))


@bp.post(ONE)
@access(Role.ADMINISTRATION, personal=True)
def record(assembly: Assembly, losnummer: str) -> ResponseReturnValue:
    member = service.by_losnummer(losnummer)
    form = CallForm(request.form, member.state == "asked")
    if not form.validate():
        return _page(assembly, member, form), 422
    outcome = str(form.outcome.data)
    try:
        calls.record(member, outcome, form.note.data or "", current_user.id, form.until.data)
    except Conflict as conflict:
        flash(str(conflict), "warning")
        return back_to("calls.show", losnummer=losnummer)
    if outcome == pure.NO:
        flash(_("Der Anruf ist notiert. Tragen Sie jetzt die Absage ein."), "info")
        return back_to("members.leaving", losnummer=losnummer)
    said = _("Die Zusage ist eingetragen.") if outcome == pure.YES else _("Der Anruf ist notiert.")
    flash(said, "success")
    return back_to("calls.index")


@bp.post(PATH + "/<losnummer>/zustimmung")
@access(Role.ADMINISTRATION, personal=True)
def consent(assembly: Assembly, losnummer: str) -> ResponseReturnValue:
    """What somebody says on the telephone about photos and name."""
    member, kind = service.by_losnummer(losnummer), request.form.get("kind", "")
    if kind not in seat_consents.KINDS or member.state not in service.SEATED:
        raise Conflict(_("Dazu kann hier niemand zustimmen."))
    if "give" in request.form:
        consents.give(member.invitee, kind, "phone")
    else:
        consents.withdraw(member.invitee, kind, source="phone")
    return back_to("calls.show", losnummer=losnummer, _anchor="zustimmung")


def _page(assembly: Assembly, member: Member, form: CallForm) -> str:
    return render_template(
        "sortition/members/call.html",
        assembly=assembly,
        row=calls.of_member(member),
        state=member.state,
        state_word=service.STATES[member.state],
        form=form,
        consents=seat_consents.lines(member.invitee) if member.state in service.SEATED else [],
        crumbs=[*_crumbs(assembly), {"label": _("Anrufe"), "url": url_for("calls.index")}],
    )


def _crumbs(assembly: Assembly) -> list[dict[str, str]]:
    return [
        {"label": _("Bürgerräte"), "url": url_for("assemblies.index")},
        {"label": assembly.title, "url": url_for("assemblies.home")},
        {"label": _("Mitglieder"), "url": url_for("members.show")},
    ]
