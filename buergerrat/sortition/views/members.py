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
from buergerrat.sortition.member_tabs import member_tabs
from buergerrat.sortition.models import Member, Replacement
from buergerrat.sortition.services import lottery, member_change, member_page, outlook, reserve_page
from buergerrat.sortition.services import members as service
from buergerrat.web import Conflict, back_to, begin_log

bp = Blueprint("members", __name__)
bp.context_processor(member_tabs)
PATH = "/<town>/buergerraete/<assembly>/mitglieder"


@bp.get(PATH)
@access(Role.ADMINISTRATION, personal=True)
def show(assembly: Assembly) -> str:
    draw = lottery.current(assembly)
    picked = draw if draw is not None and draw.state == "picked" else None
    # Simulated before the log is opened, so that nobody else waits for it.
    reserve = reserve_page.build(assembly, picked, request.args.get("ausfall", type=int))
    begin_log()
    page = member_page.build(assembly)
    audit.log("look", "member", "all", count=len(page.rows))
    return render_template(
        "sortition/members/show.html",
        assembly=assembly,
        page=page,
        reserve=reserve,
        paths=outlook.path_lines(outlook.member_paths(assembly)),
        crumbs=_crumbs(assembly),
    )


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
    return _render_leaving(assembly, member)


@bp.post(PATH + "/<losnummer>/vorschau")
@access(Role.ADMINISTRATION, personal=True)
def preview(assembly: Assembly, losnummer: str) -> ResponseReturnValue:
    """Who would move up, and what that does to the composition; changes nothing but the log."""
    member = service.by_losnummer(losnummer)
    chosen = _chosen(assembly, member)
    if chosen is None:
        return _render_leaving(assembly, member, missing=True), 422
    return _render_preview(assembly, member, chosen)


@bp.post(PATH + "/<losnummer>/ausscheiden")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def leave(assembly: Assembly, losnummer: str) -> ResponseReturnValue:
    member = service.by_losnummer(losnummer)
    chosen = _chosen(assembly, member)
    if chosen is None:
        return _render_leaving(assembly, member, missing=True), 422
    expected = member_change.expected_of(request.form.get("expected", ""))
    try:
        rows = service.leave_together(
            assembly, chosen, current_user.id, "replace" in request.form, expected
        )
    except service.Overtaken as overtaken:
        flash(str(overtaken), "warning")
        return back_to("members.leaving", losnummer=losnummer)
    for row in rows:
        _tell(row)
    return back_to("members.show")


def _chosen(assembly: Assembly, member: Member) -> list[tuple[Member, str]] | None:
    """Who leaves, with the reason: this member and everybody else with a reason in the form.

    None when a reason is missing or none of ours.
    """
    reasons = {member.losnummer: request.form.get("reason", "")}
    for name, reason in request.form.items():
        if name.startswith("reason.") and reason:
            reasons[name.removeprefix("reason.")] = reason
    if any(reason not in service.REASONS for reason in reasons.values()):
        return None
    return [(service.by_losnummer(one), reason) for one, reason in reasons.items()]


def _tell(row: Replacement) -> None:
    values = {"left": row.left, "came": row.came, "quotas": ", ".join(row.broken)}
    if not row.wanted:
        flash(_("Losnummer %(left)s: eingetragen. Der Platz bleibt frei.", **values), "success")
    elif row.came is None:
        said = _(
            "Losnummer %(left)s: eingetragen. Im Lostopf ist niemand mehr, der nachrücken kann.",
            **values,
        )
        flash(said, "warning")
    elif row.broken:
        said = _(
            "Eingetragen. Losnummer %(came)s rückt nach. Niemand hält alle Vorgaben ein; nicht "
            "einzuhalten ist: %(quotas)s.",
            **values,
        )
        flash(said, "warning")
    else:
        flash(_("Eingetragen. Losnummer %(came)s rückt nach.", **values), "success")


def _render_leaving(assembly: Assembly, member: Member, missing: bool = False) -> str:
    draw = lottery.current(assembly)
    if draw is None:
        raise Conflict(_("Es gibt noch keine Losung."))
    others = [m for m in service.of(assembly, service.SEATED) if m.id != member.id]
    return render_template(
        "sortition/members/leave.html",
        assembly=assembly,
        losnummer=member.losnummer,
        name=member_change.name_of(member),
        state_word=service.STATES[member.state],
        seated=member.state in service.SEATED,
        others=[(one.losnummer, member_change.name_of(one)) for one in others],
        reasons=[("", "–"), *((word, word) for word in service.REASONS)],
        typed=request.form,
        missing=missing,
        closed=service.why_nobody_comes(draw),
        crumbs=[*_crumbs(assembly), {"label": _("Mitglieder"), "url": url_for("members.show")}],
    )


def _render_preview(assembly: Assembly, member: Member, chosen: list[tuple[Member, str]]) -> str:
    change = member_change.preview(assembly, chosen, "replace" in request.form)
    for one, _reason in chosen:
        audit.log("look", "member", one.losnummer)
    for coming in change.coming:
        if coming is not None:
            audit.log("look", "reply", coming.losnummer)
    return render_template(
        "sortition/members/preview.html",
        assembly=assembly,
        losnummer=member.losnummer,
        change=change,
        crumbs=[*_crumbs(assembly), {"label": _("Mitglieder"), "url": url_for("members.show")}],
    )


def _crumbs(assembly: Assembly) -> list[dict[str, str]]:
    return [
        {"label": _("Bürgerräte"), "url": url_for("assemblies.index")},
        {"label": assembly.title, "url": url_for("assemblies.home")},
    ]
