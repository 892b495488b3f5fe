"""/mitglieder: who was asked, accepted, left, and who came instead."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.services import lottery, member_page
from buergerrat.sortition.services import members as service
from buergerrat.web import Conflict, back_to, begin_log

bp = Blueprint("members", __name__)
PATH = "/<town>/buergerraete/<assembly>/mitglieder"


@bp.get(PATH)
@access(Role.ADMINISTRATION, personal=True)
def show(assembly: Assembly) -> str:
    begin_log()
    page = member_page.build(assembly)
    audit.log("look", "member", "all", count=len(page.rows))
    return _render(assembly, page)


@bp.post(PATH + "/<losnummer>/zusage")
@access(Role.ADMINISTRATION, personal=True)
def accept(assembly: Assembly, losnummer: str) -> ResponseReturnValue:
    service.accept(service.by_losnummer(losnummer))
    flash(_("Die Zusage ist eingetragen."), "success")
    return back_to("members.show")


@bp.get(PATH + "/<losnummer>/ausscheiden")
@access(Role.ADMINISTRATION, personal=True)
def leaving(assembly: Assembly, losnummer: str) -> str:
    begin_log()
    member = service.by_losnummer(losnummer)
    audit.log("look", "member", losnummer)
    return _render_leaving(assembly, losnummer, member_page.name_of(member))


@bp.post(PATH + "/<losnummer>/ausscheiden")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def leave(assembly: Assembly, losnummer: str) -> ResponseReturnValue:
    member = service.by_losnummer(losnummer)
    reason = request.form.get("reason", "")
    if reason not in service.REASONS:
        name = member_page.name_of(member)
        return _render_leaving(assembly, losnummer, name, missing=True), 422
    row = service.leave(
        assembly, member, reason, current_user.id, replace="replace" in request.form
    )
    if not row.wanted:
        flash(_("Eingetragen. Der Platz bleibt frei."), "success")
    elif row.came is None:
        flash(_("Eingetragen. Im Lostopf ist niemand mehr, der nachrücken kann."), "warning")
    else:
        flash(_("Eingetragen. Losnummer %(came)s rückt nach.", came=row.came), "success")
    return back_to("members.show")


def _render(assembly: Assembly, page: member_page.MemberPage) -> str:
    return render_template(
        "sortition/members/show.html", assembly=assembly, page=page, crumbs=_crumbs(assembly)
    )


def _render_leaving(assembly: Assembly, losnummer: str, name: str, missing: bool = False) -> str:
    draw = lottery.current(assembly)
    if draw is None:
        raise Conflict(_("Es gibt noch keine Losung."))
    back = {"label": _("Mitglieder"), "url": url_for("members.show")}
    return render_template(
        "sortition/members/leave.html",
        assembly=assembly,
        losnummer=losnummer,
        name=name,
        reasons=[("", "–"), *((word, word) for word in service.REASONS)],
        missing=missing,
        crumbs=[*_crumbs(assembly), back],
    )


def _crumbs(assembly: Assembly) -> list[dict[str, str]]:
    return [
        {"label": _("Bürgerräte"), "url": url_for("assemblies.index")},
        {"label": assembly.title, "url": url_for("assemblies.home")},
    ]
